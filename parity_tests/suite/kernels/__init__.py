"""Tests of `scratch.kernels`."""
