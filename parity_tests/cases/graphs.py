# ruff: noqa: E501 - one line a value
"""Models that are no stacks: graphs of layers, subclasses with `call`, layers that have nothing else.

Each is a function from the library to a compiled model and the arguments of `fit`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Made = tuple[Any, dict[str, Any]]


@dataclass(frozen=True)
class GraphCase:
    """One set-up.

    Args:
        name: unique.
        make: from the library to a compiled model and to what `fit` gets.
        static: whether nothing is drawn and no state moves, so that derivatives can be compared.
        silent: quantities that must be zero.
    """

    name: str
    make: Callable[[Any], Made]
    static: bool = True
    silent: tuple[str, ...] = ()


def draw(*shape: int, stream: int = 0) -> np.ndarray:
    """Normal numbers that float32 can represent."""
    return np.random.default_rng([7, stream, *shape]).normal(size=shape).astype("float32")


def labels(rows: int, k: int) -> np.ndarray:
    """Class numbers."""
    return np.random.default_rng([8, rows, k]).integers(0, k, rows)


def two_and_two(keras: Any) -> tuple[Any, Any, Any]:
    """Two inputs that share a layer, two outputs."""
    a, b = keras.Input((5,), name="a"), keras.Input((5,), name="b")
    shared = keras.layers.Dense(4, "tanh", name="shared")
    joined = keras.layers.Concatenate()([shared(a), shared(b)])
    price = keras.layers.Dense(1, name="price")(joined)
    kind = keras.layers.Dense(3, "softmax", name="kind")(joined)
    return (a, b), (price, kind), joined


X2 = [draw(22, 5), draw(22, 5, stream=1)]
# Not around 0: there a bias goes forth and back, and ends at a tenth of its way, in the rounding of
# which a bound by where it ends would not allow for.
Y2 = [draw(22, 1, stream=2) + np.float32(1), labels(22, 3)]
NAMED = {"x": {"a": X2[0], "b": X2[1]}, "y": {"price": Y2[0], "kind": Y2[1]}}
BOTH = {"loss": ["mse", "sparse_categorical_crossentropy"]}


def lists(keras: Any) -> Made:
    """Everything by position."""
    (a, b), (price, kind), _ = two_and_two(keras)
    model = keras.Model([a, b], [price, kind])
    model.compile("sgd", **BOTH, loss_weights=[0.5, 2.0], metrics=[["mse"], ["accuracy"]])
    return model, {"x": X2, "y": Y2}


def names(keras: Any) -> Made:
    """Everything by name."""
    (a, b), (price, kind), _ = two_and_two(keras)
    model = keras.Model({"a": a, "b": b}, {"price": price, "kind": kind})
    model.compile(
        "sgd",
        {"kind": "sparse_categorical_crossentropy", "price": "mse"},
        loss_weights={"kind": 2.0, "price": 0.25},
        metrics={"kind": ["accuracy"]},
        weighted_metrics={"price": ["mse"]},
    )
    weights = {
        "price": np.linspace(0.5, 2, 22).astype("float32"),
        "kind": np.linspace(2, 0, 22).astype("float32"),
    }
    return model, {**NAMED, "sample_weight": weights}


def one_loss_for_all(keras: Any) -> Made:
    """One loss, one set of sample weights, for both outputs."""
    (a, b), (price, _), joined = two_and_two(keras)
    model = keras.Model([a, b], [price, keras.layers.Dense(1)(joined)])
    model.compile("sgd", "mse")
    return model, {
        "x": X2,
        "y": [Y2[0], Y2[0] * 2],
        "sample_weight": np.linspace(0.5, 2, 22).astype("float32"),
    }


def no_loss_for_one(keras: Any) -> Made:
    """An output without a loss."""
    (a, b), (price, kind), _ = two_and_two(keras)
    model = keras.Model([a, b], [price, kind])
    model.compile("sgd", ["mse", None])
    return model, {"x": X2, "y": Y2}


def read_twice(keras: Any) -> Made:
    """A softmax that a loss reads and another layer, too."""
    x = keras.Input((5,))
    kind = keras.layers.Dense(3, "softmax", activity_regularizer="l2", name="kind")(x)
    model = keras.Model(x, [kind, keras.layers.Dense(1, name="price")(kind)])
    model.compile(
        "sgd",
        ["sparse_categorical_crossentropy", "mse"],
        metrics=[["sparse_categorical_crossentropy"], []],
    )
    return model, {"x": X2[0], "y": Y2[::-1]}


def used_twice(keras: Any) -> Made:
    """A diamond: a layer on its own output, a tensor that two layers read."""
    x = keras.Input((5,))
    layer = keras.layers.Dense(5, "tanh", kernel_regularizer="l2")
    y = layer(x)
    y = keras.layers.Add()([layer(y), y])
    model = keras.Model(x, keras.layers.Dense(1)(keras.layers.Multiply()([y, x])))
    model.compile("sgd", "mse")
    return model, {"x": X2[0], "y": Y2[0]}


def nested(keras: Any) -> Made:
    """Models inside models, one of them frozen."""
    inner = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(4)], name="inner")
    x = keras.Input((5,))
    middle = keras.Model(x, keras.layers.Dense(4, "sigmoid")(inner(x)), name="middle")
    frozen = keras.Sequential([keras.Input((5,)), keras.layers.Dense(4)], name="frozen")
    frozen.trainable = False
    x = keras.Input((5,))
    y = keras.layers.Average()([middle(x), frozen(x), inner(x)])
    model = keras.Model(x, keras.layers.Dense(3, "softmax")(y))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, {"x": X2[0], "y": Y2[1]}


def with_ops(keras: Any) -> Made:
    """Functions of ops between layers."""
    x = keras.Input((5,))
    y = keras.layers.Dense(4)(x)
    y = keras.ops.tanh(y) * 2 + y[:, :1] - 0.5
    y = keras.ops.concatenate([y, keras.ops.mean(y, axis=-1, keepdims=True)], axis=-1)
    model = keras.Model(x, keras.layers.Dense(1)(keras.ops.reshape(y, (-1, 5))))
    model.compile("sgd", "mse")
    return model, {"x": X2[0], "y": Y2[0]}


def subclassed(keras: Any) -> Made:
    """A model in `call`: layers in a list, ops in between, a loss of its own."""

    class Residual(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = keras.layers.Dense(4, "tanh")
            self.blocks = []
            self.head = keras.layers.Dense(3)
            for _ in range(2):
                self.blocks.append(keras.layers.Dense(4))

        def call(self, x):
            x = self.first(x)
            for block in self.blocks:
                x = x + keras.ops.sigmoid(block(x))
            self.add_loss(0.01 * keras.ops.mean(x**2))
            return keras.ops.softmax(self.head(x))

    model = Residual()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, {"x": X2[0], "y": Y2[1]}


def own_loss(keras: Any) -> Made:
    """`compute_loss`: the compiled loss and the penalties, scaled, more of the outputs, a metric."""

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            penalties = {"kernel_regularizer": "l2", "activity_regularizer": "l1"}
            self.first = keras.layers.Dense(4, "tanh", **penalties)
            self.head = keras.layers.Dense(3, "softmax")
            self.seen = keras.metrics.Mean(name="seen")

        def call(self, x):
            x = self.first(x)
            self.add_loss(0.01 * keras.ops.mean(x**2))
            return self.head(x)

        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            loss = super().compute_loss(x, y, y_pred, sample_weight, training)
            loss = 1.5 * loss + 0.1 * keras.ops.mean(keras.ops.square(y_pred))
            self.seen.update_state(loss)
            return loss

    model = Own()
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, {"x": X2[0], "y": Y2[1]}


def own_loss_of_weights(keras: Any) -> Made:
    """`compute_loss` from nothing but ops: two outputs, weights, `self.losses`, no compiled loss."""

    class Own(keras.Model):
        def __init__(self):
            super().__init__()
            self.price = keras.layers.Dense(1, kernel_regularizer="l2", name="price")
            self.scale = self.add_weight(shape=(), initializer="ones", name="scale")

        def call(self, x):
            return {"price": self.price(x), "size": keras.ops.sum(keras.ops.tanh(x), axis=-1)}

        def compute_loss(self, x, y, y_pred, sample_weight):
            error = keras.ops.square(y_pred["price"] * self.scale - y)
            spread = keras.ops.mean(y_pred["size"] * y_pred["price"][:, 0])
            return keras.ops.mean(sample_weight * error) + 0.1 * spread + 2 * sum(self.losses)

    model = Own()
    model.compile("sgd")
    draws = np.random.default_rng(3)
    weight = draws.uniform(0.2, 2, (len(X2[0]), 1))
    return model, {"x": X2[0], "y": draws.normal(size=(len(X2[0]), 1)), "sample_weight": weight}


def own_loss_of_two(keras: Any) -> Made:
    """`compute_loss` around two weighted losses."""

    class Own(keras.Model):
        def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
            return 1.5 * super().compute_loss(x, y, y_pred, sample_weight, training)

    (a, b), (price, kind), _ = two_and_two(keras)
    model = Own([a, b], [price, kind])
    model.compile("sgd", **BOTH, loss_weights=[0.25, 0.5])
    return model, {"x": X2, "y": Y2}


def own_steps(keras: Any) -> Made:
    """`train_step`, `test_step`, `predict_step` and `compute_metrics` around those of the library."""

    class Own(keras.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            logs = super().compute_metrics(x, y, y_pred, sample_weight)
            return {**logs, "largest": keras.ops.max(y_pred)}

        def train_step(self, data):
            return {**super().train_step(data), "step": 1.0}

        def test_step(self, data):
            return {**super().test_step(data), "step": 2.0}

        def predict_step(self, data):
            return 2.0 * super().predict_step(data)

    x = keras.Input((5,))
    model = Own(x, keras.layers.Dense(3, "softmax")(keras.layers.Dense(4, "relu")(x)))
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model, {"x": X2[0], "y": Y2[1]}


def call_only(keras: Any) -> Made:
    """Layers with nothing but `call`: several inputs by position and by name, several outputs, layers inside."""

    class Mix(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.inner = keras.layers.Dense(4, "tanh", activity_regularizer="l2")

        def build(self, x_shape, other_shape):
            self.inner.build(x_shape)
            self.w = self.add_weight(shape=(4,), name="w", regularizer="l2")

        def call(self, x, other=None):
            return self.inner(x) * self.w, keras.ops.exp(-keras.ops.abs(other))

    a, b = keras.Input((5,)), keras.Input((4,))
    left, right = Mix()(a, other=keras.layers.Dense(4)(b))
    model = keras.Model([a, b], keras.layers.Dense(1)(left - right))
    model.compile("sgd", "mse")
    return model, {"x": [X2[0], draw(22, 4)], "y": Y2[0]}


def dropped(keras: Any) -> Made:
    """State and draws in training: dropout and normalization, nested, told and not told."""

    class Block(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.norm = keras.layers.BatchNormalization(momentum=0.8)
            self.drop = keras.layers.Dropout(0.3)

        def call(self, x, training=False):
            return self.drop(self.norm(x), training=training)

    x = keras.Input((5,))
    y = Block()(keras.layers.Dense(6, use_bias=False)(x))
    y = keras.layers.Dropout(0.2)(y, training=False)
    model = keras.Model(x, keras.layers.Dense(1)(y))
    model.compile("sgd", "mse")
    return model, {"x": X2[0], "y": Y2[0]}


def sampled(keras: Any) -> Made:
    """Random numbers and assignments in `call`."""

    class Noisy(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.seeds = keras.random.SeedGenerator(3)

        def build(self, shape):
            self.seen = self.add_weight(shape=(), initializer="zeros", trainable=False, name="seen")
            self.mean = self.add_weight(
                shape=(shape[-1],), initializer="zeros", trainable=False, name="mean"
            )

        def call(self, x, training=False):
            if not training:
                return x - self.mean
            self.seen.assign_add(1.0)
            self.mean.assign(self.mean * 0.9 + keras.ops.mean(x, axis=0) * 0.1)
            return x - self.mean + keras.random.uniform(keras.ops.shape(x), seed=self.seeds)

    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(4), Noisy(), keras.layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    return model, {"x": X2[0], "y": Y2[0]}


def masked(keras: Any) -> Made:
    """A mask from the input to the loss."""
    x = keras.Input((6, 3))
    y = keras.layers.Dense(4, "tanh")(keras.layers.Masking()(x))
    model = keras.Model(x, keras.layers.Dense(2)(y))
    model.compile("sgd", "mse", weighted_metrics=["mse"])
    steps = draw(22, 6, 3)
    steps[:10, 3:] = 0
    return model, {"x": steps, "y": draw(22, 6, 2), "sample_weight": 1 + draw(22, 6, stream=3) ** 2}


def in_batches(keras: Any) -> Made:
    """A generator, and validation data from a data set of one's own."""

    class Data(keras.utils.PyDataset):
        def __len__(self):
            return 3

        def __getitem__(self, index):
            rows = slice(index * 8, index * 8 + 8)
            return X2[0][rows], Y2[0][rows]

    def batches():
        for i in range(20):
            yield X2[0][i % 3 : i % 3 + 8], Y2[0][i % 3 : i % 3 + 8]

    model = keras.Sequential([keras.layers.Dense(4, "tanh"), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model, {"x": batches(), "steps_per_epoch": 4, "validation_data": Data()}


CASES = [
    GraphCase("lists", lists),
    GraphCase("names", names),
    GraphCase("one loss for all", one_loss_for_all),
    GraphCase("no loss for one", no_loss_for_one, silent=("weights/kind/bias",)),
    GraphCase("read twice", read_twice),
    GraphCase("used twice", used_twice),
    GraphCase("nested", nested, silent=("weights/frozen/dense_3/bias",)),
    GraphCase("ops", with_ops),
    GraphCase("subclassed", subclassed),
    GraphCase("own loss", own_loss, static=False),
    GraphCase("own loss of two", own_loss_of_two, static=False),
    GraphCase("own loss of weights", own_loss_of_weights, static=False),
    GraphCase("own steps", own_steps, static=False),
    GraphCase("call only", call_only),
    GraphCase("dropped", dropped, static=False),
    GraphCase("sampled", sampled, static=False),
    GraphCase("masked", masked),
    GraphCase("in batches", in_batches, static=False),
]
BY_NAME = {case.name: case for case in CASES}
