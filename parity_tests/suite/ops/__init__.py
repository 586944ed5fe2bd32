"""Tests of `scratch.ops`."""
