"""Tests of `scratch.network`."""
