"""A run: a model in training, its points, and where it stands."""

import math
import time
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from scratch.context.interrupts import held
from scratch.kernels.denormals import FlushToZero

from .batches import Batches
from .choices import library
from .features import features_of
from .fields import RefusedError, one_of, whole
from .finite import quiet, weight_name, why_not_finite
from .network import build, compiled, policy, precision
from .perceptron import Perceptron
from .samples import Samples
from .state import signed, targets_of
from .stopping import Stopping

MARKED = (1, 10, 30, 100, 200, 300)  # steps whose weights recorded runs have


class Run:
    """A model in training.

    Args:
        state: checked.
        samples: its points.

    Attributes:
        model: of `scratch`, compiled.
        x, targets, labels: of all points; the first `train` of them are trained on.
        batches: which points make up which batch.
        step: batches so far.
        last: the numbers of the points of the last batch.
        stopped: why it can go no further, or None.
        halted: why it has stopped by itself, as the state's `stop` asks for, or None.
        rule: a rule of the perceptron, which trains in place of Keras's optimizer, or None.
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
        self.batches = Batches(state, self.train)
        self.step = 0
        self.last = np.empty(0, int)
        self.stopped: str | None = None
        self.halted: str | None = None
        self._stopping = Stopping(state["stop"]) if state["stop"] else None
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
        self.rule = Perceptron(state["rule"], self.model) if state["rule"] else None

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
            "halted": self.halted,
            "edited": self.edited,
            "memories": {type(part): part.memory() for part in self._remembering()},
        }
        return found if self.twin is None else {**found, "twin": self.twin.snapshot()}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Goes back to a snapshot."""
        variables = [*self.model.variables, *self.model.optimizer.variables]
        for variable, value in zip(variables, snapshot["held"], strict=True):
            variable.assign(value)
        self.step, self.last = snapshot["step"], snapshot["last"]
        self.stopped, self.halted = snapshot["stopped"], snapshot["halted"]
        self.edited = snapshot["edited"]
        for part in self._remembering():
            if type(part) in snapshot["memories"]:
                part.remember(snapshot["memories"][type(part)])
        del self.losses[self.step :]
        if self.twin is not None:
            self.twin.restore(snapshot["twin"])

    def stop_by(self, stop: dict[str, Any] | None) -> None:
        """From here on training stops by itself where a checked `stop` says so."""
        self.state = {**self.state, "stop": stop}
        self._stopping = Stopping(stop) if stop else None
        self.halted = None

    def _remembering(self) -> list[Any]:
        return [part for part in (self._stopping, self.rule) if part is not None]

    # Training -------------------------------------------------------------------------------------

    @property
    def epoch(self) -> int:
        """How many epochs are done."""
        return self.step // self.batches.per_epoch

    def advance(self, batches: int, milliseconds: float | None = None) -> None:
        """Trains on so many batches.

        Fewer where time is up, a number is no longer finite, or the state's `stop` says so.

        Raises:
            RefusedError: where there is nothing to train on, or the run has stopped.
        """
        self._train(self.batches.rows_from(self.step), batches, milliseconds)

    def advance_on(self, rows: np.ndarray) -> None:
        """Trains on these points alone, for one step: it is no longer the run of its seed."""
        self.edited = True
        self._train([rows], 1, None)

    def _train(
        self, rows_of: Iterable[np.ndarray], batches: int, milliseconds: float | None
    ) -> None:
        if self.stopped:
            raise RefusedError(f"{self.stopped} Reset first, or go back.")
        if not self.train:
            raise RefusedError("There are no points to train on: add some")
        until = None if milliseconds is None else time.perf_counter() + milliseconds / 1000
        taken: list[np.ndarray] = []
        flat: list[np.ndarray] = []
        self.halted = None
        with quiet(), self.precision(), held(), FlushToZero():
            for rows in rows_of:
                loss = self.train_on(rows)
                self.step += 1
                self.last = rows
                taken.append(rows)
                self.losses.append(loss)
                if self.twin is not None:
                    flat.append(self.flat())
                if self.step in MARKED:
                    self.marks[self.step] = self.flat()
                if self._stopping is not None and math.isfinite(loss):
                    self.halted = self._stopping.why(self)
                if self.halted or not math.isfinite(loss) or len(taken) == batches:
                    break
                if until and time.perf_counter() > until:
                    break
            if self.twin is not None:
                self.twin.follow(taken, np.array(flat))
            if not (math.isfinite(loss) and np.isfinite(self.flat()).all()):
                self.stopped = why_not_finite(self)

    def train_on(self, rows: np.ndarray) -> float:
        """A step on these points; the loss before it.

        What `train_on_batch` does, without looking at arrays that are known; or the rule's step.
        """
        if self.rule is not None:
            return self.rule.train_on(self.x[rows], self.targets[rows]) * self.state["loss_weight"]
        model, batch = self.model, (self.x[rows], self.targets[rows], None)
        model.reset_metrics()
        model._step.train_on(batch, model._step.prepare(batch, training=True))
        return float(model._loss_tracker.result())

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

    def all_right(self) -> bool:
        """Whether every training point has its own class."""
        assert self.labels is not None
        said = self.classes_of(self.outputs(self.x[: self.train]))
        return bool((said == self.labels[: self.train]).all())

    def rate(self) -> float:
        """The learning rate of the next step; NaN of a rule that has none."""
        if self.rule is not None:
            return float(self.rule.rule.get("learning_rate", math.nan))
        return float(np.asarray(self.model.optimizer.learning_rate))

    @property
    def domain(self) -> list[float]:
        """x0, x1, y0, y1 of the picture."""
        return self.state["domain"] or self.samples.domain

    def value_names(self) -> list[str]:
        """What `values` are called."""
        beside = self.twin or self.rule
        return [] if beside is None else beside.names

    def values(self) -> np.ndarray:
        """Further numbers of a frame: how far tf.keras is away, or what a rule remembers."""
        beside = self.twin or self.rule
        return np.empty(0) if beside is None else beside.values()


def flattened(weights: Sequence[Any]) -> np.ndarray:
    """All numbers of some weights in one vector."""
    parts = [np.asarray(w).reshape(-1) for w in weights]
    return np.concatenate(parts) if parts else np.empty(0, "float32")
