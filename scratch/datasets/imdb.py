"""IMDB: 50,000 film reviews as lists of word numbers, half of them to train with; 1 if positive.

Maas et al. 2011, Learning word vectors for sentiment analysis.
"""

import json
from typing import Any

import numpy as np

from scratch.datasets.kept import ORIGIN, Kept
from scratch.datasets.npz import read_npz
from scratch.datasets.rows import Pair, shuffled
from scratch.datasets.words import as_objects, limited, marked, shorter

REVIEWS = Kept(
    "IMDB",
    f"{ORIGIN}imdb.npz",
    "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f",
    "imdb",
)
WORDS = Kept(
    "IMDB's index of words",
    f"{ORIGIN}imdb_word_index.json",
    "bfafd718b763782e994055a2d397834f",
    "imdb",
)


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
    **kwargs: Any,
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.imdb.load_data`).

    Args:
        path: the file's name in the cache.
        num_words: word numbers below it are kept; default: all (but the largest).
        skip_top: word numbers from it on are kept.
        maxlen: only reviews of fewer words are kept.
        seed: of the order.
        start_char: begins every review, or None.
        oov_char: stands for words that are not kept; None leaves them out.
        index_from: added to the rank of a word.
        kwargs: has no effect, as in Keras.

    Returns:
        Arrays of lists of word numbers, and labels, 0 or 1.

    Raises:
        ValueError: where `maxlen` leaves no review.
        DataUnavailableError: an OSError, when the file can be had from nowhere.
    """
    arrays = read_npz(REVIEWS.path(path))
    (x_train, y_train), (x_test, y_test) = shuffled(
        seed, *((arrays[f"x_{part}"], arrays[f"y_{part}"]) for part in ("train", "test"))
    )
    x_train, x_test = (marked(list(x), start_char, index_from) for x in (x_train, x_test))
    if maxlen:
        x_train, y_train = shorter(maxlen, x_train, y_train)
        x_test, y_test = shorter(maxlen, x_test, y_test)
        if not x_train or not x_test:
            raise ValueError(
                f"After filtering for sequences shorter than maxlen={maxlen}, no sequence was "
                "kept. Increase maxlen."
            )
    texts = limited([*x_train, *x_test], num_words, skip_top, oov_char)
    labels, n = np.concatenate([y_train, y_test]), len(x_train)
    return (as_objects(texts[:n]), labels[:n]), (as_objects(texts[n:]), labels[n:])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """From a word to its rank, 1 for the most frequent (`keras.datasets.imdb.get_word_index`).

    Args:
        path: the file's name in the cache.

    Raises:
        DataUnavailableError: an OSError, when the file can be had from nowhere.
    """
    with open(WORDS.path(path)) as file:
        return json.load(file)
