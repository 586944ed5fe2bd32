# ruff: noqa: E501 - one line a value
"""Convolutions: what a case of training does not show."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import rounding
from scratch import ops
from scratch.ops.errors import InvalidArgumentError
from scratch.testing.graph_pair import GraphPair

X = np.random.default_rng(3).normal(size=(2, 5, 6, 4)).astype("float32")
STEPS = X[:, :, 0]


def on_steps(layer, numbers):
    """What a layer of one filter without a bias makes of a sequence, as a list."""
    return np.ravel(layer(np.array(numbers, "float32").reshape(1, -1, 1))).tolist()


def weighing(layer, *kernel):
    """The layer, with this kernel."""
    layer.build((None, None, 1))
    layer.set_weights([np.array(kernel, "float32").reshape(layer.kernel.shape)])
    return layer


@pytest.mark.parametrize(
    ("kernel", "options", "numbers", "expected"),
    [
        ((1, 10, 100), {}, [1, 2, 3], [321]),
        ((1, 1), {"padding": "same"}, [1, 2, 3], [3, 5, 3]),
        ((1, 1, 1), {"padding": "same", "strides": 2}, [1, 2, 3, 4], [6, 7]),
        ((1, 1, 1), {"padding": "same", "strides": 2}, [1, 2, 3, 4, 5], [3, 9, 9]),
        ((1, 1), {"padding": "same", "strides": 3}, [1, 2, 3, 4], [3, 4]),
        ((10, 1), {"padding": "causal", "dilation_rate": 2}, [1, 2, 3, 4], [1, 2, 13, 24]),
        ((10, 1), {"padding": "causal", "strides": 2}, [1, 2, 3, 4], [1, 23]),
    ],
)
def test_where_the_windows_are(kernel, options, numbers, expected):
    """Correlation, not turned round; the odd place of "same" is behind; "causal" looks back."""
    layer = scratch.layers.Conv1D(1, len(kernel), use_bias=False, **options)
    assert on_steps(weighing(layer, *kernel), numbers) == expected


@pytest.mark.parametrize(
    ("kernel", "options", "numbers", "expected"),
    [
        ((1, 10, 100), {"strides": 2}, [1, 2], [1, 10, 102, 20, 200]),
        ((1,), {"strides": 2}, [1, 2], [1, 0, 2, 0]),
        ((1, 10, 100), {"strides": 2, "padding": "same"}, [1, 2], [1, 10, 102, 20]),
        ((1, 10, 100, 1000), {"strides": 2, "padding": "same"}, [1, 2], [10, 102, 1020, 200]),
        ((1, 10), {"padding": "same"}, [1, 2, 3], [1, 12, 23]),
        ((1, 10, 100), {"strides": 2, "padding": "same", "output_padding": 0}, [1, 2], [10, 102, 20]),
        ((1, 10, 100), {"strides": 2, "output_padding": 1}, [1, 2], [1, 10, 102, 20, 200, 0]),
        ((1, 10), {"dilation_rate": 2}, [1, 2, 3], [1, 2, 13, 20, 30]),
    ],
)  # fmt: skip
def test_how_long_a_transposed_one_is(kernel, options, numbers, expected):
    layer = scratch.layers.Conv1DTranspose(1, len(kernel), use_bias=False, **options)
    assert on_steps(weighing(layer, *kernel), numbers) == expected


def test_groups_are_blocks_of_channels():
    layer = scratch.layers.Conv1D(4, 1, groups=2, use_bias=False)
    layer.build((None, None, 4))
    layer.set_weights([np.array([[[1, 2, 3, 4], [10, 20, 30, 40]]], "float32")])
    x = np.array([1, 100, 1e4, 1e6], "float32").reshape(1, 1, 4)
    assert np.ravel(layer(x)).tolist() == [1001, 2002, 30030000, 40040000]


def test_a_channels_outputs_stand_beside_each_other():
    layer = scratch.layers.DepthwiseConv1D(1, depth_multiplier=3, use_bias=False)
    layer.build((None, None, 2))
    layer.set_weights([np.array([[[1, 2, 3], [1, 2, 3]]], "float32")])
    assert np.ravel(layer(np.array([[[1, 10]]], "float32"))).tolist() == [1, 2, 3, 10, 20, 30]


LAYERS = {
    "conv": lambda k, how: k.layers.Conv2D(3, (2, 3), padding="same", strides=2, **how),
    "groups": lambda k, how: k.layers.Conv2D(6, 2, groups=2, **how),
    "transposed": lambda k, how: k.layers.Conv2DTranspose(3, 2, strides=2, **how),
    "depthwise": lambda k, how: k.layers.DepthwiseConv2D(2, depth_multiplier=2, **how),
    "separable": lambda k, how: k.layers.SeparableConv2D(3, 2, **how),
}


@pytest.mark.parametrize("name", LAYERS)
def test_the_channels_may_be_first(name):
    """The same numbers as with the channels last, bit for bit."""
    last, first = (
        LAYERS[name](scratch, {"data_format": f"channels_{f}"}) for f in ("last", "first")
    )
    y = last(X)
    turned = np.moveaxis(X, -1, 1)
    first.build(turned.shape)
    first.set_weights(last.get_weights())
    np.testing.assert_array_equal(np.moveaxis(first(turned), 1, -1), y)


@pytest.mark.parametrize("name", LAYERS)
def test_the_format_that_is_configured_holds(name, monkeypatch):
    monkeypatch.setattr(scratch.context.defaults, "_image_data_format", "channels_first")
    layer = LAYERS[name](scratch, {})
    assert layer.data_format == "channels_first"
    assert layer(np.moveaxis(X, -1, 1)).shape == layer.compute_output_shape((2, 4, 5, 6))


@pytest.mark.parametrize("name", LAYERS)
def test_no_image_at_all(name):
    layer = LAYERS[name](scratch, {})
    y = layer(X[:0])
    assert y.shape == layer.compute_output_shape((0, 5, 6, 4))
    assert y.shape[0] == 0


@pytest.mark.parametrize("name", LAYERS)
def test_sizes_that_are_not_known(name):
    """A network for images of any size: the shape stays open, and both sizes compute."""
    layer = LAYERS[name](scratch, {})
    model = scratch.Sequential([scratch.Input((None, None, 4)), layer])
    assert model.output_shape[1:3] == (None, None)
    for size in (5, 6), (7, 4):
        x = np.ones((2, *size, 4), "float32")
        assert model.predict(x, verbose=0).shape == layer.compute_output_shape(x.shape)


@pytest.mark.parametrize("name", LAYERS)
def test_the_same_weights_after_the_same_seed(name, keras_afresh):
    """Fans by rank and place: bit by bit Keras's."""
    keras = pytest.importorskip("keras")
    weights = []
    for k in (keras, scratch):
        k.utils.set_random_seed(8)
        both = ("depthwise_initializer", "pointwise_initializer")
        known = {"separable": both, "depthwise": both[:1]}
        drawn = dict.fromkeys(known.get(name, ("kernel_initializer",)), "he_uniform")
        layer = LAYERS[name](k, drawn)
        layer.build((None, 5, 6, 4))
        weights.append([np.asarray(w) for w in layer.weights])
    for ours, theirs in zip(*reversed(weights), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("name", LAYERS)
def test_the_definition_alone_knows_its_weights(name):
    """Called on a symbol, outside of any network: no weight is taken for a constant."""
    layer = LAYERS[name](scratch, {})
    layer.build(X.shape)
    pair = GraphPair(layer.call, X.shape, "float32", layer.trainable_variables)
    _, *gradients = pair.backward(np.ones_like(pair.forward(X)))
    assert len(gradients) == len(layer.weights)
    assert all(gradient.any() for gradient in gradients)


def test_images_in_blocks(monkeypatch):
    """How many samples' windows are gathered at a time changes nothing but the rounding of dW."""
    results = []
    for block in (1, 1 << 20):
        monkeypatch.setattr("scratch.kernels.convolution.BLOCK", block)
        scratch.utils.set_random_seed(2)
        layers = [scratch.layers.Conv2D(4, 2, groups=2), scratch.layers.Conv2DTranspose(2, 2)]
        model = scratch.Sequential([scratch.Input(X.shape[1:]), *layers])
        model.compile(scratch.optimizers.SGD(0.1), "mse")
        model.train_on_batch(X, np.ones((2, 5, 6, 2), "float32"))
        results.append(model.get_weights())
    for one, other in zip(*results, strict=True):
        bound = rounding(2 * 5 * 6, "float32") * max(np.abs(one).max(), 1)
        assert np.abs(one - other).max() <= bound


def networks(k):
    """Layers inside others, and one that is used twice."""
    x = k.Input((3, 5, 6, 2))
    h = k.layers.TimeDistributed(k.layers.Conv2D(2, 2, padding="same", activation="tanh"))(x)
    h = k.layers.Reshape((15, 6, 2))(h)
    twice = k.layers.Conv2D(2, 3, padding="same", activation="tanh")
    h = k.layers.MaxPooling2D((3, 2))(twice(twice(h)))
    return k.Model(x, k.layers.Dense(1)(k.layers.GlobalAveragePooling2D()(h)))


def test_inside_of_others_and_twice():
    """The gradients of all uses add up: training is Keras's."""
    keras = pytest.importorskip("keras")
    x = np.random.default_rng(5).normal(size=(4, 3, 5, 6, 2)).astype("float32")
    y = np.random.default_rng(6).normal(size=(4, 1)).astype("float32")
    found = []
    for k in (scratch, keras):
        k.utils.set_random_seed(4)
        model = networks(k)
        model.compile(k.optimizers.SGD(0.1), "mse")
        losses = [float(model.train_on_batch(x, y)) for _ in range(3)]
        found.append([np.array(losses), *model.get_weights()])
    for ours, theirs in zip(*found, strict=True):
        assert np.abs(ours - theirs).max() <= rounding(1000, "float32") * np.abs(theirs).max()


def test_on_a_gradient_tape():
    """The definition is followed; the gradients are those of the layer by hand."""
    layers = [scratch.layers.Conv2D(3, 2, activation="tanh"), scratch.layers.MaxPooling2D()]
    model = scratch.Sequential([scratch.Input(X.shape[1:]), *layers, scratch.layers.Flatten()])
    model.compile(scratch.optimizers.SGD(1.0), "mse")
    target = np.ones((2, 12), "float32")
    with scratch.GradientTape() as tape:
        loss = scratch.ops.mean(scratch.ops.square(model(X, training=True) - target))
    gradients = tape.gradient(loss, model.trainable_variables)
    before = model.get_weights()
    model.train_on_batch(X, target)
    for gradient, old, new in zip(gradients, before, model.get_weights(), strict=True):
        step = old - new
        assert np.abs(gradient).max() > 0
        assert np.abs(step - gradient).max() <= rounding(100, "float32") * max(1, np.abs(old).max())


def test_half_precision():
    assert scratch.layers.Conv2D(2, 3, dtype="float16")(X).dtype == "float16"


def test_a_batch_that_is_smaller_than_the_one_before():
    model = scratch.Sequential([scratch.Input((5, 6, 4)), scratch.layers.Conv2D(2, 3)])
    whole = model.predict(X, batch_size=2, verbose=0)
    np.testing.assert_array_equal(model.predict(X[:1], batch_size=2, verbose=0), whole[:1])


MISTAKES = {
    "filters": (lambda k: k.layers.Conv2D(0, 3), "filters"),
    "filters None": (lambda k: k.layers.Conv2D(None, 3)(X), "filters"),
    "groups": (lambda k: k.layers.Conv2D(4, 3, groups=0), "groups"),
    "groups and filters": (lambda k: k.layers.Conv2D(4, 3, groups=3), "groups=3"),
    "groups and channels": (lambda k: k.layers.Conv2D(3, 3, groups=3)(X), "4 channels"),
    "kernel": (lambda k: k.layers.Conv2D(4, 0), "kernel_size=0"),
    "three numbers": (lambda k: k.layers.Conv2D(4, (3, 3, 3)), "2 integers"),
    "letters": (lambda k: k.layers.Conv2D(4, "33"), "'3'|str"),
    "strides": (lambda k: k.layers.Conv2D(4, 3, strides=0), "strides=0"),
    "strides and dilation": (lambda k: k.layers.Conv2D(4, 3, 2, dilation_rate=2), "conjunction"),
    "causal images": (lambda k: k.layers.Conv2D(4, 3, padding="causal"), "padding"),
    "format": (lambda k: k.layers.Conv2D(4, 3, data_format="first"), "data_format"),
    "too large a kernel": (lambda k: k.layers.Conv2D(4, 6)(X), "zero or negative"),
    "sequence": (lambda k: k.layers.Conv2D(4, 3)(STEPS), "min_ndim=4"),
    "volume": (lambda k: k.layers.Conv2D(4, 3)(X[None]), "shape"),
    "whole numbers": (lambda k: k.layers.Conv2D(4, 3)(X.astype("int32")), "int32"),
    "output padding": (lambda k: k.layers.Conv2DTranspose(4, 3, 2, output_padding=2), "strictly"),
    "multiplier": (lambda k: k.layers.DepthwiseConv2D(3, depth_multiplier=0), "depth_multiplier"),
    "separable": (lambda k: k.layers.SeparableConv2D(0, 3), "filters"),
    "op of other channels": (lambda k: k.ops.conv(X, np.ones((2, 2, 3, 1), "float32")), "channel|user code"),
    "op of two axes": (lambda k: k.ops.conv(X[0, 0], np.ones((2, 6, 1), "float32")), "rank|shape|user code"),
    "transposed op of other channels": (lambda k: k.ops.conv_transpose(X, np.ones((2, 2, 3, 1), "float32")), "input channels"),
    "depthwise volumes": (lambda k: k.ops.depthwise_conv(X[None], np.ones((2, 2, 2, 4, 1), "float32")), "rank"),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name):
    """Each raises the class of error that Keras raises, and says what is wrong."""
    keras = pytest.importorskip("keras")
    make, says = MISTAKES[name]
    with pytest.raises((ValueError, TypeError), match=says) as ours:
        make(scratch)
    with pytest.raises(Exception) as theirs:  # noqa: PT011 - any
        make(keras)
    known = next(c for c in type(theirs.value).__mro__ if c.__module__ == "builtins")
    assert isinstance(ours.value, known)


REFUSED = {
    "types": lambda o: o.conv(X, np.ones((2, 2, 4, 1))),
    "padding": lambda o: o.conv(X, np.ones((2, 2, 4, 1), "float32"), padding="causal"),
    "strides": lambda o: o.conv(X, np.ones((2, 2, 4, 1), "float32"), 0),
    "large": lambda o: o.depthwise_conv(X, np.ones((9, 2, 4, 1), "float32")),
    "whole numbers": lambda o: o.depthwise_conv(X.astype("int32"), np.ones((2, 2, 4, 1), "int32")),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_tensorflow_refuses(name):
    """There an InvalidArgumentError, which is no ValueError; here one of both kinds."""
    tf = pytest.importorskip("tensorflow")
    keras = pytest.importorskip("keras")
    with pytest.raises(InvalidArgumentError if name != "large" else ValueError):
        REFUSED[name](ops)
    with pytest.raises(tf.errors.InvalidArgumentError):
        REFUSED[name](keras.ops)
