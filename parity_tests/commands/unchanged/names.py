"""Every public name, with its signature: a line for each.

    layers.Dense(units, activation=None, ..., **kwargs)
    layers.Dense.build(self, input_shape)
    losses.huber(y_true, y_pred, delta=1.0)
    ops.float32

Annotations are left out: they name files. Of a class's methods those are recorded that Keras's has
too; the others are how it is built.
"""

import importlib
import inspect
import re
from pathlib import Path
from typing import Any

import scratch
from parity_tests.commands.coverage import NAMESPACES, public_names

PATH = Path(__file__).with_name("names.txt")
SPACES = (
    *NAMESPACES, "tree", "dtype_policies", "datasets", "datasets.fashion_mnist", "quirks",
    "testing",
)  # fmt: skip


def found() -> list[str]:
    """The lines for the public names as they are now."""
    lines = set()
    for space in SPACES:
        module = importlib.import_module(".".join(filter(None, ["scratch", space])))
        for name in public_names("scratch", space):
            thing = getattr(module, name)
            at_home = getattr(thing, "__module__", None) or "scratch"
            if at_home.startswith("scratch"):  # what a file has imported is no name of its own
                lines |= set(_lines(f"{space}.{name}".lstrip("."), thing))
    return sorted(lines)


def recorded() -> list[str]:
    """The lines in the file."""
    return PATH.read_text(encoding="utf-8").splitlines()


def write() -> None:
    """Records the lines, but for methods that Keras does not have."""
    lines = [line for line in found() if _is_promised(line)]
    PATH.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _is_promised(line: str) -> bool:
    import keras

    *owner, name = line.split("(")[0].split(".")
    ours: Any = scratch
    theirs: Any = keras
    for part in owner:
        ours, theirs = getattr(ours, part), getattr(theirs, part, None)
    return not inspect.isclass(ours) or (theirs is not None and hasattr(theirs, name))


def _lines(path: str, thing: Any) -> list[str]:
    if not callable(thing):
        return [path]
    if not inspect.isclass(thing):
        return [path + _signature(thing)]
    lines = [path + _signature(thing)]
    for name in dir(thing):
        if not name.startswith("_") or name == "__call__":
            part = inspect.getattr_static(thing, name)
            part = getattr(part, "__func__", part)
            is_method = inspect.isroutine(part)
            lines.append(f"{path}.{name}" + (_signature(part) if is_method else ""))
    return lines


def _signature(thing: Any) -> str:
    try:
        signature = inspect.signature(thing)
    except (TypeError, ValueError):  # some of C's
        return "(...)"
    parameters = [
        p.replace(annotation=inspect.Parameter.empty) for p in signature.parameters.values()
    ]
    plain = signature.replace(
        parameters=parameters, return_annotation=inspect.Signature.empty
    )  # fmt: skip
    text = re.sub(
        r"<([\w. ]+?)( at)? 0x[0-9a-f]+>|<function ([\w.<>]+) at 0x[0-9a-f]+>",
        r"<\1\3>",
        str(plain),
    )
    # In which file a class stands is nobody's business.
    return re.sub(r"<class 'scratch\.[\w.]*?(\w+)'>", r"<class '\1'>", text)
