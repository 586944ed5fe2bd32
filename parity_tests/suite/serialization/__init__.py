"""Tests of `scratch.serialization`."""
