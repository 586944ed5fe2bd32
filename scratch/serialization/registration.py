"""Classes and functions of a user's own, known by name to whoever reads a config.

A config can only name what is Keras's or what the running program has registered here: reading one
never imports a module and never runs code that the config brings along.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

_registered: dict[str, Any] = {}  # from "package>name" to the object
_names: dict[Any, str] = {}  # and back
_scope: dict[str, Any] = {}  # what the innermost `CustomObjectScope` added


class CustomObjectScope:
    """Within `with CustomObjectScope({"name": object})`, configs may name the objects.

    Args:
        custom_objects: from name to class or function. Replaces an outer scope's.

    Source: `keras.saving.CustomObjectScope`, also called `custom_object_scope`.
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects = dict(custom_objects or {})
        self._outer: dict[str, Any] = {}

    def __enter__(self) -> "CustomObjectScope":
        self._outer = dict(_scope)
        _enter(self.custom_objects)
        return self

    def __exit__(self, *error: Any) -> None:
        _enter(self._outer)


custom_object_scope = CustomObjectScope


def _enter(objects: Mapping[str, Any]) -> None:
    _scope.clear()
    _scope.update(objects)


def get_custom_objects() -> dict[str, Any]:
    """All registered objects by name: the dictionary itself, which may be changed."""
    return _registered


def known_objects(custom_objects: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What configs may name besides Keras's own: given here, in the scope, or registered."""
    return {**(custom_objects or {}), **_scope, **_registered}


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[Any], Any]:
    """Decorator: configs may name the class or function `"package>name"` from now on.

    Args:
        package: usually that of the program.
        name: default: the object's own.

    Raises:
        ValueError: for a class without `get_config`.
    """

    def register(thing: Any) -> Any:
        if inspect.isclass(thing) and not hasattr(thing, "get_config"):
            raise ValueError(
                "Cannot register a class that does not have a get_config() method. "
                f"Received: {thing}. Define one that returns the arguments of its constructor"
            )
        registered_name = f"{package}>{thing.__name__ if name is None else name}"
        _registered[registered_name] = thing
        _names[thing] = registered_name
        return thing

    return register


def get_registered_name(obj: Any) -> str:
    """The name under which `obj` was registered, else its own."""
    return _names.get(obj) or obj.__name__


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """The object that `name` stands for, or None.

    Args:
        name: as `get_registered_name` gives it.
        custom_objects, module_objects: looked into where neither the scope nor the registered
            objects have the name.
    """
    for objects in (_scope, _registered, custom_objects or {}, module_objects or {}):
        if name in objects:
            return objects[name]
    return None
