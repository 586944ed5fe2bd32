"""Layers that prepare data: scaled, normalized, cut into bins, encoded."""
