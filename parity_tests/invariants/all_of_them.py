"""Imports the invariants of all families, which enters them into the list."""

from parity_tests.invariants import (
    of_callbacks,
    of_images,
    of_layers,
    of_losses,
    of_metrics,
    of_models,
    of_optimizers,
    of_schedules,
    of_utils,
    of_weights,
)

__all__ = [
    "of_callbacks", "of_images", "of_layers", "of_losses", "of_metrics", "of_models",
    "of_optimizers", "of_schedules", "of_utils", "of_weights",
]  # fmt: skip
