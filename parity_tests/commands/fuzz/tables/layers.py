# ruff: noqa: E501 - one line a value
"""Layers, as the fuzzer draws them: in a `Sequential`, in any order that Keras takes.

LAYERS     take a batch of rank 2 or more, and keep its rank or flatten it
OF_RANK    take inputs of one rank only, and therefore stand first
BRANCHES   several paths that meet again: a functional model inside the Sequential one
"""

import functools
from typing import Any

from hypothesis import strategies as st

import scratch
from parity_tests.commands.fuzz.program import Code
from parity_tests.commands.fuzz.tables.calls import Strategy, by_name, call, classes, one_of, some

INITIALIZERS = {
    name: by_name("initializers", cls)
    for name, cls in classes(scratch.initializers, scratch.Initializer).items()
}
MATRICES = (
    "Identity",
    "IdentityInitializer",
    "Orthogonal",
    "OrthogonalInitializer",
)  # of a bias, Keras refuses them
ACTIVATIONS = [
    n for n in scratch.activations.__all__ if n not in ("deserialize", "get", "serialize")
]
UNUSABLE = ("glu", "threshold")  # by name alone: one halves the axis, the other needs arguments
FACTORS = one_of(0.01, 0.1, 1.0, 0.0)
REGULARIZERS = {
    "L1": call("regularizers.L1", FACTORS),
    "L2": call("regularizers.L2", FACTORS),
    "L1L2": call("regularizers.L1L2", FACTORS, FACTORS),
    "OrthogonalRegularizer": call("regularizers.OrthogonalRegularizer", factor=FACTORS, mode=one_of("rows", "columns")),
    "names": one_of("l1", "l2", "l1l2"),
}  # fmt: skip
OF_MATRICES = ("OrthogonalRegularizer",)
NORMS = one_of(0.5, 2.0, 0.01)
CONSTRAINTS = {
    "MaxNorm": call("constraints.MaxNorm", max_value=NORMS, axis=one_of(0, -1)),
    "MinMaxNorm": call("constraints.MinMaxNorm", min_value=one_of(0.0, 0.3), max_value=NORMS, rate=one_of(1.0, 0.3), axis=one_of(0, -1)),
    "NonNeg": call("constraints.NonNeg"),
    "UnitNorm": call("constraints.UnitNorm", axis=one_of(0, -1)),
}  # fmt: skip

activations = st.sampled_from([n for n in ACTIVATIONS if n not in UNUSABLE])
initializers = st.one_of(*INITIALIZERS.values())
vectors = st.one_of(*(s for n, s in INITIALIZERS.items() if n not in MATRICES))
regularizers = st.one_of(*(s for n, s in REGULARIZERS.items() if n not in OF_MATRICES))
constraints = st.one_of(*CONSTRAINTS.values())
YES_OR_NO = one_of(True, False)
MOSTLY = one_of(True, True, False)
EPSILON = one_of(1e-3, 0.1, 1e-6)
SHARES = one_of(0.5, 0.2, 0.0, 0.9)
SEEDS = one_of(0, 7)


@functools.cache
def dense(least: int, most: int) -> Strategy[Code]:
    """A Dense layer of so many units; the last one of every model has as many as there are labels."""
    return call(
        "layers.Dense",
        st.integers(least, most),
        activation=activations,
        use_bias=YES_OR_NO,
        kernel_initializer=initializers,
        bias_initializer=vectors,
        # Of a single column the penalty is constant, and its slope nothing but roundings.
        kernel_regularizer=st.one_of(*REGULARIZERS.values()) if least > 1 else regularizers,
        bias_regularizer=regularizers,
        activity_regularizer=regularizers,
        kernel_constraint=constraints,
        bias_constraint=call("constraints.NonNeg"),
        trainable=MOSTLY,
        few=4,
    )


AFFINE: dict[str, Any] = {
    "epsilon": EPSILON,
    "center": YES_OR_NO,
    "scale": YES_OR_NO,
    "trainable": MOSTLY,
}
WEIGHTS: dict[str, Any] = {
    "gamma_initializer": vectors,
    "beta_initializer": vectors,
    "gamma_regularizer": regularizers,
}
LAYERS: dict[str, Strategy[Code]] = {
    "Dense": dense(1, 6),
    "Activation": call("layers.Activation", activations),
    "Dropout": call("layers.Dropout", SHARES, seed=SEEDS),
    "Flatten": call("layers.Flatten", data_format=one_of("channels_last", "channels_first")),
    "ActivityRegularization": call("layers.ActivityRegularization", l1=FACTORS, l2=FACTORS),
    "AlphaDropout": call("layers.AlphaDropout", SHARES, seed=SEEDS),
    "BatchNormalization": call("layers.BatchNormalization", momentum=one_of(0.99, 0.5, 0.0), axis=one_of(-1, 1), renorm=one_of(True), renorm_momentum=one_of(0.9, 0.5), **AFFINE, **WEIGHTS),
    "EinsumDense": call("layers.EinsumDense", one_of("...x,xy->...y"), st.integers(1, 4), bias_axes=one_of("y"), activation=activations, kernel_initializer=initializers, kernel_regularizer=regularizers),
    "ELU": call("layers.ELU", alpha=one_of(1.0, 0.3)),
    "GaussianDropout": call("layers.GaussianDropout", SHARES, seed=SEEDS),
    "GaussianNoise": call("layers.GaussianNoise", one_of(0.1, 1.0, 0.0), seed=SEEDS),
    "GroupNormalization": call("layers.GroupNormalization", groups=one_of(1, -1), always=("groups",), **AFFINE),
    "Identity": call("layers.Identity"),
    "Lambda": one_of(*(Code(f"keras.layers.Lambda(lambda x: {body})") for body in ("keras.ops.tanh(x) * x", "x - keras.ops.mean(x, axis=-1, keepdims=True)", "keras.ops.where(x > 0.5, x, keras.ops.square(x))"))),
    "LayerNormalization": call("layers.LayerNormalization", axis=one_of(-1, 1), **AFFINE, **WEIGHTS),
    "LeakyReLU": call("layers.LeakyReLU", negative_slope=one_of(0.3, 0.0, 1.0)),
    "Masking": call("layers.Masking", mask_value=one_of(0.0, 1.0)),
    "Normalization": some("layers.Normalization", {"axis": one_of(None), "mean": one_of(0.5, -1.0), "variance": one_of(4.0, 0.01, 0.0)}, invert=YES_OR_NO),
    "PReLU": call("layers.PReLU", alpha_initializer=vectors, alpha_regularizer=regularizers, shared_axes=one_of([1])),
    "ReLU": call("layers.ReLU", max_value=one_of(1.0, 6.0), negative_slope=one_of(0.0, 0.2), threshold=one_of(0.0, 0.5)),
    "RMSNormalization": call("layers.RMSNormalization", axis=one_of(-1, 1), epsilon=EPSILON),
    "Rescaling": call("layers.Rescaling", one_of(0.5, 2.0, -1.0), offset=one_of(0.0, 1.0)),
    "Reshape": call("layers.Reshape", one_of((-1,))),
    "Softmax": call("layers.Softmax", axis=one_of(-1, 1)),
    "UnitNormalization": call("layers.UnitNormalization", axis=one_of(-1, 1)),
}  # fmt: skip
LAST = ("Activation", "Dropout", "Identity", "Rescaling", "Softmax")  # may follow the last Dense
# Draw while training, differently on every backend.
RANDOM = ("AlphaDropout", "Dropout", "GaussianDropout", "GaussianNoise")

# Whole numbers from any: into bins, and each looked up, or counted.
# What takes fractions refuses them on TensorFlow, or rounds: so they become fractions again.
BINS = "keras.layers.Discretization([-1.0, 0.0, 0.5])"
LOOKED_UP = some("layers.Embedding", {"input_dim": one_of(4, 6), "output_dim": st.integers(1, 3)}, embeddings_initializer=st.one_of(vectors, one_of("orthogonal")), embeddings_regularizer=regularizers, embeddings_constraint=constraints, mask_zero=one_of(True))  # fmt: skip
COUNTED = some("layers.CategoryEncoding", {"num_tokens": one_of(4, 6)}, output_mode=one_of("multi_hot", "count", "one_hot"))  # fmt: skip
OF_RANK: dict[str, tuple[tuple[int, ...], Strategy[Code]]] = {
    "Discretization": ((2, 3, 4), one_of(Code(f"{BINS}, keras.layers.Rescaling(0.5)"))),
    "Embedding": ((2, 3), LOOKED_UP.map(lambda layer: Code(f"{BINS}, {layer}"))),
    "CategoryEncoding": ((2, 3), COUNTED.map(lambda layer: Code(f"{BINS}, {layer}"))),
    "Permute": ((3,), call("layers.Permute", one_of((2, 1)))),
    "RepeatVector": ((2,), call("layers.RepeatVector", st.integers(1, 3))),
    "SpatialDropout1D": ((3,), call("layers.SpatialDropout1D", SHARES, seed=SEEDS)),
    "SpatialDropout2D": ((4,), call("layers.SpatialDropout2D", SHARES, seed=SEEDS, data_format=one_of("channels_first"))),
    "SpatialDropout3D": ((5,), call("layers.SpatialDropout3D", SHARES, seed=SEEDS)),
    "TimeDistributed": ((3, 4), dense(1, 4).map(lambda layer: Code(f"keras.layers.TimeDistributed({layer})"))),
}  # fmt: skip
RANDOM_OF_RANK = ("SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D")

PATHS = ("i", "keras.layers.Activation('tanh')(i)", "keras.layers.Dense({}, 'relu')(i)", "keras.layers.Dense({})(i)")  # fmt: skip
MERGES: dict[str, tuple[tuple[int, ...], Strategy[Code]]] = {  # how many paths, and the layer
    "Add": ((2, 3), call("layers.Add")),
    "Average": ((2, 3), call("layers.Average")),
    "Concatenate": ((2, 3), call("layers.Concatenate", axis=one_of(-1, 1))),
    "Dot": ((2,), call("layers.Dot", one_of(1, -1), normalize=one_of(True))),
    "Maximum": ((2, 3), call("layers.Maximum")),
    "Minimum": ((2, 3), call("layers.Minimum")),
    "Multiply": ((2, 3), call("layers.Multiply")),
    "Subtract": ((2,), call("layers.Subtract")),
}


@st.composite
def branches(draw: "st.DrawFn", shape: tuple[int, ...]) -> Code:
    """Paths from one input of `shape` that a merging layer brings together."""
    several, layers = MERGES[draw(st.sampled_from(sorted(MERGES)))]
    number = draw(st.sampled_from(several))
    paths = [draw(st.sampled_from(PATHS)).format(shape[-1]) for _ in range(number)]
    merged = f"{draw(layers)}([{', '.join(paths)}])"
    return Code(f"(lambda i: keras.Model(i, {merged}))(keras.Input({shape}))")
