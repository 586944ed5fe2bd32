"""Training a model: what is compiled, one step, and many."""
