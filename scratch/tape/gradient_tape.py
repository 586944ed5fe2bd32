"""A gradient tape: what is computed while it is open is written down, and derived afterwards.

    with GradientTape() as tape:
        loss = loss_fn(y, model(x, training=True))
    gradients = tape.gradient(loss, model.trainable_weights)
    optimizer.apply_gradients(zip(gradients, model.trainable_weights))

Backpropagation along the tape, from its end to its beginning: where L depends on x through y_1,
y_2, ..., which follow x on the tape,

    dL/dx = sum_j (dy_j/dx)^T dL/dy_j

What is computed meanwhile is recorded by the other tapes that are open: so derivatives have
derivatives.
"""

import contextlib
from collections.abc import Iterator
from typing import Any, Self

import numpy as np

from scratch import ops, tree
from scratch.context.tapes import open_tapes
from scratch.ops.arithmetic import add_
from scratch.ops.graph.eager import EagerTensor
from scratch.ops.graph.recording import Record
from scratch.ops.graph.sources import is_variable
from scratch.tape.products import products


class GradientTape:
    """Records operations for automatic differentiation (`tf.GradientTape`).

    Args:
        persistent: whether more than one set of gradients may be asked for.
        watch_accessed_variables: whether trainable variables that are read are followed; else
            those alone that `watch` was told of.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent, self._automatic = persistent, watch_accessed_variables
        self._open = self._used = False
        self._begin()

    def _begin(self) -> None:
        self._records: list[Record] = []
        self._known: dict[int, Any] = {}  # all that is followed, by identity, which it keeps
        self._sources: dict[int, int] = {}  # of what has several names, the first
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

    def _start(self) -> None:
        open_tapes.items.append(self)
        self._open = True

    def _stop(self) -> None:
        if not self._open:
            raise ValueError("Tape is not recording.")
        open_tapes.items[:] = [tape for tape in open_tapes.items if tape is not self]
        self._open = False

    def follows(self, x: Any) -> bool:
        """Whether what is computed from `x` is recorded; notes a variable that is to be followed.

        Args:
            x: anything.
        """
        if id(x) in self._known:
            return True
        if self._automatic and is_variable(x) and x.trainable:
            self._watch(x)
            return True
        return False

    def add(self, record: Record) -> None:
        """Writes an operation down; from now on its result is followed."""
        self._records.append(record)
        self._known[id(record.result)] = record.result

    def also_called(self, copy: EagerTensor, x: Any) -> None:
        """Notes that `copy` is what was read of `x`: the derivative belongs to `x`."""
        self._known[id(copy)] = copy
        self._sources[id(copy)] = self._source(x)

    def _source(self, x: Any) -> int:
        return self._sources.get(id(x), id(x))

    def _watch(self, x: Any) -> None:
        self._known[id(x)] = x
        if is_variable(x):
            self._variables.append(x)

    def watch(self, tensor: Any) -> None:
        """Follows a tensor, or a structure of tensors and variables, from now on.

        Raises:
            ValueError: for anything else, such as an array of NumPy: what is done to it NumPy does,
                and no tape can see it.
        """
        for x in tree.flatten(tensor):
            if not isinstance(x, EagerTensor) and not is_variable(x):
                raise ValueError(
                    f"Passed in object {x!r} of type {type(x).__name__!r}, not a tensor or a "
                    "variable: what is computed from it could not be recorded. Watch "
                    "`keras.ops.convert_to_tensor(x)`, and compute with that"
                )
            if id(x) not in self._known:
                self._watch(x)

    def watched_variables(self) -> tuple[Any, ...]:
        """The variables that are followed, in the order in which they were first read."""
        return tuple(self._variables)

    @contextlib.contextmanager
    def stop_recording(self) -> Iterator[None]:
        """Within this context nothing is recorded by this tape.

        Raises:
            ValueError: where the tape is not recording.
        """
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forgets all that was recorded, and begins again.

        Raises:
            ValueError: where the tape is not recording.
        """
        self._stop()
        self._begin()
        self._start()

    # Derivatives ----------------------------------------------------------------------------------

    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: str = "none",
    ) -> Any:
        """The derivatives of the sum of all entries of `target` with respect to the sources.

        Args:
            target: a tensor, or a structure of them.
            sources: tensors or variables, in any structure.
            output_gradients: dL/d(target), in the structure of `target`; default: ones.
            unconnected_gradients: `"none"` or `"zero"`: what there is where the target does not
                depend on a source.

        Returns:
            Tensors of the shapes of the sources, in their structure.

        Raises:
            RuntimeError: where a tape that is not persistent is asked a second time.
            TypeError: without a target.
            ValueError: for another `unconnected_gradients`.
        """
        if self._used:
            raise RuntimeError(
                "A non-persistent GradientTape can only be used to compute one set of gradients "
                "(or jacobians)"
            )
        if unconnected_gradients not in ("none", "zero"):
            raise ValueError(
                "unconnected_gradients must be 'none' or 'zero'. "
                f"Received: {unconnected_gradients!r}"
            )
        if target is None:
            raise TypeError(
                "Argument `target` should be a list or nested structure of tensors or variables to "
                "be differentiated, but received None."
            )
        if self._open and not self._persistent:
            self._stop()
        wanted = tree.flatten(sources)
        found = self._backpropagated(target, wanted, output_gradients)
        if unconnected_gradients == "zero":
            found = [
                ops.zeros_like(x) if dx is None else dx
                for x, dx in zip(wanted, found, strict=True)
            ]
        if not self._persistent:
            self._used = True
            self._begin()
        return tree.pack_sequence_as(sources, found)

    def _backpropagated(self, target: Any, sources: list[Any], dtarget: Any) -> list[Any]:
        totals: dict[int, Any] = {}

        def collect(x: Any, dx: Any) -> None:
            place = self._source(x)
            totals[place] = add_(totals[place], dx) if place in totals else dx

        targets = tree.flatten(target)
        upstream = [None] * len(targets) if dtarget is None else tree.flatten(dtarget)
        for y, dy in zip(targets, upstream, strict=True):
            if id(y) in self._known:
                collect(y, ops.ones_like(y) if dy is None else ops.convert_to_tensor(dy))
        wanted = {self._source(x) for x in sources}
        between = set(wanted)
        for record in self._records:
            if any(self._source(x) in between for x in record.operands):
                between.add(id(record.result))
        for record in reversed(self._records):
            place = id(record.result)
            if place not in totals or place not in between:
                continue
            dy = totals[place] if place in wanted else totals.pop(place)
            reached = [self._source(x) in between for x in record.operands]
            for x, dx in zip(record.operands, products(record, dy, reached), strict=True):
                if dx is not None:
                    collect(x, dx)
        return [totals.get(self._source(x)) for x in sources]
