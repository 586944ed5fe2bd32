"""Texts (`tf.keras.preprocessing.text`): words, and their numbers."""

import hashlib
import json
import warnings
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

__all__ = [
    "Tokenizer",
    "hashing_trick",
    "one_hot",
    "text_to_word_sequence",
    "tokenizer_from_json",
]

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
MODES = ("binary", "count", "freq", "tfidf")


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text.

    Args:
        input_text: the text.
        filters: characters that part words.
        lower: whether words are put in lower case.
        split: what parts words besides.
    """
    text = input_text.lower() if lower else input_text
    parted: Any = dict.fromkeys(filters, split)
    text = text.translate(str.maketrans(parted))
    return [word for word in text.split(split) if word]


def hashing_trick(
    text: str,
    n: int,
    hash_function: str | Callable[[str], int] | None = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], Iterable[str]] | None = None,
) -> list[int]:
    """A number from 1 to n - 1 for each word of a text; different words may have the same.

    Args:
        text: the text.
        n: how many numbers there are, 0 among them, which no word has.
        hash_function: of a word; `"md5"` is the same in every process, Python's `hash`, the
            default, is not.
        filters, lower, split: see `text_to_word_sequence`.
        analyzer: what finds the words, in their place.
    """
    if hash_function == "md5":
        number: Callable = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)  # noqa: E731
    else:
        number = hash_function or hash  # type: ignore[assignment]
    words = analyzer(text) if analyzer else text_to_word_sequence(text, filters, lower, split)
    return [number(word) % (n - 1) + 1 for word in words]


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], Iterable[str]] | None = None,
) -> list[int]:
    """`hashing_trick` with Python's `hash`; numbers, whatever the name says."""
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)


class Tokenizer:
    """Words as numbers, 1 for the most frequent; 0 is no word's.

    Args:
        num_words: only words of smaller numbers are kept; default: all.
        filters, lower, split: see `text_to_word_sequence`.
        char_level: whether every character is a word.
        oov_token: a word, number 1, for all that are unknown or left out; default: none, and they
            are skipped.
        analyzer: finds the words of a text, in place of `text_to_word_sequence`.
        kwargs: `document_count`; `nb_words`, the older name of `num_words`.

    Attributes:
        word_counts: how often each word occurred.
        word_docs: in how many texts.
        word_index, index_word: from words to numbers, and back.
        index_docs: in how many texts a number occurred.
        document_count: texts that were read.

    Raises:
        TypeError: for another argument.
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], Iterable[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        if "nb_words" in kwargs:
            warnings.warn(
                "The `nb_words` argument in `Tokenizer` has been renamed `num_words`.",
                stacklevel=2,
            )
            num_words = kwargs.pop("nb_words")
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Unrecognized keyword arguments: {kwargs}")
        self.num_words, self.filters, self.lower, self.split = num_words, filters, lower, split
        self.char_level, self.oov_token, self.analyzer = char_level, oov_token, analyzer
        self.word_counts: dict[str, int] = OrderedDict()
        self.word_docs: dict[str, int] = defaultdict(int)
        self.index_docs: dict[int, int] = defaultdict(int)
        self.word_index: dict[str, int] = {}
        self.index_word: dict[int, str] = {}

    def _words(self, text: Any) -> Sequence[str]:
        """The words of a text; a list holds its words already."""
        if isinstance(text, list):
            return [word.lower() for word in text] if self.lower else text
        if self.char_level:
            return text.lower() if self.lower else text
        if self.analyzer is not None:
            return list(self.analyzer(text))
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Counts the words of more texts, and numbers all words anew."""
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        ranked = sorted(self.word_counts, key=lambda word: self.word_counts[word], reverse=True)
        known = ranked if self.oov_token is None else [self.oov_token, *ranked]
        self.word_index = {word: i for i, word in enumerate(known, 1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        for word, n in self.word_docs.items():
            self.index_docs[self.word_index[word]] = n

    def fit_on_sequences(self, sequences: Sequence[Iterable[int]]) -> None:
        """Counts in how many of the sequences each number occurs."""
        self.document_count += len(sequences)
        for sequence in sequences:
            for i in set(sequence):
                self.index_docs[i] += 1

    def _kept(self, items: Iterable[Any], known: dict[Any, Any], index: Callable) -> Iterator[Any]:
        """What stands for each item; `index(item, found)` is its number."""
        oov = self.word_index.get(self.oov_token)  # type: ignore[arg-type]
        stands_in = known.get(self.oov_token if known is self.word_index else oov)
        for item in items:
            found = known.get(item)
            if found is None:
                if self.oov_token is not None:
                    yield stands_in
            elif not self.num_words or index(item, found) < self.num_words:
                yield found
            elif oov is not None:
                yield stands_in

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """The numbers of the words of each text."""
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """The same, one text after the other."""
        for text in texts:
            yield list(self._kept(self._words(text), self.word_index, lambda word, i: i))

    def sequences_to_texts(self, sequences: Iterable[Iterable[int]]) -> list[str]:
        """The words of each sequence of numbers, with spaces between."""
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(self, sequences: Iterable[Iterable[int]]) -> Iterator[str]:
        """The same, one sequence after the other."""
        for numbers in sequences:
            yield " ".join(self._kept(numbers, self.index_word, lambda i, word: i))

    def texts_to_matrix(self, texts: Iterable[Any], mode: str = "binary") -> np.ndarray:
        """A row for each text: see `sequences_to_matrix`."""
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(self, sequences: Sequence[Any], mode: str = "binary") -> np.ndarray:
        """A row for each sequence, a column for each number.

            binary    1 where it occurs
            count     how often, c
            freq      c / length of the sequence
            tfidf     (1 + log c) log(1 + documents / (1 + documents with it))

        Raises:
            ValueError: for another mode, or where nothing says how many words there are.
        """
        if not self.num_words and not self.word_index:
            raise ValueError(
                "Specify a dimension (`num_words` argument), or fit on some text data first."
            )
        if mode == "tfidf" and not self.document_count:
            raise ValueError("Fit the Tokenizer on some data before using tfidf mode.")
        columns = self.num_words or len(self.word_index) + 1
        x = np.zeros((len(sequences), columns))
        for row, sequence in zip(x, sequences, strict=True):
            for i, c in Counter(j for j in sequence if j < columns).items():
                row[i] = self._entry(mode, i, c, len(sequence))
        return x

    def _entry(self, mode: str, i: int, c: int, length: int) -> float:
        if mode not in MODES:
            raise ValueError("Unknown vectorization mode:", mode)
        if mode == "tfidf":
            rarity = np.log(1 + self.document_count / (1 + self.index_docs.get(i, 0)))
            return (1 + np.log(c)) * rarity
        return {"binary": 1, "count": c, "freq": c / length}[mode]

    def get_config(self) -> dict[str, Any]:
        """Settings, and what was counted, as JSON."""
        settings = ("num_words", "filters", "lower", "split", "char_level", "oov_token",
                    "document_count")  # fmt: skip
        counted = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
        return {name: getattr(self, name) for name in settings} | {
            name: json.dumps(getattr(self, name)) for name in counted
        }

    def to_json(self, **kwargs: Any) -> str:
        """`get_config` as text; `kwargs` go to `json.dumps`."""
        return json.dumps(
            {"class_name": type(self).__name__, "config": self.get_config()}, **kwargs
        )


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """The tokenizer that `to_json` wrote."""
    config = json.loads(json_string)["config"]
    counted = {
        name: json.loads(config.pop(name))
        for name in ("word_counts", "word_docs", "index_docs", "index_word", "word_index")
    }
    for name in ("index_docs", "index_word"):  # JSON has made texts of the numbers
        counted[name] = {int(i): value for i, value in counted[name].items()}
    tokenizer = Tokenizer(**config)
    vars(tokenizer).update(counted)
    return tokenizer
