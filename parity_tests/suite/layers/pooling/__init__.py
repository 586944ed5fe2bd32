"""Tests of `scratch.layers.pooling`."""
