"""Tests of `scratch.regularizers`."""
