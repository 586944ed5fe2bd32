"""A computational graph as a picture."""
