# ruff: noqa: E501 - one line a value
"""The house: who may import whom, in which order, and that every public name explains itself."""

import ast
import functools
import importlib
import inspect
import sys
import types
from pathlib import Path

import pytest

import scratch
from parity_tests.commands.ceremony import circles_of, imported_files

ROOT = Path(__file__).resolve().parents[3]
SCRATCH = ROOT / "scratch"
ROOMS = ["keras_models", "scratch", "parity_tests", "examples"]
NEVER = {"tensorflow", "keras", "jax", "torch"}

# scratch, top to bottom: a file imports only from files listed above it, and from its own folder.
ORDER = [
    ["quirks", "context", "serialization", "files", "tree"],
    ["kernels", "dtype_policies"],
    ["config"],
    ["messages"],
    ["ops", "constraints"],
    ["variables", "regularizers"],
    ["random", "tape"],
    ["network", "initializers", "data", "ops.image"],
    ["activations"],
    ["layers", "losses", "optimizers", "utils"],
    ["metrics", "backend", "datasets", "preprocessing", "mixed_precision"],
    ["saving"],
    ["callbacks"],
    ["models"],
    ["testing"],
    ["__main__"],
]  # fmt: skip
# Imported inside functions: when they are asked for.
OPTIONAL = {"h5py", "graphviz", "PIL", "simplejpeg", "onnx"}
# So are these of Python's own, which take as long to load as a dozen of our modules.
SLOW = {"http", "urllib", "statistics", "socket", "logging"}
FILES = sorted(SCRATCH.rglob("*.py"))


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path, top_level=False):
    """`(module, line)` of every import, or of those that run when the file is imported."""
    tree = ast.parse(path.read_text())
    for node in tree.body if top_level else ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = [node.module] if node.module else []
            if node.level:
                here = list(path.relative_to(ROOT).parts)
                base = here[: len(here) - node.level] + base
            yield from ((".".join([*base, a.name]), node.lineno) for a in node.names)


def rank(name):
    """Where a module of scratch stands; None for scratch itself."""
    name = name.removeprefix("scratch").lstrip(".")
    best = None
    for number, entries in enumerate(ORDER):
        for entry in entries:
            fits = name == entry or name.startswith(entry + ".")
            if fits and (best is None or len(entry) > best[0]):
                best = (len(entry), number)
    return None if best is None else best[1]


@pytest.mark.parametrize("path", FILES, ids=[module_name(path) for path in FILES])
def test_scratch_needs_numpy_and_the_standard_library_only(path):
    allowed = {"numpy", "scratch", *sys.stdlib_module_names}
    if "saving" in path.parts:
        allowed.add("h5py")
    if path.parent.name == "compiled":  # when they are wanted
        allowed |= {"numba", "llvmlite"}
    if path.match("onnx/export.py"):  # when a model is exported
        allowed.add("onnx")
    if path.stem == "model_plot":  # when a drawing is asked for, and not before
        allowed.add("graphviz")
    if path.stem == "pillow":  # when a file of an image is
        allowed.add("PIL")
    if path.stem == "jpeg":
        allowed.add("simplejpeg")
    for module, line in imports(path):
        assert module.split(".")[0] in allowed, f"{path.name}:{line} imports {module}"


@pytest.mark.parametrize("path", FILES, ids=[module_name(path) for path in FILES])
def test_imports_run_one_way(path):
    mine = module_name(path)
    if mine == "scratch":
        return
    assert rank(mine) is not None, f"{mine} has no place in the order"
    for module, line in imports(path, top_level=True):
        other = rank(module) if module.startswith("scratch.") else None
        if other is None or module.split(".")[1] == mine.split(".")[1]:
            continue
        assert other <= rank(mine), f"{mine}:{line} imports {module}, which stands below it"


def test_no_circle_of_imports():
    imported = {
        path: set(imported_files(path, ast.parse(path.read_text()), SCRATCH)) for path in FILES
    }
    assert sum(map(len, imported.values())) > len(FILES)
    assert circles_of(imported) == set()


def test_a_circle_is_noticed():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}
    assert circles_of(graph) == {frozenset("abc")}


def test_an_import_is_found_wherever_it_stands(tmp_path):
    folder = tmp_path / "scratch" / "room"
    folder.mkdir(parents=True)
    for name in ("above", "beside", "inside", "reader"):
        (folder / f"{name}.py").touch()
    source = "from scratch.room.above import x\nfrom .beside import y\ndef f():\n    from . import inside"
    found = imported_files(folder / "reader.py", ast.parse(source), tmp_path / "scratch")
    assert {path.stem for path in found} == {"above", "beside", "inside"}


@pytest.mark.parametrize("path", FILES, ids=[module_name(path) for path in FILES])
def test_functions_import_optional_packages_only(path):
    for function in ast.walk(ast.parse(path.read_text())):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    module = getattr(node, "module", None) or node.names[0].name
                    assert module.split(".")[0] in OPTIONAL | SLOW, (
                        f"{path.name}:{node.lineno}: {module}"
                    )


def test_every_entry_of_the_order_exists():
    for entry in (entry for entries in ORDER for entry in entries):
        path = SCRATCH / entry.replace(".", "/")
        assert path.is_dir() or path.with_suffix(".py").exists(), entry


@pytest.mark.parametrize("room", [room for room in ROOMS if (ROOT / room).is_dir()])
def test_rooms_import_only_what_stands_above_them(room):
    below = {"keras_models": ["scratch", "parity_tests", "examples"], "scratch": ["keras_models", "parity_tests", "examples"], "parity_tests": ["examples"], "examples": []}[room]  # fmt: skip
    if room == "keras_models":
        # The models know no library; where their data come from is scratch.datasets' matter.
        below = [name for name in below if name != "scratch"]
        for path in (ROOT / room).rglob("*.py"):
            for module, line in imports(path):
                if module.startswith("scratch"):
                    assert module.startswith("scratch.datasets"), f"{path.name}:{line}: {module}"
    for path in (ROOT / room).rglob("*.py"):
        for module, line in imports(path):
            assert module.split(".")[0] not in below, f"{path.name}:{line} imports {module}"


def undocumented(nodes, prefix=""):
    """Public classes, functions and methods without a docstring, as dotted names."""
    for node in nodes:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        if node.name.startswith("_"):
            continue
        setter = any(isinstance(d, ast.Attribute) for d in node.decorator_list)
        if not setter and not ast.get_docstring(node):
            yield prefix + node.name
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, f"{prefix}{node.name}.")


def overrides_a_documented_method(module, name):
    """Whether a dotted name of a module is a method of which a base class tells what it does."""
    *owners, method = name.split(".")
    owner = module
    for part in owners:
        owner = getattr(owner, part)
    bases = owner.__mro__[1:] if isinstance(owner, type) else ()
    return any(is_method(found := vars(base).get(method)) and found.__doc__ for base in bases)


def is_method(found):
    """A function, or what a decorator of the standard library makes of one; no plain value."""
    wrapped = (property, classmethod, staticmethod, functools.cached_property)
    return inspect.isroutine(found) or isinstance(found, wrapped)


def unexplained(source, module):
    """The undocumented names of a module's source, without overrides of documented methods.

    Args:
        source: the text of the module.
        module: a function that gives the module itself, for the bases of its classes.
    """
    names = list(undocumented(ast.parse(source).body))
    return [n for n in names if "." not in n or not overrides_a_documented_method(module(), n)]


DOCUMENTED = [
    path
    for room in ROOMS
    for path in sorted((ROOT / room).rglob("*.py"))
    if not path.name.startswith("test_")
]


@pytest.mark.parametrize("path", DOCUMENTED, ids=[module_name(path) for path in DOCUMENTED])
def test_every_public_name_has_a_docstring(path):
    source = path.read_text()
    assert ast.get_docstring(ast.parse(source)), "the module"
    names = unexplained(source, lambda: importlib.import_module(module_name(path)))
    if SCRATCH not in path.parents:  # ruff sees to their functions and classes, and knows excuses
        names = [name for name in names if "." in name]
    assert names == []


PLANTED = '''
class Base:
    """A base."""
    name = "a value, which documents nothing"
    def told(self):
        """Says what it does."""
    def untold(self): ...
    @property
    def size(self):
        """A size."""
    @classmethod
    def of(cls):
        """One of these."""

class Derived(Base):
    """Overrides some, and adds some."""
    def told(self): ...
    def untold(self): ...
    def name(self): ...
    @property
    def size(self): ...
    @size.setter
    def size(self, value): ...
    @classmethod
    def of(cls): ...
    def added(self): ...
    def _private(self): ...

class Listed(list):
    """A class whose base is Python's own."""
    def append(self, value): ...

class Bare: ...
def function(): ...
async def coroutine(): ...
'''


def test_a_missing_docstring_is_noticed():
    module = types.ModuleType("planted")
    exec(PLANTED, vars(module))
    assert unexplained(PLANTED, lambda: module) == [
        "Base.untold", "Derived.untold", "Derived.name", "Derived.added",
        "Bare", "function", "coroutine",
    ]  # fmt: skip


def classes_of(path):
    """The names of the classes that a file defines."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def test_no_two_classes_have_one_name():
    """But where Keras has both: a loss and its metric, a layer and an initializer.

    `testing` speaks of somebody else's layers, and is left out.
    """
    homes: dict[str, list[str]] = {}
    for path in (f for f in FILES if "testing" not in f.parts):
        for name in classes_of(path):
            homes.setdefault(name, []).append(path.relative_to(SCRATCH).parts[0])
    twice = {name: sorted(rooms) for name, rooms in homes.items() if len(rooms) > 1}
    twins = {name for name, rooms in twice.items() if rooms == ["losses", "metrics"]}
    assert all(hasattr(scratch.losses, n) and hasattr(scratch.metrics, n) for n in twins)
    assert {name: rooms for name, rooms in twice.items() if name not in twins} == {
        "Identity": ["initializers", "layers"],
    }


def test_the_top_level_is_the_houses():
    allowed = {"scratch", "keras_models", "parity_tests", "examples"}
    found = {p.name for p in ROOT.iterdir() if p.is_dir() and (p / "__init__.py").exists()}
    assert found <= allowed
