"""Tests of `scratch.layers.core`."""
