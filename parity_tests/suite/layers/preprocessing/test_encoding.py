"""Whole numbers as vectors."""

import itertools

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import FLOAT32, A  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


WHOLE = {
    "rows": np.array([[0, 2, 2], [3, 1, 1]]),
    "int32": np.array([[0, 2], [3, 1]], "int32"),
    "vector": np.array([0, 3, 3]),
    "scalar": np.array(2),
    "column": np.array([[1], [3]]),
    "cube": np.array([[[0, 1], [2, 3]]]),
    "floats": np.array([[0.0, 2.0], [1.0, 1.0]], "float32"),
    "list": [[0, 2], [1, 1]],
    "negative": np.array([[0, -1]]),
    "too large": np.array([[0, 4]]),
    "nothing": np.zeros((0, 2), "int64"),
}


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count", "binary"])
@pytest.mark.parametrize("numbers", WHOLE.values(), ids=WHOLE)
def test_category_encoding(numbers, mode):
    def call(k):
        layer = k.layers.CategoryEncoding(num_tokens=4, output_mode=mode)
        return (
            layer.output_mode,
            layer(numbers),
            tuple(layer.compute_output_shape(np.shape(numbers))),
        )

    same(call, scratch, keras)


WEIGHTS = np.array([[0.5, 2.0, 1.0], [1.0, 0.25, 0.25]])


def test_category_encoding_otherwise():
    for call in (
        lambda k: k.layers.CategoryEncoding(4, "count")(WHOLE["rows"], count_weights=WEIGHTS),
        lambda k: k.layers.CategoryEncoding(4, "one_hot")(WHOLE["rows"], count_weights=WEIGHTS),
        lambda k: k.layers.CategoryEncoding(4, "multi_hot", dtype="int32")(WHOLE["rows"]),
        lambda k: k.layers.CategoryEncoding(4, name="codes").get_config(),
        lambda k: k.layers.CategoryEncoding(),
        lambda k: k.layers.CategoryEncoding(0),
        lambda k: k.layers.CategoryEncoding(4, "int"),
        lambda k: k.layers.CategoryEncoding(4)(k.Input((3,), dtype="int32")).shape,
        lambda k: k.layers.CategoryEncoding(4, "one_hot")(k.Input((3,), dtype="int32")).shape,
        lambda k: k.layers.CategoryEncoding(4, "one_hot")(k.Input((1,), dtype="int32")).shape,
    ):
        same(call, scratch, keras)


BINS = [-1.0, 0.0, 0.5]
NUMBERS = {
    "rows": np.array([[-3.0, -1.0], [0.25, 0.5]], "float32"),
    "column": np.array([[-3.0], [9.0]], "float32"),
    "vector": np.array([-1.0, 0.0, 2.0]),
    "scalar": np.array(0.25),
    "cube": A,
    "whole": np.array([[-2, 0], [1, 5]]),
    "list": [[-3.0, 0.1]],
    "not finite": np.array([[-np.inf, np.inf, np.nan]], "float32"),
}


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_discretization(numbers, mode):
    def call(k):
        layer = k.layers.Discretization(BINS, output_mode=mode)
        return layer(numbers), tuple(layer.compute_output_shape(np.shape(numbers)))

    same(call, scratch, keras, may_fail=False)


SPREAD = np.random.default_rng(5).normal(size=(200, 3)).astype("float32")


def adapted(k, data, *more, bins=4, **settings):
    """The boundaries that the data gives, and where they put numbers."""
    layer = k.layers.Discretization(num_bins=bins, **settings)
    layer.adapt(data, *more)
    return layer(SPREAD[:5]), bins_config(layer)


def bins_config(layer):
    """Each library has its own kind of list for what a layer keeps."""
    config = layer.get_config()
    bins = config["bin_boundaries"]
    return {**config, "bin_boundaries": None if bins is None else list(bins)}


def test_discretization_otherwise():
    for call in (
        lambda k: adapted(k, SPREAD, name="bins"),
        lambda k: adapted(k, SPREAD[:, 0], name="bins"),
        lambda k: adapted(k, SPREAD.astype("float64"), bins=7, name="bins"),
        lambda k: adapted(k, SPREAD, bins=3, epsilon=0.1, output_mode="one_hot", name="bins"),
        lambda k: adapted(k, SPREAD[:3], bins=2, name="bins"),
        lambda k: adapted(k, np.ones((5, 1)), bins=3, name="bins"),
        lambda k: adapted(k, SPREAD, bins=1, name="bins"),
        lambda k: bins_config(k.layers.Discretization(BINS, name="bins")),
        lambda k: bins_config(k.layers.Discretization(num_bins=3, name="bins")),
        lambda k: k.layers.Discretization([0.1])(np.array([0.1])),
        lambda k: k.layers.Discretization(BINS).adapt(SPREAD),
        lambda k: k.layers.Discretization(num_bins=3)(SPREAD),
        lambda k: k.layers.Discretization(),
        lambda k: k.layers.Discretization(BINS, num_bins=3),
        lambda k: k.layers.Discretization(num_bins=-1),
        lambda k: k.layers.Discretization(BINS, output_mode="binary"),
        lambda k: k.layers.Discretization(BINS)(k.Input((3,))).dtype,
        lambda k: k.layers.Discretization(BINS, output_mode="one_hot")(k.Input((3,))).shape,
    ):
        same(call, scratch, keras, FLOAT32)


SHAPES = [(), (1,), (3,), (None,), (None, 1), (None, 3), (2, 1), (1, 1), (2, 3, 1), (2, 1, 3)]


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_shapes(shape, mode):
    """As Keras tells them; what comes out has them, but of a number alone, in Keras neither."""

    def told(k):
        kinds = [k.layers.Discretization(BINS, output_mode=mode)]
        if mode != "int":
            kinds.append(k.layers.CategoryEncoding(4, output_mode=mode))
        return [tuple(layer.compute_output_shape(shape)) for layer in kinds]

    ours, _ = same(told, scratch, keras, may_fail=False)
    if not shape:
        return
    whole = tuple(2 if n is None else n for n in shape)
    found = scratch.layers.Discretization(BINS, output_mode=mode)(np.zeros(whole))
    assert len(found.shape) == len(ours[0])
    assert all(n in (None, m) for n, m in zip(ours[0], found.shape, strict=True))


@pytest.mark.parametrize("sizes", [(150, 50), (101, 99), (50, 150), (30, 30, 140)])
@pytest.mark.parametrize("bins", [4, 7])
def test_batches_count_as_much_as_they_hold(sizes, bins):
    """Also where a value of a summary stands for one and a half of the data."""
    ends = np.cumsum((0, *sizes))
    batches = [SPREAD[i:j] ** 3 for i, j in itertools.pairwise(ends)]
    same(
        lambda k: adapted(k, batches, bins=bins, epsilon=0.01, name="bins"), scratch, keras, FLOAT32
    )


@pytest.mark.parametrize("mode", ["int", "count"])
def test_what_was_learnt_is_in_a_config(mode):
    def call(k):
        layer = k.layers.Discretization(num_bins=4, output_mode=mode)
        layer.adapt(SPREAD)
        again = k.layers.Discretization.from_config(layer.get_config())
        return again(SPREAD[:5]), again.get_config()["num_bins"], layer(SPREAD[:5])

    found, _ = same(call, scratch, keras, may_fail=False)
    np.testing.assert_array_equal(found[0], found[2])
