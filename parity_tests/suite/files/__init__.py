"""Tests of `scratch.files`."""
