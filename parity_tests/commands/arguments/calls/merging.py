"""Inputs of models, and the functions that merge tensors."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls.call import Call

_A = np.linspace(-1, 1, 24, dtype="float32").reshape(2, 3, 4)
_PAIR = [_A, _A[::-1] * 0.7 + 0.3]
_OTHER = [_A * 2, -_A]


def _input(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    """The tensor, and what a model takes that has it for its input."""

    class OneWhereNothing(k.layers.Layer):
        def call(self, x: Any) -> Any:
            return k.ops.ones((1, 1)) if x is None else k.ops.sum(x, axis=-1, keepdims=True)

        def compute_output_shape(self, input_shape: Any) -> Any:
            return (None, 1)

    x = thing(**given)
    model = k.Model(x, OneWhereNothing()(x))

    def answer(data: Any) -> Any:
        try:
            return model(data)
        except (ValueError, TypeError, AttributeError):
            return "no"

    return {
        "shape": tuple(x.shape), "type": x.dtype, "named": x.name, "layer": model.layers[0].name,
        "sparse": getattr(x, "sparse", False), "ragged": getattr(x, "ragged", False),
        "of nothing": answer(None), "of six": answer(np.ones((4, 6), "float32")),
    }  # fmt: skip


MERGING = {
    **{
        f"layers.{name}": Call({"inputs": _PAIR}, {"inputs": _OTHER})
        for name in ("add", "average", "maximum", "minimum", "multiply", "subtract")
    },
    "layers.concatenate": Call({"inputs": _PAIR}, {"inputs": _OTHER, "axis": 1}),
    "layers.dot": Call({"inputs": _PAIR, "axes": 1}, {"inputs": _OTHER, "axes": 2}),
    "layers.Input": Call(
        {"shape": (6,)},
        {
            "shape": (5,),
            "batch_size": 4,
            "dtype": "float64",
            "sparse": True,
            "ragged": True,
            "batch_shape": (None, 5),
            "name": "another",
            "tensor": lambda k: k.KerasTensor((None, 5), name="other"),
            "optional": True,
        },
        {
            "batch_shape": {"shape": None, "batch_shape": (None, 6)},
            "tensor": {"shape": None, "tensor": lambda k: k.KerasTensor((None, 6), name="one")},
        },
        _input,
    ),
}
