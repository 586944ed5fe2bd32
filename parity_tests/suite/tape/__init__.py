"""Tests of `scratch.tape`."""
