"""Tests of `scratch.layers.normalization`."""
