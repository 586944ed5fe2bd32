"""How data reach a model: arrays, batches, sources of batches, epochs."""
