"""Invariants of layers: of one that is called by itself, and of one in a model."""

from typing import Any

import numpy as np

from parity_tests.harness.tolerances import SIGMAS
from parity_tests.invariants.drawing_layers import IMAGES, MERGES
from parity_tests.invariants.invariant import invariant
from parity_tests.invariants.shared import config, loaded

# These draw anew for each row, or look at the whole batch: only when training.
NOISE = ("*Dropout*", "GaussianNoise")


def made(s: Any) -> Any:
    """A new layer; whatever it draws begins with the same seed."""
    s.keras.utils.set_random_seed(1)
    return s.make()


def called(s: Any, layer: Any, x: Any, training: bool = False) -> Any:
    """What it answers to a batch, or to a list of them, as an array or a list of them."""
    tensor = s.keras.ops.convert_to_tensor
    x = [tensor(part) for part in x] if isinstance(x, list) else tensor(x)
    return s.keras.tree.map_structure(s.keras.ops.convert_to_numpy, layer(x, training=training))


def used(s: Any) -> Any:
    """A layer that has seen a batch in training."""
    layer = made(s)
    called(s, layer, s.x, training=True)
    return layer


def state(layer: Any) -> Any:
    """Everything that a layer keeps."""
    return [np.array(variable) for variable in layer.variables]


def chosen(s: Any, rows: Any) -> Any:
    """The chosen rows of the batch, or of each."""
    return [part[rows] for part in s.x] if isinstance(s.x, list) else s.x[rows]


def count(s: Any) -> int:
    """How many rows there are."""
    return len(s.x[0] if isinstance(s.x, list) else s.x)


@invariant("layers", exact=True)
def asked_twice(s: Any) -> Any:
    """Without training, a call changes no state, and the next gives the same."""
    layer = used(s)
    before = state(layer)
    first = called(s, layer, s.x)
    return [first, before], [called(s, layer, s.x), state(layer)]


@invariant("layers")
def cut_in_two(s: Any) -> Any:
    """A row is answered as it is whatever its neighbours are."""
    layer = used(s)
    alone = [called(s, layer, chosen(s, slice(i, i + 1))) for i in range(count(s))]
    return called(s, layer, s.x), np.concatenate(alone)


@invariant("layers")
def rows_permuted(s: Any) -> Any:
    """The order of the rows is that of the answers."""
    layer, back = used(s), slice(None, None, -1)
    return called(s, layer, s.x), called(s, layer, chosen(s, back))[back]


@invariant("layers", exact=True)
def shape_foretold(s: Any) -> Any:
    """The shape that is foretold is the shape that comes, and so is the type."""
    layer = used(s)
    shapes = [part.shape for part in s.x] if isinstance(s.x, list) else s.x.shape
    answer = called(s, layer, s.x)
    return [list(layer.compute_output_shape(shapes)), layer.compute_dtype], [
        list(answer.shape),
        str(answer.dtype) if answer.dtype.kind == "f" else layer.compute_dtype,
    ]


def model_of(s: Any, layer: Any) -> Any:
    """A model that is the layer alone."""
    parts = s.x if isinstance(s.x, list) else [s.x]
    inputs = [s.keras.Input(part.shape[1:], dtype=part.dtype.name) for part in parts]
    given = inputs if isinstance(s.x, list) else inputs[0]
    return s.keras.Model(given, layer(given))


@invariant("layers")
def in_a_model(s: Any) -> Any:
    """In a model it predicts what it answers, in batches of any size."""
    layer = used(s)
    model = model_of(s, layer)
    predicted = [model.predict(s.x, batch_size=size, verbose=0) for size in (1, 3)]
    return [called(s, layer, s.x)] * 2, predicted


@invariant("layers", exact=True)
def do_not_know_each_other(s: Any) -> Any:
    """What another layer of the same class is made, trained and asked for changes nothing."""
    layer = used(s)
    before = [called(s, layer, s.x), state(layer)]
    other = used(s)
    called(s, other, s.x, training=True)
    return before, [called(s, layer, s.x), state(layer)]


@invariant("layers", exact=True)
def made_alike(s: Any) -> Any:
    """Two that are made alike, after the same seed, are alike: in training, too."""
    one, other = ([state(layer), called(s, layer, s.x, True)] for layer in (used(s), used(s)))
    return one, other


@invariant("layers", exact=True, also=("layers.serialize", "layers.deserialize"))
def saved_and_loaded(s: Any) -> Any:
    """A config holds what was given, also after training; what it makes answers the same."""
    layer = made(s)
    given = config(layer)
    called(s, layer, s.x, training=True)
    again = s.keras.layers.deserialize(s.keras.layers.serialize(layer))
    other = loaded(s, layer)
    answers = []
    for copy in (again, other):
        called(s, copy, s.x)
        for mine, theirs in zip(copy.weights, layer.weights, strict=True):
            mine.assign(theirs)
        answers.append(called(s, copy, s.x))
    configs = [config(layer), config(again), config(other)]
    return [[given] * 3, [called(s, layer, s.x)] * 2], [configs, answers]


@invariant("layers", exact=True, but=("Lambda",))
def a_file_of_it(s: Any) -> Any:
    """A model of it that was saved and loaded predicts the same, and has the same weights."""
    model = model_of(s, used(s))
    model.save("model.keras")
    again = s.keras.models.load_model("model.keras")
    ask = lambda m: [m.predict(s.x, verbose=0), m.get_weights()]  # noqa: E731
    return ask(model), ask(again)


@invariant("layers", exact=True)
def no_row(s: Any) -> Any:
    """A batch without a row is answered by one without a row."""
    layer = used(s)
    answer = called(s, layer, chosen(s, slice(0, 0)))
    return list(answer.shape), [0, *called(s, layer, s.x).shape[1:]]


@invariant("layers", exact=True, but=(*IMAGES, "Embedding", "CategoryEncoding"))
def float_types(s: Any) -> Any:
    """Numbers that float32 has may come in it."""
    layer = used(s)
    narrow = s.keras.tree.map_structure(lambda part: part.astype("float32"), s.x)
    wide = s.keras.tree.map_structure(lambda part: part.astype("float64"), narrow)
    return called(s, layer, narrow), called(s, layer, wide)


@invariant("layers", exact=True)
def frozen(s: Any) -> Any:
    """A layer that is not trainable keeps its weights, in training too."""
    layer = made(s)
    called(s, layer, s.x)
    layer.trainable = False
    before = [np.array(w) for w in layer.weights]
    called(s, layer, s.x, training=True)
    return [before, []], [[np.array(w) for w in layer.weights], list(layer.trainable_weights)]


@invariant(
    "layers",
    only=(
        "Dense",
        "EinsumDense",
        "Conv*",
        "DepthwiseConv*",
        "SeparableConv*",
        "PReLU",
        "LayerNormalization",
        "GroupNormalization",
    ),
)
def micro_batches(s: Any) -> Any:
    """Two halves of a batch, whose gradients are accumulated, train as the whole does."""
    x = np.concatenate([s.x, s.x[::-1] + 0.5])
    weights = []
    for size, steps in ((len(x), None), (len(s.x), 2)):
        model = model_of(s, made(s))
        optimizer = s.keras.optimizers.SGD(0.1, gradient_accumulation_steps=steps)
        model.compile(optimizer, "mse", run_eagerly=True)
        y = np.zeros((len(x), *model.output_shape[1:]))
        model.fit(x, y, batch_size=size, shuffle=False, verbose=0)
        weights.append(model.get_weights())
    return tuple(weights)


SPATIAL = (
    "Conv*", "DepthwiseConv*", "SeparableConv*", "MaxPooling*", "AveragePooling*", "Global*",
    "Adaptive*", "UpSampling[23]D", "ZeroPadding[23]D", "Cropping[23]D", "SpatialDropout[23]D",
)  # fmt: skip


@invariant("layers", only=SPATIAL)
def channels_first(s: Any) -> Any:
    """With its channels first, it answers the transposed batch with the transposed answer."""
    last = made(s)
    given = {**last.get_config(), "data_format": "channels_last"}
    one, other = (
        type(last).from_config({**given, "data_format": f"channels_{end}"})
        for end in ("last", "first")
    )
    answer = called(s, one, s.x)
    moved = np.moveaxis(s.x, -1, 1)
    called(s, other, moved)
    other.set_weights(one.get_weights())
    turned = called(s, other, moved)
    return answer, np.moveaxis(turned, 1, -1) if turned.ndim > 2 else turned


# Statistics of what is drawn ----------------------------------------------------------------------


@invariant("layers", exact=True, only=NOISE)
def noise_keeps_the_mean(s: Any) -> Any:
    """The mean of what noise makes of many numbers is theirs."""
    layer, x = made(s), many_numbers(s)
    answer = called(s, layer, x, training=True).astype("float64")
    name = type(layer).__name__
    rate = layer.stddev if name == "GaussianNoise" else layer.rate
    spread = {"GaussianNoise": rate**2, "AlphaDropout": 1.0}.get(name)
    if spread is None:
        spread = (x**2).mean() * rate / (1 - rate)
    draws = x.shape[0] * x.shape[-1] if "Spatial" in name else x.size  # whole maps are drawn
    far = abs(answer.mean() - x.mean()) > SIGMAS * np.sqrt(spread / draws)
    return False, bool(rate and far)


@invariant("layers", exact=True, only=("AlphaDropout",))
def noise_keeps_the_deviation(s: Any) -> Any:
    """What is normal keeps its deviation, too."""
    x = many_numbers(s)
    answer = called(s, made(s), x, training=True).astype("float64")
    return False, bool(abs(answer.std() - x.std()) > SIGMAS * 2 / np.sqrt(x.size))


def many_numbers(s: Any) -> Any:
    """Normal numbers of the rank that the layer takes."""
    x = np.random.default_rng(5).normal(size=(40, *[3] * (np.ndim(s.x) - 2), 40))
    return x if "AlphaDropout" in s.text else x + 3


# Masks --------------------------------------------------------------------------------------------


MASKED = np.array([[True, True, False, False]] * 2)


def of_steps(s: Any, layer: Any, x: Any, mask: Any = None, **more: Any) -> Any:
    """What it answers to a batch some of whose steps are masked."""
    tensor = s.keras.ops.convert_to_tensor
    mask = None if mask is None else tensor(mask)
    return np.asarray(s.keras.ops.convert_to_numpy(layer(tensor(x), mask=mask, **more)))


@invariant("layers", only=("GlobalAveragePooling1D", "BatchNormalization"))
def a_mask(s: Any) -> Any:
    """Steps that are masked are as good as left out, of the statistics of a batch too."""
    x = np.round(np.random.default_rng(3).normal(size=(2, 4, 3)), 1)
    one, other = made(s), made(s)
    masked = of_steps(s, one, x, MASKED, training=True)
    left_out = of_steps(s, other, x[:, :2], training=True)
    return [masked[:, : left_out.shape[1]], state(one)], [left_out, state(other)]


@invariant("layers", only=("Softmax",))
def a_masked_share(s: Any) -> Any:
    """What is masked has no share, and the others have theirs as if it were not there."""
    x = np.round(np.random.default_rng(3).normal(size=(2, 4)), 1)
    layer = s.keras.layers.Softmax()
    masked = of_steps(s, layer, x, MASKED)
    return masked, np.pad(of_steps(s, layer, x[:, :2]), ((0, 0), (0, 2)))


# Functions that are layers ------------------------------------------------------------------------


@invariant(
    "layers", exact=True, only=MERGES, also=tuple(f"layers.{name.lower()}" for name in MERGES)
)
def as_a_function(s: Any) -> Any:
    """The function of the same name merges as the layer does."""
    layer = made(s)
    given = {k: v for k, v in layer.get_config().items() if k in ("axis", "axes", "normalize")}
    merge = getattr(s.keras.layers, type(layer).__name__.lower())
    tensors = [s.keras.ops.convert_to_tensor(part, s.precision) for part in s.x]
    return called(s, layer, s.x), merge(tensors, **given)
