"""Imports the invariants of all families, which enters them into the list."""

from parity_tests.invariants import of_layers, of_losses, of_metrics, of_schedules, of_weights

__all__ = ["of_layers", "of_losses", "of_metrics", "of_schedules", "of_weights"]
