"""Low-rank adaptation, beside Keras: how it begins, trains, is saved, and what is refused."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative, trajectory  # noqa: E402

pytestmark = [
    pytest.mark.usefixtures("keras_afresh"),
    # Of Keras's own saving.
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
]

DRAW = np.random.default_rng(31)


def numbers(*shape):
    return DRAW.integers(-8, 9, shape).astype("float32") / 8


# From a name to a layer with options, and a batch for it.
LAYERS = {
    "Dense": (
        lambda k, **o: k.layers.Dense(4, "tanh", kernel_regularizer="l2", **o),
        numbers(6, 5),
    ),
    "EinsumDense": (
        lambda k, **o: k.layers.EinsumDense("abc,cd->abd", (3, 4), bias_axes="d", **o),
        numbers(6, 3, 5),
    ),
    "Embedding": (lambda k, **o: k.layers.Embedding(7, 4, **o), DRAW.integers(0, 7, (6, 3))),
    "Conv1D": (lambda k, **o: k.layers.Conv1D(3, 2, padding="causal", **o), numbers(6, 5, 2)),
    "Conv2D": (
        lambda k, **o: k.layers.Conv2D(4, (2, 3), groups=2, activation="relu", **o),
        numbers(6, 5, 4, 2),
    ),
    "Conv3D": (lambda k, **o: k.layers.Conv3D(3, 2, use_bias=False, **o), numbers(6, 3, 4, 3, 2)),
}
ADAPTED = {"lora_rank": 2, "lora_alpha": 3.0}
NAMES = pytest.mark.parametrize("name", LAYERS)


def model_of(k, name, **options):
    make, x = LAYERS[name]
    k.utils.set_random_seed(3)
    entrance = k.Input(x.shape[1:], dtype="int32" if name == "Embedding" else "float32")
    model = k.Sequential([entrance, make(k, **options), k.layers.Flatten(), k.layers.Dense(2)])
    model.compile(k.optimizers.SGD(0.1), "mse")
    return model, x


def trained(k, name, steps=6, **options):
    """A model after some steps, and its weights before them and after each."""
    model, x = model_of(k, name, **options)
    y = np.linspace(-1, 1, 2 * len(x), dtype="float32").reshape(-1, 2)
    weights = [model.get_weights()]
    for _ in range(steps):
        model.train_on_batch(x, y)
        weights.append(model.get_weights())
    return model, x, weights


def near(mine, theirs, bound, size=None):
    """In the max-norm, of numbers of that size."""
    mine, theirs = np.asarray(mine, "float64"), np.asarray(theirs, "float64")
    size = np.abs(theirs).max() if size is None else size
    return mine.shape == theirs.shape and np.abs(mine - theirs).max() <= bound.relative * size


@NAMES
def test_same_weights_from_the_same_seed_and_the_same_training(name):
    _, _, mine = trained(scratch, name, **ADAPTED)
    _, _, theirs = trained(keras, name, **ADAPTED)
    for here, there in zip(mine[0], theirs[0], strict=True):
        np.testing.assert_array_equal(here, there)
    for step, (here, there) in enumerate(zip(mine, theirs, strict=True)):
        # A bias is what is left of sums of larger numbers, of the size of all weights.
        size, bound = max(np.abs(w).max() for w in there), trajectory(max(step, 1), 1.0, "float32")
        for a, b in zip(here, there, strict=True):
            assert near(a, b, bound, size), step


@NAMES
def test_the_factors_are_trained_and_the_weight_is_not(name):
    model, _, weights = trained(scratch, name, **ADAPTED)
    for w, before, after in zip(model.weights, weights[0], weights[-1], strict=True):
        frozen = w.name in ("kernel", "embeddings") and w is model.layers[0].weights[0]
        assert np.array_equal(before, after) is frozen, w.path
        assert w.trainable is not frozen


@NAMES
def test_slopes_of_the_factors_follow_from_that_of_the_whole_weight(name):
    """dA = s dW' B^T and dB = s A^T dW', where dW' is the slope of a layer with W' for its W."""
    model, x, _ = trained(scratch, name, steps=3, **ADAPTED)
    layer = model.layers[0]
    layer.trainable_weights[-1].regularizer = layer.trainable_weights[-2].regularizer = None
    plain, _ = model_of(scratch, name)
    store: dict = {}
    layer.save_own_variables(store)
    plain.layers[0].load_own_variables(store)
    plain.layers[-1].set_weights(model.layers[-1].get_weights())
    slopes = []
    for each in (model, plain):
        with scratch.GradientTape() as tape:
            loss = scratch.ops.mean(scratch.ops.square(each(x, training=True)))
        slopes.append(tape.gradient(loss, each.layers[0].weights[:1] + each.layers[0].weights[-2:]))
    dA, dB = (np.asarray(part, "float64") for part in slopes[0][1:])
    whole = np.asarray(slopes[1][0], "float64")
    A, B = (np.asarray(w, "float64") for w in layer.weights[-2:])
    rows = whole.reshape(-1, whole.shape[-1])
    scale = layer.lora_alpha / layer.lora_rank
    assert near(dA.reshape(-1, A.shape[-1]), scale * rows @ B.T, derivative("float32"))
    assert near(dB, scale * A.reshape(-1, A.shape[-1]).T @ rows, derivative("float32"))


@NAMES
@pytest.mark.parametrize("ways", [(scratch, keras), (keras, scratch), (scratch, scratch)])
def test_a_file_holds_the_whole_weight(name, ways, tmp_path):
    """From one with a low-rank part into one without, and back."""
    writer, reader = ways
    model, x, _ = trained(writer, name, **ADAPTED)
    predicted = model.predict(x, verbose=0)
    model.save_weights(tmp_path / "a.weights.h5")
    plain, _ = model_of(reader, name)
    plain.load_weights(tmp_path / "a.weights.h5")
    assert near(plain.predict(x, verbose=0), predicted, derivative("float32"))
    plain.save_weights(tmp_path / "b.weights.h5")
    model.load_weights(tmp_path / "b.weights.h5")
    assert near(model.predict(x, verbose=0), predicted, derivative("float32"))
    *_, A, B = model.layers[0].get_weights()
    assert not A.any() and not B.any()


@NAMES
@pytest.mark.parametrize("ways", [(scratch, keras), (keras, scratch)])
def test_a_model_file_travels(name, ways, tmp_path):
    writer, reader = ways
    model, x, _ = trained(writer, name, **ADAPTED)
    model.save(tmp_path / "model.keras")
    again = reader.models.load_model(tmp_path / "model.keras", compile=False)
    assert again.layers[0].lora_enabled
    predicted = model.predict(x, verbose=0)
    assert near(again.predict(x, verbose=0), predicted, derivative("float32"))


@NAMES
def test_configs(name):
    def configs(k):
        make, x = LAYERS[name]
        found = []
        for options in ({}, {"lora_rank": 2}, ADAPTED):
            layer = make(k, name="one", **options)
            found.append(list(layer.get_config().items())[-2:])
            layer.build(x.shape)
            found.append(list(layer.get_config().items())[-2:])
            found.append([layer.lora_rank, layer.lora_alpha, layer.lora_enabled])
            found.append([(w.name, tuple(w.shape), w.dtype, w.trainable) for w in layer.weights])
        return found

    same(configs, scratch, keras, may_fail=False)


@NAMES
def test_paths(name):
    def paths(k):
        model, _ = model_of(k, name)
        model.layers[0].enable_lora(1)
        return [w.path for w in model.layers[0].weights]

    same(paths, scratch, keras, may_fail=False)


def refused(how):
    def ask(k, name):
        make, x = LAYERS[name]
        weight = "embeddings" if name == "Embedding" else "kernel"
        layer = make(k, **({f"{weight}_constraint": "non_neg"} if how == "constrained" else {}))
        if how != "unbuilt":
            layer.build(x.shape)
        layer.enable_lora(2)
        layer.enable_lora(2)

    return ask


@NAMES
@pytest.mark.parametrize("how", ["constrained", "unbuilt", "twice"])
def test_what_is_refused(name, how):
    ask = refused(how)
    with pytest.raises(ValueError, match=r"[Ll]ora") as theirs:
        ask(keras, name)
    with pytest.raises(ValueError, match=r"[Ll]ora") as mine:
        ask(scratch, name)
    assert str(mine.value) == str(theirs.value)


def test_a_model_that_has_been_used():
    """It predicts the same; it does not go on training until it is compiled again."""
    model, x, _ = trained(scratch, "Dense")
    y = np.zeros((6, 2), "float32")
    before = model.predict(x, verbose=0)
    direct = np.asarray(model(x))
    model.layers[0].enable_lora(2)
    np.testing.assert_array_equal(model.predict(x, verbose=0), before)
    np.testing.assert_array_equal(np.asarray(model(x)), direct)
    with pytest.raises(ValueError, match=r"Call `compile\(\)` again"):
        model.fit(x, y, verbose=0)
    kernel, *_, b = model.layers[0].get_weights()
    model.compile(scratch.optimizers.SGD(0.1), "mse")
    model.fit(x, y, verbose=0)
    np.testing.assert_array_equal(model.layers[0].get_weights()[0], kernel)
    assert not np.array_equal(model.layers[0].get_weights()[-1], b)


def test_in_float64_it_does_not_train():
    """The factors are float32 beside weights that are not, and all must be of one type here."""
    layer = scratch.layers.Dense(2, lora_rank=1, dtype="float64")
    model = scratch.Sequential([scratch.Input((3,), dtype="float64"), layer])
    model.compile("sgd", "mse")
    with pytest.raises(ValueError, match="must have one dtype"):
        model.fit(np.ones((2, 3)), np.ones((2, 2)), verbose=0)
