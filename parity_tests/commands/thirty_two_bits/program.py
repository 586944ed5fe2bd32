"""Whatever looks numbers up by other numbers, and whatever is drawn; a line of JSON for each.

The same program runs here and where a pointer has 32 bits; the test compares what it prints.
"""

import json
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

import scratch as keras

X = np.random.default_rng(0).normal(size=(32, 8)).astype("float32")
Y = np.arange(32) % 3
SPARSE = "sparse_categorical_crossentropy"
k: Any = keras
layers, ops, losses, metrics = k.layers, k.ops, k.losses, k.metrics


def say(name: str, value: Callable[[], Any]) -> None:
    """Prints a name and the numbers, as a line of JSON."""
    found = [np.asarray(part, "float64").ravel().tolist() for part in _parts(value())]
    print(json.dumps([name, found]))


def _parts(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def trained(loss: Any, y: Any, *more: Any, x: Any = X, **options: Any) -> Any:
    """The losses of two epochs of a small model with `more` layers."""
    keras.utils.set_random_seed(1)
    model = keras.Sequential([*more, layers.Dense(3, "softmax")])
    model.compile("adam", loss, metrics=["accuracy"])
    return model.fit(x, y, epochs=2, batch_size=8, verbose=0, **options).history["loss"]


def embedded(x: np.ndarray) -> Any:
    """The losses of two epochs of a model that looks its inputs up in an `Embedding`."""
    return trained(SPARSE, Y, layers.Embedding(5, 4), layers.Flatten(), x=x)


for kind in ("int64", "int32", "uint8", "float32"):
    labels = Y.astype(kind)
    say(f"sparse, {kind}", partial(trained, SPARSE, labels))
    numbers = (np.abs(X[:, :4]) * 3).clip(0, 4).astype(kind)
    say(f"embedding, {kind}", partial(embedded, numbers))
    say(f"one_hot, {kind}", partial(ops.one_hot, labels, 3))
    say(f"categorical, {kind}", partial(keras.utils.to_categorical, labels, 3))
say("ignored class", lambda: trained(losses.SparseCategoricalCrossentropy(ignore_class=1), Y))
say("class weights", lambda: trained(SPARSE, Y, class_weight={0: 2.0}, validation_split=0.25))
say("shuffled inside batches", lambda: trained(SPARSE, Y, shuffle="batch"))
say("focal", lambda: trained("categorical_focal_crossentropy", np.eye(3)[Y], layers.Dropout(0.3)))
for number_type in (np.int64, np.int32):
    at = np.array([[0, 1], [2, 0]], number_type)
    say("take", partial(ops.take, X, at, axis=0))
    say("take of all", partial(ops.take, X, at))
    say("take along", partial(ops.take_along_axis, X[:2], at, axis=1))
    say("getitem", partial(ops.getitem, X, at))
    say("repeat", partial(ops.repeat, X, np.array([2] * 32, number_type), axis=0))
    say("segments", partial(ops.segment_sum, X[:2], at[0], 3))
say("top_k", lambda: ops.top_k(X, 2))
say("digitize", lambda: ops.digitize(X, [0.0, 1.0]))
say("sparsemax", lambda: keras.activations.sparsemax(X))
say("discretization", lambda: layers.Discretization([0.0, 1.0])(X))
say("category encoding", lambda: layers.CategoryEncoding(4, output_mode="count")(Y[:3]))
say("iou", lambda: metrics.MeanIoU(3)(Y, Y[::-1].copy()))
say("auc", lambda: metrics.AUC()(Y % 2, np.linspace(0, 1, 32)))
say("top-k accuracy", lambda: metrics.SparseTopKCategoricalAccuracy(2)(Y, X[:, :3]))
say(
    "precision", lambda: metrics.Precision(top_k=1)(np.eye(3, dtype="float32")[Y], np.abs(X[:, :3]))
)
draws = k.random
say("drawn: uniform", lambda: draws.uniform((9,), seed=7))
say("drawn: normal", lambda: draws.normal((9,), seed=7))
say("drawn: truncated", lambda: draws.truncated_normal((9,), seed=7))
say("drawn: int64", lambda: draws.randint((9,), 0, 1000, dtype="int64", seed=7))
say("drawn: categorical", lambda: draws.categorical(X, 4, seed=7))
say("drawn: shuffled", lambda: draws.shuffle(X, seed=7))
say("drawn: kernel", lambda: keras.initializers.GlorotUniform(3)((4, 5)))
try:
    ops.take(X, np.array([2**40]), axis=0)
    print(json.dumps(["an index of 2^40", "taken"]))
except Exception as error:
    print(json.dumps(["an index of 2^40", [cls.__name__ for cls in type(error).__mro__]]))
