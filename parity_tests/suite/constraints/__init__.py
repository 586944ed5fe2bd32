"""Tests of `scratch.constraints`."""
