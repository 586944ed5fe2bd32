"""Boxes around what images show (`keras.utils.bounding_boxes`): formats, moves, overlap."""
