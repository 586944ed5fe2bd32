"""A planted fault, and the three ways to plant one.

method     a function or method is wrapped; the replacement gets the original first
value      a constant is replaced
rewritten  one line of a function's source is replaced (for libraries whose version is pinned)
"""

import ast
import contextlib
import functools
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from unittest import mock


@dataclass(frozen=True)
class Fault:
    """A mistake.

    Args:
        name: what is wrong, in a few words.
        component: which tag the blame must fall on (see `blame`).
        plant: puts the mistake in, as a context manager.
    """

    name: str
    component: str
    plant: Callable[[], Any]


def method(owner: Any, name: str, replacement: Callable) -> Callable[[], Any]:
    """Wraps `owner.name`: `replacement(original, *args)` is called in its place.

    Planting raises TypeError where it does not take the original's arguments: a fault that cannot
    be called would be noticed by any test.
    """
    return lambda: _wrapped(owner, name, replacement)


@contextlib.contextmanager
def _wrapped(owner: Any, name: str, replacement: Callable) -> Iterator[None]:
    static = isinstance(owner.__dict__.get(name), staticmethod)
    original = getattr(owner, name)
    given = inspect.signature(original).parameters.values()
    if all(p.kind is not p.VAR_POSITIONAL for p in given):  # behind which anything may stand
        plain = [p for p in given if p.kind is p.POSITIONAL_OR_KEYWORD]
        optional = sum(p.default is not p.empty for p in plain)
        _require_room(replacement, range(len(plain) - optional, len(plain) + 1))

    @functools.wraps(original)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        return replacement(original, *args, **kwargs)

    with mock.patch.object(owner, name, staticmethod(wrapper) if static else wrapper):
        yield


def _require_room(replacement: Callable, numbers: range) -> None:
    """Raises TypeError where a function takes none of these numbers of arguments."""
    for number in numbers:
        try:
            inspect.signature(replacement).bind(None, *[None] * number)
            return
        except TypeError as error:
            last = error
    raise last


def both(*plants: Callable[[], Any]) -> Callable[[], Any]:
    """Several changes at once, where one fault shows in several places."""
    return lambda: _all(plants)


@contextlib.contextmanager
def _all(plants: tuple[Callable[[], Any], ...]) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for plant in plants:
            stack.enter_context(plant())
        yield


def value(owner: Any, name: str, replacement: Any) -> Callable[[], Any]:
    """A fault that replaces `owner.name`."""
    return lambda: mock.patch.object(owner, name, replacement)


@contextlib.contextmanager
def setting(thing: Any, name: str, replacement: Any) -> Iterator[None]:
    """`thing.name` is another value within the block, and nobody is told of the change."""
    kept = getattr(thing, name)
    object.__setattr__(thing, name, replacement)
    try:
        yield
    finally:
        object.__setattr__(thing, name, kept)


def rewritten(where: str, old: str, new: str) -> Callable[[], Any]:
    """Replaces `old` by `new` in the source of the function at `where`.

    Args:
        where: `"package.module:Class.method"`; imported only when the fault is planted.
        old: occurs exactly once in the function.
        new: what stands there instead.
    """
    return lambda: _rewritten(where, old, new)


@contextlib.contextmanager
def _rewritten(where: str, old: str, new: str) -> Iterator[None]:
    module, path = where.split(":")
    function: Any = importlib.import_module(module)
    for part in path.split("."):
        function = getattr(function, part)
    function = inspect.unwrap(function)
    # The code alone is exchanged, so that everybody who holds the function gets the fault.
    code, function.__code__ = function.__code__, _recompiled(function, where, old, new)
    try:
        yield
    finally:
        function.__code__ = code


def _recompiled(function: Any, where: str, old: str, new: str) -> Any:
    source = textwrap.dedent(inspect.getsource(function))
    if source.count(old) != 1:
        raise ValueError(f"{where}: {old!r} occurs {source.count(old)} times, expected once")
    definition = ast.parse(source.replace(old, new)).body[0]
    assert isinstance(definition, ast.FunctionDef)
    definition.decorator_list = []
    # What the function sees of its surroundings (`super()` needs `__class__`) comes as arguments.
    outer = ast.parse(f"def outer({', '.join(function.__code__.co_freevars)}): pass").body[0]
    assert isinstance(outer, ast.FunctionDef)
    outer.body = [definition, ast.Return(ast.Name(definition.name, ast.Load()))]
    found: dict[str, Any] = {}
    tree = ast.fix_missing_locations(ast.Module([outer], []))
    exec(compile(tree, f"<{where}, with a fault>", "exec"), function.__globals__, found)
    changed = found["outer"](*function.__code__.co_freevars).__code__
    assert changed.co_freevars == function.__code__.co_freevars, where
    return changed
