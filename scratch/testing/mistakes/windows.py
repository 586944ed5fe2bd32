"""Usual mistakes in a convolution and in a pool.

    z[n, o] = sum over taps t of x[n, i(o, t)] W[t] + b,    y = f(z)
    dz = dy * f'(z),   dW[t] = sum over n, o of x[n, i]^T dz[n, o],   db = sum of dz over n, o
    dx[n, i] = sum over the o, t that see i of dz[n, o] W[t]^T

    max       y = max over taps,   dx: each dy to the first largest number of its window
    average   y = mean over taps,  dx: dy / count to each place

`given` has z, the input of the layer; its `layer`; `weights`, by name; dy; and f, backward.
"""

import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch.kernels import convolution
from scratch.kernels.windows import Windows
from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue

CONVOLUTION = Catalogue()
MAX = Catalogue()
AVERAGE = Catalogue()


def _room(name: str, shape: Any, dtype: Any) -> np.ndarray:
    return np.empty(shape, dtype)


class _Batch:
    """What a convolution makes of a batch, with another kernel or other windows."""

    def __init__(self, given: SimpleNamespace) -> None:
        self.given, self.x = given, given.z
        self.W, self.b = given.weights["kernel"], given.weights.get("bias")
        self.w: Windows = given.layer.windows(self.x.shape[1:-1])

    def z(self, W: np.ndarray, w: Windows | None = None, bias: bool = True) -> np.ndarray:
        w = w or self.w
        z = np.empty((len(self.x), *w.output, W.shape[-1]))
        convolution.convolve(self.x, W, w, z, _room)
        return z if self.b is None or not bias else z + self.b

    def answers(
        self, z: np.ndarray, W: np.ndarray, w: Windows | None = None, dz: Any = None
    ) -> Answers:
        """All quantities, as they follow from z, the kernel and the windows."""
        w = w or self.w
        dz = self.given.backward(self.given.dy, z) if dz is None else dz
        dW = convolution.kernel_gradient(self.x, dz, w, np.empty(W.shape), _room)
        dx = convolution.input_gradient(dz, W, w, np.empty(self.x.shape), _room)
        found = {"output": self.given.f(z), "dW": dW, "dx": dx}
        rows = len(self.x) if self.given.averages else 1
        found["dW"] = dW / rows
        if self.b is not None:
            found["db"] = dz.sum(axis=tuple(range(dz.ndim - 1))) / rows
        return found


def _turned(W: np.ndarray) -> np.ndarray:
    return np.flip(W, tuple(range(W.ndim - 2)))


@CONVOLUTION.add(
    "kernel turned round",
    right="z[o] = sum over t of x[o + t] W[t]",
    wrong="z[o] = sum over t of x[o + k - 1 - t] W[t]",
    why="Mathematics turns the kernel round, Keras (and every other library) does not: what is "
    "called a convolution here is a correlation. Drop the flip in forward and backward.",
)
def _kernel_turned_round(given: Any) -> Answers:
    batch = _Batch(given)
    W = _turned(batch.W)
    said = batch.answers(batch.z(W), W)
    return {**said, "dW": _turned(said["dW"])}


@CONVOLUTION.add(
    "rows and columns of the kernel exchanged",
    right="W is (rows, columns, channels, filters)",
    wrong="W is (columns, rows, channels, filters)",
    why="The first axis of the kernel goes down the image, the second across it.",
)
def _rows_and_columns(given: Any) -> Answers:
    batch = _Batch(given)
    if batch.W.ndim != 4:
        return {}
    W = batch.W.swapaxes(0, 1)
    said = batch.answers(batch.z(W), W)
    return {**said, "dW": said["dW"].swapaxes(0, 1)}


@CONVOLUTION.add(
    "odd place of the padding in front",
    right='padding="same": (k - 1) // 2 zeros in front, the rest behind',
    wrong="the odd zero in front",
    why="Where the number of zeros is odd, TensorFlow puts the one more behind: below and right.",
)
def _odd_place_in_front(given: Any) -> Answers:
    batch = _Batch(given)
    w = batch.w
    sizes = zip(w.spatial, w.size, w.strides, w.dilation, w.before, w.output, strict=True)
    totals = [(max((o - 1) * s + (k - 1) * d + 1 - n, 0), b) for n, k, s, d, b, o in sizes]
    other = dataclasses.replace(w, before=tuple(total - b for total, b in totals))
    return batch.answers(batch.z(batch.W, other), batch.W, other)


@CONVOLUTION.add(
    "missing bias",
    right="z = windows of x times W, + b",
    wrong="z = windows of x times W",
    why="The bias is never added: one number for each filter, the same at every place.",
)
def _missing_bias(given: Any) -> Answers:
    batch = _Batch(given)
    return batch.answers(batch.z(batch.W, bias=False), batch.W)


@CONVOLUTION.add(
    "activation forgotten",
    right="y = f(z)",
    wrong="y = z",
    why="The layer hands z on as it is.",
)
def _activation_forgotten(given: Any) -> Answers:
    batch = _Batch(given)
    return {"output": batch.z(batch.W)}


@CONVOLUTION.add(
    "activation derivative forgotten",
    right="dz = dy * f'(z)",
    wrong="dz = dy",
    why="By the chain rule the gradient must pass the activation on its way back.",
)
def _derivative_forgotten(given: Any) -> Answers:
    batch = _Batch(given)
    return batch.answers(batch.z(batch.W), batch.W, dz=given.dy)


@CONVOLUTION.add(
    "bias gradient not summed over the places",
    right="db = sum of dz over samples and places",
    wrong="db = sum of dz over samples",
    why="One b was added at every place of every sample: all of them have their say in db.",
)
def _bias_of_every_place(given: Any) -> Answers:
    batch = _Batch(given)
    dz = given.backward(given.dy, batch.z(batch.W))
    return {} if batch.b is None else {"db": dz.sum(axis=0)}


@CONVOLUTION.add(
    "bias gradient averaged over the places",
    right="db = sum of dz over samples and places",
    wrong="db = mean of dz over places, summed over samples",
    why="The same b stands at every place: its gradient is the sum over them, not the mean.",
)
def _bias_averaged(given: Any) -> Answers:
    batch = _Batch(given)
    dz = given.backward(given.dy, batch.z(batch.W))
    places = tuple(range(1, dz.ndim - 1))
    return {} if batch.b is None else {"db": dz.mean(axis=places).sum(axis=0)}


@CONVOLUTION.add(
    "kernel gradient of the last window alone",
    right="dW = sum over all windows of x^T dz",
    wrong="dW = x^T dz of the last window",
    why="The same kernel is used at every place: each window adds to dW. Write dW += in the loop.",
)
def _last_window(given: Any) -> Answers:
    batch = _Batch(given)
    dz = given.backward(given.dy, batch.z(batch.W))
    last = np.zeros_like(dz)
    corner = (slice(None), *(slice(-1, None) for _ in range(dz.ndim - 2)))
    last[corner] = dz[corner]
    return {"dW": batch.answers(dz, batch.W, dz=last)["dW"]}


@CONVOLUTION.add(
    "dx of overlapping windows overwritten",
    right="dx[window] += dz W^T",
    wrong="dx[window] = dz W^T",
    why="A place of the image is seen by several windows, and all of them add to its gradient.",
)
def _overwritten(given: Any) -> Answers:
    batch = _Batch(given)
    w = batch.w
    dz = given.backward(given.dy, batch.z(batch.W))
    padded = w.padded or w.spatial
    dx = np.zeros((len(dz), *padded, batch.x.shape[-1]))
    for place in np.ndindex(*w.output):
        window = tuple(
            slice(o * s, o * s + (k - 1) * d + 1, d)
            for o, s, k, d in zip(place, w.strides, w.size, w.dilation, strict=True)
        )
        dx[(slice(None), *window)] = np.tensordot(
            dz[(slice(None), *place)], batch.W, ((-1,), (-1,))
        )
    inside = tuple(slice(b, b + n) for b, n in zip(w.before, w.spatial, strict=True))
    return {"dx": dx[(slice(None), *inside)]}


@CONVOLUTION.add(
    "dx with the kernel not turned round",
    right="dx = full convolution of dz with W turned round",
    wrong="dx = full convolution of dz with W",
    why="A tap that looked t places ahead sends its gradient t places back: on the way back the "
    "kernel is turned round.",
)
def _not_turned_back(given: Any) -> Answers:
    batch = _Batch(given)
    return {"dx": batch.answers(batch.z(batch.W), _turned(batch.W))["dx"]}


# Pools -------------------------------------------------------------------------------------------


def _taps(given: Any) -> Any:
    """The windows, and each of their places: (outputs, inputs) with the axis of samples."""
    w = given.layer.windows(given.z.shape[1:-1])
    return w, [((slice(None), *o), (slice(None), *i)) for _, o, i in w.taps]


def _mean(given: Any) -> np.ndarray:
    w, taps = _taps(given)
    y = np.zeros(given.y.shape)
    for outputs, inputs in taps:
        y[outputs] += given.z[inputs]
    return y / w.counts


def _to_all(given: Any, share: Any) -> np.ndarray:
    """To every place of a window the share that (tap, window) has of dy."""
    _, taps = _taps(given)
    dx = np.zeros(given.z.shape)
    for outputs, inputs in taps:
        dx[inputs] += share(given.z[inputs], given.y[outputs]) * given.dy[outputs]
    return dx


@MAX.add(
    "gradient to every tie",
    right="dx: dy to the first largest number of the window",
    wrong="dx = dy * (x == y)",
    why="Where two numbers are both the largest, TensorFlow lets the first have the gradient: "
    "otherwise dy would count twice. Remember argmax in forward.",
)
def _every_tie(given: Any) -> Answers:
    return {"dx": _to_all(given, lambda x, y: x == y)}


@MAX.add(
    "gradient to the last of ties",
    right="dx: dy to the first largest number of the window",
    wrong="dx: dy to the last of them",
    why="TensorFlow takes the first in the order of rows, then columns: compare with > and not >=.",
)
def _last_tie(given: Any) -> Answers:
    _, taps = _taps(given)
    dx, left = np.zeros(given.z.shape), np.ones(given.y.shape, bool)
    for outputs, inputs in reversed(taps):
        hit = (given.z[inputs] == given.y[outputs]) & left[outputs]
        left[outputs] &= ~hit
        dx[inputs] += hit * given.dy[outputs]
    return {"dx": dx}


@MAX.add(
    "gradient to the whole window",
    right="dx: dy to the largest number, 0 to all others",
    wrong="dx: dy to every place of the window",
    why="Only the largest number was handed on: a small change of the others changes nothing.",
)
def _whole_window(given: Any) -> Answers:
    return {"dx": _to_all(given, lambda x, y: np.ones(y.shape))}


@MAX.add(
    "mean in place of the maximum",
    right="y = max over the window",
    wrong="y = mean over the window",
    why="That is average pooling.",
)
def _mean_for_max(given: Any) -> Answers:
    return {"output": _mean(given)}


@AVERAGE.add(
    "gradient not divided by the size of the window",
    right="dx = dy / count to each place",
    wrong="dx = dy to each place",
    why="y is the sum over the window divided by its size, and so is each derivative.",
)
def _undivided(given: Any) -> Answers:
    return {"dx": _to_all(given, lambda x, y: np.ones(y.shape))}


@AVERAGE.add(
    "padding counted",
    right="y = sum / number of places in the image",
    wrong="y = sum / size of the window",
    why='With padding="same" a window at the edge sees fewer places; TensorFlow divides by those.',
)
def _padding_counted(given: Any) -> Answers:
    w, _ = _taps(given)
    size = math.prod(w.size)
    share = w.counts / size
    scaled = SimpleNamespace(**{**vars(given), "dy": given.dy / size})
    return {"output": given.y * share, "dx": _to_all(scaled, lambda x, y: np.ones(y.shape))}
