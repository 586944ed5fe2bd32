"""Layers called on arrays and on inputs: those that nothing trains, and what a layer demands."""

import functools
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")
A = np.linspace(-2, 3, 12, dtype="float32").reshape(2, 2, 3)
B = A[::-1] * 0.5 + 1
FLOAT32 = derivative("float32")


# The merging layers as functions ------------------------------------------------------------------

MERGED = {
    "add": lambda k, x: k.layers.add(x),
    "subtract": lambda k, x: k.layers.subtract(x),
    "multiply": lambda k, x: k.layers.multiply(x),
    "average": lambda k, x: k.layers.average(x),
    "maximum": lambda k, x: k.layers.maximum(x),
    "minimum": lambda k, x: k.layers.minimum(x),
    "concatenate": lambda k, x: k.layers.concatenate(x),
    "concatenate on axis 1": lambda k, x: k.layers.concatenate(x, axis=1),
    "dot": lambda k, x: k.layers.dot(x),
    "dot on axes": lambda k, x: k.layers.dot(x, axes=(1, 2)),
    "dot normalized": lambda k, x: k.layers.dot(x, axes=1, normalize=True),
    "add by name": lambda k, x: k.layers.add(x, name="sum"),
    "add in float16": lambda k, x: k.layers.add(x, dtype="float16"),
}
INPUTS = {
    "two": [A, B],
    "three": [A, B, A * B],
    "one": [A],
    "a tuple": (A, B),
    "a tensor": A,
    "broadcast": [A, B[:, :1]],
    "of two widths": [A, B[..., :2]],
    "of two ranks": [A, B[:, 0]],
    "vectors": [A[:, 0], B[:, 1]],
    "square": [A[:, :, :2], B[:, :, 1:]],
    "of two batches": [A, B[:1]],
}


@pytest.mark.parametrize("how", MERGED)
@pytest.mark.parametrize("inputs", INPUTS.values(), ids=INPUTS)
def test_merged_arrays(inputs, how):
    same(lambda k: MERGED[how](k, inputs), scratch, keras, FLOAT32)


@pytest.mark.parametrize("how", MERGED)
def test_merged_inputs(how):
    """In a functional model: the name and the shape of the tensor, and what the model gives."""

    def call(k):
        inputs = [k.Input(A[:, :, :2].shape[1:]) for _ in range(2)]
        y = MERGED[how](k, inputs)
        model = k.Model(inputs, y)
        found = model([A[:, :, :2], B[:, :, 1:]])
        return y.shape, y.dtype, [layer.name for layer in model.layers], found

    same(call, scratch, keras, FLOAT32, may_fail=False)


def test_lengths_of_a_concatenation():
    """Of symbols, as of arrays, only one axis may differ."""
    for axis, shapes in (
        (-1, [(2, 3), (1, 3)]), (-1, [(2, 3), (2, 1)]), (-1, [(None, 3), (2, 1)]),
        (1, [(2, 3), (1, 3)]), (1, [(2, 3), (2, 1)]), (0, [(2, 3), (2, 1)]),
    ):  # fmt: skip

        def call(k: Any, axis: int = axis, shapes: Any = shapes) -> Any:
            return k.layers.Concatenate(axis)([k.Input(shape) for shape in shapes]).shape

        same(call, scratch, keras)


# Whole numbers as vectors -------------------------------------------------------------------------

WHOLE = {
    "rows": np.array([[0, 2, 2], [3, 1, 1]]),
    "int32": np.array([[0, 2], [3, 1]], "int32"),
    "vector": np.array([0, 3, 3]),
    "scalar": np.array(2),
    "column": np.array([[1], [3]]),
    "cube": np.array([[[0, 1], [2, 3]]]),
    "floats": np.array([[0.0, 2.0], [1.0, 1.0]], "float32"),
    "list": [[0, 2], [1, 1]],
    "negative": np.array([[0, -1]]),
    "too large": np.array([[0, 4]]),
    "nothing": np.zeros((0, 2), "int64"),
}


@pytest.mark.parametrize("mode", ["one_hot", "multi_hot", "count", "binary"])
@pytest.mark.parametrize("numbers", WHOLE.values(), ids=WHOLE)
def test_category_encoding(numbers, mode):
    def call(k):
        layer = k.layers.CategoryEncoding(num_tokens=4, output_mode=mode)
        return (
            layer.output_mode,
            layer(numbers),
            tuple(layer.compute_output_shape(np.shape(numbers))),
        )

    same(call, scratch, keras)


WEIGHTS = np.array([[0.5, 2.0, 1.0], [1.0, 0.25, 0.25]])


def test_category_encoding_otherwise():
    for call in (
        lambda k: k.layers.CategoryEncoding(4, "count")(WHOLE["rows"], count_weights=WEIGHTS),
        lambda k: k.layers.CategoryEncoding(4, "one_hot")(WHOLE["rows"], count_weights=WEIGHTS),
        lambda k: k.layers.CategoryEncoding(4, "multi_hot", dtype="int32")(WHOLE["rows"]),
        lambda k: k.layers.CategoryEncoding(4, name="codes").get_config(),
        lambda k: k.layers.CategoryEncoding(),
        lambda k: k.layers.CategoryEncoding(0),
        lambda k: k.layers.CategoryEncoding(4, "int"),
        lambda k: k.layers.CategoryEncoding(4)(k.Input((3,), dtype="int32")).shape,
        lambda k: k.layers.CategoryEncoding(4, "one_hot")(k.Input((3,), dtype="int32")).shape,
        lambda k: k.layers.CategoryEncoding(4, "one_hot")(k.Input((1,), dtype="int32")).shape,
    ):
        same(call, scratch, keras)


BINS = [-1.0, 0.0, 0.5]
NUMBERS = {
    "rows": np.array([[-3.0, -1.0], [0.25, 0.5]], "float32"),
    "column": np.array([[-3.0], [9.0]], "float32"),
    "vector": np.array([-1.0, 0.0, 2.0]),
    "scalar": np.array(0.25),
    "cube": A,
    "whole": np.array([[-2, 0], [1, 5]]),
    "list": [[-3.0, 0.1]],
    "not finite": np.array([[-np.inf, np.inf, np.nan]], "float32"),
}


@pytest.mark.parametrize("mode", ["int", "one_hot", "multi_hot", "count"])
@pytest.mark.parametrize("numbers", NUMBERS.values(), ids=NUMBERS)
def test_discretization(numbers, mode):
    def call(k):
        layer = k.layers.Discretization(BINS, output_mode=mode)
        return layer(numbers), tuple(layer.compute_output_shape(np.shape(numbers)))

    same(call, scratch, keras, may_fail=False)


SPREAD = np.random.default_rng(5).normal(size=(200, 3)).astype("float32")


def adapted(k, data, *more, bins=4, **settings):
    """The boundaries that the data gives, and where they put numbers."""
    layer = k.layers.Discretization(num_bins=bins, **settings)
    layer.adapt(data, *more)
    return layer(SPREAD[:5]), bins_config(layer)


def bins_config(layer):
    """Each library has its own kind of list for what a layer keeps."""
    config = layer.get_config()
    bins = config["bin_boundaries"]
    return {**config, "bin_boundaries": None if bins is None else list(bins)}


def test_discretization_otherwise():
    for call in (
        lambda k: adapted(k, SPREAD, name="bins"),
        lambda k: adapted(k, SPREAD[:, 0], name="bins"),
        lambda k: adapted(k, SPREAD.astype("float64"), bins=7, name="bins"),
        lambda k: adapted(k, SPREAD, bins=3, epsilon=0.1, output_mode="one_hot", name="bins"),
        lambda k: adapted(k, SPREAD[:3], bins=2, name="bins"),
        lambda k: adapted(k, np.ones((5, 1)), bins=3, name="bins"),
        lambda k: adapted(k, SPREAD, bins=1, name="bins"),
        lambda k: bins_config(k.layers.Discretization(BINS, name="bins")),
        lambda k: bins_config(k.layers.Discretization(num_bins=3, name="bins")),
        lambda k: k.layers.Discretization([0.1])(np.array([0.1])),
        lambda k: k.layers.Discretization(BINS).adapt(SPREAD),
        lambda k: k.layers.Discretization(num_bins=3)(SPREAD),
        lambda k: k.layers.Discretization(),
        lambda k: k.layers.Discretization(BINS, num_bins=3),
        lambda k: k.layers.Discretization(num_bins=-1),
        lambda k: k.layers.Discretization(BINS, output_mode="binary"),
        lambda k: k.layers.Discretization(BINS)(k.Input((3,))).dtype,
        lambda k: k.layers.Discretization(BINS, output_mode="one_hot")(k.Input((3,))).shape,
    ):
        same(call, scratch, keras, FLOAT32)


# Normalization of the data, adapted to them -------------------------------------------------------

ROWS = np.random.default_rng(6).normal(2.0, 3.0, (9, 4)).astype("float32")
STEPS = np.random.default_rng(7).normal(-1.0, 2.0, (7, 3, 4)).astype("float32")
DATA: dict[str, Any] = {
    "rows": lambda: ROWS,
    "steps": lambda: STEPS,
    "batches of unlike size": lambda: [ROWS[:2], ROWS[2:7], ROWS[7:]],
    "batches of steps": lambda: [STEPS[:4], STEPS[4:6], STEPS[6:]],
    "one batch": lambda: [ROWS],
    "batches with labels": lambda: [(ROWS[:5], ROWS[:5]), (ROWS[5:], ROWS[5:])],
    "a generator": lambda: (ROWS[i : i + 4] for i in range(0, 9, 4)),
    "equal numbers": lambda: np.ones((4, 2), "float32"),
    "one row": lambda: [ROWS[:1], ROWS[1:2]],
}
AXES: dict[str, dict[str, Any]] = {
    "features": {},
    "axis 1": {"axis": 1},
    "no axis": {"axis": None},
    "inverted": {"invert": True},
}


@pytest.mark.parametrize("settings", AXES.values(), ids=AXES)
@pytest.mark.parametrize("data", DATA)
def test_normalization_adapts(data, settings):
    """What is found, what it makes of the data, and what a second `adapt` finds."""

    def call(k):
        layer = k.layers.Normalization(**settings)
        seen = []
        for shift in (0, 1):
            given = DATA[data]()
            given = given + shift if isinstance(given, np.ndarray) else given
            layer.adapt(given)
            x = STEPS if "steps" in data else ROWS[:, : np.shape(layer.mean)[-1]]
            if "equal" in data:
                x = x[:, :2]
            found = [np.array(v) for v in (layer.mean, layer.variance)]
            seen += [*found, layer(x), *[np.array(w) for w in layer.weights[:2]]]
        return seen

    same(call, scratch, keras, derivative("float32", terms=256))


@pytest.mark.parametrize("width", [2, 3, 4])
def test_normalization_adapts_again(width):
    """Only to data as wide as the first."""

    def call(k):
        layer = k.layers.Normalization()
        layer.adapt(A[:, 0])
        layer.adapt(np.linspace(0, 1, 2 * width, dtype="float32").reshape(2, width))
        return np.array(layer.mean)

    same(call, scratch, keras, FLOAT32)


def test_normalization_in_several_axes():
    def call(k):
        layer = k.layers.Normalization(axis=(1, 2))
        layer.adapt([STEPS[:4], STEPS[4:]])
        return np.array(layer.mean), np.array(layer.variance), layer(STEPS)

    same(call, scratch, keras, derivative("float32", terms=256), may_fail=False)


# Noise, called by hand ----------------------------------------------------------------------------

NOISE = {
    "Dropout": lambda k, rate: k.layers.Dropout(rate, seed=3),
    "AlphaDropout": lambda k, rate: k.layers.AlphaDropout(rate, seed=3),
    "GaussianDropout": lambda k, rate: k.layers.GaussianDropout(rate, seed=3),
    "GaussianNoise": lambda k, rate: k.layers.GaussianNoise(rate, seed=3),
    "SpatialDropout1D": lambda k, rate: k.layers.SpatialDropout1D(rate, seed=3),
}


@pytest.mark.parametrize("rate", [0.0, 0.25, 1.0, -0.1, 1.1])
@pytest.mark.parametrize("name", NOISE)
def test_noise(name, rate):
    """Twice in training, once not; and how far the stream of the layer has come."""

    def call(k):
        layer = NOISE[name](k, rate)
        seen = [layer(A, training=training) for training in (True, False, True)]
        generator = getattr(layer, "seed_generator", None)
        return seen, generator and np.array(generator.state)

    same(call, scratch, keras, FLOAT32)


# Random numbers in a layer of one's own -----------------------------------------------------------


@pytest.mark.parametrize("dtype", [None, "float32", "float64", "float16"])
@pytest.mark.parametrize("kind", ["normal", "uniform", "truncated_normal"])
def test_the_type_of_what_is_drawn(kind, dtype):
    """On an input as on an array."""

    def call(k: Any) -> Any:
        class Draws(k.layers.Layer):
            def call(self, x):
                return getattr(k.random, kind)(k.ops.shape(x), dtype=dtype, seed=3)

        x = k.Input((3,))
        y = Draws()(x)
        return y.dtype, y.shape, k.Model(x, y).predict(A[:, 0], verbose=0).dtype.name

    same(call, scratch, keras, may_fail=False)


# The limits of what a layer takes -----------------------------------------------------------------

LIMITS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "ReLU max_value": (lambda k, v: k.layers.ReLU(max_value=v), (-1e-3, 0.0, 0.5, 1.0, None)),
    "ReLU negative_slope": (lambda k, v: k.layers.ReLU(negative_slope=v), (-1e-3, 0.0, 0.5, None)),
    "ReLU threshold": (lambda k, v: k.layers.ReLU(threshold=v), (-1e-3, 0.0, 0.5, None)),
    "LeakyReLU": (lambda k, v: k.layers.LeakyReLU(v), (-1e-3, 0.0, 1.5, None)),
    "ELU": (lambda k, v: k.layers.ELU(v), (-0.5, 0.0, 2.0)),
    "Dense": (lambda k, v: k.layers.Dense(v, "relu", kernel_initializer="ones"), (-1, 0, 1, 2)),
    "Embedding": (
        lambda k, v: k.layers.Embedding(v, 2, "ones").get_config(), (-1, 0, 1, 2, 2.0, True, "2"),
    ),
    "CategoryEncoding": (lambda k, v: k.layers.CategoryEncoding(v).num_tokens, (-1, 0, 1)),
    "Discretization": (lambda k, v: k.layers.Discretization(num_bins=v).num_bins, (-1, 0, 1)),
    "GroupNormalization": (lambda k, v: k.layers.GroupNormalization(v), (-1, 0, 1, 2, 3, 4)),
    "RepeatVector": (lambda k, v: k.layers.RepeatVector(v).get_config(), (0, 1, 2, 2.0)),
    "Flatten": (lambda k, v: k.layers.Flatten(v), ("channels_last", "channels_first", "other")),
    "UnitNormalization": (lambda k, v: k.layers.UnitNormalization(v), (-4, -3, 0, 2, 3)),
    "LayerNormalization": (lambda k, v: k.layers.LayerNormalization(v), (-4, -3, 1, 2, 3)),
    "BatchNormalization": (lambda k, v: k.layers.BatchNormalization(v), (-4, -3, 1, 2, 3)),
    "Normalization": (lambda k, v: k.layers.Normalization(v), (-4, -3, 1, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "value"), [(what, v) for what, (_, values) in LIMITS.items() for v in values]
)
def test_limits(what, value):
    """On both sides of each limit: a result, or the same kind of error."""

    def call(k):
        made = LIMITS[what][0](k, value)
        if isinstance(made, dict):
            return {key: made[key] for key in ("n", "input_dim", "output_dim") if key in made}
        return made(A) if isinstance(made, k.layers.Layer) else made

    same(call, scratch, keras, FLOAT32)


# Entrances ----------------------------------------------------------------------------------------


def entrance(layer):
    y = layer.output
    return layer.batch_shape, layer.dtype, layer.name, y.shape, y.dtype, layer.get_config()


ENTRANCES = {
    "shape": lambda k: k.layers.InputLayer((3,)),
    "batch size": lambda k: k.layers.InputLayer((3, None), batch_size=4, dtype="int32", name="n"),
    "batch shape": lambda k: k.layers.InputLayer(batch_shape=(None, 3)),
    "no axis": lambda k: k.layers.InputLayer(()),
    "list": lambda k: k.layers.InputLayer([3, 4]),
    "tensor": lambda k: k.layers.InputLayer(input_tensor=k.KerasTensor((None, 3), "float64")),
    "optional": lambda k: k.layers.InputLayer((3,), optional=True),
    "neither": lambda k: k.layers.InputLayer(),
    "both": lambda k: k.layers.InputLayer((3,), batch_shape=(None, 3)),
    "a number": lambda k: k.layers.InputLayer(3),
    "an array": lambda k: k.layers.InputLayer(input_tensor=A),
    "read back": lambda k: k.layers.InputLayer.from_config(k.layers.InputLayer((3,)).get_config()),
}


@pytest.mark.parametrize("how", ENTRANCES)
def test_input_layer(how):
    same(lambda k: entrance(ENTRANCES[how](k)), scratch, keras)


def test_bounds_of_a_correction_that_meet():
    def call(k):
        clips = {"rmin": 1.0, "rmax": 1.0, "dmax": 0.0}
        return k.layers.BatchNormalization(renorm=True, renorm_clipping=clips).renorm_clipping

    same(call, scratch, keras, may_fail=False)


# Demands ------------------------------------------------------------------------------------------

DEMANDS = {
    "nothing": {},
    "ndim": {"ndim": 2},
    "at least": {"min_ndim": 3},
    "at most": {"max_ndim": 2},
    "dtype": {"dtype": "float32"},
    "another dtype": {"dtype": "int32"},
    "shape": {"shape": (None, 2, 3)},
    "another shape": {"shape": (None, 2, 4)},
    "axes": {"axes": {-1: 3}},
    "axes in words": {"axes": {"1": 2}, "ndim": 3},
    "another axis": {"axes": {-1: 4}},
    "axis beyond": {"axes": {5: 3}, "ndim": 3},
    "axes no numbers": {"axes": {"last": 3}},
    "last axis may be missing": {"shape": (None, 2, 1), "allow_last_axis_squeeze": True},
    "optional": {"ndim": 3, "optional": True},
    "no type": {"dtype": "words"},
}


@pytest.mark.parametrize("demand", DEMANDS.values(), ids=DEMANDS)
def test_demand(demand):
    """As a value, and as what a layer asks of its input."""

    def described(k):
        spec = k.InputSpec(**demand)
        again = k.layers.InputSpec.from_config(spec.get_config())
        return repr(spec), spec.get_config(), again.get_config(), spec.axes, spec.ndim

    def asked(k: Any, x: Any) -> Any:
        class Asks(k.layers.Layer):
            def __init__(self):
                super().__init__()
                self.input_spec = k.InputSpec(**demand)

            def call(self, x):
                return x

        return Asks()(x)

    same(described, scratch, keras)
    whole = A.astype("int32")
    for x in (A, A[:, 0], A[0, 0], A[..., 0], A[..., :1], A[..., None], whole):
        same(functools.partial(asked, x=x), scratch, keras)
    same(lambda k: asked(k, k.Input((2, 3))).shape, scratch, keras)


# Defaults, on three axes --------------------------------------------------------------------------

DEFAULTS: dict[str, tuple[Any, ...]] = {
    "Activation": ("relu",),
    "BatchNormalization": (),
    "Concatenate": (),
    "Dense": (2, "relu", False, "ones"),
    "Dot": (1,),
    "ELU": (),
    "EinsumDense": ("abc,cd->abd", (None, 2), "relu", None, "ones"),
    "Flatten": (),
    "GroupNormalization": (3,),
    "Identity": (),
    "LayerNormalization": (),
    "LeakyReLU": (),
    "Masking": (),
    "PReLU": (),
    "Permute": ((2, 1),),
    "RMSNormalization": (),
    "ReLU": (),
    "Rescaling": (0.5,),
    "Reshape": ((3, 2),),
    "Softmax": (),
    "UnitNormalization": (),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults(name):
    """What comes out, and what shapes are foretold."""
    several = name in ("Concatenate", "Dot")

    def call(k):
        layer = getattr(k.layers, name)(*DEFAULTS[name])
        y = np.array(layer([A, B] if several else A))
        shapes = []
        for shape in (A.shape, (None, 2, 3), (None, None, 3)):
            shapes.append(layer.compute_output_shape([shape, shape] if several else shape))
        return y, shapes

    same(call, scratch, keras, FLOAT32, may_fail=False)


SHAPES: dict[str, tuple[Any, Any]] = {
    "Reshape, unknown": (lambda k: k.layers.Reshape((-1, 2)), (None, None, 4)),
    "Reshape, known": (lambda k: k.layers.Reshape((-1, 2)), (None, 3, 4)),
    "Reshape, two unknown": (lambda k: k.layers.Reshape((-1, -1)), (None, 3, 4)),
    "Reshape, below -1": (lambda k: k.layers.Reshape((-2, 2)), (None, 3, 4)),
    "EinsumDense, dots": (lambda k: k.layers.EinsumDense("a...c,cd->a...d", 5), (None, 2, 3, 4)),
    "EinsumDense, dots for two": (
        lambda k: k.layers.EinsumDense("a...bc,cd->a...bd", (None, 5)), (None, 2, 3, 4),
    ),
    "CategoryEncoding, one_hot": (
        lambda k: k.layers.CategoryEncoding(5, output_mode="one_hot"), (4, 1),
    ),
    "CategoryEncoding, of nothing": (
        lambda k: k.layers.CategoryEncoding(5, output_mode="one_hot"), (4, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SHAPES)
def test_shapes(what):
    make, shape = SHAPES[what]
    same(lambda k: make(k).compute_output_shape(shape), scratch, keras)


@pytest.mark.parametrize("axes", [(), [1], (1, 2), [2]])
def test_softmax_over_axes(axes):
    same(lambda k: k.layers.Softmax(axes)(A), scratch, keras, FLOAT32)


@pytest.mark.parametrize("shared", [None, [1], [2], [1, 2]])
@pytest.mark.parametrize("shape", [(2, 2, 3), (2, 4, 3), (2, 2, 4), (2, 1, 3), (2, 2, 1), (2, 2)])
def test_what_fits_a_prelu(shared, shape):
    def call(k):
        layer = k.layers.PReLU("ones", shared_axes=shared)
        layer(A)
        return layer(np.full(shape, -1, "float32"))

    same(call, scratch, keras)


WEIGHTS = np.linspace(0, 1, 6, dtype="float32").reshape(3, 2)


@pytest.mark.parametrize("weights", [WEIGHTS, [WEIGHTS], WEIGHTS[:2]], ids=["array", "list", "few"])
def test_the_weights_of_an_embedding(weights):
    def call(k):
        return k.layers.Embedding(3, 2, weights=weights)(np.array([[0, 2]]))

    same(call, scratch, keras)


# Layers around a layer ----------------------------------------------------------------------------


def twice(k: Any) -> Any:
    """A user's own wrapper, which counts with what the base keeps."""

    class Twice(k.layers.Wrapper):
        def call(self, x):
            return self.layer(x) * 2

    return Twice


def test_wrapper():
    def inner(k, **more):
        return k.layers.Dense(2, kernel_initializer="ones", name="inner", **more)

    def used(k):
        layer = twice(k)(inner(k), name="outer")
        y = layer(A)
        paths = [w.path for w in layer.weights]
        return y, paths, layer.layer.built, len(layer.trainable_weights), layer.name

    def frozen(k):
        layer = twice(k)(inner(k, trainable=False))
        layer(A)
        return len(layer.trainable_weights), len(layer.weights)

    def read(k):
        config = k.layers.Wrapper(inner(k), name="outer").get_config()
        again = twice(k).from_config(dict(config))  # Keras takes `layer` out
        return config, again.get_config(), again(A)

    for call in (
        used,
        frozen,
        read,
        lambda k: k.layers.Wrapper(3),
        lambda k: k.layers.Wrapper(inner(k))(A),
        lambda k: isinstance(k.layers.TimeDistributed(inner(k)), k.layers.Wrapper),
    ):
        same(call, scratch, keras, FLOAT32)
