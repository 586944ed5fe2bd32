"""Tests of `scratch.layers.regularization`."""
