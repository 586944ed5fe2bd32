"""The cases, as values: `find(name)` gives one, `ALL` holds them all."""

import functools
import importlib

from parity_tests.harness.case import Case

MODULES = (
    "layers",
    "normalization",
    "shapes",
    "convolution",
    "pooling",
    "images",
    "margins",
    "merging",
    "noise",
    "activations",
    "losses",
    "regularizers",
    "orthogonality",
    "constraints",
    "metrics",
    "optimizers",
    "schedules",
    "models",
    "fits",
    "drawn",
    "stopped",
    "played",
)


def of(module: str) -> list[Case]:
    """The cases of one module of this package."""
    return importlib.import_module(f"{__name__}.{module}").CASES


@functools.cache
def _by_name() -> dict[str, Case]:
    named: dict[str, Case] = {}
    for module in MODULES:
        for case in of(module):
            assert case.name not in named, f"two cases are called {case.name!r}"
            named[case.name] = case
    return named


def find(name: str) -> Case:
    """The case called `name`."""
    return _by_name()[name]
