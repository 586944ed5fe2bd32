"""Usual mistakes in a backward pass, to be planted: which check notices?

Each replaces a part of what the layers derive by hand, in a model that is thrown away. The forward
pass stays right, so the true derivative is what the other ways find.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np

Gradients = list[np.ndarray]


@dataclass(frozen=True)
class Bug:
    """A mistake.

    Args:
        title: in a few words.
        right, wrong: the equations.
        needs: what a network must have for it to show.
        dz: from a layer, dL/da and its node to the wrong dL/dz; or None.
        send: from a layer, dL/dz, its node and the right way back to the wrong one; or None.
        behind: changes the gradients when all is done, given the model; or None.
    """

    title: str
    right: str
    wrong: str
    needs: str = ""
    dz: Callable[[Any, np.ndarray, Any], np.ndarray] | None = None
    send: Callable[[Any, np.ndarray, Any, Any], Any] | None = None
    behind: Callable[[Any, Gradients], None] | None = None


def _name(layer: Any) -> str:
    return layer.activation.__name__


def _slope(kind: str, f: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Any:
    """A wrong f'(z) for one activation; others stay right."""

    def dz(layer: Any, da: np.ndarray, node: Any) -> Any:
        if _name(layer) != kind:
            return None
        z, y = layer.pre_activation(node.x), node.y
        return da * f(np.asarray(z), y).astype(da.dtype)

    return dz


def _no_slope(layer: Any, da: np.ndarray, node: Any) -> Any:
    return None if _name(layer) == "linear" else da


def _mean_of_bias(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx = right(dz, node)
    if layer.bias is not None:
        node.gradient(layer.bias)[...] = dz.mean(axis=0)
    return dx


def _no_bias(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx = right(dz, node)
    if layer.bias is not None:
        node.gradient(layer.bias)[...] = 0
    return dx


def _first_sample(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx = right(dz, node)
    node.gradient(layer.kernel)[...] = np.outer(node.x[0], dz[0])
    return dx


def _not_divided(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx = right(dz, node)
    node.gradient(layer.kernel)[...] *= len(dz)
    return dx


def _kernel_not_transposed(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx, W = right(dz, node), layer.kernel.array
    return dx if dx is None or W.shape[0] != W.shape[1] else dz @ W


def _sums_sent_back(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx = right(dz, node)
    return None if dx is None else np.repeat(dz.sum(axis=1, keepdims=True), dx.shape[1], axis=1)


def _sign_of_output(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    return right(-dz if layer.name == "output" else dz, node)


def _sample_shifted(layer: Any, dz: np.ndarray, node: Any, right: Any) -> Any:
    dx = right(dz, node)
    np.matmul(np.roll(node.x, 1, axis=0).T, dz, out=node.gradient(layer.kernel))
    return dx


def _penalised(model: Any) -> Iterator[tuple[int, Any]]:
    for i, v in enumerate(model.trainable_variables):
        if v.regularizer is not None:
            yield i, v


def _penalty_of(v: Any) -> np.ndarray:
    l1, l2 = (float(getattr(v.regularizer, key, 0) or 0) for key in ("l1", "l2"))
    return l1 * np.sign(v.numpy()) + 2 * l2 * v.numpy()


def _no_penalty(model: Any, gradients: Gradients) -> None:
    for i, v in _penalised(model):
        gradients[i] -= _penalty_of(v)


def _half_penalty(model: Any, gradients: Gradients) -> None:
    for i, v in _penalised(model):
        gradients[i] -= _penalty_of(v) / 2


BUGS: dict[str, Bug] = {
    "leaky_slope": Bug(
        "No slope below zero", "f'(z) = 0.2 for z < 0", "f'(z) = 0 for z < 0", "leaky_relu",
        dz=_slope("leaky_relu", lambda z, y: (z > 0) * 1.0),
    ),
    "relu_slope": Bug(
        "ReLU's gate forgotten", "f'(z) = 0 for z < 0", "f'(z) = 1 everywhere", "relu",
        dz=_slope("relu", lambda z, y: np.ones_like(z)),
    ),
    "sigmoid_slope": Bug(
        "Half of sigmoid's slope", "f'(z) = a (1 - a)", "f'(z) = a", "sigmoid",
        dz=_slope("sigmoid", lambda z, y: y),
    ),
    "tanh_slope": Bug(
        "tanh's square forgotten", "f'(z) = 1 - a^2", "f'(z) = 1 - a", "tanh",
        dz=_slope("tanh", lambda z, y: 1 - y),
    ),
    "tanh_of_a": Bug(
        "The slope at a, not at z", "f'(z) = 1 - tanh(z)^2", "f'(z) = 1 - tanh(a)^2", "tanh",
        dz=_slope("tanh", lambda z, y: 1 - np.tanh(y) ** 2),
    ),
    "no_slope": Bug(
        "The activation's slope forgotten", "dL/dz = dL/da f'(z)", "dL/dz = dL/da",
        "an activation in a hidden layer", dz=_no_slope,
    ),
    "bias_mean": Bug(
        "The bias's mean, not its sum", "dL/db = sum over the batch of dL/dz",
        "dL/db = mean over the batch of dL/dz", "a bias", send=_mean_of_bias,
    ),
    "bias_zero": Bug(
        "The bias forgotten", "dL/db = sum over the batch of dL/dz", "dL/db = 0", "a bias",
        send=_no_bias,
    ),
    "first_sample": Bug(
        "One sample only", "dL/dW = sum over the batch of x dL/dz", "x dL/dz of the first sample",
        send=_first_sample,
    ),
    "not_divided": Bug(
        "The batch's size forgotten", "dL/dW of the mean over the batch", "of the sum",
        send=_not_divided,
    ),
    "sample_shifted": Bug(
        "Samples mixed up", "x and dL/dz of the same sample", "x of the sample before",
        send=_sample_shifted,
    ),
    "not_transposed": Bug(
        "A transpose forgotten", "dL/dx = dL/dz W^T", "dL/dx = dL/dz W",
        "a square kernel behind the first layer: two layers of as many units",
        send=_kernel_not_transposed,
    ),
    "sums_back": Bug(
        "Sent back without the weights", "dL/dx_i = sum_j dL/dz_j W_ij",
        "dL/dx_i = sum_j dL/dz_j", "a hidden layer", send=_sums_sent_back,
    ),
    "sign": Bug(
        "The error's sign", "a - y", "y - a", send=_sign_of_output,
    ),
    "no_penalty": Bug(
        "The penalty's gradient forgotten", "dL/dW = ... + 2 l2 W", "dL/dW = ...",
        "a kernel_regularizer", behind=_no_penalty,
    ),
    "half_penalty": Bug(
        "The square's factor forgotten", "d(l2 W^2)/dW = 2 l2 W", "l2 W",
        "a kernel_regularizer L2", behind=_half_penalty,
    ),
}  # fmt: skip


def described(name: str) -> dict[str, str]:
    """What is told of a mistake."""
    bug = BUGS[name]
    return {
        "name": name, "title": bug.title, "right": bug.right, "wrong": bug.wrong,
        "needs": bug.needs,
    }  # fmt: skip


@contextmanager
def planted(model: Any, bug: Bug | None) -> Iterator[None]:
    """The layers of a model derive wrongly inside of it."""
    changed = []
    for layer in model.layers if bug is not None else ():
        if not hasattr(layer, "backward_z"):
            continue
        changed.append(layer)
        _plant(layer, bug)
    try:
        yield
    finally:
        for layer in changed:
            for name in ("backward", "backward_z"):
                vars(layer).pop(name, None)


def _plant(layer: Any, bug: Any) -> None:
    backward, backward_z = layer.backward, layer.backward_z
    if bug.dz is not None:

        def wrongly(da: np.ndarray, node: Any) -> Any:
            dz = bug.dz(layer, da, node)
            return backward(da, node) if dz is None else backward_z(dz, node)

        object.__setattr__(layer, "backward", wrongly)
    if bug.send is not None:
        object.__setattr__(
            layer, "backward_z", lambda dz, node: bug.send(layer, dz, node, backward_z)
        )
