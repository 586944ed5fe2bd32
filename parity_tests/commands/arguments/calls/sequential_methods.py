"""The methods that a stack of layers has of its own."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


def _stack(k: Any) -> Any:
    first = k.layers.Dense(2, kernel_initializer=material.starting(k), name="first")
    return k.Sequential([k.Input((3,)), first])


def _described(model: Any) -> dict[str, Any]:
    return {
        "built": model.built,
        "weights": [w.shape for w in model.weights],
        "result": model(material.X).shape if model.built else None,
    }


def _add(k: Any, method: Any, given: dict[str, Any]) -> dict[str, Any]:
    model = _stack(k)
    method(model, **given)
    return _described(model)


def _pop(k: Any, method: Any, given: dict[str, Any]) -> dict[str, Any]:
    model = _stack(k)
    model.add(k.layers.Dense(4))
    method(model, **given)
    return _described(model)


def _build(k: Any, method: Any, given: dict[str, Any]) -> Any:
    model = k.Sequential([k.layers.Dense(2)])
    method(model, **given)
    return [w.shape for w in model.weights]


def _masked(k: Any) -> Any:
    """A stack of which a layer drops numbers in training, and one puts a mask to use."""

    class Masked(k.layers.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.supports_masking = True

        def call(self, inputs: Any, mask: Any = None) -> Any:
            return inputs if mask is None else inputs * k.ops.cast(mask, "float32")

    return k.Sequential([k.Input((3,)), Masked(), k.layers.Dropout(0.5, seed=3)])


def _called(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(_masked(k), **given)


def _specified(k: Any, method: Any, given: dict[str, Any]) -> Any:
    found = method(_masked(k), **given)
    return [found.shape, str(found.dtype)]


def _shaped(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(_stack(k), **given)


def _config(activation: str) -> Any:
    def made(k: Any) -> Any:
        layer = k.layers.Dense(2, activation, kernel_initializer="ones", name="first")
        return k.Sequential([k.Input((3,)), layer], name="model").get_config()

    return made


def _with_own_layer(k: Any) -> Any:
    return k.Sequential(
        [k.Input((3,)), material.times(k, 2.0)(name="times")], name="model"
    ).get_config()


_MASK = np.array([[True, False, True]] * 4)

SEQUENTIAL_METHODS = {
    "Sequential.add": Call(
        {"layer": lambda k: k.layers.Dense(4)},
        {"layer": lambda k: k.layers.Dense(5), "rebuild": False},
        look=_add,
    ),
    "Sequential.build": Call({"input_shape": (None, 3)}, {"input_shape": (None, 4)}, look=_build),
    "Sequential.call": Call(
        {"inputs": material.X},
        {"inputs": material.OTHER_X, "training": True, "mask": _MASK},
        look=_called,
    ),
    "Sequential.compute_output_shape": Call(
        {"input_shape": (None, 3)}, {"input_shape": (5, 3)}, look=_shaped
    ),
    "Sequential.compute_output_spec": Call(
        {"inputs": lambda k: k.KerasTensor((None, 3))},
        {
            "inputs": lambda k: k.KerasTensor((5, 3)),
            "training": True,
            "mask": lambda k: k.KerasTensor((None, 3), "bool"),
        },
        look=_specified,
    ),
    "Sequential.from_config": Call(
        {"config": _config("tanh")},
        {"config": _config("relu"), "custom_objects": lambda k: {"Times": material.times(k, 3.0)}},
        {
            "custom_objects": {
                "config": _with_own_layer,
                "custom_objects": lambda k: {"Times": material.times(k, 2.0)},
            }
        },
        lambda library, method, given: method(**given)(material.X),
    ),
    "Sequential.pop": Call({}, {"rebuild": False}, look=_pop),
}
