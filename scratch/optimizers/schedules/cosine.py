"""Learning rates that fall along half a cosine (Loshchilov & Hutter, 2016).

    r = r0 ((1 - alpha) c + alpha)             c = (1 + cos(pi p)) / 2,   p: share of the steps done

Either once, after a straight warm-up, or again and again with periods that grow by `t_mul` and
peaks that shrink by `m_mul`.

Of a whole number r0, Keras takes pi as a whole number too: 3, so that the cosine does not reach -1.
The same is done here; write 1.0 for 1.
"""

import math
from typing import Any

import numpy as np

from scratch import config
from scratch.optimizers.schedules.learning_rate_schedule import (
    LearningRateSchedule,
    RateTypeError,
    positive,
    rate,
    scalar,
)
from scratch.random import libm
from scratch.serialization.configured import configured


@configured(alone=True)
class CosineDecay(LearningRateSchedule):
    """Cosine decay (`keras.optimizers.schedules.CosineDecay`).

    Args:
        initial_learning_rate: r0; with a warm-up, where that begins.
        decay_steps: length of the fall.
        alpha: the lowest rate, as a share of r0 (of `warmup_target`, where there is one).
        name: of the schedule.
        warmup_target: the rate at the end of the warm-up; None for no warm-up.
        warmup_steps: length of the warm-up.

    Raises:
        ValueError: unless `decay_steps` is positive.
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        decay_steps: Any,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: Any = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = positive("decay_steps", decay_steps)
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps

    def __call__(self, step: Any) -> Any:
        start = rate("initial_learning_rate", self.initial_learning_rate)
        of = start.dtype.type
        now, length, warmup = of(scalar(step)), of(self.decay_steps), of(0)
        if self.warmup_target is not None:
            target, warmup = of(self.warmup_target), of(self.warmup_steps)
            if now < warmup:
                if start.dtype.kind != "f":
                    raise _whole(self.initial_learning_rate, "a warm-up")
                return (target - start) * (now / warmup) + start
            start = target
        p = (np.minimum(now, length + warmup) - warmup) / length
        real = of if start.dtype.kind == "f" else np.dtype(config.floatx()).type
        cosine = real(0.5) * (1 + _cos(real(of(math.pi) * real(p))))
        return start * (real(1 - self.alpha) * cosine + real(self.alpha))


@configured(
    alone=True,
    values={"t_mul": lambda self: self._t_mul, "m_mul": lambda self: self._m_mul},
)
class CosineDecayRestarts(LearningRateSchedule):
    """Cosine decay with warm restarts (`keras.optimizers.schedules.CosineDecayRestarts`).

    Args:
        initial_learning_rate: r0.
        first_decay_steps: length of the first fall.
        t_mul: each fall is so many times as long as the one before.
        m_mul: each fall starts at so many times the height of the one before, before alpha.
        alpha: the lowest rate, as a share of r0.
        name: of the schedule.

    Raises:
        ValueError: unless `first_decay_steps` is positive.
    """

    def __init__(
        self,
        initial_learning_rate: Any,
        first_decay_steps: Any,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = positive("first_decay_steps", first_decay_steps)
        self._t_mul = t_mul
        self._m_mul = m_mul
        self.alpha = alpha
        self.name = name

    def __call__(self, step: Any) -> Any:
        start = rate("initial_learning_rate", self.initial_learning_rate)
        of = start.dtype.type
        alpha, t_mul, m_mul = of(self.alpha), of(self._t_mul), of(self._m_mul)
        p = of(scalar(step)) / of(self.first_decay_steps)
        if t_mul == 1:
            restarts = np.floor(p)
            p = p - restarts
        elif start.dtype.kind != "f":
            raise _whole(self.initial_learning_rate, "`t_mul` other than 1")
        else:
            # i falls take 1 + t + ... + t^(i - 1) = (1 - t^i) / (1 - t) times as long as the first.
            restarts = np.floor(_log(1 - p * (1 - t_mul)) / _log(t_mul))
            p = (p - (1 - t_mul**restarts) / (1 - t_mul)) / t_mul**restarts
        cosine = p.dtype.type(0.5) * m_mul**restarts * (1 + _cos(of(math.pi) * p))
        return start * ((1 - alpha) * cosine + alpha)


def _whole(start: Any, what: str) -> RateTypeError:
    return RateTypeError(
        f"`initial_learning_rate` must be a float for {what}. Received: "
        f"initial_learning_rate={start!r}; write {float(start)!r}"
    )


def _cos(x: Any) -> Any:
    """The cosine; in float32 the C library's, as in TensorFlow, not NumPy's own."""
    return libm.sin_cos(np.atleast_1d(x))[1][0] if x.dtype == np.float32 else np.cos(x)


def _log(x: Any) -> Any:
    known = x.dtype == np.float32 and x > 0
    return libm.log(np.atleast_1d(x))[0] if known else np.log(x)
