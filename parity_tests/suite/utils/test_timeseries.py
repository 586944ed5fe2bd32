"""Windows over time: the same windows in the same order as in Keras."""

from typing import Any

import numpy as np
import pytest

import scratch
import scratch.random.seeding
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
DATA = np.arange(90, dtype="float32").reshape(30, 3)
TARGETS = np.arange(30) * 10
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "a stride": {"sequence_stride": 3},
    "a rate": {"sampling_rate": 2},
    "from and to": {"start_index": 4, "end_index": 20},
    "single": {"batch_size": None},
    "without targets": {"targets": None},
    "fewer targets": {"targets": TARGETS[:7]},
    "batches": {"batch_size": 4},
    "shuffled": {"shuffle": True, "seed": 3, "batch_size": 4},
    "shuffled by the program's seed": {"shuffle": True, "batch_size": 4},
    "shuffled, single": {"shuffle": True, "seed": 0, "batch_size": None},
    "lists": {"data": list(range(20)), "targets": None},
}


@pytest.mark.parametrize("seed", [None, 5])
@pytest.mark.parametrize("name", CASES)
def test_windows(name, seed):
    given = {"data": DATA, "targets": TARGETS, "sequence_length": 5, **CASES[name]}
    found = []
    tf.random.set_seed(None)
    scratch.random.seeding.state.seed = None
    for library in (keras, scratch):
        np.random.seed(7)
        if seed is not None:
            library.utils.set_random_seed(seed)
            np.random.seed(7)
        dataset = library.utils.timeseries_dataset_from_array(**given)
        passes = [[as_arrays(batch) for batch in dataset] for _ in range(2)]
        found.append((len(passes[0]), passes))
    assert found[0][0] == found[1][0]
    for theirs, ours in zip(found[0][1], found[1][1], strict=True):
        for a, b in zip(theirs, ours, strict=True):
            for x, y in zip(a, b, strict=True):
                np.testing.assert_array_equal(x, y)
                assert x.dtype == y.dtype


def as_arrays(batch):
    return [np.asarray(part) for part in (batch if isinstance(batch, tuple) else [batch])]


@pytest.mark.parametrize(
    "wrong",
    [
        {"start_index": -1}, {"start_index": 30}, {"end_index": 30}, {"end_index": -2},
        {"start_index": 5, "end_index": 5}, {"sampling_rate": 0}, {"sampling_rate": 30},
        {"sequence_stride": 0}, {"sequence_stride": 30}, {"format": "csv"},
    ],
    ids=str,
)  # fmt: skip
def test_refusals(wrong):
    said = []
    for library in (keras, scratch):
        with pytest.raises(ValueError, match="Received") as caught:
            library.utils.timeseries_dataset_from_array(DATA, TARGETS, 5, **wrong)
        said.append(str(caught.value))
    assert said[0] == said[1]


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
def test_a_model_learns_from_windows():
    """`fit` takes such a data set, in every epoch anew."""
    history = []
    for library in (keras, scratch):
        library.utils.set_random_seed(1)
        dataset = library.utils.timeseries_dataset_from_array(
            DATA / 90, TARGETS / 300, 4, batch_size=8, shuffle=True, seed=2
        )
        model = library.Sequential(
            [library.Input((4, 3)), library.layers.Flatten(), library.layers.Dense(1)]
        )
        model.compile("sgd", "mse")
        history.append(model.fit(dataset, epochs=3, verbose=0).history["loss"])
    keras.utils.clear_session(free_memory=False)
    np.testing.assert_allclose(history[0], history[1], rtol=FEW_ROUNDINGS)
