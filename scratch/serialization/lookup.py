"""From a name, a config or an object to the object: what every Keras namespace calls `get`."""

import inspect
from collections.abc import Mapping
from typing import Any

from scratch.context.spelling import similar
from scratch.serialization import (
    deserialize_keras_object,
    get_registered_object,
    serialize_keras_object,
)
from scratch.serialization.foreign import described


class Registry:
    """The names of one namespace.

    Args:
        kind: what is looked up, in the singular: `"loss"`, `"optimizer"`; used in messages.
        names: from every accepted spelling to a class or a function.
        custom_first: whether a user's object counts for more than Keras's own of the same name
            where `get` is given a name. In Keras it depends on the namespace.
    """

    def __init__(self, kind: str, names: dict[str, Any], custom_first: bool = False) -> None:
        self.kind = kind
        self.names = names
        self.custom_first = custom_first

    def get(self, identifier: Any) -> Any:
        """Resolves `identifier`.

        Args:
            identifier: None, a name, a config as `serialize` gives it, a class or any callable
                object. Names may also be those of registered objects; and what comes from Keras
                itself or from TensorFlow stands for its twin here (see `foreign`).

        Returns:
            None for None; a new instance for the name of a class or for a class; the function for
            the name of a function; anything else that is callable unchanged.

        Raises:
            ValueError: for a name that is not known (the message lists the closest ones) or for an
                object that is none of these.
        """
        if identifier is None:
            return None
        identifier = described(identifier, self.kind, self.names)
        if isinstance(identifier, dict):
            found = self.deserialize(identifier)
        else:
            found = self._named(identifier) if isinstance(identifier, str) else identifier
        if inspect.isclass(found):
            return found()
        if callable(found) or hasattr(found, "get_config"):
            return found
        raise ValueError(
            f"Could not interpret {self.kind} identifier: {identifier!r}. "
            f"Expected a name, a config dictionary or a callable"
        )

    def serialize(self, thing: Any) -> Any:
        """What `deserialize` turns back into `thing`: see `saving.serialize_keras_object`."""
        return serialize_keras_object(thing)

    def deserialize(self, config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
        """The object that `config` describes.

        Args:
            config: a name, or a dictionary whose `class_name` is one.
            custom_objects: further classes and functions, by name.

        Raises:
            ValueError: for a name that is not known.
        """
        found = deserialize_keras_object(config, custom_objects, module_objects=self.names)
        return self._named(found) if isinstance(found, str) else found

    def _named(self, name: str) -> Any:
        found = None if self.custom_first else self.names.get(name)
        if found is None:
            found = get_registered_object(name, module_objects=self.names)
        if found is not None:
            return found
        close = similar(str(name), self.names, 3)
        hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(
            f"Could not interpret {self.kind} identifier: {name!r}. {hint or self._known()}"
        )

    def _known(self) -> str:
        return f"Known names: {', '.join(sorted(self.names))}"
