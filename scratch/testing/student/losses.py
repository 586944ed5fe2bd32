"""Somebody's loss as a function from `(y, p)` to answers. What is accepted: see the package."""

import inspect
import itertools
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import MethodType
from typing import Any

import numpy as np

from scratch.testing.student.gradients import gradient_names
from scratch.testing.student.names import (
    NAMES,
    NothingFitsError,
    by_name,
    find,
    made,
    method,
    names_of,
    plain,
)
from scratch.testing.student.pairs import pairs_in

VALUE = ("calculate", "loss", "forward", "call", "value", "compute", "compute_loss", "__call__")
GRADIENT = ("gradient", "grad", "backward", "derivative", "prime", "backprop", "gradients")


@dataclass(frozen=True)
class LossLayout:
    """How a loss takes its two arguments.

    Attributes:
        columns: whether a sample is a column.
        exchanged: whether predictions come first, where the names do not tell.
        output: whether the gradient is asked for with what the forward pass left as its output.
    """

    columns: bool = False
    exchanged: bool = False
    output: bool = False

    def data(self, rows: np.ndarray) -> np.ndarray:
        """An array from Keras's layout into this one, as a copy; or back."""
        return np.array(rows.T if self.columns and np.ndim(rows) == 2 else rows)


KERAS = LossLayout()


def loss_layouts(thing: Any) -> Iterator[LossLayout]:
    """Those that somebody's loss could have, the usual ones first."""
    told = _roles(_parts(thing)[0], False) == _roles(_parts(thing)[0], True)
    outputs = (True, False) if isinstance(_parts(thing)[0], MethodType) else (False,)
    for columns, output in itertools.product((False, True), outputs):
        yield LossLayout(columns, output=output)
        if not told:
            yield LossLayout(columns, exchanged=True, output=output)


def loss(
    thing: Any,
    layout: LossLayout = KERAS,
) -> Callable[[np.ndarray, np.ndarray], dict[str, Any]]:
    """A function `(y, p) -> {"loss": ..., "dp": ...}` for somebody's loss.

    Raises:
        NothingFitsError: when a part is missing.
    """
    value, gradient = _parts(thing)

    def answer(y: np.ndarray, p: np.ndarray) -> dict[str, Any]:
        y, p = layout.data(y), layout.data(p)
        first = _call(value, y, p, layout.exchanged)
        if gradient is None:
            loss, dp = _both(value, first, p)
        else:
            at = _output(value, p) if layout.output else p
            loss, dp = _number_among(first, p), _call(gradient, y, at, layout.exchanged)
            dp = _left_behind(gradient) if dp is None else dp
        return {"loss": np.array(loss), "dp": layout.data(np.asarray(dp))}

    return answer


def _parts(thing: Any) -> tuple[Callable, Callable | None]:
    """The function of the value and that of the gradient: None where one returns both."""
    if isinstance(thing, tuple | list):
        value, gradient = thing if len(thing) == 2 else (None, None)
    elif inspect.isfunction(thing):
        return thing, None
    else:
        thing = made(thing, {})
        names = VALUE[:-1] if isinstance(thing, types.ModuleType) else VALUE
        value, gradient = method(thing, *names), method(thing, *GRADIENT)
        if isinstance(thing, types.ModuleType) and not (value and gradient):
            value, gradient = next(iter(pairs_in(thing)), (None, None))
    if not (callable(value) and callable(gradient)):
        raise NothingFitsError(
            "Expected a loss: functions (loss(y, p), gradient(y, p)), an object that has both as "
            f"methods, or one function that returns both. Received: {thing!r}"
        )
    return value, gradient


def _roles(function: Callable, exchanged: bool) -> dict[str, str]:
    """Which argument is which: `"labels"` or `"predictions"`.

    `y` may be either: (y, p) has labels first, and so has (t, y), since t is a label.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:
        return {}
    names = [p.name for p in parameters if p.default is p.empty and p.kind not in (2, 4)]
    roles: dict[str, str] = {}
    for role in ("labels", "predictions"):
        found = (n for n in names if n not in roles and plain(n) in NAMES[role])
        if (name := next(found, None)) is not None:
            roles[name] = role
    left = [role for role in ("labels", "predictions") if role not in roles.values()]
    if len(left) == 2 and any(plain(n) == "y" for n in names):
        roles[next(n for n in names if plain(n) == "y")] = left.pop(0)
    elif len(left) == 2 and exchanged:
        left.reverse()
    others = [n for n in names if n not in roles and plain(n) not in NAMES["upstream"]]
    return {**roles, **dict(zip(others, left, strict=False))}


def _call(function: Callable, y: np.ndarray, p: np.ndarray, exchanged: bool) -> Any:
    given = {"labels": y.copy(), "predictions": p.copy()}
    roles = _roles(function, exchanged)
    if not roles:
        signature = inspect.signature(function)
        chosen, unknown = by_name(signature, {"upstream": 1.0})
        return function(**dict.fromkeys([*chosen, *unknown], 1.0))  # what was seen is remembered
    parameters = inspect.signature(function).parameters.values()
    known: dict[str, Any] = {name: given[role] for name, role in roles.items()}
    for parameter in parameters:
        if parameter.name in known or parameter.default is not parameter.empty:
            continue
        if plain(parameter.name) in NAMES["upstream"]:
            known[parameter.name] = 1.0
        elif parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise NothingFitsError(
                f"{function.__name__}: nothing is known to give for the argument "
                f"{parameter.name!r}. Give it a default"
            )
    first = [known.pop(q.name) for q in parameters if q.kind is q.POSITIONAL_ONLY]
    return function(*first, **known)


def _both(function: Callable, returned: Any, p: np.ndarray) -> tuple[Any, Any]:
    if not isinstance(returned, tuple | list) or len(returned) != 2:
        raise NothingFitsError(
            f"{function.__name__} returned one value. Expected (loss, gradient); or give two "
            "functions, (loss, gradient)"
        )
    loss, dp = returned
    return (dp, loss) if np.shape(loss) == p.shape != np.shape(dp) else (loss, dp)


def _number_among(returned: Any, p: np.ndarray) -> Any:
    """The loss among what a forward pass returned: probabilities may come with it."""
    if not isinstance(returned, tuple):
        return returned
    return next((part for part in returned if np.shape(part) != p.shape), returned[0])


def _output(value: Callable, p: np.ndarray) -> np.ndarray:
    """What an object keeps as the output of its forward pass; p, where it keeps nothing."""
    attributes = getattr(getattr(value, "__self__", None), "__dict__", {})
    kept = attributes.get(find(attributes, names_of("output")) or "")
    return kept if isinstance(kept, np.ndarray) and kept.shape == p.shape else p


def _left_behind(gradient: Callable) -> Any:
    attributes = getattr(getattr(gradient, "__self__", None), "__dict__", {})
    name = find(attributes, gradient_names("predictions") | gradient_names("input"))
    if name is None:
        raise NothingFitsError(f"{gradient.__name__} returned nothing")
    return attributes[name]
