"""Tests of what the tests stand on: harness, planted faults, findings, engines, commands."""
