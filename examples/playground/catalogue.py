"""What there is to choose from: what `hello` answers."""

import importlib.util
from typing import Any

from . import lessons
from .bugs import BUGS, described
from .data import DATA, KINDS
from .features import FEATURES
from .presets import PRESETS
from .protocol import CAPS, EXPORTS
from .state import (
    ACTIVATIONS,
    DEFAULT,
    INITIALIZERS,
    LAYERS,
    LOSSES,
    OPTIMIZERS,
    RATES,
    REGULARIZERS,
    SCHEDULES,
    library,
    options_of,
)


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
                "image": made.image,
            }
            for name, made in DATA.items()
        },
        "kinds": KINDS,
        "features": list(FEATURES),
        "layers": LAYERS,
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
