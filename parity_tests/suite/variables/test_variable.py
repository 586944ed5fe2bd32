"""What a variable says of itself, and where what it holds is read."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")
X = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
Y = X[:, :1]


def of_a_layer(k: Any, **given: Any) -> Any:
    return k.layers.Layer(name="a").add_weight((2,), "ones", **given)


VARIABLES = {
    "plain": lambda k: k.Variable(X),
    "a named initializer": lambda k: k.Variable("ones", shape=(2, 3)),
    "for several devices": lambda k: k.Variable(X, aggregation="mean", synchronization="on_read"),
    "none for either": lambda k: k.Variable(X, aggregation=None, synchronization=None),
    "by place": lambda k: k.Variable(X, None, None, False, False, "sum", "on_write", "here"),
    "of a layer": lambda k: of_a_layer(k, aggregation="sum", name="w"),
    "of a metric": lambda k: k.metrics.Mean(name="m").variables[1],
    "of a metric with a slash": lambda k: k.metrics.Precision(name="m/n").variables[0],
    "of a metric, only one's": lambda k: k.metrics.Metric(name="m").add_variable(
        (2,), "ones", aggregation="only_first_replica", name="w"
    ),
    "of an optimizer": lambda k: k.optimizers.SGD(name="o").add_variable(
        (2,), "ones", aggregation="mean", name="w"
    ),
}


@pytest.mark.parametrize("what", VARIABLES)
def test_what_a_variable_says_of_itself(what):
    def seen(k):
        v = VARIABLES[what](k)
        notes = [v.aggregation, v.synchronization, v.trainable, v.overwrite_with_gradient]
        return [v.path, v.name, str(v.dtype), tuple(v.shape), *notes, np.asarray(v.value)]

    same(seen, scratch, keras, may_fail=False)


NUMBERS = {
    "a whole number": 3, "whole numbers": [1, -2], "the largest": [2**31 - 1, -(2**31)],
    "too large": [2**31], "too small": [-(2**31) - 1],
    "a number": 0.1, "numbers": [[1.5, 2.0]], "both": [1, 2.5], "truth": True,
    "truths": [True, False], "none": [],
}  # fmt: skip


@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_the_type_of_plain_numbers(numbers):
    def seen(k):
        v = k.Variable(numbers)
        return str(v.dtype), tuple(v.shape), np.asarray(v.value)

    same(seen, scratch, keras, may_fail=False)


WAYS_TO_COUNT = {
    "by the variable": lambda k, seen: seen.assign(seen + 1.0),
    "by its value": lambda k, seen: seen.assign(seen.value + 1.0),
    "by its value, cast": lambda k, seen: seen.assign(k.ops.cast(seen.value, "float32") + 1.0),
    "by addition": lambda k, seen: seen.assign_add(1.0),
}


@pytest.mark.parametrize("way", WAYS_TO_COUNT)
def test_a_layer_that_counts_its_calls(way):
    """What `call` reads of a variable is read whenever the layer computes, not once."""

    def counted(k: Any) -> Any:
        class Counter(k.layers.Layer):
            def build(self, input_shape):
                self.seen = self.add_weight((), "zeros", trainable=False)

            def call(self, x):
                WAYS_TO_COUNT[way](k, self.seen)
                return x + self.seen.value

        model = k.Sequential([k.Input((3,)), Counter(), k.layers.Dense(1)])
        model.compile("sgd", "mse")
        model.fit(X, Y, batch_size=4, verbose=0)
        counter = model.layers[0]
        return [float(counter.seen.numpy()), np.asarray(counter(np.zeros((1, 3), "float32")))]

    same(counted, scratch, keras, may_fail=False)
