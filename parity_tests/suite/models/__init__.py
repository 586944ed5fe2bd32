"""Tests of `scratch.models`."""
