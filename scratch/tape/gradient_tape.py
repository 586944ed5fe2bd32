"""A gradient tape: what is computed while it is open is written down, to be differentiated.

    with GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(gradients, model.trainable_weights))

Tapes may be nested. A derivative is computed by `ops`, which another open tape records: so
derivatives have derivatives.
"""

import contextlib
import warnings
from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from scratch import tree
from scratch.context.tapes import open_tapes
from scratch.ops.casting import convert_to_tensor
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.eager import EagerTensor
from scratch.ops.graph.recording import Record
from scratch.ops.graph.sources import is_variable
from scratch.ops.shape import ones_like, zeros_like
from scratch.tape.backward import backpropagate
from scratch.tape.jacobians import batch_jacobian, jacobian


class GradientTape:
    """Records operations for automatic differentiation (`tf.GradientTape`).

    Args:
        persistent: whether more than one set of gradients may be asked for.
        watch_accessed_variables: whether trainable variables that are read are followed; else only
            those that `watch` was told of.

    Attributes:
        records: what was computed from what is followed, in its order.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent, self._automatic = persistent, watch_accessed_variables
        self._open, self._nothing_to_ask = False, True
        self._begin()

    def _begin(self) -> None:
        self.records: list[Record] = []
        self._known: dict[int, Any] = {}  # what is followed, by identity; it is kept alive
        self._sources: dict[int, int] = {}  # of what was read of a source, that source
        self._variables: list[Any] = []

    # Recording ------------------------------------------------------------------------------------

    def __enter__(self) -> Self:
        if self._open:
            raise ValueError(
                "Tape is still recording, This can happen if you try to re-enter an already-active "
                "tape."
            )
        self._start()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._open:
            self._stop()

    def __copy__(self) -> Self:
        """A tape of the same records."""
        copied = object.__new__(type(self))
        vars(copied).update(vars(self))
        return copied

    def __reduce_ex__(self, protocol: Any) -> Any:
        """Refused: a tape knows tensors by identity, and deep copies of them have another.

        Raises:
            TypeError: also where what holds the tape is copied or saved.
        """
        raise TypeError("cannot pickle or copy a 'GradientTape': it follows these very tensors")

    def _start(self) -> None:
        open_tapes.items.append(self)
        self._open, self._nothing_to_ask = True, False

    def _stop(self) -> None:
        open_tapes.items[:] = [tape for tape in open_tapes.items if tape is not self]
        self._open = False

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Within this context the tape records nothing.

        Raises:
            RuntimeError, ValueError: where it records nothing anyway.
        """
        if self._nothing_to_ask:
            raise RuntimeError("Trying to stop recording a tape which is not recording.")
        self._require_open()
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forgets all that was recorded, and what to follow, and records on.

        Raises:
            ValueError: where the tape is not recording.
        """
        self._require_open()
        self._begin()

    def _require_open(self) -> None:
        if not self._open:
            raise ValueError("Tape is not recording.")

    def follows(self, x: Any) -> bool:
        """Whether what is computed from `x` is recorded; a variable may be followed from now on."""
        if id(x) in self._known:
            return True
        if self._automatic and is_variable(x) and x.trainable and _is_differentiable(x):
            self._follow(x)
            return True
        return False

    def add(self, record: Record) -> None:
        """Writes an operation down; from now on its result is followed."""
        self.records.append(record)
        self._known[id(record.result)] = record.result

    def also_called(self, copy: EagerTensor, x: Any) -> None:
        """Notes that `copy` is what was read of `x`, to which its derivative belongs."""
        self._known[id(copy)] = copy
        self._sources[id(copy)] = self.source(x)

    def source(self, x: Any) -> int:
        """The identity of `x`, or of what it was read of."""
        return self._sources.get(id(x), id(x))

    def _follow(self, x: Any) -> None:
        self._known[id(x)] = x
        if is_variable(x):
            self._variables.append(x)

    def watch(self, tensor: Any) -> None:
        """Follows a tensor, or a structure of tensors and variables, from now on.

        Raises:
            ValueError: for anything else, such as an array of NumPy: what is done to it NumPy does,
                and a tape does not see it.
        """
        for x in tree.flatten(tensor):
            if not _is_tensor(x):
                raise ValueError(
                    f"Passed in object {x!r} of type {type(x).__name__!r}, not a tensor or a "
                    "variable. Watch `x = keras.ops.convert_to_tensor(x)`, and compute with that"
                )
            if not _is_differentiable(x):
                warnings.warn(
                    "The dtype of the watched tensor must be floating (e.g. float32), got "
                    f"{np.dtype(x.dtype).name}: it is not followed.",
                    stacklevel=2,
                )
            elif id(x) not in self._known:
                self._follow(x)

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that are followed, in the order in which they were first met."""
        return tuple(self._variables)

    # Derivatives ----------------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = "none",
    ) -> Any:
        """The derivatives of the sum of all that is in `target`.

        Args:
            target: a tensor, or several in any structure.
            sources: tensors or variables, in any structure.
            output_gradients: dL/d(target), in the structure of `target`; default: ones.
            unconnected_gradients: `"none"` or `"zero"`: what to return for a source that the target
                does not depend on.

        Returns:
            Tensors of the shapes of the sources, in their structure.

        Raises:
            InvalidArgumentError: for output gradients of other shapes than the targets.
            RuntimeError: where a tape that is not persistent was asked before.
            TypeError: for targets or sources that are neither tensors nor variables.
            ValueError: for another `unconnected_gradients`.
        """
        wanted = tree.flatten(sources)
        targets = tree.flatten(target)
        self._check(targets, wanted, unconnected_gradients)
        if self._open and not self._persistent:
            self._stop()
        given = (
            [None] * len(targets) if output_gradients is None else tree.flatten(output_gradients)
        )
        upstream = [_upstream(y, dy) for y, dy in zip(targets, given, strict=True)]
        found = backpropagate(self, targets, upstream, wanted)
        if unconnected_gradients == "zero":
            pairs = zip(wanted, found, strict=True)
            found = [zeros_like(x) if dx is None else dx for x, dx in pairs]
        if not self._persistent:
            self._nothing_to_ask = True
            self._begin()
        return tree.pack_sequence_as(sources, found)

    def jacobian(
        self, target: Any, sources: Any, unconnected_gradients: str = "none", **parallel: Any
    ) -> Any:
        """The derivatives of every entry of `target` with respect to every entry of the sources.

        Args:
            target: a tensor of shape (t...).
            sources: tensors or variables of shapes (s...), in any structure.
            unconnected_gradients: see `gradient`.
            parallel: `parallel_iterations` and `experimental_use_pfor`, accepted because TensorFlow
                has them: they change nothing.

        Returns:
            Tensors of shapes (t..., s...), in the structure of the sources.

        Raises:
            RuntimeError, TypeError, ValueError: see `gradient`.
        """
        return self._once(lambda: jacobian(self, target, sources, unconnected_gradients))

    def batch_jacobian(
        self, target: Any, source: Any, unconnected_gradients: str = "none", **parallel: Any
    ) -> Any:
        """The Jacobian of every sample: row i of `target` depends on row i of `source` alone.

        Args:
            target: a tensor of shape (batch, t...).
            source: one of shape (batch, s...).
            unconnected_gradients, parallel: see `jacobian`.

        Returns:
            A tensor of shape (batch, t..., s...).

        Raises:
            RuntimeError, TypeError: see `gradient`.
            ValueError: for shapes that do not begin with the same batch.
        """
        return self._once(lambda: batch_jacobian(self, target, source, unconnected_gradients))

    def _once(self, compute: Any) -> Any:
        """What takes many gradients, and counts as one."""
        persistent, self._persistent = self._persistent, True
        try:
            if self._open and not persistent:
                self._stop()
            found = compute()
        finally:
            self._persistent = persistent
        if not persistent:
            self._nothing_to_ask = True
            self._begin()
        return found

    def _check(self, targets: list[Any], sources: list[Any], unconnected: str) -> None:
        if self._nothing_to_ask:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients "
                "(or jacobians)"
            )
        if unconnected not in ("none", "zero"):
            raise ValueError(f"Unknown value for unconnected_gradients: {unconnected!r}")
        for argument, given in (("target", targets), ("sources", sources)):
            for x in given:
                if not _is_tensor(x):
                    raise TypeError(
                        f"Argument `{argument}` should be a list or nested structure of tensors or "
                        f"variables, but received {x!r}"
                        + (", which no tape can follow" if isinstance(x, np.ndarray) else "")
                    )


def _is_tensor(x: Any) -> bool:
    return isinstance(x, EagerTensor) or is_variable(x)


def _is_differentiable(x: Any) -> bool:
    return np.dtype(x.dtype).kind in "fc"


def _upstream(y: Any, dy: Any) -> Any:
    if dy is None:
        return ones_like(y)
    dy = convert_to_tensor(dy)
    if tuple(dy.shape) != tuple(y.shape):
        raise InvalidArgumentError(
            f"Incompatible shapes: the target has shape {tuple(y.shape)}, its output gradient "
            f"{tuple(dy.shape)}"
        )
    return dy
