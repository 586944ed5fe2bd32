# ruff: noqa: E501 - one line a value
"""Faults in convolutions and pools."""

import dataclasses

import numpy as np

from parity_tests.harness.faults.fault import Fault, method, value
from scratch.kernels import convolution as products
from scratch.kernels.windows import from_last, to_last
from scratch.layers import (
    AveragePooling2D,
    Conv2D,
    Conv2DTranspose,
    DepthwiseConv2D,
    GlobalAveragePooling2D,
    GlobalMaxPooling2D,
    MaxPooling2D,
    SeparableConv2D,
    ZeroPadding2D,
)


def _with_kernel(change):
    """A forward pass with another kernel."""

    def forward(original, self, x, node):
        kept = self.kernel.array.copy()
        self.kernel.array[...] = change(kept)
        z = original(self, x, node)
        self.kernel.array[...] = kept
        return z

    return forward


def _turned_round(kernel):
    return kernel[::-1, ::-1]


def _rows_as_columns(kernel):
    return kernel.swapaxes(0, 1) if kernel.shape[0] == kernel.shape[1] else kernel


def _odd_place_in_front(original, self, spatial):
    w = original(self, spatial)
    sizes = zip(w.output, w.strides, w.size, w.dilation, w.spatial, w.before, strict=True)
    before = tuple(
        max((o - 1) * s + (k - 1) * d + 1 - n, 0) - b for o, s, k, d, n, b in sizes
    )  # fmt: skip
    return dataclasses.replace(w, before=before) if self.padding == "same" else w


def _gradient_of_one_sample(original, self, dz, node):
    dx = original(self, dz, node)
    if self.kernel in node.trained:
        w = self.windows(node.x.shape[1:-1])
        one = to_last(dz, self.data_format)[:1]
        products.kernel_gradient(node.x[:1], one, w, node.gradient(self.kernel), node.buffer)
    return dx


def _bias_of_one_place(original, self, dz, node):
    dx = original(self, dz, node)
    if self.bias is not None and self.bias in node.trained:
        last = to_last(dz, self.data_format)
        node.gradient(self.bias)[...] = last.reshape(len(last), -1, last.shape[-1])[:, -1].sum(
            axis=0
        )
    return dx


def _no_bias_gradient(original, self, dz, node):
    dx = original(self, dz, node)
    if self.bias is not None and self.bias in node.trained:
        node.gradient(self.bias)[...] = 0
    return dx


def _scaled_dx(original, self, dz, node):
    dx = original(self, dz, node)
    return None if dx is None else dx * (1 + 1e-9)


def _by_multiplier_first(original, self, x, node):
    z = original(self, x, node)
    if self.data_format == "channels_first":
        return z
    parts = z.reshape(*z.shape[:-1], -1, self.depth_multiplier)
    z[...] = parts.swapaxes(-1, -2).reshape(z.shape).copy()
    return z


def _no_pointwise_gradient(original, self, dz, node):
    dx = original(self, dz, node)
    if self.pointwise_kernel in node.trained:
        node.gradient(self.pointwise_kernel)[...] = 0
    return dx


def _to_every_tie(original, self, dy, node):
    if not node.needs_dx:
        return None
    x, y, dy = node.x, node.saved["y"], to_last(dy, self.data_format)
    dx = np.zeros(x.shape, dy.dtype)
    for _, outputs, inputs in self.windows(x.shape[1:-1]).taps:
        places, seen = (slice(None), *outputs), (slice(None), *inputs)
        dx[seen] += (x[seen] == y[places]) * dy[places]
    return from_last(dx, self.data_format)


def _to_the_last_tie(original, self, dy, node):
    if not node.needs_dx:
        return None
    x, y, dy = node.x, node.saved["y"], to_last(dy, self.data_format)
    dx, left = np.zeros(x.shape, dy.dtype), np.ones(y.shape, bool)
    for _, outputs, inputs in reversed(self.windows(x.shape[1:-1]).taps):
        places, seen = (slice(None), *outputs), (slice(None), *inputs)
        hit = (x[seen] == y[places]) & left[places]
        left[places] &= ~hit
        dx[seen] += hit * dy[places]
    return from_last(dx, self.data_format)


def _undivided(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else dx * np.prod(self.pool_size)


def _padding_counted(original, self, x, node):
    w = self.windows(to_last(x, self.data_format).shape[1:-1])
    y = original(self, x, node)
    return from_last(to_last(y, self.data_format) * w.counts / np.prod(w.size), self.data_format)


def _every_place_has_all(original, self, dy, node):
    dx = original(self, dy, node)
    return None if dx is None else dx * np.prod([dx.shape[axis] for axis in self.axes])


def _the_first_has_it(original, self, dy, node):
    dx = original(self, dy, node)
    if dx is None:
        return None
    last = to_last(dx, self.data_format)
    rows = last.reshape(len(last), -1, last.shape[-1])
    first = (np.cumsum(rows != 0, axis=1) == 1) & (rows != 0)
    found = np.where(first, rows.sum(axis=1, keepdims=True), 0).reshape(last.shape)
    return from_last(found, self.data_format)


def _ends_exchanged(original, self, x, node):
    padding = self.padding
    self.padding = tuple((after, before) for before, after in padding)
    y = original(self, x, node)
    self.padding = padding
    return y


FAULTS: tuple[Fault, ...] = (
    Fault("convolution's kernel turned round", "conv2d", method(Conv2D, "forward_z", _with_kernel(_turned_round))),
    Fault("convolution's kernel transposed", "conv2d", method(Conv2D, "forward_z", _with_kernel(_rows_as_columns))),
    Fault("convolution pads the odd place in front", "conv2d", method(Conv2D, "windows", _odd_place_in_front)),
    Fault("convolution's kernel gradient of one sample", "conv2d", method(Conv2D, "backward_z", _gradient_of_one_sample)),
    Fault("convolution's bias gradient of one place", "conv2d bias", method(Conv2D, "backward_z", _bias_of_one_place)),
    Fault("convolution's bias gradient lost", "conv2d bias", method(Conv2D, "backward_z", _no_bias_gradient)),
    Fault("convolution's dx off by one part in a billion", "conv2d", method(Conv2D, "backward_z", _scaled_dx)),
    Fault("transposed convolution's kernel turned round", "conv2dtranspose", method(Conv2DTranspose, "forward_z", _with_kernel(_turned_round))),
    Fault("depthwise channels by the multiplier first", "depthwiseconv2d", method(DepthwiseConv2D, "forward_z", _by_multiplier_first)),
    Fault("separable convolution's pointwise gradient lost", "separableconv2d", method(SeparableConv2D, "backward_z", _no_pointwise_gradient)),
    Fault("max pooling's gradient to every tie", "maxpooling2d", method(MaxPooling2D, "backward", _to_every_tie)),
    Fault("max pooling's gradient to the last tie", "maxpooling2d", method(MaxPooling2D, "backward", _to_the_last_tie)),
    Fault("average pooling's gradient undivided", "averagepooling2d", method(AveragePooling2D, "backward", _undivided)),
    Fault("average pooling counts what is padded", "averagepooling2d", method(AveragePooling2D, "forward", _padding_counted)),
    Fault("global average's gradient undivided", "globalaveragepooling2d", method(GlobalAveragePooling2D, "backward", _every_place_has_all)),
    Fault("global maximum's gradient to the first tie", "globalmaxpooling2d", method(GlobalMaxPooling2D, "backward", _the_first_has_it)),
    Fault("zero padding's ends exchanged", "zeropadding2d", method(ZeroPadding2D, "forward", _ends_exchanged)),
)  # fmt: skip


# Null changes


def _tap_by_tap(original, x, windows, out):
    out[...] = 0
    for tap, outputs, inputs in windows.taps:
        at = out[(slice(None), *(slice(None),) * len(tap), *tap)]
        at[(slice(None), *outputs)] = x[(slice(None), *inputs)]
    return out


def _copying(original, self, x, node):
    return original(self, x.copy(), node).copy()


NULL_CHANGES: tuple[Fault, ...] = (
    Fault("convolution in blocks of one sample", "", value(products, "BLOCK", 1)),
    Fault("windows gathered tap by tap", "", method(products, "gather_windows", _tap_by_tap)),
    Fault("max pooling copies its input and output", "", method(MaxPooling2D, "forward", _copying)),
)  # fmt: skip
