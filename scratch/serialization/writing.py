"""An object as a dictionary of plain values, in Keras's format.

    {"module": "keras.layers", "class_name": "Dense", "config": {"units": 3, ...},
     "registered_name": None}

`module` and `class_name` say what it is, `config` what to build it with; `registered_name` stands
for classes that are not Keras's. A layer adds `build_config`, a model `compile_config`.
"""

import codecs
import marshal
import types
import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.serialization.public_names import name_of_class
from scratch.serialization.registration import get_registered_name

PLAIN = (str, int, float, bool)


def serialize_keras_object(obj: Any) -> Any:
    """`obj` as plain values (`keras.saving.serialize_keras_object`).

    Args:
        obj: an object with `get_config`, a function, a plain value, an array, or lists, tuples and
            dictionaries of those.

    Raises:
        TypeError: for an object that has no `get_config`, or one that returns no dictionary.
    """
    # A class has get_config, too, but is no object to be built again.
    if obj is None or type(obj) in PLAIN:
        return obj
    if isinstance(obj, tuple | list):
        parts = [serialize_keras_object(x) for x in obj]
        return tuple(parts) if isinstance(obj, tuple) else parts
    if isinstance(obj, Mapping):
        return {key: serialize_keras_object(value) for key, value in obj.items()}
    special = _serialize_special(obj)
    if special is not None:
        return special
    if isinstance(obj, PLAIN):
        return obj
    if isinstance(obj, np.generic):
        return obj.item()
    return _serialize_named(obj)


def _serialize_special(obj: Any) -> Any:
    if isinstance(obj, bytes):
        return {"class_name": "__bytes__", "config": {"value": obj.decode("utf-8")}}
    if isinstance(obj, slice):
        limits = {"start": obj.start, "stop": obj.stop, "step": obj.step}
        return {"class_name": "__slice__", "config": serialize_keras_object(limits)}
    if obj is Ellipsis:
        return {"class_name": "__ellipsis__", "config": {}}
    if isinstance(obj, np.ndarray):
        if obj.ndim == 0:
            return obj.item()
        saved = {"value": obj.tolist(), "dtype": obj.dtype.name}
        return {"class_name": "__numpy__", "config": saved}
    if hasattr(obj, "keras_history"):
        layer, *numbers = obj.keras_history
        saved = {
            "shape": obj.shape, "dtype": obj.dtype, "keras_history": [layer.name, *numbers]
        }  # fmt: skip
        return {"class_name": "__keras_tensor__", "config": saved}
    if isinstance(obj, types.FunctionType) and obj.__name__ == "<lambda>":
        return _serialize_lambda(obj)
    return None


def _serialize_lambda(function: types.FunctionType) -> dict[str, Any]:
    """Keras's form of a lambda, which Keras can read; `deserialize_keras_object` refuses it."""
    warnings.warn(
        "The object being serialized includes a `lambda`. This is unsafe, and can't be read back "
        "here, because it would mean to run code from a file. Use a named function, registered "
        f"with `@keras.saving.register_keras_serializable()`. Received: {function}",
        stacklevel=5,
    )
    code = codecs.encode(marshal.dumps(function.__code__), "base64").decode("ascii")
    cells = tuple(cell.cell_contents for cell in function.__closure__ or ()) or None
    value = [code, function.__defaults__, cells]
    return {"class_name": "__lambda__", "config": {"value": value}}


def _serialize_named(obj: Any) -> dict[str, Any]:
    """The dictionary of an object or a function, which are known by name."""
    if isinstance(obj, types.FunctionType | types.BuiltinFunctionType):
        return {
            "module": "builtins",
            "class_name": "function",
            "config": get_registered_name(obj),
            "registered_name": "function",
        }
    cls = type(obj)
    own_name = getattr(obj, "keras_name", None)
    module, name = own_name or name_of_class(cls) or (cls.__module__, cls.__name__)
    exported = module.split(".")[0] == "keras" and not module.startswith("keras.src.")
    saved = {
        "module": None if module == "__main__" else module,
        "class_name": name,
        "config": _config_of(obj),
        "registered_name": None if exported else name if own_name else get_registered_name(cls),
    }
    for key in ("build_config", "compile_config"):
        get = getattr(obj, f"get_{key}", None)
        config = get() if get else None
        if config is not None:
            saved[key] = serialize_keras_object(config)
    return saved


def _config_of(obj: Any) -> Any:
    if not hasattr(obj, "get_config"):
        if hasattr(obj, "__name__"):
            return get_registered_name(obj)
        raise TypeError(
            f"Cannot serialize object {obj} of type {type(obj)}. "
            "To be serializable, a class must implement the `get_config()` method."
        )
    config = obj.get_config()
    if not isinstance(config, dict):
        raise TypeError(
            f"The `get_config()` method of {obj} should return a dict. It returned: {config}"
        )
    return serialize_keras_object(config)
