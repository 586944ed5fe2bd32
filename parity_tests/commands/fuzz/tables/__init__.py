"""What the fuzzer draws from. Adding a layer, a loss, a metric or an option is one entry.

Optimizers, initializers and activations need none: they are found in `scratch`, and their options
by the names of their arguments (`calls.OPTIONS`).
"""

from parity_tests.commands.fuzz.tables import layers as _layers
from parity_tests.commands.fuzz.tables import windows as _windows
from parity_tests.commands.fuzz.tables.calls import OPTIONS, SCHEDULES, arguments, classes
from parity_tests.commands.fuzz.tables.layers import (
    CONSTRAINTS,
    INITIALIZERS,
    LAST,
    LAYERS,
    MERGES,
    RANDOM,
    RANDOM_OF_RANK,
    REGULARIZERS,
    branches,
    dense,
)
from parity_tests.commands.fuzz.tables.losses import LABELS, LOSSES, METRICS, losses, metrics
from parity_tests.commands.fuzz.tables.training import AFTER, CALLBACKS, FLOAT32, OPTIMIZERS

OF_RANK = {**_layers.OF_RANK, **_windows.OF_RANK}

__all__ = [
    "AFTER",
    "CALLBACKS",
    "CONSTRAINTS",
    "FLOAT32",
    "INITIALIZERS",
    "LABELS",
    "LAST",
    "LAYERS",
    "LOSSES",
    "MERGES",
    "METRICS",
    "OF_RANK",
    "OPTIMIZERS",
    "OPTIONS",
    "RANDOM",
    "RANDOM_OF_RANK",
    "REGULARIZERS",
    "SCHEDULES",
    "arguments",
    "branches",
    "classes",
    "dense",
    "losses",
    "metrics",
]
