"""Layers that make one number of many that lie beside each other."""
