# ruff: noqa: E501 - one line a subject
"""What layers and functions on windows are made with: convolutions, pools, margins, up-sampling.

As in `values` and `function_values`, which hold these tables too.
"""

from typing import Any

import numpy as np

_draw = np.random.default_rng(6)
STEPS = _draw.normal(size=(4, 4, 6)).astype("float32")
IMAGES = _draw.normal(size=(2, 4, 4, 6)).astype("float32")
VOLUMES = _draw.normal(size=(2, 3, 3, 4, 6)).astype("float32")
BY_RANK = {1: STEPS, 2: IMAGES, 3: VOLUMES}
_KERNEL = _draw.normal(size=(2, 2, 6, 4)).astype("float32")
_POINTS = _draw.normal(size=(1, 1, 24, 3)).astype("float32")

_FAMILIES = (
    "Conv{}D", "Conv{}DTranspose", "DepthwiseConv{}D", "SeparableConv{}D", "MaxPool{}D", "AveragePooling{}D", "GlobalMaxPool{}D",
    "GlobalAveragePooling{}D", "AdaptiveMaxPooling{}D", "AdaptiveAveragePooling{}D", "ZeroPadding{}D", "Cropping{}D", "UpSampling{}D",
)  # fmt: skip
_SLIDING = _FAMILIES[:4]


def _each(*families: str) -> list[tuple[str, int]]:
    """The classes of some families, and their ranks."""
    return [(family.format(rank), rank) for family in families for rank in BY_RANK]


INPUTS: dict[str, Any] = {name: BY_RANK[rank] for name, rank in _each(*_FAMILIES)}

BASE: dict[str, dict[str, Any]] = {
    **{f"layers.{n}": {"filters": 4, "kernel_size": 2} for n, _ in _each("Conv{}D", "Conv{}DTranspose", "SeparableConv{}D")},
    **{f"layers.{n}": {"kernel_size": 2} for n, _ in _each("DepthwiseConv{}D")},
    **{f"layers.{n}": {"pool_size": 2} for n, _ in _each("AveragePooling{}D")},
    **{f"layers.{n}": {"output_size": 2} for n, _ in _each("AdaptiveMaxPooling{}D", "AdaptiveAveragePooling{}D")},
    "layers.SpectralNormalization": {"layer": lambda k: k.layers.Dense(2)},
}  # fmt: skip

OTHER: dict[str, Any] = {
    "filters": 8, "kernel_size": 3, "strides": 1, "padding": "same", "dilation_rate": 2, "output_padding": 1, "depth_multiplier": 2,
    "pool_size": 3, "output_size": 3, "keepdims": True, "interpolation": "bilinear", "size": 3, "power_iterations": 3,
    **dict.fromkeys(["depthwise_initializer", "pointwise_initializer"], "ones"), **dict.fromkeys(["depthwise_regularizer", "pointwise_regularizer"], "l2"),
    **dict.fromkeys(["depthwise_constraint", "pointwise_constraint"], lambda k: k.constraints.MaxNorm(0.01)),
}  # fmt: skip

OTHER_OF: dict[tuple[str, str], Any] = {
    **{(f"layers.{n}", "strides"): 2 for n, _ in _each(*_SLIDING)},
    **{(f"layers.{n}", "padding"): 2 for n, _ in _each("ZeroPadding{}D")}, ("layers.ZeroPadding1D", "padding"): (0, 2),
    ("layers.Cropping1D", "cropping"): (0, 1), ("layers.Cropping2D", "cropping"): 1, ("layers.Cropping3D", "cropping"): ((0, 1), (1, 0), (1, 1)),
    ("layers.SpectralNormalization", "layer"): lambda k: k.layers.Dense(3),
}  # fmt: skip

TOGETHER: dict[str, dict[str, Any]] = {"output_padding": {"strides": 2, "padding": "same"}}

OPS: dict[str, dict[str, Any]] = {
    "ops.conv": {"inputs": IMAGES, "kernel": _KERNEL}, "ops.depthwise_conv": {"inputs": IMAGES, "kernel": _KERNEL},
    "ops.conv_transpose": {"inputs": IMAGES, "kernel": _KERNEL.transpose(0, 1, 3, 2)},
    "ops.separable_conv": {"inputs": IMAGES, "depthwise_kernel": _KERNEL, "pointwise_kernel": _POINTS},
    **{f"ops.{n}": {"inputs": IMAGES, "pool_size": 2} for n in ("max_pool", "average_pool")},
    **{f"ops.{n}": {"inputs": lambda k: k.ops.convert_to_tensor(IMAGES), "output_size": (2, 2)} for n in ("adaptive_max_pool", "adaptive_average_pool")},
}  # fmt: skip

OPS_WITH: dict[tuple[str, str], dict[str, Any]] = {
    ("ops.conv_transpose", "output_padding"): {"strides": 2, "padding": "same"},
    **{(f"ops.{n}", "padding"): {"pool_size": 3} for n in ("max_pool", "average_pool")},
}  # fmt: skip

OPS_OTHER_OF: dict[tuple[str, str], Any] = {
    **{(op, "inputs"): lambda k: k.ops.convert_to_tensor(1.5 * IMAGES[::-1] + 1) for op in OPS},
    **{(op, "kernel"): 1 - OPS[op]["kernel"] for op in OPS if "kernel" in OPS[op]},
    ("ops.separable_conv", "depthwise_kernel"): 1 - _KERNEL, ("ops.separable_conv", "pointwise_kernel"): 1 - _POINTS,
    **{(op, "output_size"): (3, 2) for op in OPS}, **{(op, "strides"): 2 for op in OPS if "conv" in op}, **{(op, "data_format"): "channels_first" for op in OPS},
}  # fmt: skip
