"""Models and weights in files, as JSON, and as copies."""

import builtins
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.things import X, mine, nested, network, seen_of, tried


@contextmanager
def _answering_no() -> Iterator[None]:
    """Whoever asks at the prompt is told no."""
    ask = builtins.input
    builtins.input = lambda prompt="": (print(prompt), "n")[1]
    try:
        yield
    finally:
        builtins.input = ask


def _with_a_lambda(k: Any) -> Any:
    return k.Sequential([k.Input((3,)), k.layers.Lambda(lambda x: x * 2)], name="lambda")


def _loaded(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    network(k).save("one.keras")
    network(k, 3).save("other.keras")
    network(k, dense=mine(k.layers.Dense, 0)).save("own.keras")
    if given["filepath"] != "lambda.keras":
        return seen_of(thing(**given))
    _with_a_lambda(k).save("lambda.keras")
    return tried(lambda: thing(**given)(X))


def _saved(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    network(k, scale=5.0).save("old.keras")
    if given.get("zipped") is False:
        given["filepath"] = "folder"  # its name has no ending
    with _answering_no():
        thing(**given)
    return seen_of(k.models.load_model(given["filepath"]))


def _saved_weights(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    network(k, scale=5.0).save_weights("old.weights.h5")
    with _answering_no():
        thing(**given)
    pieces = Path("new.weights.json")
    model = network(k, scale=0.0)
    model.load_weights(pieces if pieces.exists() else given["filepath"])
    return model.get_weights()


def _loaded_weights(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    network(k).save_weights("one.weights.h5")
    network(k, scale=2.0).save_weights("other.weights.h5")
    network(k, 4).save_weights("wider.weights.h5")
    thing(**given)
    return seen_of(given["model"])


def _cloned(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    found = seen_of(thing(**given))
    return {**found, "weights": [w.shape for w in found["weights"]]}


def _frozen(layer: Any) -> Any:
    print("copied", layer.name)
    copy = type(layer).from_config(layer.get_config())
    copy.trainable = False
    return copy


def _told_and_called(layer: Any, *args: Any, **kwargs: Any) -> Any:
    print("called", layer.name)
    return layer(*args, **kwargs)


def _json(make: Callable[[Any], Any]) -> Callable[[Any], str]:
    return lambda k: make(k).to_json()


SAVING = {
    "models.load_model": Call(
        {"filepath": "one.keras"},
        {
            "filepath": "other.keras",
            "custom_objects": lambda k: {"Mine": mine(k.layers.Dense, 2)},
            "compile": False,
            "safe_mode": False,
        },
        {
            "custom_objects": {
                "filepath": "own.keras",
                "custom_objects": lambda k: {"Mine": mine(k.layers.Dense, 1)},
            },
            "safe_mode": {"filepath": "lambda.keras"},
        },
        _loaded,
    ),
    "models.save_model": Call(
        {"model": lambda k: network(k), "filepath": "new.keras"},
        {
            "model": lambda k: network(k, 3),
            "filepath": "other.keras",
            "overwrite": False,
            "zipped": False,
        },
        {"overwrite": {"filepath": "old.keras"}},
        _saved,
    ),
    "saving.save_weights": Call(
        {"model": lambda k: network(k), "filepath": "new.weights.h5"},
        {
            "model": lambda k: network(k, scale=2.0),
            "filepath": "other.weights.h5",
            "overwrite": False,
            "max_shard_size": 1.0,
        },
        {"overwrite": {"filepath": "old.weights.h5"}},
        _saved_weights,
    ),
    "saving.load_weights": Call(
        {"model": lambda k: network(k, scale=0.0), "filepath": "one.weights.h5"},
        {
            "model": lambda k: network(k, name="another"),
            "filepath": "other.weights.h5",
            "skip_mismatch": False,
        },
        {"skip_mismatch": {"filepath": "wider.weights.h5", "skip_mismatch": True}},
        _loaded_weights,
    ),
    "models.clone_model": Call(
        {"model": lambda k: nested(k)},
        {
            "model": lambda k: nested(k, 4),
            "input_tensors": lambda k: k.Input((3,), name="mine"),
            "clone_function": _frozen,
            "call_function": _told_and_called,
            "recursive": True,
        },
        {"recursive": {"clone_function": _frozen}},
        _cloned,
    ),
    "models.model_from_json": Call(
        {"json_string": _json(network)},
        {
            "json_string": _json(nested),
            "custom_objects": lambda k: {"Mine": mine(k.layers.Dense, 2)},
        },
        {
            "custom_objects": {
                "json_string": _json(lambda k: network(k, dense=mine(k.layers.Dense, 0))),
                "custom_objects": lambda k: {"Mine": mine(k.layers.Dense, 1)},
            },
        },
        _cloned,
    ),
}
