# ruff: noqa: E501 - one line a value
"""Mistakes that people make: each a function of the library that must raise."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np


class Mistake(NamedTuple):
    """A mistake, and what a good message about it names.

    Args:
        name: what is wrong.
        make: makes the mistake with the library it is given.
        says: words that `scratch`'s message must hold: the argument, what it got, what was
            expected.
    """

    name: str
    make: Callable[[Any], Any]
    says: tuple[str, ...]


X = np.linspace(-1, 1, 24).reshape(8, 3).astype("float32")
Y = np.arange(8) % 4


def _model(keras: Any, loss: Any = "sparse_categorical_crossentropy", compiled: bool = True) -> Any:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, "softmax")])
    if compiled:
        model.compile(optimizer="sgd", loss=loss)
    return model


def _fit(
    keras: Any, x: Any = X, y: Any = Y, loss: Any = "sparse_categorical_crossentropy", **more: Any
) -> Any:
    return _model(keras, loss).fit(x, y, verbose=0, **more)


CUBE = X.reshape(8, 3, 1)

MISTAKES = [
    Mistake("fit before compile", lambda k: _model(k, compiled=False).fit(X, Y), ("compile()",)),
    Mistake("evaluate before compile", lambda k: _model(k, compiled=False).evaluate(X, Y), ("compile()",)),
    Mistake("train_on_batch before compile", lambda k: _model(k, compiled=False).train_on_batch(X, Y), ("compile()",)),
    Mistake("too many features", lambda k: _fit(k, np.ones((8, 5), "float32")), ("5", "3", "shape")),
    Mistake("one axis too many", lambda k: _fit(k, np.ones((8, 2, 5), "float32")), ("5", "3", "shape")),
    Mistake("predict with a wrong shape", lambda k: _model(k).predict(np.ones((8, 5)), verbose=0), ("5", "3", "shape")),
    Mistake("y shorter than x", lambda k: _fit(k, X, Y[:5]), ("8", "5", "x", "y")),
    Mistake("sample_weight shorter than x", lambda k: _fit(k, sample_weight=np.ones(3)), ("8", "3")),
    Mistake("label too large", lambda k: _fit(k, y=Y + 2), ("y", "[0, 4)")),
    Mistake("label negative", lambda k: _fit(k, y=Y - 1), ("y", "-1", "[0, 4)")),
    Mistake("class numbers for one-hot", lambda k: _fit(k, loss="categorical_crossentropy"), ("shape", "(8, 4)")),
    Mistake("one-hot of another width", lambda k: _fit(k, y=np.eye(5)[Y], loss="categorical_crossentropy"), ("shape", "(8, 5)", "(8, 4)")),
    Mistake("unknown loss", lambda k: _fit(k, loss="cross_entropi"), ("loss", "cross_entropi")),
    Mistake("misspelt loss", lambda k: _fit(k, loss="sparse_categorical_crosentropy"), ("sparse_categorical_crosentropy", "Did you mean 'sparse_categorical_crossentropy'")),
    Mistake("unknown optimizer", lambda k: _model(k).compile(optimizer="adma", loss="mse"), ("optimizer", "adma", "'adam'")),
    Mistake("unknown metric", lambda k: _fit_metric(k, "acuracy"), ("metric", "acuracy")),
    Mistake("unknown activation", lambda k: k.layers.Dense(3, "rleu"), ("activation", "rleu", "relu")),
    Mistake("unknown initializer", lambda k: k.layers.Dense(3, kernel_initializer="glorot"), ("initializer", "glorot")),
    Mistake("unknown regularizer", lambda k: k.layers.Dense(3, kernel_regularizer="l3"), ("regularizer", "l3")),
    Mistake("units 0", lambda k: k.layers.Dense(0), ("units", "0", "positive")),
    Mistake("units 2.5", lambda k: k.layers.Dense(2.5), ("units", "2.5", "positive")),
    Mistake("dropout rate 1.5", lambda k: k.layers.Dropout(1.5), ("rate", "1.5", "between 0")),
    Mistake("unknown argument of a layer", lambda k: k.layers.Dense(3, unit=4), ("unit",)),
    Mistake("dense of a vector", lambda k: k.Sequential([k.Input(()), k.layers.Dense(3)]), ("min_ndim=2", "ndim=1")),
    Mistake("two layers of one name", lambda k: k.Sequential([k.Input((3,)), k.layers.Dense(3, name="a"), k.layers.Dense(3, name="a")]), ("unique", "a")),
    Mistake("two inputs", lambda k: k.Sequential([k.Input((3,)), k.Input((3,))]), ()),
    Mistake("no layer", lambda k: k.Sequential([3]), ("Layer", "3")),
    Mistake("too few weights", lambda k: _model(k).set_weights([np.ones((3, 4))]), ("1", "2", "weights")),
    Mistake("weights of another shape", lambda k: _model(k).set_weights([np.ones((3, 5)), np.ones(4)]), ("(3, 4)", "(3, 5)")),
    Mistake("no such layer", lambda k: _model(k).get_layer("densee"), ("densee",)),
    Mistake("learning rate an integer", lambda k: k.optimizers.SGD(1), ("learning_rate", "1", "float")),
    Mistake("momentum above 1", lambda k: k.optimizers.SGD(0.1, momentum=1.5), ("momentum", "1.5")),
    Mistake("two kinds of clipping", lambda k: k.optimizers.SGD(0.1, clipnorm=1.0, clipvalue=1.0), ("clipnorm", "clipvalue")),
    Mistake("unknown argument of an optimizer", lambda k: k.optimizers.SGD(0.1, rate=1.0), ("rate",)),
    Mistake("unknown reduction", lambda k: k.losses.MeanSquaredError(reduction="average"), ("reduction", "average")),
    Mistake("split that leaves nothing", lambda k: _fit(k, validation_split=0.99), ("validation_split", "0.99")),
    Mistake("class and sample weights", lambda k: _fit(k, class_weight={0: 1.0}, sample_weight=np.ones(8)), ("class_weight", "sample_weight")),
    Mistake("metrics a string", lambda k: _model(k).compile(optimizer="sgd", loss="mse", metrics="accuracy"), ("metrics", "accuracy")),
    Mistake("unknown float type", lambda k: k.config.set_floatx("float63"), ("float63",)),
    Mistake("negative l2", lambda k: k.regularizers.L2(-1.0), ("l2", "-1")),
    Mistake("labels without an axis", lambda k: _fit_mse(k, X[:, 0]), ("(8,)", "(8, 4)")),
    Mistake("labels of another width", lambda k: _fit_mse(k, X), ("(8, 3)", "(8, 4)")),
    Mistake("losses not reduced, and a regularizer", lambda k: _fit_unreduced(k, kernel_regularizer="l2"), ("reduction",)),
    Mistake("losses not reduced, and a penalty of zero", lambda k: _fit_unreduced(k, activity_regularizer="l1", kernel_initializer="zeros"), ("reduction",)),
    Mistake("AUC of class numbers", lambda k: _fit_metric(k, k.metrics.AUC()), ("(8,)", "(8, 4)", "One-hot")),
    Mistake("no loss", lambda k: _fit(k, loss=None), ("loss",)),
    Mistake("y missing", lambda k: _model(k).fit(X, verbose=0), ("y",)),
    Mistake("size of the batch of a layer", lambda k: k.layers.Dense(2, input_shape=(3,), batch_size=4), ("batch_size", "Dense")),
    Mistake("both old names of a shape", lambda k: k.layers.Dense(2, input_dim=3, input_shape=(3,)), ("input_shape", "Dense")),
    Mistake("a slash in a variable's name", lambda k: k.Variable(X, name="a/b"), ("name", "/", "a/b")),
    Mistake("unknown aggregation", lambda k: k.Variable(X, aggregation="max"), ("aggregation", "only_first_replica", "max")),
    Mistake("unknown synchronization", lambda k: k.Variable(X, synchronization="never"), ("synchronization", "on_read", "never")),
    Mistake("unknown aggregation of a weight", lambda k: k.layers.Layer().add_weight(aggregation="max"), ("aggregation", "max")),
    Mistake("text for numbers", lambda k: _fit(k, x=np.array([["a"] * 3] * 8)), ()),
]  # fmt: skip


def _fit_metric(keras: Any, name: Any) -> Any:
    model = _model(keras)
    model.compile(optimizer="sgd", loss="sparse_categorical_crossentropy", metrics=[name])
    return model.fit(X, Y, verbose=0)


def _fit_unreduced(keras: Any, **penalty: Any) -> Any:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4, **penalty)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
    model.compile(optimizer="sgd", loss=loss)
    return model.fit(X, Y, verbose=0)


def _fit_mse(keras: Any, y: np.ndarray) -> Any:
    return _fit(keras, loss="mse", y=y)
