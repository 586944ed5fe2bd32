"""The callback behind `verbose`: it draws the progress bar."""

from typing import Any

from scratch import messages
from scratch.callbacks.callback import Callback, Logs
from scratch.utils.progbar import Progbar


class ProgbarLogger(Callback):
    """Prints the metrics of every epoch (`keras.callbacks.ProgbarLogger`).

    With `verbose=1` as a bar that grows with every batch, with `verbose=2` as one line. The
    validation inside `fit` is silent.
    """

    def __init__(self) -> None:
        super().__init__()
        self.seen = 0
        self.progbar: Progbar | None = None
        self.target: int | None = None
        self.verbose: Any = 1
        self.epochs = 1
        self._called_in_fit = False

    def set_params(self, params: dict[str, Any]) -> None:
        """Takes over `verbose`, `epochs` and `steps`, which must all be there."""
        self.verbose = messages.resolve_verbose(params["verbose"])
        self.epochs = params["epochs"]
        self.target = params["steps"]

    # Who needs to be asked for every batch ------------------------------------------------------

    def wants_batches(self, mode: str) -> bool:
        """Whether the batches of `mode` (`"train"`, `"test"`, `"predict"`) matter to the bar."""
        if mode == "test" and self._called_in_fit:
            return False
        # Where the number of steps is unknown they must be counted even if no bar is drawn.
        return self.verbose == 1 or (bool(self.verbose) and self.target is None)

    def wants_batch_end(self, mode: str, batch: int) -> bool:
        """Whether the end hook would draw; if not, counts the batch: the call can be left out."""
        if mode == "test" and self._called_in_fit:
            return False
        self.seen = batch + 1
        if self.verbose != 1:
            return False
        return self.progbar is None or self.progbar.is_due(self.seen)

    # Hooks --------------------------------------------------------------------------------------

    def on_train_begin(self, logs: Logs | None = None) -> None:
        """Remembers that evaluations from now on are validations."""
        self._called_in_fit = True

    def on_test_begin(self, logs: Logs | None = None) -> None:
        """Starts a bar, unless inside `fit`."""
        if not self._called_in_fit:
            self._start()

    def on_predict_begin(self, logs: Logs | None = None) -> None:
        """Starts a bar."""
        self._start()

    def on_epoch_begin(self, epoch: int, logs: Logs | None = None) -> None:
        """Starts a bar, below the epoch's number if there are several."""
        self._start()
        if self.verbose and self.epochs > 1:
            messages.print_msg(f"Epoch {epoch + 1}/{self.epochs}")

    def on_train_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Moves the bar."""
        self._advance(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Moves the bar, unless inside `fit`."""
        if not self._called_in_fit:
            self._advance(batch, logs)

    def on_predict_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Moves the bar; outputs are not shown."""
        self._advance(batch, None)

    def on_epoch_end(self, epoch: int, logs: Logs | None = None) -> None:
        """Draws the bar for the last time, with the validation's metrics."""
        self._finish(logs)

    def on_test_end(self, logs: Logs | None = None) -> None:
        """Draws the bar for the last time, unless inside `fit`."""
        if not self._called_in_fit:
            self._finish(logs)

    def on_predict_end(self, logs: Logs | None = None) -> None:
        """Draws the bar for the last time."""
        self._finish(logs)

    def _start(self) -> Progbar:
        self.seen = 0
        # The means over the epoch come from the model: nothing is left to be averaged.
        self.progbar = Progbar(self.target, verbose=self.verbose, stateless_metrics=())
        return self.progbar

    def _advance(self, batch: int, logs: Logs | None) -> None:
        bar = self.progbar or self._start()
        self.seen = batch + 1
        if self.verbose == 1:
            bar.update(self.seen, list((logs or {}).items()), finalize=False)

    def _finish(self, logs: Logs | None) -> None:
        assert self.progbar is not None
        if self.target is None:
            self.target = self.progbar.target = self.seen
        self.progbar.update(self.target, list((logs or {}).items()), finalize=True)
