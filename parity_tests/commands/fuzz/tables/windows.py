# ruff: noqa: E501 - one line a value
"""Convolutions, pools, margins and up-sampling, as the fuzzer draws them: first of all layers.

Images of the fuzzer are small, so windows are padded with "same" where they could be too large.
TensorFlow has no pools of volumes in float64, and ends the process where an adaptive maximum has a
single bin (finding one_bin_ends_python): those see larger images.
"""

from typing import Any

from hypothesis import strategies as st

from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import Strategy, call, one_of, some
from parity_tests.commands.fuzz.tables.layers import (
    MOSTLY,
    YES_OR_NO,
    activations,
    constraints,
    regularizers,
    vectors,
)

SIZES, STRIDES = one_of(2, 1, 3), one_of(1, 2)
PADDED: dict[str, Any] = {"padding": one_of("same")}
KERNEL: dict[str, Any] = {
    "kernel_initializer": vectors, "kernel_regularizer": regularizers, "kernel_constraint": constraints,
}  # fmt: skip
DEPTHWISE = {name.replace("kernel", "depthwise"): strategy for name, strategy in KERNEL.items()}
POINTWISE = {name.replace("kernel", "pointwise"): strategy for name, strategy in KERNEL.items()}
ANY: dict[str, Any] = {
    "activation": activations, "use_bias": YES_OR_NO, "bias_initializer": vectors,
    "bias_regularizer": regularizers, "activity_regularizer": regularizers, "trainable": MOSTLY,
}  # fmt: skip
FILTERS = {"filters": st.integers(1, 4)}
LARGER = {1: "keras.layers.UpSampling1D(4)", 2: "keras.layers.UpSampling2D(4)", 3: "keras.layers.UpSampling3D((4, 2, 4))"}  # fmt: skip


def _strided(name: str, *, more: dict[str, Any], **options: Any) -> Strategy[Code]:
    """A layer with windows: with strides, or with dilation, but not both."""
    needed = {**more, "kernel_size": SIZES, **PADDED}
    return st.one_of(
        some(f"layers.{name}", needed, strides=STRIDES, **options),
        some(f"layers.{name}", needed, dilation_rate=one_of(1, 2), **options),
    )


def _on_larger(name: str, *values: Any) -> Strategy[Code]:
    """A layer with one of these arguments, on images some times as large."""
    larger = LARGER[int(name[-2])]
    return one_of(*(Code(f"{larger}, keras.layers.{name}({value})") for value in values))


def _of(rank: int) -> dict[str, Strategy[Code]]:
    pools: dict[str, Any] = {"pool_size": SIZES, **PADDED}
    whole: dict[str, Any] = {"keepdims": YES_OR_NO}
    margins = one_of((0, 1), (2, 1)) if rank == 1 else one_of(1, ((0, 1), (2, 0), (1, 1))[:rank])
    found = {
        f"Conv{rank}D": _strided(f"Conv{rank}D", more=FILTERS, **KERNEL, **ANY),
        f"Conv{rank}DTranspose": some(f"layers.Conv{rank}DTranspose", {**FILTERS, "kernel_size": SIZES}, strides=STRIDES, **PADDED, **KERNEL, **ANY),
        **{f"{kind}Pooling{rank}D": some(f"layers.{kind}Pooling{rank}D", pools, strides=STRIDES) for kind in ("Max", "Average")},
        **{f"Global{kind}Pooling{rank}D": call(f"layers.Global{kind}Pooling{rank}D", **whole) for kind in ("Max", "Average")},
        **{f"Adaptive{kind}Pooling{rank}D": _on_larger(f"Adaptive{kind}Pooling{rank}D", 2, 3) for kind in ("Max", "Average")},
        f"ZeroPadding{rank}D": call(f"layers.ZeroPadding{rank}D", margins),
        f"Cropping{rank}D": _on_larger(f"Cropping{rank}D", *(ends if rank == 1 else (ends, (1, 0), (1, 1))[:rank] for ends in ((0, 1), (1, 2)))),
        f"UpSampling{rank}D": call(f"layers.UpSampling{rank}D", one_of(2, 1, 3)),
    }  # fmt: skip
    if rank < 3:
        multiplier = {"depth_multiplier": one_of(1, 2, 3)}
        found[f"DepthwiseConv{rank}D"] = _strided(
            f"DepthwiseConv{rank}D", more={}, **multiplier, **DEPTHWISE, **ANY
        )
        found[f"SeparableConv{rank}D"] = _strided(
            f"SeparableConv{rank}D", more=FILTERS, **multiplier, **DEPTHWISE, **POINTWISE, **ANY
        )
    return found


OF_RANK: dict[str, tuple[tuple[int, ...], Strategy[Code]]] = {
    **{name: ((rank + 2,), strategy) for rank in (1, 2, 3) for name, strategy in _of(rank).items()},
    "SpectralNormalization": ((2, 3), one_of(Code("keras.layers.SpectralNormalization(keras.layers.Dense(3))"))),
}  # fmt: skip
