"""Everything that verifies: the harness, the cases, the tests, and the main job `parity`."""
