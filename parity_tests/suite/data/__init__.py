"""Tests of `scratch.data`."""
