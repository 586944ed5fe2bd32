"""Where the playground's files are: in a clone below `examples`, in a wheel packed beside this one.

Nothing here imports them by name: a package of this project imports nothing that stands below it.
"""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

TESTS = Path(__file__).parents[2]  # parity_tests
CLONE = TESTS.parent
PACKED = TESTS / "packed" / "playground"
_NAME = "parity_playground"


def folder() -> Path:
    """The folder of the playground's modules."""
    return PACKED if PACKED.is_dir() else CLONE / "examples" / "playground"


def module(name: str) -> ModuleType:
    """A module of the playground, such as `"session"`."""
    if _NAME not in sys.modules:
        root = folder()
        spec = importlib.util.spec_from_file_location(
            _NAME, root / "__init__.py", submodule_search_locations=[str(root)]
        )
        assert spec is not None
        assert spec.loader is not None
        package = importlib.util.module_from_spec(spec)
        sys.modules[_NAME] = package
        spec.loader.exec_module(package)
    return importlib.import_module(f"{_NAME}.{name}")


def pyodide_folders() -> list[Path]:
    """Where a clone may have Pyodide, and NumPy for it."""
    return [CLONE / ".pyodide" / "node_modules" / "pyodide", CLONE.parent / "shared" / "pyodide"]
