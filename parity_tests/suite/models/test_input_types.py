"""Data of any type into an `Input` of any other: a model brings them to the `Input`'s, once."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")

GIVEN = {
    "float64": np.array([[1 + 1e-12, 1 / 3]]),
    "float32": np.array([[1 / 3, 70000]], "float32"),
    "float16": np.array([[1 / 3, 2]], "float16"),
    "int32": np.array([[2**24 + 1, 300]], "int32"),
    "uint8": np.array([[200, 3]], "uint8"),
    "bool": np.array([[True, False]]),
}
WANTED = ("float64", "float32", "float16", "int32", "uint8", "bool", None)


def functional(k, x, layer):
    return k.Model(x, layer(x))


def in_another(k, x, layer):
    outer = k.Input((2,), dtype=x.dtype)
    return k.Model(outer, functional(k, x, layer)(outer))


def as_it_is(k: Any) -> Any:
    """A layer that sees what the model makes of the data."""

    class AsItIs(k.layers.Layer):
        def call(self, x):
            return x

        def compute_output_shape(self, input_shape):
            return input_shape

    return AsItIs(autocast=False)


MODELS = {
    "functional": functional,
    "in another": in_another,
    "sequential": lambda k, x, layer: k.Sequential([x, layer]),
}


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.parametrize("wanted", WANTED)
@pytest.mark.parametrize("given", GIVEN)
def test_a_model_brings_data_to_the_type_of_its_input(given, wanted, name):
    data = GIVEN[given]

    def call(k):
        model = MODELS[name](k, k.Input((2,), dtype=wanted), as_it_is(k))
        with np.errstate(over="ignore"):
            return model(data), model(k.ops.convert_to_tensor(data))

    same(call, scratch, keras)


@pytest.mark.parametrize("wanted", WANTED[:4])
@pytest.mark.parametrize("given", GIVEN)
def test_predict_brings_floats_to_floatx_first(given, wanted):
    def call(k):
        model = functional(k, k.Input((2,), dtype=wanted), as_it_is(k))
        with np.errstate(over="ignore"):
            return model.predict(GIVEN[given], verbose=0)

    same(call, scratch, keras)


@pytest.mark.parametrize("given", GIVEN)
def test_training_on_float64(given):
    """Steps of 2**-20 would be lost of a whole number of 25 bits in float32."""
    data = GIVEN[given][:, :1]

    def call(k):
        x = k.Input((1,), dtype="float64")
        model = k.Model(x, k.layers.Rescaling(2.0**-10, dtype="float64")(x))
        model.compile(k.optimizers.SGD(), loss=lambda y, p: k.ops.mean(p * 2**10 - 2**24))
        return model.fit(data, data, verbose=0).history["loss"]

    same(call, scratch, keras)


@pytest.mark.parametrize("policy", ["float64", "float16"])
def test_the_policy_has_no_say(policy):
    def call(k):
        k.config.set_dtype_policy(policy)
        try:
            x = k.Input((2,))
            models = [make(k, x, as_it_is(k)) for make in MODELS.values()]
            return [model(GIVEN[given]) for model in models for given in GIVEN]
        finally:
            k.config.set_dtype_policy("float32")

    same(call, scratch, keras)


def test_a_stack_without_an_input_takes_its_own_type():
    def call(k):
        model = k.Sequential([as_it_is(k)])
        return [model(GIVEN[given]) for given in GIVEN]

    same(call, scratch, keras)
