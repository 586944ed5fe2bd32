"""Tests of `scratch.layers.merging`."""
