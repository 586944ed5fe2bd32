"""Tests of `scratch.optimizers.schedules`."""
