"""Settings for the whole program: what they are, and what they change."""

import importlib.util
import inspect
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

X = np.linspace(-2, 2, 24, dtype="float32").reshape(8, 3)
Y = X[:, :1]


@pytest.fixture(autouse=True)
def as_at_first():
    """Both libraries as a program finds them, before and after."""

    def reset():
        for library in (scratch, keras):
            library.config.set_floatx("float32")
            library.config.set_epsilon(1e-7)
            library.config.set_max_epochs(None)
            library.config.set_max_steps_per_epoch(None)
        scratch.utils.clear_session(free_memory=False)
        keras.utils.clear_session(free_memory=False)

    reset()
    yield
    reset()


def model(k, *layers):
    """With weights that no seed decides."""
    ones = {"kernel_initializer": "ones"}
    built = k.Sequential([k.Input((3,)), *layers, k.layers.Dense(1, **ones)])
    built.compile(k.optimizers.SGD(0.01), "mse")
    return built


def text(policy):
    return f"{policy.name}, {policy.compute_dtype}, {policy.variable_dtype}, {policy!r}"


def serialized_policy(k, name):
    return k.dtype_policies.serialize(k.DTypePolicy(name))


def test_at_first():
    for call in (
        lambda k: k.config.floatx(),
        lambda k: k.config.epsilon(),
        lambda k: k.config.max_epochs(),
        lambda k: k.config.max_steps_per_epoch(),
        lambda k: k.config.is_interactive_logging_enabled(),
        lambda k: text(k.config.dtype_policy()),
    ):
        same(call, scratch, keras)


def test_the_backend_has_one_of_kerass_names():
    assert scratch.config.backend() == "numpy"
    for library in (scratch, keras):
        assert importlib.util.find_spec(f"keras.src.backend.{library.config.backend()}")


def test_the_version_is_that_of_the_keras_compared_with():
    assert scratch.__version__ == scratch.version() == keras.version() == keras.__version__
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert f"keras=={keras.version()}" in project["optional-dependencies"]["parity"]


def test_the_release_is_the_packages():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert scratch.release == project["version"]


@pytest.mark.parametrize("value", ["float16", "float64", "float63", None, 32])
def test_floatx(value):
    def call(k):
        k.config.set_floatx(value)
        metric = k.metrics.Mean()
        return k.config.floatx(), metric.dtype, k.ops.zeros((2,)), k.layers.Dense(2).dtype

    same(call, scratch, keras)


def types_of_layers(k):
    """Layers built before and after `set_floatx`, and after a fresh start."""
    k.config.set_floatx("float32")
    k.utils.clear_session()
    first = k.layers.Dense(2)
    k.config.set_floatx("float64")
    found = [first.dtype, k.layers.Dense(2).dtype, k.config.floatx(), k.losses.Huber().dtype]
    k.utils.clear_session()
    return [*found, k.layers.Dense(2).dtype, k.Input((2,)).dtype]


def test_quirk_k34_the_first_layer_decides_the_type_of_all():
    same(types_of_layers, scratch, keras)
    assert types_of_layers(keras)[:3] == ["float32", "float32", "float64"]
    with scratch.quirks.without("K34"):
        assert types_of_layers(scratch)[:3] == ["float32", "float64", "float64"]


@pytest.mark.parametrize("name", ["float16", "float64", None, "float63", 3, "policy"])
def test_policy(name):
    def call(k):
        k.config.set_dtype_policy(k.DTypePolicy("float64") if name == "policy" else name)
        layer = k.layers.Dense(2, kernel_initializer="ones")
        y = layer(X)
        given = k.layers.Dense(2, dtype=k.DTypePolicy("float16"))
        return (
            text(k.config.dtype_policy()), text(layer.dtype_policy), k.config.floatx(),
            layer.dtype, layer.compute_dtype, layer.kernel.dtype, y,
            text(k.DTypePolicy()), text(given.dtype_policy), given.compute_dtype,
        )  # fmt: skip

    same(call, scratch, keras, derivative("float32"))


@pytest.mark.parametrize("name", ["float32", "float64", "int8", "bool", "floating", 1, []])
def test_a_policy_is_its_name(name):
    for call in (
        lambda k: text(k.DTypePolicy(name)),
        lambda k: text(k.FloatDTypePolicy(name)),
        lambda k: k.DTypePolicy(name).get_config(),
        lambda k: text(k.DTypePolicy.from_config({"name": name})),
        lambda k: text(k.dtype_policies.get(name)),
        lambda k: serialized_policy(k, name),
        lambda k: text(
            k.dtype_policies.deserialize(k.dtype_policies.serialize(k.DTypePolicy(name)))
        ),
        lambda k: k.DTypePolicy(name) == k.FloatDTypePolicy(name),
        lambda k: k.DTypePolicy(name) == k.DTypePolicy("float64"),
        lambda k: k.DTypePolicy(name) == name,
        lambda k: issubclass(k.FloatDTypePolicy, k.DTypePolicy),
    ):
        same(call, scratch, keras)


def unchanged(k, loss):
    """A model that gives back what it gets."""
    built = k.Sequential([k.Input((2,)), k.layers.Rescaling(1.0)])
    built.compile("sgd", loss)
    return built


def test_epsilon():
    """It is asked for when a number is computed, not when something is built."""
    p = np.array([[0.0, 1.0], [0.3, 0.7]], "float32")
    y = np.eye(2, dtype="float32")

    def call(k):
        loss = k.losses.BinaryCrossentropy()
        before = loss(y, p)
        k.config.set_epsilon(0.01)
        return (
            k.config.epsilon(), before, loss(y, p), k.losses.categorical_crossentropy(y, p),
            k.losses.mean_absolute_percentage_error(y, p), k.losses.poisson(y, p),
            k.losses.kl_divergence(y, p), k.losses.dice(y, p),
            np.array(unchanged(k, "binary_crossentropy").evaluate(p, y, verbose=0)),
            k.metrics.binary_crossentropy(y, p), k.ops.categorical_crossentropy(y, p),
            k.layers.Normalization(mean=1.0, variance=0.0)(p), k.layers.UnitNormalization()(p / 99),
            k.constraints.UnitNorm()(p), k.constraints.MaxNorm(0.1)(p),
        )  # fmt: skip

    same(call, scratch, keras, derivative("float32"))


@pytest.mark.parametrize(
    ("epochs", "steps"), [(2, None), (None, 2), (2, 3), (9, 9), (0, 0), (1, 1)]
)
def test_limits(epochs, steps):
    def call(k):
        k.config.set_max_epochs(epochs)
        k.config.set_max_steps_per_epoch(steps)
        m = model(k)
        fit = m.fit(X, Y, epochs=3, batch_size=2, shuffle=False, verbose=0)
        return (
            k.config.max_epochs(), k.config.max_steps_per_epoch(),
            np.array(fit.history["loss"]), fit.epoch,
            np.array(m.evaluate(X, Y, batch_size=2, verbose=0)),
            m.predict(X, batch_size=2, verbose=0),
        )  # fmt: skip

    same(call, scratch, keras, derivative("float32"))


@pytest.mark.filterwarnings("ignore:Limiting steps_per_epoch")
@pytest.mark.parametrize("given", [None, 2, 9])
def test_a_limit_decides_how_large_batches_are(given):
    """Where nobody says so: as many rows as so many steps need."""

    def call(k):
        k.config.set_max_steps_per_epoch(3)
        m = model(k)
        fit = m.fit(X, Y, epochs=2, shuffle=False, verbose=0, steps_per_epoch=given)
        return (
            np.array(fit.history["loss"]),
            np.array(m.evaluate(X, Y, verbose=0, steps=given)),
            m.predict(X, verbose=0, steps=given),
        )

    same(call, scratch, keras, derivative("float32"))


def test_limits_from_the_environment():
    program = "import {} as k; print(k.config.max_epochs(), k.config.max_steps_per_epoch())"
    limits = {"KERAS_MAX_EPOCHS": "2", "KERAS_MAX_STEPS_PER_EPOCH": "7"}
    said = subprocess.run(
        [sys.executable, "-c", program.format("scratch")],
        env={**os.environ, **limits}, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert said == "2 7\n"
    source = inspect.getsource(importlib.import_module("keras.src.backend.config"))
    assert all(f'os.environ["{name}"]' in source for name in limits)


def test_where_images_have_their_channels():
    keras = pytest.importorskip("keras")
    try:
        for library in (keras, scratch):
            assert library.config.image_data_format() == "channels_last"
            library.config.set_image_data_format("CHANNELS_FIRST")
            assert library.config.image_data_format() == "channels_first"
            with pytest.raises(ValueError, match="Received: data_format=first"):
                library.config.set_image_data_format("first")
    finally:
        for library in (keras, scratch):
            library.config.set_image_data_format("channels_last")
