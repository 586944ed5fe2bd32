"""Outputs by name: each loss, weight and metric meets its own, and they come in Keras's order."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import derivative

keras = pytest.importorskip("tensorflow").keras

X = np.linspace(-1, 1, 12, dtype="float32").reshape(6, 2)
Y = {"big": X[:, :1] * 3, "small": X[:, 1:] - 1, "able": X[:, :1] + X[:, 1:]}
ORDERS = [("big", "small", "able"), ("small", "able", "big"), ("able", "big", "small")]


def evaluated(k, outputs_in, layers_in, given_in):
    """What `evaluate` gives as a list and by name, and what `fit` logs, in their orders."""
    x = k.Input((2,), name="x")
    layers = {
        name: k.layers.Dense(1, kernel_initializer=k.initializers.Constant(i + 0.5), name=name)
        for i, name in enumerate(layers_in)
    }
    model = k.Model(x, {name: layers[name](x) for name in outputs_in})
    losses = {"big": "mse", "small": "mae", "able": "huber"}
    model.compile(
        k.optimizers.SGD(0.0),
        loss={name: losses[name] for name in given_in},
        loss_weights={name: 0.25 * (i + 1) for i, name in enumerate(sorted(given_in))},
        metrics={name: ["mse"] if name == "able" else ["mae", "mse"] for name in given_in},
        weighted_metrics={"small": ["mae"]},
    )
    labels = {name: Y[name] for name in given_in}
    log = model.fit(X, labels, epochs=1, verbose=0).history
    values = model.evaluate(X, labels, verbose=0)
    by_name = model.evaluate(X, labels, verbose=0, return_dict=True)
    return values, [*by_name.items()], [(name, values[0]) for name, values in log.items()]


@pytest.mark.parametrize(
    ("outputs_in", "layers_in", "given_in"),
    [(ORDERS[0], ORDERS[1], ORDERS[2]), (ORDERS[1], ORDERS[0], ORDERS[0])],
)
def test_each_meets_its_own(outputs_in, layers_in, given_in):
    ours = evaluated(scratch, outputs_in, layers_in, given_in)
    theirs = evaluated(keras, outputs_in, layers_in, given_in)
    close = derivative("float32").relative
    assert ours[0] == pytest.approx(theirs[0], rel=close)
    for found, expected in zip(ours[1:], theirs[1:], strict=True):
        assert [name for name, _ in found] == [name for name, _ in expected]
        assert [v for _, v in found] == pytest.approx([v for _, v in expected], rel=close)
    by_name = dict(ours[1])
    errors = {
        name: X @ np.full((2, 1), layers_in.index(name) + 0.5, "float32") - Y[name] for name in Y
    }
    for name, error in errors.items():
        assert by_name[f"{name}_mse"] == pytest.approx(float(np.mean(error**2)), rel=close)


def counted(k):
    """What every metric has counted, in the order in which the model holds them."""
    x = k.Input((2,), name="x")
    layers = {
        name: k.layers.Dense(1, kernel_initializer=k.initializers.Constant(i + 0.5), name=name)
        for i, name in enumerate(Y)
    }
    model = k.Model(x, {name: layers[other](x) for name, other in zip(Y, ORDERS[1], strict=True)})
    metrics = {"big": ["mae"], "small": ["mse", "mae"], "able": ["mse"]}
    model.compile(loss=dict.fromkeys(Y, "mse"), metrics=metrics)
    values = model.evaluate(X, Y, verbose=0, return_dict=True)
    return [*values.items()], [float(np.asarray(v)) for v in model.metrics_variables]


def test_outputs_with_one_anothers_names():
    """An output goes by its key; metrics stand in the order of the layers' names."""
    (ours, state), (theirs, expected) = counted(scratch), counted(keras)
    assert [name for name, _ in ours] == [name for name, _ in theirs]
    close = derivative("float32").relative
    assert [v for _, v in ours] == pytest.approx([v for _, v in theirs], rel=close)
    assert state == pytest.approx(expected, rel=close)
