"""Models as ONNX files: what onnxruntime computes from them is what `predict` gives."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS, LAMBDA_FAILS
from parity_tests.suite.ops.operations import CASES, by_name
from scratch import layers, ops

onnx = pytest.importorskip("onnx", reason="the package onnx is not installed")
onnxruntime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")

X = np.random.default_rng(0).normal(size=(5, 6)).astype("float32")
TOKENS = np.random.default_rng(1).integers(0, 9, (5, 4)).astype("int32")


def run(path, *arrays):
    session = onnxruntime.InferenceSession(path)
    feeds = dict(zip([x.name for x in session.get_inputs()], arrays, strict=True))
    return session.run(None, feeds)


def same(model, path, *arrays, **settings):
    """The file, on these and on fewer samples."""
    model.export(path, format="onnx", verbose=False, **settings)
    for n in (len(arrays[0]), 2):
        given = [a[:n] for a in arrays]
        ours = model.predict(given if len(given) > 1 else given[0], verbose=0)
        found = run(path, *given)
        expected = scratch.tree.flatten(ours)
        assert len(found) == len(expected)
        for one, other in zip(found, expected, strict=True):
            assert (one.dtype, one.shape) == (other.dtype, other.shape)
            size = np.abs(other).max()
            np.testing.assert_allclose(one, other, rtol=FEW_ROUNDINGS, atol=FEW_ROUNDINGS * size)


def dense(*more, **settings):
    return lambda: scratch.Sequential(
        [scratch.Input((6,)), layers.Dense(8, **settings), *more, layers.Dense(3)]
    )


def branches():
    a, b = scratch.Input((6,), name="a"), scratch.Input((4,), name="b", dtype="int32")
    embedded = layers.Flatten()(layers.Embedding(9, 3)(b))
    left = layers.Dense(12, activation="relu")(a)
    right = layers.Dense(12)(embedded)
    merged = layers.Concatenate()([layers.Add()([left, right]), layers.Multiply()([left, right])])
    split = layers.Reshape((4, 6))(merged)
    turned = layers.Permute((2, 1))(split)
    dots = layers.Dot(axes=(2, 1), normalize=True)([split, turned])
    return scratch.Model([a, b], [layers.Dense(2)(merged), layers.Flatten()(dots)])


class Written(scratch.Model):
    """A model of which there is only a `call`."""

    def __init__(self):
        super().__init__()
        self.hidden, self.out = layers.Dense(8), layers.Dense(2, use_bias=False)

    def call(self, x, training=False):
        h = ops.tanh(self.hidden(x)) ** 2
        h = ops.where(h > 0.3, h, ops.max(h, axis=-1, keepdims=True))
        return self.out(ops.concatenate([h[:, ::2], h[:, 1::2]], axis=1)), ops.argmax(h, axis=-1)


ACTIVATIONS = (
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_tanh", "leaky_relu",
    "linear", "log_sigmoid", "log_softmax", "mish", "relu", "relu6", "selu", "sigmoid", "silu",
    "soft_shrink", "softmax", "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "sparsemax",
    "squareplus", "tanh", "tanh_shrink",
)  # fmt: skip


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, tmp_path):
    same(dense(activation=name)(), tmp_path / "model.onnx", X)


BETWEEN = {
    "batch normalization": lambda: layers.BatchNormalization(),
    "layer normalization": lambda: layers.LayerNormalization(),
    "group normalization": lambda: layers.GroupNormalization(2),
    "rms normalization": lambda: layers.RMSNormalization(),
    "unit normalization": lambda: layers.UnitNormalization(),
    "dropout": lambda: layers.Dropout(0.5),
    "noise": lambda: layers.GaussianNoise(1.0),
    "leaky relu": lambda: layers.LeakyReLU(0.1),
    "prelu": lambda: layers.PReLU("uniform"),
    "repeat": lambda: layers.RepeatVector(3),
    "einsum": lambda: layers.EinsumDense("ab,bc->ac", 5),
    "rescaling": lambda: layers.Rescaling(0.5, 1.0),
}


@pytest.mark.parametrize("name", BETWEEN)
def test_layers(name, tmp_path):
    model = dense(BETWEEN[name]())()
    model.compile("sgd", "mse")
    if name == "batch normalization":  # so that its averages are no longer 0 and 1
        model.fit(X, np.zeros((5, 3)), epochs=2, verbose=0)
    same(model, tmp_path / "model.onnx", X)


def test_several_inputs_and_outputs(tmp_path):
    same(branches(), tmp_path / "model.onnx", X, TOKENS)


def test_a_model_that_is_written_out(tmp_path):
    model = Written()
    with pytest.raises(ValueError, match="never called"):
        model.export(tmp_path / "model.onnx", format="onnx")
    model.predict(X, verbose=0)
    same(model, tmp_path / "model.onnx", X)
    same(model, tmp_path / "model.onnx", X, input_signature=[layers.InputSpec(shape=(None, 6))])


def test_preprocessing(tmp_path):
    normalization = layers.Normalization()
    normalization.adapt(X)
    model = scratch.Sequential(
        [scratch.Input((6,)), normalization, layers.Discretization([-0.5, 0.0, 0.7])]
    )
    same(model, tmp_path / "model.onnx", X)
    model = scratch.Sequential(
        [scratch.Input((4,), dtype="int32"), layers.CategoryEncoding(9, output_mode="multi_hot")]
    )
    same(model, tmp_path / "model.onnx", TOKENS)


# Every operation that ONNX has, on what its cases are.
class Case(scratch.Model):
    """A function of `ops` as a model."""

    def __init__(self, function):
        super().__init__()
        self.function = function

    def call(self, inputs):
        return self.function(ops, *(inputs if isinstance(inputs, list) else [inputs]))


INSIDE = {
    "abs", "add", "subtract", "multiply", "divide", "divide_no_nan", "floor_divide", "mod",
    "power", "square", "sqrt", "rsqrt", "reciprocal", "sign", "maximum", "minimum", "clip", "erf",
    "erfc", "normalize", "exp", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan",
    "arcsin", "arccos", "arctan", "sinh", "cosh", "arcsinh", "arccosh", "arctanh", "equal",
    "not_equal", "greater", "less", "less_equal", "logical_and", "logical_or", "logical_xor",
    "logical_not", "isnan", "isinf", "isfinite", "where", "floor", "ceil", "round", "matmul",
    "einsum", "dot", "tensordot", "outer", "norm", "sum", "mean", "var", "std", "max", "min",
    "prod", "logsumexp", "all", "any", "argmax", "argmin", "sort", "argsort", "top_k", "reshape",
    "expand_dims", "squeeze", "ravel", "transpose", "swapaxes", "moveaxis", "flip", "concatenate",
    "stack", "split", "tile", "repeat", "pad", "take", "getitem", "one_hot", "digitize", "cumsum",
    "tril", "triu", "deg2rad", "kron", "softmax", "log_softmax", "relu", "sparsemax",
}  # fmt: skip


def exported(case):
    """Whether a case's function is one of those."""
    name = case.name.split(" ")[0]
    inside = any(name == n or name.startswith(n + "_") for n in INSIDE)
    return inside and not name.endswith("_pool")  # which begins like `max`


@by_name([case for case in CASES if exported(case)])
def test_operations(case, tmp_path):
    arrays = case.arrays("float32")
    arrays = [np.asarray(a, "int32" if a.dtype.kind == "i" else a.dtype) for a in arrays]
    signature = [layers.InputSpec(shape=a.shape, dtype=a.dtype.name) for a in arrays]
    model = Case(case.f)
    path = tmp_path / "model.onnx"
    structure = signature[0] if len(signature) == 1 else signature
    model.export(path, format="onnx", verbose=False, input_signature=[structure])
    (found,) = run(path, *arrays)
    expected = case.f(ops, *arrays)
    assert (found.dtype, found.shape) == (expected.dtype, expected.shape)
    close = LAMBDA_FAILS * FEW_ROUNDINGS
    np.testing.assert_allclose(found, expected, rtol=close, atol=close)


def test_another_format(tmp_path):
    model = dense()()
    with pytest.raises(ValueError, match="Unrecognized format=pickle"):
        model.export(tmp_path / "model", format="pickle")
    for format in ("tf_saved_model", "openvino", "litert", "torch"):
        with pytest.raises(ValueError, match="framework which is not here"):
            model.export(tmp_path / "model", format=format)
    with pytest.raises(ValueError, match="18 or later"):
        model.export(tmp_path / "model", format="onnx", opset_version=9)


def test_what_onnx_does_not_have(tmp_path):
    with pytest.raises(ValueError, match=r"`ops\.bessel` has no counterpart"):
        Case(lambda o, x: o.i0(x)).export(
            tmp_path / "m", format="onnx", input_signature=[layers.InputSpec(shape=(None, 6))]
        )
    assert not (tmp_path / "m").exists()
