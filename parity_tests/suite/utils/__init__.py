"""Tests of `scratch.utils`."""
