"""`get`, `serialize` and `deserialize`: from a name or a config to the object, and back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.things import mine, told


@dataclass(frozen=True)
class _Space:
    """One namespace: how `serialize` calls what it is given, two objects, and two names."""

    argument: str
    one: Callable[[Any], Any]
    other: Callable[[Any], Any]
    names: tuple[str, str] | None = None  # None where there is no `get`


_SPACES = {
    "activations": _Space(
        "activation", lambda k: k.activations.relu, lambda k: k.activations.tanh, ("relu", "tanh")
    ),
    "losses": _Space(
        "loss", lambda k: k.losses.Huber(0.5), lambda k: k.losses.LogCosh(), ("mse", "Huber")
    ),
    "metrics": _Space(
        "metric", lambda k: k.metrics.Sum(), lambda k: k.metrics.Mean(), ("Sum", "Mean")
    ),
    "optimizers": _Space(
        "optimizer", lambda k: k.optimizers.SGD(), lambda k: k.optimizers.Adam(), ("sgd", "adam")
    ),
    "optimizers.schedules": _Space(
        "learning_rate_schedule",
        lambda k: k.optimizers.schedules.CosineDecay(0.5, 4),
        lambda k: k.optimizers.schedules.InverseTimeDecay(0.5, 4, 0.7),
    ),
    "initializers": _Space(
        "initializer", lambda k: k.initializers.Zeros(), lambda k: k.initializers.Ones(),
        ("zeros", "ones"),
    ),
    "regularizers": _Space(
        "regularizer", lambda k: k.regularizers.L1(), lambda k: k.regularizers.L2(), ("l1", "l2")
    ),
    "constraints": _Space(
        "constraint", lambda k: k.constraints.NonNeg(), lambda k: k.constraints.MaxNorm(3),
        ("non_neg", "max_norm"),
    ),
    "layers": _Space("layer", lambda k: k.layers.Dense(3), lambda k: k.layers.Dropout(0.2)),
    "dtype_policies": _Space(
        "dtype_policy", lambda k: k.DTypePolicy("float32"), lambda k: k.DTypePolicy("float64"),
        ("float32", "float64"),
    ),
}  # fmt: skip


def _told(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    return told(thing(**given))


def _calls_of(space: str, of: _Space) -> dict[str, Call]:
    def config(made: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda k: k.saving.serialize_keras_object(made(k))

    def own(version: int) -> Callable[[Any], Any]:
        return lambda k: {"Mine": mine(type(of.one(k)), version)}

    def own_config(k: Any) -> Any:
        thing = of.one(k)
        return k.saving.serialize_keras_object(mine(type(thing), 0)(**thing.get_config()))

    name = "name" if space == "losses" else "config"
    custom: dict[str, Any] = {name: own_config, "custom_objects": own(1)}
    other_custom: Any = own(2)
    if space == "activations":  # these are functions
        custom = {name: "Mine", "custom_objects": lambda k: {"Mine": k.activations.relu}}
        other_custom = lambda k: {"Mine": k.activations.elu}  # noqa: E731 - a value like the others
    found = {
        "serialize": Call({of.argument: of.one}, {of.argument: of.other}, look=_told),
        "deserialize": Call(
            {name: config(of.one)},
            {name: config(of.other), "custom_objects": other_custom},
            {"custom_objects": custom},
            _told,
        ),
    }
    if of.names:
        found["get"] = Call({"identifier": of.names[0]}, {"identifier": of.names[1]}, look=_told)
    return {f"{space}.{name}": call for name, call in found.items()}


LOOKING_UP = {
    subject: call for space, of in _SPACES.items() for subject, call in _calls_of(space, of).items()
}
