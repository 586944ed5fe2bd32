# ruff: noqa: E501 - one line a value
"""Layers that move numbers about, look them up, or mark them: shapes, lookups, masks, sums of products."""

import numpy as np

from parity_tests.harness.case import Case, classes, given, normal

NUMBERS = [[0, 1, 2], [2, 2, 0], [4, 1, 1], [3, 0, 3]]
PADDED = np.where(np.array([[1, 1, 0], [1, 0, 1], [0, 0, 0], [1, 1, 1]])[..., None], np.linspace(-1, 1, 48).reshape(4, 3, 4), 0.0)  # fmt: skip
L2 = {"class_name": "L2", "config": {"l2": 0.02}}

CASES = [
    Case("reshape/matrix", lambda k: [k.layers.Dense(6, "tanh"), k.layers.Reshape((2, 3)), k.layers.Dense(2)], normal(6, 5), normal(6, 2, 2)),
    Case("reshape/what is left", lambda k: [k.layers.Dense(6, "tanh"), k.layers.Reshape((-1, 2)), k.layers.Dense(2)], normal(6, 5), normal(6, 3, 2)),
    Case("reshape/flat", lambda k: [k.layers.Reshape((10,)), k.layers.Dense(2)], normal(6, 2, 5), normal(6, 2)),
    Case("permute/transposed", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Permute((2, 1)), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 4, 2)),
    Case("permute/three", lambda k: [k.layers.Permute((3, 1, 2)), k.layers.Dense(2)], normal(6, 2, 3, 4), normal(6, 4, 2, 2)),
    Case("repeat vector/three times", lambda k: [k.layers.Dense(4, "tanh"), k.layers.RepeatVector(3), k.layers.Dense(2)], normal(6, 5), normal(6, 3, 2)),
    Case("identity/between", lambda k: [k.layers.Dense(4, "tanh"), k.layers.Identity(), k.layers.Dense(2)], normal(6, 5), normal(6, 2)),
    Case("activity regularization/penalty", lambda k: [k.layers.Dense(4, "tanh"), k.layers.ActivityRegularization(l1=0.01, l2=0.02), k.layers.Dense(2)], normal(6, 5), normal(6, 2)),
    Case("lambda/square", lambda k: [k.layers.Dense(4), k.layers.Lambda(lambda x: k.ops.square(x) - x), k.layers.Dense(2)], normal(6, 5), normal(6, 2)),
    Case("lambda/arguments", lambda k: [k.layers.Dense(4), k.layers.Lambda(lambda x, c: k.ops.tanh(c * x), arguments={"c": 0.5}), k.layers.Dense(2)], normal(6, 5), normal(6, 2)),
    Case("embedding/repeated numbers", lambda k: [k.layers.Embedding(5, 4), k.layers.Flatten(), k.layers.Dense(2)], given(NUMBERS, "int32"), normal(4, 2)),
    Case("embedding/penalty", lambda k: [k.layers.Embedding(5, 4, embeddings_regularizer=L2), k.layers.Flatten(), k.layers.Dense(2)], given(NUMBERS, "int32"), normal(4, 2)),
    Case("embedding/one number", lambda k: [k.layers.Embedding(7, 3), k.layers.Dense(2)], classes(8, 7, column=True), normal(8, 1, 2)),
    Case("masking/loss of what counts", lambda k: [k.layers.Masking(), k.layers.Dense(2)], given(PADDED), normal(4, 3, 2)),
    Case("masking/another value", lambda k: [k.layers.Masking(mask_value=-1.0), k.layers.Dense(2)], given(np.where(PADDED == 0, -1.0, PADDED)), normal(4, 3, 2)),
    Case("masking/embedding of zero", lambda k: [k.layers.Embedding(5, 4, mask_zero=True), k.layers.Dense(2)], given(NUMBERS, "int32"), normal(4, 3, 2)),
    Case("masking/normalized", lambda k: [k.layers.Masking(), k.layers.BatchNormalization(), k.layers.Dense(2)], given(PADDED), normal(4, 3, 2)),
    Case("masking/normalized along the steps", lambda k: [k.layers.Masking(), k.layers.Dense(4, "tanh"), k.layers.BatchNormalization(axis=1), k.layers.Dense(2)], given(PADDED), normal(4, 3, 2)),
    Case("masking/normalized between", lambda k: [k.layers.Masking(), k.layers.Dense(4, "tanh"), k.layers.BatchNormalization(), k.layers.Dense(2)], given(PADDED), normal(4, 3, 2)),
    Case("masking/every step", lambda k: [k.layers.Masking(), k.layers.TimeDistributed(k.layers.Dense(3, "tanh")), k.layers.Dense(2)], given(PADDED), normal(4, 3, 2)),
    Case("time distributed/dense", lambda k: [k.layers.TimeDistributed(k.layers.Dense(3, "tanh")), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
    Case("time distributed/normalized step by step", lambda k: [k.layers.Dense(4, "tanh"), k.layers.TimeDistributed(k.layers.BatchNormalization(momentum=0.5)), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
    Case("einsum dense/dense", lambda k: [k.layers.EinsumDense("ab,bc->ac", output_shape=4, bias_axes="c", activation="tanh"), k.layers.Dense(2)], normal(6, 5), normal(6, 2)),
    Case("einsum dense/steps", lambda k: [k.layers.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", activation="relu"), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
    Case("einsum dense/dots before", lambda k: [k.layers.EinsumDense("...x,xy->...y", output_shape=4, bias_axes="y"), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
    Case("einsum dense/dots after", lambda k: [k.layers.EinsumDense("ab...,bc->ac...", output_shape=4, bias_axes="c"), k.layers.Flatten(), k.layers.Dense(2)], normal(6, 5, 3), normal(6, 2)),
    Case("einsum dense/heads", lambda k: [k.layers.Dense(4, "tanh"), k.layers.EinsumDense("abc,cde->abde", output_shape=(None, 2, 3), bias_axes="de"), k.layers.EinsumDense("abde,dec->abc", output_shape=(None, 4))], normal(6, 3, 5), normal(6, 3, 4)),
    Case("einsum dense/bias like another", lambda k: [k.layers.EinsumDense("abc,cd->abd", output_shape=(4, 4), bias_axes="b", bias_initializer="random_normal"), k.layers.Dense(2)], normal(6, 4, 5), normal(6, 4, 2)),
    Case("einsum dense/part of a bias", lambda k: [k.layers.EinsumDense("abc,cd->abd", output_shape=(3, 4), bias_axes="b"), k.layers.Dense(2)], normal(6, 3, 5), normal(6, 3, 2)),
]  # fmt: skip
