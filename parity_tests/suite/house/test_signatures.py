"""What an argument is when nobody gives it: the same as in Keras, everywhere."""

import inspect
from collections.abc import Iterator
from typing import Any

import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.commands.coverage import NAMESPACES  # noqa: E402

# Where it is not, and why.
ALLOWED = {
    "layers.BatchNormalization.call(training)": "what is not training is inference",
    "ops.where(x1)": "a result of that shape depends on data, and has no place in a graph",
    "ops.where(x2)": "the same",
    "optimizers.schedules.ExponentialDecay(name)": "None stands for the name of the class",
    "optimizers.schedules.InverseTimeDecay(name)": "the same",
}


def callables(namespace: str) -> Iterator[tuple[str, Any, Any]]:
    """By name, what both libraries offer there to be called, and the methods of classes."""
    ours, theirs = (_at(k, namespace) for k in (scratch, keras))
    for name in dir(theirs):
        their = getattr(theirs, name)
        if name.startswith("_") or not callable(their) or not hasattr(ours, name):
            continue
        our = getattr(ours, name)
        dotted = f"{namespace}.{name}".lstrip(".")
        yield dotted, our, their
        if inspect.isclass(their):
            for method in dir(their):
                found = getattr(their, method)
                if not method.startswith("_") and inspect.isroutine(found) and hasattr(our, method):
                    yield f"{dotted}.{method}", getattr(our, method), found


def _at(library: Any, namespace: str) -> Any:
    for part in filter(None, namespace.split(".")):
        library = getattr(library, part)
    return library


def defaults(function: Any) -> dict[str, Any]:
    """By name; empty for what tells nothing about its arguments."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return {}
    return {p.name: p.default for p in parameters}


def differences(namespace: str) -> tuple[int, dict[str, str]]:
    """How many defaults were compared, and those that differ."""
    compared, found = 0, {}
    for name, our, their in callables(namespace):
        ours = defaults(our)
        for argument, wanted in defaults(their).items():
            if wanted is inspect.Parameter.empty or argument not in ours:
                continue
            compared += 1
            given = ours[argument]
            if given is not wanted and (type(given) is not type(wanted) or given != wanted):
                found[f"{name}({argument})"] = f"{given!r} instead of {wanted!r}"
    return compared, found


# Whose functions have no defaults.
PLAIN = ("config", "datasets.cifar10", "datasets.fashion_mnist", "backend")


@pytest.mark.parametrize("namespace", [n for n in NAMESPACES if n not in PLAIN])
def test_defaults(namespace):
    compared, found = differences(namespace)
    assert compared > 0
    assert set(found) == {name for name in ALLOWED if _in(name, namespace)}, found


def _in(name: str, namespace: str) -> bool:
    longest = max((n for n in NAMESPACES if name.startswith(f"{n}.")), key=len, default="")
    return longest == namespace


def test_a_changed_default_is_noticed(monkeypatch):
    monkeypatch.setattr(scratch.optimizers.Adam.__init__, "__defaults__", (0.002,) * 5)
    assert "optimizers.Adam(learning_rate)" in differences("optimizers")[1]
