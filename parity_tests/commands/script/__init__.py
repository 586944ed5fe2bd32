"""A training script of anybody's, run in both libraries."""
