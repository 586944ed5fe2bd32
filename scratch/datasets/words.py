"""Texts as lists of word numbers: a word's number is its rank, the most frequent word is 1.

0             padding
start_char    begins every text
oov_char      stands for a word that is left out: too rare, or too frequent
index_from    is added to every rank, so that these have numbers of their own
"""

from collections.abc import Iterable
from typing import Any

import numpy as np


def marked(texts: Any, start_char: int | None, index_from: int) -> Any:
    """The texts with their start, ranks moved up by `index_from`."""
    if start_char is not None:
        return [[start_char, *(w + index_from for w in text)] for text in texts]
    return [[w + index_from for w in text] for text in texts] if index_from else texts


def shorter(maxlen: int, texts: Iterable[Any], labels: Iterable[Any]) -> tuple[list, list]:
    """The texts of fewer than `maxlen` words, and their labels."""
    kept = [pair for pair in zip(texts, labels, strict=False) if len(pair[0]) < maxlen]
    return [text for text, _ in kept], [label for _, label in kept]


def limited(
    texts: Iterable[Any], num_words: int | None, skip_top: int, oov_char: int | None
) -> list[list[int]]:
    """The texts with only the words from `skip_top` to below `num_words`.

    As in Keras, all words means all but that of the largest number.
    """
    texts = list(texts)
    most = num_words or max(max(text) for text in texts)
    if oov_char is None:
        return [[w for w in text if skip_top <= w < most] for text in texts]
    return [[w if skip_top <= w < most else oov_char for w in text] for text in texts]


def as_objects(texts: list[list[int]]) -> np.ndarray:
    """An array of lists."""
    return np.array(texts, dtype="object")
