"""Functions of `ops` in functional models: each library reads the other's files."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

X = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")


def statistics(o, x):
    return o.concatenate(
        [
            o.quantile(x, 0.3, axis=1, keepdims=True),
            o.median(x, axis=1, keepdims=True),
            o.expand_dims(o.linalg.norm(x, axis=1), 1),
            o.cumsum(o.diff(x), axis=1),
            o.absolute(o.hstack([x, o.roll(x, 2, axis=1)])),
        ],
        axis=1,
    )


def matrices(o, x):
    stack = o.reshape(x, (-1, 3, 2))
    u, s, vt = o.svd(stack, full_matrices=False)
    distances = o.cdist(stack, stack)
    return o.matmul(u * o.expand_dims(s, 1), vt), o.tril(distances, k=-1), o.solve(vt, vt)


def choices(o, x):
    parts = o.array_split(x, 4, axis=1)
    chosen = o.select([x > 1, x > 0], [x, -x], default=0.5)
    real, imaginary = o.fft((x, chosen))
    return o.where(chosen > 0.2, real, 0.0), imaginary, parts[0], o.unstack(x, axis=1)[2]


@pytest.mark.parametrize("f", [statistics, matrices, choices])
def test_files_travel_both_ways(f, keras, tmp_path):
    models, results = [], []
    for k in (scratch, keras):
        x = k.Input((6,))
        models.append(k.Model(x, f(k.ops, x)))
        models[-1].save(tmp_path / f"{k.__name__}.keras")
        results.append(models[-1].predict(X, verbose=0))
    for k, other in ((scratch, keras), (keras, scratch)):
        loaded = k.models.load_model(tmp_path / f"{other.__name__}.keras")
        results.append(loaded.predict(X, verbose=0))
    first, *rest = map(scratch.tree.flatten, results)
    for found in rest:
        for one, another in zip(first, found, strict=True):
            np.testing.assert_allclose(one, another, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS)
