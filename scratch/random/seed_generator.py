"""A seed generator: a seed that is different, and repeatable, at every use.

Random functions have no memory: the same pair of seeds gives the same numbers. A `SeedGenerator`
built from s hands out the pairs (s, 0), (s, 1), (s, 2), ...
"""

from typing import Any
from weakref import WeakValueDictionary

import numpy as np

from scratch.context.naming import auto_name
from scratch.random.philox import Philox
from scratch.random.seeding import make_default_seed, state
from scratch.variables.variable import Variable

# TensorFlow's stateless operations take 32-bit seeds; Keras folds 64-bit ones into that range.
SEED_MODULUS = 2**31 - 2

# All generators that live, by name, the last of a name: the same program, run again, finds its own.
living: "WeakValueDictionary[str, SeedGenerator]" = WeakValueDictionary()


class SeedGenerator:
    """Yields a new pair of seeds each time it is asked (`keras.random.SeedGenerator`).

    Args:
        seed: any 64-bit integer; None draws one with Python's `random`.
        name: default: `seed_generator`, `seed_generator_1`, ...

    Attributes:
        state: a Variable that holds the next pair, int64 of shape `(2,)`, not trainable. It counts
            among the non-trainable variables of a layer that owns the generator, not among
            its weights.

    Raises:
        ValueError: for a seed that is not a 64-bit integer, or an unknown keyword.
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **kwargs: Any) -> None:
        self.name = name or auto_name("seed_generator")
        kwargs.pop("backend", None)  # Keras lets its backends be mixed; here there is only one
        if kwargs:
            raise ValueError(f"Unrecognized keyword arguments: {kwargs}")
        self._initial_seed = seed
        first = make_default_seed() if seed is None else seed
        if not isinstance(first, int):
            raise ValueError(
                f"Argument `seed` must be an integer. Received: seed={seed!r} "
                f"(of type {type(seed)}). Convert it with int(seed)"
            )
        self.state = Variable(_pair(first), trainable=False, name="seed_generator_state")
        self.state.path = f"{self.name}/seed_generator_state"
        living[self.name] = self

    def next(self, ordered: bool = True) -> np.ndarray:
        """The next pair of seeds, int64 of shape `(2,)`.

        Args:
            ordered: True counts the second seed up; False jumps to a pair that is nearly unique.
        """
        pair = self.state.array.copy()
        if ordered:
            self.state.array[1] += 1
        else:
            self.state.array[...] = (pair + 1) * 5387 % 933199
        return pair

    def get_config(self) -> dict[str, Any]:
        """The arguments that build an equal generator; its position is not part of them."""
        return {"seed": self._initial_seed, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "SeedGenerator":
        """Builds a generator from `get_config()`'s dictionary."""
        return cls(**config)


def global_seed_generator() -> SeedGenerator:
    """The generator of everything in `scratch.random` that is given no seed."""
    if state.generator is None:
        state.generator = SeedGenerator()
    return state.generator


def draw_seed(seed: Any) -> np.ndarray:
    """A pair of seeds, int64 of shape `(2,)`, from what users pass as `seed`.

    An integer s gives (s, 0); a `SeedGenerator` its next pair; None the global generator's.

    Raises:
        ValueError: for anything else.
    """
    if isinstance(seed, SeedGenerator):
        return seed.next()
    if isinstance(seed, int):
        return _pair(seed)
    if seed is None:
        return global_seed_generator().next(ordered=False)
    raise ValueError(
        f"Argument `seed` must be either an integer or an instance of `SeedGenerator`. "
        f"Received: seed={seed!r} (of type {type(seed)})"
    )


def stream_of(seed: Any) -> Philox:
    """The stream of random words for what users pass as `seed`."""
    first, second = draw_seed(seed).tolist()
    return Philox.stateless(first % SEED_MODULUS, second % SEED_MODULUS)


def _pair(seed: int) -> np.ndarray:
    if isinstance(seed, bool) or not -(2**63) <= seed < 2**63:
        raise ValueError(
            f"Argument `seed` must be a 64-bit integer, not a bool. Received: seed={seed!r}"
        )
    return np.array([seed, 0], np.int64)
