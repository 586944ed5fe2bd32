"""AdamW: Adam whose weights shrink on their own (Loshchilov & Hutter, 2019).

    w <- w - lr * weight_decay * w          then Adam's step

The decay stays outside the gradient, and so outside Adam's division by sqrt(v).
"""

from typing import Any

from scratch.optimizers.adam import Adam


class AdamW(Adam):
    """AdamW (`keras.optimizers.AdamW`).

    Args:
        learning_rate: lr.
        weight_decay: how fast the weights shrink.
        beta_1, beta_2, epsilon, amsgrad: see `Adam`.
        kwargs: see `Optimizer`.

    Raises:
        ValueError: without a weight decay.
    """

    def __init__(
        self,
        learning_rate: Any = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, weight_decay, **kwargs)
        if weight_decay is None:
            raise ValueError("Argument `weight_decay` must be a float. Received: weight_decay=None")
