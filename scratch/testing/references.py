"""What somebody's code can be held against: layers, activations, losses, optimizers by their names.

A name is found in any case, with or without underscores: `Dense`, `BCE`, `LeakyReLU`. One that is
unknown gets the nearest.
"""

import functools
import inspect
from collections.abc import Callable, Iterable
from typing import Any

from scratch import activations, layers, losses, optimizers
from scratch.context.naming import to_snake_case
from scratch.context.spelling import similar
from scratch.layers.merging.merge import Merge
from scratch.layers.preprocessing.images.image_layer import ImageLayer
from scratch.testing.student.names import plain

# Layers that cannot be held against somebody's, and why.
EXCUSES: dict[str, tuple[type, ...]] = {
    "takes several inputs": (Merge,),
    "draws random numbers: its output cannot be foretold": (
        layers.AlphaDropout,
        layers.GaussianDropout,
        layers.GaussianNoise,
        layers.SpatialDropout1D,
        layers.SpatialDropout2D,
        layers.SpatialDropout3D,
    ),
    "takes numbers of classes or bins, or gives them: it has no derivative": (
        layers.CategoryEncoding,
        layers.Discretization,
        layers.Embedding,
    ),
    "changes images, at random or with what has no derivative": (ImageLayer,),
    "does what another layer or function does: check that": (
        layers.Lambda,
        layers.Pipeline,
        layers.Wrapper,
    ),
}

# What a layer is made with that must be told, where nothing is said.
NEEDED = {"filters": 3, "kernel_size": 2, "pool_size": 2, "output_size": 2}

# What teachers and other libraries call them.
ALSO = {
    "mse": "mean_squared_error", "mae": "mean_absolute_error", "bce": "binary_crossentropy",
    "mape": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error",
    "kld": "kl_divergence", "cce": "categorical_crossentropy", "logcosh": "log_cosh",
    "scce": "sparse_categorical_crossentropy", "crossentropy": "categorical_crossentropy",
    "linear": "linear", "fullyconnected": "dense", "affine": "dense", "fc": "dense",
    "batchnorm": "batch_normalization", "layernorm": "layer_normalization", "lrelu": "leaky_relu",
    "conv": "conv2d", "convolution": "conv2d", "maxpool": "max_pooling2d",
    "avgpool": "average_pooling2d", "averagepool": "average_pooling2d",
}  # fmt: skip
# Optimizers around an update that another one has.
WRAPPERS = ("Optimizer", "LossScaleOptimizer")


def reference_names() -> list[str]:
    """Every name that `like` may be: of a layer or of an activation."""
    checked = {cls.__name__ for cls in layer_names().values() if excuse(cls) is None}
    return [*sorted(map(_plain, checked)), *activation_names()]


def excuse(cls: type) -> str | None:
    """Why a layer cannot be checked; None where it can."""
    if cls is layers.CenterCrop:  # the one layer of images that only hands numbers on
        return None
    return next((why for why, classes in EXCUSES.items() if issubclass(cls, classes)), None)


def layer_names() -> dict[str, type]:
    """Every layer that computes something of its own, by its plain name and by its class's."""
    found = {}
    for name in layers.__all__:
        thing = getattr(layers, name)
        if not (inspect.isclass(thing) and issubclass(thing, layers.Layer)):
            continue
        if thing.call is not layers.Layer.call and name not in ("InputLayer", "Activation"):
            found[_plain(name)] = found[name] = thing
    return found


def _plain(name: str) -> str:
    """A layer's name in snake case; its own where an activation has that one."""
    snake = to_snake_case(name)
    return name if snake in activation_names() else snake


def needed_by(cls: type) -> dict[str, Any]:
    """The arguments of a layer on windows that have no default, with the value for a check."""
    parameters = inspect.signature(cls).parameters.values()
    return {p.name: NEEDED[p.name] for p in parameters if p.default is p.empty and p.name in NEEDED}


def activation_names() -> list[str]:
    """Every activation."""
    return [n for n in activations.__all__ if n not in ("get", "serialize", "deserialize")]


def layer_reference(like: str, options: dict[str, Any]) -> tuple[str, Callable[..., layers.Layer]]:
    """The plain name and a function that makes the layer, for given units."""
    known = layer_names()
    if like in known:
        cls = known[like]
        if why := excuse(cls):
            raise ValueError(f"{like} cannot be checked: it {why}")
        needed = needed_by(cls)
        return _plain(cls.__name__), lambda **more: cls(
            **{**needed, **options, **more, "dtype": "float64"}
        )
    if like not in activation_names():
        raise ValueError(
            f"Unknown layer or activation {like!r}. Known are: {', '.join(reference_names())}"
        )
    function = activations.get(like)
    for option in options:
        if option not in inspect.signature(function).parameters:
            raise ValueError(f"The activation {like} has no argument {option!r}")

    def named(x: Any) -> Any:
        return function(x, **options)

    return like, lambda **_: layers.Activation(named if options else function, dtype="float64")


# By name -----------------------------------------------------------------------------------------


def loss_names() -> list[str]:
    """Every loss, as a function."""
    return [function.__name__ for function in losses.FUNCTIONS]


def optimizer_names() -> list[str]:
    """Every optimizer, in lower case."""
    classes = (n for n in optimizers.__all__ if n[0].isupper() and n not in WRAPPERS)
    return [name.lower() for name in classes]


def kinds() -> dict[str, list[str]]:
    """The names of all references, by kind."""
    return {
        "activation": activation_names(),
        "layer": [n for n in reference_names() if n not in activation_names()],
        "loss": loss_names(),
        "optimizer": optimizer_names(),
    }


def named(like: str) -> tuple[str, str]:
    """The kind of a reference and the name that its check takes, from a name in any case.

    Raises:
        ValueError: for an unknown name; the message has the nearest ones.
    """
    known = _names()
    found = known.get(plain(like)) or known.get(plain(ALSO.get(plain(like), "")))
    if found is None:
        near = similar(plain(like), known, 3)
        nearest = ", ".join(dict.fromkeys(known[name][1] for name in near))
        raise ValueError(
            f"{like!r} is no layer, activation, loss or optimizer."
            + (f" Did you mean {nearest}?" if nearest else "")
            + " `parity check --help` lists all names"
        )
    return found


@functools.cache
def _names() -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {}
    for kind, names in kinds().items():
        for name in names:
            found.setdefault(plain(name), (kind, name))
    for name in layer_names():
        found.setdefault(plain(name), ("layer", name))
    for name in losses.__all__:
        thing = getattr(losses, name)
        if (
            inspect.isclass(thing)
            and issubclass(thing, losses.Loss)
            and thing.__init__ is not losses.Loss.__init__
        ):
            found.setdefault(plain(name), ("loss", name))
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """`" Did you mean units?"`, or nothing where no name is near."""
    near = similar(word, known, 1)
    return f" Did you mean {near[0]}?" if near else ""


def options_of(kind: str, like: str) -> list[str]:
    """The arguments that a reference knows, besides those that any check has."""
    if kind == "activation":
        takes: Any = activations.get(like)
        return list(inspect.signature(takes).parameters)[1:]
    if kind == "layer":
        takes = layer_names()[like]
    elif kind == "loss":
        found = losses.get(like)
        takes = found if inspect.isfunction(found) else type(found)
    else:
        takes = type(optimizers.get(like))
    apart = ("self", "kwargs", "y_true", "y_pred", "name", "dtype")
    return [n for n in inspect.signature(takes).parameters if n not in apart]
