"""The numbers that calls are tried with, and small things that several of them look at."""

from typing import Any

import numpy as np

_draw = np.random.default_rng(11)
X = _draw.normal(size=(4, 3)).astype("float32")
Y = _draw.normal(size=(4, 2)).astype("float32")
OTHER_X = (0.5 - X[::-1]).copy()
OTHER_Y = (0.5 - Y[::-1]).copy()
WEIGHTS = np.array([1.0, 2.0, 0.5, 3.0], "float32")
KERNEL = _draw.normal(size=(3, 2)).astype("float32")
BIAS = np.array([0.5, -0.5], "float32")


def small_model(k: Any, name: str = "small", **settings: Any) -> Any:
    """A compiled model from 3 numbers to 2."""
    first = k.layers.Dense(2, kernel_initializer=starting(k), name="first")
    model = k.Sequential([k.Input((3,)), first], name=name)
    model.compile(**{"optimizer": k.optimizers.SGD(0.1), "loss": "mse", **settings})
    return model


def starting(k: Any) -> Any:
    """An initializer that does not depend on what was drawn before."""
    return k.initializers.RandomUniform(seed=3)


def trained(model: Any, x: Any = X, y: Any = Y) -> list[np.ndarray]:
    """The weights after two steps."""
    model.fit(x, y, epochs=2, batch_size=4, shuffle=False, verbose=0)
    return model.get_weights()


def described(variable: Any) -> dict[str, Any]:
    """What one can see of a variable from outside."""
    return {
        "value": np.asarray(variable.value),
        "dtype": str(variable.dtype),
        "trainable": variable.trainable,
        "aggregation": str(variable.aggregation),
        "synchronization": str(variable.synchronization),
    }


def rebuilt(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    """What `from_config` gives back: its class and its own configuration."""
    found = thing(**given)
    return {"class": type(found).__name__, "arguments": found.get_config()}


def times(k: Any, factor: float) -> Any:
    """A class of layers that multiply by a number, always by the name of `Times`."""

    class Times(k.layers.Layer):
        def call(self, inputs: Any) -> Any:
            return inputs * factor

    return Times
