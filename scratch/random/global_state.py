"""Where all generators stand that belong to no layer: Python's, NumPy's, and this library's own."""

import random
from typing import Any

import numpy as np

from scratch.random.seed_generator import global_seed_generator
from scratch.random.seeding import state

_WORDS = 624  # of a Mersenne twister


def get_global_state() -> dict[str, Any]:
    """The state of every global generator, in plain values."""
    version, words, gauss = random.getstate()
    name, key, position, has_gauss, cached = np.random.get_state()
    generator = state.generator
    return {
        "python": [version, np.array(words, "u4"), gauss],
        "numpy": [name, np.array(key, "u4"), int(position), int(has_gauss), float(cached)],
        "seed": state.seed,
        "shuffles": state.shuffles,
        "generator": None if generator is None else generator.state.numpy(),
    }


def check_global_state(saved: Any) -> None:
    """Raises a ValueError for a value that `get_global_state` did not give."""
    try:
        version, words, gauss = saved["python"]
        name, key, position, has_gauss, cached = saved["numpy"]
        pair = saved["generator"]
        right = (
            version == 3
            and _is_array(words, "u4", (_WORDS + 1,))
            and int(words[-1]) <= _WORDS
            and type(gauss) in (type(None), float)
            and name == "MT19937"
            and _is_array(key, "u4", (_WORDS,))
            and type(position) is int
            and 0 <= position <= _WORDS
            and has_gauss in (0, 1)
            and type(cached) is float
            and (saved["seed"] is None or type(saved["seed"]) is int)
            and type(saved["shuffles"]) is int
            and saved["shuffles"] >= 0
            and (pair is None or _is_array(pair, "i8", (2,)))
        )
    except (TypeError, KeyError, ValueError):
        right = False
    if not right:
        raise ValueError("the states of the random generators are not understood")


def set_global_state(saved: dict[str, Any]) -> None:
    """Brings every global generator to where it stood.

    Raises:
        ValueError: for a value that `get_global_state` did not give; then nothing is changed.
    """
    check_global_state(saved)
    version, words, gauss = saved["python"]
    random.setstate((version, tuple(words.tolist()), gauss))
    np.random.set_state(tuple(saved["numpy"]))
    state.seed, state.shuffles = saved["seed"], saved["shuffles"]
    state.generator = None
    if saved["generator"] is not None:
        # Its first seed is drawn and forgotten: Python's generator is set again behind it.
        global_seed_generator().state.assign(saved["generator"])
        random.setstate((version, tuple(words.tolist()), gauss))


def _is_array(value: Any, dtype: str, shape: tuple[int, ...]) -> bool:
    return isinstance(value, np.ndarray) and value.dtype == dtype and value.shape == shape
