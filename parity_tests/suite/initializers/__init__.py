"""Tests of `scratch.initializers`."""
