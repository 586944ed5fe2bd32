"""Tests of `scratch.backend`."""
