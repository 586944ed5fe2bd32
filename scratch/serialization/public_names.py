"""Keras's names for what `scratch` exports, so that configs travel between the two.

    scratch.layers.Dense            "keras.layers"                     "Dense"
    scratch.Sequential              "keras"                            "Sequential"
    a functional model's class      "keras.src.models.functional"      "Functional"

A config reaches these names and no others: nothing is imported to find one.
"""

import inspect
import sys
from typing import Any

# Where a class is exported more than once, Keras writes the first of these.
_NAMESPACES = (
    "",
    "activations",
    "callbacks",
    "constraints",
    "initializers",
    "layers",
    "losses",
    "metrics",
    "models",
    "optimizers",
    "optimizers.schedules",
    "random",
    "regularizers",
)
# Classes that Keras does not export, and writes by the module in which it defines them.
_UNEXPORTED = {"Functional": ("models.functional", "keras.src.models.functional")}
# Where a function is looked for that is known by nothing but its name.
_FUNCTIONS = ("activations", "constraints", "initializers", "losses", "metrics", "regularizers")
_NO_PART_OF_A_MODEL = ("get", "serialize", "deserialize")


def name_of_class(cls: type) -> tuple[str, str] | None:
    """Keras's module and name for a class, or None for a class that is not Keras's."""
    name = cls.__name__
    ours, theirs = _UNEXPORTED.get(name, (None, ""))
    if ours and cls.__module__ == _scratch(ours):
        return theirs, name
    for namespace in _NAMESPACES:
        if _public(namespace, name) is cls:
            return _keras(namespace), name
    return None


def class_of_name(module: str, name: str) -> Any:
    """The class that Keras calls `module.name`, or None."""
    ours, theirs = _UNEXPORTED.get(name, (None, ""))
    if ours and theirs == module:
        return getattr(sys.modules.get(_scratch(ours)), name, None)
    if module.startswith("keras.src.ops."):
        recording = sys.modules.get(_scratch("ops.functional.recording"))
        return None if recording is None else recording.operation_kind(name)
    # A class is accepted by any of its namespaces: `keras.models.Sequential`, too.
    for namespace in _NAMESPACES:
        found = _public(namespace, name) if _keras(namespace) == module else None
        if inspect.isclass(found):
            return found
    return None


def function_of_name(name: str, module: str = "builtins") -> Any:
    """The function that Keras calls `name`, from `module` or from any namespace, or None."""
    for namespace in _FUNCTIONS:
        if module in ("builtins", _keras(namespace)):
            found = _public(namespace, name)
            if inspect.isfunction(found) and found.__name__ not in _NO_PART_OF_A_MODEL:
                return found
    return None


def _public(namespace: str, name: str) -> Any:
    """What a namespace of ours calls `name`; None unless it was defined in this package."""
    module = sys.modules.get(_scratch(namespace))
    found = None if name.startswith("_") else getattr(module, name, None)
    own = str(getattr(found, "__module__", "")).split(".")[0] == __package__.split(".")[0]
    return found if own else None


def _scratch(namespace: str) -> str:
    package = __package__.split(".")[0]
    return f"{package}.{namespace}" if namespace else package


def _keras(namespace: str) -> str:
    return f"keras.{namespace}" if namespace else "keras"
