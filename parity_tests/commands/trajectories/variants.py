"""The optimizers whose trajectories are followed, each in the variants that compute differently.

An optimizer that `scratch` offers and that has no line here is followed with its own defaults.
"""

from collections.abc import Callable
from typing import Any

import scratch

Maker = Callable[[Any], Any]

# The most important first: the run may be stopped at any time.
WRITTEN: dict[str, Maker] = {
    "sgd": lambda k: k.optimizers.SGD(),
    "sgd momentum": lambda k: k.optimizers.SGD(momentum=0.9),
    "sgd nesterov": lambda k: k.optimizers.SGD(momentum=0.9, nesterov=True),
    "adam": lambda k: k.optimizers.Adam(),
    "rmsprop": lambda k: k.optimizers.RMSprop(),
    "adam amsgrad": lambda k: k.optimizers.Adam(amsgrad=True),
    "rmsprop momentum": lambda k: k.optimizers.RMSprop(momentum=0.9),
    "rmsprop centered": lambda k: k.optimizers.RMSprop(centered=True),
    "adam weight decay": lambda k: k.optimizers.Adam(weight_decay=0.004),
    "adam global clipnorm": lambda k: k.optimizers.Adam(global_clipnorm=1.0),
    "sgd loss scaled": lambda k: k.optimizers.LossScaleOptimizer(k.optimizers.SGD()),
    "sgd averaged": lambda k: k.optimizers.SGD(use_ema=True, ema_overwrite_frequency=100),
}


def catalogue() -> dict[str, Maker]:
    """All variants by name: those written above, then the defaults of every other optimizer."""
    found = dict(WRITTEN)
    followed = {type(make(scratch)).__name__ for make in WRITTEN.values()}
    for name in scratch.optimizers.__all__:
        cls = getattr(scratch.optimizers, name)
        base = scratch.optimizers.Optimizer
        if isinstance(cls, type) and issubclass(cls, base) and name not in {*followed, "Optimizer"}:
            found[name.lower()] = _default(name)
    return found


def _default(name: str) -> Maker:
    return lambda k: getattr(k.optimizers, name)()
