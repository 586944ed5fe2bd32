"""Networks drawn at random, whose paths part and meet: with plans and without, the same bits."""

import random
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch import ops
from scratch.models.training import planned
from scratch.network import replay

layers: Any = keras.layers
BY_DAY = 24  # networks
AT_NIGHT = 600

CALLS: dict[str, Any] = {
    "weights and a number": lambda x, w, b: x * w + b,
    "a weight that is not trained": lambda x, w, b: ops.tanh(x + w) * ops.stop_gradient(b + 1) + x,
    "side by side": lambda x, w, b: ops.concatenate([x * w, ops.square(x)], axis=-1),
    "one or the other": lambda x, w, b: ops.where(x > 0, x * w, ops.exp(x) - 1),
    "a product": lambda x, w, b: ops.matmul(x, ops.reshape(w, (-1, 1))) * x + b,
    "no way back": lambda x, w, b: ops.stop_gradient(x) * w + ops.max(x, axis=-1, keepdims=True),
    "itself": lambda x, w, b: x,
}
OF_ONE: list[Any] = [ops.abs, ops.sin, ops.square, lambda x: x * 1]
LOSSES: list[Any] = [
    "mse",
    "mae",
    lambda y, p: ops.mean(ops.square(y - p), axis=-1),
    lambda y, p: ops.sum(ops.abs(p - y) * 2, axis=-1),
    lambda y, p: ops.mean(p, axis=-1),
    lambda y, p: ops.max(ops.square(p - y), axis=-1),
]


class Operations(layers.Layer):
    """One of `CALLS`, with weights."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self.kind = kind

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(shape=(shape[-1],), initializer="ones", name="w")
        self.b = self.add_weight(shape=(), initializer="zeros", name="b")

    def call(self, x: Any) -> Any:
        return CALLS[self.kind](x, self.w, self.b)


def grown(draw: random.Random, paths: list[Any]) -> Any:
    """Another tensor, of one or two of those that are there."""
    a, b = draw.choice(paths), draw.choice(paths)
    ways: list[Any] = [
        lambda: layers.Dense(draw.randint(1, 5), draw.choice(["relu", "tanh", "softmax", "elu"]))(
            a
        ),
        lambda: Operations(draw.choice(list(CALLS)))(a),
        lambda: layers.Concatenate()([a, b]),
        lambda: draw.choice([layers.BatchNormalization, layers.LayerNormalization])()(a),
        lambda: layers.Dropout(0.3)(a),
        lambda: draw.choice(OF_ONE)(a),
    ]
    if a.shape == b.shape:
        joins = [layers.Add, layers.Multiply, layers.Maximum, layers.Average]
        ways += [lambda: draw.choice(joins)()([a, b]), lambda: a * b - a, lambda: a / (1 + b * b)]
    return draw.choice(ways)()


def model_of(seed: int) -> Any:
    """The network that a seed draws, compiled."""
    draw = random.Random(seed)
    keras.utils.set_random_seed(seed)
    x = keras.Input((draw.randint(1, 4),))
    paths = [x]
    for _ in range(draw.randint(1, 6)):
        paths.append(grown(draw, paths))
    y = layers.Dense(draw.randint(1, 3), draw.choice([None, "sigmoid", "softmax"]))(paths[-1])
    model = keras.Model(x, y)
    optimizers = [
        "sgd", "adam", keras.optimizers.SGD(0.01, momentum=0.9), keras.optimizers.Adam(clipnorm=0.1)
    ]  # fmt: skip
    metrics = draw.choice([None, ["mae"], [lambda y, p: ops.mean(y * p, axis=-1)]])
    model.compile(draw.choice(optimizers), draw.choice(LOSSES), metrics=metrics)
    return model


def told(seed: int) -> tuple[list[Any], bool]:
    """What a training, a test and a prediction of it give, and whether it was planned."""
    model = model_of(seed)
    draw = np.random.default_rng(seed)
    x = draw.normal(size=(26, *model.input_shape[1:])).astype("float32")
    y = draw.random((26, *model.output_shape[1:]), dtype="float32")
    found: list[Any] = [repr(model.fit(x, y, batch_size=4, epochs=3, verbose=0).history)]
    found.append(repr(model.evaluate(x, y, batch_size=5, verbose=0)))
    found += [model.predict(x, batch_size=6, verbose=0).tobytes() for _ in range(2)]
    found += [v.numpy().tobytes() for v in (*model.variables, *model.optimizer.variables)]
    return found, planned.of(model, "train") is not None


def compare(seeds: range, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both ways for every seed; most are to be planned."""
    number = 0
    for seed in seeds:
        monkeypatch.setattr(planned, "AFTER", 0)
        expected, none = told(seed)
        monkeypatch.setattr(planned, "AFTER", 1)
        monkeypatch.setattr(replay, "WAIT", 0)
        found, some = told(seed)
        assert found == expected, f"network {seed}"
        assert not none
        number += some
    assert number > 0.8 * len(seeds)


# A network may be a strange one.
STRANGE = (
    "ignore:Gradients do not exist:UserWarning",
    "ignore:You are using a softmax:UserWarning",
)
pytestmark = [pytest.mark.filterwarnings(warning) for warning in STRANGE]


def test_both_ways(monkeypatch):
    compare(range(BY_DAY), monkeypatch)


def test_many_both_ways(monkeypatch):
    compare(range(BY_DAY, AT_NIGHT), monkeypatch)
