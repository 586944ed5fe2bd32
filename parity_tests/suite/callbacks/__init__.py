"""Tests of `scratch.callbacks`."""
