"""Entrances of a model."""

import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.suite.layers.test_layer_calls import A  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


def entrance(layer):
    y = layer.output
    return layer.batch_shape, layer.dtype, layer.name, y.shape, y.dtype, layer.get_config()


ENTRANCES = {
    "shape": lambda k: k.layers.InputLayer((3,)),
    "batch size": lambda k: k.layers.InputLayer((3, None), batch_size=4, dtype="int32", name="n"),
    "batch shape": lambda k: k.layers.InputLayer(batch_shape=(None, 3)),
    "no axis": lambda k: k.layers.InputLayer(()),
    "list": lambda k: k.layers.InputLayer([3, 4]),
    "tensor": lambda k: k.layers.InputLayer(input_tensor=k.KerasTensor((None, 3), "float64")),
    "optional": lambda k: k.layers.InputLayer((3,), optional=True),
    "neither": lambda k: k.layers.InputLayer(),
    "both": lambda k: k.layers.InputLayer((3,), batch_shape=(None, 3)),
    "a number": lambda k: k.layers.InputLayer(3),
    "an array": lambda k: k.layers.InputLayer(input_tensor=A),
    "read back": lambda k: k.layers.InputLayer.from_config(k.layers.InputLayer((3,)).get_config()),
}


@pytest.mark.parametrize("how", ENTRANCES)
def test_input_layer(how):
    same(lambda k: entrance(ENTRANCES[how](k)), scratch, keras)


def test_bounds_of_a_correction_that_meet():
    def call(k):
        clips = {"rmin": 1.0, "rmax": 1.0, "dmax": 0.0}
        return k.layers.BatchNormalization(renorm=True, renorm_clipping=clips).renorm_clipping

    same(call, scratch, keras, may_fail=False)
