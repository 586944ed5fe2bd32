"""A model as it is computed: nodes in order, forward and backward."""
