"""What stands for numbers: `Variable`, `KerasTensor`, a type, the state of a random generator."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


def _variable(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Own(k.layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.factor = thing(**given)

        def call(self, inputs: Any) -> Any:
            return inputs * k.ops.cast(self.factor, "float32")

    model = k.Sequential([k.Input((3,)), Own()])
    factor = model.layers[0].factor
    seen = {**material.described(factor), "name": factor.name, "path": factor.path}
    model.compile("sgd", "mse")
    return {**seen, "trained": material.trained(model, y=material.X)}


def _assigned(k: Any, method: Any, given: dict[str, Any]) -> np.ndarray:
    variable = k.Variable([1.0, 2.0])
    method(variable, **given)
    return np.asarray(variable.value)


def _keras_tensor(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    tensor = thing(**given)
    result = k.ops.exp(tensor)
    known = [name for name in ("keras_history", "_keras_history") if hasattr(result, name)]
    return {
        "shape": [tensor.shape, result.shape],
        "dtype": [str(tensor.dtype), str(result.dtype)],
        "name": tensor.name,
        "kind": [bool(tensor.sparse), bool(tensor.ragged)],
        "remembered": bool(known),
    }


def _policy(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    layer = k.layers.Dense(2, dtype=thing(**given))
    result = layer(material.X)
    return {"weights": str(layer.kernel.dtype), "result": str(result.dtype)}


def _next(k: Any, method: Any, given: dict[str, Any]) -> list[np.ndarray]:
    generator = k.random.SeedGenerator(3)
    return [np.asarray(method(generator, **given)) for _ in range(3)]


_CONFIG = {"config": {"name": "float32"}}
_SUMMED = Call({"value": [0.5, 0.25]}, {"value": [3.0, -4.0]}, look=_assigned)

TENSORS = {
    "Variable": Call(
        {"initializer": "ones", "shape": (3,), "name": "factor"},
        {
            "initializer": np.array([2.0, 3.0, 4.0], "float32"),
            "shape": (1,),
            "dtype": "float64",
            "trainable": False,
            "name": "another",
            "autocast": False,
            "aggregation": "mean",
            "synchronization": "on_read",
            "layout": ("rows",),
        },
        look=_variable,
    ),
    "Variable.assign": _SUMMED,
    "Variable.assign_add": _SUMMED,
    "Variable.assign_sub": _SUMMED,
    "KerasTensor": Call(
        {"shape": (None, 3), "name": "tensor"},
        {
            "shape": (4, 2),
            "dtype": "float64",
            "sparse": True,
            "name": "another",
            "ragged": True,
            "record_history": False,
        },
        look=_keras_tensor,
    ),
    "dtype_policies.DTypePolicy": Call({}, {"name": "float64"}, look=_policy),
    "DTypePolicy.from_config": Call(_CONFIG, {"config": {"name": "float64"}}, look=_policy),
    "random.SeedGenerator.from_config": Call(
        {"config": {"seed": 3, "name": "seeds"}},
        {"config": {"seed": 4, "name": "seeds"}},
        look=lambda library, thing, given: library.random.uniform((3,), seed=thing(**given)),
    ),
    "random.SeedGenerator.next": Call({}, {"ordered": False}, look=_next),
}
