"""Cases that were saved in the playground: a file of JSON each, with all their numbers.

"Save as a case" gives the file; put into this folder, it is a case like the others.
"""

import json
from pathlib import Path
from typing import Any

from parity_tests.harness.case import Case, given

HERE = Path(__file__).parent


def _made(module: Any, saved: Any) -> Any:
    """The object of a `{"class": ..., options}`; anything else as it is."""
    if not isinstance(saved, dict):
        return saved
    options = {key: value for key, value in saved.items() if key != "class"}
    return getattr(module, saved["class"])(**options)


def _layer(keras: Any, kind: str, arguments: dict[str, Any]) -> Any:
    made = {}
    for key, value in arguments.items():
        module = keras.regularizers if key.endswith("regularizer") else keras.initializers
        made[key] = _made(module, value)
    return getattr(keras.layers, kind)(**made)


def _optimizer(keras: Any, saved: dict[str, Any]) -> Any:
    rate = _made(keras.optimizers.schedules, saved["learning_rate"])
    return _made(keras.optimizers, {**saved, "learning_rate": rate})


def case_of(name: str, saved: dict[str, Any]) -> Case:
    """The case that a file holds.

    Args:
        name: of the file, without its ending.
        saved: its content.
    """
    weight = saved["loss_weight"]
    return Case(
        f"played/{name}",
        lambda keras: [_layer(keras, kind, arguments) for kind, arguments in saved["layers"]],
        given(saved["x"]),
        given(saved["y"], "int64" if saved["loss"].startswith("sparse") else "float32"),
        weights=saved["weights"],
        loss=saved["loss"],
        loss_weights=None if weight == 1 else weight,
        optimizer=lambda keras: _optimizer(keras, saved["optimizer"]),
        steps=saved["steps"],
        batch_size=saved["batch_size"],
    )


CASES = [
    case_of(path.stem, json.loads(path.read_text(encoding="utf-8")))
    for path in sorted(HERE.glob("*.json"))
]
