"""Metrics made of metrics: all of them begin anew when the outermost does."""

import numpy as np
import pytest

import scratch

keras = pytest.importorskip("tensorflow").keras

X = np.array([[1.0], [2.0], [4.0], [-1.0], [0.5]], "float32")


def ratio_of(k):
    """The mean of what is true over the sum of what is predicted, which is a metric deeper."""

    class Inner(k.metrics.Metric):  # type: ignore[name-defined]
        def __init__(self, name="inner"):
            super().__init__(name=name)
            self.sum = k.metrics.Sum(name="sum")
            self.calls = self.add_weight(shape=(), initializer="zeros", name="calls")

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.sum.update_state(y_pred)
            self.calls.assign(self.calls + 1)

        def result(self):
            return self.sum.result() + 0 * self.calls

    class Ratio(k.metrics.Metric):  # type: ignore[name-defined]
        def __init__(self, name="ratio"):
            super().__init__(name=name)
            self.mean = k.metrics.Mean(name="mean")
            self.inner = Inner()

        def update_state(self, y_true, y_pred, sample_weight=None):
            self.mean.update_state(y_true)
            self.inner.update_state(y_true, y_pred)

        def result(self):
            return self.mean.result() / self.inner.result()

    return Ratio()


EXPECTED = float(np.mean(2 * X) / np.sum(X))


@pytest.mark.parametrize("library", [scratch, keras], ids=["scratch", "keras"])
def test_every_variable_is_reset(library):
    metric = ratio_of(library)
    for _ in range(2):
        for part in (slice(0, 2), slice(2, 5)):
            metric.update_state(2 * X[part], X[part])
        assert float(metric.result()) == pytest.approx(EXPECTED)
        assert len(metric.variables) == 4
        metric.reset_state()
        assert [float(np.asarray(v)) for v in metric.variables] == [0.0] * 4


def test_every_epoch_and_every_pass_begins_anew():
    model = scratch.Sequential(
        [scratch.Input((1,)), scratch.layers.Dense(1, kernel_initializer="ones", use_bias=False)]
    )
    model.compile(scratch.optimizers.SGD(0.0), "mse", metrics=[ratio_of(scratch)])
    log = model.fit(X, 2 * X, epochs=3, batch_size=2, verbose=0, validation_data=(X[:3], 2 * X[:3]))
    assert log.history["ratio"] == pytest.approx([EXPECTED] * 3)
    of_three = float(np.mean(2 * X[:3]) / np.sum(X[:3]))
    assert log.history["val_ratio"] == pytest.approx([of_three] * 3)
    for _ in range(2):
        assert model.evaluate(X, 2 * X, verbose=0)[1] == pytest.approx(EXPECTED)
