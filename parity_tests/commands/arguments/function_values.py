# ruff: noqa: E501 - one line a subject
"""What each function of `ops` and `random` is called with, and the other value of each argument.

As in `values`: by the argument's name, and by the subject where it needs another.
"""

from typing import Any

import numpy as np

from parity_tests.commands.arguments import window_values
from parity_tests.commands.arguments.values import LABELS, X3, P, T, X

_MORE = (X * 0.7 + 0.3).astype("float32")
_OTHER_X = (0.1 - 1.3 * X[::-1]).astype("float32")
_POSITIVE = np.abs(X) + np.float32(0.1)
_CUBE = np.sin(np.arange(27, dtype="float32")).reshape(3, 3, 3)
_SQUARE = np.sin(np.arange(36, dtype="float32")).reshape(6, 6)
_WHOLE = np.arange(24).reshape(4, 6) % 4
_STRANGE = np.array([1.0, np.inf, np.nan, -np.inf], "float32")

_UNARY_OF_POSITIVE = ("log", "log10", "log1p", "log2", "sqrt", "rsqrt", "reciprocal")
_COMPARED = ("equal", "not_equal", "greater", "greater_equal", "less", "less_equal")
_LOGICAL = ("logical_and", "logical_or", "logical_xor")
_LIKE = ("ones_like", "zeros_like", "full_like", "ndim", "shape", "size")

# By the name of the argument, where a function needs it; `BASE` names those that it is given.
_GIVEN: dict[str, Any] = {"x": X, "x1": X, "x2": _MORE}

_BASE: dict[str, dict[str, Any]] = {
    **window_values.OPS,
    **{f"ops.{n}": {"x": _POSITIVE} for n in _UNARY_OF_POSITIVE},
    **{f"ops.{n}": {"x1": np.float32(_WHOLE), "x2": np.float32(_WHOLE[::-1])} for n in _COMPARED},
    **{f"ops.{n}": {"x1": X > 0, "x2": X > 0.5} for n in _LOGICAL},
    **{f"ops.{n}": {"x": _STRANGE} for n in ("isfinite", "isinf", "isnan")},
    "ops.logical_not": {"x": X > 0}, "ops.all": {"x": X > -9}, "ops.any": {"x": X > 0},
    "ops.arange": {"start": 1, "stop": 9},
    "ops.batch_normalization": {"x": _SQUARE, "mean": X[0], "variance": _POSITIVE[0], "axis": -1},
    **{f"ops.{n}": {"target": T, "output": P} for n in ("binary_crossentropy", "categorical_crossentropy")},
    "ops.sparse_categorical_crossentropy": {"target": LABELS, "output": P},
    "ops.broadcast_to": {"x": X, "shape": (2, 4, 6)}, "ops.cast": {"dtype": "int32"}, "ops.clip": {"x_min": -0.5, "x_max": 0.5},
    "ops.concatenate": {"xs": [X, _MORE]}, "ops.stack": {"x": [X, _MORE]},
    "ops.cond": {"pred": True, "true_fn": lambda k: lambda: k.ops.ones((2,)), "false_fn": lambda k: lambda: k.ops.zeros((2,))},
    "ops.count_nonzero": {"x": _WHOLE}, "ops.digitize": {"bins": [-0.5, 0.0, 0.7]},
    "ops.dot": {"x2": _MORE.T}, "ops.matmul": {"x2": _MORE.T}, "ops.tensordot": {"x1": _CUBE, "x2": _CUBE * 2},
    "ops.einsum": {"subscripts": "ij,kj->ik", "operands": [X, _MORE]}, "ops.expand_dims": {"axis": 0}, "ops.eye": {"N": 3},
    "ops.full": {"shape": (2, 3), "fill_value": 2.5}, "ops.full_like": {"fill_value": 2.5}, "ops.ones": {"shape": (2, 3)}, "ops.zeros": {"shape": (2, 3)},
    "ops.in_top_k": {"targets": LABELS, "predictions": P, "k": 1}, "ops.linspace": {"start": np.array([0.0, 1.0], "float32"), "stop": np.array([5.0, 3.0], "float32"), "num": 4},
    "ops.moments": {"axes": [0]}, "ops.moveaxis": {"x": X3, "source": 0, "destination": 2}, "ops.norm": {"axis": 1},
    "ops.one_hot": {"x": LABELS, "num_classes": 4}, "ops.pad": {"pad_width": ((1, 1), (0, 2))}, "ops.power": {"x1": _POSITIVE},
    "ops.repeat": {"repeats": 2}, "ops.tile": {"repeats": 2}, "ops.reshape": {"newshape": (6, 4)},
    "ops.segment_sum": {"data": X, "segment_ids": np.array([0, 0, 1, 2])}, "ops.split": {"indices_or_sections": 2},
    "ops.squeeze": {"x": X[:, None, :, None]}, "ops.stop_gradient": {"variable": X}, "ops.swapaxes": {"x": X3, "axis1": 0, "axis2": 1},
    "ops.take": {"indices": np.array([0, 2])}, "ops.take_along_axis": {"indices": _WHOLE, "axis": 1},
    "ops.threshold": {"threshold": 0.2, "default_value": -1.0}, "ops.top_k": {"k": 2}, "ops.transpose": {"x": X3},
    "random.SeedGenerator": {"seed": 3}, "random.categorical": {"logits": P, "num_samples": 9, "seed": 3},
    "random.dropout": {"inputs": X, "rate": 0.4, "seed": 3}, "random.randint": {"shape": (3, 4), "minval": 0, "maxval": 100, "seed": 3},
    "random.gamma": {"shape": (3, 4), "alpha": 2.0, "seed": 3}, "random.beta": {"shape": (3, 4), "alpha": 2.0, "beta": 3.0, "seed": 3}, "random.binomial": {"shape": (3, 4), "counts": 9, "probabilities": 0.5, "seed": 3},
    "random.shuffle": {"x": X, "seed": 3}, **{f"random.{n}": {"shape": (3, 4), "seed": 3} for n in ("normal", "truncated_normal", "uniform")},
}  # fmt: skip

_OTHER: dict[str, Any] = {
    **window_values.OTHER,
    "x": _OTHER_X, "x1": _OTHER_X, "x2": _OTHER_X, "xs": [_MORE, X], "variable": _OTHER_X, "inputs": _OTHER_X, "data": _OTHER_X, "logits": np.log(P[::-1]),
    "axis": 0, "axis1": 2, "axis2": 2, "axes": [1], "keepdims": True, "initial": 10.0, "dtype": "float64", "shape": (3, 2), "newshape": (3, 8),
    "sparse": True, "ragged": True, "epsilon": 0.5, "alpha": 0.5, "approximate": False, "threshold": 0.9, "default_value": 2.0, "negative_slope": 0.4, "b": 1,
    "start": 2, "stop": 7, "step": 2, "num": 3, "endpoint": False, "retstep": True, "N": 4, "M": 5, "k": 1, "fill_value": 3.5, "x_min": -0.2, "x_max": 0.2,
    "mean": X[1], "variance": _POSITIVE[1], "offset": X[2], "scale": X[3], "gamma": X[2], "beta": X[3], "rms_scaling": True,
    "target": T[::-1].copy(), "output": P[::-1].copy(), "from_logits": True, "pred": False, "true_fn": lambda k: lambda: k.ops.full((2,), 5.0), "false_fn": lambda k: lambda: k.ops.full((2,), 5.0),
    "bins": [0.0], "subscripts": "ij,kj->ki", "operands": [_OTHER_X, X], "targets": LABELS[::-1].copy(), "predictions": P[::-1].copy(),
    "synchronized": True, "source": 1, "destination": 1, "ord": 1, "order": 3, "num_classes": 5, "pad_width": ((0, 1), (1, 0)), "mode": "reflect", "constant_values": 2.0,
    "repeats": 3, "decimals": 1, "segment_ids": np.array([0, 1, 2, 2]), "num_segments": 5, "sorted": True, "indices_or_sections": [1, 3], "condition": X > 1,
    "counts": 4, "probabilities": 0.1, "indices": np.array([1, 3]), "seed": 9, "name": "other", "num_samples": 5, "rate": 0.2, "noise_shape": (4, 1), "stddev": 2.0, "minval": -1, "maxval": 50,
}  # fmt: skip

_OTHER_OF: dict[tuple[str, str], Any] = {
    **window_values.OPS_OTHER_OF,
    **{(f"ops.{n}", "x"): X3 for n in _LIKE}, **{(f"ops.{n}", "x"): _POSITIVE * 2 for n in _UNARY_OF_POSITIVE},
    **{(f"ops.{n}", side): np.float32(_WHOLE.T.reshape(4, 6)) for n in _COMPARED for side in ("x1", "x2")},
    **{(f"ops.{n}", side): X < 0 for n in _LOGICAL for side in ("x1", "x2")},
    **{(f"ops.{n}", "x"): _STRANGE[::-1][[1, 1, 0, 3]] for n in ("isfinite", "isinf", "isnan")},
    ("ops.logical_not", "x"): X > 1, ("ops.all", "x"): X > 0, ("ops.any", "x"): X > 9, ("ops.is_tensor", "x"): lambda k: k.ops.convert_to_tensor(X),
    ("ops.any", "axis"): 1, ("ops.argmax", "x"): -X, ("ops.argmin", "x"): -X, ("ops.normalize", "epsilon"): 50.0, ("ops.count_nonzero", "x"): _WHOLE // 2, ("ops.amin", "initial"): -10.0, ("ops.min", "initial"): -10.0,
    ("ops.batch_normalization", "x"): _SQUARE * 2, ("ops.broadcast_to", "x"): X[0], ("ops.broadcast_to", "shape"): (3, 4, 6),
    ("ops.sparse_categorical_crossentropy", "target"): LABELS[::-1].copy(), ("ops.concatenate", "axis"): 1, ("ops.stack", "axis"): 1, ("ops.stack", "x"): [_MORE, X],
    ("ops.split", "axis"): 1, ("ops.expand_dims", "axis"): 1, ("random.shuffle", "axis"): 1,
    ("ops.dot", "x2"): _OTHER_X.T, ("ops.matmul", "x2"): _OTHER_X.T, ("ops.tensordot", "x1"): _CUBE + 1, ("ops.tensordot", "x2"): _CUBE + 1, ("ops.tensordot", "axes"): 1,
    **{(f"ops.{n}", "dtype"): "int32" for n in ("eye", "full", "full_like", "ones", "zeros", "ones_like", "zeros_like", "one_hot")},
    ("random.categorical", "dtype"): "int64", ("random.randint", "dtype"): "int64",
    ("ops.in_top_k", "k"): 2, ("ops.top_k", "k"): 3, ("ops.top_k", "sorted"): False,
    ("ops.linspace", "start"): np.array([2.0, 1.0], "float32"), ("ops.linspace", "stop"): np.array([7.0, 9.0], "float32"), ("ops.linspace", "axis"): -1,
    ("ops.moveaxis", "x"): X3 + 1, ("ops.swapaxes", "x"): X3 + 1, ("ops.transpose", "x"): X3 + 1, ("ops.transpose", "axes"): (2, 0, 1),
    ("ops.one_hot", "x"): LABELS[::-1].copy(), ("ops.power", "x1"): _POSITIVE * 2, ("ops.squeeze", "x"): X3, ("ops.squeeze", "axis"): 1,
    ("ops.take_along_axis", "indices"): _WHOLE[:, ::-1].copy(), ("ops.rms_normalization", "scale"): X[3],
    ("random.beta", "beta"): 5.0, ("random.normal", "mean"): 0.5, ("random.truncated_normal", "mean"): 0.5, ("random.uniform", "maxval"): 2.0, ("random.randint", "minval"): 10,
}  # fmt: skip

# What is given with an argument, before and after, where it means nothing without.
_WITH: dict[tuple[str, str], dict[str, Any]] = {
    **window_values.OPS_WITH,
    ("ops.cond", "false_fn"): {"pred": False},
}


def base(subject: str, argument: str, accepted: tuple[str, ...]) -> dict[str, Any]:
    """What a function is given, but for the other value of an argument."""
    space, _, name = subject.partition(".")
    given = {n: v for n, v in _GIVEN.items() if n in accepted and space == "ops"}
    if name == "where":
        given["condition"] = X > 0
    return {**given, **_BASE.get(subject, {}), **_WITH.get((subject, argument), {})}


def other(subject: str, argument: str) -> Any:
    """The other value of an argument; KeyError where nobody has given one."""
    if (subject, argument) in _OTHER_OF:
        return _OTHER_OF[subject, argument]
    return _OTHER[argument]
