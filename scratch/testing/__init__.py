"""Derivatives, found in independent ways: to check a model, a layer or a loss."""

from scratch.testing.gradients import by_complex_step, by_graph, by_hand

__all__ = ["by_complex_step", "by_graph", "by_hand"]
