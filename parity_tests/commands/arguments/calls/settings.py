"""What holds for everything: seeds, types, limits, and starting afresh."""

import gc
import random
import weakref
from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.things import X, network


def _set(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    """The types, numbers and lengths that follow from a setting; then it is as before."""
    try:
        thing(**given)
        return {
            "floatx": k.config.floatx(),
            "policy": k.config.dtype_policy().name,
            "epsilon": k.config.epsilon(),
            "image data format": k.config.image_data_format(),
            "type": str(k.layers.Dense(2)(X).dtype),
            "loss": k.losses.categorical_crossentropy(np.eye(2), np.eye(2)[::-1].copy()),
            "training": network(k).fit(X, X[:, :2], 2, 3, verbose=0, shuffle=False).history,
        }
    finally:
        k.config.set_floatx("float32")
        k.config.set_epsilon(1e-7)
        k.config.set_image_data_format("channels_last")
        k.config.set_max_epochs(None)
        k.config.set_max_steps_per_epoch(None)
        k.utils.clear_session(free_memory=False)


def _seeded(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    thing(**given)
    return [random.random(), np.random.rand(), k.random.uniform((2,))]


class _Ring:
    """Holds itself, so only the collector of garbage frees it."""

    def __init__(self) -> None:
        self.next = self


def _cleared(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    gc.disable()
    try:
        ring = weakref.ref(_Ring())
        k.layers.Dense(2)
        thing(**given)
        return {"memory is free": ring() is None, "name": k.layers.Dense(2).name}
    finally:
        gc.enable()


SETTINGS = {
    "config.set_dtype_policy": Call({"policy": "float32"}, {"policy": "float64"}, look=_set),
    "config.set_epsilon": Call({"value": 1e-7}, {"value": 1e-3}, look=_set),
    "config.set_floatx": Call({"value": "float32"}, {"value": "float64"}, look=_set),
    "config.set_image_data_format": Call(
        {"data_format": "channels_last"}, {"data_format": "channels_first"}, look=_set
    ),
    "config.set_max_epochs": Call({"max_epochs": 2}, {"max_epochs": 1}, look=_set),
    "config.set_max_steps_per_epoch": Call(
        {"max_steps_per_epoch": 2}, {"max_steps_per_epoch": 1}, look=_set
    ),
    "utils.set_random_seed": Call({"seed": 3}, {"seed": 4}, look=_seeded),
    "utils.clear_session": Call({}, {"free_memory": False}, look=_cleared),
}
