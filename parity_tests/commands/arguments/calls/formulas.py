"""The methods of losses, metrics, initializers, penalties, constraints and schedules.

Their bases have no formula: what is looked at is what a formula of one's own receives.
"""

from typing import Any

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


def _own_loss(k: Any) -> Any:
    class Distance(k.losses.Loss):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return k.ops.mean(k.ops.abs(y_true - 2 * y_pred), axis=-1)

    return Distance()


def _loss(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(_own_loss(k), **given)


def _values_of_loss(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return _own_loss(k).call(**given)


def _added(k: Any, method: Any, given: dict[str, Any]) -> Any:
    metric = k.metrics.Metric(name="own")
    variable = method(metric, **given)
    known = [variable is other for other in metric.variables]
    return {**material.described(variable), "known": known, "path": variable.path}


def _initializer(k: Any, method: Any, given: dict[str, Any]) -> Any:
    class Eye(k.initializers.Initializer):
        def __call__(self, shape: Any, dtype: Any = None, **kwargs: Any) -> Any:
            return k.ops.eye(*shape, dtype=dtype)

    found = Eye()(**given)
    return [found, str(found.dtype)]


def _penalty(k: Any, method: Any, given: dict[str, Any]) -> Any:
    class Largest(k.regularizers.Regularizer):
        def __call__(self, x: Any) -> Any:
            return k.ops.max(k.ops.abs(x))

    return Largest()(**given)


def _constraint(k: Any, method: Any, given: dict[str, Any]) -> Any:
    class Rounded(k.constraints.Constraint):
        def __call__(self, w: Any) -> Any:
            return k.ops.round(w)

    return [Rounded()(**given), method(k.constraints.Constraint(), **given)]


def _schedule(k: Any, method: Any, given: dict[str, Any]) -> Any:
    class Halved(k.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            return 0.5 ** k.ops.cast(step, "float32")

    return Halved()(**given)


def _of_own_class(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """What `from_config` gives to the constructor of a class that derives from the base."""

    class Own(method.__self__):
        def __init__(self, size: int) -> None:
            self.size = size

    return method.__func__(Own, **given).size


_FROM_CONFIG = Call({"config": {"size": 2}}, {"config": {"size": 3}}, look=_of_own_class)
_VARIABLE = {"shape": (2,), "initializer": "ones", "name": "total"}
_OTHER_VARIABLE = {"shape": (3,), "initializer": "zeros", "dtype": "float64", "name": "another"}
_VALUES = {"y_true": material.Y, "y_pred": material.OTHER_Y}
_OTHER_VALUES = {
    "y_true": 2 * material.Y,
    "y_pred": 3 * material.Y,
    "sample_weight": material.WEIGHTS,
}

FORMULAS = {
    "losses.Loss.__call__": Call(_VALUES, _OTHER_VALUES, look=_loss),
    "losses.Loss.call": Call(_VALUES, _OTHER_VALUES, look=_values_of_loss),
    "losses.Loss.from_config": _FROM_CONFIG,
    "metrics.Metric.add_variable": Call(
        _VARIABLE, {**_OTHER_VARIABLE, "aggregation": "mean"}, look=_added
    ),
    "metrics.Metric.add_weight": Call(_VARIABLE, _OTHER_VARIABLE, look=_added),
    "metrics.Metric.from_config": _FROM_CONFIG,
    "initializers.Initializer.__call__": Call(
        {"shape": (2, 3)}, {"shape": (3, 3), "dtype": "float64"}, look=_initializer
    ),
    "initializers.Initializer.from_config": _FROM_CONFIG,
    "regularizers.Regularizer.__call__": Call(
        {"x": material.X}, {"x": 2 * material.X}, look=_penalty
    ),
    "regularizers.Regularizer.from_config": _FROM_CONFIG,
    "constraints.Constraint.__call__": Call(
        {"w": material.X}, {"w": 2 * material.X}, look=_constraint
    ),
    "constraints.Constraint.from_config": _FROM_CONFIG,
    "optimizers.schedules.LearningRateSchedule.__call__": Call(
        {"step": 1}, {"step": 3}, look=_schedule
    ),
    "optimizers.schedules.LearningRateSchedule.from_config": _FROM_CONFIG,
}
