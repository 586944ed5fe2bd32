"""Compiled twins of the kernels, by numba: imported when they are asked for, and not before."""

import importlib

FAMILIES = (
    "activations", "axpy", "loops", "normalization", "optimizers", "philox", "pooling", "products"
)  # fmt: skip


def register() -> None:
    """Puts all twins into the table; they are compiled when they are first called.

    Raises:
        ImportError: where numba is not installed, or does not fit the NumPy that is.
    """
    for family in FAMILIES:
        importlib.import_module(f"{__name__}.{family}")
