"""Tests of `scratch.saving`."""
