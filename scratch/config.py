"""What everything shares: the default float type, a small epsilon, where messages go.

Same names and rules as `keras.config`.
"""

import os
from typing import Any

import numpy as np

_FLOATS = ("float16", "float32", "float64")
_floatx = "float32"
_epsilon = 1e-7
_interactive = True
_max_epochs = int(os.environ["KERAS_MAX_EPOCHS"]) if "KERAS_MAX_EPOCHS" in os.environ else None
_max_steps = (
    int(os.environ["KERAS_MAX_STEPS_PER_EPOCH"])
    if "KERAS_MAX_STEPS_PER_EPOCH" in os.environ
    else None
)


def floatx() -> str:
    """The default float type, `"float32"` unless `set_floatx` said otherwise."""
    return _floatx


def set_floatx(value: str) -> None:
    """Sets the float type of everything built from now on.

    Args:
        value: `"float16"`, `"float32"` or `"float64"`.

    Raises:
        ValueError: for any other value.
    """
    global _floatx
    if value not in _FLOATS:
        raise ValueError(f"set_floatx: value must be one of {_FLOATS}; got {value!r}")
    _floatx = value


def array_type(dtype: Any) -> np.dtype:
    """`dtype` as NumPy's, `floatx()` for None.

    Raises:
        ValueError: for something that names no type.
    """
    try:
        return np.dtype(dtype or _floatx)
    except TypeError:
        raise ValueError(
            f"Invalid dtype: {dtype}. Expected a name such as 'float32', or None"
        ) from None


def epsilon() -> float:
    """The small number that keeps logarithms and quotients finite: 1e-7 by default."""
    return _epsilon


def set_epsilon(value: float) -> None:
    """Sets the number that `epsilon` returns."""
    global _epsilon
    _epsilon = value


def backend() -> str:
    """What computes: `"numpy"`, always."""
    return "numpy"


def enable_interactive_logging() -> None:
    """Sends messages to standard output; that is the default."""
    global _interactive
    _interactive = True


def disable_interactive_logging() -> None:
    """Sends messages to Python's log named `"scratch"`, at level INFO."""
    global _interactive
    _interactive = False


def is_interactive_logging_enabled() -> bool:
    """Whether messages go to standard output."""
    return _interactive


def max_epochs() -> int | None:
    """The most epochs that any `fit` runs, for a quick look at a long script; None: no limit."""
    return _max_epochs


def set_max_epochs(max_epochs: int | None) -> None:
    """Sets what `max_epochs` returns; at first it is `$KERAS_MAX_EPOCHS`."""
    global _max_epochs
    _max_epochs = max_epochs


def max_steps_per_epoch() -> int | None:
    """The most batches of any epoch, of training or evaluation; None: no limit."""
    return _max_steps


def set_max_steps_per_epoch(max_steps_per_epoch: int | None) -> None:
    """Sets what `max_steps_per_epoch` returns; at first it is `$KERAS_MAX_STEPS_PER_EPOCH`."""
    global _max_steps
    _max_steps = max_steps_per_epoch


def dtype_policy() -> Any:
    """The type of layers built without one, as a `DTypePolicy`."""
    from scratch import dtype_policies

    return dtype_policies.dtype_policy()


def set_dtype_policy(policy: Any) -> None:
    """Sets the type of layers built without one: a name, or a `DTypePolicy`."""
    from scratch import dtype_policies

    dtype_policies.set_dtype_policy(policy)
