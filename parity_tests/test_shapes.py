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
@pytest.mark.parametrize("name", ["Mean", "Sum", "MeanSquaredError"])
def test_weights_of_a_metric(name, shape):
    for of in WEIGHTS:

        def call(k, of=of):
            metric = getattr(k.metrics, name)()
            given = (numbers(shape),) if name != "MeanSquaredError" else (1.0, numbers((*shape, 2)))
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
@pytest.mark.parametrize("name", ["add", "multiply", "matmul", "maximum"])
def test_operands(name, shape):
    """Here is quirk K36: what looks like a bias is added as one."""
    for of in SHAPES:
        alike(lambda k, of=of: np.array(getattr(k.ops, name)(numbers(shape), numbers(of, 1))))
