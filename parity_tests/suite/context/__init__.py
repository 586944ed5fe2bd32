"""Tests of `scratch.context`."""
