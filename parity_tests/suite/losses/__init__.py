"""Tests of `scratch.losses`."""
