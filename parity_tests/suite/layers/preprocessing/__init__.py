"""Tests of `scratch.layers.preprocessing`."""
