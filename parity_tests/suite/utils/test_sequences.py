"""`pad_sequences` beside Keras's."""

from typing import Any

import numpy as np
import pytest

import scratch

keras = pytest.importorskip("keras")
LISTS = [[1], [2, 3, 4], [], [5, 6, 7, 8, 9]]
CASES: dict[str, Any] = {
    "as they are": (LISTS, {}),
    "after": (LISTS, {"padding": "post"}),
    "cut before": (LISTS, {"maxlen": 3}),
    "cut after": (LISTS, {"maxlen": 3, "truncating": "post", "padding": "post"}),
    "longer": (LISTS, {"maxlen": 8, "value": -1}),
    "no room": (LISTS, {"maxlen": 0, "truncating": "post", "padding": "post"}),
    "floats": ([[1.5], [2.5, 3.5]], {"dtype": "float32", "value": 0.5}),
    "cut to whole numbers": ([[1.5], [2.5, 3.5]], {}),
    "texts": ([["a"], ["b", "ccc"]], {"dtype": object, "value": "-"}),
    "texts of a length": ([["a"], ["b", "ccc"]], {"dtype": "<U3", "value": "-"}),
    "vectors": ([np.ones((2, 3)), np.zeros((4, 3))], {"dtype": "float64"}),
    "arrays": (np.arange(6).reshape(2, 3), {"maxlen": 2}),
    "nothing in them": ([[], []], {"maxlen": 2}),
    "tuples": (((1, 2), (3,)), {}),
}


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    sequences, options = CASES[name]
    ours = scratch.utils.pad_sequences(sequences, **options)
    np.testing.assert_array_equal(
        ours, keras.utils.pad_sequences(sequences, **options), strict=True
    )
    assert scratch.preprocessing.sequence.pad_sequences is scratch.utils.pad_sequences


WRONG: dict[str, Any] = {
    "no sequence": (3, {}),
    "a number in between": ([[1], 2], {}),
    "other shapes": ([np.ones((2, 3)), np.ones((2, 4))], {}),
    "a text for numbers": ([[1]], {"value": "a"}),
    "an end": ([[1]], {"padding": "middle"}),
    "another end": ([[1]], {"truncating": "middle"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_refusals(name):
    sequences, options = WRONG[name]
    said = []
    for library in (keras, scratch):
        with pytest.raises(ValueError, match=r"\w") as caught:
            library.utils.pad_sequences(sequences, **options)
        said.append(str(caught.value))
    assert said[0] == said[1]
