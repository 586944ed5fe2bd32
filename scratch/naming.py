"""Names that Keras gives to whatever was built without one: dense, dense_1, dense_2."""

import re
from collections import Counter

_used: Counter[str] = Counter()


def to_snake_case(name: str) -> str:
    """`"GlorotUniform"` -> `"glorot_uniform"`."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def auto_name(prefix: str) -> str:
    """The next free name for `prefix`: the first has no number, the second ends in `_1`."""
    prefix = to_snake_case(prefix)
    _used[prefix] += 1
    return prefix if _used[prefix] == 1 else f"{prefix}_{_used[prefix] - 1}"


def reset() -> None:
    """Starts all names afresh (Keras: `keras.utils.clear_session`)."""
    _used.clear()
