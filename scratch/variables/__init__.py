"""Variables, their gradients, and the one flat vector in which they live."""
