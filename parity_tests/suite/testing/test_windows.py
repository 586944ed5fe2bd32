# ruff: noqa: E501 - one line a mistake
"""Convolutions and pools of somebody's own: every usual mistake is recognized, and what is right passes."""

import pytest

from parity_tests.suite.testing.students import assert_diagnosed, names, spoiled
from scratch.testing import check, check_layer
from scratch.testing.mistakes import windows

CONV = """
class Conv2D:
    def __init__(self, in_channels, filters, kernel_size):
        self.k = kernel_size
        self.W = np.zeros((kernel_size, kernel_size, in_channels, filters))
        self.b = np.zeros(filters)
    def forward(self, x):
        self.n, h, w, c = x.shape
        k, W = self.k, self.W
        self.x = np.pad(x, PADS)
        h, w = self.x.shape[1:3]
        self.z = np.zeros((self.n, h - k + 1, w - k + 1, W.shape[-1]))
        for i in range(h - k + 1):
            for j in range(w - k + 1):
                self.z[:, i, j] = np.tensordot(self.x[:, i:i + k, j:j + k], W, 3) + self.b
        return np.tanh(self.z)
    def backward(self, dy):
        dz = dy * (1 - np.tanh(self.z) ** 2)
        k, self.dW, dx = self.k, np.zeros_like(self.W), np.zeros_like(self.x)
        for i in range(dz.shape[1]):
            for j in range(dz.shape[2]):
                window = self.x[:, i:i + k, j:j + k]
                self.dW += np.tensordot(window, dz[:, i, j], ((0,), (0,)))
                dx[:, i:i + k, j:j + k] += np.tensordot(dz[:, i, j], self.W, ((1,), (3,)))
        self.db = dz.sum(axis=(0, 1, 2))
        (t, _), (l, _) = PADS[1:3]
        return dx[:, t:t + dy.shape[1] + (k - 1 if not t + sum(PADS[1]) else 0), l:l + dy.shape[2] + (k - 1 if not l + sum(PADS[2]) else 0)]
"""
VALID = ("PADS", "((0, 0), (0, 0), (0, 0), (0, 0))")
SAME = ("PADS", "((0, 0), (0, 1), (0, 1), (0, 0))")
FRONT = ("PADS", "((0, 0), (1, 0), (1, 0), (0, 0))")
FLIP = "W[::-1, ::-1]"
WRONG_CONV = {
    "kernel turned round": [("j:j + k], W, 3)", "j:j + k], W[::-1, ::-1], 3)"), ("self.dW += np.tensordot(window, dz[:, i, j], ((0,), (0,)))", "self.dW += np.tensordot(window, dz[:, i, j], ((0,), (0,)))[::-1, ::-1]"), ("dz[:, i, j], self.W,", "dz[:, i, j], self.W[::-1, ::-1],")],
    "rows and columns of the kernel exchanged": [("j:j + k], W, 3)", "j:j + k], W.swapaxes(0, 1), 3)"), ("self.dW += np.tensordot(window, dz[:, i, j], ((0,), (0,)))", "self.dW += np.tensordot(window, dz[:, i, j], ((0,), (0,))).swapaxes(0, 1)"), ("dz[:, i, j], self.W,", "dz[:, i, j], self.W.swapaxes(0, 1),")],
    "missing bias": [(" + self.b", "")],
    "activation forgotten": [("return np.tanh(self.z)", "return self.z")],
    "activation derivative forgotten": [(" * (1 - np.tanh(self.z) ** 2)", "")],
    "bias gradient not summed over the places": [("dz.sum(axis=(0, 1, 2))", "dz.sum(axis=0)")],
    "bias gradient averaged over the places": [("dz.sum(axis=(0, 1, 2))", "dz.mean(axis=(1, 2)).sum(axis=0)")],
    "kernel gradient of the last window alone": [("self.dW +=", "self.dW =")],
    "dx of overlapping windows overwritten": [("j:j + k] +=", "j:j + k] =")],
    "dx with the kernel not turned round": [("dz[:, i, j], self.W,", "dz[:, i, j], self.W[::-1, ::-1],")],
    "odd place of the padding in front": [FRONT],
}  # fmt: skip


def convolution(name=""):
    changes = WRONG_CONV.get(name, [])
    if not any(old == "PADS" for old, _ in changes):
        changes = [*changes, VALID]
    return spoiled(CONV, *changes)["Conv2D"]


@pytest.mark.parametrize("name", WRONG_CONV)
def test_mistakes_in_a_convolution(name):
    padding = "same" if FRONT in WRONG_CONV[name] else "valid"
    result = check_layer(convolution(name), "conv2d", activation="tanh", padding=padding)
    assert not result
    assert set(result.diagnoses) == {name}, str(result)


def test_a_right_convolution():
    assert check_layer(convolution(), "conv2d", activation="tanh")
    assert check_layer(spoiled(CONV, SAME)["Conv2D"], "conv2d", activation="tanh", padding="same")
    assert check(convolution(), "Conv2D", activation="tanh", filters=4)


def test_every_mistake_in_a_convolution_is_tried():
    assert set(WRONG_CONV) == names(windows.CONVOLUTION)


POOL = """
class Pool:
    def __init__(self, pool_size=2, strides=2):
        self.k, self.s = pool_size, strides
    def forward(self, x):
        self.x, k, s = x, self.k, self.s
        n, h, w, c = x.shape
        self.y = np.zeros((n, (h - k) // s + 1, (w - k) // s + 1, c))
        for i in range(self.y.shape[1]):
            for j in range(self.y.shape[2]):
                window = x[:, i * s:i * s + k, j * s:j * s + k].reshape(n, -1, c)
                self.y[:, i, j] = FORWARD
        return self.y
    def backward(self, dy):
        k, s, dx = self.k, self.s, np.zeros_like(self.x)
        n, _, _, c = self.x.shape
        for i in range(dy.shape[1]):
            for j in range(dy.shape[2]):
                part = dx[:, i * s:i * s + k, j * s:j * s + k]
                window = self.x[:, i * s:i * s + k, j * s:j * s + k].reshape(n, -1, c)
                y, d, rows = self.y[:, i, j][:, None], dy[:, i, j][:, None], np.arange(k * k)[:, None]
                part += (BACKWARD).reshape(part.shape)
        return dx
"""
LARGEST, MEAN = ("FORWARD", "window.max(axis=1)"), ("FORWARD", "window.mean(axis=1)")
FIRST = ("BACKWARD", "d * (rows == window.argmax(axis=1)[:, None])")
EQUAL = ("BACKWARD", "d * np.ones_like(window) / k ** 2")
ALL = ("BACKWARD", "d * np.ones_like(window)")
LAST = ("BACKWARD", "d * (rows == k * k - 1 - window[:, ::-1].argmax(axis=1)[:, None])")
WRONG_MAX = {
    "gradient to every tie": [LARGEST, ("BACKWARD", "d * (window == y)")],
    "gradient to the last of ties": [LARGEST, LAST],
    "gradient to the whole window": [LARGEST, ALL],
    "mean in place of the maximum": [MEAN, FIRST],
}


@pytest.mark.parametrize("name", WRONG_MAX)
def test_mistakes_in_max_pooling(name):
    assert_diagnosed(check_layer(spoiled(POOL, *WRONG_MAX[name])["Pool"], "max_pooling2d"), name)


def test_mistakes_in_average_pooling():
    wrong = spoiled(POOL, MEAN, ALL)["Pool"]
    name = "gradient not divided by the size of the window"
    assert_diagnosed(check_layer(wrong, "average_pooling2d"), name)


PADDED = """
def forward(x):
    p = np.pad(x, ((0, 0), (0, 1), (0, 0)))
    return (p[:, 0::2] + p[:, 1::2]) / 2
def backward(dy):
    return np.repeat(dy / 2, 2, axis=1)[:, :5]
"""


def test_padding_that_is_counted():
    code = spoiled(PADDED)
    result = check_layer(
        (code["forward"], code["backward"]), "average_pooling1d", input_shape=(5, 2), padding="same"
    )
    assert set(result.diagnoses) == {"padding counted"}, str(result)


def test_right_pools():
    assert check_layer(spoiled(POOL, LARGEST, FIRST)["Pool"], "max_pooling2d")
    assert check_layer(
        spoiled(POOL, LARGEST, FIRST)["Pool"], "maxpooling2d".replace("maxp", "max_p"), strides=1
    )
    assert check(spoiled(POOL, MEAN, EQUAL)["Pool"], "AvgPool2D")


def test_every_mistake_in_a_pool_is_tried():
    assert set(WRONG_MAX) == names(windows.MAX)
    assert names(windows.AVERAGE) == {
        "padding counted", "gradient not divided by the size of the window",
    }  # fmt: skip
