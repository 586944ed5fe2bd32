"""Tests of `scratch.testing`."""
