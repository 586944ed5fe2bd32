"""Faults planted in `scratch`, to see that the verdict notices.

`parity --plant gradient` must end with exit status 1, and so must every other name here.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

FAULTS = {
    "gradient": "the kernel gradients of Dense are multiplied by 1.001",
    "seed": "the initial weights are drawn from the next seed",
    "order": "fit visits the samples in another order",
    "log": "the reported loss is off by one part in a million",
}


def seed_for_weights(job_seed: int, fault: str | None) -> int:
    """The seed with which the model is built."""
    return job_seed + (fault == "seed")


@contextlib.contextmanager
def planted(fault: str | None) -> Iterator[None]:
    """Spoils `scratch` inside the block."""
    patch = {"gradient": _gradient, "order": _order, "log": _log}.get(fault or "")
    with patch() if patch else contextlib.nullcontext():
        yield


@contextlib.contextmanager
def _replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    kept = getattr(owner, name)
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, kept)


def _gradient() -> Any:
    from scratch.layers import Dense

    correct = Dense.backward_z

    def backward_z(self: Any, dz: Any, node: Any) -> Any:
        dx = correct(self, dz, node)
        node.gradient(self.kernel)[...] *= 1.001
        return dx

    return _replaced(Dense, "backward_z", backward_z)


def _order() -> Any:
    from scratch.data import batches

    correct = batches.fit_permutation
    return _replaced(batches, "fit_permutation", lambda n, seeds: correct(n, seeds)[::-1].copy())


def _log() -> Any:
    from scratch.metrics import Mean

    correct = Mean.result
    return _replaced(Mean, "result", lambda self: correct(self) * (1 + 1e-6))
