"""A training as it runs, and all of it that another process needs to go on exactly.

    place in the data     epoch, batches used, order of the samples, what a source has given
    values                seeds of all generators, also of those outside the model; running metrics,
                          what was reported last
    callbacks             the state of each

Weights and the optimizer's variables are in the same file as a state, where any program finds them.

A training that goes on inside an epoch begins that epoch anew for its callbacks, and then, when its
networks and metrics have been made from the last batch that was used, puts everything back.
"""

import contextlib
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from scratch.callbacks import CallbackList
from scratch.callbacks.callback import Logs
from scratch.callbacks.remembered import (
    Fingerprints,
    check_remembered,
    fingerprints,
    is_exact,
    remembered,
    take_over,
)
from scratch.data.epochs import Epochs
from scratch.random.global_state import check_global_state, get_global_state, set_global_state
from scratch.random.seed_generator import living
from scratch.serialization.plain import fingerprint
from scratch.variables.variable import Variable


class Training:
    """One `fit`.

    Args:
        model: that is trained.
        epochs: passes over its data.
        callbacks: of the training.
        validation: makes the source of the validation data, if there is one.

    Attributes:
        logs: of the last epoch.
    """

    def __init__(
        self, model: Any, epochs: Epochs, callbacks: CallbackList, validation: Callable[[], Any]
    ) -> None:
        self.model, self._epochs, self._callbacks = model, epochs, callbacks
        self._new_validation, self._validation = validation, None
        self.logs: Logs = {}
        self._epoch, self._inside = 0, False
        self._since: dict[str, Fingerprints] = {}
        self._generators_since: dict[str, np.ndarray] = {}
        self._resumed: tuple[dict[str, Any], str] | None = None
        self._epoch_counts = False
        self._values: list[tuple[Variable, np.ndarray]] = []
        for callback in callbacks.callbacks:
            if is_exact(callback):
                callback.training = self

    # What `fit` tells -----------------------------------------------------------------------------

    def numbers(self, first: int, last: int) -> Iterator[int]:
        """The numbers of the epochs, from `first` to before `last` unless it was resumed."""
        self._since = {
            name: fingerprints(thing, name == "optimizer") for name, thing in self._things().items()
        } if self._is_exact() else {}  # fmt: skip
        self._generators_since = self._generators() if self._is_exact() else {}
        if self._resumed is not None:
            asked, first = first, self._start()
            if self._epoch_counts and asked not in (0, first):
                raise ValueError(
                    f"`fit` was given initial_epoch={asked}, but the model was loaded from "
                    f"{self._resumed[1]}, which goes on with epoch {first}. Leave `initial_epoch` "
                    "out, or train without `exact`"
                )
            if first > last:
                warnings.warn(
                    f"{self._resumed[1]} was made in epoch {first + 1}, but `fit` was asked for "
                    f"{last} epochs: nothing is trained",
                    stacklevel=3,
                )
        if self.model.stop_training:
            return
        for self._epoch in range(first, last):
            self._inside = True
            yield self._epoch

    def ends_epoch(self, logs: Logs) -> None:
        """An epoch and its validation are over; callbacks will be told."""
        self.logs, self._inside = logs, False

    def validation_source(self) -> Any:
        """The source of the validation data, always the same."""
        if self._validation is None:
            self._validation = self._new_validation()
        return self._validation

    # Taking the state -----------------------------------------------------------------------------

    def state(self) -> dict[str, Any]:
        """All that resuming needs besides weights and optimizer, in plain values."""
        model, inside = self.model, self._inside
        logs = None if model._step.logs is None else dict(model._step.logs)  # of a class of its own
        return {
            "epoch": self._epoch if inside else self._epoch + 1,
            "inside": inside,
            "stop": bool(model.stop_training),
            "logs": self.logs if fingerprint(self.logs) else {},
            "step_logs": logs if fingerprint(logs) else None,
            "data": self._epochs.place(),
            "optimizer": _told(model.optimizer),
            "validation": None if self._validation is None else self._validation.place(),
            "metrics": [v.array for v in self._metrics()] if inside else [],
            "seeds": [v.array for v in self._seeds()],
            "generators": {
                name: pair
                for name, pair in self._generators().items()
                if pair.tobytes() != self._generators_since.get(name, pair[:0]).tobytes()
            },
            "random": get_global_state(),
            "things": {
                name: remembered(thing, self._since.get(name, {}), name == "optimizer")
                for name, thing in self._things().items()
            },
        }

    def _is_exact(self) -> bool:
        return any(map(is_exact, self._callbacks.callbacks))

    def _things(self) -> dict[str, Any]:
        """Callbacks by class and number, and the optimizer, whose options may change."""
        found: dict[str, Any] = {"optimizer": self.model.optimizer}
        for callback in self._callbacks.callbacks:
            kind = type(callback).__qualname__
            number = sum(name.rpartition("/")[0] == kind for name in found)
            found[f"{kind}/{number}"] = callback
        return found

    def _metrics(self) -> list[Variable]:
        return [v for metric in self.model.metrics for v in metric.variables]

    def _seeds(self) -> list[Variable]:
        """What a file of weights does not hold of the model's variables."""
        weights = {id(w) for w in self.model.weights}
        return [v for v in self.model.variables if id(v) not in weights]

    def _generators(self) -> dict[str, np.ndarray]:
        """Where every generator stands that the model does not own."""
        owned = {id(v) for v in self.model.variables}
        found = {name: one.state for name, one in living.items()}
        return {name: v.numpy() for name, v in found.items() if id(v) not in owned}

    # Going on -------------------------------------------------------------------------------------

    @property
    def is_resumed(self) -> bool:
        """Whether a callback has asked to go on from a state."""
        return self._resumed is not None

    def go_on(self, state: Any, what: str, epoch_counts: bool) -> None:
        """Lets the training go on from a state: when all callbacks have been told that it begins.

        Weights and optimizer must have been loaded already.

        Args:
            state: from `state`.
            what: where it comes from, for messages.
            epoch_counts: whether an `initial_epoch` of `fit` must be the state's.

        Raises:
            ValueError: for a state of another training, or none.
        """
        with _named(what):
            _check(state)
            optimizer = _told(self.model.optimizer)
            if state["optimizer"] != optimizer:
                raise ValueError(
                    f"it was made with the optimizer {state['optimizer'][0]!r} and its "
                    f"{len(state['optimizer']) - 1} variables; the model has {optimizer[0]!r} with "
                    f"{len(optimizer) - 1}, or with others"
                )
            seeds = self._seeds()
            if not _fits(state["seeds"], seeds):
                raise ValueError(
                    f"there are the seeds of {len(state['seeds'])} random generators, but the "
                    f"model has {len(seeds)}"
                )
        model = self.model
        self._resumed, self._epoch_counts = (state, what), epoch_counts
        self._values = [(v, v.numpy()) for v in [*model.weights, *model.optimizer.variables]]
        self._values += zip(seeds, state["seeds"], strict=True)

    def _start(self) -> int:
        assert self._resumed is not None
        state, what = self._resumed
        with _named(what):
            for name, thing in self._things().items():
                if name in state["things"]:
                    check_remembered(thing, state["things"][name])
            self._epochs.resume(state["data"], state["inside"])
            if state["validation"] is not None:
                self.validation_source().resumed(state["validation"], 0)
        self._epoch = state["epoch"] - 1
        if state["inside"]:
            self._epochs.goes_on = self._go_on_inside
        else:
            self._put_back()
        return state["epoch"]

    def _go_on_inside(self) -> None:
        """Puts everything back: the last batch that was used has shown what the metrics are."""
        assert self._resumed is not None
        (state, what), metrics = self._resumed, self._metrics()
        with _named(what):
            if not _fits(state["metrics"], metrics):
                raise ValueError(
                    f"there are {len(state['metrics'])} variables of metrics, but the model's "
                    f"metrics have {len(metrics)}, or of other shapes"
                )
        self._epochs.goes_on = None
        self._values += zip(metrics, state["metrics"], strict=True)
        self._put_back()

    def _put_back(self) -> None:
        assert self._resumed is not None
        state, what = self._resumed
        for variable, value in self._values:
            variable.assign(value)
        self._values = []
        with _named(what):
            for name, thing in self._things().items():
                if name in state["things"]:
                    take_over(thing, state["things"][name])
        for name, pair in state["generators"].items():
            if name in living:
                living[name].state.assign(pair)
            else:
                warnings.warn(
                    f"{what}: the random generator {name!r}, which the training drew from, is not "
                    "here: what is drawn in its place may differ",
                    stacklevel=2,
                )
        self.logs, self.model._step.logs = state["logs"], state["step_logs"]
        self.model.stop_training = state["stop"]
        set_global_state(state["random"])  # last: all else may have drawn from them


def _check(state: Any) -> None:
    """Raises a ValueError for a value that is no state."""
    kinds = {
        "epoch": int, "inside": bool, "stop": bool, "logs": dict, "data": dict, "metrics": list,
        "seeds": list, "optimizer": list, "random": dict, "things": dict,
        "generators": dict,
    }  # fmt: skip
    if not isinstance(state, dict):
        raise ValueError(f"expected the state of a training, got {str(state)[:100]}")
    for name, kind in kinds.items():
        if type(state.get(name)) is not kind:
            raise ValueError(f"{name!r} is no {kind.__name__}: {str(state.get(name))[:100]}")
    for name in ("step_logs", "validation"):
        if not (name in state and isinstance(state[name], dict | None)):
            raise ValueError(f"{name!r} is no dictionary: {str(state.get(name))[:100]}")
    for name, pair in state["generators"].items():
        if getattr(pair, "dtype", None) != np.int64 or pair.shape != (2,):
            raise ValueError(f"the random generator {name!r} has no pair of seeds: {pair!r:.100}")
    if state["epoch"] < 0:
        raise ValueError(f"'epoch' is negative: {state['epoch']}")
    check_global_state(state["random"])


def _told(optimizer: Any) -> list[str]:
    """The class of an optimizer, then the shapes of its variables."""
    inner = getattr(optimizer, "inner_optimizer", None)
    kind = type(optimizer).__name__ + ("" if inner is None else f" of {type(inner).__name__}")
    return [kind, *(str(v.shape) for v in optimizer.variables)]


def _fits(arrays: list[Any], variables: list[Variable]) -> bool:
    return [getattr(a, "shape", None) for a in arrays] == [v.shape for v in variables]


@contextlib.contextmanager
def _named(what: str) -> Iterator[None]:
    """Names the source of a state in the errors about it."""
    try:
        yield
    except ValueError as error:
        raise ValueError(
            f"{what} cannot be resumed exactly: {error}. It may come from another program or other "
            "data: take the same, remove it to begin anew, or resume without `exact`"
        ) from error
