"""A user's object that is called like one of Keras's: which of the two a name stands for."""

import warnings
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")


def mine(*args: Any, **kwargs: Any) -> Any:
    """A user's activation, loss or metric."""
    return args[-1]


def own_class(k: Any, namespace: str, name: str) -> Any:
    """A user's subclass of one of Keras's."""
    return type("Own", (getattr(getattr(k, namespace), name),), {})


def whose(thing: Any) -> str:
    kind = type(thing).__name__
    return "own" if thing is mine or kind == "Own" or getattr(thing, "__name__", "") == "Own" else (
        "Keras's"
    )  # fmt: skip


# From namespace to the names under which an object is known, and its class.
FUNCTIONS = {
    "activations": ["relu"],
    "losses": ["mean_squared_error"],
    "metrics": ["mean_absolute_error"],
}
CLASSES = {
    "losses": ("MeanSquaredError", ["MeanSquaredError"]),
    "metrics": ("MeanAbsoluteError", ["MeanAbsoluteError"]),
    "regularizers": ("L2", ["l2", "L2"]),
    "initializers": ("GlorotUniform", ["glorot_uniform", "GlorotUniform"]),
    "constraints": ("MaxNorm", ["max_norm", "MaxNorm"]),
}


@pytest.mark.parametrize("way", ["get", "deserialize"])
@pytest.mark.parametrize("namespace", FUNCTIONS)
def test_names_of_functions(namespace, way):
    def asked(k):
        name = FUNCTIONS[namespace][0]
        with k.saving.custom_object_scope({name: mine}):
            return whose(getattr(getattr(k, namespace), way)(name))

    same(asked, scratch, keras, may_fail=False)


@pytest.mark.parametrize("way", ["get", "deserialize", "config", "bare config"])
@pytest.mark.parametrize("namespace", CLASSES)
def test_names_of_classes(namespace, way):
    """By every spelling, displaced under every spelling."""

    def asked(k):
        cls, names = CLASSES[namespace]
        module = getattr(k, namespace)
        config = module.serialize(getattr(module, cls)())
        found = []
        for displaced in names:
            with k.saving.custom_object_scope({displaced: own_class(k, namespace, cls)}):
                for name in names:
                    if way == "config":
                        found.append(whose(module.deserialize(config)))
                    elif way == "bare config":
                        found.append(whose(module.deserialize({"class_name": name, "config": {}})))
                    else:
                        found.append(whose(getattr(module, way)(name)))
        return found

    same(asked, scratch, keras, may_fail=False)


@pytest.mark.parametrize("asked", ["adam", "Adam"])
@pytest.mark.parametrize("displaced", ["adam", "Adam"])
def test_names_of_optimizers(asked, displaced):
    def got(k):
        with k.saving.custom_object_scope({displaced: own_class(k, "optimizers", "Adam")}):
            return whose(k.optimizers.get(asked))

    same(got, scratch, keras, may_fail=False)


def test_a_name_that_is_nobody_elses():
    """Of a user's own, by name: here it is found in every namespace; in Keras in some."""
    for namespace in FUNCTIONS:
        with scratch.saving.custom_object_scope({"unheard": mine}):
            assert getattr(scratch, namespace).get("unheard") is mine
    with scratch.saving.custom_object_scope({"MyAdam": own_class(scratch, "optimizers", "Adam")}):
        assert whose(scratch.optimizers.get("MyAdam")) == "own"


# Models -------------------------------------------------------------------------------------------


def model(k: Any) -> Any:
    dense = k.layers.Dense(
        2, activation="relu", kernel_initializer="he_normal", kernel_regularizer="l2", name="d"
    )
    built = k.Sequential([k.Input((3,)), dense])
    built.compile("adam", "mean_squared_error", metrics=["mean_absolute_error"])
    return built


def parts(found: Any) -> list[str]:
    dense = found.layers[-1]
    things = [dense, dense.activation, dense.kernel_initializer, dense.kernel_regularizer]
    things += [x for x in (getattr(found, "optimizer", None), getattr(found, "loss", None)) if x]
    return [whose(thing) for thing in things]


def displaced(k: Any, *names: str) -> dict[str, Any]:
    known = {
        "Dense": own_class(k, "layers", "Dense"),
        "relu": mine,
        "L2": own_class(k, "regularizers", "L2"),
        "l2": own_class(k, "regularizers", "L2"),
        "HeNormal": own_class(k, "initializers", "HeNormal"),
        "adam": own_class(k, "optimizers", "Adam"),
        "Adam": own_class(k, "optimizers", "Adam"),
        "mean_squared_error": mine,
    }
    return {name: known[name] for name in names or known}


NAMES = [("Dense",), ("relu",), ("L2", "l2"), ("HeNormal",), ("adam",), ("Adam",),
         ("mean_squared_error",), ("Dense", "relu", "adam")]  # fmt: skip


@pytest.mark.parametrize("names", NAMES, ids=[" ".join(names) for names in NAMES])
@pytest.mark.parametrize("ending", ["keras", "h5", "json"])
def test_loaded_models(names, ending, tmp_path):
    """Keras's own classes stay Keras's; not so in a file of Keras 2."""

    def loaded(k):
        own = displaced(k, *names)
        if ending == "json":
            return parts(k.models.model_from_json(model(k).to_json(), custom_objects=own))
        path = str(tmp_path / f"{k.__name__}.{ending}")
        model(k).save(path)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parts(k.models.load_model(path, custom_objects=own))

    with warnings.catch_warnings():  # of the old format
        warnings.simplefilter("ignore")
        same(loaded, scratch, keras, may_fail=False)


def test_what_is_registered_counts_for_its_own_name():
    """A registered class has a name with its package; it displaces nothing, and is found."""

    @scratch.saving.register_keras_serializable("mine")
    class Dense(scratch.layers.Dense):
        def call(self, x):
            return 2 * super().call(x)

    inputs = scratch.Input((3,))
    made = scratch.Model(inputs, scratch.layers.Dense(2)(Dense(2)(inputs)))
    again = scratch.models.model_from_json(made.to_json())
    assert [type(layer) for layer in again.layers[1:]] == [Dense, scratch.layers.Dense]
    again.set_weights(made.get_weights())
    x = np.ones((2, 3), "float32")
    np.testing.assert_array_equal(again(x), made(x))
    scratch.saving.get_custom_objects().clear()
