"""What older programs prepare sequences with, beside `tf.keras.preprocessing.sequence`."""

import json
import random
import sys
from typing import Any

import numpy as np
import pytest

from scratch.preprocessing import sequence

keras = pytest.importorskip("keras")

from keras._tf_keras.keras.preprocessing import sequence as theirs  # noqa: E402

DATA = np.arange(40.0).reshape(20, 2)
GENERATORS: dict[str, dict[str, Any]] = {
    "plain": {"length": 3},
    "a rate": {"length": 6, "sampling_rate": 2},
    "a stride": {"length": 3, "stride": 2, "batch_size": 3},
    "from and to": {"length": 3, "start_index": 4, "end_index": 11},
    "back in time": {"length": 3, "reverse": True},
    "shuffled": {"length": 3, "shuffle": True, "batch_size": 4},
    "lists": {"length": 2, "data": list(range(20)), "targets": list(range(20))},
}


@pytest.mark.parametrize("name", GENERATORS)
def test_windows(name):
    given = {"data": DATA, "targets": DATA[:, 0], "batch_size": 5, **GENERATORS[name]}
    found = []
    for library in (theirs, sequence):
        np.random.seed(3)
        generator = library.TimeseriesGenerator(**given)
        batches = [generator[i] for i in range(len(generator))]
        found.append(batches)
    a, b = found
    assert len(a) == len(b)
    for (x, y), (p, q) in zip(a, b, strict=True):
        np.testing.assert_array_equal(x, p, strict=True)
        np.testing.assert_array_equal(y, q, strict=True)


def test_its_config():
    """In Keras, asking for it is an AttributeError: `PyDataset` has none."""
    with pytest.raises(AttributeError, match="get_config"):
        theirs.TimeseriesGenerator(DATA, DATA, 3).get_config()
    written = json.loads(sequence.TimeseriesGenerator(DATA, DATA[:, 0], 3, stride=2).to_json())
    config = written["config"]
    assert written["class_name"] == "TimeseriesGenerator"
    assert json.loads(config.pop("data")) == DATA.tolist()
    assert config["stride"] == 2 and config["start_index"] == 3 and config["end_index"] == 19


@pytest.mark.parametrize("wrong", [{"targets": DATA[:5]}, {"length": 30}], ids=["rows", "length"])
def test_windows_that_do_not_fit(wrong):
    said = []
    for library in (theirs, sequence):
        with pytest.raises(ValueError, match="length") as caught:
            library.TimeseriesGenerator(**{"data": DATA, "targets": DATA, "length": 3, **wrong})
        said.append(str(caught.value))
    assert said[0] == said[1]


def test_data_that_are_no_json():
    with pytest.raises(TypeError, match="Data not JSON Serializable"):
        sequence.TimeseriesGenerator([{1}] * 5, [1] * 5, 2).get_config()


@pytest.mark.parametrize("options", [{}, {"sampling_factor": 1e-3}], ids=str)
def test_the_sampling_table(options):
    ours = sequence.make_sampling_table(50, **options)
    np.testing.assert_array_equal(ours, theirs.make_sampling_table(50, **options), strict=True)


PAIRS: dict[str, dict[str, Any]] = {
    "plain": {},
    "a window": {"window_size": 1},
    "fewer drawn": {"negative_samples": 0.5},
    "none drawn": {"negative_samples": 0},
    "in order": {"shuffle": False},
    "one-hot": {"categorical": True},
    "by a table": {"sampling_table": np.linspace(0, 1, 12)},
    "by a seed": {"seed": 9},
}


# Keras gives `randint` a float, which Python takes no longer.
@pytest.mark.filterwarnings("ignore:non-integer arguments to randrange")
@pytest.mark.parametrize("name", PAIRS if sys.version_info < (3, 12) else ["by a seed"])
def test_skipgrams(name):
    found = []
    for library in (theirs, sequence):
        random.seed(5)
        words = [1, 5, 0, 7, 11, 3, 2, 8]
        found.append((library.skipgrams(words, 12, **PAIRS[name]), random.random()))
    assert found[0] == found[1]
