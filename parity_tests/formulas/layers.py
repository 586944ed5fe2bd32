"""Layers, as their docstrings define them, with weights that are drawn."""

import itertools
from typing import Any

import numpy as np

from parity_tests.formulas.activations import elu, softmax
from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(7)
EPS = 2.0**-10


def draw(*shape):
    return rng.normal(size=shape)


def edges(x, *rest, more=None):
    """The inputs of a layer: as drawn, and at the ends of the numbers."""
    return {
        "drawn": (x, *rest),
        "zeros": (0 * x, *rest),
        "one row": (x[:1], *rest),
        "tiny": (1e-20 * x, *rest),
        "huge": (1e20 * x, *rest),
        "far from zero": (1e4 + x, *rest),
        "NaN": (np.where(x == x.flat[1], np.nan, x), *rest),
        **(more or {}),
    }


# Dense, convolutions -----------------------------------------------------------------------------


def windows(size, kernel, stride, dilation, padding):
    """Where each window begins, and how many zeros stand before the first place."""
    reach = dilation * (kernel - 1) + 1
    if padding == "valid":
        return range(0, size - reach + 1, stride), 0
    if padding == "causal":
        return range(-(reach - 1), size - reach + 1, stride), 0
    out = -(-size // stride)
    before = max((out - 1) * stride + reach - size, 0) // 2
    return range(-before, -before + out * stride, stride), before


def convolve(x, k, b, strides=1, padding="valid", dilation=1, groups=1):
    """y[n, i, f] = b[f] + sum of x[n, i s + j d, c] k[j, c, f] over places j and channels c.

    x: (n, *places, c), channels last; k: (*kernel, c / groups, f).
    """
    rank, channels, filters = x.ndim - 2, k.shape[-2], k.shape[-1]
    starts = [
        windows(x.shape[1 + a], k.shape[a], strides, dilation, padding)[0] for a in range(rank)
    ]
    y: Any = np.zeros((len(x), *map(len, starts), filters), np.result_type(x, k))
    places = list(itertools.product(*map(range, k.shape[:rank])))
    for index in itertools.product(*(range(len(s)) for s in starts)):
        for j in places:
            at = [s[i] + dilation * p for s, i, p in zip(starts, index, j, strict=True)]
            if all(0 <= a < n for a, n in zip(at, x.shape[1:], strict=False)):
                for f in range(filters):
                    first = f // (filters // groups) * channels
                    piece = x[:, *at, first : first + channels]
                    y[:, *index, f] += piece @ k[(*j, slice(None), f)]
    return y + b


def transposed(x, k, b, strides=2, padding="valid"):
    """The convolution's adjoint: each place of x adds a kernel (*places, f, c), `strides` apart.

    Of what is written "same" keeps strides times the size, by the convolution's own margin.
    """
    rank, filters = x.ndim - 2, k.shape[-2]
    full = [
        (n - 1) * strides + max(size, strides)
        for n, size in zip(x.shape[1:], k.shape, strict=False)
    ]
    y: Any = np.zeros((len(x), *full[:rank], filters), np.result_type(x, k))
    for index in itertools.product(*map(range, x.shape[1:-1])):
        for j in itertools.product(*map(range, k.shape[:rank])):
            at = tuple(i * strides + p for i, p in zip(index, j, strict=True))
            y[:, *at] += x[:, *index] @ k[j].T
    if padding == "same":
        for a in range(rank):
            wanted = x.shape[1 + a] * strides
            before = max(k.shape[a] - strides, 0) // 2
            y = np.take(y, range(before, before + wanted), axis=1 + a)
    return y + b


def depthwise(x, k, b, strides=1, padding="valid"):
    """Each channel by itself; k: (*kernel, c, multiplier)."""
    parts = [
        convolve(x[..., c : c + 1], k[..., c : c + 1, :], 0, strides, padding)
        for c in range(x.shape[-1])
    ]
    return np.concatenate(parts, -1) + b


def separable(x, d, p, b):
    return convolve(depthwise(x, d, 0), p, b)


line, plane, solid = draw(2, 7, 2), draw(2, 6, 5, 2), draw(1, 4, 3, 4, 2)
CONVOLUTIONS = [
    *(Formula(f"of(layers.Conv1D(4, 3, {options}), x, k, b)",
              lambda x, k, b, given=given: convolve(x, k, b, *given),
              edges(line, draw(3, 2, 4), draw(4)))
      for options, given in {
          "": (), "strides=2": (2,), "padding='same'": (1, "same"),
          "strides=2, padding='same'": (2, "same"), "padding='causal'": (1, "causal"),
          "padding='causal', dilation_rate=2": (1, "causal", 2), "dilation_rate=3": (1, "valid", 3),
      }.items()),
    Formula("of(layers.Conv1D(4, 3, groups=2), x, k, b)",
            lambda x, k, b: convolve(x, k, b, 1, "valid", 1, 2),
            edges(draw(2, 7, 4), draw(3, 2, 4), draw(4))),
    *(Formula(f"of(layers.Conv2D(3, (3, 2), {options}), x, k, b)",
              lambda x, k, b, given=given: convolve(x, k, b, *given),
              edges(plane, draw(3, 2, 2, 3), draw(3)))
      for options, given in {
          "": (), "strides=2, padding='same'": (2, "same"),
          "padding='same', dilation_rate=2": (1, "same", 2),
      }.items()),
    Formula("of(layers.Conv3D(2, 2, padding='same'), x, k, b)",
            lambda x, k, b: convolve(x, k, b, 1, "same"),
            edges(solid, draw(2, 2, 2, 2, 2), draw(2))),
    *(Formula(f"of(layers.Conv1DTranspose(4, 3, strides=2, padding={padding!r}), x, k, b)",
              lambda x, k, b, padding=padding: transposed(x, k, b, 2, padding),
              edges(line, draw(3, 4, 2), draw(4))) for padding in ("valid", "same")),
    *(Formula(f"of(layers.Conv2DTranspose(3, 3, strides=2, padding={padding!r}), x, k, b)",
              lambda x, k, b, padding=padding: transposed(x, k, b, 2, padding),
              edges(plane, draw(3, 3, 3, 2), draw(3))) for padding in ("valid", "same")),
    Formula("of(layers.Conv3DTranspose(2, 2, strides=2), x, k, b)", transposed,
            edges(solid[:, :2, :2, :2], draw(2, 2, 2, 2, 2), draw(2))),
    Formula("of(layers.DepthwiseConv1D(3, depth_multiplier=2), x, k, b)", depthwise,
            edges(line, draw(3, 2, 2), draw(4))),
    Formula("of(layers.DepthwiseConv2D(3, strides=2, padding='same', depth_multiplier=2), x, k, b)",
            lambda x, k, b: depthwise(x, k, b, 2, "same"),
            edges(plane, draw(3, 3, 2, 2), draw(4))),
    Formula("of(layers.SeparableConv1D(3, 2, depth_multiplier=2), x, d, p, b)", separable,
            edges(line, draw(2, 2, 2), draw(1, 4, 3), draw(3))),
    Formula("of(layers.SeparableConv2D(3, 2, depth_multiplier=2), x, d, p, b)", separable,
            edges(plane, draw(2, 2, 2, 2), draw(1, 1, 4, 3), draw(3))),
]  # fmt: skip

table = draw(5, 3)
CORE = [
    Formula("of(layers.Dense(3), x, k, b)", lambda x, k, b: x @ k + b,
            edges(draw(4, 2), draw(2, 3), draw(3), more={
                "rank 3": (draw(2, 3, 2), draw(2, 3), draw(3)),
                "no row": (draw(0, 2), draw(2, 3), draw(3))})),
    Formula("of(layers.Dense(3, use_bias=False, activation='relu'), x, k)",
            lambda x, k: np.maximum(x @ k, 0), edges(draw(4, 2), draw(2, 3))),
    Formula("of(layers.EinsumDense('abc,cd->abd', (None, 3), bias_axes='d'), x, k, b)",
            lambda x, k, b: x @ k + b, edges(draw(2, 3, 4), draw(4, 3), draw(3))),
    Formula("of(layers.EinsumDense('abc,cde->abde', (None, 2, 3)), x, k)",
            lambda x, k: np.tensordot(x, k, 1), edges(draw(2, 3, 4), draw(4, 2, 3))),
    Formula("of(layers.Embedding(5, 3), x, t)", lambda x, t: t[x], {
        "drawn": (np.array([[0, 4], [2, 2]]), table), "one row": (np.array([3]), table),
        "no row": (np.zeros((0, 2), int), table)}),
    Formula("layers.Identity()(x)", lambda x: x, edges(draw(2, 3))),
    Formula("layers.Activation('tanh')(x)", np.tanh, edges(draw(2, 3))),
    Formula("layers.Lambda(lambda x: 2 * x)(x)", lambda x: 2 * x, edges(draw(2, 3))),
    Formula("layers.Masking(0.5)(x)", lambda x: x * np.any(x != 0.5, -1, keepdims=True), {
        "drawn": (draw(2, 3, 2),), "a step to skip": (np.array([[[0.5, 0.5], [0.5, 1.0]]]),),
        "all to skip": (np.full((1, 2, 2), 0.5),)}, jumps=True),
    Formula("layers.TimeDistributed(layers.Activation('tanh'))(x)", np.tanh, edges(draw(2, 3, 4))),
]  # fmt: skip

# Pooling -----------------------------------------------------------------------------------------


def pool(x, size, strides, padding, reduce):
    """The largest, or the mean, of each window; places in the margin do not count."""
    rank = x.ndim - 2
    starts = [windows(n, size, strides, 1, padding)[0] for n in x.shape[1 : 1 + rank]]
    y: Any = np.zeros((len(x), *map(len, starts), x.shape[-1]), x.dtype)
    for index in itertools.product(*(range(len(s)) for s in starts)):
        spans = [
            slice(max(s[i], 0), min(s[i] + size, n))
            for s, i, n in zip(starts, index, x.shape[1:], strict=False)
        ]
        y[:, *index] = reduce(x[:, *spans], axis=tuple(range(1, rank + 1)))
    return y


def adaptive(x, outputs, reduce):
    """Output i is of the places from floor(i n / outputs) to ceil((i + 1) n / outputs)."""
    rank = x.ndim - 2
    y: Any = np.zeros((len(x), *[outputs] * rank, x.shape[-1]), x.dtype)
    for index in itertools.product(range(outputs), repeat=rank):
        spans = [
            slice(i * n // outputs, -(-(i + 1) * n // outputs))
            for i, n in zip(index, x.shape[1:], strict=False)
        ]
        y[:, *index] = reduce(x[:, *spans], axis=tuple(range(1, rank + 1)))
    return y


BY_RANK = {1: draw(2, 7, 2), 2: draw(2, 5, 6, 2), 3: draw(1, 4, 5, 4, 2)}
KINDS = {"Max": np.max, "Average": np.mean}
LEFT_OUT = {"Max": {"NaN": "largest_of_nan"}, "Average": {}}
VOLUMES = {1: "float64", 2: "float64", 3: "float32"}  # volumes_in_float64
POOLS = [
    *(Formula(f"layers.{kind}Pooling{rank}D(3, strides=2, padding={padding!r}, "
              f"dtype={VOLUMES[rank]!r})(x)",
              lambda x, p=padding, r=reduce: pool(x, 3, 2, p, r), edges(x), there=LEFT_OUT[kind],
              precision=VOLUMES[rank])
      for rank, x in BY_RANK.items() for kind, reduce in KINDS.items()
      for padding in ("valid", "same")),
    *(Formula(f"layers.Global{kind}Pooling{rank}D(keepdims=True)(x)",
              lambda x, r=reduce: r(x, axis=tuple(range(1, x.ndim - 1)), keepdims=True), edges(x))
      for rank, x in BY_RANK.items() for kind, reduce in KINDS.items()),
    *(Formula(f"layers.Adaptive{kind}Pooling{rank}D(3, dtype={VOLUMES[rank]!r})(x)",
              lambda x, r=reduce: adaptive(x, 3, r), edges(x), there=LEFT_OUT[kind],
              precision=VOLUMES[rank])
      for rank, x in BY_RANK.items() for kind, reduce in KINDS.items()),
]  # fmt: skip

# Normalization -----------------------------------------------------------------------------------


def standard(x, axes):
    return (x - np.mean(x, axes, keepdims=True)) / np.sqrt(np.var(x, axes, keepdims=True) + EPS)


def batch(x, gamma, beta, mean, variance):
    axes = tuple(range(x.ndim - 1))
    moved = [0.75 * old + 0.25 * new
             for old, new in ((mean, np.mean(x, axes)), (variance, np.var(x, axes)))]  # fmt: skip
    return [gamma * standard(x, axes) + beta, *moved]


def group(x, gamma, beta, groups=2):
    parts = x.reshape(*x.shape[:-1], groups, -1)
    axes = (*range(1, x.ndim - 1), x.ndim)
    return gamma * standard(parts, axes).reshape(x.shape) + beta


def unit(x, axis=-1):
    length = np.sqrt(np.sum(x**2, axis, keepdims=True))
    return x / np.where(length == 0, 1, length)


samples, pictures = draw(6, 4), draw(2, 3, 2, 4)
statistics = (draw(4), draw(4), draw(4), np.abs(draw(4)))
SPREAD = {"very far from zero": (2.0**26 + samples, *statistics[:2])}
SHORT = {"tiny": "cosine_of_small_vectors"}  # its lengths are taken for 1e-12 at least, too
NORMALIZATIONS = [
    Formula(f"trained(layers.BatchNormalization(momentum=0.75, epsilon={EPS}), x, g, b, m, v)",
            lambda x, g, b, m, v: batch(x, g, b, m, v), edges(samples, *statistics, more={
                "pictures": (pictures, *statistics),
                "very far from zero": (2.0**26 + samples, *statistics)})),
    Formula(f"of(layers.BatchNormalization(epsilon={EPS}), x, g, b, m, v)",
            lambda x, g, b, m, v: g * (x - m) / np.sqrt(v + EPS) + b, edges(samples, *statistics)),
    Formula(f"of(layers.LayerNormalization(epsilon={EPS}), x, g, b)",
            lambda x, g, b: g * standard(x, -1) + b, edges(samples, *statistics[:2], more=SPREAD)),
    Formula(f"of(layers.LayerNormalization(axis=[1, 2, 3], epsilon={EPS}), x, g, b)",
            lambda x, g, b: g * standard(x, (1, 2, 3)) + b,
            edges(pictures, draw(3, 2, 4), draw(3, 2, 4))),
    Formula(f"of(layers.GroupNormalization(2, epsilon={EPS}), x, g, b)",
            lambda x, g, b: group(x, g, b), edges(pictures, *statistics[:2], more=SPREAD),
            {"very far from zero": "group_normalization_far_from_zero"}),
    Formula(f"of(layers.GroupNormalization(-1, epsilon={EPS}), x, g, b)",
            lambda x, g, b: group(x, g, b, 4), edges(pictures, *statistics[:2])),
    Formula(f"of(layers.RMSNormalization(epsilon={EPS}), x, g)",
            lambda x, g: g * x / np.sqrt(np.mean(x**2, -1, keepdims=True) + EPS),
            edges(samples, draw(4))),
    Formula("layers.UnitNormalization()(x)", unit, edges(samples), SHORT),
    Formula("layers.UnitNormalization(axis=[1, 2, 3])(x)", lambda x: unit(x, (1, 2, 3)),
            edges(pictures), SHORT),
    Formula("layers.Normalization(mean=m, variance=v)(x)", lambda x, m, v: (x - m) / np.sqrt(v),
            edges(samples, np.array([0.5, -1.0, 0.25, 2.0]), np.array([0.25, 4.0, 1.0, 0.5]))),
    Formula("adapted(layers.Normalization(), x, x)",
            lambda x: (x - np.mean(x, 0)) / np.std(x, 0),
            {key: rows for key, rows in edges(samples).items() if key not in ("zeros", "one row")},
            {"tiny": "normalization_of_small_numbers", "huge": "a variance of 1e40 is no float32"},
            precision="float32"),
]  # fmt: skip

NORMALIZATIONS.append(
    Formula(
        "of(layers.SpectralNormalization(layers.Dense(3, use_bias=False), 200), x, k, u, "
        "training=True)",
        lambda x, k, u: x @ k / np.longdouble(np.linalg.svd(k.astype(float))[1][0]),
        {"drawn": (draw(4, 2), draw(2, 3), draw(1, 3))},
    )
)

# Merging -----------------------------------------------------------------------------------------

a, b, c = draw(2, 3, 4), draw(2, 3, 4), draw(2, 3, 4)
THREE = {
    "drawn": (a, b, c),
    "broadcast": (a, b[:, :1], c),
    "huge": (1e20 * a, b, 1e-20 * c),
    "NaN": (np.where(a == a[0, 0, 0], np.nan, a), b, c),
    "no row": (a[:0], b[:0], c[:0]),
}
TWO = {label: three[:2] for label, three in THREE.items()}


def broadcast(function):
    return lambda a, b, c: function(np.stack(np.broadcast_arrays(a, b, c)), axis=0)


MERGES = [
    *(Formula(f"layers.{name}()([a, b, c])", broadcast(f), THREE, through=lambda a, b, c: 1)
      for name, f in {"Add": np.sum, "Average": np.mean, "Maximum": np.max, "Minimum": np.min,
                      "Multiply": np.prod}.items()),
    *(Formula(f"layers.{name}([a, b, c])", broadcast(f), THREE, through=lambda a, b, c: 1)
      for name, f in {"add": np.sum, "average": np.mean, "maximum": np.max, "minimum": np.min,
                      "multiply": np.prod}.items()),
    Formula("layers.Subtract()([a, b])", lambda a, b: a - b, TWO),
    Formula("layers.subtract([a, b])", lambda a, b: a - b, TWO),
    Formula("layers.Concatenate(axis=1)([a, b])", lambda a, b: np.concatenate([a, b], 1), TWO),
    Formula("layers.concatenate([a, b], axis=1)", lambda a, b: np.concatenate([a, b], 1), TWO),
    Formula("layers.Dot(axes=(2, 2))([a, b])", lambda a, b: a @ np.swapaxes(b, 1, 2), TWO),
    Formula("layers.dot([a, b], axes=(2, 2))", lambda a, b: a @ np.swapaxes(b, 1, 2), TWO),
    Formula("layers.Dot(axes=(2, 2), normalize=True)([a, b])",
            lambda a, b: unit(a) @ np.swapaxes(unit(b), 1, 2), TWO | {"zeros": (0 * a, b)}),
    Formula("layers.Dot(axes=1)([a, b])", lambda a, b: np.sum(a * b, 1, keepdims=True), {"drawn": (
        draw(3, 4), draw(3, 4))}),
]  # fmt: skip

# Reshaping ---------------------------------------------------------------------------------------


def bilinear(x, size):
    """Up-sampled to `size` times the places, whose centres stand at (i + 1/2) / size - 1/2."""
    for axis in (1, 2):
        n = x.shape[axis]
        at = np.clip((np.arange(n * size) + 0.5) / size - 0.5, 0, n - 1)
        low = np.floor(at).astype(int)
        part = (at - low).reshape([-1 if d == axis else 1 for d in range(x.ndim)])
        x = np.take(x, low, axis) * (1 - part) + np.take(x, np.minimum(low + 1, n - 1), axis) * part
    return x


def repeated(x, size):
    for axis in range(1, x.ndim - 1):
        x = np.repeat(x, size, axis)
    return x


def padded(x, before, after):
    return np.pad(x, [(0, 0), *[(before, after)] * (x.ndim - 2), (0, 0)])


def cropped(x, before, after):
    return x[(slice(None), *[slice(before, n - after) for n in x.shape[1:-1]])]


SPANS = {1: "(1, 2)", 2: "((1, 2), (1, 2))", 3: "((1, 2), (1, 2), (1, 2))"}
RESHAPES = [
    Formula("layers.Flatten()(x)", lambda x: x.reshape(len(x), -1), edges(draw(2, 3, 4))),
    Formula("layers.Reshape((4, -1))(x)", lambda x: x.reshape(len(x), 4, 3), edges(draw(2, 3, 4))),
    Formula("layers.Permute((2, 1))(x)", lambda x: np.swapaxes(x, 1, 2), edges(draw(2, 3, 4))),
    Formula("layers.RepeatVector(3)(x)", lambda x: np.stack([x] * 3, 1), edges(draw(2, 4))),
    *(Formula(f"layers.UpSampling{rank}D(2)(x)", lambda x: repeated(x, 2), edges(x))
      for rank, x in BY_RANK.items()),
    Formula("layers.UpSampling2D(2, interpolation='bilinear')(ops.cast(x, 'float32'))",
            lambda x: bilinear(x, 2), edges(draw(1, 3, 2, 2)), precision="float32"),
    *(Formula(f"layers.ZeroPadding{rank}D({SPANS[rank]})(x)", lambda x: padded(x, 1, 2), edges(x))
      for rank, x in BY_RANK.items()),
    *(Formula(f"layers.Cropping{rank}D({SPANS[rank]})(x)", lambda x: cropped(x, 1, 2), edges(x))
      for rank, x in BY_RANK.items()),
    Formula("layers.CenterCrop(3, 2)(x)", lambda x: x[:, 1:4, 2:4], edges(draw(1, 5, 6, 3))),
]  # fmt: skip

# Activations -------------------------------------------------------------------------------------

ACTIVATIONS = [
    Formula("layers.ReLU()(x)", lambda x: np.maximum(x, 0), edges(draw(2, 3))),
    Formula("layers.ReLU(negative_slope=0.25)(x)", lambda x: np.where(x < 0, x * 0.25, x),
            edges(draw(2, 3))),
    Formula("layers.LeakyReLU(0.25)(x)", lambda x: np.where(x < 0, x * 0.25, x), edges(draw(2, 3))),
    Formula("layers.ELU(0.5)(x)", lambda x: elu(x, 0.5), edges(draw(2, 3)),
            {"tiny": "elu_of_small_numbers"}),
    Formula("of(layers.PReLU(), x, a)", lambda x, a: np.where(x < 0, a * x, x),
            edges(draw(2, 3), draw(3))),
    Formula("of(layers.PReLU(shared_axes=[1]), x, a)", lambda x, a: np.where(x < 0, a * x, x),
            edges(draw(2, 3, 4), draw(1, 4))),
    Formula("layers.Softmax()(x)", softmax, edges(draw(2, 3))),
    Formula("layers.Softmax(axis=1)(x)", lambda x: softmax(x, 1), edges(draw(2, 3, 2))),
]  # fmt: skip

# What draws: nothing in inference, and by its moments in training --------------------------------

many = np.ones((400, 100))
QUIET = ("Dropout(0.5)", "GaussianDropout(0.5)", "GaussianNoise(0.5)", "AlphaDropout(0.5)",
         "SpatialDropout1D(0.5)", "ActivityRegularization(0.5)")  # fmt: skip
FLAT = ("SpatialDropout2D(0.5)", "SpatialDropout3D(0.5)")


def noise(call, mean, deviation, kurtosis=3.0, x=many, parts=None):
    """What noise makes of ones: its mean and deviation, within what so many numbers vary by."""
    return Formula(
        f"near(layers.{call}(x, training=True), mean, deviation, kurtosis)",
        lambda x: np.ones(2), {"ones": (x,)}, parts or {}, jumps=True,
        given={"mean": mean, "deviation": deviation, "kurtosis": kurtosis},
    )  # fmt: skip


selu_0 = -1.7580993408473766  # the negative saturation of selu
REGULARIZATIONS = [
    *(Formula(f"layers.{call}(x)", lambda x: x, edges(draw(2, 3, 4))) for call in QUIET),
    Formula(f"layers.{FLAT[0]}(x)", lambda x: x, edges(draw(2, 3, 4, 1))),
    Formula(f"layers.{FLAT[1]}(x)", lambda x: x, edges(draw(2, 3, 4, 1, 1))),
    noise("Dropout(0.25, seed=1)", 1.0, np.sqrt(0.25 / 0.75), 7 / 3),
    noise("GaussianDropout(0.25, seed=2)", 1.0, np.sqrt(0.25 / 0.75)),
    noise("GaussianNoise(0.5, seed=3)", 1.0, 0.5),
    Formula("moments(layers.AlphaDropout(0.25, seed=4)(x, training=True))",
            lambda x: np.array([0.0, 1.0]), {"of mean 0 and variance 1": (draw(400, 200),)},
            jumps=True),
]  # fmt: skip

# Preprocessing -----------------------------------------------------------------------------------

BINS = np.array([-1.0, 0.0, 2.5])


def counted(x, n, w=None):
    y: Any = np.zeros((len(x), n))
    for i, row in enumerate(x):
        for j, token in enumerate(row):
            if not 0 <= token < n:
                raise ValueError("no such token")
            y[i, token] += 1 if w is None else w[i, j]
    return y


TOKENS = {
    "drawn": (np.array([[0, 3], [2, 2], [1, 0]]),),
    "too large": (np.array([[0, 4]]),),
    "negative": (np.array([[0, -1]]),),
}
VALUES = {
    "drawn": (2 * draw(3, 4),),
    "on the boundaries": (np.array([[-1.0, 0.0, 2.5]]),),
    "infinities": (np.array([[-np.inf, np.inf]]),),
}
TOO_LARGE = {"too large": "category_too_large"}
PREPROCESSING = [
    Formula("layers.Rescaling(0.5, offset=-1.0)(x)", lambda x: 0.5 * x - 1, edges(draw(2, 3, 1))),
    Formula("layers.Discretization([-1.0, 0.0, 2.5])(x)",
            lambda x: np.searchsorted(BINS, x, side="right"), VALUES, jumps=True),
    Formula("layers.Discretization([-1.0, 0.0, 2.5], output_mode='one_hot')(x)",
            lambda x: np.eye(4)[np.searchsorted(BINS, x, side="right")], VALUES, jumps=True),
    Formula("layers.CategoryEncoding(4, 'multi_hot')(x)", lambda x: np.minimum(counted(x, 4), 1),
            TOKENS, TOO_LARGE, jumps=True),
    Formula("layers.CategoryEncoding(4, 'count')(x)", lambda x: counted(x, 4), TOKENS, TOO_LARGE,
            jumps=True),
    Formula("layers.CategoryEncoding(4, 'count')(x, count_weights=w)",
            lambda x, w: counted(x, 4, w), {
                "drawn": (*TOKENS["drawn"], np.array([[0.5, 0.25], [1.0, 2.0], [4.0, 0.125]]))},
            jumps=True),
    Formula("layers.CategoryEncoding(4, 'one_hot')(x)", lambda x: np.eye(4)[x], {
        "drawn": (np.array([0, 3, 2]),)}, jumps=True),
    Formula("layers.Resizing(4, 6)(x)", lambda x: bilinear(x, 2), {"twice": (draw(1, 2, 3, 1),)},
            precision="float32"),
]  # fmt: skip

FORMULAS = [
    *CORE, *CONVOLUTIONS, *POOLS, *NORMALIZATIONS, *MERGES, *RESHAPES, *ACTIVATIONS,
    *REGULARIZATIONS, *PREPROCESSING,
]  # fmt: skip
