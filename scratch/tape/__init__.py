"""Gradients of what is computed step by step: an open tape records it (`keras.GradientTape`)."""

from scratch.tape.gradient_tape import GradientTape

__all__ = ["GradientTape"]
