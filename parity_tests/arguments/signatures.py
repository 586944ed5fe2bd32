"""Which arguments there are: read from the signatures of both libraries.

A subject is a dotted name, `layers.Dense` or `Model.fit`. An argument that only Keras has is an
argument too: here it is refused, and a row says so.
"""

import functools
import importlib
import inspect
from typing import Any

from parity_tests.coverage import public_names

# Of these, every public class.
CLASSES = (
    "layers", "losses", "metrics", "optimizers", "optimizers.schedules", "initializers",
    "regularizers", "constraints", "callbacks", "random",
)  # fmt: skip
# Of these, every public function that is computed from numbers.
FUNCTIONS = ("activations", "losses", "metrics", "ops", "random")
METHODS = (
    "compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch",
)  # fmt: skip
# They are looked up by name or configuration, and are no numbers: `test_custom_objects` has them.
_LOOKING_UP = ("get", "serialize", "deserialize")
# They have no argument of their own, or are what others derive from.
_BASES = (
    "Layer", "Callback", "Wrapper", "CallbackList", "Loss", "Metric", "Optimizer", "Initializer",
    "Regularizer", "Constraint", "LearningRateSchedule",
)  # fmt: skip

# What stands behind `**kwargs`.
_OF_EVERY_LAYER = (
    "activity_regularizer", "trainable", "dtype", "autocast", "name", "input_shape", "batch_size",
)  # fmt: skip
_OF_EVERY_OPTIMIZER = (
    "clipnorm", "clipvalue", "global_clipnorm", "use_ema", "ema_momentum",
    "ema_overwrite_frequency", "loss_scale_factor", "gradient_accumulation_steps", "name",
)  # fmt: skip


def at(library: str, subject: str) -> Any:
    """What a dotted name stands for in a library; None where it has no such thing."""
    found: Any = importlib.import_module(library)
    for part in subject.split("."):
        found = getattr(found, part, None)
    return found


@functools.cache
def subjects() -> tuple[str, ...]:
    """Every subject, each thing once: under the first of its names; those of `ops` under all."""
    found, seen = [], set()
    for namespace in dict.fromkeys((*CLASSES, *FUNCTIONS)):
        for name in sorted(public_names("scratch", namespace)):
            subject = f"{namespace}.{name}"
            thing = at("scratch", subject)
            if at("keras", subject) is None or name in (*_LOOKING_UP, *_BASES):
                continue
            wanted = CLASSES if inspect.isclass(thing) else FUNCTIONS
            if (
                namespace in wanted
                and callable(thing)
                and (thing not in seen or namespace == "ops")
            ):
                seen.add(thing)
                found.append(subject)
    return (*found, *(f"Model.{method}" for method in METHODS))


def arguments(subject: str) -> tuple[str, ...]:
    """The names of a subject's arguments, of both libraries."""
    ours, theirs = (_named(at(library, subject)) for library in ("scratch", "keras"))
    more: tuple[str, ...] = ()
    if is_layer(subject):
        more = _OF_EVERY_LAYER
    elif subject.startswith("optimizers.") and "schedules" not in subject:
        more = _OF_EVERY_OPTIMIZER
    elif subject == "ops.einsum":
        more = ("operands",)  # of `*operands`
    return tuple(dict.fromkeys((*ours, *theirs, *more)))


def is_layer(subject: str) -> bool:
    """Whether the subject is a class of layers."""
    thing, layer = at("scratch", subject), at("scratch", "layers.Layer")
    return inspect.isclass(thing) and issubclass(thing, layer)


def _named(thing: Any) -> tuple[str, ...]:
    if thing is None:
        return ()
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(thing).parameters.values()
    return tuple(p.name for p in parameters if p.kind not in kinds and p.name != "self")


def all_arguments() -> tuple[tuple[str, str], ...]:
    """Every (subject, argument)."""
    return tuple((subject, name) for subject in subjects() for name in arguments(subject))
