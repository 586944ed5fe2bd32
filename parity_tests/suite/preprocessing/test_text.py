"""Words and their numbers, beside `tf.keras.preprocessing.text`."""

import inspect
import json
from typing import Any

import numpy as np
import pytest

from scratch.preprocessing import text

keras = pytest.importorskip("keras")

from keras._tf_keras.keras.preprocessing import text as theirs  # noqa: E402

TEXTS: list[Any] = [
    "The cat sat on the mat.", "The dog, the dog!", "", "A cat & a dog: it's a zoo\there",
    "Ünïcode the CAT", ["Already", "Parted", "the"],
]  # fmt: skip
OTHERS = ["the zebra sat", "unknown words only", ["CAT", "dog"], ""]
SETTINGS: dict[str, dict[str, Any]] = {
    "plain": {},
    "few words": {"num_words": 4},
    "a word for the unknown": {"oov_token": "<oov>"},
    "both": {"num_words": 4, "oov_token": "<oov>"},
    "as written": {"lower": False},
    "nothing is left out": {"filters": ""},
    "characters": {"char_level": True},
    "parted by a letter": {"split": "a"},
    "an analyzer": {"analyzer": lambda words: words.upper().split("T")},
}


@pytest.mark.parametrize(
    "options", [{}, {"lower": False}, {"split": "_"}, {"filters": "t"}], ids=str
)
def test_words(options):
    for line in TEXTS[:5]:
        assert text.text_to_word_sequence(line, **options) == theirs.text_to_word_sequence(
            line, **options
        )


@pytest.mark.parametrize("options", [{"hash_function": "md5"}, {"hash_function": len}, {}], ids=str)
def test_numbers_by_hashing(options):
    for line in TEXTS[:5]:
        assert text.hashing_trick(line, 20, **options) == theirs.hashing_trick(line, 20, **options)
        assert text.one_hot(line, 20) == theirs.one_hot(line, 20)
    assert text.one_hot("a b", 9, analyzer=list) == theirs.one_hot("a b", 9, analyzer=list)


def state(tokenizer):
    names = (
        "word_counts", "word_docs", "index_docs", "word_index", "index_word", "document_count",
        "num_words",
    )  # fmt: skip
    return {name: getattr(tokenizer, name) for name in names}


@pytest.mark.parametrize("name", SETTINGS)
def test_tokenizer(name):
    both = [library.Tokenizer(**SETTINGS[name]) for library in (theirs, text)]
    for tokenizer in both:
        tokenizer.fit_on_texts(TEXTS)
        tokenizer.fit_on_texts(OTHERS[:1])
    assert state(both[0]) == state(both[1])
    numbers = [tokenizer.texts_to_sequences(OTHERS + TEXTS) for tokenizer in both]
    assert numbers[0] == numbers[1]
    assert both[0].sequences_to_texts(numbers[0] + [[99]]) == both[1].sequences_to_texts(
        numbers[0] + [[99]]
    )
    for mode in text.MODES:
        matrices = [tokenizer.texts_to_matrix(OTHERS + TEXTS, mode) for tokenizer in both]
        np.testing.assert_array_equal(*matrices, strict=True)


def test_tokenizer_of_numbers():
    both = [library.Tokenizer(num_words=6) for library in (theirs, text)]
    for tokenizer in both:
        tokenizer.fit_on_sequences([[1, 2, 2], [5, 7], []])
    assert state(both[0]) == state(both[1])
    for mode in text.MODES:
        np.testing.assert_array_equal(
            *(tokenizer.sequences_to_matrix([[1, 2, 2, 9], []], mode) for tokenizer in both)
        )


@pytest.mark.parametrize("name", [name for name in SETTINGS if name != "an analyzer"])
def test_a_tokenizer_travels_as_json(name):
    """Either way."""
    both = [library.Tokenizer(**SETTINGS[name]) for library in (theirs, text)]
    for tokenizer in both:
        tokenizer.fit_on_texts(TEXTS[:5])
    written = [json.loads(tokenizer.to_json()) for tokenizer in both]
    for one in written:
        one["config"]["word_docs"] = json.loads(one["config"]["word_docs"])  # a set's order
        one["config"]["index_docs"] = sorted(json.loads(one["config"]["index_docs"]).items())
    assert written[0] == written[1]
    ours = text.tokenizer_from_json(both[0].to_json(indent=1))
    back = theirs.tokenizer_from_json(both[1].to_json())
    assert state(ours) == state(both[0]) == state(back)
    assert ours.texts_to_sequences(OTHERS) == back.texts_to_sequences(OTHERS)


def test_refusals():
    for library in (theirs, text):
        with pytest.raises(TypeError, match="Unrecognized keyword arguments: {'words': 3}"):
            library.Tokenizer(words=3)
        with pytest.raises(ValueError, match="Specify a dimension"):
            library.Tokenizer().sequences_to_matrix([[1]])
        with pytest.raises(ValueError, match="before using tfidf mode"):
            library.Tokenizer(3).sequences_to_matrix([[1]], "tfidf")
        with pytest.raises(ValueError, match="Unknown vectorization mode"):
            library.Tokenizer(3).sequences_to_matrix([[1]], "sum")
        with pytest.warns(UserWarning, match="has been renamed `num_words`"):
            assert library.Tokenizer(nb_words=3).num_words == 3


def test_arguments_and_defaults():
    for name in text.__all__:
        ours, their = (inspect.signature(getattr(library, name)) for library in (text, theirs))
        assert [(p.name, p.default) for p in ours.parameters.values()] == [
            (p.name, p.default) for p in their.parameters.values()
        ]
