"""Tests of `scratch.mixed_precision`."""
