"""A state as text behind an address, and back; also from a link of TensorFlow Playground."""

import base64
import json
import math
import re
import zlib
from typing import Any
from urllib.parse import parse_qsl, unquote

from .fields import RefusedError, parsed
from .protocol import CAPS
from .state import DEFAULT

_OURS = "s="


def link(state: dict[str, Any]) -> str:
    """What goes behind the #: the state without what is the default, deflated."""
    changed = {key: value for key, value in state.items() if value != DEFAULT[key]}
    packed = zlib.compress(json.dumps(changed, separators=(",", ":")).encode(), 9)
    return _OURS + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def opened(text: Any) -> dict[str, Any]:
    """The state that a text speaks of.

    Args:
        text: JSON, or an address with our #, or with TensorFlow Playground's.

    Raises:
        RefusedError: for anything else.
    """
    if not isinstance(text, str) or len(text) > CAPS["link_bytes"]:
        raise RefusedError(f"A link is a text of at most {CAPS['link_bytes']:,} characters")
    text = text.strip()
    if text.startswith("{"):
        found = parsed(text)
        return found["state"] if isinstance(found.get("state"), dict) else found
    behind = text.partition("#")[2] if "#" in text else text
    if behind.startswith(_OURS):
        return _unpacked(behind.removeprefix(_OURS))
    given = dict(parse_qsl(unquote(behind), keep_blank_values=True))
    if "dataset" in given or "networkShape" in given or "activation" in given:
        return of_tensorflow_playground(given)
    raise RefusedError(
        "This is no link of this page, none of TensorFlow Playground, and no state as JSON"
    )


def _unpacked(packed: str) -> dict[str, Any]:
    inflate = zlib.decompressobj()
    try:
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        text = inflate.decompress(raw, CAPS["csv_bytes"]).decode()
    except (ValueError, zlib.error) as error:
        raise RefusedError(f"The link cannot be read: {error}") from error
    if inflate.unconsumed_tail:
        raise RefusedError("The link unpacks to more than a state can be")
    return parsed(text)


_DATA = {"circle": "circle", "xor": "xor", "gauss": "gauss", "spiral": "spiral",
         "reg-plane": "plane", "reg-gauss": "hills"}  # fmt: skip
_FEATURES = {"x": "x", "y": "y", "xSquared": "x^2", "ySquared": "y^2", "xTimesY": "x*y",
             "sinX": "sin(x)", "sinY": "sin(y)"}  # fmt: skip


def of_tensorflow_playground(given: dict[str, str]) -> dict[str, Any]:
    """The state that does what a link of TensorFlow Playground says.

    Its loss is half the mean squared error, its penalty of a rate r is r / 2 times the squares or r
    times the moduli of the kernels, its kernels begin uniformly in [-0.5, 0.5], biases at 0.1.

    Raises:
        RefusedError: for values that it could not have written.
    """
    regression = given.get("problem") == "regression"
    source = given.get("regDataset", "reg-plane") if regression else given.get("dataset", "circle")
    if source not in _DATA:
        raise RefusedError(f"TensorFlow Playground has no data set {source!r}")
    activation = given.get("activation", "tanh")
    if activation not in ("relu", "tanh", "sigmoid", "linear"):
        raise RefusedError(f"TensorFlow Playground has no activation {activation!r}")
    shape = [n for n in given.get("networkShape", "4,2").split(",") if n]
    if not all(re.fullmatch(r"\d{1,3}", n) for n in shape):
        raise RefusedError(f"`networkShape` must be numbers. Received: {','.join(shape)!r}")
    rate = _number(given, "regularizationRate", 0.0)
    kind = given.get("regularization", "")
    regularizer: dict[str, Any] | None = None
    if rate and kind in ("L1", "L2"):
        regularizer = {"class": kind, kind.lower(): rate if kind == "L1" else rate / 2}
    zero = given.get("initZero") == "true"
    # x and y are on unless the link says otherwise, the others off.
    features = [
        name
        for key, name in _FEATURES.items()
        if given.get(key, "true" if key in "xy" else "false") == "true"
    ]
    noise = _number(given, "noise", 0.0)
    return {
        "data": {
            "name": _DATA[source],
            "noise": min(50.0, max(0.0, noise)) / 100,
            "samples": 1200 if regression else 500,
            "train_share": min(90.0, max(10.0, _number(given, "percTrainData", 50.0))) / 100,
        },
        "features": features or ["x", "y"],
        "layers": [{"class": "Dense", "units": int(n), "activation": activation} for n in shape],
        "output": {"activation": "linear" if regression else "tanh"},
        "loss": "mean_squared_error",
        "loss_weight": 0.5,
        "kernel_initializer": {"class": "Zeros"}
        if zero
        else {"class": "RandomUniform", "minval": -0.5, "maxval": 0.5},
        "bias_initializer": {"class": "Constant", "value": 0.1},
        "kernel_regularizer": regularizer,
        "optimizer": {"class": "SGD", "learning_rate": _number(given, "learningRate", 0.03)},
        "batch_size": max(1, int(_number(given, "batchSize", 10.0))),
        "shuffle": False,
        "seeds": {"data": round(1e5 * _number(given, "seed", 0.0)) % 2**32},
    }


def _number(given: dict[str, str], key: str, default: float) -> float:
    try:
        found = float(given.get(key, default))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise RefusedError(f"`{key}` must be a number. Received: {given[key]!r}")
    return found
