"""The harness: cases go through engines, give records, and records are compared."""
