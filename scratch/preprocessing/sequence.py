"""Sequences (`tf.keras.preprocessing.sequence`): padding, windows over time, pairs of words."""

import json
import math
import random
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch.data.py_dataset import PyDataset
from scratch.utils.sequences import pad_sequences

__all__ = ["TimeseriesGenerator", "make_sampling_table", "pad_sequences", "skipgrams"]

_GAMMA = 0.577  # Euler's constant, with the digits that Keras has


class TimeseriesGenerator(PyDataset):
    """Batches of windows over a series, each with the target that follows it.

    Row t of the targets belongs to the `length` rows of the data before it, of which every
    `sampling_rate`-th is taken.

    Args:
        data: rows in the order of time.
        targets: as many.
        length: rows of a window.
        sampling_rate: of these rows, every so manieth.
        stride: rows from one window to the next.
        start_index, end_index: between which data lie; the end is included.
        shuffle: whether each batch draws its windows, by `np.random`.
        reverse: whether windows run back in time.
        batch_size: windows of a batch.
        kwargs: see `PyDataset`.

    Raises:
        ValueError: where the numbers of rows differ, or no window fits.
    """

    def __init__(
        self,
        data: Any,
        targets: Any,
        length: int,
        sampling_rate: int = 1,
        stride: int = 1,
        start_index: int = 0,
        end_index: int | None = None,
        shuffle: bool = False,
        reverse: bool = False,
        batch_size: int = 128,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if len(data) != len(targets):
            raise ValueError(
                f"Data and targets have to be of same length. Data length is {len(data)} while "
                f"target length is {len(targets)}"
            )
        self.data, self.targets, self.length = data, targets, length
        self.sampling_rate, self.stride = sampling_rate, stride
        self.start_index = start_index + length
        self.end_index = len(data) - 1 if end_index is None else end_index
        self.shuffle, self.reverse, self.batch_size = shuffle, reverse, batch_size
        if self.start_index > self.end_index:
            raise ValueError(
                f"`start_index+length={self.start_index} > end_index={self.end_index}` is "
                "disallowed, as no part of the sequence would be left to be used as current step."
            )

    def __len__(self) -> int:
        rows = self.batch_size * self.stride
        return (self.end_index - self.start_index + rows) // rows

    def __getitem__(self, index: int) -> tuple[np.ndarray, np.ndarray]:
        first, end = self.start_index, self.end_index + 1
        if self.shuffle:
            rows = np.random.randint(first, end, size=self.batch_size)
        else:
            first += self.batch_size * self.stride * index
            rows = np.arange(first, min(first + self.batch_size * self.stride, end), self.stride)
        windows = [self.data[row - self.length : row : self.sampling_rate] for row in rows]
        x, y = np.array(windows), np.array([self.targets[row] for row in rows])
        return (x[:, ::-1] if self.reverse else x), y

    def get_config(self) -> dict[str, Any]:
        """The arguments and the data, as JSON.

        Raises:
            TypeError: for data that JSON does not know.
        """
        settings = ("length", "sampling_rate", "stride", "start_index", "end_index", "shuffle",
                    "reverse", "batch_size")  # fmt: skip
        return {
            "workers": self.workers,
            "use_multiprocessing": self.use_multiprocessing,
            "max_queue_size": self.max_queue_size,
            "data": _as_json("Data", self.data),
            "targets": _as_json("Targets", self.targets),
            **{name: getattr(self, name) for name in settings},
        }

    def to_json(self, **kwargs: Any) -> str:
        """`get_config` as text; `kwargs` go to `json.dumps`."""
        found = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(found, **kwargs)


def _as_json(what: str, data: Any) -> str:
    data = data.tolist() if isinstance(data, np.ndarray | np.generic) else data
    try:
        return json.dumps(data)
    except TypeError as error:
        raise TypeError(f"{what} not JSON Serializable: {data}") from error


def make_sampling_table(size: int, sampling_factor: float = 1e-5) -> np.ndarray:
    """How probably a word is taken, by its rank: the rare ones surely, the frequent ones seldom.

        p = min(1, sqrt(f)),   f = sampling_factor / frequency
        1 / frequency = r (log r + gamma) + 1/2 - 1 / (12 r)        Zipf's law for rank r

    Args:
        size: of the vocabulary; rank 0 counts as 1.
        sampling_factor: word2vec's.
    """
    rank = np.arange(size)
    rank[0] = 1
    f = sampling_factor * (rank * (np.log(rank) + _GAMMA) + 0.5 - 1.0 / (12.0 * rank))
    return np.minimum(1.0, f / np.sqrt(f))


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list, list]:
    """Pairs of words that stand near each other, label 1, and pairs drawn at random, label 0.

    Draws from Python's `random`, as Keras does.

    Args:
        sequence: numbers of words; 0 is no word.
        vocabulary_size: one more than the largest number.
        window_size: how far two words of a pair stand apart at most.
        negative_samples: drawn pairs for each real one.
        shuffle: whether to mix them.
        categorical: labels `[0, 1]` and `[1, 0]` in place of 1 and 0.
        sampling_table: how probably each word is taken: see `make_sampling_table`.
        seed: of the mixing.

    Returns:
        The pairs, and their labels.
    """
    yes, no = ([0, 1], [1, 0]) if categorical else (1, 0)
    couples: list[list[int]] = []
    for i, word in enumerate(sequence):
        if not word or (sampling_table is not None and sampling_table[word] < random.random()):
            continue
        for j in range(max(0, i - window_size), min(len(sequence), i + window_size + 1)):
            if j != i and sequence[j]:
                couples.append([word, sequence[j]])
    labels: list[Any] = [yes] * len(couples)
    if negative_samples > 0:
        drawn = int(len(labels) * negative_samples)
        words = [word for word, _ in couples]
        random.shuffle(words)
        couples += [
            [words[i % len(words)], random.randint(1, vocabulary_size - 1)] for i in range(drawn)
        ]
        labels += [no] * drawn
    if shuffle:
        seed = random.randint(0, math.trunc(10e6)) if seed is None else seed
        for items in (couples, labels):
            random.seed(seed)
            random.shuffle(items)
    return couples, labels
