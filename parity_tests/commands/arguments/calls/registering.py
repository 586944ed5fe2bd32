"""Objects of a user's own, known by name; any object as a config."""

from typing import Any

from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.things import mine, told, tried


def _doubled(x: Any) -> Any:
    return x * 2


def _halved(x: Any) -> Any:
    return x / 2


def _scope(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    with thing(**given):
        inside = k.saving.get_registered_object("Mine")
    return {"inside": told(inside), "after": told(k.saving.get_registered_object("Mine"))}


def _registered(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    try:
        cls = thing(**given)(mine(k.layers.Dense, 1))
        return [k.saving.get_registered_name(cls), *k.saving.get_custom_objects()]
    finally:
        k.saving.get_custom_objects().clear()


def _name(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    try:
        k.saving.register_keras_serializable("own", "doubled")(_doubled)
        return thing(**given)
    finally:
        k.saving.get_custom_objects().clear()


def _told(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    return told(thing(**given))


def _restored(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    if "__lambda__" in str(given["config"]):
        return tried(lambda: thing(**given)(3.0))
    return told(thing(**given))


def _own_config(k: Any) -> Any:
    return k.saving.serialize_keras_object(mine(k.layers.Dense, 0)(3))


_LAMBDAS = [lambda x: x * 2]  # one, so that a warning always says the same of it


def _lambda_config(k: Any) -> Any:
    return k.saving.serialize_keras_object(_LAMBDAS[0])


REGISTERING = {
    "saving.CustomObjectScope": Call(
        {"custom_objects": {"Mine": _doubled}}, {"custom_objects": {"Mine": _halved}}, look=_scope
    ),
    "saving.register_keras_serializable": Call(
        {}, {"package": "own", "name": "better"}, look=_registered
    ),
    "saving.get_registered_name": Call({"obj": _doubled}, {"obj": _halved}, look=_name),
    "saving.get_registered_object": Call(
        {"name": "a", "custom_objects": {"a": _doubled}, "module_objects": {"b": _halved}},
        {"name": "b", "custom_objects": {"a": _halved}, "module_objects": {"b": _doubled}},
        {"module_objects": {"name": "b"}},
        _told,
    ),
    "saving.serialize_keras_object": Call(
        {"obj": lambda k: k.layers.Dense(3)}, {"obj": lambda k: k.losses.Huber(0.5)}, look=_told
    ),
    "saving.deserialize_keras_object": Call(
        {"config": lambda k: k.saving.serialize_keras_object(k.layers.Dense(3))},
        {
            "config": lambda k: k.saving.serialize_keras_object(k.losses.Huber(0.5)),
            "custom_objects": lambda k: {"Mine": mine(k.layers.Dense, 2)},
            "module_objects": lambda k: {"thing": k.losses.LogCosh},
            "safe_mode": False,
        },
        {
            "custom_objects": {
                "config": _own_config,
                "custom_objects": lambda k: {"Mine": mine(k.layers.Dense, 1)},
            },
            "module_objects": {
                "config": "thing",
                "module_objects": lambda k: {"thing": k.losses.Huber},
            },
            "safe_mode": {"config": _lambda_config},
        },
        _restored,
    ),
}
