# ruff: noqa: D103 - their names say what they make
"""Data of every kind, each from a library to arguments of `fit`."""

from collections.abc import Iterator
from typing import Any

import numpy as np

_draw = np.random.default_rng(0)
X = _draw.normal(size=(80, 20)).astype("float32")
Y = X[:, :3].argmax(1).astype("int32")
ROWS = 16


def _batch(i: int) -> tuple[np.ndarray, np.ndarray]:
    return X[i * ROWS : (i + 1) * ROWS], Y[i * ROWS : (i + 1) * ROWS]


def arrays(k: Any) -> dict[str, Any]:
    return {"x": X, "y": Y, "batch_size": ROWS}


def with_a_nan(k: Any) -> dict[str, Any]:
    """The loss is NaN in one batch of the second epoch."""

    class Sudden(k.utils.PyDataset):
        epoch = 0

        def __len__(self) -> int:
            return 5

        def __getitem__(self, i: int) -> Any:
            x, y = _batch(i)
            return (x * np.nan, y) if self.epoch == 1 and i == 2 else (x, y)

        def on_epoch_end(self) -> None:
            self.epoch += 1

    return {"x": Sudden(), "shuffle": False}


def two_outputs(k: Any) -> dict[str, Any]:
    return {"x": X, "y": [X[:, :1], X[:, 1:3]], "batch_size": ROWS}


def long_pass(k: Any) -> dict[str, Any]:
    """A pass over the data takes 10 batches, two epochs."""
    return {"x": X, "y": Y, "batch_size": 8, "steps_per_epoch": 5}


def _endless(seed: int) -> Iterator[Any]:
    draw = np.random.default_rng(seed)
    while True:
        i = draw.integers(0, 80, ROWS)
        yield X[i], Y[i]


def generator(k: Any) -> dict[str, Any]:
    return {"x": _endless(5), "steps_per_epoch": 5}


def validation_generator(k: Any) -> dict[str, Any]:
    return {**arrays(k), "validation_data": _endless(6), "validation_steps": 2}


def global_generator(k: Any) -> dict[str, Any]:
    def endless() -> Iterator[Any]:
        while True:
            i = np.random.randint(0, 80, ROWS)
            yield X[i], Y[i]

    return {"x": endless(), "steps_per_epoch": 5}


class _Iterable:
    def __iter__(self) -> Iterator[Any]:
        return map(_batch, range(5))


class _Counting:
    """Each pass goes through the batches from another one on."""

    passes = 0

    def __iter__(self) -> Iterator[Any]:
        first = self.passes
        self.passes += 1
        for i in range(5):
            yield _batch((first + i) % 5)
        self.passes += 1


def iterable(k: Any) -> dict[str, Any]:
    return {"x": _Iterable()}


def counting_iterable(k: Any) -> dict[str, Any]:
    return {"x": _Counting()}


def _dataset(k: Any, **methods: Any) -> Any:
    def get(self: Any, i: int) -> Any:
        return _batch(int(self.order[i]))

    base = {"order": np.arange(5), "__len__": lambda self: 5, "__getitem__": get}
    return type("Data", (k.utils.PyDataset,), {**base, **methods})()


def dataset(k: Any) -> dict[str, Any]:
    return {"x": _dataset(k), "shuffle": False}


def shuffled_dataset(k: Any) -> dict[str, Any]:
    return {"x": _dataset(k), "shuffle": True}


def shuffling_dataset(k: Any) -> dict[str, Any]:
    def shuffle(self: Any) -> None:
        self.order = np.random.permutation(5)

    return {"x": _dataset(k, on_epoch_end=shuffle), "shuffle": False}


def dataset_with_state(k: Any) -> dict[str, Any]:
    """The order depends on how often batches were asked for: calling hooks again would not do."""

    def get(self: Any, i: int) -> Any:
        self.asked += 1
        return _batch(int(self.order[i]))

    def shuffle(self: Any) -> None:
        self.order = np.random.default_rng(self.asked).permutation(5)

    def get_state(self: Any) -> Any:
        return {"asked": self.asked, "order": self.order}

    def set_state(self: Any, state: Any) -> None:
        self.asked, self.order = state["asked"], state["order"]

    methods = {"asked": 0, "__getitem__": get, "on_epoch_end": shuffle}
    return {
        "x": _dataset(k, **methods, get_state=get_state, set_state=set_state),
        "shuffle": False,
    }
