"""Tests of `scratch.layers.convolutional`."""
