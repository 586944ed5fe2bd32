"""Normalization of the data, adapted to them."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import FLOAT32, A  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


ROWS = np.random.default_rng(6).normal(2.0, 3.0, (9, 4)).astype("float32")
STEPS = np.random.default_rng(7).normal(-1.0, 2.0, (7, 3, 4)).astype("float32")
DATA: dict[str, Any] = {
    "rows": lambda: ROWS,
    "steps": lambda: STEPS,
    "batches of unlike size": lambda: [ROWS[:2], ROWS[2:7], ROWS[7:]],
    "batches of steps": lambda: [STEPS[:4], STEPS[4:6], STEPS[6:]],
    "one batch": lambda: [ROWS],
    "batches with labels": lambda: [(ROWS[:5], ROWS[:5]), (ROWS[5:], ROWS[5:])],
    "a generator": lambda: (ROWS[i : i + 4] for i in range(0, 9, 4)),
    "equal numbers": lambda: np.ones((4, 2), "float32"),
    "one row": lambda: [ROWS[:1], ROWS[1:2]],
}
AXES: dict[str, dict[str, Any]] = {
    "features": {},
    "axis 1": {"axis": 1},
    "no axis": {"axis": None},
    "inverted": {"invert": True},
}


@pytest.mark.parametrize("settings", AXES.values(), ids=AXES)
@pytest.mark.parametrize("data", DATA)
def test_normalization_adapts(data, settings):
    """What is found, what it makes of the data, and what a second `adapt` finds."""

    def call(k):
        layer = k.layers.Normalization(**settings)
        seen = []
        for shift in (0, 1):
            given = DATA[data]()
            given = given + shift if isinstance(given, np.ndarray) else given
            layer.adapt(given)
            x = STEPS if "steps" in data else ROWS[:, : np.shape(layer.mean)[-1]]
            if "equal" in data:
                x = x[:, :2]
            found = [np.array(v) for v in (layer.mean, layer.variance)]
            seen += [*found, layer(x), *[np.array(w) for w in layer.weights[:2]]]
        return seen

    same(call, scratch, keras, derivative("float32", terms=256))


@pytest.mark.parametrize("width", [2, 3, 4])
def test_normalization_adapts_again(width):
    """Only to data as wide as the first."""

    def call(k):
        layer = k.layers.Normalization()
        layer.adapt(A[:, 0])
        layer.adapt(np.linspace(0, 1, 2 * width, dtype="float32").reshape(2, width))
        return np.array(layer.mean)

    same(call, scratch, keras, FLOAT32)


def test_normalization_in_several_axes():
    def call(k):
        layer = k.layers.Normalization(axis=(1, 2))
        layer.adapt([STEPS[:4], STEPS[4:]])
        return np.array(layer.mean), np.array(layer.variance), layer(STEPS)

    same(call, scratch, keras, derivative("float32", terms=256), may_fail=False)


@pytest.mark.parametrize("axis", [(2, 1), (-1, 1), (-1, -2), (1,), -2])
def test_the_order_of_axes_does_not_matter(axis):
    """Each pair of a step and a feature has the mean and deviation that NumPy finds."""
    kept = {a % 3 for a in (axis if isinstance(axis, tuple) else (axis,))}
    others = tuple({0, 1, 2} - kept)
    mean = STEPS.mean(axis=others, keepdims=True)
    expected = (STEPS - mean) / STEPS.std(axis=others, keepdims=True)

    def call(k):
        layer = k.layers.Normalization(axis=axis)
        layer.adapt(STEPS)
        return np.array(layer.mean), np.array(layer.variance), layer(STEPS)

    same(call, scratch, keras, derivative("float32", terms=256), may_fail=False)
    close = derivative("float32", terms=256).relative
    np.testing.assert_allclose(np.asarray(call(scratch)[2]), expected, rtol=close, atol=close)


@pytest.mark.parametrize("axis", [(1, 2), (2, 1), -1, 1, None])
@pytest.mark.parametrize(
    "given",
    [2.0, [2.0], [1.0, 2.0, 3.0, 4.0], [[1.0], [2.0], [3.0]], np.eye(3, 4).tolist()],
)
def test_a_given_mean_is_laid_along_the_last_axes(axis, given):
    def call(k):
        layer = k.layers.Normalization(axis=axis, mean=given, variance=given)
        return layer(STEPS), layer.get_config()["mean"], layer.get_config()["variance"]

    same(call, scratch, keras, FLOAT32)
