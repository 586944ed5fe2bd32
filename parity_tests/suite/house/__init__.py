"""Tests of the source itself: imports, names, docstrings, signatures."""
