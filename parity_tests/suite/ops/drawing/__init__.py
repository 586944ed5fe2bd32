"""Tests of `scratch.ops.drawing`."""
