"""Settings that tf.keras compiles into a step; who changes one later is told (quirk K39).

    model.fit(...)               tf.keras has compiled a step with the dropout's rate
    dropout.rate = 0.1           noted
    model.fit(...)               told: here the new rate counts, there the old one goes on
    model.compile(...)           from now on the new rate counts there too

A change is noted when it is made and told when a network that is older goes on, so that `compile`
between the two ends it. Objects that take no part in a compiled step note nothing.
"""

import warnings
from collections.abc import Iterable
from typing import Any

import numpy as np

_PLAIN = (str, bool, int, float, np.generic, type(None))
_RECORDS = ("history",)  # what every `fit` leaves behind
_NOT_READ = ("name", "built", "trainable", "redefines_step")

noted = 0  # the number of the last change
adaptations = 0  # how often a layer that is built got further weights (`Adaptable.enable_lora`)
assigned = 0  # how often anything was assigned to what has taken part in a step, or else changed


class Watched:
    """What may take part in a step: the base of losses, optimizers, ..."""

    # None; or, of what has taken part in a step, from each setting that was changed afterwards to
    # the number of the last change: 0 once somebody was told.
    _in_step: dict[str, int] | None = None

    def __setattr__(self, name: str, value: Any) -> None:
        if self._in_step is not None:
            note(self, name, value)
        object.__setattr__(self, name, value)

    def reads_in_steps(self, name: str, value: Any) -> bool:
        """Whether a step reads a public attribute anew, once it has another value."""
        return True


def note(thing: Any, name: str, value: Any) -> None:
    """Looks whether what is about to be assigned changes a setting that steps read."""
    if name.startswith("_") or name in _RECORDS or _has(thing, name, value):
        return
    changed()
    if name in _NOT_READ:
        return
    if isinstance(getattr(type(thing), name, None), property):
        return  # which knows better
    before = vars(thing).get(name)
    if not (_is_setting(before) and _is_setting(value)) or before is value or before == value:
        return
    if thing.reads_in_steps(name, value):
        take_down(thing, name)


def changed() -> None:
    """Says that something has changed that a pass may know from before: see `assigned`."""
    global assigned
    assigned += 1


def adapted() -> None:
    """Says that a layer has got further weights: networks that have read it are no longer right."""
    global adaptations
    adaptations += 1
    changed()


def _has(thing: Any, name: str, value: Any) -> bool:
    return name in vars(thing) and vars(thing)[name] is value


def take_down(thing: Any, name: str) -> None:
    """Takes down that a setting of `thing` changes, if it has taken part in a step."""
    global noted
    if thing._in_step is not None and thing._in_step.get(name) != 0:
        noted += 1
        thing._in_step[name] = noted


def _is_setting(value: Any) -> bool:
    return isinstance(value, _PLAIN) or callable(value)


def watch(things: Iterable[Any]) -> list[Any]:
    """Has changes of these objects noted from now on; returns them, each once."""
    found = list({id(x): x for x in things if hasattr(type(x), "reads_in_steps")}.values())
    for thing in found:
        if thing._in_step is None:
            object.__setattr__(thing, "_in_step", {})
    return found


def tell(things: Iterable[Any], since: int) -> None:
    """Warns, once for each setting, of changes that are newer than a number."""
    for thing in things:
        for name, number in thing._in_step.items():
            if number > since:
                thing._in_step[name] = 0
                what = getattr(thing, "name", None)
                what = type(thing).__name__ + (f" {what!r}" if isinstance(what, str) else "")
                warnings.warn(
                    f"`{name}` of {what} was changed after the model had made a step with it. Here "
                    "the new value counts from the next step; in tf.keras a compiled step goes on "
                    "with the old one until `compile` is called again (quirk K39). Call `compile` "
                    "after the change, or train with `run_eagerly=True`",
                    stacklevel=4,
                )
