"""The state of a model: every layer and optimizer in it, each under a path of its own.

The path is made of attributes, and of the classes of what lies in lists:

    layers/dense, layers/dense_1      the first and the second Dense in `model.layers`
    optimizer                         `model.optimizer`
    layers/time_distributed/layer     `.layer` of the first TimeDistributed

Names of layers play no part, because two instances of one model may number theirs differently.
"""

import functools
import warnings
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from scratch.context.naming import to_snake_case
from scratch.layers.base.layer import Layer
from scratch.losses.loss import Loss
from scratch.metrics.metric import Metric
from scratch.optimizers.base.optimizer import Optimizer
from scratch.saving.store import Entry, Reader, Writer
from scratch.variables.deferred import Loading

_KINDS = (Layer, Optimizer, Metric, Loss)
_Skipped = set[int]  # ids of objects


def save_state(model: Any, writer: Writer, skipped: Iterable[Any] = ()) -> None:
    """Writes the variables of everything in `model`, but of `skipped`."""
    seen = {id(thing) for thing in skipped}
    for thing, path in _walk(model, "", seen):
        if hasattr(thing, "save_own_variables"):
            name = getattr(thing, "name", None)
            thing.save_own_variables(writer.make(path, name if isinstance(name, str) else None))
        seen.add(id(thing))


def load_state(
    model: Any,
    reader: Reader,
    what: str,
    loading: Loading | None = None,
    skip_mismatch: bool = False,
    skipped: Iterable[Any] = (),
    strict: bool = False,
) -> None:
    """Fills the variables of everything in `model`.

    First all that the file declares is compared with the model; nothing is read, and the model
    stays as it is, unless everything fits.

    Args:
        model: built.
        reader: the file.
        what: its name, for messages.
        loading: where weights were left undrawn.
        skip_mismatch: whether to warn of what does not fit, and to load the rest.
        skipped: layers and optimizers that are left as they are.
        strict: whether layers' arrays that the model has no use for are an error.

    Raises:
        ValueError: for arrays that are missing, too many, or do not fit.
    """
    seen = {id(thing) for thing in skipped}
    errors: dict[int, tuple[Any, Exception]] = {}
    plan: list[tuple[Any, Entry]] = []
    used = set()
    for thing, path in _walk(model, "", seen):
        if not hasattr(thing, "load_own_variables"):
            seen.add(id(thing))
            continue
        used.add(path)
        try:
            entry = Entry(reader, path)
            if hasattr(thing, "check_own_variables") and _is_ours(thing.load_own_variables):
                thing.check_own_variables(entry)
        except Exception as error:
            errors[id(thing)] = (thing, error)  # perhaps it is found on another path
            continue
        errors.pop(id(thing), None)
        seen.add(id(thing))
        plan.append((thing, entry))
    left = (
        [p for p in reader.paths() if p.startswith("layers/") and p not in used] if strict else []
    )
    if left and not errors:
        raise ValueError(
            f"{what} holds weights at {left[:3]}, for which the model has no layer. Config and "
            "weights do not belong together; save the model again"
        )
    if errors and not skip_mismatch:
        raise ValueError(_summary(errors, what))
    before: list[tuple[Any, dict[str, Any]]] = []
    for thing, entry in plan:
        own = {} if loading is not None else _own_of(thing)
        before.append((thing, own))
        try:
            _load(thing, entry, loading)
        except Exception as error:
            errors[id(thing)] = (thing, error)
            if own:
                thing.load_own_variables(own)
    if errors:
        if not skip_mismatch:
            for thing, own in before:
                if own:
                    thing.load_own_variables(own)
            raise ValueError(_summary(errors, what))
        warnings.warn(_summary(errors, what), stacklevel=4)


def _own_of(thing: Any) -> dict[str, Any]:
    """A copy of an object's variables: a file may turn out to be broken when half of it is read."""
    own: dict[str, Any] = {}
    if hasattr(thing, "save_own_variables"):
        thing.save_own_variables(own)
    return {key: np.array(value) for key, value in own.items()}


def _load(thing: Any, entry: Entry, loading: Loading | None) -> None:
    own = [*getattr(thing, "_trainable_variables", ()), *getattr(thing, "_other_variables", ())]
    if loading is not None and not _is_ours(thing.load_own_variables):
        loading.draw(own)
    thing.load_own_variables(entry)
    if loading is not None:
        loading.is_filled(own)


def _is_ours(method: Any) -> bool:
    """Whether a method was written here, not by a user."""
    return getattr(method, "__module__", "").split(".")[0] == __name__.split(".")[0]


def _summary(errors: dict[int, tuple[Any, Exception]], what: str) -> str:
    (first, error), *_ = errors.values()
    names = [getattr(thing, "name", str(thing)) for thing, _ in errors.values()]
    message = f"{type(error).__name__}: {error}" if isinstance(error, KeyError) else str(error)
    return (
        f"{what}: a total of {len(errors)} objects could not be loaded. Example error message for "
        f"object {first}:\n\n{message[:2000]}\n\nList of objects that could not be loaded:\n"
        f"{names[:20]}"
    )


# The walk -----------------------------------------------------------------------------------------


def _walk(thing: Any, path: str, seen: _Skipped) -> Iterator[tuple[Any, str]]:
    """`(object, path)` of a layer, an optimizer, ..., and of all inside it.

    Whoever walks adds to `seen` what shall not be met again.
    """
    if id(thing) in seen:
        return
    yield thing, path
    for name, child in _attributes(thing):
        below = f"{path}/{name}".lstrip("/")
        if isinstance(child, _KINDS):
            yield from _walk(child, below, seen)
        elif isinstance(child, list | dict | tuple):
            yield from _walk_container(child, below, seen, set())


def _walk_container(
    container: Any, path: str, seen: _Skipped, containers: _Skipped
) -> Iterator[tuple[Any, str]]:
    if id(container) in containers:
        return
    containers.add(id(container))
    used: dict[str, int] = {}
    for child in list(container.values()) if isinstance(container, dict) else container:
        if isinstance(child, _KINDS):
            yield from _walk(child, f"{path}/{_number(type(child).__name__, used)}", seen)
        elif isinstance(child, list | dict | tuple):
            below = f"{path}/{_number('container', used)}"
            yield from _walk_container(child, below, seen, containers)


def _number(name: str, used: dict[str, int]) -> str:
    """The snake-case name, with a number from the second on."""
    name = to_snake_case(name)
    used[name] = used.get(name, -1) + 1
    return f"{name}_{used[name]}" if used[name] else name


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    """The attributes in Keras's order: by name, private ones last."""
    if getattr(thing, "saves_layers", False):
        yield "layers", thing.layers
    without = _common(next(kind for kind in _KINDS if isinstance(thing, kind)))
    for name in sorted(dir(thing), key=lambda name: f"~{name}" if name[0] == "_" else name):
        if name not in without and not name.startswith("__"):
            try:
                value = getattr(thing, name)
            except Exception:  # a property that has no value yet
                continue
            yield name, value


@functools.cache
def _common(kind: type) -> frozenset[str]:
    """The attributes that all objects of a kind have: part of the machinery, not of the model."""
    arguments = {"learning_rate": 1.0} if kind is Optimizer else {}
    machinery = {"operations", "_functional", "_graph", "_compiled", "_predicting"}
    return frozenset(dir(kind(name="any", **arguments))) | machinery
