"""What there is to choose from: what `hello` answers."""

import importlib.util
from typing import Any

from . import lessons
from .bugs import BUGS, described
from .choices import (
    ACTIVATIONS,
    INITIALIZERS,
    LOSSES,
    OPTIMIZERS,
    RATES,
    REGULARIZERS,
    SCHEDULES,
    library,
    options_of,
)
from .data import DATA, KINDS
from .features import FEATURES
from .layers import LAYERS, TAKES
from .perceptron import RULES
from .presets import PRESETS
from .protocol import CAPS, EXPORTS
from .samples import checked_data, samples_of
from .state import DEFAULT

SHOWN = 60  # points of a picture


def _sample(name: str) -> dict[str, Any] | None:
    """Some points of a set, for its picture in a menu; None of what is not on the plane."""
    if DATA[name].shape is not None or len(DATA[name].inputs) > 2:
        return None
    drawn = samples_of(checked_data({"name": name, "samples": SHOWN}), 0)
    labels = None if drawn.labels is None else drawn.labels.round(2)
    return {"inputs": drawn.inputs.round(2), "labels": labels}


def catalogue(engine: str) -> dict[str, Any]:
    """Names, options and defaults of everything.

    Args:
        engine: `"tf"` where tf.keras may run, if it is installed.
    """
    both = engine == "tf" and importlib.util.find_spec("tensorflow") is not None
    optimizers = library.optimizers

    def options(module: Any, names: Any) -> dict[str, Any]:
        return {name: options_of(module, name) for name in names}

    return {
        "version": f"scratch {library.release}, following Keras {library.version()}",
        "data": {
            name: {
                "title": made.title,
                "kind": made.kind,
                "inputs": list(made.inputs),
                "classes": made.classes,
                "shape": made.shape,
                "sample": _sample(name),
            }
            for name, made in DATA.items()
        },
        "kinds": KINDS,
        "features": list(FEATURES),
        "layers": LAYERS,
        "takes": {name: list(dimensions) for name, dimensions in TAKES.items()},
        "rules": RULES,
        "activations": ACTIVATIONS,
        "initializers": options(library.initializers, INITIALIZERS),
        "regularizers": options(library.regularizers, REGULARIZERS),
        "losses": LOSSES,
        "optimizers": options(optimizers, OPTIMIZERS),
        "schedules": options(optimizers.schedules, SCHEDULES),
        "presets": [
            {"name": name, "title": title, "good": good, "about": about}
            for name, (title, good, about, _) in PRESETS.items()
        ],
        "lessons": lessons.described(),
        "bugs": [described(name) for name in BUGS],
        "rates": RATES,
        "exports": EXPORTS,
        "caps": CAPS,
        "engines": ["scratch", "tf"] if both else ["scratch"],
        "default": DEFAULT,
    }
