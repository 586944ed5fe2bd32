"""What used to pass without a word: it is right now, or an error, or a warning, as in Keras."""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import outcome, same  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")
X = np.random.default_rng(0).normal(size=(16, 3)).astype("float32")
Y = X[:, :1]


def dense(k: Any, units: int, **more: Any) -> Any:
    """The same weights in both libraries."""
    return k.layers.Dense(units, kernel_initializer="ones", **more)


def sequential(k: Any, **options: Any) -> Any:
    model = k.Sequential([k.Input((3,)), dense(k, 1, name="out")])
    model.compile("sgd", **{"loss": "mse", **options})
    return model


def functional(k: Any, **options: Any) -> Any:
    inputs = k.Input((3,))
    model = k.Model(inputs, dense(k, 1, name="out")(inputs))
    model.compile("sgd", **{"loss": "mse", **options})
    return model


def named(k: Any, **options: Any) -> Any:
    inputs = k.Input((3,))
    model = k.Model(inputs, {"a": dense(k, 1, name="out")(inputs)})
    model.compile("sgd", **{"loss": "mse", **options})
    return model


def two(k: Any, **options: Any) -> Any:
    inputs = k.Input((3,))
    model = k.Model(inputs, [dense(k, 1, name=name)(inputs) for name in ("o1", "o2")])
    model.compile("sgd", **{"loss": "mse", **options})
    return model


# Names of labels, weights and losses ------------------------------------------------------------

LABELS = {
    "own name": {"out": Y},
    "misspelt": {"zzz": Y},
    "key": {"a": Y},
    "one too many": {"out": Y, "zzz": Y},
    "a list": [Y],
}


@pytest.mark.parametrize("labels", LABELS)
@pytest.mark.parametrize("build", [sequential, functional, named])
def test_labels_of_one_output(build, labels):
    same(lambda k: outcome_of(build(k).fit(X, LABELS[labels], verbose=0)), scratch, keras)


def outcome_of(history: Any) -> list[str]:
    return sorted(history.history)


@pytest.mark.parametrize("keys", [["o1", "o2"], ["o1", "zzz"], ["o1"], ["o1", "o2", "zzz"]])
def test_labels_of_two_outputs(keys):
    labels = dict.fromkeys(keys, Y)
    losses = {"o1": "mse", "o2": "mse"}
    same(lambda k: outcome_of(two(k, loss=losses).fit(X, labels, verbose=0)), scratch, keras)


def test_a_label_that_is_missing_is_never_nan():
    kinds, _, _ = outcome(lambda k: two(k).fit(X, {"o1": Y}, verbose=0), scratch)
    assert kinds[0] == "ValueError"


@pytest.mark.parametrize("weights", [{"zzz": np.ones(16)}, {"a": np.ones(16)}])
def test_sample_weights_by_name(weights):
    """They have the structure of the labels."""
    labels = {"a": Y}
    same(lambda k: outcome_of(named(k).fit(X, labels, sample_weight=weights, verbose=0)),
         scratch, keras)  # fmt: skip


@pytest.mark.parametrize("build", [functional, named])
@pytest.mark.parametrize("losses", [{"out": "mse"}, {"zzz": "mse"}, {"a": "mse"}])
def test_losses_of_one_output_by_name(build, losses):
    labels = {"a": Y} if build is named else Y
    same(lambda k: outcome_of(build(k, loss=losses).fit(X, labels, verbose=0)), scratch, keras)


# Gradients that do not exist --------------------------------------------------------------------


def half_used(k: Any) -> Any:
    """A weight that nothing depends on, under a decay that would move it."""

    class HalfUsed(k.layers.Layer):
        def build(self, shape):
            self.used = self.add_weight(shape=(1,), initializer="ones", name="used")
            self.unused = self.add_weight(shape=(1,), initializer="ones", name="unused")

        def call(self, x):
            return x * self.used

    model = k.Sequential([k.Input((3,)), HalfUsed()])
    model.compile(k.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.5), "mse")
    return model


def stopped(k: Any) -> Any:
    """Behind something without a derivative."""
    inputs = k.Input((3,))
    behind = k.ops.stop_gradient(dense(k, 3, name="hidden")(inputs))
    model = k.Model(inputs, dense(k, 1)(behind))
    model.compile(k.optimizers.Adam(0.1, weight_decay=0.5), "mse")
    return model


def compared(k: Any) -> Any:
    """Behind a comparison, between two layers."""
    inputs = k.Input((3,))
    behind = k.ops.cast(k.ops.greater(dense(k, 3, name="hidden")(inputs), 0.1), "float32")
    model = k.Model(inputs, dense(k, 1)(behind))
    model.compile(k.optimizers.Adam(0.1, weight_decay=0.5), "mse")
    return model


@pytest.mark.parametrize("build", [half_used, stopped, compared])
def test_weights_without_a_gradient_are_left_alone(build):
    """Both libraries warn, and leave them out of the step: no decay moves them."""

    def moved(k: Any) -> Any:
        model = build(k)
        before = model.get_weights()
        target = X if build is half_used else Y
        model.fit(X, target, epochs=2, shuffle=False, verbose=0)
        after = model.get_weights()
        return [not np.array_equal(a, b) for a, b in zip(before, after, strict=True)]

    (_, found, warned), (_, wanted, wanted_warned) = (outcome(moved, k) for k in (scratch, keras))
    assert found == wanted
    assert {True, False} == set(found)
    assert warned == ["UserWarning"]  # Keras warns as often as it traces the step
    assert set(wanted_warned) == {"UserWarning"}


def test_no_gradient_at_all():
    def trained(k: Any) -> Any:
        class Penalty(k.layers.Layer):
            def call(self, x):
                self.add_loss(0.01 * k.ops.mean(x))
                return x

        inputs = k.Input((3,))
        model = k.Model(inputs, k.layers.Dense(1)(Penalty()(inputs)))
        model.compile("sgd")
        model.fit(X, Y, verbose=0)

    assert "No gradients provided" in same(trained, scratch, keras)[0]


# Warnings and errors that Keras gives -----------------------------------------------------------


def test_build_of_a_subclass_that_builds_nothing():
    def built(k: Any) -> Any:
        class Outer(k.Model):
            def __init__(self):
                super().__init__()
                self.d = k.layers.Dense(2)

            def call(self, x):
                return self.d(x)

        model = Outer()
        model.build((None, 3))
        return len(model.weights)

    same(built, scratch, keras)


def test_add_weight_with_its_name_first():
    def built(k: Any) -> Any:
        class Old(k.layers.Layer):
            def build(self, shape):
                self.w = self.add_weight("kernel", shape=(shape[-1], 2))

            def call(self, x):
                return k.ops.matmul(x, self.w)

        Old()(X)

    same(built, scratch, keras)


INPUTS: dict[str, Any] = {
    "input_shape": lambda k: k.layers.InputLayer(input_shape=(3,)),
    "batch_input_shape": lambda k: k.layers.InputLayer(batch_input_shape=(None, 3)),
    "config": lambda k: k.layers.InputLayer.from_config(
        {"batch_input_shape": [None, 3], "dtype": "float32", "sparse": False, "name": "i"}
    ),
    "two shapes": lambda k: k.layers.InputLayer(batch_shape=(2, 3), batch_size=2),
    "tensor": lambda k: k.layers.InputLayer(input_tensor=k.KerasTensor((2, 3))),
    "tensor of another shape": lambda k: k.layers.InputLayer(
        input_tensor=k.KerasTensor((2, 3)), shape=(4,)
    ),
    "tensor of another size": lambda k: k.layers.InputLayer(
        input_tensor=k.KerasTensor((2, 3)), batch_size=3
    ),
    "tensor of another type": lambda k: k.layers.InputLayer(
        input_tensor=k.KerasTensor((2, 3)), dtype="int32"
    ),
}


@pytest.mark.parametrize("how", INPUTS)
def test_inputs(how):
    same(lambda k: tuple(INPUTS[how](k).batch_shape), scratch, keras)


def test_an_input_with_an_unknown_argument():
    """Keras takes it, and forgets it."""
    with pytest.raises(TypeError, match="shpe"):
        scratch.layers.InputLayer(shape=(3,), shpe=(4,))


# Compiled again -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"loss": "mse", "metrics": ["mae"]}, {}),
        ({"loss": "mse", "metrics": ["mae"]}, {"metrics": ["mse"]}),
        ({"loss": "mse"}, {"loss": "mae"}),
        ({"loss": "mse", "weighted_metrics": ["mae"]}, {"loss": "mae"}),
        ({"loss": "mse", "metrics": ["mae"]}, {"metrics": []}),
    ],
)
def test_compiled_again(first, second):
    """Where no loss is given, the old one stays; likewise the metrics."""

    def fitted(k: Any) -> Any:
        model = sequential(k, **first)
        model.compile("sgd", **second)
        history = model.fit(X, Y, verbose=0).history
        return {name: round(values[0], 5) for name, values in sorted(history.items())}

    same(fitted, scratch, keras)


# The next right call works ------------------------------------------------------------------------


def classifier(loss: Any = "sparse_categorical_crossentropy", metrics: Any = ("accuracy",)) -> Any:
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(3, "softmax")])
    model.compile("adam", loss, metrics=list(metrics))
    return model


CLASSES = np.arange(16) % 3
WRONG: dict[str, Any] = {
    "labels forgotten": lambda m: m.fit(X, verbose=0),
    "labels of another shape": lambda m: m.fit(X, np.zeros((16, 5)), verbose=0),
    "inputs of another width": lambda m: m.fit(X[:, :2], CLASSES, verbose=0),
    "words as labels": lambda m: m.fit(X, np.array(["a"] * 16), verbose=0),
    "labels out of range": lambda m: m.fit(X, CLASSES + 7, verbose=0),
    "too few labels": lambda m: m.fit(X, CLASSES[:3], verbose=0),
    "evaluate without labels": lambda m: m.evaluate(X, verbose=0),
    "train_on_batch without labels": lambda m: m.train_on_batch(X),
}


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("fitted_before", [False, True])
def test_after_a_wrong_call(wrong, fitted_before):
    """A model trains as one to which nothing has happened."""
    scratch.utils.set_random_seed(3)
    model, twin = classifier(), classifier()
    twin.set_weights(model.get_weights())
    if fitted_before:
        for m in (model, twin):
            m.fit(X, CLASSES, shuffle=False, verbose=0)
    with pytest.raises(ValueError):  # noqa: PT011 - each its own message
        WRONG[wrong](model)
    histories = [m.fit(X, CLASSES, shuffle=False, verbose=0).history for m in (model, twin)]
    assert histories[0] == histories[1]
    assert model.evaluate(X, CLASSES, verbose=0) == twin.evaluate(X, CLASSES, verbose=0)
    np.testing.assert_array_equal(model.predict(X, verbose=0), twin.predict(X, verbose=0))


@pytest.mark.parametrize("what", ["loss", "metric"])
def test_after_a_function_that_fails_once(what):
    calls = []

    def fails(y, p):
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("once")
        return scratch.ops.mean(scratch.ops.square(p))

    model = classifier(loss=fails) if what == "loss" else classifier(metrics=[fails])
    with pytest.raises(RuntimeError, match="once"):
        model.fit(X, CLASSES, verbose=0)
    model.fit(X, CLASSES, verbose=0)
    model.evaluate(X, CLASSES, verbose=0)


# What else was tried ------------------------------------------------------------------------------


@pytest.mark.parametrize("regularizer", [None, "l2"])
def test_a_loss_that_does_not_look_at_the_prediction(regularizer):
    def fitted(k):
        inputs = k.Input((3,))
        model = k.Model(inputs, dense(k, 1, kernel_regularizer=regularizer)(inputs))
        model.compile("sgd", lambda y, p: k.ops.mean(y))
        return outcome_of(model.fit(X, Y, verbose=0))

    (kinds, found, warned), (wanted, expected, _) = (outcome(fitted, k) for k in (scratch, keras))
    assert kinds[0] == wanted[0]
    assert found == expected
    assert warned == (["UserWarning"] if regularizer else [])


@pytest.mark.parametrize("frozen", [False, True])
def test_trainable_changed_without_compiling_again(frozen):
    """It counts when the model is compiled again, for moving averages too."""

    def moved(k):
        layer = k.layers.BatchNormalization(trainable=frozen)
        model = k.Sequential([k.Input((3,)), layer, dense(k, 1)])
        model.compile("sgd", "mse")
        model.fit(X, Y, verbose=0)
        found = []
        for again in (False, True):
            layer.trainable = not frozen
            if again:
                model.compile("sgd", "mse")
            before = [np.array(v) for v in (layer.gamma, layer.moving_mean)]
            model.fit(X, Y, verbose=0)
            after = (layer.gamma, layer.moving_mean)
            found.append([not np.array_equal(a, b) for a, b in zip(before, after, strict=True)])
        return found

    same(moved, scratch, keras)


STRUCTURES: dict[str, Any] = {
    "one in a list": (lambda i: i["i"], lambda x: [x]),
    "a list for one": (lambda i: [i["i"]], lambda x: x),
    "by name": (lambda i: [i["i"], i["j"]], lambda x: {"i": x, "j": x}),
    "a list for names": (lambda i: i, lambda x: [x, x]),
    "a tuple for a list": (lambda i: [i["i"], i["j"]], lambda x: (x, x)),
    "flat for nested": (lambda i: [i["i"], {"a": i["j"]}], lambda x: [x, x]),
}


@pytest.mark.parametrize("how", STRUCTURES)
def test_inputs_of_another_structure(how):
    declared, given = STRUCTURES[how]

    def called(k):
        inputs = {name: k.Input((3,), name=name) for name in "ij"}
        used = declared(inputs)
        leaves = [inputs["i"]] if "one" in how else [inputs["i"], inputs["j"]]
        model = k.Model(used, dense(k, 1)(k.ops.sum(k.ops.stack(leaves), axis=0)))
        return tuple(model(given(X)).shape)

    same(called, scratch, keras)


@pytest.mark.parametrize("jit_compile", [False, True])
@pytest.mark.parametrize("what", ["categorical", "shuffle"])
def test_numbers_that_a_call_draws_from_constants(what, jit_compile):
    """They are drawn in every step, not once when the definition is looked at."""

    def fitted(k: Any) -> Any:
        class Draws(k.layers.Layer):
            def __init__(self):
                super().__init__()
                self.seeds = k.random.SeedGenerator(5)

            def call(self, x):
                if what == "shuffle":
                    return x * k.random.shuffle(np.arange(3, dtype="float32"), seed=self.seeds)
                logits = np.ones((1, 4), "float32")
                drawn = k.random.categorical(logits, 3, seed=self.seeds)
                return x * k.ops.cast(drawn, "float32")

        model = k.Sequential([k.Input((3,)), Draws(), dense(k, 1)])
        model.compile(k.optimizers.SGD(0.0), "mse", jit_compile=jit_compile)
        losses = model.fit(X, Y, epochs=4, shuffle=False, verbose=0).history["loss"]
        assert len(set(losses)) > 1
        return [round(value, 4) for value in losses]

    same(fitted, scratch, keras, may_fail=False)


@pytest.mark.parametrize("how", ["called", "built", "an input of a batch's size"])
def test_another_number_of_rows(how):
    """The number of rows that a model saw first binds nobody."""

    def rows(k: Any) -> Any:
        layers = [k.layers.Lambda(lambda x: k.ops.sin(x) * 2), dense(k, 1)]
        if how == "an input of a batch's size":
            layers.insert(0, k.layers.InputLayer(batch_shape=(8, 3)))
        model = k.Sequential(layers)
        if how == "called":
            model(X)
        if how == "built":
            model.build((16, 3))
        model.compile("sgd", "mse")
        loss = model.train_on_batch(X[:8], Y[:8])
        return round(float(loss), 4), model.predict(X[:5], verbose=0).shape

    same(rows, scratch, keras)


@pytest.mark.parametrize("built", [False, True])
def test_another_optimizer_in_the_place_of_the_compiled_one(built):
    """The new one makes the steps from then on, as in Keras where nothing is compiled."""

    def losses(k: Any) -> Any:
        model = sequential(k, run_eagerly=True)
        found = [model.fit(X, Y, shuffle=False, verbose=0).history["loss"][0]]
        model.optimizer = k.optimizers.Adam(0.5)
        if built:
            model.optimizer.build(model.trainable_variables)
        history = model.fit(X, Y, epochs=3, shuffle=False, verbose=0).history
        return [round(value, 4) for value in found + history["loss"]]

    same(losses, scratch, keras)


FIXED: dict[str, Any] = {
    "a constant of so many rows": lambda k, x: x + k.ops.ones((8, 4)),
    "a reshape of the batch": lambda k, x: k.ops.reshape(k.ops.reshape(x, (16, 2)), (8, 4)),
    "a division by the rows": lambda k, x: x / x.shape[0],
}


@pytest.mark.parametrize("what", FIXED)
def test_a_definition_for_one_number_of_rows(what):
    """Where the input declares it."""
    x = np.concatenate([X, X[:, :1]], axis=1)

    def fitted(k: Any) -> Any:
        inputs = k.Input(batch_shape=(8, 4))
        model = k.Model(inputs, dense(k, 1)(FIXED[what](k, k.ops.sin(inputs))))
        model.compile("sgd", "mse")
        losses = model.fit(x, Y, batch_size=8, shuffle=False, verbose=0).history["loss"]
        return round(losses[0], 4), model.predict(x, batch_size=8, verbose=0).shape

    same(fitted, scratch, keras, may_fail=False)


@pytest.mark.parametrize("how", ["called", "built", "an input of a batch's size"])
def test_a_model_that_saw_data_inside_another(how):
    def nested(k: Any) -> Any:
        if how == "an input of a batch's size":
            inputs = k.Input(batch_shape=(8, 3))
            inner = k.Model(inputs, dense(k, 2)(inputs))
        else:
            inner = k.Sequential([dense(k, 4), dense(k, 2)])
            if how == "called":
                inner(X)
            else:
                inner.build((8, 3))
        outer = k.Sequential([k.Input((3,)), inner, dense(k, 1)])
        return outer.output_shape, inner.compute_output_shape((None, 3)), outer(X).shape[0]

    same(nested, scratch, keras, may_fail=False)
