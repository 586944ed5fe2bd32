"""Objects as names and configs, and back: Keras's own, and those of a user."""

import copy
import json
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402

X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


@pytest.fixture(autouse=True)
def nothing_registered():
    """Names count from the start, and nobody's registered objects are left over."""
    keras.utils.clear_session(free_memory=False)
    yield
    for library in (scratch, keras):
        library.saving.get_custom_objects().clear()


def told(k, thing):
    """What an object is: a function by its name, anything else by its class and config."""
    if thing is None or isinstance(thing, str | int | float | bool | list | dict):
        return thing
    if isinstance(thing, type) or not hasattr(thing, "get_config"):
        return thing.__name__
    return type(thing).__name__, thing.get_config()


# Keras's own, namespace by namespace --------------------------------------------------------------

NAMESPACES = {
    "activations": lambda k: (
        k.activations.get, k.activations.serialize, k.activations.deserialize,
    ),
    "losses": lambda k: (k.losses.get, k.losses.serialize, k.losses.deserialize),
    "metrics": lambda k: (k.metrics.get, k.metrics.serialize, k.metrics.deserialize),
    "optimizers": lambda k: (k.optimizers.get, k.optimizers.serialize, k.optimizers.deserialize),
    "initializers": lambda k: (
        k.initializers.get, k.initializers.serialize, k.initializers.deserialize,
    ),
    "regularizers": lambda k: (
        k.regularizers.get, k.regularizers.serialize, k.regularizers.deserialize,
    ),
    "constraints": lambda k: (
        k.constraints.get, k.constraints.serialize, k.constraints.deserialize,
    ),
}  # fmt: skip
OBJECTS: dict[str, tuple[Any, ...]] = {
    "activations": (
        lambda k: k.activations.relu, lambda k: k.activations.silu,
    ),
    "losses": (
        lambda k: k.losses.mean_squared_error, lambda k: k.losses.Huber(0.5, name="h"),
        lambda k: k.losses.Dice(axis=-1), lambda k: k.losses.CategoricalCrossentropy(True),
    ),
    "metrics": (
        lambda k: k.metrics.Sum(name="s"),
        lambda k: k.metrics.AUC(num_thresholds=5, name="a"), lambda k: k.metrics.Hinge(),
    ),
    "optimizers": (
        lambda k: k.optimizers.SGD(0.1, momentum=0.5),
        lambda k: k.optimizers.Adam(k.optimizers.schedules.CosineDecay(0.1, 10)),
    ),
    "initializers": (
        lambda k: k.initializers.HeNormal(seed=3), lambda k: k.initializers.Constant(2.0),
    ),
    "regularizers": (lambda k: k.regularizers.L1L2(0.1, 0.2), lambda k: k.regularizers.L2(0.5)),
    "constraints": (lambda k: k.constraints.MaxNorm(3, axis=1), lambda k: k.constraints.NonNeg()),
}  # fmt: skip
NAMES = {
    "activations": ("relu", "swish", "Relu", "ReLU", "softmax", "linear"),
    "losses": (
        "mse",
        "MSE",
        "MeanSquaredError",
        "mean_squared_error",
        "kld",
        "bce",
        "Dice",
        "hinge",
    ),
    "metrics": ("mse", "acc", "accuracy", "AUC", "auc", "Sum", "BinaryAccuracy", "binary_accuracy"),
    "optimizers": ("sgd", "SGD", "adam", "Adam", "rmsprop", "Lion"),
    "initializers": ("zeros", "Zeros", "he_normal", "HeNormal", "glorotuniform", "orthogonal"),
    "regularizers": ("l2", "L2", "l1_l2", "orthogonal_regularizer", "L1L2"),
    "constraints": ("max_norm", "MaxNorm", "non_neg", "NonNeg", "unitnorm", "maxnorm"),
}
# Of these names `deserialize` makes objects, too. Keras gives back others as they are, or fails;
# here they are read, or refused.
READ = {
    "activations": ("relu", "linear", "softmax"),
    "losses": ("mean_squared_error", "MeanSquaredError", "Dice"),
    "metrics": ("mean_squared_error", "AUC", "Sum"),
    "optimizers": (),
    "initializers": ("zeros", "HeNormal"),
    "regularizers": ("l2", "L1L2"),
    "constraints": ("max_norm", "NonNeg"),
}
UNKNOWN = {"class_name": "Nonsense", "config": {}}
NONSENSE: tuple[Any, ...] = ("nonsense", "", 3, UNKNOWN, {"units": 3}, [])


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_objects_travel(namespace):
    """To a config, the same in both libraries, and back; `get` takes it, too."""

    def call(k):
        get, serialize, deserialize = NAMESPACES[namespace](k)
        seen = []
        for make in OBJECTS[namespace]:
            thing = make(k)
            config = serialize(thing)
            seen.append(config)
            # Copies, because Keras changes what it reads.
            for back in (deserialize(copy.deepcopy(config)), get(copy.deepcopy(config))):
                seen += [told(k, back), serialize(back)]
            seen.append(get(thing) is thing)
        return seen

    same(call, scratch, keras, may_fail=False)


def test_a_layer_is_an_activation():
    def call(k):
        layer = k.layers.LeakyReLU(0.25, name="leaky")
        config = k.activations.serialize(layer)
        again = k.activations.get(config)
        return config, told(k, again), again(X), k.activations.get(layer) is layer

    same(call, scratch, keras, may_fail=False)


@pytest.mark.parametrize(
    ("namespace", "name"),
    [(n, name) for n in NAMESPACES for name in (*NAMES[n], None, *NONSENSE)],
)
def test_names(namespace, name):
    same(lambda k: told(k, NAMESPACES[namespace](k)[0](name)), scratch, keras)


@pytest.mark.parametrize(("namespace", "name"), [(n, name) for n in NAMESPACES for name in READ[n]])
def test_names_are_read(namespace, name):
    same(lambda k: told(k, NAMESPACES[namespace](k)[2](name)), scratch, keras, may_fail=False)


def test_classes_are_called():
    """`get` of a class is an object of it."""
    for call in (
        lambda k: told(k, k.initializers.get(k.initializers.Zeros)),
        lambda k: told(k, k.losses.get(k.losses.Huber)),
        lambda k: told(k, k.constraints.get(k.constraints.NonNeg)),
        lambda k: told(k, k.regularizers.get(k.regularizers.L2)),
        lambda k: told(k, k.metrics.get(k.metrics.Sum)),
    ):
        same(call, scratch, keras, may_fail=False)


LAYERS = {
    "dense": lambda k: k.layers.Dense(3, "relu", kernel_regularizer="l2", name="d"),
    "bins": lambda k: k.layers.CategoryEncoding(4, "count"),
    "around another": lambda k: k.layers.TimeDistributed(k.layers.Dense(2), name="t"),
    "a model": lambda k: k.Sequential([k.Input((3,)), k.layers.Dense(2)], name="m"),
    "a functional model": lambda k: functional(k),
}


def functional(k):
    x = k.Input((3,), name="x")
    return k.Model(x, k.layers.add([k.layers.Dense(3, name="d")(x), x]), name="f")


@pytest.mark.parametrize("layer", LAYERS)
def test_layers_travel(layer):
    def call(k):
        config = k.layers.serialize(LAYERS[layer](k))
        again = k.layers.deserialize(copy.deepcopy(config))
        return config, json.loads(json.dumps(config)), again.name, k.layers.serialize(again)

    same(call, scratch, keras, may_fail=False)


def test_what_is_no_layer():
    for call in (
        lambda k: k.layers.deserialize(UNKNOWN),
        lambda k: k.layers.deserialize(
            {"module": "keras.layers", "class_name": "Dense", "config": {}}
        ),
        lambda k: k.layers.deserialize(k.losses.serialize(k.losses.Huber())),
        lambda k: k.layers.deserialize({}),
        lambda k: k.layers.deserialize(None),
    ):
        same(call, scratch, keras)


# A user's own -------------------------------------------------------------------------------------


def own(k: Any) -> tuple[Any, Any, Any]:
    """A layer, a function and a class that is no layer."""

    class Twice(k.layers.Layer):
        def __init__(self, by=2, **kwargs):
            super().__init__(**kwargs)
            self.by = by

        def call(self, x):
            return x * self.by

        def get_config(self):
            return {**super().get_config(), "by": self.by}

    def cubed(x):
        return x * x * x

    class Pair:
        def __init__(self, a, b=None):
            self.a, self.b = a, b

        def get_config(self):
            return {"a": self.a, "b": self.b}

        @classmethod
        def from_config(cls, config):
            return cls(**config)

    for thing in (Twice, cubed, Pair):  # as if they stood in a user's module
        thing.__module__ = "mine"
    return Twice, cubed, Pair


def test_registered_names():
    def call(k):
        twice, cubed, pair = own(k)
        s = k.saving
        before = [s.get_registered_name(x) for x in (twice, cubed, pair)]
        back = s.register_keras_serializable(package="mine")(twice)
        s.register_keras_serializable("mine", name="third_power")(cubed)
        s.register_keras_serializable()(pair)
        names = [s.get_registered_name(x) for x in (twice, cubed, pair)]
        find = s.get_registered_object
        return (
            before, names, back is twice, sorted(s.get_custom_objects()),
            [find(name) is thing for name, thing in zip(names, (twice, cubed, pair), strict=True)],
            find("nobody"), find("Twice"), find("a", {"a": 1}), find("a", {"a": 1}, {"a": 2}),
            find("a", None, {"a": 2}), s.get_registered_name(k.layers.Dense),
        )  # fmt: skip

    same(call, scratch, keras, may_fail=False)


def test_what_cannot_be_registered():
    class Plain:
        pass

    same(lambda k: k.saving.register_keras_serializable()(Plain), scratch, keras)


def test_utils_and_saving_have_the_same_tools():
    for name in (
        "CustomObjectScope", "custom_object_scope", "get_custom_objects", "get_registered_name",
        "get_registered_object", "register_keras_serializable", "serialize_keras_object",
        "deserialize_keras_object",
    ):  # fmt: skip
        for k in (scratch, keras):
            assert getattr(k.utils, name) is getattr(k.saving, name)


def model(k, twice, cubed):
    built = k.Sequential([k.Input((3,)), twice(3, name="t"), k.layers.Activation(cubed, name="c")])
    return built, built(X)


def test_a_model_of_ones_own_parts_by_scope():
    def call(k):
        twice, cubed, _ = own(k)
        built, y = model(k, twice, cubed)
        config = built.get_config()
        with k.saving.custom_object_scope({"Twice": twice, "cubed": cubed}):
            inside = k.saving.get_registered_object("Twice") is twice
            again = k.Sequential.from_config(config)
        outside = k.saving.get_registered_object("Twice")
        third = k.Sequential.from_config(config, custom_objects={"Twice": twice, "cubed": cubed})
        return inside, outside, y, again(X), third(X), again.get_config() == config

    same(call, scratch, keras, may_fail=False)


def test_a_model_of_ones_own_parts_by_registration():
    def call(k):
        twice, cubed, _ = own(k)
        k.saving.register_keras_serializable("mine")(twice)
        k.saving.register_keras_serializable("mine")(cubed)
        built, y = model(k, twice, cubed)
        config = k.saving.serialize_keras_object(built)
        again = k.saving.deserialize_keras_object(config)
        return config, y, again(X), [type(layer).__name__ for layer in again.layers]

    same(call, scratch, keras, may_fail=False)


def test_a_model_of_unknown_parts():
    def call(k):
        twice, cubed, _ = own(k)
        return k.Sequential.from_config(model(k, twice, cubed)[0].get_config())

    same(call, scratch, keras)


def test_scopes_within_scopes():
    def call(k):
        seen = []

        def look():
            seen.append([k.saving.get_registered_object(name) for name in ("a", "b")])

        with k.saving.CustomObjectScope({"a": 1, "b": 2}):
            look()
            with k.saving.CustomObjectScope({"a": 3}):
                look()
            look()
            with pytest.raises(KeyError), k.saving.CustomObjectScope({"b": 4}):
                raise KeyError
            look()
        look()
        k.saving.get_custom_objects()["a"] = 5
        look()
        with k.saving.CustomObjectScope({"a": 6}):
            look()
        return seen

    same(call, scratch, keras, may_fail=False)


VALUES = {
    "None": None,
    "plain": [1, 2.5, "a", True],
    "tuple": (1, (2, "b")),
    "dictionary": {"a": 1, "b": [None, {"c": 2}]},
    "array": np.arange(6, dtype="int32").reshape(2, 3),
    "scalar": np.float32(0.5),
    "number in an array": np.array(3.0),
    "slice": slice(1, None, 2),
    "ellipsis": ...,
    "bytes": b"abc",
    "a builtin": len,
    "an object": object(),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values_as_configs(value):
    def call(k):
        config = k.saving.serialize_keras_object(value)
        json.dumps(config)
        return config, k.saving.deserialize_keras_object(config)

    same(call, scratch, keras)


def test_ones_own_class_as_a_config():
    def call(k):
        pair = own(k)[2]
        config = k.saving.serialize_keras_object(pair(pair(1), (2, np.ones(2))))
        again = k.saving.deserialize_keras_object(config, custom_objects={"Pair": pair})
        return config, type(again).__name__, again.a, again.b

    same(call, scratch, keras, may_fail=False)
    same(
        lambda k: k.saving.deserialize_keras_object({"class_name": "Pair", "config": {}}),
        scratch,
        keras,
    )
