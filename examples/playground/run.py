"""A run: a model in training, its points, and where it stands.

The order of an epoch's batches is drawn from the seed and the number of the epoch alone, so a run
can go back to any step and come to the same bits again.
"""

import math
import time
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

import scratch as keras
from scratch.context.interrupts import held
from scratch.kernels.denormals import FlushToZero

from .features import features_of
from .network import build, compiled, policy, precision
from .protocol import RefusedError, one_of, whole
from .samples import Samples
from .state import signed, targets_of

library: Any = keras
MARKED = (1, 10, 30, 100, 200, 300)  # steps whose weights recorded runs have


def order_of(state: dict[str, Any], n: int, epoch: int) -> np.ndarray:
    """The order of the points in an epoch, counted from 0."""
    if not state["shuffle"]:
        return np.arange(n)
    return np.random.default_rng([state["seeds"]["batches"], 2, epoch]).permutation(n)


class Run:
    """A model in training.

    Args:
        state: checked.
        samples: its points.

    Attributes:
        model: of `scratch`, compiled.
        x, targets, labels: of all points; the first `train` of them are trained on.
        step: batches so far.
        last: the numbers of the points of the last batch.
        stopped: why it can go no further, or None.
        twin: the same run in tf.keras, or None.
        losses: of the batches so far, each before its step.
        marks: all weights, flat, behind the steps `MARKED`.
        edited: whether something was changed by hand since the beginning.
    """

    def __init__(self, state: dict[str, Any], samples: Samples) -> None:
        self.state, self.samples = state, samples
        self.x = features_of(samples.inputs, state["features"], state["dtype"])
        self.targets, self.labels = targets_of(state, samples), samples.labels
        self.train = samples.train
        self.step = 0
        self.last = np.empty(0, int)
        self.stopped: str | None = None
        self.twin: Any = None
        self.losses: list[float] = []
        self.marks: dict[int, np.ndarray] = {}
        self.edited = state["weights"] is not None
        with self.precision(), policy(library, state["dtype"]):
            self.model = compiled(library, build(library, state, samples), state)
            if state["weights"] is not None:
                self.set_weights(state["weights"])
            self.model.optimizer.build(self.model.trainable_variables)
            outputs = [layer.output for layer in self.model.layers]
            self._inside = library.Model(self.model.inputs[0], outputs)
        self.names = [weight_name(v) for v in self.model.weights]

    def precision(self) -> Any:
        """Inside of it, `scratch` computes in the state's type."""
        return precision(library, self.state["dtype"])

    # Weights --------------------------------------------------------------------------------------

    def set_weights(self, weights: Any) -> None:
        """Overwrites all weights.

        Raises:
            RefusedError: for other shapes, or numbers that are not finite.
        """
        shapes = [tuple(v.shape) for v in self.model.weights]
        if not isinstance(weights, list) or len(weights) != len(shapes):
            raise RefusedError(f"`weights` must be a list of {len(shapes)} arrays")
        arrays = []
        for weight, v in zip(weights, self.model.weights, strict=True):
            try:
                array = np.asarray(weight, self.state["dtype"])
            except (TypeError, ValueError):
                array = np.empty(0)
            if array.shape != tuple(v.shape) or not np.isfinite(array).all():
                raise RefusedError(
                    f"The weight {weight_name(v)} must be {tuple(v.shape)} finite numbers"
                )
            arrays.append(array)
        self.model.set_weights(arrays)

    def place(self, request: dict[str, Any]) -> tuple[str, tuple[int, ...]]:
        """The weight, and the place in it, of a command.

        Raises:
            RefusedError: for one that is not there.
        """
        name = one_of("weight", request.get("weight"), self.names)
        shape = tuple(self.model.weights[self.names.index(name)].shape)
        index = request.get("index")
        if not isinstance(index, list) or len(index) != len(shape):
            raise RefusedError(
                f"`index` must be {len(shape)} whole numbers: the weight has the shape {shape}"
            )
        at = tuple(whole("index", i, 0, n - 1) for i, n in zip(index, shape, strict=True))
        return name, at

    def flat(self) -> np.ndarray:
        """All weights in one vector."""
        return flattened(self.model.weights)

    def snapshot(self) -> dict[str, Any]:
        """Whatever changes in training, as it is now."""
        variables = [*self.model.variables, *self.model.optimizer.variables]
        found = {
            "step": self.step,
            "held": [v.numpy().copy() for v in variables],
            "last": self.last,
            "stopped": self.stopped,
            "edited": self.edited,
        }
        return found if self.twin is None else {**found, "twin": self.twin.snapshot()}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Goes back to a snapshot."""
        variables = [*self.model.variables, *self.model.optimizer.variables]
        for variable, value in zip(variables, snapshot["held"], strict=True):
            variable.assign(value)
        self.step, self.last = snapshot["step"], snapshot["last"]
        self.stopped, self.edited = snapshot["stopped"], snapshot["edited"]
        del self.losses[self.step :]
        if self.twin is not None:
            self.twin.restore(snapshot["twin"])

    # Training -------------------------------------------------------------------------------------

    @property
    def batches_per_epoch(self) -> int:
        """How many batches an epoch has."""
        return max(1, math.ceil(self.train / self.state["batch_size"]))

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return self.step // self.batches_per_epoch

    def rows_of(self, step: int) -> np.ndarray:
        """The numbers of the points of a batch, counted from 0."""
        epoch, number = divmod(step, self.batches_per_epoch)
        size = self.state["batch_size"]
        return order_of(self.state, self.train, epoch)[number * size : (number + 1) * size]

    def rows_from_here(self) -> Iterator[np.ndarray]:
        """The batches that come next."""
        size, per = self.state["batch_size"], self.batches_per_epoch
        epoch, number = divmod(self.step, per)
        while True:
            order = order_of(self.state, self.train, epoch)
            for k in range(number, per):
                yield order[k * size : (k + 1) * size]
            epoch, number = epoch + 1, 0

    def advance(self, batches: int, milliseconds: float | None = None) -> None:
        """Trains on so many batches; fewer where time is up, or a number is no longer finite.

        Raises:
            RefusedError: where there is nothing to train on, or the run has stopped.
        """
        if self.stopped:
            raise RefusedError(f"{self.stopped} Reset first, or go back.")
        if not self.train:
            raise RefusedError("There are no points to train on: add some")
        until = None if milliseconds is None else time.perf_counter() + milliseconds / 1000
        taken: list[np.ndarray] = []
        flat: list[np.ndarray] = []
        with quiet(), self.precision(), held(), FlushToZero():
            for rows in self.rows_from_here():
                if len(taken) == batches or (until and taken and time.perf_counter() > until):
                    break
                loss = self._train_on(rows)
                self.step += 1
                self.last = rows
                taken.append(rows)
                self.losses.append(loss)
                if self.twin is not None:
                    flat.append(self.flat())
                if self.step in MARKED:
                    self.marks[self.step] = self.flat()
                if not math.isfinite(loss):
                    break
            else:
                raise AssertionError("batches never end")
            if self.twin is not None:
                self.twin.follow(taken, np.array(flat))
            if not (math.isfinite(loss) and np.isfinite(self.flat()).all()):
                self.stopped = self.why_not_finite()

    def _train_on(self, rows: np.ndarray) -> float:
        """What `train_on_batch` does, without looking at arrays that are known; the loss."""
        model, batch = self.model, (self.x[rows], self.targets[rows], None)
        model.reset_metrics()
        model._step.train_on(batch, model._step.prepare(batch, training=True))
        return float(model._loss_tracker.result())

    def why_not_finite(self) -> str:
        """Which layer is the first whose numbers are not finite, in a sentence."""
        where = f"Step {self.step} (epoch {self.epoch})"
        for layer, y in zip(self.model.layers, self.inside(self.x[self.last]), strict=True):
            for v in layer.weights:
                bad = ~np.isfinite(v.numpy())
                if bad.any():
                    at = [int(i) for i in np.argwhere(bad)[0]]
                    return (
                        f"{where}: the weight {weight_name(v)}{at} of the layer {layer.name} is "
                        f"{v.numpy()[tuple(at)]}, and training has stopped. Its last steps were "
                        "too long: a smaller learning rate, or `clipnorm`, keeps them finite."
                    )
            if not np.isfinite(y).all():
                unit = int(np.argwhere(~np.isfinite(y))[0][-1])
                return (
                    f"{where}: the output of unit {unit} of the layer {layer.name} is not finite, "
                    "although its weights are: they have become too large. Training has stopped. "
                    "A smaller learning rate helps."
                )
        return (
            f"{where}: the loss {self.state['loss']} of the layer output is not finite, and "
            "training has stopped. A smaller learning rate, or another loss for this output, helps."
        )

    # What it says ---------------------------------------------------------------------------------

    def inside(self, x: np.ndarray) -> list[np.ndarray]:
        """The output of every layer for inputs `x`, in inference."""
        with quiet(), self.precision():
            found = self._inside.predict_on_batch(x)
        return found if isinstance(found, list) else [found]

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """The network's output."""
        return self.inside(x)[-1]

    def penalty(self) -> float:
        """What the regularizers add to the loss."""
        with quiet(), self.precision():
            return float(sum(float(np.asarray(part)) for part in self.model.losses))

    def loss_of(self, rows: slice) -> float:
        """The loss of some points, in inference, with the penalty; NaN of none."""
        if not len(self.x[rows]):
            return math.nan
        with quiet(), self.precision():
            return float(self.model.test_on_batch(self.x[rows], self.targets[rows]))

    def classes_of(self, outputs: np.ndarray) -> np.ndarray:
        """The class numbers that the outputs say."""
        if outputs.shape[1] > 1:
            return outputs.argmax(axis=1)
        return (outputs[:, 0] > (0 if signed(self.state) else 0.5)).astype(int)

    def metric_of(self, outputs: np.ndarray, rows: slice) -> float:
        """The accuracy, or R^2; NaN of no points."""
        y, p = self.targets[rows], outputs[rows]
        if not len(y) or not np.isfinite(p).all():
            return math.nan
        if self.labels is not None and self.samples.kind == "classification":
            return float((self.classes_of(p) == self.labels[rows]).mean())
        if len(y) < 2:
            return math.nan
        with quiet(), self.precision():
            score = library.metrics.R2Score(class_aggregation="variance_weighted_average")
            score.update_state(y, p)
            return float(score.result())

    def report(self) -> dict[str, Any]:
        """Where the run stands: what `step` answers."""
        rate = self.model.optimizer.learning_rate
        outputs = self.outputs(self.x) if len(self.x) else np.empty((0, 1))
        train, test = slice(0, self.train), slice(self.train, None)
        return {
            "epoch": self.epoch,
            "step": self.step,
            "loss": self.loss_of(train),
            "test_loss": self.loss_of(test),
            "penalty": self.penalty(),
            "metric": self.metric_of(outputs, train),
            "test_metric": self.metric_of(outputs, test),
            "learning_rate": float(np.asarray(rate)),
            "batch": self.last.tolist(),
            "stopped": self.stopped,
        }


def weight_name(variable: Any) -> str:
    """`"dense_1/kernel"`."""
    return "/".join(variable.path.split("/")[-2:])


def flattened(weights: Sequence[Any]) -> np.ndarray:
    """All numbers of some weights in one vector."""
    parts = [np.asarray(w).reshape(-1) for w in weights]
    return np.concatenate(parts) if parts else np.empty(0, "float32")


class quiet:  # noqa: N801 - it reads like a word
    """Numbers may overflow inside of it: what is not finite is said in words, not in warnings."""

    def __enter__(self) -> None:
        self._warnings, self._errors = warnings.catch_warnings(), np.errstate(all="ignore")
        self._warnings.__enter__()
        warnings.simplefilter("ignore")
        self._errors.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._errors.__exit__(*error)
        self._warnings.__exit__(*error)
