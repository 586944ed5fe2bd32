"""Layers that add noise while a model is trained."""
