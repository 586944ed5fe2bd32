"""What the invariants of several families need: configs, and what is made of them."""

import json
from typing import Any


def config(thing: Any) -> Any:
    """The config of an object as a file would hold it, but for the shapes it was built with."""
    text = json.dumps(thing.get_config(), default=repr)
    return json.loads(text, object_hook=_without_shapes)


def _without_shapes(found: dict[str, Any]) -> dict[str, Any]:
    return {name: part for name, part in found.items() if name != "build_config"}


def loaded(s: Any, thing: Any) -> Any:
    """The object that its own serialization makes, through JSON as a file does."""
    text = json.dumps(s.keras.saving.serialize_keras_object(thing))
    return s.keras.saving.deserialize_keras_object(json.loads(text), safe_mode=False)
