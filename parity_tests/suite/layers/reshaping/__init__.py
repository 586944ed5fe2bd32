"""Tests of `scratch.layers.reshaping`."""
