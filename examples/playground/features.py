"""What the network is given of a point of the plane: its coordinates, and functions of them."""

import re
from collections.abc import Sequence

import numpy as np

FEATURES = {
    "x": lambda x, y: x,
    "y": lambda x, y: y,
    "x^2": lambda x, y: x * x,
    "y^2": lambda x, y: y * y,
    "x*y": lambda x, y: x * y,
    "sin(x)": lambda x, y: np.sin(x),
    "sin(y)": lambda x, y: np.sin(y),
}


def called(name: str, inputs: Sequence[str]) -> str:
    """A feature with the inputs' own names in it: `"x^2"` of F1 and F2 is `"F1^2"`."""
    return re.sub(r"\b[xy]\b", lambda found: inputs["xy".index(found.group())], name)


def features_of(inputs: np.ndarray, names: Sequence[str], dtype: str) -> np.ndarray:
    """What enters the network, (n, k).

    Args:
        inputs: (n, 2) where there are names; else they are given as they are.
        names: of `FEATURES`.
        dtype: of the network.
    """
    if names:
        x, y = inputs[:, 0], inputs[:, 1]
        inputs = np.stack([FEATURES[name](x, y) for name in names], axis=1)
    return np.ascontiguousarray(inputs, dtype)
