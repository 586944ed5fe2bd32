"""Tests of `scratch.random`."""
