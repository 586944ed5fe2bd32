"""From a name, a config or an object to the object: what every Keras namespace calls `get`."""

import inspect
from typing import Any


class Registry:
    """The names of one namespace.

    Args:
        kind: what is looked up, in the singular: `"loss"`, `"optimizer"`; used in messages.
        names: from every accepted spelling to a class or a function.
    """

    def __init__(self, kind: str, names: dict[str, Any]) -> None:
        self.kind = kind
        self.names = names

    def get(self, identifier: Any) -> Any:
        """Resolves `identifier`.

        Args:
            identifier: None, a name, a config `{"class_name": ..., "config": {...}}`, a class or
                any callable object.

        Returns:
            None for None; a new instance for the name of a class or for a class; the function for
            the name of a function; anything else that is callable unchanged.

        Raises:
            ValueError: for a name that is not known (the message lists the closest ones) or for an
                object that is none of these.
        """
        if identifier is None:
            return None
        if isinstance(identifier, dict):
            named: Any = self._named(identifier.get("class_name", ""))
            config = identifier.get("config") or {}
            return named if inspect.isfunction(named) else named.from_config(config)
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
        """What `get` turns back into `thing`: a name for a function, a config for an object."""
        if thing is None:
            return None
        if hasattr(thing, "get_config"):
            return {"class_name": type(thing).__name__, "config": thing.get_config()}
        return thing.__name__

    def _named(self, name: str) -> Any:
        if name in self.names:
            return self.names[name]
        # Loaded only when something went wrong: it would cost every import a millisecond.
        import difflib

        close = difflib.get_close_matches(str(name), self.names, n=3)
        hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise ValueError(
            f"Could not interpret {self.kind} identifier: {name!r}. {hint or self._known()}"
        )

    def _known(self) -> str:
        return f"Known names: {', '.join(sorted(self.names))}"
