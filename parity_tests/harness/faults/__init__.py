"""Planted faults: one-line mistakes of the kinds that happen, put into a library for a while.

Each must turn the suite red and lead to the right component. Null changes are the opposite:
rewritings that change rounding at most, and must stay green.
"""

from parity_tests.harness.faults import (
    in_keras,
    in_layers,
    in_losses,
    in_optimizers,
    in_training,
    in_windows,
)
from parity_tests.harness.faults.fault import Fault

FAULTS = (
    *in_layers.FAULTS,
    *in_losses.FAULTS,
    *in_optimizers.FAULTS,
    *in_training.FAULTS,
    *in_windows.FAULTS,
)
NULL_CHANGES = (
    *in_layers.NULL_CHANGES,
    *in_losses.NULL_CHANGES,
    *in_optimizers.NULL_CHANGES,
    *in_training.NULL_CHANGES,
    *in_windows.NULL_CHANGES,
)
KERAS_FAULTS = in_keras.FAULTS
KERAS_NULL_CHANGES = in_keras.NULL_CHANGES

__all__ = ["FAULTS", "KERAS_FAULTS", "KERAS_NULL_CHANGES", "NULL_CHANGES", "Fault"]
