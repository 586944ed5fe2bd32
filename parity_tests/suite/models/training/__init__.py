"""Tests of `scratch.models.training`."""
