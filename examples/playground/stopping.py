"""When training stops by itself.

    all_right    every training point has its own class
    test_loss    the test loss has not fallen for `patience` epochs: Keras's EarlyStopping with
                 monitor="val_loss"

Who drives the session may begin again behind it: that is what `restart` asks for, of the page after
5 seconds with other first weights.
"""

import math
from typing import Any

from .fields import RefusedError, flag, one_of, table, whole

WHEN = ("all_right", "test_loss")
_DEFAULT = {"when": "all_right", "patience": 10, "restart": False}


def checked_stop(given: Any) -> dict[str, Any] | None:
    """The part `stop` of a state, whole; None where training never stops by itself.

    Raises:
        RefusedError: for what is no such condition.
    """
    if given is None:
        return None
    if not isinstance(given, dict):
        raise RefusedError(f"`stop` must be null, or an object with `when`. Received: {given!r}")
    found = {**_DEFAULT, **table("stop", given, _DEFAULT)}
    one_of("stop.when", found["when"], WHEN)
    found["patience"] = whole("stop.patience", found["patience"], 1, 1000)
    flag("stop.restart", found["restart"])
    return found


class Stopping:
    """Looks whether a run is to stop.

    Args:
        stop: checked.
    """

    def __init__(self, stop: dict[str, Any]) -> None:
        self._stop = stop
        self._best, self._waited = math.inf, 0

    def why(self, run: Any) -> str | None:
        """Behind a step: why it is to stop, in a sentence; None where it goes on."""
        if self._stop["when"] == "all_right":
            if run.samples.kind != "classification" or not run.all_right():
                return None
            return f"Step {run.step}: all {run.train} training points are right."
        if run.step % run.batches.per_epoch:
            return None
        loss = run.loss_of(slice(run.train, None))
        if math.isnan(loss):  # of no test points
            return None
        if loss < self._best:
            self._best, self._waited = loss, 0
            return None
        self._waited += 1
        if self._waited < self._stop["patience"]:
            return None
        self._waited = 0
        return (
            f"Epoch {run.epoch}: the test loss has not fallen for {self._stop['patience']} epochs. "
            f"Its least was {self._best:.4g}."
        )

    def memory(self) -> tuple[Any, ...]:
        """What it remembers from step to step."""
        return self._best, self._waited

    def remember(self, memory: tuple[Any, ...]) -> None:
        """Goes back to what it remembered."""
        self._best, self._waited = memory
