"""Tests of `scratch.optimizers`."""
