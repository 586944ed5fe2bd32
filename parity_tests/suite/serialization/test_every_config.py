"""The config of every object that has one: by default, and with each argument set to another value.

What an object is made with, and the other values, are those of `parity arguments`.
"""

import inspect
import warnings
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.commands.arguments import values
from parity_tests.harness.engines import Engine
from scratch.serialization.configured import configured

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
    theirs = KERAS.run("parity_tests.suite.serialization.test_every_config:configs", name)
    ours = configs(scratch, None, name)
    assert ours == theirs
    in_order = [[_keys(config) for _, config in made] for made in (ours, theirs)]
    assert (in_order[0] == in_order[1]) is (name not in ANOTHER_ORDER)


def _keys(config):
    return list(config) if isinstance(config, dict) else config


def subclasses(keras: Any, engine: Any) -> list[Any]:
    """The configs of classes of a user's own that say nothing of theirs, or how that is refused."""
    layers: Any = keras.layers

    class Fewer(layers.Dense):  # as its base: an own `__init__` changes no keys
        def __init__(self, units, shift, **kwargs):
            super().__init__(units, **kwargs)
            self.shift = shift

    class More(layers.Dropout):
        def get_config(self):
            return {**super().get_config(), "more": 1}

    class Plain(layers.Layer):  # whose arguments Keras remembers
        def __init__(self, size=3, **kwargs):
            super().__init__(**kwargs)

    class NotPlain(layers.Layer):
        def __init__(self, function, **kwargs):
            super().__init__(**kwargs)

    class Penalty(keras.regularizers.L2):
        def __init__(self):
            super().__init__(0.5)

    class Rule(keras.constraints.MaxNorm):
        pass

    class Score(keras.metrics.FBetaScore):
        def __init__(self, **kwargs):
            super().__init__(beta=2.0, **kwargs)

    class Slow(keras.optimizers.Adam):
        def __init__(self):
            super().__init__(1e-5)

    makers: list[Any] = [
        lambda: Fewer(2, shift=1.0), lambda: More(0.5), lambda: Plain(4), lambda: NotPlain(print),
        Penalty, Rule, Score, Slow,
    ]  # fmt: skip
    found: list[Any] = []
    for make in makers:
        try:
            found.append(_plain(make().get_config()))
        except NotImplementedError:
            found.append("NotImplementedError")
    return found


def test_a_subclass_inherits_its_base_s_config():
    ours = subclasses(scratch, None)
    assert ours == KERAS.run("parity_tests.suite.serialization.test_every_config:subclasses")
    assert ours[0]["units"] == 2
    assert "shift" not in ours[0]
    assert ours[2]["size"] == 4
    assert ours[3] == "NotImplementedError"


def test_a_config_is_derived_from_the_constructor():
    class Base:
        def get_config(self):
            return {"name": "it", "left": 1, "hidden": 2}

    @configured(without=["hidden", "secret"], values={"doubled": lambda self: 2 * self.half})
    class Derived(Base):
        def __init__(self, rate, doubled=1, secret=None, name=None, **kwargs):
            self.rate, self.half, self.secret, self.name = rate, 3, secret, "another"

    @configured()
    class Narrow(Derived):
        def __init__(self, name, size=(1, 2)):
            super().__init__(0.5)
            self.size = size

    @configured(keys="size rate", alone=True)
    class Alone(Narrow):
        """Says itself what its config is."""

    made = Derived(scratch.initializers.Zeros())
    zeros = scratch.initializers.serialize(scratch.initializers.Zeros())
    # The base's first, and as the base says; what `**kwargs` may take stays.
    assert list(made.get_config().items()) == [
        ("name", "it"), ("left", 1), ("rate", zeros), ("doubled", 6)
    ]  # fmt: skip
    assert Narrow("x").get_config() == {"name": "it", "size": (1, 2)}
    assert list(Alone("x").get_config()) == ["size", "rate"]
    assert Derived.get_config.__qualname__.endswith("Derived.get_config")


def test_a_layer_that_keeps_its_shape_says_so_in_a_line():
    class Half(scratch.layers.Layer):
        keeps_shape = True

        def call(self, x):
            return 0.5 * x

    class First(Half):  # and what it redefines is its own
        def call(self, x):
            return x[:, :1]

        def compute_output_shape(self, input_shape):
            return (input_shape[0], 1)

    assert Half().compute_output_shape((None, 3)) == (None, 3)
    assert First().compute_output_shape((None, 3)) == (None, 1)
    assert scratch.layers.Dropout(0.5).compute_output_shape(input_shape=(2, 3)) == (2, 3)
