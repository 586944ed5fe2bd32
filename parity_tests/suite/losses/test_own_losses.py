"""Logits behind a prediction (quirk K2), wherever a user's own code calls a cross-entropy.

Every program is run twice, here and in tf.keras, on predictions so sure of themselves that the clip
and the logits are far apart.
"""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import DERIVATIVE, FEW_ROUNDINGS

SURE = np.array([[50.0, -50.0], [3.0, 1.0]], "float32")
TWO = np.array([[0.0, 1.0], [1.0, 0.0]], "float32")
CLASS = np.array([1, 0])
STEPS = np.array([[[50.0], [40.0], [3.0]]], "float32")


def dense(k: Any, units=2, activation="sigmoid", **kwargs):
    return k.layers.Dense(
        units, activation, kernel_initializer="identity", use_bias=False, **kwargs
    )


def stack(k: Any, *layers, shape=(2,)):
    return k.Sequential([k.Input(shape), *layers])


def functional(k: Any, cls, activation="sigmoid"):
    inputs = k.Input((2,))
    return cls(inputs, dense(k, activation=activation)(inputs))


def binary(k: Any):
    return lambda y, p: k.ops.mean(k.ops.binary_crossentropy(y, p), axis=-1)


def categorical(k: Any):
    return lambda y, p: k.ops.categorical_crossentropy(y, p)


def sparse(k: Any):
    return lambda y, p: k.ops.sparse_categorical_crossentropy(y, p)


# Programs: from a library to (model, what compile gets, x, y) ------------------------------------


def a_function(k: Any):
    return stack(k, dense(k)), {"loss": binary(k)}, SURE, TWO


def a_function_of_functions(k: Any):
    loss = k.losses.BinaryCrossentropy(label_smoothing=0.1)
    return stack(k, dense(k)), {"loss": lambda y, p: loss(y, p) * 2}, SURE, TWO


def a_function_with_another_term(k: Any):
    def loss(y, p):
        other = k.ops.mean(k.ops.square(y - p) * 3, axis=-1)
        return k.losses.binary_crossentropy(y, p) + other

    return stack(k, dense(k)), {"loss": loss}, SURE, TWO


def a_weighted_function(k: Any):
    return stack(k, dense(k)), {"loss": binary(k), "loss_weights": [0.5]}, SURE, TWO


def a_subclass(k: Any):
    class Twice(k.losses.Loss):
        def call(self, y, p):
            return k.losses.binary_crossentropy(y, p) * 2

    return stack(k, dense(k)), {"loss": Twice()}, SURE, TWO


def softmax_with(make):
    def program(k: Any):
        labels = CLASS if make is sparse else TWO
        return stack(k, dense(k, activation="softmax")), {"loss": make(k)}, SURE, labels

    return program


def sigmoid_with_categorical(k: Any):
    return stack(k, dense(k)), {"loss": categorical(k)}, SURE, TWO


def focal_after_softmax(k: Any):
    model = stack(k, dense(k, activation="softmax"))
    return model, {"loss": "binary_focal_crossentropy"}, SURE, TWO


def clipped_by_hand(k: Any):
    def loss(y, p):
        return k.losses.binary_crossentropy(y, k.ops.clip(p, 1e-7, 1 - 1e-7))

    return stack(k, dense(k)), {"loss": loss}, SURE, TWO


def own_activation(k: Any):
    layer = dense(k, activation=lambda z: k.ops.sigmoid(2 * z))
    return stack(k, layer), {"loss": "binary_crossentropy"}, SURE, TWO


def layer_as_activation(k: Any):
    layer = dense(k, activation=k.layers.Activation("sigmoid"))
    return stack(k, layer), {"loss": binary(k)}, SURE, TWO


def behind(make):
    def program(k: Any):
        model = stack(k, dense(k, activation="softmax"), make(k.layers))
        return model, {"loss": categorical(k)}, SURE, TWO

    return program


def squeezed(k: Any):
    model = stack(k, dense(k, 1), shape=(3, 1))
    return model, {"loss": "binary_crossentropy"}, STEPS, STEPS[..., 0] * 0


def not_squeezed(k: Any):
    model = stack(k, dense(k, 1), shape=(3, 1))
    return model, {"loss": "binary_crossentropy"}, STEPS, STEPS * 0


def of_another_type(k: Any):
    model = stack(k, dense(k, dtype="float32"))
    return model, {"loss": "binary_crossentropy"}, SURE, TWO


def metrics(k: Any):
    class Total(k.metrics.Metric):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.total = self.add_weight(name="total", initializer="zeros")

        def update_state(self, y, p, sample_weight=None):
            self.total.assign_add(k.ops.sum(k.ops.categorical_crossentropy(y, p)))

        def result(self):
            return self.total * 1.0

    def ownMetric(y, p):  # noqa: N802 - Keras calls it own_metric
        return k.ops.categorical_crossentropy(y, p)

    of = [ownMetric, Total(name="total"), "categorical_crossentropy", "binary_crossentropy"]
    model = stack(k, dense(k, activation="softmax"))
    return model, {"loss": "mse", "metrics": of}, SURE, TWO


def subclassed(how, adds=False, loss="categorical_crossentropy"):
    def program(k: Any):
        ops = k.ops

        class Own(k.Model):
            def __init__(self):
                super().__init__()
                self.dense = dense(k, activation="softmax" if how == "layer" else None)

            def call(self, x):
                p = self.dense(x)
                if how != "layer":
                    p = {
                        "softmax": lambda: ops.softmax(p),
                        "axis": lambda: ops.softmax(p, axis=1),
                        "sigmoid": lambda: k.activations.sigmoid(p),
                    }[how]()
                if adds:
                    labels = ops.ones_like(p) * np.array([0.0, 1.0])
                    self.add_loss(ops.mean(ops.categorical_crossentropy(labels, p)))
                return p

        return Own(), {"loss": categorical(k) if loss == "own" else loss}, SURE, TWO

    return program


def endpoint(activation):
    def program(k: Any):
        f = (lambda z: k.ops.sigmoid(z * 2)) if activation == "own" else activation

        class Penalty(k.layers.Layer):
            def call(self, p):
                values = k.losses.binary_crossentropy(k.ops.zeros_like(p), p)
                self.add_loss(k.ops.mean(values))
                return p

        inputs = k.Input((2,))
        model = k.Model(inputs, Penalty()(dense(k, activation=f)(inputs)))
        return model, {"loss": "mse"}, SURE, TWO

    return program


def two_outputs(k: Any):
    inputs = k.Input((2,))
    p = dense(k)(inputs)
    q = dense(k, activation="softmax")(p)
    losses = [binary(k), categorical(k)]
    return k.Model(inputs, [p, q]), {"loss": losses}, SURE, [TWO, TWO]


def compute_loss(how, activation="sigmoid"):
    def program(k: Any):
        class Own(k.Model):
            def compute_loss(self, x=None, y=None, y_pred=None, sample_weight=None, training=True):
                if how == "super":
                    return super().compute_loss(x, y, y_pred, sample_weight) * 3
                return k.ops.mean(k.losses.binary_crossentropy(y, y_pred)) * 3

        loss = binary(k) if how == "super" else "mse"
        return functional(k, Own, activation), {"loss": loss}, SURE, TWO

    return program


def compute_metrics(k: Any):
    class Own(k.Model):
        def compute_metrics(self, x, y, y_pred, sample_weight=None):
            return {"own": k.ops.mean(k.ops.binary_crossentropy(y, y_pred))}

    return functional(k, Own), {"loss": "mse"}, SURE, TWO


def train_step(k: Any):
    class Own(k.Model):
        def train_step(self, data):
            x, y = data
            p = self(x, training=True)
            own = k.ops.mean(k.ops.binary_crossentropy(y, p))
            return {"own": own, "compiled": self.compute_loss(x, y, p)}

    return functional(k, Own), {"loss": "binary_crossentropy"}, SURE, TWO


HOWS = ("layer", "softmax", "axis", "sigmoid")
PROGRAMS = {
    **{f.__name__: f for f in (
        a_function, a_function_of_functions, a_function_with_another_term, a_weighted_function,
        a_subclass, sigmoid_with_categorical, focal_after_softmax, clipped_by_hand, own_activation,
        layer_as_activation, squeezed, not_squeezed, of_another_type, metrics, two_outputs,
        compute_metrics, train_step,
    )},
    "softmax, categorical": softmax_with(categorical),
    "softmax, sparse": softmax_with(sparse),
    "softmax, binary": softmax_with(binary),
    "behind an Identity": behind(lambda layers: layers.Identity()),
    "behind a Dropout of 0": behind(lambda layers: layers.Dropout(0.0)),
    "behind a GaussianNoise of 0": behind(lambda layers: layers.GaussianNoise(0.0)),
    "behind a GaussianDropout of 0": behind(lambda layers: layers.GaussianDropout(0.0)),
    "behind an AlphaDropout of 0": behind(lambda layers: layers.AlphaDropout(0.0)),
    "behind an ActivityRegularization": behind(lambda layers: layers.ActivityRegularization(0.1)),
    "behind a Reshape": behind(lambda layers: layers.Reshape((2,))),
    "behind a Lambda": behind(lambda layers: layers.Lambda(lambda p: p)),
    **{f"a subclassed model, {how}": subclassed(how) for how in HOWS},
    "a subclassed model, own loss": subclassed("layer", loss="own"),
    "a subclassed model, axis, own loss": subclassed("axis", loss="own"),
    **{f"add_loss, {how}": subclassed(how, True, "mse") for how in HOWS},
    "add_loss, and a loss": subclassed("layer", True),
    "add_loss in a layer": endpoint("sigmoid"),
    "add_loss in a layer, after own activation": endpoint("own"),
    "compute_loss": compute_loss("own"),
    "compute_loss, softmax": compute_loss("own", "softmax"),
    "compute_loss, super": compute_loss("super"),
}  # fmt: skip
WITHOUT_LOGITS = ("clipped_by_hand", "squeezed", "of_another_type", "behind a Reshape")


def two_steps(k: Any, engine, name):
    """What is reported of two steps, the weights after them, and the evaluation."""
    model, settings, x, y = PROGRAMS[name](k)
    how = {"tf": {"run_eagerly": engine.mode == "eager", "jit_compile": engine.mode == "xla"}}
    model.compile(k.optimizers.SGD(0.5), **settings, **how.get(engine.library, {}))
    history = model.fit(x, y, epochs=2, verbose=0, shuffle=False).history
    found = {name: np.asarray(values) for name, values in history.items()}
    found |= {f"weight {i}": w for i, w in enumerate(model.get_weights())}
    evaluated = {} if name == "train_step" else model.evaluate(x, y, verbose=0, return_dict=True)
    return found | {f"evaluated {name}": np.asarray(value) for name, value in evaluated.items()}


def compared(ours, theirs):
    assert sorted(ours) == sorted(theirs)
    apart = {}
    for name, expected in theirs.items():
        scale = np.maximum(np.abs(expected), 1)
        apart[name] = np.max(np.abs(ours[name] - expected) / scale)
    return apart


@pytest.mark.parametrize("name", PROGRAMS)
def test_as_in_keras(name):
    theirs = TF.run(f"{__name__}:two_steps", name)
    ours = HAND.run(f"{__name__}:two_steps", name)
    assert max(compared(ours, theirs).values()) <= DERIVATIVE


@pytest.mark.parametrize("name", ["a_function", "metrics", "add_loss in a layer", "compute_loss"])
def test_as_in_keras_eagerly(name):
    theirs = TAPE.run(f"{__name__}:two_steps", name)
    ours = HAND.run(f"{__name__}:two_steps", name)
    assert max(compared(ours, theirs).values()) <= DERIVATIVE


@pytest.mark.parametrize("name", PROGRAMS)
def test_without_the_quirk_probabilities_are_clipped(name):
    with_it = HAND.run(f"{__name__}:two_steps", name)
    with scratch.quirks.without("K2"):
        without = HAND.run(f"{__name__}:two_steps", name)
    differs = max(compared(with_it, without).values()) > 0.1
    assert differs == (name not in WITHOUT_LOGITS)


# Called directly ---------------------------------------------------------------------------------


def called_directly(k: Any, engine):
    """Binary cross-entropies of what is, and of what is no longer, the output of a sigmoid."""
    ops, layers, losses = k.ops, k.layers, k.losses
    model = functional(k, k.Model)
    labels, x = TWO.astype("float64"), SURE.astype("float64")
    model(x)  # the first call takes another way than the later ones
    p = model(x)
    own = dense(k, activation=lambda z: ops.sigmoid(z * 2))
    handed_on = {
        "model": p,
        "layer": dense(k)(x),
        "model in a model": stack(k, model)(x),
        "subclassed": subclassed("sigmoid")(k)[0](x),
        "trained": model(x, training=True),
        "own activation": own(x),
        "own activation, model": [stack(k, own)(x) for _ in range(2)][1],
        "activation": k.activations.sigmoid(x),
        "ops": ops.sigmoid(x),
        "softmax": ops.softmax(x),
        "softmax of another axis": layers.Softmax(axis=0)(x),
        "softmax over all": ops.softmax(x, axis=None),
        "softmax over two axes": layers.Softmax(axis=(0, 1))(x),
        "masked softmax": layers.Softmax()(x, mask=np.array([[True, True], [True, True]])),
        "same type": ops.cast(p, "float64"),
        "converted": ops.convert_to_tensor(p),
        "another type": ops.cast(ops.cast(p, "float32"), "float64"),
        "copied": ops.convert_to_numpy(p),
        "slice": p[:],
        "reshaped": ops.reshape(p, p.shape),
        "times one": p * 1.0,
        "plus zero": p + 0,
        "clipped": ops.clip(p, 0.0, 1.0),
        "stopped": ops.stop_gradient(p),
        "concatenated": ops.concatenate([p]),
        "transposed": ops.transpose(p, (0, 1)),
        "cond": ops.cond(True, lambda: p, lambda: p),
        "predicted": model.predict(x, verbose=0),
        "predicted on a batch": model.predict_on_batch(x),
        "log softmax": ops.exp(ops.log_softmax(x)),
        **{
            type(layer).__name__: layer(p)
            for layer in (
                layers.Identity(), layers.Dropout(0.5), layers.GaussianNoise(0.5),
                layers.GaussianDropout(0.5), layers.AlphaDropout(0.5), layers.Activation("linear"),
                layers.ActivityRegularization(0.1), layers.Lambda(lambda t: t), layers.Masking(),
                layers.Flatten(), layers.Reshape((2,)), layers.Rescaling(1.0),
            )
        },
    }  # fmt: skip
    found = {name: losses.binary_crossentropy(labels, y) for name, y in handed_on.items()}
    metric = k.metrics.BinaryCrossentropy(dtype="float64")
    metric.update_state(labels, p)
    found |= {
        "in a class": losses.BinaryCrossentropy()(labels, p),
        "in a class of another type": losses.BinaryCrossentropy(dtype="float32")(labels, p),
        "focal": losses.BinaryFocalCrossentropy()(labels, p),
        "focal of logits": losses.BinaryFocalCrossentropy(from_logits=True)(labels, x),
        "metric": metric.result(),
        "categorical": losses.categorical_crossentropy(labels, p),
        "sparse": losses.sparse_categorical_crossentropy(CLASS, p),
        "in ops": ops.categorical_crossentropy(labels, dense(k, activation="softmax")(x)),
    }
    return {name: np.array(value) for name, value in found.items()}


def test_called_directly_the_logits_are_found_where_keras_finds_them():
    name = f"{__name__}:called_directly"
    theirs, ours = TAPE.run(name), HAND.run(name)
    assert {k: float(np.max(v)) for k, v in ours.items()} == pytest.approx(
        {k: float(np.max(v)) for k, v in theirs.items()}, rel=FEW_ROUNDINGS
    )
    with scratch.quirks.without("K2"):
        clipped = HAND.run(name)
    assert ours["model"][0] == 50 and clipped["model"][0] < 17
    assert clipped["slice"][0] == ours["slice"][0] < 17


def test_an_output_that_somebody_wrote_into_has_no_logits_any_more():
    """A tensor of TensorFlow cannot be written into, an array can."""
    bce = scratch.losses.binary_crossentropy
    model = functional(scratch, scratch.Model)
    for p in (model(SURE), model(SURE), scratch.ops.sigmoid(SURE)):
        assert bce(TWO, p)[0] == 50
        p[:] = 0.5
        assert bce(TWO, p) == pytest.approx(np.full(2, np.log(2)), rel=FEW_ROUNDINGS)
    x = SURE.copy()
    p = scratch.ops.sigmoid(x)
    x[:] = 0
    assert bce(TWO, p)[0] == pytest.approx(np.mean([15.942385, 16.118095]), rel=FEW_ROUNDINGS)


def test_logits_go_with_the_output():
    from scratch.ops.graph import logits

    before = len(logits._logits)
    p = scratch.ops.sigmoid(SURE)
    assert len(logits._logits) == before + 1
    del p
    assert len(logits._logits) == before


def test_the_warning_of_logits_that_are_none():
    p = scratch.ops.sigmoid(SURE)
    with pytest.warns(UserWarning, match="produced by a Sigmoid activation"):
        scratch.losses.binary_crossentropy(TWO, p, from_logits=True)
