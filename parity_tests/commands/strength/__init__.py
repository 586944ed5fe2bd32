"""The suite's own strength: planted faults, how small a change it notices, and mutants."""
