"""Layers of images: their size, their place, their colours, at random or not, mixed or not."""
