"""Layers called on arrays and on inputs: those that nothing trains, and what a layer demands."""

import functools
from typing import Any

import numpy as np
import pytest

keras = pytest.importorskip("keras")

import scratch  # noqa: E402
from parity_tests.harness.outcomes import same  # noqa: E402
from parity_tests.harness.tolerances import derivative  # noqa: E402

pytestmark = pytest.mark.usefixtures("keras_afresh")
A = np.linspace(-2, 3, 12, dtype="float32").reshape(2, 2, 3)
B = A[::-1] * 0.5 + 1
FLOAT32 = derivative("float32")


# The limits of what a layer takes -----------------------------------------------------------------

LIMITS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "ReLU max_value": (lambda k, v: k.layers.ReLU(max_value=v), (-1e-3, 0.0, 0.5, 1.0, None)),
    "ReLU negative_slope": (lambda k, v: k.layers.ReLU(negative_slope=v), (-1e-3, 0.0, 0.5, None)),
    "ReLU threshold": (lambda k, v: k.layers.ReLU(threshold=v), (-1e-3, 0.0, 0.5, None)),
    "LeakyReLU": (lambda k, v: k.layers.LeakyReLU(v), (-1e-3, 0.0, 1.5, None)),
    "ELU": (lambda k, v: k.layers.ELU(v), (-0.5, 0.0, 2.0)),
    "Dense": (lambda k, v: k.layers.Dense(v, "relu", kernel_initializer="ones"), (-1, 0, 1, 2)),
    "Embedding": (
        lambda k, v: k.layers.Embedding(v, 2, "ones").get_config(), (-1, 0, 1, 2, 2.0, True, "2"),
    ),
    "CategoryEncoding": (lambda k, v: k.layers.CategoryEncoding(v).num_tokens, (-1, 0, 1)),
    "Discretization": (lambda k, v: k.layers.Discretization(num_bins=v).num_bins, (-1, 0, 1)),
    "GroupNormalization": (lambda k, v: k.layers.GroupNormalization(v), (-1, 0, 1, 2, 3, 4)),
    "RepeatVector": (lambda k, v: k.layers.RepeatVector(v).get_config(), (0, 1, 2, 2.0)),
    "Flatten": (lambda k, v: k.layers.Flatten(v), ("channels_last", "channels_first", "other")),
    "UnitNormalization": (lambda k, v: k.layers.UnitNormalization(v), (-4, -3, 0, 2, 3)),
    "LayerNormalization": (lambda k, v: k.layers.LayerNormalization(v), (-4, -3, 1, 2, 3)),
    "BatchNormalization": (lambda k, v: k.layers.BatchNormalization(v), (-4, -3, 1, 2, 3)),
    "Normalization": (lambda k, v: k.layers.Normalization(v), (-4, -3, 1, 2, 3)),
}  # fmt: skip


@pytest.mark.parametrize(
    ("what", "value"), [(what, v) for what, (_, values) in LIMITS.items() for v in values]
)
def test_limits(what, value):
    """On both sides of each limit: a result, or the same kind of error."""

    def call(k):
        made = LIMITS[what][0](k, value)
        if isinstance(made, dict):
            return {key: made[key] for key in ("n", "input_dim", "output_dim") if key in made}
        return made(A) if isinstance(made, k.layers.Layer) else made

    same(call, scratch, keras, FLOAT32)


# Demands ------------------------------------------------------------------------------------------

DEMANDS = {
    "nothing": {},
    "ndim": {"ndim": 2},
    "at least": {"min_ndim": 3},
    "at most": {"max_ndim": 2},
    "dtype": {"dtype": "float32"},
    "another dtype": {"dtype": "int32"},
    "shape": {"shape": (None, 2, 3)},
    "another shape": {"shape": (None, 2, 4)},
    "axes": {"axes": {-1: 3}},
    "axes in words": {"axes": {"1": 2}, "ndim": 3},
    "another axis": {"axes": {-1: 4}},
    "axis beyond": {"axes": {5: 3}, "ndim": 3},
    "axes no numbers": {"axes": {"last": 3}},
    "last axis may be missing": {"shape": (None, 2, 1), "allow_last_axis_squeeze": True},
    "optional": {"ndim": 3, "optional": True},
    "no type": {"dtype": "words"},
}


@pytest.mark.parametrize("demand", DEMANDS.values(), ids=DEMANDS)
def test_demand(demand):
    """As a value, and as what a layer asks of its input."""

    def described(k):
        spec = k.InputSpec(**demand)
        again = k.layers.InputSpec.from_config(spec.get_config())
        return repr(spec), spec.get_config(), again.get_config(), spec.axes, spec.ndim

    def asked(k: Any, x: Any) -> Any:
        class Asks(k.layers.Layer):
            def __init__(self):
                super().__init__()
                self.input_spec = k.InputSpec(**demand)

            def call(self, x):
                return x

        return Asks()(x)

    same(described, scratch, keras)
    whole = A.astype("int32")
    for x in (A, A[:, 0], A[0, 0], A[..., 0], A[..., :1], A[..., None], whole):
        same(functools.partial(asked, x=x), scratch, keras)
    same(lambda k: asked(k, k.Input((2, 3))).shape, scratch, keras)


STRUCTURES: dict[str, Any] = {
    "alone": lambda ask: ask(None),
    "two": lambda ask: [ask(None), ask(None)],
    "two by name": lambda ask: [ask("a"), ask("b")],
    "one by name": lambda ask: [ask("a")],
    "one of two by name": lambda ask: [ask("a"), ask(None)],
    "a dictionary": lambda ask: {"a": ask(None), "b": ask(None)},
}
GIVEN: dict[str, Any] = {
    "one": lambda x: x,
    "a list of one": lambda x: [x],
    "two": lambda x: [x, x],
    "three": lambda x: [x, x, x],
    "by name": lambda x: {"a": x, "b": x},
    "in another order": lambda x: {"b": x, "a": x},
    "one name": lambda x: {"a": x},
    "one too many": lambda x: {"a": x, "b": x, "c": x},
    "other names": lambda x: {"a": x, "c": x},
}


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("structure", STRUCTURES)
def test_demands_of_several_inputs(structure, given):
    def asked(k: Any) -> Any:
        class Asks(k.layers.Layer):
            def __init__(self):
                super().__init__(name="asks")
                self.input_spec = STRUCTURES[structure](lambda name: k.InputSpec(ndim=3, name=name))

            def call(self, x):
                return x

        return Asks()(GIVEN[given](A))

    found, wanted = same(asked, scratch, keras)
    if isinstance(wanted, str):  # a wrong number of inputs is told as such
        assert ("expects" in found) == ("expects" in wanted), found


# Defaults, on three axes --------------------------------------------------------------------------

DEFAULTS: dict[str, tuple[Any, ...]] = {
    "Activation": ("relu",),
    "BatchNormalization": (),
    "Concatenate": (),
    "Dense": (2, "relu", False, "ones"),
    "Dot": (1,),
    "ELU": (),
    "EinsumDense": ("abc,cd->abd", (None, 2), "relu", None, "ones"),
    "Flatten": (),
    "GroupNormalization": (3,),
    "Identity": (),
    "LayerNormalization": (),
    "LeakyReLU": (),
    "Masking": (),
    "PReLU": (),
    "Permute": ((2, 1),),
    "RMSNormalization": (),
    "ReLU": (),
    "Rescaling": (0.5,),
    "Reshape": ((3, 2),),
    "Softmax": (),
    "UnitNormalization": (),
}


@pytest.mark.parametrize("name", DEFAULTS)
def test_defaults(name):
    """What comes out, and what shapes are foretold."""
    several = name in ("Concatenate", "Dot")

    def call(k):
        layer = getattr(k.layers, name)(*DEFAULTS[name])
        y = np.array(layer([A, B] if several else A))
        shapes = []
        for shape in (A.shape, (None, 2, 3), (None, None, 3)):
            shapes.append(layer.compute_output_shape([shape, shape] if several else shape))
        return y, shapes

    same(call, scratch, keras, FLOAT32, may_fail=False)


SHAPES: dict[str, tuple[Any, Any]] = {
    "Reshape, unknown": (lambda k: k.layers.Reshape((-1, 2)), (None, None, 4)),
    "Reshape, known": (lambda k: k.layers.Reshape((-1, 2)), (None, 3, 4)),
    "Reshape, two unknown": (lambda k: k.layers.Reshape((-1, -1)), (None, 3, 4)),
    "Reshape, below -1": (lambda k: k.layers.Reshape((-2, 2)), (None, 3, 4)),
    "EinsumDense, dots": (lambda k: k.layers.EinsumDense("a...c,cd->a...d", 5), (None, 2, 3, 4)),
    "EinsumDense, dots for two": (
        lambda k: k.layers.EinsumDense("a...bc,cd->a...bd", (None, 5)), (None, 2, 3, 4),
    ),
    "CategoryEncoding, one_hot": (
        lambda k: k.layers.CategoryEncoding(5, output_mode="one_hot"), (4, 1),
    ),
    "CategoryEncoding, of nothing": (
        lambda k: k.layers.CategoryEncoding(5, output_mode="one_hot"), (4, 0),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", SHAPES)
def test_shapes(what):
    make, shape = SHAPES[what]
    same(lambda k: make(k).compute_output_shape(shape), scratch, keras)


@pytest.mark.parametrize("axes", [(), [1], (1, 2), [2]])
def test_softmax_over_axes(axes):
    same(lambda k: k.layers.Softmax(axes)(A), scratch, keras, FLOAT32)


@pytest.mark.parametrize("shared", [None, [1], [2], [1, 2]])
@pytest.mark.parametrize("shape", [(2, 2, 3), (2, 4, 3), (2, 2, 4), (2, 1, 3), (2, 2, 1), (2, 2)])
def test_what_fits_a_prelu(shared, shape):
    def call(k):
        layer = k.layers.PReLU("ones", shared_axes=shared)
        layer(A)
        return layer(np.full(shape, -1, "float32"))

    same(call, scratch, keras)


WEIGHTS = np.linspace(0, 1, 6, dtype="float32").reshape(3, 2)


@pytest.mark.parametrize("weights", [WEIGHTS, [WEIGHTS], WEIGHTS[:2]], ids=["array", "list", "few"])
def test_the_weights_of_an_embedding(weights):
    def call(k):
        return k.layers.Embedding(3, 2, weights=weights)(np.array([[0, 2]]))

    same(call, scratch, keras)
