"""Which arguments there are: read from the signatures of both libraries.

A subject is a dotted name: `layers.Dense`, `utils.plot_model`, `Model.fit`. An argument that only
Keras has is an argument too: here it is refused, and a row says so.
"""

import functools
import importlib
import inspect
from typing import Any

from parity_tests.commands.coverage import public_names

# Of these, every public class.
CLASSES = (
    "layers", "losses", "metrics", "optimizers", "optimizers.schedules", "initializers",
    "regularizers", "constraints", "callbacks", "random",
)  # fmt: skip
# Of these, every public function that is computed from numbers.
FUNCTIONS = ("activations", "losses", "metrics", "ops", "random")
# Of these, all that can be called, also where it computes nothing.
GLUE = (
    "layers", "activations", "losses", "metrics", "optimizers", "optimizers.schedules",
    "initializers", "regularizers", "constraints", "callbacks", "models", "saving", "utils",
    "config", "tree", "datasets.fashion_mnist", "dtype_policies", "",
)  # fmt: skip
# What others derive from, and what has more to it than its constructor: their methods too. Of
# other classes, the methods that none of these has.
BASES = (
    "layers.Layer", "Model", "Sequential", "losses.Loss", "metrics.Metric", "optimizers.Optimizer",
    "optimizers.schedules.LearningRateSchedule", "initializers.Initializer",
    "regularizers.Regularizer", "constraints.Constraint", "callbacks.Callback",
    "callbacks.CallbackList", "Variable", "KerasTensor", "DTypePolicy", "utils.Progbar",
    "utils.PyDataset", "random.SeedGenerator",
)  # fmt: skip
# They compute no numbers of their own.
_NO_NUMBERS = (
    "get", "serialize", "deserialize", "Wrapper",
    *(base.split(".")[-1] for base in BASES if "random" not in base),
)  # fmt: skip
# The methods that are looked at for the numbers that they train.
METHODS = ("compile", "fit", "evaluate", "predict", "train_on_batch", "test_on_batch")

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
    found = [*_of_numbers(), *(f"Model.{method}" for method in METHODS)]
    seen = {at("scratch", subject) for subject in found}
    for subject in (*_glue(), *_methods(found)):
        thing = at("scratch", subject)
        if thing not in seen and arguments(subject):
            seen.add(thing)
            found.append(subject)
    return tuple(found)


def _of_numbers() -> list[str]:
    """What computes numbers, and is looked at for these."""
    found, seen = [], set()
    for namespace in dict.fromkeys((*CLASSES, *FUNCTIONS)):
        for name in sorted(public_names("scratch", namespace)):
            subject = f"{namespace}.{name}"
            thing = at("scratch", subject)
            if at("keras", subject) is None or name in _NO_NUMBERS:
                continue
            wanted = CLASSES if inspect.isclass(thing) else FUNCTIONS
            if (
                namespace in wanted
                and callable(thing)
                and (thing not in seen or namespace == "ops")
            ):
                seen.add(thing)
                found.append(subject)
    return found


def _glue() -> list[str]:
    """All names that both libraries have, and that can be called."""
    names = [(space, name) for space in GLUE for name in sorted(public_names("scratch", space))]
    found = [f"{space}.{name}" if space else name for space, name in names]
    return [s for s in found if callable(at("scratch", s)) and at("keras", s) is not None]


def _methods(classes: list[str]) -> list[str]:
    """The methods that both libraries have: of the bases all, of other classes their own."""
    found = [f"{base}.{name}" for base in BASES for name in _public_methods(base)]
    for subject in classes:
        if inspect.isclass(at("scratch", subject)):
            bases = [base for base in BASES if _is_a(subject, base)]
            known = {name for base in bases for name in _public_methods(base)}
            own = [name for name in _public_methods(subject) if name not in known]
            found += [f"{subject}.{name}" for name in own]
    return found


def _public_methods(subject: str) -> list[str]:
    ours, theirs = at("scratch", subject), at("keras", subject)
    return [
        name
        for name in sorted(dir(ours))
        if (name == "__call__" or not name.startswith("_"))
        and inspect.isroutine(getattr(ours, name))
        and inspect.isroutine(getattr(theirs, name, None))
    ]


def arguments(subject: str) -> tuple[str, ...]:
    """The names of a subject's arguments, of both libraries."""
    ours, theirs = (_named(at(library, subject)) for library in ("scratch", "keras"))
    more: tuple[str, ...] = ()
    if _is_a(subject, "layers.Layer"):
        more = _OF_EVERY_LAYER
    elif _is_a(subject, "optimizers.Optimizer"):
        more = _OF_EVERY_OPTIMIZER
    elif subject == "ops.einsum":
        more = ("operands",)  # of `*operands`
    elif subject == "tree.map_structure":
        more = ("structures",)  # of `*structures`
    return tuple(dict.fromkeys((*ours, *theirs, *more)))


def _is_a(subject: str, base: str) -> bool:
    thing = at("scratch", subject)
    return inspect.isclass(thing) and issubclass(thing, at("scratch", base))


def _named(thing: Any) -> tuple[str, ...]:
    if thing is None:
        return ()
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    parameters = inspect.signature(thing).parameters.values()
    return tuple(p.name for p in parameters if p.kind not in kinds and p.name != "self")


def all_arguments() -> tuple[tuple[str, str], ...]:
    """Every (subject, argument)."""
    return tuple((subject, name) for subject in subjects() for name in arguments(subject))
