# ruff: noqa: E501 - one line a subject
"""Functions of `ops` that come from NumPy, matrices, Fourier transforms, derivatives of one's own."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls.call import Call

_RNG = np.random.default_rng(5)
X = _RNG.normal(size=(4, 6)).astype("float32")
Y = _RNG.normal(size=(4, 6)).astype("float32")
POSITIVE, UNIT = np.abs(X) + np.float32(0.1), np.tanh(X)
HOLES = np.where(X > 1, np.float32(np.nan), X)
CUBE = _RNG.normal(size=(3, 4, 6)).astype("float32")
WHOLE, OTHERS = _RNG.integers(1, 30, (4, 6)), _RNG.integers(1, 30, (4, 6))
FEW = np.array([3, 1, 3, 2, 1])
SQUARE = (_RNG.normal(size=(3, 3)) + 3 * np.eye(3)).astype("float32")
TURNED = np.ascontiguousarray(SQUARE[::-1, ::-1])
DEFINITE, DEFINITE_2 = SQUARE @ SQUARE.T, TURNED @ TURNED.T + np.eye(3, dtype="float32")
COMPLEX = X[0] + 1j * Y[0]
IMAGE = _RNG.normal(size=(4, 4, 4, 16)).astype("float32")
PAIR = np.array([1.0, 2.0], "float32")
FAR_APART = {"rtol": 10.0, "atol": 0.1, "equal_nan": True}
SIGNAL, SIGNAL_2 = X.reshape(24), Y.reshape(24)
PARTS = (X[:, :5], Y[:, :5])
AGAIN = (Y[:, :5], X[:, :5])


def _of(base: dict[str, Any], /, *other: Any, **others: Any) -> Call:
    """What is given, the other value of the first argument, and those of the others."""
    return Call(base, {**dict(zip(base, other, strict=False)), **others})


def _tensor(x: Any) -> Any:
    return lambda k: [k.ops.convert_to_tensor(x)]


def _with_operands(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    return thing(np.arange(3.0), np.arange(2.0), **given)


def _custom(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    import importlib

    tape_class = importlib.import_module("tensorflow" if k.__name__ == "keras" else "scratch")
    x = k.ops.convert_to_tensor(X)
    with tape_class.GradientTape() as tape:
        tape.watch(x)
        y = thing(given["f"])(x)
    return y, tape.gradient(y, x)


_UNARY = (
    "angle", "arctan", "arcsinh", "array", "bitwise_invert", "cbrt", "conj", "conjugate", "copy",
    "corrcoef", "cosh", "deg2rad", "exp2", "fabs", "fliplr", "flipud", "i0", "imag", "rad2deg",
    "real", "sinc", "sinh", "tan", "trunc", "view_as_real",
)  # fmt: skip
_REDUCED = (
    "median",
    "nanmax",
    "nanmean",
    "nanmedian",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "ptp",
)
_OF_WHOLE = ("bitwise_and", "bitwise_or", "bitwise_xor")
_SHIFTS = ("bitwise_left_shift", "bitwise_right_shift", "left_shift", "right_shift")
_BINARY = (
    "arctan2", "fmax", "fmin", "fmod", "heaviside", "hypot", "logaddexp", "logaddexp2", "nextafter",
)  # fmt: skip
_WINDOW = {"sequence_length": 4, "sequence_stride": 2, "fft_length": 8}
_OTHER_WINDOW = {
    "sequence_length": 5,
    "sequence_stride": 1,
    "fft_length": 12,
    "window": "hamming",
    "center": False,
}

ARRAYS = {
    **{f"ops.{n}": _of({"x": X}, Y) for n in _UNARY},
    "ops.array": _of({"x": X}, Y, dtype="float64"), "ops.bitwise_invert": _of({"x": WHOLE}, OTHERS), "ops.bitwise_not": _of({"x": WHOLE}, OTHERS),
    **{f"ops.{n}": _of({"x": UNIT}, -UNIT) for n in ("arccos", "arcsin", "arctanh", "erfinv")}, "ops.arccosh": _of({"x": POSITIVE + 1}, POSITIVE + 2),
    **{f"ops.{n}": _of({"x": COMPLEX}, X[0] * 2) for n in ("real", "imag", "conj", "conjugate", "view_as_real", "isreal")}, "ops.angle": _of({"x": X}, -X),
    **{f"ops.{n}": _of({"x": np.array([0, np.inf, -np.inf, -1.0], "float32")}, np.array([np.inf, -np.inf, 0, 1], "float32")) for n in ("isneginf", "isposinf", "signbit")},
    **{f"ops.{n}": _of({"x": 6}, 7) for n in ("bartlett", "blackman", "hamming", "hanning")}, "ops.kaiser": _of({"x": 6, "beta": 2.0}, 7, beta=5.0),
    **{f"ops.{n}": _of({"x": HOLES}, Y, axis=0, keepdims=True) for n in _REDUCED},
    **{f"ops.{n}": _of({"x": HOLES}, -HOLES, axis=0, keepdims=True) for n in ("nanargmax", "nanargmin")},
    **{f"ops.{n}": _of({"x1": X, "x2": Y}, Y * 2, X * 3) for n in _BINARY},
    "ops.heaviside": _of({"x1": np.round(X), "x2": Y}, -np.round(X), X), "ops.nextafter": _of({"x1": np.float64(X), "x2": np.float64(Y)}, np.float64(Y), -np.float64(X) * 9),
    **{f"ops.{n}": _of({"x": WHOLE, "y": OTHERS}, OTHERS + 1, WHOLE + 2) for n in _OF_WHOLE}, **{f"ops.{n}": _of({"x": WHOLE, "y": WHOLE % 4}, OTHERS, OTHERS % 3) for n in _SHIFTS},
    **{f"ops.{n}": _of({"x1": WHOLE, "x2": OTHERS}, OTHERS + 1, WHOLE + 2) for n in ("gcd", "lcm")}, "ops.ldexp": _of({"x1": X, "x2": WHOLE % 4}, Y, OTHERS % 3),
    "ops.allclose": Call({"x1": X, "x2": X + np.float32(0.01)}, {"x1": X + np.float32(0.01), "x2": X, "rtol": 10.0, "atol": 0.1, "equal_nan": True}, {"equal_nan": {"x1": HOLES, "x2": HOLES}}),
    "ops.isclose": _of({"x1": HOLES, "x2": HOLES + np.float32(0.01)}, HOLES + np.float32(0.01), HOLES, **FAR_APART),
    "ops.nan_to_num": _of({"x": np.array([1.0, np.nan, np.inf, -np.inf], "float32")}, X, nan=2.0, posinf=3.0, neginf=4.0),
    # Running sums, diagonals
    **{f"ops.{n}": _of({"x": X}, Y, axis=1, dtype="float64") for n in ("cumprod", "cumsum", "nancumprod", "nancumsum")},
    "ops.diff": _of({"a": X}, Y, n=2, axis=0), "ops.trapezoid": _of({"y": X}, Y, x=POSITIVE[0], dx=0.5, axis=0),
    "ops.diag": _of({"x": X}, Y, k=1), "ops.diagflat": _of({"x": FEW}, FEW + 1, k=1), "ops.diagonal": _of({"x": CUBE}, CUBE * 2, offset=1, axis1=2, axis2=2), "ops.trace": _of({"x": CUBE}, CUBE * 2, offset=1, axis1=2, axis2=2),
    "ops.tri": _of({"N": 3}, 4, M=5, k=1, dtype="int32"), "ops.tril": _of({"x": X}, Y, k=1), "ops.triu": _of({"x": X}, Y, k=1), "ops.identity": _of({"n": 3}, 4, dtype="int32"),
    # Arrangement
    "ops.roll": _of({"x": X, "shift": 1}, Y, 2, axis=1), "ops.rot90": _of({"array": CUBE}, CUBE * 2, k=3, axes=(1, 2)),
    **{f"ops.{n}": _of({"x": IMAGE, "block_size": 2}, IMAGE * 2, 4, data_format="channels_first") for n in ("depth_to_space", "space_to_depth")},
    "ops.rearrange": _of({"tensor": X, "pattern": "a b -> b a"}, Y, "a b -> (a b)"), "ops.append": _of({"x1": X, "x2": Y}, Y, X, axis=1),
    **{f"ops.{n}": _of({"xs": [X, Y]}, [Y, X]) for n in ("dstack", "hstack", "vstack")}, **{f"ops.{n}": _of({"x": X, "indices_or_sections": 2}, Y, [1]) for n in ("hsplit", "vsplit")},
    "ops.dsplit": _of({"x": CUBE, "indices_or_sections": 2}, CUBE * 2, 3), "ops.array_split": _of({"x": X, "indices_or_sections": 3}, Y, 2, axis=1), "ops.unstack": _of({"x": X}, Y, num=4, axis=1),
    "ops.meshgrid": Call({}, {"indexing": "ij"}, look=_with_operands),
    # Order, counting
    **{f"ops.{n}": _of({"x": HOLES, "q": 0.38}, Y, 0.6, axis=1, method="nearest", keepdims=True) for n in ("quantile", "nanquantile")},
    **{f"ops.{n}": _of({"x": HOLES, "q": 38.0}, Y, 60.0, axis=1, method="nearest", keepdims=True) for n in ("percentile", "nanpercentile")},
    "ops.quantile": _of({"x": X, "q": 0.3}, Y, 0.6, axis=1, method="nearest", keepdims=True), "ops.percentile": _of({"x": X, "q": 30.0}, Y, 60.0, axis=1, method="nearest", keepdims=True),
    "ops.argpartition": _of({"x": np.arange(9) * 7 % 10, "kth": 2}, np.arange(9), 5, axis=None), "ops.bincount": _of({"x": FEW}, FEW + 1, weights=FEW / 2, minlength=9, sparse=True),
    "ops.histogram": _of({"x": SIGNAL}, SIGNAL_2, bins=4, range=(-1.0, 0.5)), "ops.isin": _of({"x1": WHOLE, "x2": FEW}, OTHERS, OTHERS[0], assume_unique=True, invert=True),
    "ops.nonzero": _of({"x": WHOLE % 3}, OTHERS % 3), "ops.searchsorted": _of({"sorted_sequence": np.array([1.0, 2, 3]), "values": np.array([0.0, 2, 9])}, np.array([2.0, 2, 2]), np.array([1.0, 1.5]), side="right"),
    "ops.unique": Call({"x": FEW}, {"x": FEW * 2, "sorted": False, "return_index": True, "return_inverse": True, "return_counts": True, "axis": 0, "size": 5, "fill_value": 7}, {"axis": {"x": WHOLE % 2}, "fill_value": {"size": 5}}),
    "ops.multi_hot": _of({"inputs": WHOLE % 5, "num_classes": 5}, OTHERS % 5, 6, axis=1, dtype="int32", sparse=True), "ops.select": _of({"condlist": [X > 1, X > 0], "choicelist": [X, Y]}, [Y > 0, X > 0], [Y, X], default=3.0),
    # Products
    "ops.inner": _of({"x1": X, "x2": Y}, Y * 2, X), "ops.vdot": _of({"x1": X, "x2": Y}, Y * 2, X), "ops.kron": _of({"x1": X, "x2": SQUARE}, Y, TURNED),
    "ops.cross": _of({"x1": SQUARE, "x2": TURNED}, SQUARE + 1, TURNED * 2, axisa=0, axisb=0, axisc=0, axis=0), "ops.average": _of({"x": X}, Y, axis=1, weights=POSITIVE), "ops.vander": _of({"x": X[0]}, Y[0], N=3, increasing=True),
    "ops.correlate": _of({"x1": SIGNAL, "x2": X[0]}, SIGNAL_2, Y[0], mode="full"), "ops.cdist": _of({"x": X, "y": Y}, Y * 2, X * 3), "ops.psnr": _of({"x1": X, "x2": Y, "max_val": 1.0}, X + 1, Y + 1, 2.0),
    # Places
    "ops.get_item": _of({"x": X, "key": 1}, Y, 2), "ops.slice": _of({"inputs": X, "start_indices": (0, 1), "shape": (2, 2)}, Y, (1, 1), (1, 2)), "ops.slice_update": _of({"inputs": X, "start_indices": (0, 1), "updates": SQUARE}, Y, (1, 1), TURNED),
    "ops.scatter": _of({"indices": np.array([[0], [2]]), "values": X[:2], "shape": (3, 6)}, np.array([[1], [2]]), Y[:2], (4, 6)), "ops.scatter_update": _of({"inputs": X, "indices": np.array([[0], [2]]), "updates": Y[:2]}, Y, np.array([[1], [2]]), X[2:], reduction="add"),
    "ops.unravel_index": _of({"indices": FEW, "shape": (2, 3)}, FEW + 1, (3, 2)),
    **{f"ops.segment_{n}": _of({"data": X, "segment_ids": np.array([0, 0, 1, 1])}, Y, np.array([0, 1, 1, 1]), num_segments=3, sorted=True) for n in ("max", "min", "prod")},
    # Making
    "ops.dtype": _of({"x": X}, WHOLE), "ops.empty": _of({"shape": (2, 3)}, (3, 2), dtype="int32"), "ops.empty_like": _of({"x": X}, X.T, dtype="int32"), "ops.view": _of({"x": X}, Y, dtype="int32"), "ops.saturate_cast": _of({"x": X * 99, "dtype": "int8"}, Y, "int32"),
    "ops.view_as_complex": _of({"x": X[:, :2]}, X[:2, :2]), "ops.polar": _of({"abs_": POSITIVE, "angle": X}, POSITIVE[:1], Y[0]),
    "ops.logspace": _of({"start": PAIR, "stop": PAIR * 2, "num": 4}, PAIR + 1, PAIR * 3, 5, endpoint=False, base=2.0, dtype="float64", axis=-1), "ops.geomspace": _of({"start": PAIR, "stop": PAIR * 8, "num": 4}, PAIR + 1, PAIR * 9, 5, endpoint=False, dtype="float64", axis=-1),
    # Matrices
    "ops.cholesky": _of({"x": DEFINITE}, DEFINITE_2, upper=True), "ops.cholesky_inverse": _of({"x": SQUARE}, TURNED, upper=True), "ops.logdet": _of({"x": DEFINITE}, DEFINITE_2), "ops.eigh": _of({"x": DEFINITE}, DEFINITE_2), "ops.lu_factor": _of({"x": SQUARE}, SQUARE * 2),
    **{f"ops.{n}": _of({"x": SQUARE}, SQUARE * 2 + 1) for n in ("det", "eig", "inv", "slogdet")}, "ops.matrix_rank": _of({"x": SQUARE}, np.ones((3, 3), "float32"), tol=2.5), "ops.pinv": _of({"x": X}, Y, rcond=0.9), "ops.qr": _of({"x": X.T}, Y.T, mode="complete"),
    "ops.solve": _of({"a": SQUARE, "b": SQUARE[0]}, TURNED, SQUARE[1]), "ops.solve_triangular": _of({"a": SQUARE, "b": SQUARE[0]}, TURNED, SQUARE[1], lower=True), "ops.lstsq": _of({"a": X.T, "b": X[0]}, Y.T, Y[0], rcond=0.9), "ops.svd": _of({"x": X}, Y, full_matrices=False, compute_uv=False),
    # Fourier transforms
    **{f"ops.{n}": _of({"x": PARTS}, AGAIN) for n in ("fft", "fft2", "ifft2")}, "ops.irfft": _of({"x": PARTS}, AGAIN, fft_length=10), "ops.rfft": _of({"x": X}, Y, fft_length=8),
    "ops.extract_sequences": _of({"x": SIGNAL, "sequence_length": 4, "sequence_stride": 2}, SIGNAL_2, 5, 1), "ops.stft": Call({"x": SIGNAL, **_WINDOW}, {"x": SIGNAL_2, **_OTHER_WINDOW}), "ops.istft": Call({"x": PARTS, **_WINDOW}, {"x": AGAIN, **_OTHER_WINDOW, "sequence_length": 6, "fft_length": 9, "length": 3}),
    # Derivatives
    "ops.custom_gradient": Call({"f": lambda k: lambda x: (k.ops.square(x), lambda dy: dy * 3)}, {"f": lambda k: lambda x: (k.ops.square(x), lambda dy: dy * 4)}, look=_custom),
    "ops.jvp": _of({"fun": lambda k: lambda x: (k.ops.sin(x), k.ops.cos(x)), "primals": _tensor(X), "tangents": _tensor(Y)}, lambda k: lambda x: (k.ops.exp(x), x), _tensor(Y), _tensor(X), has_aux=True),
}  # fmt: skip
