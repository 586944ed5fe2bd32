"""What is left out of a call is here what it is in Keras: the defaults of all public names."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

import scratch
from parity_tests.commands.coverage import NAMESPACES

keras = pytest.importorskip("keras")
NONE = inspect.Parameter.empty
# Where a default is another one, or is one on one side alone: by function and argument.
OTHERWISE = {
    ("finalize_variable_values", "var_list"): "None stands for all weights",
    ("ExponentialDecay.__init__", "name"): "the name of the class, which it gets from None here",
    ("InverseTimeDecay.__init__", "name"): "the name of the class, which it gets from None here",
    ("BatchNormalization.call", "training"): "None counts as False",
    ("Equalization.transform_images", "transformation"): "it draws nothing",
    ("SpectralNormalization.build", "input_shape"): "None is refused by what it wraps",
    ("TimeDistributed.build", "input_shape"): "None is refused by what it wraps",
    ("where", "x1"): "`where(condition)` is `nonzero(condition)`",
    ("where", "x2"): "`where(condition)` is `nonzero(condition)`",
}


def _in(library: Any, namespace: str) -> Any:
    for name in filter(None, namespace.split(".")):
        library = getattr(library, name, None)
    return library


def _functions(namespace: str) -> Iterator[tuple[str, Any, Any]]:
    """Functions and methods that both libraries have: name, Keras's, ours."""
    theirs, ours = _in(keras, namespace), _in(scratch, namespace)
    for name in (name for name in dir(ours) if not name.startswith("_")):
        a, b = getattr(theirs, name, None), getattr(ours, name)
        if a is None or not callable(b):
            continue
        if not (inspect.isclass(a) and inspect.isclass(b)):
            yield name, a, b
            continue
        for method in dir(b):
            public = method == "__init__" or not method.startswith("_")
            if public and callable(getattr(b, method)) and hasattr(a, method):
                yield f"{name}.{method}", getattr(a, method), getattr(b, method)


def _parameters(function: Any) -> dict[str, Any]:
    try:
        return {name: p.default for name, p in inspect.signature(function).parameters.items()}
    except (TypeError, ValueError):  # of C
        return {}


def _differing(namespace: str) -> Iterator[tuple[str, str, Any, Any]]:
    for name, a, b in _functions(namespace):
        theirs, ours = _parameters(a), _parameters(b)
        for argument in theirs.keys() & ours.keys():
            x, y = theirs[argument], ours[argument]
            if (x is NONE) is not (y is NONE) or (x is not NONE and repr(x) != repr(y)):
                yield name, argument, x, y


def _known(name: str, argument: str) -> bool:
    return (name, argument) in OTHERWISE or (name.rpartition(".")[2], argument) in OTHERWISE


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_defaults_are_those_of_keras(namespace):
    found = [row for row in _differing(namespace) if not _known(*row[:2])]
    assert not found


def test_what_is_otherwise_is_so():
    seen = {row[:2] for namespace in NAMESPACES for row in _differing(namespace)}
    methods = {(name.rpartition(".")[2], argument) for name, argument in seen}
    assert OTHERWISE.keys() <= seen | methods


def test_enough_is_compared():
    asked = {
        (name, argument)
        for namespace in NAMESPACES
        for name, a, b in _functions(namespace)
        for argument in _parameters(a).keys() & _parameters(b).keys()
    }
    assert len(asked) > 2000
