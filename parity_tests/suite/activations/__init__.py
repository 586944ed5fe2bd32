"""Tests of `scratch.activations`."""
