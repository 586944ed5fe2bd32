"""`scratch.backend` beside `tf.keras.backend`, function by function."""

from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

from keras._tf_keras.keras import backend as theirs  # noqa: E402

X = np.linspace(-2, 3, 24, dtype="float32").reshape(2, 3, 4)
M = X[:, :, 0]
P = np.abs(M) / np.abs(M).sum(1, keepdims=True)
B = M > 0
Y = np.eye(3, dtype="float32")[[2, 0]]


def _of_one(name, options=None):
    return lambda K: getattr(K, name)(K.constant(X), **(options or {}))


def _of_two(name):
    return lambda K: getattr(K, name)(M, M[::-1].copy())


CASES: dict[str, Any] = {
    **{
        name: _of_one(name)
        for name in ("abs", "exp", "cos", "sin", "sign", "square", "sqrt", "round", "elu", "relu",
                     "sigmoid", "softmax", "softplus", "softsign", "tanh", "hard_sigmoid",
                     "flatten", "batch_flatten", "transpose", "zeros_like", "ones_like",
                     "to_dense", "cast_to_floatx", "expand_dims", "l2_normalize")
    },
    **{
        f"{name} {options}": _of_one(name, options)
        for name in ("sum", "prod", "max", "min", "mean", "var", "std", "all", "any")
        for options in ({}, {"axis": 1}, {"axis": [0, 2], "keepdims": True})
    },
    **{
        name: _of_two(name)
        for name in ("maximum", "minimum", "equal", "not_equal", "greater", "greater_equal",
                     "less", "less_equal")
    },
    "log": lambda K: K.log(X * X + 1),
    "pow": lambda K: K.pow(X, 2.0),
    "mean of booleans": lambda K: K.mean(K.constant(B, dtype="bool"), axis=0),
    "std of booleans": lambda K: K.std(K.constant(B, dtype="bool")),
    "clip": lambda K: K.clip(X, -1, 1),
    "clip the other way round": lambda K: K.clip(X, 1, -1),
    "clip without end": lambda K: K.clip(X, None, 1.0),
    "l2_normalize along an axis": lambda K: K.l2_normalize(X, axis=-1),
    "l2_normalize nothing": lambda K: K.l2_normalize(X * 0, axis=-1),
    "argmax": lambda K: K.argmax(X),
    "argmin": lambda K: K.argmin(X, axis=0),
    "arange": lambda K: [
        K.arange(5), K.arange(-3), K.arange(3, 7), K.arange(-3, 2), K.arange(1, 7, 2, "float32")
    ],
    "cast": lambda K: K.cast(X, "int32"),
    "constant": lambda K: [K.constant([1, 2]), K.constant(3, shape=(2, 2), dtype="int32")],
    "eye": lambda K: K.eye(3),
    "zeros": lambda K: K.zeros((2, 3)),
    "ones": lambda K: K.ones((2,), dtype="int32"),
    "one_hot": lambda K: K.one_hot(np.array([1, 3, 0]), 4),
    "gather": lambda K: K.gather(X, np.array([1, 0, 1])),
    "concatenate": lambda K: [K.concatenate([K.constant(X)] * 2, axis=a) for a in (-1, 0)],
    "stack": lambda K: K.stack([M, M], axis=1),
    "squeeze": lambda K: K.squeeze(X[:, :1], 1),
    "permute_dimensions": lambda K: K.permute_dimensions(X, (2, 0, 1)),
    "reshape": lambda K: K.reshape(X, (4, -1)),
    "repeat": lambda K: K.repeat(K.constant(M), 3),
    "repeat_elements": lambda K: K.repeat_elements(K.constant(X), 2, 1),
    "reverse": lambda K: [K.reverse(X, 1), K.reverse(X, [0, 2])],
    "tile": lambda K: [K.tile(X[0, 0], 3), K.tile(M, (2, 1))],
    "temporal_padding": lambda K: K.temporal_padding(X, (1, 2)),
    "relu, all of it": lambda K: K.relu(X, alpha=0.1, max_value=2.0, threshold=0.5),
    "relu, leaky": lambda K: K.relu(X, alpha=0.1),
    "relu, up to six": lambda K: K.relu(X * 4, max_value=6),
    "relu, from a threshold": lambda K: K.relu(X, threshold=-1.0),
    "elu with alpha": lambda K: K.elu(X, 0.5),
    "softmax along two axes": lambda K: K.softmax(K.constant(X), axis=(1, 2)),
    "dot": lambda K: K.dot(K.constant(M), K.constant(M.T)),
    "dot of three axes": lambda K: K.dot(K.constant(X), K.constant(X.transpose(0, 2, 1))),
    "dot of three and two": lambda K: K.dot(K.constant(X), K.constant(np.ones((4, 2), "float32"))),
    "batch_dot": lambda K: K.batch_dot(K.constant(M), K.constant(M + 1)),
    "batch_dot of three axes": lambda K: K.batch_dot(K.constant(X), K.constant(X), axes=(2, 2)),
    "batch_dot of three and two": lambda K: K.batch_dot(K.constant(X), K.constant(M), axes=1),
    "batch_dot of four": lambda K: K.batch_dot(
        K.constant(np.ones((2, 3, 4, 5), "float32")), K.constant(X), axes=(2, 2)
    ),
    "bias_add": lambda K: [
        K.bias_add(K.constant(X), K.constant(bias)) for bias in ([1, 2, 3, 4], X[0])
    ],
    "bias_add, channels first": lambda K: K.bias_add(
        K.constant(np.ones((2, 3, 4, 4))), K.constant([1, 2, 3]), data_format="channels_first"
    ),
    "batch_normalization": lambda K: K.batch_normalization(
        K.constant(X), K.constant([1, 2, 3, 4]), K.constant([1, 2, 3, 4]), K.constant([0.5] * 4),
        K.constant([2.0] * 4),
    ),
    "binary_crossentropy": lambda K: K.binary_crossentropy(Y, P),
    "binary_crossentropy of logits": lambda K: K.binary_crossentropy(Y, M, from_logits=True),
    "binary_crossentropy at the ends": lambda K: K.binary_crossentropy(Y, Y),
    "categorical_crossentropy": lambda K: K.categorical_crossentropy(Y, P * 2),
    "categorical_crossentropy of logits": lambda K: K.categorical_crossentropy(Y, M, True),
    "categorical_crossentropy, axis": lambda K: K.categorical_crossentropy(Y, P, axis=0),
    "sparse_categorical_crossentropy": lambda K: K.sparse_categorical_crossentropy(
        np.array([2, 0]), P
    ),
    "sparse_categorical_crossentropy of logits": lambda K: K.sparse_categorical_crossentropy(
        np.array([[2], [0]]), M, from_logits=True
    ),
    "sparse_categorical_crossentropy, axis": lambda K: K.sparse_categorical_crossentropy(
        np.zeros((2, 4)), np.abs(X) + 1, axis=1
    ),
    "switch": lambda K: [
        K.switch(K.constant(True, dtype="bool"), K.constant(X), K.constant(-X)),
        K.switch(K.constant(0.0), lambda: K.constant(X), lambda: K.constant(-X)),
        K.switch(K.constant(B, dtype="bool"), K.constant(M), K.constant(-M)),
        K.switch(K.constant(B, dtype="bool"), K.constant(X), K.constant(-X)),
    ],
    "stop_gradient": lambda K: [K.stop_gradient(K.constant(X)), *K.stop_gradient([K.constant(M)])],
    "a variable": lambda K: changed(K),
    "shape": lambda K: list(K.shape(K.constant(X))),
    "what is known of it": lambda K: [
        K.int_shape(K.constant(X)), K.ndim(K.constant(X)), K.dtype(K.constant(X)),
        K.count_params(K.variable(X)), K.is_sparse(K.constant(X)), K.epsilon(), K.floatx(),
        K.image_data_format(), K.get_uid("parity"), K.get_uid("parity"),
    ],
}  # fmt: skip


def changed(K):
    v, w = K.variable(M), K.variable([1.0, 2.0])
    K.update(v, M * 2)
    K.update_add(v, M)
    K.update_sub(v, M * 0.5)
    K.moving_average_update(v, M, 0.9)
    K.set_value(w, [5, 6])
    K.batch_set_value([(w, K.get_value(w) + 1)])
    return [K.get_value(v), K.eval(v), *K.batch_get_value([v, w])]


def flat(found):
    items = found if isinstance(found, list | tuple) else [found]
    return [np.asarray(x.numpy() if hasattr(x, "numpy") else x) for x in items]


@pytest.mark.parametrize("name", CASES)
def test_values(name):
    for their, our in zip(
        flat(CASES[name](theirs)), flat(CASES[name](scratch.backend)), strict=True
    ):
        assert their.shape == our.shape
        if their.dtype.kind in "fc":
            assert their.dtype == our.dtype or their.ndim == 0
            np.testing.assert_allclose(our, their, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS)
        else:
            np.testing.assert_array_equal(our, their)


WRONG = {
    "softmax of a row": lambda K: K.softmax(K.constant([1.0, 2.0])),
    "repeat of three axes": lambda K: K.repeat(K.constant(X), 2),
    "padding of three numbers": lambda K: K.temporal_padding(X, (1, 2, 3)),
    "a data format": lambda K: K.bias_add(K.constant(X), K.constant([1.0]), data_format="last"),
    "a bias of two axes": lambda K: K.bias_add(K.constant(M), K.constant(M)),
    "switch": lambda K: K.switch(K.constant(X), K.constant(M), K.constant(M)),
    "batch_dot of rows": lambda K: K.batch_dot(K.constant([1.0]), K.constant([1.0])),
    "batch_dot of other batches": lambda K: K.batch_dot(K.constant(M), K.constant(M[:1])),
    "batch_dot along the batch": lambda K: K.batch_dot(K.constant(M), K.constant(M), axes=0),
    "batch_dot of other sizes": lambda K: K.batch_dot(K.constant(X), K.constant(M), axes=(2, 1)),
    "batch_dot along several": lambda K: K.batch_dot(
        K.constant(X), K.constant(X), axes=((1, 2), (1, 2))
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_refusals(name):
    for library in (theirs, scratch.backend):
        with pytest.raises(ValueError, match=r"\w"):
            WRONG[name](library)


DRAWN = {
    "normal": lambda K, **seed: K.random_normal((5, 7), 1.0, 2.0, **seed),
    "normal, float64": lambda K, **seed: K.random_normal((5,), dtype="float64", **seed),
    "uniform": lambda K, **seed: K.random_uniform((5, 7), -1.0, 3.0, **seed),
    "truncated": lambda K, **seed: K.truncated_normal((50,), **seed),
    "bernoulli": lambda K, **seed: K.random_bernoulli((50,), 0.3, **seed),
    "dropout": lambda K, **seed: K.dropout(K.constant(X), 0.4, **seed),
}


@pytest.mark.parametrize("program", [None, 5])
@pytest.mark.parametrize("seed", [None, 12])
@pytest.mark.parametrize("name", DRAWN)
def test_the_same_draws(name, seed, program):
    found = []
    tf.random.set_seed(program)
    scratch.random.seeding.state.seed = program
    for K in (theirs, scratch.backend):
        np.random.seed(3)
        found.append(np.asarray(DRAWN[name](K, **({} if seed is None else {"seed": seed}))))
    tf.random.set_seed(None)
    np.testing.assert_allclose(found[1], found[0], rtol=FEW_ROUNDINGS)
    assert found[0].dtype == found[1].dtype


def test_variables_of_random_numbers():
    for draw in ("random_normal_variable", "random_uniform_variable"):
        v = getattr(scratch.backend, draw)((3, 4), 0.0, 1.0, seed=5)
        assert tuple(v.shape) == (3, 4) and np.ptp(v.numpy()) > 0


def test_a_network_draws_anew_in_every_pass():
    """The sampling layer of the older variational autoencoders, in both."""
    losses = []
    tf.random.set_seed(4)
    scratch.random.seeding.state.seed = 4
    for library, K in ((keras, theirs), (scratch, scratch.backend)):

        class Sampling(library.layers.Layer):  # type: ignore[name-defined]
            def call(self, mean, K=K):
                np.random.seed(8)
                return mean + K.random_normal((4, 2))

        library.utils.set_random_seed(4)
        model = library.Sequential(
            [library.Input((2,), batch_size=4), library.layers.Dense(2), Sampling()]
        )
        model.compile("sgd", "mse")
        x = np.tile(M[:, :2], (4, 1))
        losses.append(model.fit(x, x, batch_size=4, epochs=3, verbose=0, shuffle=False).history)
    keras.utils.clear_session(free_memory=False)
    tf.random.set_seed(None)
    assert losses[1]["loss"] == pytest.approx(losses[0]["loss"], rel=FEW_ROUNDINGS)


def test_other_spellings():
    from keras._tf_keras import keras as tf_keras

    for space in ("losses", "metrics"):
        for name in ("KLD", "MAE", "MAPE", "MSE", "MSLE", "kld", "kullback_leibler_divergence",
                     "logcosh", "mae", "mape", "mse", "msle"):  # fmt: skip
            ours, their = (getattr(getattr(k, space), name) for k in (scratch, tf_keras))
            assert ours.__name__ == their.__name__
            np.testing.assert_allclose(ours(Y, P), their(Y, P), rtol=FEW_ROUNDINGS)
    ours, their = scratch.losses.Reduction, tf_keras.losses.Reduction
    assert ours.all() == their.all()
    for one in (ours, their):
        one.validate(one.SUM)
        with pytest.raises(ValueError, match="Invalid Reduction Key: mean"):
            one.validate("mean")
    assert scratch.utils.Sequence is scratch.utils.PyDataset
    for k in (scratch, tf_keras):
        assert k.mixed_precision.Policy is k.DTypePolicy
        assert k.mixed_precision.dtype_policy() == k.mixed_precision.global_policy()
        assert k.mixed_precision.global_policy().name == "float32"
        assert k.backend.get_uid("parity again") == 1
        k.mixed_precision.set_global_policy("float64")
        assert k.layers.Dense(1).dtype == "float64"
        k.mixed_precision.set_dtype_policy("float32")
    with pytest.raises(ValueError, match="Mixed precision"):
        scratch.mixed_precision.set_global_policy("mixed_float16")
