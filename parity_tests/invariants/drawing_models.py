# ruff: noqa: E501 - one line a value
"""How to draw a model that trains, and what the functions of `utils` are given."""

from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import one_of
from parity_tests.invariants.sample import Sample

PRECISIONS = one_of("float64", "float32")
LOSSES = one_of(
    "mse", "mae", "huber", "log_cosh", "categorical_crossentropy", "sparse_categorical_crossentropy"
)
OPTIMIZERS = one_of(
    "SGD(0.1)",
    "SGD(0.1, momentum=0.9)",
    "Adam(0.01)",
    "RMSprop(0.01)",
    "Adagrad(0.1, use_ema=True)",
    "Adam(0.01, gradient_accumulation_steps=2)",
    "SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 3, 0.5))",
)
METRICS = one_of("[]", "['mae']", "['accuracy']", "['mae', 'mse']")
HIDDEN = one_of(
    "keras.layers.Dense(4, 'tanh')",
    "keras.layers.Dense(3, kernel_regularizer='l2')",
    "keras.layers.BatchNormalization()",
    "keras.layers.Dropout(0.5, seed=3)",
    "keras.layers.Dense(3, kernel_constraint='max_norm')",
)
BUILD = """\
def build():
    keras.utils.set_random_seed(2)
    model = keras.Sequential([keras.Input((3,)), {hidden}, keras.layers.Dense(2, {head!r})])
    model.compile(keras.optimizers.{optimizer}, {loss!r}, metrics={metrics}, weighted_metrics=[], run_eagerly=True)
    return model"""


@st.composite
def models(draw: Any) -> Sample:
    """A compiled model of one hidden layer, and data for it."""
    n, loss = draw(st.integers(2, 6)), draw(LOSSES)
    sparse, classes = loss.startswith("sparse"), "crossentropy" in loss
    y = (
        f"draw.integers(0, 2, {n})"
        if sparse
        else f"np.eye(2)[draw.integers(0, 2, {n})]"
        if classes
        else f"draw.integers(-8, 9, ({n}, 2)) / 8"
    )
    metrics = "['accuracy']" if sparse else draw(METRICS)
    build = BUILD.format(
        hidden=draw(HIDDEN),
        head="softmax" if classes else None,
        optimizer=draw(OPTIMIZERS),
        loss=loss,
        metrics=metrics,
    )
    data = (
        build,
        f"x = draw.integers(-8, 9, ({n}, 3)) / 8",
        f"y = {y}",
        f"w = draw.integers(0, 5, {n}) / 4",
    )
    return Sample(Code("build()"), tuple(map(Code, data)), draw(PRECISIONS))


@st.composite
def arrays(draw: Any, made: str) -> Sample:
    """A function of `utils`, and numbers for it."""
    n = draw(st.integers(2, 6))
    data = (
        f"y = draw.integers(0, 4, {n})",
        f"x = draw.integers(-8, 9, ({n}, 3)) / 8 + 0.01",
        f"pixels = 1.0 * draw.integers(0, 256, ({n}, 4, 3))",
        f"lists = [draw.integers(1, 9, k).tolist() for k in draw.integers(1, 5, {n})]",
    )
    return Sample(Code(made), tuple(map(Code, data)), draw(PRECISIONS))


UTILS = {
    name: arrays(f"keras.utils.{name}")
    for name in (
        "array_to_img", "normalize", "pack_x_y_sample_weight", "pad_sequences", "set_random_seed",
        "split_dataset", "to_categorical", "serialize_keras_object", "get_registered_name",
        "timeseries_dataset_from_array",
    )
}  # fmt: skip
MODELS = {"Model": models()}
