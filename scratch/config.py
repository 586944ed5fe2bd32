"""What everything shares: the default float type, a small epsilon, where messages go.

Same names and rules as `keras.config`.
"""

import os
from typing import Any

from scratch import dtype_policies
from scratch.context.absent import explain_absent
from scratch.context.defaults import (
    array_type,
    epsilon,
    floatx,
    image_data_format,
    set_epsilon,
    set_floatx,
    set_image_data_format,
)
from scratch.context.tracebacks import (
    disable_traceback_filtering,
    enable_traceback_filtering,
    is_traceback_filtering_enabled,
)
from scratch.kernels import table

__all__ = [
    "array_type",
    "backend",
    "disable_interactive_logging",
    "disable_traceback_filtering",
    "dtype_policy",
    "enable_interactive_logging",
    "enable_traceback_filtering",
    "epsilon",
    "floatx",
    "image_data_format",
    "is_interactive_logging_enabled",
    "is_traceback_filtering_enabled",
    "kernels",
    "max_epochs",
    "max_steps_per_epoch",
    "set_dtype_policy",
    "set_epsilon",
    "set_floatx",
    "set_image_data_format",
    "set_kernels",
    "set_max_epochs",
    "set_max_steps_per_epoch",
]
_interactive = True
_max_epochs = int(os.environ["KERAS_MAX_EPOCHS"]) if "KERAS_MAX_EPOCHS" in os.environ else None
_max_steps = (
    int(os.environ["KERAS_MAX_STEPS_PER_EPOCH"])
    if "KERAS_MAX_STEPS_PER_EPOCH" in os.environ
    else None
)


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


def kernels() -> str:
    """What computes the kernels: `"numpy"`, or `"compiled"` (see `set_kernels`)."""
    return table.chosen()


def set_kernels(kernels: str) -> None:
    """Sets whether kernels are computed by NumPy or by their compiled twins, to the same bits.

    At first it is what `$SCRATCH_KERNELS` says, or `"numpy"`.

    Args:
        kernels: `"numpy"` or `"compiled"`.

    Raises:
        ValueError: for any other value.
        ImportError: for `"compiled"` where numba is not installed.
    """
    table.choose(kernels)


def dtype_policy() -> Any:
    """The type of layers built without one, as a `DTypePolicy`."""
    return dtype_policies.dtype_policy()


def set_dtype_policy(policy: Any) -> None:
    """Sets the type of layers built without one: a name, or a `DTypePolicy`."""
    dtype_policies.set_dtype_policy(policy)


explain_absent(__name__)
