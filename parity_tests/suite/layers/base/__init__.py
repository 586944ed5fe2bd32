"""Tests of `scratch.layers.base`."""
