"""Tests of `scratch.variables`."""
