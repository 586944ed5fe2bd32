"""Layers that normalize: over the batch, over features, over groups, by length."""
