"""The same run in tf.keras: equal weights, equal batches, step by step beside `scratch`.

tf.keras is compiled: one function trains on a stack of batches, and gives the weights after each.
What both libraries may differ by is the harness's own bound, 8 kappa sqrt(t) u, of the largest
weight of the network, or of the learning rate, where that is larger: a bias starts at zero, and a
step that comes to nothing is a sum of terms that do not. Beyond it, the step is marked.
"""

from contextlib import ExitStack
from typing import Any

import numpy as np

from parity_tests.harness.tolerances import kappa_of, trajectory

from .network import build, compiled, policy, precision
from .run import Run


class Twin:
    """A run's model in tf.keras. TensorFlow is loaded here, when it is asked for.

    Args:
        run: whose weights, batches and settings it takes.

    Attributes:
        model: of tf.keras.
        names: of what `values` gives.
        first: for each weight the first step at which it was further away than allowed, or None.
    """

    def __init__(self, run: Run) -> None:
        import tensorflow as tf
        from tensorflow import keras

        self._tf, self._keras, self.run = tf, keras, run
        self._dtype = run.state["dtype"]
        with self._precision():
            self.model = compiled(keras, build(keras, run.state, run.samples), run.state)
            self.model.optimizer.build(self.model.trainable_variables)
        self.copy_weights()
        self._train = tf.function(self._trained, reduce_retracing=True)
        self._say = tf.function(lambda x: self.model(x, training=False), reduce_retracing=True)
        self.first: list[int | None] = [None] * len(run.names)
        self.names = [f"difference/{n}" for n in run.names] + [f"allowed/{n}" for n in run.names]

    def _precision(self) -> Any:
        stack = ExitStack()
        stack.enter_context(precision(self._keras, self._dtype))
        stack.enter_context(policy(self._keras, self._dtype))
        return stack

    def copy_weights(self) -> None:
        """Takes the weights of the run."""
        self.model.set_weights([v.numpy() for v in self.run.model.weights])

    def _trained(self, x: Any, y: Any) -> Any:
        """Trains on a stack of batches, (k, n, ...): the loss of each, all weights behind each."""
        tf = self._tf
        steps = tf.shape(x)[0]
        found = tf.TensorArray(self._dtype, steps)
        for i in tf.range(steps):
            self.model.reset_metrics()
            loss = self.model.train_step((x[i], y[i]))["loss"]
            flat = [tf.reshape(v.value, [-1]) for v in self.model.weights]
            found = found.write(i, tf.concat([tf.reshape(loss, [1]), *flat], 0))
        return found.stack()

    def train(self, taken: list[np.ndarray]) -> np.ndarray:
        """Trains on batches; (batches, 1 + weights): the loss of each, all weights behind each.

        Args:
            taken: the points of each batch.
        """
        found, start = [], 0
        while start < len(taken):
            stop = start
            while stop < len(taken) and len(taken[stop]) == len(taken[start]):
                stop += 1
            rows = np.stack(taken[start:stop])
            with self._precision():
                found.append(self._train(self.run.x[rows], self.run.targets[rows]).numpy())
            start = stop
        return np.concatenate(found)

    def follow(self, taken: list[np.ndarray], ours: np.ndarray) -> None:
        """Trains on the batches on which the run has trained, and looks where they part.

        Args:
            taken: the points of each batch.
            ours: (batches, weights), behind each of them.
        """
        theirs = self.train(taken)
        self._judge(ours, theirs[:, 1:], self.run.step - len(taken) + 1)

    def _bound(self, step: int) -> Any:
        options = self.run.state["optimizer"]
        kappa = kappa_of(options["class"].lower(), float(options.get("momentum") or 0.0))
        return trajectory(step, kappa, self._dtype)

    def _judge(self, ours: np.ndarray, theirs: np.ndarray, step: int) -> None:
        """Looks for the first step at which a weight is further away than allowed."""
        offset = 0
        bounds = np.array([self._bound(step + i).relative for i in range(len(ours))])
        for k, v in enumerate(self.run.model.weights):
            part = slice(offset, offset + int(np.prod(v.shape)))
            offset = part.stop
            if self.first[k] is not None or part.start == part.stop:
                continue
            away = np.abs(ours[:, part] - theirs[:, part]).max(axis=1)
            allowed = bounds * self._scale(theirs)
            beyond = np.flatnonzero(away > allowed)
            if len(beyond):
                self.first[k] = step + int(beyond[0])

    def _scale(self, weights: np.ndarray) -> Any:
        """What roundings are relative to, for each row of all weights."""
        rate = float(np.asarray(self.run.model.optimizer.learning_rate))
        return np.maximum(np.abs(weights).max(axis=-1), rate)

    def _apart(self) -> tuple[list[float], list[float]]:
        bound = self._bound(self.run.step).relative if self.run.step else 0.0
        theirs = [v.numpy() for v in self.model.weights]
        largest = float(self._scale(np.concatenate([w.ravel() for w in theirs])))
        pairs = zip(self.run.model.weights, theirs, strict=True)
        away = [float(np.abs(a.numpy() - b).max(initial=0)) for a, b in pairs]
        return away, [bound * largest] * len(away)

    def values(self) -> np.ndarray:
        """How far each weight is away, and how far it may be."""
        away, allowed = self._apart()
        return np.array([*away, *allowed])

    def outputs(self, x: np.ndarray) -> np.ndarray:
        """tf.keras's output."""
        with self._precision():
            return self._say(x).numpy()

    def told(self) -> dict[str, Any]:
        """What the command `compare` answers."""
        away, allowed = self._apart()
        firsts = [step for step in self.first if step is not None]
        return {
            "against": "tf.keras, live",
            "step": self.run.step,
            "tensors": [
                {"name": name, "difference": a, "allowed": b, "first_beyond": first}
                for name, a, b, first in zip(self.run.names, away, allowed, self.first, strict=True)
            ],
            "first_beyond": min(firsts, default=None),
            "why": self._bound(max(1, self.run.step)).why,
        }

    def snapshot(self) -> dict[str, Any]:
        """Whatever changes in training, as it is now."""
        return {"held": [v.numpy() for v in self._variables()], "first": list(self.first)}

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Goes back to a snapshot."""
        for variable, value in zip(self._variables(), snapshot["held"], strict=True):
            variable.assign(value)
        self.first = list(snapshot["first"])

    def _variables(self) -> list[Any]:
        return [*self.model.variables, *self.model.optimizer.variables]

    def gradients(self, subject: Any) -> list[np.ndarray]:
        """dL/dw of a gradient check's batch by TensorFlow's tape, in the check's type."""
        tf, keras, run = self._tf, self._keras, self.run
        state = {**run.state, "dtype": subject.dtype}
        with precision(keras, subject.dtype), policy(keras, subject.dtype):
            model = compiled(keras, build(keras, state, run.samples), state)
            model.set_weights(subject.model.get_weights())
            with tf.GradientTape() as tape:
                outputs = model(subject.x, training=False)
                loss = model.compute_loss(x=subject.x, y=subject.y, y_pred=outputs)
            found = tape.gradient(loss, [v.value for v in model.trainable_variables])
        pairs = zip(model.trainable_variables, found, strict=True)
        return [np.zeros(v.shape) if g is None else np.asarray(g) for v, g in pairs]

    def update_of(self, rows: np.ndarray, number: int, index: tuple[int, ...]) -> dict[str, Any]:
        """A step that is undone: the weight and its slots before and behind, in tf.keras."""
        before = self.snapshot()
        variable = self.model.trainable_variables[number]
        marked = f"{variable.path.replace('/', '_')}_"
        slots = [v for v in self.model.optimizer.variables if marked in f"{v.path}_"]

        def at(v: Any) -> float | None:
            value = np.asarray(v)
            return float(value[index]) if value.shape == tuple(variable.shape) else None

        was, remembered = at(variable), [at(v) for v in slots]
        with self._precision():
            self._train(self.run.x[rows][None], self.run.targets[rows][None])
        after, behind = at(variable), [at(v) for v in slots]
        self.restore(before)
        return {
            "before": was,
            "after": after,
            "slots": [
                {"name": v.path.rpartition(marked)[2] or v.name, "before": a, "after": b}
                for v, a, b in zip(slots, remembered, behind, strict=True)
            ],
        }
