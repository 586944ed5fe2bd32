"""Callbacks of a user's own, each of which changes the training by what it remembers."""

from collections import defaultdict, deque
from typing import Any

import numpy as np


def Counting(k: Any) -> Any:  # noqa: N802 - makes an object of a class
    """One that keeps plain attributes: no method tells about them."""

    class Counting(k.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.seen, self.lowest = 0, np.inf
            self.by_epoch: Any = defaultdict(list)
            self.last: Any = deque(maxlen=3)
            self.mean = k.metrics.Mean()

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.seen += 1
            self.last.append(logs["loss"])
            self.lowest = min(self.lowest, logs["loss"])
            self.mean.update_state(logs["loss"])
            if self.seen % 4 == 0:
                rate = 0.01 / self.seen * float(self.mean.result()) * self.lowest
                self.model.optimizer.learning_rate = rate

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.by_epoch[epoch].append((self.seen, float(self.lowest), sum(self.last)))

        def told(self) -> str:
            return repr((self.seen, float(self.lowest), self.by_epoch))

    return Counting()


def OwnState(k: Any) -> Any:  # noqa: N802
    """One whose state no plain attribute holds."""

    class OwnState(k.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.inside = [iter(range(10**6))]

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            number = next(self.inside[0])
            if number % 3 == 2:
                self.model.optimizer.learning_rate = 0.02 / (number + 1)

        def get_state(self) -> dict[str, int]:
            number = next(self.inside[0])
            self.inside[0] = iter(range(number, 10**6))
            return {"next": number}

        def set_state(self, state: dict[str, int]) -> None:
            self.inside[0] = iter(range(state["next"], 10**6))

    return OwnState()


def Drawing(k: Any) -> Any:  # noqa: N802
    """One that draws from Keras's own generators: one of its own, and one that no object holds."""
    elsewhere = k.random.SeedGenerator(4)

    class Drawing(k.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.generator = k.random.SeedGenerator(3)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            rate = k.random.uniform((), 0.001, 0.02, seed=self.generator)
            factor = k.random.uniform((), seed=elsewhere)
            self.model.optimizer.learning_rate = float(rate) * float(factor)

    return Drawing()


def Sampling(k: Any) -> Any:  # noqa: N802
    """One that draws from a generator of its own, and from NumPy's."""

    class Sampling(k.callbacks.Callback):
        def __init__(self) -> None:
            super().__init__()
            self.draw = np.random.default_rng(3)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.optimizer.learning_rate = (
                self.draw.uniform(0.001, 0.02) * np.random.uniform()
            )

    return Sampling()
