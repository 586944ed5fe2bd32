"""Policies under their older names, beside Keras's."""

import numpy as np
import pytest

import scratch

keras = pytest.importorskip("keras")


@pytest.fixture(autouse=True)
def as_at_first():
    yield
    for library in (keras, scratch):
        library.mixed_precision.set_global_policy("float32")


def test_they_are_the_policies():
    for k in (scratch, keras):
        assert k.mixed_precision.Policy is k.mixed_precision.DTypePolicy is k.DTypePolicy
        assert k.mixed_precision.dtype_policy().name == "float32"
        assert k.mixed_precision.global_policy() == k.mixed_precision.dtype_policy()
        assert k.mixed_precision.LossScaleOptimizer is k.optimizers.LossScaleOptimizer


@pytest.mark.parametrize("name", ["float16", "float64"])
def test_a_policy_of_one_type_computes_in_it(name):
    for k in (scratch, keras):
        k.mixed_precision.set_dtype_policy(name)
        assert k.mixed_precision.global_policy().name == name
        layer = k.layers.Dense(2)
        assert np.asarray(layer(np.ones((1, 3), "float32"))).dtype == name
        assert layer.kernel.dtype == name


def test_a_policy_of_two_types_is_refused():
    with pytest.raises(ValueError, match="Mixed precision .* not for NumPy"):
        scratch.mixed_precision.set_global_policy("mixed_float16")
