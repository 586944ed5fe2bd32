"""The methods of optimizers: their variables, a step, what is kept from decay, their files."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call

_GRADIENTS = [material.KERNEL[::-1].copy(), 2 * material.BIAS]
_OTHER_GRADIENTS = [1 - material.KERNEL, 3 * material.BIAS]


def _weights(k: Any) -> list[Any]:
    kernel, bias = (
        k.Variable(material.KERNEL, name="kernel"),
        k.Variable(material.BIAS, name="bias"),
    )
    return [kernel, bias]


def _values(weights: Any) -> list[np.ndarray]:
    return [np.array(w.value) for w in weights]


def _paths(optimizer: Any) -> list[Any]:
    return [[v.path, v.shape, str(v.dtype)] for v in optimizer.variables]


def _added(k: Any, method: Any, given: dict[str, Any]) -> Any:
    optimizer = k.optimizers.SGD(name="sgd")
    variable = method(optimizer, **given)
    return {**material.described(variable), "variables": _paths(optimizer)}


def _beside_a_weight(k: Any, method: Any, given: dict[str, Any]) -> Any:
    optimizer = k.optimizers.SGD(name="sgd")
    found = method(optimizer, **given)
    return {
        "values": _values(found if isinstance(found, list) else [found]),
        "variables": _paths(optimizer),
    }


def _apply(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """A step for the weights that are given by number, the others stay."""
    weights, optimizer = _weights(k), k.optimizers.SGD(0.1)
    optimizer.build(weights)
    chosen = [weights[i] for i in given["trainable_variables"]]
    method(optimizer, grads=given["grads"][: len(chosen)], trainable_variables=chosen)
    return _values(weights)


def _apply_gradients(k: Any, method: Any, given: dict[str, Any]) -> Any:
    weights = _weights(k)
    done = method(k.optimizers.SGD(0.1), zip(given["grads_and_vars"], weights, strict=True))
    return [int(np.asarray(done)), _values(weights)]


def _assigned(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """Assigns to the one or the other of two weights."""
    weights = [k.Variable(material.BIAS), k.Variable(2 * material.BIAS)]
    method(k.optimizers.SGD(), weights[given["variable"]], given["value"])
    return _values(weights)


def _built(k: Any, method: Any, given: dict[str, Any]) -> Any:
    optimizer = k.optimizers.SGD(0.1, use_ema=True, name="sgd")
    method(optimizer, **given)
    return _paths(optimizer)


def _excluded(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """A step with decay; weights to be excluded are given by number."""
    weights, optimizer = _weights(k), k.optimizers.SGD(0.1, weight_decay=0.3)
    chosen = given.get("var_list")
    method(optimizer, **{**given, "var_list": chosen and [weights[i] for i in chosen]})
    optimizer.apply(_GRADIENTS, weights)
    return _values(weights)


def _finalized(k: Any, method: Any, given: dict[str, Any]) -> Any:
    weights, optimizer = _weights(k), k.optimizers.SGD(0.1, use_ema=True)
    for _ in range(2):
        optimizer.apply(_GRADIENTS, weights)
    method(optimizer, var_list=[weights[i] for i in given["var_list"]])
    return _values(weights)


def _from_config(k: Any, method: Any, given: dict[str, Any]) -> Any:
    class Own(k.optimizers.SGD):
        pass

    optimizer = method.__func__(Own, **given)
    weights = _weights(k)
    optimizer.apply(_GRADIENTS, weights)
    return _values(weights)


def _schedule(k: Any, factor: float) -> Any:
    class Steady(k.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return k.ops.convert_to_tensor(factor)

        def get_config(self) -> dict[str, Any]:
            return {}

    return Steady


def _with_own_schedule(k: Any) -> dict[str, Any]:
    rate = _schedule(k, 0.1)()
    return {"learning_rate": k.optimizers.schedules.serialize(rate)}


def _with_momentum(k: Any) -> Any:
    optimizer = k.optimizers.SGD(0.1, momentum=0.9)
    optimizer.build(_weights(k)[:1])
    return optimizer


def _filled(k: Any, method: Any, given: dict[str, Any]) -> Any:
    optimizer = _with_momentum(k)
    method(optimizer, **given)
    return _values(optimizer.variables)


def _stored(k: Any, method: Any, given: dict[str, Any]) -> Any:
    store = dict(given["store"])
    method(_with_momentum(k), store=store)
    return {number: np.asarray(value) for number, value in store.items()}


def _scaled(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(k.optimizers.SGD(loss_scale_factor=4.0), **given)


def _updated(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """What a formula of one's own receives, for the one or the other of two weights."""

    class Plain(k.optimizers.Optimizer):
        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            self.assign_sub(variable, gradient * learning_rate)

    weights = [k.Variable(material.BIAS), k.Variable(2 * material.BIAS)]
    optimizer = Plain(0.1)
    optimizer.build(weights)
    chosen = weights[given["variable"]]
    gradient = k.ops.convert_to_tensor(given["gradient"])
    optimizer.update_step(gradient, chosen, given["learning_rate"])
    return _values(weights)


def _by_muon(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(k.optimizers.Muon(), **given)


_SLOT: dict[str, Any] = {"name": "total", "initializer": "zeros"}
_OTHER_SLOT: dict[str, Any] = {"name": "sum", "initializer": "ones"}
_ASSIGNED = Call(
    {"variable": 1, "value": [3.0, 4.0]}, {"variable": 0, "value": [5.0, 6.0]}, look=_assigned
)
_STATE = [np.array(3), np.array(0.2, "float32"), material.KERNEL]
_OTHER_STATE = [np.array(5), np.array(0.4, "float32"), 2 * material.KERNEL]
_FILE = {str(i): value for i, value in enumerate(_STATE)}
_OTHER_FILE = {str(i): value for i, value in enumerate(_OTHER_STATE)}

OPTIMIZER_METHODS = {
    "optimizers.Optimizer.add_variable": Call(
        {"shape": (2,), "name": "total"},
        {
            "shape": (3,),
            "initializer": "ones",
            "dtype": "float64",
            "aggregation": "mean",
            "layout": ("rows",),
            "name": "sum",
        },
        look=_added,
    ),
    "optimizers.Optimizer.add_variable_from_reference": Call(
        {"reference_variable": lambda k: _weights(k)[0], **_SLOT},
        {"reference_variable": lambda k: _weights(k)[1], **_OTHER_SLOT},
        look=_beside_a_weight,
    ),
    "optimizers.Optimizer.add_optimizer_variables": Call(
        {"trainable_variables": _weights, **_SLOT},
        {"trainable_variables": lambda k: _weights(k)[:1], **_OTHER_SLOT},
        look=_beside_a_weight,
    ),
    "optimizers.Optimizer.apply": Call(
        {"grads": _GRADIENTS, "trainable_variables": [0, 1]},
        {"grads": _OTHER_GRADIENTS, "trainable_variables": [0]},
        look=_apply,
    ),
    "optimizers.Optimizer.apply_gradients": Call(
        {"grads_and_vars": _GRADIENTS}, {"grads_and_vars": _OTHER_GRADIENTS}, look=_apply_gradients
    ),
    "optimizers.Optimizer.assign": _ASSIGNED,
    "optimizers.Optimizer.assign_add": _ASSIGNED,
    "optimizers.Optimizer.assign_sub": _ASSIGNED,
    "optimizers.Optimizer.build": Call(
        {"variables": _weights}, {"variables": lambda k: _weights(k)[:1]}, look=_built
    ),
    "optimizers.Optimizer.exclude_from_weight_decay": Call(
        {}, {"var_list": [0], "var_names": ["bias"]}, look=_excluded
    ),
    "optimizers.Optimizer.finalize_variable_values": Call(
        {"var_list": [0, 1]}, {"var_list": [0]}, look=_finalized
    ),
    "optimizers.Optimizer.from_config": Call(
        {"config": {"learning_rate": 0.1}},
        {
            "config": {"learning_rate": 0.2},
            "custom_objects": lambda k: {"Steady": _schedule(k, 0.3)},
        },
        {
            "custom_objects": {
                "config": _with_own_schedule,
                "custom_objects": lambda k: {"Steady": _schedule(k, 0.1)},
            }
        },
        _from_config,
    ),
    "optimizers.Optimizer.load_own_variables": Call(
        {"store": _FILE}, {"store": _OTHER_FILE}, look=_filled
    ),
    "optimizers.Optimizer.save_own_variables": Call(
        {"store": {}}, {"store": {"7": 1.0}}, look=_stored
    ),
    "optimizers.Optimizer.scale_loss": Call({"loss": 0.5}, {"loss": 0.25}, look=_scaled),
    "optimizers.Optimizer.set_weights": Call(
        {"weights": _STATE}, {"weights": _OTHER_STATE}, look=_filled
    ),
    "optimizers.Optimizer.update_step": Call(
        {"gradient": material.BIAS, "variable": 1, "learning_rate": 0.1},
        {"gradient": 2 * material.BIAS, "variable": 0, "learning_rate": 0.2},
        look=_updated,
    ),
    "optimizers.Muon.lr_adjust": Call(
        {"x": material.KERNEL}, {"x": np.ones((8, 2), "float32")}, look=_by_muon
    ),
    "optimizers.Muon.zeropower_via_newtonschulz5": Call(
        {"x": material.KERNEL, "steps": 5}, {"x": 1 - material.KERNEL, "steps": 2}, look=_by_muon
    ),
}
