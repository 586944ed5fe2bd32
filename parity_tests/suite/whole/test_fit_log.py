# ruff: noqa: E501 - one line a value
"""The log that fit prints and history keeps: every option on small data, the lecture on real data."""

import numpy as np
import pytest

import keras_models
from parity_tests import cases
from parity_tests.harness import checks
from parity_tests.harness.case import Case, given
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import NO_ONEDNN, Engine
from parity_tests.harness.tolerances import trajectory

CASES = cases.of("fits")
EPOCHS = 3
ROWS = 20_000  # of the float32 lane, which trains four times


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
@pytest.mark.filterwarnings("ignore:The model does not have any trainable weights")
def test_every_option(case, precision, report):
    engine = Engine("tf", "graph", precision)
    report.check(f"fit, {precision}", case, checks.fitting(case, engine))


def lecture(keras, engine, epochs, rows):
    """The lecture's network on the real data: its log, weights and test results."""
    example = keras_models.load("fashion_mnist")
    data = example.data(announce=lambda note: None).astype(engine.precision)
    keras.utils.set_random_seed(42)
    model = example.build(keras)
    model.compile(**example.compile_settings(keras), jit_compile=engine.mode == "xla")
    record = {f"weights/{i}/step 0": w for i, w in enumerate(model.get_weights())}
    history = model.fit(
        data.x_train[:rows], data.y_train[:rows], epochs=epochs, batch_size=32,
        validation_data=(data.x_valid, data.y_valid), verbose=0,
    )  # fmt: skip
    steps = epochs * -(-len(data.x_train[:rows]) // 32)
    record |= {f"weights/{i}/step {steps}": w for i, w in enumerate(model.get_weights())}
    record |= {f"log/{name}": np.asarray(v) for name, v in history.history.items()}
    record["order/history"] = np.array(list(history.history))
    record["log/test"] = np.asarray(model.evaluate(data.x_test, data.y_test, verbose=0))
    predictions = model.predict(data.x_test, verbose=0)
    record["order/classes"] = predictions.argmax(axis=1)
    return record, steps


LECTURE = Case(
    "fit/lecture", lambda k: [], given([0.0]), given([0.0]), silent=("weights/1/step 0",)
)
FUNCTION = f"{__name__}:lecture"


def test_real_data_in_float64(report):
    """Three epochs of the lecture's network: 1e-12, and every accuracy exactly."""
    theirs, steps = Engine("tf", "graph", "float64").run(FUNCTION, EPOCHS, None)
    ours, _ = Engine("scratch", "hand", "float64").run(FUNCTION, EPOCHS, None)

    def rule(name):
        return trajectory(0 if name.endswith("step 0") else steps)

    comparison = compare(LECTURE, theirs, ours, rule)
    report.check("fit, the lecture, float64", LECTURE, comparison)
    assert np.array_equal(theirs["order/classes"], ours["order/classes"])


def test_real_data_in_float32(report):
    """Inside TensorFlow's own noise: no further from it than it is from itself.

    The noise floor is the largest distance between its own settings from one seed: as it comes,
    without oneDNN, compiled by XLA.
    """
    record, steps = Engine("tf", "graph", "float32").run(FUNCTION, EPOCHS, ROWS)
    other, _ = Engine("tf", "graph", "float32", NO_ONEDNN).run(FUNCTION, EPOCHS, ROWS)
    xla, _ = Engine("tf", "xla", "float32").run(FUNCTION, EPOCHS, ROWS)
    ours, _ = Engine("scratch", "hand", "float32").run(FUNCTION, EPOCHS, ROWS)
    for name in record:
        if name.endswith("step 0"):
            assert record[name].tobytes() == ours[name].tobytes(), "initial weights"
    assert record["order/history"].tolist() == ours["order/history"].tolist()

    def distance(a, b):
        flat = [
            np.concatenate([r[n].ravel() for n in r if n.endswith(f"step {steps}")]) for r in (a, b)
        ]
        return float(np.linalg.norm(flat[0] - flat[1]) / np.linalg.norm(flat[0]))

    floor = max(distance(record, other), distance(record, xla), distance(other, xla))
    mine = distance(record, ours)
    report.note(
        f"lecture, float32, {EPOCHS} epochs: scratch to TensorFlow {mine:.3g}, TensorFlow to itself {floor:.3g}"
    )
    for name in record:
        if name.startswith("log/"):
            report.note(
                f"  {name:18} {np.round(np.atleast_1d(record[name]), 4)} {np.round(np.atleast_1d(ours[name]), 4)}"
            )
    assert mine <= floor
