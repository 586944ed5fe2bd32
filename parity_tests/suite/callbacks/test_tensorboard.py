"""What TensorBoard makes of weights: which pictures, and when."""

import numpy as np
import pytest

import scratch
from scratch.callbacks.tensorboard import _as_pictures


@pytest.mark.parametrize(
    ("shape", "pictures"),
    [
        ((5,), (1, 5, 1, 1)), ((2, 5), (1, 2, 5, 1)), ((5, 2), (1, 2, 5, 1)),
        ((3, 4, 6), (6, 3, 4, 1)), ((7, 3, 4, 1), (7, 3, 4, 1)), ((7, 3, 4, 3), (7, 3, 4, 3)),
        ((7, 3, 4, 4), (7, 3, 4, 4)), ((7, 3, 4, 2), None), ((1, 2, 3, 4, 1), None), ((), None),
    ],
    ids=str,
)  # fmt: skip
def test_a_weight_as_pictures(shape, pictures):
    """Each number of the weight stands in one place of one picture."""
    weight = np.arange(np.prod(shape, dtype=int), dtype="float32").reshape(shape)
    found = _as_pictures(weight)
    if pictures is None:
        assert found is None
        return
    assert found is not None and found.shape == pictures
    np.testing.assert_array_equal(np.sort(found, axis=None), weight.reshape(-1))
    if len(shape) == 3:
        np.testing.assert_array_equal(found[1, :, :, 0], weight[:, :, 1])


@pytest.mark.parametrize("every", [0, 1, 2, 3])
def test_embeddings_are_kept_every_so_many_epochs(every, tmp_path):
    model = scratch.Sequential(
        [scratch.Input((2,)), scratch.layers.Embedding(4, 2), scratch.layers.Flatten(),
         scratch.layers.Dense(1)]
    )  # fmt: skip
    model.compile("sgd", "mse")
    board = scratch.callbacks.TensorBoard(tmp_path, embeddings_freq=every)
    model.fit(np.zeros((4, 2)), np.zeros((4, 1)), epochs=5, verbose=0, callbacks=[board])
    found = sorted(path.name for path in tmp_path.rglob("keras_embedding*"))
    expected = range(0, 5, every) if every else []
    assert found == [f"keras_embedding.ckpt-{epoch}.weights.h5" for epoch in expected]
