"""Single batches: `train_on_batch` and the others, which forget the batch before."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import derivative

CLOSE = derivative("float32").relative
X = np.array([[1.0], [2.0], [4.0], [-1.0]], "float32")
Y = np.array([[0.5], [3.0], [-1.0], [2.0]], "float32")
PARTS = [slice(0, 1), slice(1, 4), slice(0, 4), slice(2, 3)]


def identity(**options):
    """Its prediction is its input."""
    model = scratch.Sequential(
        [scratch.Input((1,)), scratch.layers.Dense(1, kernel_initializer="ones", use_bias=False)]
    )
    model.compile(scratch.optimizers.SGD(0.0), "mse", metrics=["mae"], **options)
    return model


def expected(part, weights=None):
    error = (X - Y)[part, 0]
    weights = np.ones(len(error)) if weights is None else weights[part]
    return {
        "loss": float(np.sum(weights * error**2) / len(error)),
        "mae": float(np.mean(np.abs(error))),
    }


@pytest.mark.parametrize("method", ["train_on_batch", "test_on_batch"])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("options", [{}, {"run_eagerly": True}], ids=["a graph", "eagerly"])
def test_the_numbers_are_those_of_the_batch(method, weighted, options):
    model = identity(**options)
    weights = np.array([1.0, 0.5, 0.0, 3.0], "float32") if weighted else None
    for part in PARTS * 2:
        given = {} if weights is None else {"sample_weight": weights[part]}
        found = getattr(model, method)(X[part], Y[part], return_dict=True, **given)
        assert found == pytest.approx(expected(part, weights), rel=CLOSE)
        as_list = getattr(model, method)(X[part], Y[part], **given)
        assert as_list == pytest.approx(list(found.values()), rel=CLOSE)


def test_what_fit_and_evaluate_have_counted_is_forgotten():
    model = identity()
    model.fit(X, Y, verbose=0)
    for part in PARTS:
        assert model.test_on_batch(X[part], Y[part], return_dict=True) == pytest.approx(
            expected(part), rel=CLOSE
        )
        whole = model.evaluate(X, Y, batch_size=3, verbose=0, return_dict=True)
        assert whole == pytest.approx(expected(slice(None)), rel=CLOSE)
    np.testing.assert_array_equal(model.predict_on_batch(X), X)
