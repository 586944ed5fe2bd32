"""Somebody's file, run as a module of its own."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

from scratch.testing.student.silence import silent


def load_module(file: Path) -> ModuleType:
    """The file as a module; what it prints while it runs is kept out of sight.

    Raises:
        ValueError: when there is no such file, or it cannot be run.
    """
    if not file.is_file():
        raise ValueError(f"There is no file {file}")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise ValueError(f"{file} is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(file.parent))  # files beside it, as when it runs itself
    try:
        with silent():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever running somebody's file raises
        line = getattr(error, "lineno", None) or _line(error, file)
        at = f" (line {line})" if line else ""
        raise ValueError(f"{file} could not be run: {type(error).__name__}: {error}{at}") from error
    finally:
        sys.path.remove(str(file.parent))
    return module


def _line(error: BaseException, file: Path) -> int | None:
    traceback, found = error.__traceback__, None
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == str(file):
            found = traceback.tb_lineno
        traceback = traceback.tb_next
    return found
