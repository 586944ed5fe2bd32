"""Runs a script or a notebook in one library, and notes what its trainings log.

    python -m parity_tests.commands.script.runner scratch train.py log.json

For `scratch` the script's imports of Keras are led there; nothing else of it is changed. Both
libraries begin from one seed. What `fit` and `evaluate` give is noted, and the error that ends it.
"""

import argparse
import importlib
import json
import re
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

SEED = 42
_TENSORFLOW = re.compile(r"^\s*(import tensorflow|from tensorflow)\b", re.MULTILINE)


def source_of(path: Path) -> str:
    """A script's text; of a notebook the code of its cells, without what is IPython's alone."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    cells = [cell["source"] for cell in json.loads(text)["cells"] if cell["cell_type"] == "code"]
    lines = "\n\n".join("".join(cell) for cell in cells).splitlines()
    return "\n".join(re.sub(r"^(\s*)[!%].*", r"\1pass", line) for line in lines)


def run(library: str, path: Path, floatx: str | None = None) -> dict[str, Any]:
    """What the trainings of a script log: `{"logs": [...], "error": ...}`.

    Args:
        library: `"keras"` or `"scratch"`.
        path: of the script.
        floatx: in which layers compute; default: as the script says.
    """
    source = source_of(path)
    keras = _lead_to_scratch(source) if library == "scratch" else importlib.import_module("keras")
    logs: list[list[Any]] = []
    _note_trainings(keras, logs)
    _without_windows()
    keras.utils.set_random_seed(SEED)
    if floatx:
        keras.config.set_floatx(floatx)
    main = types.ModuleType("__main__")
    vars(main)["__file__"] = str(path)
    sys.modules["__main__"], sys.argv = main, [str(path)]
    error = None
    try:
        exec(compile(source, str(path), "exec"), vars(main))
    except SystemExit:
        pass
    except BaseException as failure:
        frames = traceback.extract_tb(failure.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        error = f"line {lines[-1] if lines else '?'}: {type(failure).__name__}: {failure}"
    return {"logs": logs, "error": error}


def _lead_to_scratch(source: str) -> Any:
    """Puts `scratch` in the place of `keras` and of `tensorflow.keras`."""
    import scratch

    names = ["keras"]
    if _TENSORFLOW.search(source):
        tensorflow: Any = importlib.import_module("tensorflow")
        tensorflow.keras = scratch
        names.append("tensorflow.keras")
    for name, module in _namespaces("", scratch):
        sys.modules.update({f"{place}{name}": module for place in names})
    return scratch


def _namespaces(name: str, module: Any) -> Iterator[tuple[str, Any]]:
    yield name, module
    for part in getattr(module, "__all__", ()):
        inner = getattr(module, part)
        if isinstance(inner, types.ModuleType):
            yield from _namespaces(f"{name}.{part}", inner)


def _note_trainings(keras: Any, logs: list[list[Any]]) -> None:
    under_way: list[str] = []  # `fit` evaluates too

    def noting(name: str, method: Callable[..., Any]) -> Callable[..., Any]:
        def noted(self: Any, *args: Any, **kwargs: Any) -> Any:
            under_way.append(name)
            try:
                result = method(self, *args, **kwargs)
            finally:
                under_way.pop()
            if not under_way:
                logs.append([name, _plain(getattr(result, "history", result))])
            return result

        return noted

    for name in ("fit", "evaluate"):
        setattr(keras.Model, name, noting(name, getattr(keras.Model, name)))


def _plain(x: Any) -> Any:
    if isinstance(x, dict):
        return {str(key): _plain(value) for key, value in x.items()}
    if isinstance(x, list | tuple):
        return [_plain(value) for value in x]
    return x if x is None or isinstance(x, str) else float(x)


def _without_windows() -> None:
    try:
        import matplotlib
    except ModuleNotFoundError:
        return
    matplotlib.use("Agg")


if __name__ == "__main__":
    from parity_tests.commands.script import stand_ins

    parser = argparse.ArgumentParser()
    parser.add_argument("library")
    parser.add_argument("script", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--stand-ins", type=Path)
    parser.add_argument("--float64", action="store_true")
    given = parser.parse_args()
    if given.stand_ins:
        stand_ins.use(given.library, given.stand_ins)
    found = run(given.library, given.script, "float64" if given.float64 else None)
    given.target.write_text(json.dumps(found), encoding="utf-8")
