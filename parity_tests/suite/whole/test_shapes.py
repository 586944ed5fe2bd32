"""Every small shape against every other: the same numbers as in Keras, or both refuse.

Which axis of size 1 goes where, and what is broadcast, depends on shapes alone: so all of them are
tried, not those that somebody thought of. What refuses says which shapes did not fit.
"""

from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

SHAPES = [
    (3,), (1,), (3, 1), (1, 3), (3, 2), (3, 3), (2, 3), (3, 1, 1), (3, 2, 1), (3, 1, 2), (3, 2, 2),
]  # fmt: skip
WEIGHTS = [None, (), (1,), (2,), (3,), (3, 1), (1, 1), (3, 2), (3, 3), (3, 1, 1), (3, 2, 1), (3, 2, 2), (3, 1, 2)]  # fmt: skip # noqa: E501
LOSSES = [
    "binary_crossentropy", "categorical_crossentropy", "categorical_focal_crossentropy",
    "categorical_hinge", "cosine_similarity", "dice", "hinge", "huber", "kl_divergence",
    "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error",
    "mean_squared_logarithmic_error", "poisson", "sparse_categorical_crossentropy",
    "squared_hinge", "tversky",
]  # fmt: skip
METRICS = [
    "Accuracy", "BinaryAccuracy", "BinaryIoU", "CategoricalAccuracy", "ConcordanceCorrelation",
    "F1Score", "FalsePositives", "MeanSquaredError", "PearsonCorrelation", "Precision", "R2Score",
    "Recall", "RootMeanSquaredError", "SparseCategoricalAccuracy", "SparseTopKCategoricalAccuracy",
    "TopKCategoricalAccuracy",
]  # fmt: skip
BOUND = derivative("float32")
SPARSE = 2  # classes of labels that are numbers


def numbers(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    draw = np.random.default_rng([seed, *shape])
    return draw.uniform(0.1, 1, shape).astype("float32")


def labels(name: str, shape: tuple[int, ...]) -> np.ndarray:
    if name.lower().startswith("sparse"):
        return (numbers(shape, 1) * SPARSE).astype("int32")
    return numbers(shape, 1) if name in LOSSES else np.round(numbers(shape, 1))


def weight(shape: tuple[int, ...] | None) -> Any:
    return None if shape is None else numbers(shape, 2)


def alike(call: Any) -> None:
    found, _ = same(call, scratch, keras, BOUND)
    assert not (isinstance(found, str) and found.startswith("operands could not")), found


@pytest.mark.parametrize("shape", [(), *SHAPES], ids=str)
@pytest.mark.parametrize("name", ["BinaryIoU", "Mean", "MeanSquaredError", "Precision", "Sum"])
def test_weights_of_a_metric(name, shape):
    given: tuple[Any, ...] = (numbers(shape),)
    if name == "MeanSquaredError":
        given = 1.0, numbers((*shape, 2))
    elif name not in ("Mean", "Sum"):
        given = np.round(numbers(shape or (1,), 1)), numbers(shape or (1,))
    for of in WEIGHTS:

        def call(k, of=of):
            metric = getattr(k.metrics, name)()
            metric.update_state(*given, sample_weight=weight(of))
            return [np.array(v) for v in metric.variables]

        alike(call)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("reduction", ["sum_over_batch_size", "none", "mean_with_sample_weight"])
def test_weights_of_a_loss(reduction, shape):
    y, p = numbers((*shape, 2), 1), numbers((*shape, 2))
    for of in WEIGHTS:
        alike(lambda k, of=of: k.losses.MeanSquaredError(reduction)(y, p, sample_weight=weight(of)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", LOSSES)
def test_labels_of_a_loss(name, shape):
    for of in SHAPES:
        alike(lambda k, of=of: getattr(k.losses, name)(labels(name, of), numbers(shape)))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", METRICS)
def test_labels_of_a_metric(name, shape):
    for of in SHAPES:
        for weighted in (None, (3,)):

            def call(k, of=of, weighted=weighted):
                metric = getattr(k.metrics, name)()
                return metric(labels(name, of), numbers(shape), sample_weight=weight(weighted))

            alike(call)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ["Add", "Average", "Maximum", "Multiply", "Subtract"])
def test_merged(name, shape):
    for of in SHAPES:
        inputs = [numbers(shape), numbers(of, 1)]
        alike(lambda k, inputs=inputs: np.array(getattr(k.layers, name)()(inputs)))
        foretold = [(None, *x.shape[1:]) for x in inputs]
        alike(lambda k, s=foretold: getattr(k.layers, name)().compute_output_shape(s))


@pytest.mark.parametrize("shape", SHAPES, ids=str)
@pytest.mark.parametrize("name", ["add", "divide", "dot", "matmul", "maximum"])
def test_operands(name, shape):
    """Here is quirk K36: what looks like a bias is added as one."""
    for of in SHAPES:
        inputs = numbers(shape), numbers(of, 1)
        alike(lambda k, inputs=inputs: np.array(getattr(k.ops, name)(*inputs)))


# Layers -------------------------------------------------------------------------------------------

INPUTS = [
    (3,), (1,), (3, 1), (1, 3), (3, 2), (3, 3), (2, 3, 1), (3, 1, 2), (2, 3, 2), (1, 2, 3),
    (2, 2, 2, 3), (2, 1, 1, 2), (1, 1, 1),
]  # fmt: skip
AXES: list[Any] = [-1, 0, 1, 2, -2, (1,), (1, 2), (-1, 1), (1, -2), [1], [1, 2], (), None, 5, -4]
EINSUMS: list[tuple[str, Any, str]] = [
    ("ab,bc->ac", 2, "c"),
    ("abc,cd->abd", (None, 2), "d"),
    ("abc,cd->abd", (3, 2), "b"),
    ("abc,cd->abd", (3, 2), "bd"),
    ("abc,bd->adc", (2, 3), "d"),
    ("abc,bcd->ad", 3, "d"),
    ("abc,cde->abde", (None, 3, 1), "de"),
    ("abc,cde->abde", (None, 3, 1), "d"),
    ("ab...,bc->ac...", 2, "c"),
    ("...x,xy->...y", 2, "y"),
]
NOISE = [None, (1,), (1, 3), (2, 1), (None, 1), (None, 1, 2), (3, 1, 2)]
LAYERS: dict[str, list[Any]] = {
    **{
        f"{name}, axis": [lambda k, name=name, a=a: getattr(k.layers, name)(axis=a) for a in AXES]
        for name in (
            "BatchNormalization",
            "LayerNormalization",
            "RMSNormalization",
            "UnitNormalization",
            "Softmax",
        )
    },
    "Normalization, axis": [
        lambda k, a=a: k.layers.Normalization(axis=a, mean=0.5, variance=2.0) for a in AXES
    ],
    "GroupNormalization": [
        lambda k, g=g, a=a: k.layers.GroupNormalization(g, axis=a)
        for g in (1, 2, 3, -1)
        for a in (-1, 1, 2, -2)
    ],
    "Dropout": [lambda k, n=n: k.layers.Dropout(0.5, noise_shape=n, seed=1) for n in NOISE],
    "AlphaDropout": [lambda k, n=n: k.layers.AlphaDropout(0.5, n, seed=1) for n in NOISE],
    "SpatialDropout": [
        lambda k, n=n: getattr(k.layers, f"SpatialDropout{n}D")(0.5, seed=1) for n in (1, 2, 3)
    ],
    "Noise": [
        lambda k: k.layers.GaussianDropout(0.5, seed=1),
        lambda k: k.layers.GaussianNoise(0.5, seed=1),
    ],
    "RepeatVector": [lambda k, n=n: k.layers.RepeatVector(n) for n in (1, 2, 3)],
    "Reshape": [
        lambda k, t=t: k.layers.Reshape(t)
        for t in ((6,), (-1,), (2, 3), (3, -1), (-1, 1), (1, 2, -1), (), (4,), (-1, -1), (2,))
    ],
    "Permute": [
        lambda k, t=t: k.layers.Permute(t)
        for t in ((1,), (2, 1), (1, 2), (3, 1, 2), (2, 1, 3), (0, 1), (1, 3))
    ],
    "Flatten": [lambda k, d=d: k.layers.Flatten(d) for d in ("channels_last", "channels_first")],
    "PReLU": [
        lambda k, a=a: k.layers.PReLU("ones", shared_axes=a)
        for a in (None, [1], [2], [1, 2], [3], [-1], [0])
    ],
    "EinsumDense": [
        lambda k, e=e: k.layers.EinsumDense(
            e[0], output_shape=e[1], bias_axes=e[2], bias_initializer="random_normal"
        )
        for e in EINSUMS
    ],
    "others": [
        lambda k: k.layers.Dense(2),
        lambda k: k.layers.Masking(),
        lambda k: k.layers.Rescaling(2.0, 1.0),
        lambda k: k.layers.Rescaling([2.0, 3.0], [1.0, 0.0]),
        lambda k: k.layers.TimeDistributed(k.layers.Dense(2)),
    ],
    "CategoryEncoding": [
        lambda k, m=m: k.layers.CategoryEncoding(3, output_mode=m)
        for m in ("int", "one_hot", "multi_hot", "count")
    ],
}
RANDOM = ("BatchNormalization, axis", "Dropout", "AlphaDropout", "SpatialDropout", "Noise")


def refusing(call: Any) -> Any:
    """The call, which raises a ValueError where Keras stumbles over an index by accident."""

    def made(k: Any) -> Any:
        try:
            return call(k)
        except IndexError as error:
            raise ValueError(str(error)) from None

    return made


@pytest.mark.parametrize("shape", INPUTS, ids=str)
@pytest.mark.parametrize(
    ("name", "training"),
    [(name, t) for name in LAYERS for t in (False, True) if not t or name in RANDOM],
)
def test_a_layer(name, training, shape):
    """What it gives, what it foretells, and which weights it makes, at every axis."""
    if name.startswith("Batch") and len(shape) == 1 and training:
        pytest.skip("there is nothing but the batch to normalize")
    if name == "EinsumDense" and shape == (1, 1, 1):
        pytest.skip("Keras takes an equation for two axes for one of three")
    x = numbers(shape)
    x = (3 * x).astype("int32") if name == "CategoryEncoding" else x
    for make in LAYERS[name]:

        def call(k, make=make):
            k.utils.set_random_seed(3)
            layer = make(k)
            y = layer(x, **({"training": True} if training else {}))
            foretold = tuple(layer.compute_output_shape((None, *x.shape[1:])))
            return [np.array(y), foretold, [np.array(w) for w in layer.weights]]

        alike(refusing(call))


@pytest.mark.parametrize("shape", INPUTS, ids=str)
@pytest.mark.parametrize(
    "axis", [-1, 0, 1, 2, (1, 1), (1, 2), (2, 1), (2, 2), (-1, 1), (-1, -1), (1, -2)], ids=str
)
def test_two_inputs_along_an_axis(axis, shape):
    for of in INPUTS:
        inputs = [numbers(shape), numbers(of, 1)]
        for name in ("Dot", "Concatenate") if isinstance(axis, int) else ("Dot",):

            def call(k, name=name, inputs=inputs):
                layer = getattr(k.layers, name)(axis)
                shapes = [(None, *x.shape[1:]) for x in inputs]
                return np.array(layer(inputs)), tuple(layer.compute_output_shape(shapes))

            if axis == 1 or shape[0] == of[0]:
                alike(refusing(call))


# What is applied to weights and activations -------------------------------------------------------

ALONG: list[Any] = [0, 1, -1, 2, -2, None, (0, 1), [0], [0, 1], [0, 1, 2], ()]
INITIALIZERS = [
    "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal",
    "LecunUniform", "Ones", "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal",
    "Zeros",
]  # fmt: skip
REGULARIZERS = ["L1", "L1L2", "L2", "OrthogonalRegularizer"]


@pytest.mark.parametrize("shape", INPUTS, ids=str)
@pytest.mark.parametrize("name", ["MaxNorm", "MinMaxNorm", "NonNeg", "UnitNorm"])
def test_a_constraint(name, shape):
    w = 4 * numbers(shape) - 2
    for axis in ALONG if name != "NonNeg" else [None]:

        def call(k, axis=axis):
            settings = {} if name == "NonNeg" else {"axis": axis}
            return np.array(getattr(k.constraints, name)(**settings)(k.ops.convert_to_tensor(w)))

        alike(call)


@pytest.mark.parametrize("shape", INPUTS, ids=str)
def test_regularizers(shape):
    w = 4 * numbers(shape) - 2
    for name in REGULARIZERS:

        def call(k, name=name):
            return np.array(getattr(k.regularizers, name)()(k.ops.convert_to_tensor(w)))

        alike(call)


@pytest.mark.parametrize("shape", [(), *INPUTS, (5, 4, 2), (0, 3)], ids=str)
def test_initializers(shape):
    for name in INITIALIZERS:
        seeded = name not in ("Identity", "Ones", "Zeros")

        def call(k, name=name, seeded=seeded):
            made = getattr(k.initializers, name)(**({"seed": 3} if seeded else {}))
            return np.array(made(shape))

        # The decomposition behind Orthogonal is the library's: test_initializers compares it.
        if name != "Orthogonal" or len(shape) < 2:
            alike(call)
    for mode in ("fan_in", "fan_out", "fan_avg"):
        for kind in ("normal", "truncated_normal", "uniform"):
            alike(
                lambda k, m=mode, d=kind: np.array(
                    k.initializers.VarianceScaling(2.0, m, d, seed=1)(shape)
                )
            )


@pytest.mark.parametrize("shape", INPUTS, ids=str)
@pytest.mark.parametrize("name", ["glu", "log_softmax", "softmax", "sparsemax"])
def test_an_activation_along_an_axis(name, shape):
    z = 4 * numbers(shape) - 2
    for axis in (0, 1, -1, 2, -2):
        alike(
            lambda k, a=axis: np.array(
                getattr(k.activations, name)(k.ops.convert_to_tensor(z), axis=a)
            )
        )
