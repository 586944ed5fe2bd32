"""Tests of `scratch.ops.graph`."""
