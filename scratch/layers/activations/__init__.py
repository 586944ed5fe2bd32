"""Activation functions as layers, and what is made of a layer's own activation."""
