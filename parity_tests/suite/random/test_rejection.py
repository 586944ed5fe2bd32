"""Gamma, beta and binomial numbers: TensorFlow's, bit for bit."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import SIGMAS  # noqa: E402


def alike(call, bound=None, may_fail=True):
    """What a call comes to in both libraries; it must be the same."""
    return same(call, scratch, keras, bound, may_fail)


FLOATS = ("float32", "float64", "float16")
# Below 1, at it, and above; and four distributions side by side.
SHAPES = (0.01, 0.2, 1.0, 1.5, 40.0, [0.3, 1.0, 2.0, 50.0])


@pytest.mark.parametrize("dtype", FLOATS)
@pytest.mark.parametrize("alpha", SHAPES, ids=str)
def test_gamma_and_beta(alpha, dtype):
    for seed in (1, 123456789):
        alike(lambda k, s=seed: k.random.gamma((250, 4), alpha, dtype, seed=s))
        alike(lambda k, s=seed: k.random.beta((250, 4), alpha, 0.7, dtype, seed=s))


@pytest.mark.parametrize("counts", [0, 1, 20, 1000, [3, 40, 400, 1e6]], ids=str)
@pytest.mark.parametrize("chance", [0.0, 1e-3, 0.1, 0.5, 0.7, 0.999, 1.0])
def test_binomial(counts, chance):
    """Few successes are counted by gaps, many by rejection."""
    for p in (chance, np.float64(chance)):
        for dtype in (None, "float64", "int32"):
            alike(
                lambda k, p=p, d=dtype: k.random.binomial((400, 4), counts, p, d, seed=7),
            )


def test_binomial_of_other_kinds():
    for call in (
        lambda k: k.random.binomial((3, 2), [10, 20], [[0.5], [0.1], [0.2]], seed=1),
        lambda k: k.random.binomial((3,), [-1, 2.0, 10.0], [0.5, 1.5, np.nan], seed=1),
        lambda k: k.random.binomial(
            (300, 2),
            np.array([400, 10**6]),
            k.ops.convert_to_tensor(np.array([0.7, 0.1]), "float64"),
            seed=1,
        ),
        lambda k: k.random.binomial((3,), [1, 2], 0.5, seed=1),
        lambda k: k.random.gamma((3, 2), [[1.0], [2.0], [3.0]], seed=1),
        lambda k: k.random.beta((3, 2), [[1.0], [2.0]], 1.0, seed=1),
        lambda k: k.random.gamma((0, 2), 1.0, seed=1),
    ):
        alike(call)


def test_a_generator_gives_others_each_time():
    def call(k):
        seed = k.random.SeedGenerator(5)
        drawn = [k.random.gamma((4,), 2.0, seed=seed) for _ in range(2)]
        return [*drawn, k.random.beta((4,), 2.0, 0.5, seed=seed), seed.state.value]

    found, _ = alike(call)
    assert not np.array_equal(found[0], found[1])


@pytest.mark.parametrize(
    ("drawn", "mean", "variance"),
    [
        (lambda r: r.gamma((40000,), 2.5, seed=3), 2.5, 2.5),
        (lambda r: r.beta((40000,), 2.0, 3.0, seed=3), 0.4, 0.04),
        (lambda r: r.binomial((40000,), 9, 0.3, seed=3), 2.7, 1.89),
        (lambda r: r.binomial((40000,), 900, 0.7, seed=3), 630, 189),
    ],
)
def test_means(drawn, mean, variance):
    """By itself: the mean of many is the distribution's."""
    numbers = np.asarray(drawn(scratch.random), "float64")
    assert abs(numbers.mean() - mean) <= SIGMAS * np.sqrt(variance / numbers.size)


def test_floats_alone():
    for draw in (scratch.random.gamma, lambda *a, **k: scratch.random.beta(a[0], 1.0, *a[1:], **k)):
        with pytest.raises(TypeError, match="floating point"):
            draw((3,), 1.0, dtype="int32", seed=1)
