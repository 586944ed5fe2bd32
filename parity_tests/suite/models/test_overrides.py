"""A user's subclass of a built-in class: what it redefines is what `fit` does, as in tf.keras."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import HAND, TAPE, TF
from parity_tests.harness.tolerances import FEW_STEPS

HERE = __name__
X = np.linspace(-1, 1, 18).reshape(6, 3).astype("float32")
CLASSES = np.array([0, 1, 2, 0, 1, 2])
Y = np.eye(3)[CLASSES].astype("float32")
WEIGHTS = np.array([1, 2, 0.5, 1, 3, 0])


def own(base: Any, **methods: Any) -> Any:
    return type("Own", (base,), methods)


def plain(base: Any, **methods: Any) -> Any:
    return base


def squares(k, y, p):
    return k.ops.mean(k.ops.square(y - p), axis=-1)


# Losses: from a library and `own` to a loss. ------------------------------------------------------

BUILT_IN = (
    "BinaryCrossentropy", "BinaryFocalCrossentropy", "CategoricalCrossentropy",
    "CategoricalFocalCrossentropy", "CategoricalHinge", "CosineSimilarity", "Dice", "Hinge",
    "Huber", "KLDivergence", "LogCosh", "MeanAbsoluteError", "MeanSquaredError",
    "MeanSquaredLogarithmicError", "Poisson", "SparseCategoricalCrossentropy", "SquaredHinge",
    "Tversky",
)  # fmt: skip


def tripled(name, **settings):
    """Three times a built-in loss, by its `call` and by its `__call__`."""

    def by_call(k, own):
        base = getattr(k.losses, name)
        return own(base, call=lambda s, y, p: 3 * base.call(s, y, p))(**settings)

    def by_whole(k, own):
        base = getattr(k.losses, name)

        def call(s, y, p, sample_weight=None):
            return 3 * base.__call__(s, y, p, sample_weight)

        return own(base, __call__=call)(**settings)

    return by_call, by_whole


def weighted_by_error(k: Any, own):
    def call(s, y, p, sample_weight=None):
        weight = k.ops.exp(-k.ops.mean(k.ops.abs(y - p), axis=-1))
        return k.losses.MeanSquaredError.__call__(s, y, p, weight)

    return own(k.losses.MeanSquaredError, __call__=call)()


def unweighted(k: Any, own):
    base = k.losses.MeanSquaredError
    return own(base, __call__=lambda s, y, p, sample_weight=None: base.__call__(s, y, p))()


def whole(k: Any, own):
    def call(s, y, p, sample_weight=None):
        return 2 * k.ops.mean(squares(k, y, p)) ** 2 + 1

    return own(k.losses.MeanSquaredError, __call__=call)()


def unreduced(k: Any, own):
    base = k.losses.MeanSquaredError
    return own(base, __call__=lambda s, y, p, sample_weight=None: squares(k, y, p))()


def call_of_an_instance(k: Any, own):
    loss = k.losses.MeanSquaredError()
    if own is not plain:
        loss.call = lambda y, p: 3 * squares(k, y, p)
    return loss


def fn_of_an_instance(k: Any, own):
    loss = k.losses.MeanSquaredError()
    if own is not plain:
        loss.fn = lambda y, p: 3 * squares(k, y, p)
    return loss


LOSSES: dict[str, Any] = {
    "weights by the error": weighted_by_error,
    "no weights": unweighted,
    "a whole loss": whole,
    "not reduced": unreduced,
    "call of an instance": call_of_an_instance,
    "fn of an instance": fn_of_an_instance,
}
for _name in BUILT_IN:
    LOSSES[f"call of {_name}"], LOSSES[f"__call__ of {_name}"] = tripled(_name)
_ignoring = tripled("SparseCategoricalCrossentropy", ignore_class=1)
LOSSES["call of Sparse, one ignored"], LOSSES["__call__ of Sparse, one ignored"] = _ignoring
for _reduction in ("sum", "mean_with_sample_weight", "none"):
    for _loss, _way in zip(
        tripled("MeanSquaredError", reduction=_reduction), ("call", "__call__"), strict=True
    ):
        LOSSES[f"{_way}, {_reduction}"] = _loss


# Regularizers -------------------------------------------------------------------------------------


def penalty(name, call, **settings):
    def make(k, own):
        base = getattr(k.regularizers, name)
        return own(base, __call__=lambda s, x: call(k.ops, base, s, x))(**settings)

    return make


REGULARIZERS = {
    "L2 times five": penalty("L2", lambda ops, base, s, x: 5 * base.__call__(s, x)),
    "L1 of a row": penalty("L1", lambda ops, base, s, x: 0.1 * ops.sum(ops.abs(x[0]))),
    "fourth powers": penalty("L1L2", lambda ops, base, s, x: 0.1 * ops.sum(x**4), l1=0.3),
    "L2, squared": penalty("L2", lambda ops, base, s, x: base.__call__(s, x) ** 2, l2=0.3),
}


# Optimizers ---------------------------------------------------------------------------------------


def optimizer(name, method, redefined, *settings):
    def make(k, own):
        base = getattr(k.optimizers, name)

        def call(s, *args):
            return redefined(k.ops, getattr(base, method), s, *args)

        return own(base, **{method: call})(0.1, **dict(settings))

    return make


def halves(ops, base, s, grads, variables=None):
    return base(s, [g * 0.5 for g in grads], variables)


def two_steps(ops, base, s, grads, variables=None):
    base(s, grads, variables)
    base(s, grads, variables)


def gradient_descent(ops, base, s, grads, variables=None):
    for g, v in zip(grads, variables, strict=True):
        v.assign(v - 0.3 * g)


OPTIMIZERS = {
    "apply_gradients": optimizer(
        "Adam",
        "apply_gradients",
        lambda ops, base, s, pairs: base(s, [(0.5 * g + 0.1, v) for g, v in pairs]),
    ),
    "apply": optimizer("SGD", "apply", halves),
    "apply, averaged": optimizer("SGD", "apply", halves, ("use_ema", True)),
    "apply, clipped": optimizer("SGD", "apply", halves, ("clipvalue", 0.05)),
    "apply, accumulated": optimizer("SGD", "apply", halves, ("gradient_accumulation_steps", 2)),
    "apply, twice": optimizer("Adam", "apply", two_steps),
    "apply, all by itself": optimizer("SGD", "apply", gradient_descent),
    "update_step": optimizer(
        "RMSprop", "update_step", lambda ops, base, s, g, v, lr: base(s, 2 * g + 0.1 * v, v, lr)
    ),
    "scale_loss": optimizer("SGD", "scale_loss", lambda ops, base, s, loss: loss**2),
    "clipping": optimizer(
        "SGD", "_clip_gradients", lambda ops, base, s, grads: [g * 0.5 for g in base(s, grads)]
    ),
    "learning rate": optimizer(
        "Adam", "_get_current_learning_rate", lambda ops, base, s: base(s) * 0.5
    ),
}


def scaled(k, own):
    def apply(s, grads, trainable_variables=None):
        k.optimizers.SGD.apply(s, [g * 0.5 for g in grads], trainable_variables)

    inner = own(k.optimizers.SGD, apply=apply)(0.1)
    return k.optimizers.LossScaleOptimizer(inner, initial_scale=4.0)


OPTIMIZERS["apply, inside loss scaling"] = scaled


# Metrics ------------------------------------------------------------------------------------------


def of_squares(k: Any, own):
    base = k.metrics.CategoricalCrossentropy

    def update_state(s, y, p, sample_weight=None):
        base.update_state(s, y, p**2, sample_weight)

    return own(base, update_state=update_state)(name="metric")


def of_sums(k: Any, own):
    base = k.metrics.CategoricalCrossentropy

    def update_state(s, y, p, sample_weight=None):
        s.total.assign_add(k.ops.sum(k.ops.square(p)))
        base.update_state(s, y, p, sample_weight)

    return own(base, update_state=update_state)(name="metric")


def doubled(k: Any, own):
    base = k.metrics.CategoricalCrossentropy
    return own(base, result=lambda s: 2 * base.result(s))(name="metric")


METRICS = {"another prediction": of_squares, "reads predictions": of_sums, "result": doubled}


# Models and layers: from a library and `own` to a model -------------------------------------------


def model_with(**properties):
    def make(k, own):
        base = k.Sequential
        methods = {
            name: property(lambda s, f=f, name=name: f(k.ops, getattr(base, name).fget(s), s))  # type: ignore[misc]
            for name, f in properties.items()
        }
        return own(base, **methods)([k.Input((3,)), k.layers.Dense(3, kernel_regularizer="l2")])

    return make


def first(ops, found, model):
    return found[:1]


def layer_with(name):
    def make(k: Any, own):
        base = k.layers.Dense
        redefined = property(lambda s: getattr(base, name).fget(s)[:1])
        return k.Sequential([k.Input((3,)), own(base, **{name: redefined})(3), k.layers.Dense(3)])

    return make


MODELS: dict[str, Any] = {
    "losses": model_with(losses=lambda ops, found, s: [ops.sum(s.layers[-1].kernel ** 2)]),
    "more losses": model_with(
        losses=lambda ops, found, s: [*found, ops.square(s.layers[-1].bias + 1)]
    ),
    "no losses": model_with(losses=lambda ops, found, s: []),
    "losses, tripled": model_with(losses=lambda ops, found, s: [3 * x for x in found]),
    "trainable_weights": model_with(trainable_weights=first),
    "weights of a layer": layer_with("weights"),
}
WITHOUT_EFFECT = {
    "trainable_variables": model_with(trainable_variables=first),
    "variables": model_with(variables=first),
    "trainable_variables of a layer": layer_with("trainable_variables"),
    "trainable_weights of a layer": layer_with("trainable_weights"),
    "variables of a layer": layer_with("variables"),
}

KINDS = {
    "loss": LOSSES,
    "regularizer": REGULARIZERS,
    "activity regularizer": REGULARIZERS,
    "optimizer": OPTIMIZERS,
    "metric": METRICS,
    "model": {**MODELS, **WITHOUT_EFFECT},
}
ALL = [(kind, name) for kind, cases in KINDS.items() for name in cases]
COUNTS = [(kind, name) for kind, name in ALL if name not in WITHOUT_EFFECT]


def trained(k, engine, kind, name, redefined=True, activation=None, weighted=True):
    """Weights and what is reported of a short fit with one part of a user's own."""
    k.utils.set_random_seed(3)
    part = KINDS[kind][name](k, own if redefined else plain)
    labels = CLASSES if "Sparse" in name else Y
    regularizers = {
        "regularizer": {"kernel_regularizer": part},
        "activity regularizer": {"activity_regularizer": part},
    }
    dense = k.layers.Dense(3, activation=activation, **regularizers.get(kind, {}))
    model = part if kind == "model" else k.Sequential([k.Input((3,)), dense])
    model.compile(
        part if kind == "optimizer" else k.optimizers.SGD(0.1),
        part if kind == "loss" else "mse",
        weighted_metrics=[part] if kind == "metric" else None,
        run_eagerly=engine.mode == "eager",
    )
    history = model.fit(
        X, labels, epochs=2, verbose=0, batch_size=4, shuffle=False,
        sample_weight=WEIGHTS if weighted else None, validation_data=(X, labels),
    )  # fmt: skip
    return [*model.get_weights(), *(np.array(v) for v in history.history.values())]


def assert_alike(ours, theirs):
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=FEW_STEPS, atol=FEW_STEPS, equal_nan=True)


def both(function, *args, reference=TF, **kwargs):
    return (e.run(f"{HERE}:{function}", *args, **kwargs) for e in (HAND, reference))


@pytest.mark.parametrize(("kind", "name"), ALL)
def test_what_is_redefined_counts_as_in_keras(kind, name):
    options = {"activation": "sigmoid" if kind == "loss" else None, "weighted": kind != "optimizer"}
    if kind == "metric":
        options["activation"] = "softmax"
    assert_alike(*both("trained", kind, name, **options))


@pytest.mark.parametrize("name", ["call of MeanSquaredError", "__call__ of Huber", "a whole loss"])
def test_losses_without_weights_and_step_by_step(name):
    assert_alike(*both("trained", "loss", name, weighted=False, reference=TAPE))


@pytest.mark.parametrize("name", [n for n in LOSSES if "Crossentropy" in n or "Sparse" in n])
def test_losses_that_find_logits(name):
    assert_alike(*both("trained", "loss", name, activation="softmax"))


@pytest.mark.parametrize(("kind", "name"), COUNTS)
def test_every_case_can_tell(kind, name):
    """Of a part that were ignored, the results would be those of the built-in class."""
    options = {"activation": "softmax" if kind == "metric" else None}
    if kind == "loss":
        options["activation"] = "sigmoid"
    ours = HAND.run(f"{HERE}:trained", kind, name, **options)
    ignored = HAND.run(f"{HERE}:trained", kind, name, redefined=False, **options)
    apart = [np.abs(a - b).max() for a, b in zip(ours, ignored, strict=False) if a.shape == b.shape]
    assert max(apart) > 10 * FEW_STEPS


# Masks, several outputs, weights that have no gradient --------------------------------------------


def masked(k: Any, engine, way, weighted):
    class Masking(k.layers.Layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, x):
            return x * 1.0

        def compute_mask(self, x, mask=None):
            return k.ops.greater(x[:, 0], -0.5)

    k.utils.set_random_seed(3)
    loss = tripled("MeanSquaredError")[way](k, own)
    model = k.Sequential([k.Input((3,)), Masking(), k.layers.Dense(3)])
    model.compile(k.optimizers.SGD(0.1), loss)
    history = model.fit(
        X, Y, epochs=2, verbose=0, batch_size=4, shuffle=False,
        sample_weight=WEIGHTS if weighted else None,
    )  # fmt: skip
    return [*model.get_weights(), np.array(history.history["loss"])]


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("way", [0, 1], ids=["call", "__call__"])
def test_a_mask_reaches_a_redefined_loss(way, weighted):
    assert_alike(*both("masked", way, weighted))


def two_outputs(k, engine):
    k.utils.set_random_seed(3)
    x = k.Input((3,))
    model = k.Model(x, [k.layers.Dense(3, name="a")(x), k.layers.Dense(3, name="b")(x)])
    losses = [tripled("Huber")[1](k, own), whole(k, own)]
    model.compile(k.optimizers.SGD(0.1), losses, loss_weights=[0.3, 0.2])
    history = model.fit(X, [Y, Y], epochs=2, verbose=0, batch_size=4, shuffle=False)
    return [*model.get_weights(), *(np.array(history.history[n]) for n in sorted(history.history))]


def test_redefined_losses_of_two_outputs():
    assert_alike(*both("two_outputs"))


def unused(k: Any, engine, regularizer=None):
    """The kernel of a Dense layer, and a weight that its `build` adds and nothing uses."""

    class Own(k.layers.Dense):
        def build(self, shape):
            super().build(shape)
            self.more = self.add_weight(shape=(2,), regularizer=regularizer, initializer="ones")

    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), Own(3)])
    model.compile(k.optimizers.AdamW(0.1, weight_decay=0.1), "mse")
    model.fit(X, Y, epochs=2, verbose=0, batch_size=2, shuffle=False)
    return model.get_weights()


def test_a_weight_that_a_redefined_build_adds_stays():
    with pytest.warns(UserWarning, match="Gradients do not exist"):
        ours = HAND.run(f"{HERE}:unused")
    np.testing.assert_array_equal(ours[2], [1, 1])
    assert_alike(ours, TF.run(f"{HERE}:unused"))


def test_its_penalty_is_its_gradient():
    assert_alike(*both("unused", "l2"))


def ignoring(k, engine, activation):
    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), k.layers.Dense(3, activation=activation)])
    loss = k.losses.SparseCategoricalCrossentropy(ignore_class=1)
    model.compile(k.optimizers.SGD(0.1), loss)
    history = model.fit(X, CLASSES, epochs=2, verbose=0, batch_size=3, shuffle=False)
    return [*model.get_weights(), np.array(history.history["loss"])]


@pytest.mark.parametrize("activation", ["softmax", "sigmoid"])
def test_behind_predictions_some_of_which_are_ignored_there_are_no_logits(activation):
    assert_alike(*both("ignoring", activation))


def told(k: Any, engine):
    """Which weights `apply_gradients` is told of, and where there is no gradient."""
    seen = []

    class Own(k.optimizers.SGD):
        def apply_gradients(self, pairs):
            pairs = list(pairs)
            seen.append([(v.name, g is None) for g, v in pairs])
            return super().apply_gradients(
                [(k.ops.ones(2) if g is None else g, v) for g, v in pairs]
            )

    class Layer(k.layers.Dense):
        def build(self, shape):
            super().build(shape)
            self.more = self.add_weight(shape=(2,), initializer="ones", name="more")

    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), Layer(3)])
    model.compile(Own(0.1), "mse", run_eagerly=True)
    model.train_on_batch(X, Y)
    return seen[-1], model.get_weights()


def test_a_redefined_step_is_told_of_weights_without_gradients():
    (ours, weights), (theirs, expected) = both("told", reference=TAPE)
    assert ours == theirs == [("kernel", False), ("bias", False), ("more", True)]
    assert_alike(weights, expected)


@pytest.mark.parametrize(
    ("method", "caller"), [("assign_sub", "update_step"), ("_backend_update_step", "apply")]
)
def test_what_no_step_would_call_is_refused(method, caller):
    cls = own(scratch.optimizers.Adam, **{method: lambda self, *args: None})
    model = scratch.Sequential([scratch.Input((3,)), scratch.layers.Dense(3)])
    model.compile(cls(0.1), "mse")
    with pytest.raises(NotImplementedError, match=f"redefines `{method}`.*`{caller}`"):
        model.train_on_batch(X, Y)


# Parts of layers that are computed by hand --------------------------------------------------------


def merged(k: Any, engine, name, **settings):
    """A merging layer with a `_merge_function` of a user's own."""
    base: Any = getattr(k.layers, name)

    class Own(base):
        def _merge_function(self, inputs):
            return super()._merge_function(inputs) + inputs[0] * inputs[1]

    k.utils.set_random_seed(3)
    x = k.Input((3,))
    parts = [k.layers.Dense(1 if name == "Dot" else 2)(x) for _ in range(2)]
    y = k.layers.Dense(3)(Own(**settings)(parts))
    model = k.Model(x, y)
    model.compile(k.optimizers.SGD(0.1), "mse")
    model.fit(X, Y, epochs=2, verbose=0, batch_size=4, shuffle=False)
    return [*model.get_weights(), model.predict(X, verbose=0)]


@pytest.mark.parametrize("name", ["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"])
def test_what_a_merging_layer_does(name):
    assert_alike(*both("merged", name))


def test_what_a_dot_product_does():
    assert_alike(*both("merged", "Dot", axes=-1))


def computed_weights(k: Any, engine, name, weight, **settings):
    """A layer one of whose weights is computed from another one."""
    base: Any = getattr(k.layers, name)

    class Own(base):
        def build(self, shape):
            super().build(shape)
            self.root = self.add_weight(shape=(3,), initializer=k.initializers.Constant(0.5))

    def get(self):
        return k.ops.square(self.root) + 1 if hasattr(self, "root") else self.given

    setattr(Own, weight, property(get, lambda self, value: setattr(self, "given", value)))
    k.utils.set_random_seed(3)
    model = k.Sequential([k.Input((3,)), Own(**settings), k.layers.Dense(3)])
    model.compile(k.optimizers.SGD(0.05), "mse")
    history = model.fit(X, Y, epochs=3, verbose=0, batch_size=4, shuffle=False)
    return [*model.get_weights(), np.array(history.history["loss"]), model.predict(X, verbose=0)]


@pytest.mark.filterwarnings("ignore:Gradients do not exist")
@pytest.mark.parametrize(
    ("name", "weight", "settings"),
    [
        ("BatchNormalization", "gamma", {}),
        ("BatchNormalization", "beta", {}),
        ("LayerNormalization", "gamma", {"epsilon": 0.1}),
        ("LayerNormalization", "beta", {"epsilon": 0.1}),
        ("GroupNormalization", "gamma", {"groups": 1, "epsilon": 0.1}),
        ("RMSNormalization", "scale", {}),
        ("PReLU", "alpha", {}),
    ],
)
def test_a_weight_that_is_computed_from_another(name, weight, settings):
    assert_alike(*both("computed_weights", name, weight, **settings))


# Averages that nobody moves -----------------------------------------------------------------------


def steps_of_its_own(k: Any, engine, method, built):
    """A fit with `use_ema` by an optimizer that makes its steps without its base."""

    def apply(self, grads, variables):
        gradient_descent(k.ops, None, self, grads, variables)

    def apply_gradients(self, pairs):
        apply(self, *zip(*pairs, strict=True))

    methods: dict[str, Any] = {"apply": apply, "apply_gradients": apply_gradients}
    k.utils.set_random_seed(3)
    optimizer = own(k.optimizers.SGD, **{method: methods[method]})(0.1, use_ema=True)
    model = k.Sequential([k.Input((3,)), k.layers.Dense(3)])
    model.compile(optimizer, "mse")
    if built:
        optimizer.build(model.trainable_variables)
    try:
        model.fit(X, Y, verbose=0)
    except (AttributeError, RuntimeError) as error:
        return type(error).__name__, str(error), model.get_weights()
    return None, "", model.get_weights()


@pytest.mark.parametrize("built", [False, True])
@pytest.mark.parametrize("method", ["apply", "apply_gradients"])
def test_averages_that_no_step_moved_replace_nothing(method, built):
    """tf.keras fails too, or where the optimizer was built by hand makes zeros of all weights."""
    (error, message, weights), (theirs, _, zeros) = both("steps_of_its_own", method, built)
    assert error == "RuntimeError"
    assert "never calls that of its base" in message
    assert all(w.any() for w in weights)
    assert theirs == (None if built else "AttributeError")
    assert any(w.any() for w in zeros) != built
