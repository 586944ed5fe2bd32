"""The models (`keras.models`)."""

from scratch.models.sequential import Sequential

__all__ = ["Sequential"]
