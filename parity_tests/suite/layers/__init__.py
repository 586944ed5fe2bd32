"""Tests of `scratch.layers`."""
