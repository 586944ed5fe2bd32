"""Tests of `scratch.metrics`."""
