"""The methods of layers: their weights, penalties, masks and files."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


def _dense(k: Any) -> Any:
    layer = k.layers.Dense(2, kernel_initializer=material.starting(k))
    layer.build((None, 3))
    return layer


def _add_loss(k: Any, method: Any, given: dict[str, Any]) -> Any:
    class Own(k.layers.Layer):
        def call(self, inputs: Any) -> Any:
            method(self, **given)
            return inputs

    layer = Own()
    layer(material.X)
    return list(layer.losses)


def _add_weight(k: Any, method: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Own(k.layers.Layer):
        def build(self, input_shape: Any) -> None:
            self.factor = method(self, **given)
            self.shift = self.add_weight((), "zeros", given.get("dtype"))

        def call(self, inputs: Any) -> Any:
            shifted = inputs + k.ops.cast(self.shift, "float32")
            return shifted * k.ops.cast(self.factor, "float32")

    model = k.Sequential([k.Input((3,)), Own(name="own")])
    factor = model.layers[0].factor
    seen = {**material.described(factor), "name": factor.name, "path": factor.path}
    seen["losses"] = list(model.losses)
    model.compile(k.optimizers.SGD(0.1), "mse")
    return {**seen, "trained": material.trained(model, y=material.X)}


def _build(k: Any, method: Any, given: dict[str, Any]) -> Any:
    layer = k.layers.Layer()
    layer.build(**given)  # of the layer, so that the shape is noted
    return [layer.built, layer.get_build_config()]


def _build_from_config(k: Any, method: Any, given: dict[str, Any]) -> Any:
    layer = k.layers.Dense(2)
    method(layer, **given)
    return [w.shape for w in layer.weights]


def _on_a_layer(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(k.layers.Layer(), **given)


def _filled(k: Any, method: Any, given: dict[str, Any]) -> Any:
    layer = _dense(k)
    method(layer, **given)
    return layer.get_weights()


def _stored(k: Any, method: Any, given: dict[str, Any]) -> dict[str, Any]:
    store = dict(given["store"])
    method(_dense(k), store=store)
    return {number: np.asarray(value) for number, value in store.items()}


def _adapted_bins(k: Any, method: Any, given: dict[str, Any]) -> Any:
    layer = k.layers.Discretization(num_bins=3)
    method(layer, **given)
    return [list(layer.bin_boundaries), layer(material.X)]


def _updated_bins(k: Any, method: Any, given: dict[str, Any]) -> Any:
    layer = k.layers.Discretization(num_bins=3)
    method(layer, **given)
    layer.finalize_state()
    return [np.asarray(layer.summary), list(layer.bin_boundaries)]


def _normalized(k: Any, method: Any, given: dict[str, Any]) -> Any:
    layer = k.layers.Normalization()
    method(layer, **given)
    return layer(material.X)


def _adapted(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    k.utils.set_random_seed(1)
    layer = k.layers.Conv1D(2, 2)
    layer.build((None, 4, 3))
    thing(layer, **given)
    return {"weights": layer.get_weights(), "kernel": k.ops.convert_to_numpy(layer.kernel)}


_MASK = np.array([True, False, True, True])
_WEIGHTS = [material.KERNEL, material.BIAS]
_OTHER_WEIGHTS = [2 * material.KERNEL, 1 - material.BIAS]
_FILE = {"0": material.KERNEL, "1": material.BIAS}
_OTHER_FILE = {"0": 2 * material.KERNEL, "1": 1 - material.BIAS}

LAYER_METHODS = {
    "layers.Layer.add_loss": Call(
        {"loss": lambda k: k.ops.convert_to_tensor(0.5)},
        {"loss": lambda k: [k.ops.convert_to_tensor(loss) for loss in (0.25, 2.0)]},
        look=_add_loss,
    ),
    "layers.Layer.add_weight": Call(
        {"shape": (3,), "initializer": "ones", "name": "factor"},
        {
            "shape": (1,),
            "initializer": lambda k: k.initializers.Constant(2.0),
            "dtype": "float64",
            "trainable": False,
            "autocast": False,
            "regularizer": "l2",
            "constraint": lambda k: k.constraints.MaxNorm(0.5),
            "aggregation": "mean",
            "overwrite_with_gradient": True,
            "name": "another",
        },
        look=_add_weight,
    ),
    "layers.Layer.build": Call(
        {"input_shape": (None, 3)}, {"input_shape": (None, 4)}, look=_build
    ),
    "layers.Layer.build_from_config": Call(
        {"config": {"input_shape": (None, 3)}},
        {"config": {"input_shape": (None, 4)}},
        look=_build_from_config,
    ),
    "layers.Layer.compute_mask": Call(
        {"inputs": material.X, "previous_mask": _MASK},
        {"inputs": material.OTHER_X, "previous_mask": ~_MASK},
        look=_on_a_layer,
    ),
    "layers.Layer.from_config": Call(
        {"config": {"name": "one", "trainable": True}},
        {"config": {"name": "one", "trainable": False}},
        look=material.rebuilt,
    ),
    "layers.Layer.load_own_variables": Call({"store": _FILE}, {"store": _OTHER_FILE}, look=_filled),
    "layers.Layer.save_own_variables": Call({"store": {}}, {"store": {"2": 1.0}}, look=_stored),
    "layers.Layer.set_weights": Call(
        {"weights": _WEIGHTS}, {"weights": _OTHER_WEIGHTS}, look=_filled
    ),
    "layers.Conv1D.enable_lora": Call(
        {"rank": 2},
        {"rank": 1, "lora_alpha": 4.0, "a_initializer": "ones", "b_initializer": "ones"},
        {"lora_alpha": {"b_initializer": "ones"}},
        look=_adapted,
    ),
    "layers.Discretization.adapt": Call(
        {"data": [material.X, material.OTHER_X]},
        {"data": [material.X, 3 * material.X], "steps": 1},
        look=_adapted_bins,
    ),
    "layers.Discretization.update_state": Call(
        {"data": material.X}, {"data": 3 * material.OTHER_X}, look=_updated_bins
    ),
    "layers.Normalization.adapt": Call(
        {"data": material.X}, {"data": 3 * material.OTHER_X}, look=_normalized
    ),
    "layers.InputSpec.from_config": Call(
        {"config": {"shape": [None, 3], "ndim": None, "max_ndim": None, "min_ndim": None,
                    "axes": {}, "dtype": None}},
        {"config": {"shape": None, "ndim": 2, "max_ndim": None, "min_ndim": None, "axes": {},
                    "dtype": "float32"}},
        look=material.rebuilt,
    ),
}  # fmt: skip
