"""What all layers share that draw while a model is trained, and only then."""

from typing import Any

from scratch import random
from scratch.layers.base.layer import Layer


class Noise(Layer):
    """The base of layers with a strength from 0 (none) to 1, and a stream of random numbers."""

    keeps_shape = True

    def begin(self, name: str, value: float, seed: Any, kind: str = "float") -> float:
        """The strength, once it is known to be one; the stream begins, unless it is 0.

        Raises:
            ValueError: for a strength outside [0, 1].
        """
        if not 0 <= value <= 1:
            raise ValueError(
                f"Invalid value received for argument `{name}`. Expected a {kind} value between 0 "
                f"and 1. Received: {name}={value}"
            )
        self.seed = seed
        if value > 0:
            self.seed_generator = random.SeedGenerator(seed)
        self.supports_masking = True
        self._strength = name
        return value

    def passes_on(self, training: bool) -> bool:
        return not training or getattr(self, self._strength) == 0
