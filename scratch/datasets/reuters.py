"""Reuters: 11,228 newswires as lists of word numbers, of 46 topics.

Made from Reuters-21578 by Keras's authors.
"""

import json

import numpy as np

from scratch.datasets.kept import ORIGIN, Kept
from scratch.datasets.npz import read_npz
from scratch.datasets.rows import Pair, shuffled, split
from scratch.datasets.words import as_objects, limited, marked, shorter

NEWSWIRES = Kept(
    "Reuters",
    f"{ORIGIN}reuters.npz",
    "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916",
    "reuters",
)
WORDS = Kept(
    "Reuters' index of words",
    f"{ORIGIN}reuters_word_index.json",
    "4d44cc38712099c9e383dc6e5f11a921",
    "reuters",
)
# In the order of their numbers.
TOPICS = """
    cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade reserves ship
    cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed alum oilseed gold tin
    strategic-metal livestock retail ipi iron-steel rubber heat jobs lei bop zinc orange pet-chem
    dlr gas silver wpi hog lead
"""


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> tuple[Pair, Pair]:
    """`(x_train, y_train), (x_test, y_test)` (`keras.datasets.reuters.load_data`).

    Args:
        path: the file's name in the cache.
        num_words: word numbers below it are kept; default: all (but the largest).
        skip_top: word numbers from it on are kept.
        maxlen: only newswires of fewer words are kept.
        test_split: the share of them to test with.
        seed: of the order.
        start_char: begins every newswire, or None.
        oov_char: stands for words that are not kept; None leaves them out.
        index_from: added to the rank of a word.

    Returns:
        Arrays of lists of word numbers, and labels from 0 to 45, see `get_label_names`.

    Raises:
        DataUnavailableError: an OSError, when the file can be had from nowhere.
    """
    arrays = read_npz(NEWSWIRES.path(path))
    ((x, y),) = shuffled(seed, (arrays["x"], arrays["y"]))
    x = marked(x, start_char, index_from)
    if maxlen:
        x, y = shorter(maxlen, x, y)
    x = limited(x, num_words, skip_top, oov_char)
    (x_train, y_train), (x_test, y_test) = split(x, np.array(y), test_split)
    return (as_objects(x_train), y_train), (as_objects(x_test), y_test)


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """From a word to its rank, 1 for the most frequent (`keras.datasets.reuters.get_word_index`).

    Args:
        path: the file's name in the cache.

    Raises:
        DataUnavailableError: an OSError, when the file can be had from nowhere.
    """
    with open(WORDS.path(path)) as file:
        return json.load(file)


def get_label_names() -> tuple[str, ...]:
    """The topics, in the order of their labels (`keras.datasets.reuters.get_label_names`)."""
    return tuple(TOPICS.split())
