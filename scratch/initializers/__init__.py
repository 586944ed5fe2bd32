"""Initializers: the first values of weights (`keras.initializers`)."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch.config import array_type
from scratch.context.absent import explain_absent
from scratch.context.naming import to_snake_case
from scratch.initializers.constant import Constant, Identity, Ones, Zeros
from scratch.initializers.initializer import Initializer
from scratch.initializers.random_initializers import (
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
from scratch.initializers.scaled import (
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
)
from scratch.serialization.lookup import Registry
from scratch.variables.variable import Variable

__all__ = [
    "Constant",
    "GlorotNormal",
    "GlorotUniform",
    "HeNormal",
    "HeUniform",
    "Identity",
    "IdentityInitializer",
    "Initializer",
    "LecunNormal",
    "LecunUniform",
    "Ones",
    "Orthogonal",
    "OrthogonalInitializer",
    "RandomNormal",
    "RandomUniform",
    "TruncatedNormal",
    "VarianceScaling",
    "Zeros",
    "constant",
    "deserialize",
    "get",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "serialize",
    "truncated_normal",
    "variance_scaling",
    "zeros",
]

_CLASSES: tuple[type[Initializer], ...] = (
    Initializer,
    Constant,
    Identity,
    Ones,
    Zeros,
    GlorotNormal,
    GlorotUniform,
    HeNormal,
    HeUniform,
    LecunNormal,
    LecunUniform,
    Orthogonal,
    RandomNormal,
    RandomUniform,
    TruncatedNormal,
    VarianceScaling,
)
_ALIASES: dict[str, type[Initializer]] = {
    "IdentityInitializer": Identity,
    "OrthogonalInitializer": Orthogonal,
    "normal": RandomNormal,
    "uniform": RandomUniform,
    "one": Ones,
    "zero": Zeros,
}
_registry = Registry(
    "initializer",
    {cls.__name__: cls for cls in _CLASSES}
    | {to_snake_case(cls.__name__): cls for cls in _CLASSES}
    | _ALIASES,
    custom_first=True,
)

# Keras also exports every class under its name in snake case.
constant, identity, ones, zeros = Constant, Identity, Ones, Zeros
glorot_normal, glorot_uniform = GlorotNormal, GlorotUniform
he_normal, he_uniform = HeNormal, HeUniform
lecun_normal, lecun_uniform = LecunNormal, LecunUniform
random_normal, random_uniform = RandomNormal, RandomUniform
truncated_normal, variance_scaling = TruncatedNormal, VarianceScaling
orthogonal = OrthogonalInitializer = Orthogonal
IdentityInitializer = Identity


def get(identifier: Any) -> Any:
    """The initializer that `identifier` stands for (`keras.initializers.get`).

    Args:
        identifier: a name, a dictionary as `serialize` makes it, a class, a callable
            `(shape, dtype=None)`, an array (the values themselves), or None.

    Returns:
        A callable; None for None.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(identifier, np.ndarray | np.generic | Variable):
        return _values(identifier)
    return _registry.get(identifier)


def serialize(initializer: Any) -> Any:
    """An initializer as a dictionary (`keras.initializers.serialize`)."""
    return _registry.serialize(initializer)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """An initializer from its dictionary or name (`keras.initializers.deserialize`).

    Args:
        config: what `serialize` returned, or a name.
        custom_objects: further classes and functions, by name.
    """
    return _registry.deserialize(config, custom_objects)


def _values(given: Any) -> Callable[..., np.ndarray]:
    def initialize(shape: Sequence[int], dtype: Any = None) -> np.ndarray:
        """The given values, checked against the shape of the weight."""
        values = np.asarray(given)
        if values.shape != tuple(shape):
            raise ValueError(
                f"Expected `shape` to be {values.shape} for direct tensor as initializer. "
                f"Received shape={shape}"
            )
        return values.astype(array_type(dtype))

    return initialize


Variable.initializer_named = staticmethod(get)

explain_absent(__name__)
