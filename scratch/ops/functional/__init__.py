"""Symbolic tensors of functional models, and what records operations on them."""
