"""Twins: the same run of `scratch` with every rounding made a little differently.

Whatever enters or leaves a layer, a loss or an optimizer is multiplied by 1 + u r, r uniform in
[-1, 1], u the unit roundoff: Monte Carlo arithmetic (Parker 1997). How far twins stray from the run
is what the roundings of *any* correct implementation may do to it; the policy allows ten times the
envelope of at least three. Zeros stay zero and ties of zeros stay ties: a kink that is hit exactly
is hit by every twin.
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import Any
from unittest.mock import patch

import numpy as np

from parity_tests.harness import derivatives
from parity_tests.harness.tolerances import UNIT_ROUNDOFF
from scratch import activations, layers, losses, optimizers
from scratch.network.pairs import pair_of


@contextlib.contextmanager
def shaken(seed: int, precision: str) -> Iterator[None]:
    """Inside, `scratch` computes as a twin would."""
    draw, u = np.random.default_rng(seed), UNIT_ROUNDOFF[precision]

    def shake(value: Any) -> Any:
        if isinstance(value, list):
            return [shake(v) for v in value]
        if not isinstance(value, np.ndarray) or value.dtype.kind != "f":
            return value
        return (value * (1 + u * draw.uniform(-1, 1, value.shape))).astype(value.dtype)

    with contextlib.ExitStack() as patches:
        for cls in _subclasses(layers.Layer):
            for name in {"forward", "backward"} & vars(cls).keys():
                patches.enter_context(_method_shaken(cls, name, shake))
        patches.enter_context(_loss_shaken(shake))
        patches.enter_context(_difference_shaken(shake))
        patches.enter_context(_step_shaken(shake))
        # A twin is not the same twice, so the check that a run is would stop it.
        patches.enter_context(patch.object(derivatives, "_same_bits", lambda *arguments: None))
        yield


def _subclasses(cls: Any) -> Iterator[type]:
    yield cls
    for below in cls.__subclasses__():
        yield from _subclasses(below)


def _method_shaken(cls: type, name: str, shake: Callable) -> Any:
    """A method whose array is shaken before it is seen, and whose result is shaken too."""
    method = getattr(cls, name)

    def shaken_method(self: Any, array: Any, *more: Any, **options: Any) -> Any:
        return shake(method(self, shake(array), *more, **options))

    return patch.object(cls, name, shaken_method)


def _difference_shaken(shake: Callable) -> Any:
    """z - tanh z with a tanh that is rounded differently: near 0 only the rounding is left."""
    pair: Any = pair_of(activations.tanh_shrink)
    forward = pair.forward

    def shaken_forward(z: np.ndarray, y: np.ndarray) -> np.ndarray:
        tanh = np.tanh(z)
        y = forward(z, y)
        return np.subtract(y, shake(tanh) - tanh, out=y)

    return patch.object(pair, "forward", staticmethod(shaken_forward))


@contextlib.contextmanager
def _loss_shaken(shake: Callable) -> Iterator[None]:
    forward, backward = losses.Loss.forward, losses.Loss.backward

    def shaken_forward(self: Any, y: Any, p: Any, weight: Any, node: Any, *logits: Any) -> Any:
        return shake(np.asarray(forward(self, y, shake(p), weight, node, *logits)))

    def shaken_backward(self: Any, node: Any) -> Any:
        return tuple(None if d is None else shake(d) for d in backward(self, node))

    with (
        patch.object(losses.Loss, "forward", shaken_forward),
        patch.object(losses.Loss, "backward", shaken_backward),
    ):
        yield


@contextlib.contextmanager
def _step_shaken(shake: Callable) -> Iterator[None]:
    step = optimizers.Optimizer.step

    def shaken_step(self: Any, *arguments: Any) -> None:
        storage = self._storage
        storage.gradients[:] = shake(storage.gradients)
        before = storage.values.copy()
        step(self, *arguments)
        # What did not move was not rounded.
        storage.values[:] = np.where(storage.values == before, before, shake(storage.values))

    with patch.object(optimizers.Optimizer, "step", shaken_step):
        yield
