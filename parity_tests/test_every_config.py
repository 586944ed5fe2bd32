"""The config of every object that has one: by default, and with each argument set to another value.

What an object is made with, and the other values, are those of `parity arguments`.
"""

import inspect
import warnings

import numpy as np
import pytest

import scratch
from parity_tests.arguments import values
from parity_tests.harness.engines import Engine

KERAS = Engine("tf", "eager", "float32")
SPACES = (
    "layers", "losses", "metrics", "regularizers", "constraints", "initializers", "optimizers",
    "optimizers.schedules",
)  # fmt: skip
# Not to be made alone; or (Lambda) with a config that holds the code of a function.
LEFT_OUT = {
    "layers.InputSpec", "layers.Lambda", "layers.Layer", "layers.Wrapper",
    "losses.LossFunctionWrapper", "metrics.MeanMetricWrapper", "optimizers.Optimizer",
    "optimizers.schedules.LearningRateSchedule", "regularizers.Regularizer",
}  # fmt: skip
REFUSED = ("sparse", "ragged")  # there are no sparse tensors here
# Where the same keys come in another order than in Keras.
ANOTHER_ORDER = {
    "layers.EinsumDense", "layers.GroupNormalization", "layers.LayerNormalization",
    "losses.BinaryFocalCrossentropy", "losses.CategoricalFocalCrossentropy",
    "metrics.MeanIoU", "metrics.OneHotIoU", "metrics.OneHotMeanIoU",
}  # fmt: skip


def _public(keras, space):
    for part in space.split("."):
        keras = getattr(keras, part)
    return keras


def _given(keras, arguments):
    return {
        name: value(keras) if inspect.isfunction(value) else value
        for name, value in arguments.items()
    }


def _arguments(name):
    """What is given besides what must be: nothing, then each argument alone."""
    base = values.BASE.get(name, {})
    yield base
    for argument in inspect.signature(_public(scratch, name)).parameters:
        if argument in values._OTHER and argument not in REFUSED:
            yield {**base, argument: values._OTHER[argument]}


def _plain(value):
    """Numbers and texts alone, so that the two libraries' configs can be compared."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if hasattr(value, "get_config"):
        return _plain(value.get_config())
    if hasattr(value, "__array__"):
        return np.asarray(value).tolist()
    return value if isinstance(value, str | int | float | None) else repr(value)


def configs(keras, engine, name):
    """The configs of a class's objects, or the kind of the error that there is none."""
    made = []
    for arguments in _arguments(name):
        keras.utils.clear_session(free_memory=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                thing = _public(keras, name)(**_given(keras, arguments))
                config = _plain(thing.get_config())
            except (ValueError, TypeError, NotImplementedError) as error:
                config = type(error).__name__
        made.append((sorted(arguments), config))
    return made


CLASSES = [
    f"{space}.{name}"
    for space in SPACES
    for name, thing in sorted(vars(_public(scratch, space)).items())
    if inspect.isclass(thing) and thing.__name__ == name and hasattr(thing, "get_config")
]


@pytest.mark.parametrize("name", [name for name in CLASSES if name not in LEFT_OUT])
def test_the_config_is_keras_s(name):
    theirs = KERAS.run("parity_tests.test_every_config:configs", name)
    ours = configs(scratch, None, name)
    assert ours == theirs
    in_order = [[_keys(config) for _, config in made] for made in (ours, theirs)]
    assert (in_order[0] == in_order[1]) is (name not in ANOTHER_ORDER)


def _keys(config):
    return list(config) if isinstance(config, dict) else config
