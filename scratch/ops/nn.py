"""What neural networks add: rectifiers, softmax, one-hot codes and cross-entropies.

    softmax      y_i = e^{x_i} / sum_k e^{x_k}      dx = y (dy - sum dy y)
    from logits  L = log sum_k e^{z_k} - z_c        dz = softmax(z) - onehot(c)
    binary       L = log(1 + e^z) - t z             dz = sigmoid(z) - t

Cross-entropies of probabilities clip these to [eps, 1 - eps], as Keras does, and outside of that
have derivative 0. Therefore quirk K2: of what is itself a softmax (or a sigmoid), the logits behind
it are used (see `logits`), and nothing is clipped.
"""

import warnings
from typing import Any

import numpy as np

from scratch import config
from scratch.ops.arithmetic import clip, divide, multiply, subtract
from scratch.ops.casting import cast, convert_to_tensor
from scratch.ops.comparison import where
from scratch.ops.complex_step import is_complex, real
from scratch.ops.elementwise import exp, log, sigmoid
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.logits import logits_of
from scratch.ops.graph.operation import Operation, Tensor, operation
from scratch.ops.reduction import sum
from scratch.ops.shape import expand_dims


@operation(promote=True, derivative=lambda dy, y, x: where(x > 0, dy, 0))
def relu(x: Tensor) -> Tensor:
    """`max(x, 0)`. Derivative at 0: 0."""
    return np.where(x.real > 0, x, 0) if is_complex(x) else np.maximum(x, 0)


@operation(
    floating=True,
    of_logits=True,
    derivative=lambda dy, y, x, axis: (dy - sum(dy * y, axis=axis, keepdims=True)) * y,
)
def softmax(x: Tensor, axis: Any = -1) -> Tensor:
    """Positive numbers that add up to 1 along `axis` (or over all, for None).

    Warns of an axis of size 1.
    """
    warn_of_one_class(x, axis)
    e = np.exp(x - np.max(real(x), axis=axis, keepdims=True))
    return e / np.sum(e, axis=axis, keepdims=True)


def warn_of_one_class(x: np.ndarray, axis: Any) -> None:
    """Warns of a softmax along an axis of size 1, which is 1 whatever x is."""
    if isinstance(axis, int) and -x.ndim <= axis < x.ndim and x.shape[axis] == 1:
        warnings.warn(
            f"You are using a softmax over axis {axis} of a tensor of shape {x.shape}. This axis "
            "has size 1. The softmax operation will always return the value 1, which is likely "
            "not what you intended. Did you mean to use a sigmoid instead?",
            stacklevel=3,
        )


@operation(
    floating=True,
    derivative=lambda dy, y, x, axis: dy - sum(dy, axis=axis, keepdims=True) * exp(y),
)
def log_softmax(x: Tensor, axis: Any = -1) -> Tensor:
    """`log(softmax(x))`, without overflow."""
    shifted = x - np.max(real(x), axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


@operation()
def one_hot(x: Tensor, num_classes: int, axis: int = -1, dtype: Any = None) -> Tensor:
    """A 1 at the place that `x` names, on a new `axis` of size `num_classes`; else zeros.

    A number outside [0, num_classes) gives zeros alone. `dtype` defaults to float32.
    """
    hot = np.equal(cast(x, "int64")[..., None], np.arange(num_classes))
    return np.moveaxis(hot.astype(dtype or "float32"), -1, axis)


# Cross-entropies -----------------------------------------------------------------------------


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """`-(t log p + (1 - t) log(1 - p))`, element by element.

    Args:
        target: labels t from 0 to 1.
        output: probabilities p of the same shape, or logits.
        from_logits: whether a sigmoid is still to be applied.

    Raises:
        ValueError: when the shapes differ.
    """
    target, output = convert_to_tensor(target), convert_to_tensor(output)
    _same_shape(target, output)
    output, from_logits = _logits_behind(output, from_logits, sigmoid, "binary_crossentropy")
    if from_logits:
        return _sigmoid_crossentropy(target, output)
    p = clip(output, config.epsilon(), 1.0 - config.epsilon())
    missed = multiply(subtract(1, target), log(1 - p))
    return -(multiply(target, log(p)) + missed)


@operation(floating=True, derivative=lambda dy, y, target, z: (-dy * z, dy * (sigmoid(z) - target)))
def _sigmoid_crossentropy(target: Tensor, z: Tensor) -> Tensor:
    positive = real(z) >= 0
    return np.where(positive, z, 0.0) - z * target + np.log1p(np.exp(np.where(positive, -z, z)))


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """`-sum t log p` along `axis`.

    Args:
        target: distributions t.
        output: probabilities p of the same shape (made to add up to 1, then clipped), or logits.
        from_logits: whether a softmax is still to be applied.
        axis: the axis of the classes.

    Raises:
        ValueError: when the shapes differ, or have no axis.
    """
    target, output = convert_to_tensor(target), convert_to_tensor(output)
    if target.shape is not None and len(target.shape) < 1:
        raise ValueError(
            "Arguments `target` and `output` must be at least rank 1. Received: "
            f"target.shape={target.shape}, output.shape={output.shape}"
        )
    _same_shape(target, output)
    output, from_logits = _logits_behind(output, from_logits, softmax, "categorical_crossentropy")
    if from_logits:
        return _softmax_crossentropy(target, output, axis=axis)
    p = divide(output, sum(output, axis=axis, keepdims=True))
    p = clip(p, config.epsilon(), 1.0 - config.epsilon())
    return -sum(multiply(target, log(p)), axis=axis)


def _softmax_crossentropy_derivative(dy: Any, y: Any, target: Any, z: Any, axis: int) -> tuple:
    # p - t holds for labels that add up to 1; TensorFlow uses it for all (quirk).
    dy = expand_dims(dy, axis)
    return -dy * log_softmax(z, axis=axis), dy * (softmax(z, axis=axis) - target)


@operation(floating=True, error=ValueError, derivative=_softmax_crossentropy_derivative)
def _softmax_crossentropy(target: Tensor, z: Tensor, axis: int = -1) -> Tensor:
    _same_shape(target, z)
    return -np.sum(target * log_softmax.compute(z, axis), axis=axis)


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """`-log p_c`, c the class number.

    Args:
        target: class numbers c; (...) or (..., 1). Fractions are cut off.
        output: probabilities p (..., k), clipped and then made to add up to 1; or logits.
        from_logits: whether a softmax is still to be applied.
        axis: the axis of the classes; must be the last.

    Raises:
        ValueError: for another axis, or shapes that do not fit.
        InvalidArgumentError: for a class number outside [0, k).
    """
    target, output = cast(target, "int64"), convert_to_tensor(output)
    rank = None if output.shape is None else len(output.shape)
    if axis != -1 and axis != (rank or 0) - 1:
        raise ValueError(f"Only axis=-1 is currently supported. Received: axis={axis}")
    output, from_logits = _logits_behind(
        output, from_logits, softmax, "sparse_categorical_crossentropy"
    )
    if target.shape is not None and output.shape is not None:
        _fits_but_for_classes(target.shape, output.shape)
    if not from_logits:
        output = log(clip(output, config.epsilon(), 1 - config.epsilon()))
    return _sparse_softmax_crossentropy(target, output)


def _sparse_derivative(dy: Any, y: Any, target: Any, z: Any) -> tuple[Any, Any]:
    return None, expand_dims(dy, -1) * _minus_one_at(softmax(z), target)


@operation(error=ValueError, derivative=_sparse_derivative)
def _sparse_softmax_crossentropy(target: Tensor, z: Tensor) -> Tensor:
    _fits_but_for_classes(target.shape, z.shape)
    k = z.shape[-1]
    outside = (target < 0) | (target >= k)
    if np.any(outside):
        raise InvalidArgumentError(
            f"Received a label value of {target[outside].flat[0]} which is outside the valid range "
            f"of [0, {k}). There are {k} logits, so class numbers run from 0 to {k - 1}. "
            f"Label values: {np.array2string(np.ravel(target), threshold=20)}"
        )
    places = target.reshape(*z.shape[:-1], 1)
    return -np.take_along_axis(log_softmax.compute(z), places, axis=-1)[..., 0]


@operation(derivative=lambda dy, y, p, target: (dy, None))
def _minus_one_at(p: Tensor, target: Tensor) -> Tensor:
    """Probabilities minus one-hot labels."""
    return p - np.equal(target.reshape(*p.shape[:-1], 1), np.arange(p.shape[-1]))


def _logits_behind(
    output: Any, from_logits: bool, function: Operation, caller: str
) -> tuple[Any, bool]:
    """The logits behind `output`, if there are any, and whether `output` now is logits.

    Like Keras, this does not ask of which function: `function` is the one that `caller` expects.
    """
    logits = logits_of(output)
    if logits is None:
        return output, from_logits
    if from_logits:
        warnings.warn(
            f"`{caller}` received `from_logits=True`, but the `output` argument was produced by a "
            f"{function.name.capitalize()} activation and thus does not represent logits. Was this "
            "intended?",
            stacklevel=3,
        )
    return logits, True


def _same_shape(target: Any, output: Any) -> None:
    a, b = target.shape, output.shape
    if a is None or b is None:
        return
    if len(a) != len(b):
        raise ValueError(
            "Arguments `target` and `output` must have the same rank (ndim). Received: "
            f"target.shape={a}, output.shape={b}"
        )
    if any(m != n for m, n in zip(a, b, strict=True) if m is not None and n is not None):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape. Received: "
            f"target.shape={a}, output.shape={b}"
        )


def _fits_but_for_classes(target: tuple, output: tuple) -> None:
    if not output:
        raise ValueError(f"Argument `output` must be at least rank 1. Received: {output=}")
    if len(target) == len(output) and target[-1] == 1:
        target = target[:-1]
    if len(target) != len(output) - 1:
        raise ValueError(
            "Argument `output` must have rank (ndim) `target.ndim - 1`. Received: "
            f"target.shape={target}, output.shape={output}"
        )
    if any(m != n for m, n in zip(target, output, strict=False) if m is not None and n is not None):
        raise ValueError(
            "Arguments `target` and `output` must have the same shape up until the last "
            f"dimension: target.shape={target}, output.shape={output}"
        )
