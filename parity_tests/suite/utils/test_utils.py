"""Tools for training data, and the tensors of functional models."""

import random

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

X = np.arange(24.0).reshape(12, 2) - 5
NAN, INF = float("nan"), float("inf")

CLASSES = {
    "list": [0, 2, 1],
    "int32": np.array([3, 0, 3], "int32"),
    "negative": [0, -1, 2],
    "column": [[2], [0]],
    "one number": 3,
    "one row": [[1, 0, 2]],
    "cube": np.arange(8).reshape(2, 2, 2),
    "cube of columns": np.arange(4).reshape(2, 2, 1),
    "one sample in a column": [[4]],
    "floats": [0.0, 1.9],
    "booleans": [True, False],
    "nothing": [],
    "words": ["a"],
    "None": None,
}


@pytest.mark.parametrize("k", [None, 0, 3, 9])
@pytest.mark.parametrize("x", CLASSES.values(), ids=CLASSES)
def test_to_categorical(x, k):
    same(lambda lib: lib.utils.to_categorical(x, k), scratch, keras)


VECTORS = {
    "matrix": X,
    "vector": X[:, 0],
    "zeros": np.zeros((2, 3)),
    "float32": X.astype("float32"),
    "whole numbers": X.astype("int64"),
    "cube": X.reshape(2, 3, 4),
    "a scalar": np.array(2.0),
    "not finite": np.array([[1.0, INF], [NAN, 1.0]]),
    "list": [[3.0, 4.0], [0.0, 0.0]],
}


@pytest.mark.parametrize(
    "settings", [{}, {"axis": 0}, {"order": 1}, {"axis": 1, "order": 3}], ids=str
)
@pytest.mark.parametrize("x", VECTORS.values(), ids=VECTORS)
def test_normalize(x, settings):
    same(lambda k: k.utils.normalize(x, **settings), scratch, keras, derivative("float32"))


def rows_of(part, of):
    """Sample by sample, whatever a library keeps them in."""
    if hasattr(part, "as_numpy_iterator"):
        return list(part.as_numpy_iterator())
    if isinstance(of, np.ndarray):
        return list(part)
    return [tuple(row) for row in zip(*part, strict=True)]


SPLITS = [
    (0.75, None), (None, 0.25), (0.5, 0.25), (0.5, 0.5), (5, None), (None, 5), (5, 3), (5, 0.5),
    (0.3, None), (0.29, None), (0.01, None), (0.99, None), (1.0, None), (0.0, None), (12, None),
    (0, None), (-1, None), (0.7, 0.7), (7, 7), (None, None), ("half", None), (None, [3]),
    (True, None),
]  # fmt: skip


@pytest.mark.parametrize(("left", "right"), SPLITS)
def test_split_sizes(left, right):
    def call(k):
        parts = k.utils.split_dataset(X, left_size=left, right_size=right)
        return [rows_of(part, X) for part in parts]

    same(call, scratch, keras)


DATASETS = {
    "array": X,
    "list": [X, X[:, 0]],
    "tuple": (X, X[:, 0]),
    "dictionary": {"b": X, "a": X[:, 0]},
    "one array in a list": [X],
    "of two lengths": [X, X[:5]],
    "nothing": [],
    "None": None,
    "number": 3,
}


@pytest.mark.parametrize("shuffled", [{}, {"shuffle": True, "seed": 7}, {"shuffle": True}], ids=str)
@pytest.mark.parametrize("dataset", DATASETS.values(), ids=DATASETS)
def test_split_dataset(dataset, shuffled):
    def call(k):
        random.seed(4)
        left, right = k.utils.split_dataset(dataset, left_size=0.5, **shuffled)
        return rows_of(left, dataset), rows_of(right, dataset)

    same(call, scratch, keras)


BATCHES = [
    X, (X,), [X], (X, X), (X, X, X), [X, X], (X, None), (X, None, X), ([X, X],), ([X], X),
    {"a": X}, ({"a": X}, X), (X, X, X, X), (), None,
]  # fmt: skip


@pytest.mark.parametrize("batch", range(len(BATCHES)))
def test_what_a_batch_looks_like(batch):
    data = BATCHES[batch]
    same(lambda k: k.utils.unpack_x_y_sample_weight(data), scratch, keras)
    if isinstance(data, tuple):
        same(lambda k: k.utils.pack_x_y_sample_weight(*data), scratch, keras)


def test_tensors_of_functional_models():
    for call in (
        lambda k: k.utils.is_keras_tensor(k.Input((3,))),
        lambda k: k.utils.is_keras_tensor(k.KerasTensor((None, 3))),
        lambda k: k.utils.is_keras_tensor(X),
        lambda k: k.utils.is_keras_tensor(k.ops.convert_to_tensor(X)),
        lambda k: k.utils.is_keras_tensor(k.Variable(X)),
        lambda k: k.utils.is_keras_tensor([k.Input((3,))]),
        lambda k: k.utils.is_keras_tensor(None),
        lambda k: isinstance(k.layers.Dense(2)(k.Input((3,))), k.KerasTensor),
    ):
        same(call, scratch, keras)


TENSORS = {
    "a shape": lambda k: k.KerasTensor((None, 3)),
    "a type": lambda k: k.KerasTensor((2, 3), "int32", name="counts"),
    "a list": lambda k: k.KerasTensor([4, 5], dtype="float64"),
    "no axis": lambda k: k.KerasTensor(()),
    "no type": lambda k: k.KerasTensor((2, 3), "words"),
    "an input": lambda k: k.Input((3, 4), name="x"),
}
USES = {
    "shape": lambda k, x: (x.shape, x.ndim, x.dtype),
    "text": lambda k, x: str(x).split(", name")[0],
    "length": lambda k, x: len(x),
    "truth": lambda k, x: bool(x),
    "int": lambda k, x: int(x),
    "float": lambda k, x: float(x),
    "array": lambda k, x: np.asarray(x),
    "iteration": lambda k, x: len(list(x)),
    "index": lambda k, x: described(x[0]),
    "slice": lambda k, x: described(x[:, 1:]),
    "one number": lambda k, x: described(2 * x + 1),
    "divided": lambda k, x: described(x / 2),
    "by a whole number": lambda k, x: described(x // 2 % 3),
    "power": lambda k, x: described(x**2),
    "negative": lambda k, x: described(-abs(x)),
    "with itself": lambda k, x: described(x * x - x),
    "comparison": lambda k, x: described(x > 0),
    "not equal": lambda k, x: described(x != 0),
    "matrix": lambda k, x: described(x @ np.ones((3, 2), "float32")),
    "with an array": lambda k, x: described(np.ones(3, "float32") + x),
    "op": lambda k, x: described(k.ops.sum(x, axis=-1)),
    "reshaped": lambda k, x: described(k.ops.reshape(x, (-1, 1))),
}


def described(x):
    return x.shape, x.dtype


# Not of a scalar: its axis -1 is an error in Keras and none in NumPy.
PAIRS = [(t, u) for t in TENSORS for u in USES if t != "no axis" or u not in ("op", "matrix")]


@pytest.mark.parametrize(("tensor", "use"), PAIRS)
def test_a_keras_tensor(tensor, use):
    same(lambda k: USES[use](k, TENSORS[tensor](k)), scratch, keras)


@pytest.mark.parametrize("call", [lambda x: scratch.layers.Dense(2)(x), scratch.ops.exp])
def test_a_call_that_is_not_remembered(call):
    """In Keras every call on such a tensor fails: it looks for the history all the same."""
    remembered, forgotten = (
        call(scratch.KerasTensor((None, 3), record_history=record)) for record in (True, False)
    )
    assert remembered.shape == forgotten.shape
    assert remembered.keras_history[1:] == (0, 0)
    assert not hasattr(forgotten, "keras_history")


def test_ragged_tensors():
    with pytest.raises(ValueError, match="Ragged tensors are not supported"):
        scratch.KerasTensor((None, 3), ragged=True)


@pytest.mark.parametrize("shape", [(), (1,), (3,), (1, 1), (3, 1), (1, 3), (2, 3, 1), (2, 1, 1)])
@pytest.mark.parametrize("num_classes", [None, 5])
def test_shapes_of_one_hot_vectors(shape, num_classes):
    """An axis of one is taken for a column of labels, but not where it is all there is."""
    labels = np.arange(np.prod(shape, dtype=int)).reshape(shape) % 3

    def call(k):
        return k.utils.to_categorical(labels, num_classes)

    found, _ = same(call, scratch, keras, may_fail=False)
    inside = shape[:-1] if len(shape) > 1 and shape[-1] == 1 else shape
    assert found.shape == (*inside, num_classes or labels.max() + 1)
