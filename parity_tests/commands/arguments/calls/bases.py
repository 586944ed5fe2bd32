"""The constructors of what others derive from, each looked at through a small class of its own."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


def _of_a_layer(layer: Any, model: Any) -> dict[str, Any]:
    """A layer's types, weights and penalties, in a model or as one, before and after training."""
    seen: dict[str, Any] = {"known input": getattr(layer, "input_shape_argument", None)}
    seen["early"] = len(model.weights)
    seen["shape"] = model.input_shape if model.built and model is not layer else None
    seen["output"] = layer(material.X)
    seen["dtypes"] = [str(seen["output"].dtype), str(layer(np.float64(material.X)).dtype)]
    seen["losses"] = list(layer.losses)
    model.compile("sgd", "mse")
    seen["trained"] = material.trained(model, y=material.X)
    return {**seen, "config": layer.get_config()}


def _layer(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Scaled(thing):
        def build(self, input_shape: Any) -> None:
            self.factor = self.add_weight(shape=(input_shape[-1],), initializer="ones")

        def call(self, inputs: Any) -> Any:
            return inputs * self.factor

    layer = Scaled(**given)
    return _of_a_layer(layer, k.Sequential([layer]))


def _wrapper(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Doubled(thing):
        def call(self, inputs: Any) -> Any:
            return 2 * self.layer(inputs)

    wrapper = Doubled(**given)
    return _of_a_layer(wrapper, k.Sequential([wrapper]))


def _model(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Own(thing):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.inner = k.layers.Dense(3, kernel_initializer=material.starting(k))

        def call(self, inputs: Any) -> Any:
            return self.inner(inputs)

    model = Own(**given)
    return _of_a_layer(model, model)


def _sequential(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    model = thing(**given)
    return _of_a_layer(model, model)


def _dense(units: int, activation: str | None = None) -> Any:
    def made(k: Any) -> Any:
        return k.layers.Dense(
            units, activation, kernel_initializer=material.starting(k), name="inner"
        )

    return made


_LAYER: dict[str, Any] = {
    "activity_regularizer": "l2",
    "trainable": False,
    "dtype": "float64",
    "autocast": False,
    "name": "another",
    "input_shape": (3,),
    "batch_size": 4,
}


def _loss(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Distance(thing):
        def call(self, y_true: Any, y_pred: Any) -> Any:
            return k.ops.mean(k.ops.abs(y_true - y_pred), axis=-1)

    loss = Distance(**given)
    value = loss(material.Y, material.OTHER_Y)
    return {"value": value, "dtype": str(value.dtype), "config": loss.get_config()}


def _metric(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Largest(thing):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.found = self.add_variable((), "zeros", dtype=self.dtype, name="found")

        def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
            self.found.assign(k.ops.max(k.ops.cast(y_true - y_pred, self.dtype)))

        def result(self) -> Any:
            return self.found.value

    metric = Largest(**given)
    value = metric(material.Y, material.OTHER_Y)
    logs = material.small_model(k, metrics=[metric]).evaluate(
        material.X, material.Y, verbose=0, return_dict=True
    )
    return {
        "value": value,
        "dtypes": [str(metric.dtype), str(value.dtype)],
        "path": metric.variables[0].path,
        "logs": sorted(logs),
        "config": metric.get_config(),
    }


def _optimizer(k: Any, thing: Any, given: dict[str, Any]) -> dict[str, Any]:
    class Plain(thing):
        def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
            step = k.ops.cast(gradient, variable.dtype) * k.ops.cast(learning_rate, variable.dtype)
            self.assign_sub(variable, step)

    optimizer = Plain(**given)
    weights = [k.Variable(material.KERNEL, name="kernel"), k.Variable(material.BIAS, name="bias")]
    seen: list[Any] = [optimizer.scale_loss(1.0)]
    for factor in (1.0, -2.0, 3.0, 0.5):
        optimizer.apply([factor * material.KERNEL[::-1], 2 * factor * material.BIAS], weights)
        seen.append([np.array(w.value) for w in weights])
    optimizer.finalize_variable_values(weights)
    seen.append([np.array(w.value) for w in weights])
    return {"steps": seen, "config": optimizer.get_config()}


_EMA = {"use_ema": True}

BASES = {
    "layers.Layer": Call({}, _LAYER, look=_layer),
    "layers.Wrapper": Call(
        {"layer": _dense(3)}, {**_LAYER, "layer": _dense(3, "tanh")}, look=_wrapper
    ),
    "models.Model": Call({}, _LAYER, look=_model),
    "models.Sequential": Call(
        {"layers": lambda k: [_dense(3)(k)]},
        {**_LAYER, "layers": lambda k: [_dense(3, "tanh")(k)]},
        look=_sequential,
    ),
    "losses.Loss": Call(
        {}, {"name": "another", "reduction": "sum", "dtype": "float64"}, look=_loss
    ),
    "metrics.Metric": Call({}, {"name": "another", "dtype": "float64"}, look=_metric),
    "optimizers.Optimizer": Call(
        {"learning_rate": 0.1},
        {
            "learning_rate": 0.07,
            "weight_decay": 0.3,
            "clipnorm": 0.1,
            "clipvalue": 0.1,
            "global_clipnorm": 0.1,
            "use_ema": True,
            "ema_momentum": 0.5,
            "ema_overwrite_frequency": 2,
            "loss_scale_factor": 4.0,
            "gradient_accumulation_steps": 2,
            "name": "another",
        },
        {"ema_momentum": _EMA, "ema_overwrite_frequency": _EMA},
        _optimizer,
    ),
}
