"""Invariants of every family: a config holds what was given, and makes the same object."""

import json
from typing import Any

from parity_tests.invariants.invariant import invariant


def config(thing: Any) -> Any:
    """The config of an object as a file would hold it."""
    return json.loads(json.dumps(thing.get_config(), default=repr))


def loaded(s: Any, thing: Any) -> Any:
    """The object that its own serialization makes, through JSON as a file does."""
    text = json.dumps(s.keras.saving.serialize_keras_object(thing))
    return s.keras.saving.deserialize_keras_object(json.loads(text), safe_mode=False)
