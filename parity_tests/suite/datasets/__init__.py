"""Tests of `scratch.datasets`."""
