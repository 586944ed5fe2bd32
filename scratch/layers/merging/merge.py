"""Several inputs become one, number by number. Shapes broadcast, batch with batch.

    Add        y = sum_k x_k            dx_k = dy
    Subtract   y = x_1 - x_2            dx_1 = dy,   dx_2 = -dy
    Multiply   y = prod_k x_k           dx_k = dy prod_{j != k} x_j
    Average    y = sum_k x_k / K        dx_k = dy / K
    Maximum    y = max_k x_k            dx_k = dy where x_k is the largest (ties: the first)
    Minimum    y = min_k x_k            dx_k = dy where x_k is the smallest (ties: the first)

Where an input was broadcast, its dx is summed over the axes along which that was done. What a mask
leaves out takes no part in product, maximum and minimum.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.base.layer import Layer
from scratch.network import masks
from scratch.network.node import Node

Shape = tuple[int | None, ...]


class Merge(Layer):
    """The base: checks shapes, makes ranks equal, and unbroadcasts gradients.

    A subclass gives `_merge_function` (the definition; so Keras calls it), `value` and `slopes`.

    Raises:
        ValueError: for anything but a list of inputs, or for shapes that do not fit.
    """

    def call(self, inputs: Any) -> Any:
        if not isinstance(inputs, list | tuple):
            raise ValueError(
                f"A merge layer should be called on a list of inputs. Received: inputs={inputs} "
                "(not a list of tensors)"
            )
        return self._merge_function(_of_one_rank(inputs))

    def _merge_function(self, inputs: Sequence[Any]) -> Any:
        """The definition, in ops, for inputs of equal rank."""
        raise NotImplementedError

    def value(self, xs: Sequence[np.ndarray]) -> np.ndarray:
        """y for arrays of equal rank: `_merge_function`, written for speed."""
        raise NotImplementedError

    def slopes(self, dy: np.ndarray, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """dy times dy/dx_k for each input, in the shape of y: not yet summed where it broadcast."""
        raise NotImplementedError

    def forward(self, xs: list[np.ndarray], node: Node) -> np.ndarray:
        """y for a list of batches, whose ranks are made equal first."""
        node.x = xs
        return self.value(_of_one_rank(xs))

    def backward(self, dy: np.ndarray, node: Node) -> list[np.ndarray]:
        """dx_k for each input, summed over the axes along which it was broadcast."""
        slopes = self.slopes(dy, _of_one_rank(node.x))
        return [_folded(dx, x.shape) for dx, x in zip(slopes, node.x, strict=True)]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # As with `call`: who redefines the definition alone can't use what was derived from it.
        by_hand, parts = {"forward", "value"}, {"call", "forward", "value", "_merge_function"}
        cls.by_hand = bool(
            by_hand & next(vars(c).keys() for c in cls.__mro__ if parts & set(vars(c)))
        )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Creates nothing; checks that the shapes fit."""
        require_list_of_shapes(self, input_shape)
        sizes = {shape[0] for shape in input_shape if shape} - {None}
        if len(sizes) > 1:
            raise ValueError(
                "Cannot merge tensors with different batch sizes. Received tensors with shapes "
                f"{input_shape}"
            )
        self.compute_output_shape(input_shape)

    # Whether a mask changes the numbers, and not only the mask of the result. Then what was
    # derived by hand does not hold, and the graph of the definition is differentiated.
    _masked = False

    def _traced(self, tracer: Any, arguments: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        if self._masked and any(masks.get_keras_mask(x) is not None for x in arguments.first):
            return self.call(arguments.first)
        return super()._traced(tracer, arguments, args, kwargs)

    def compute_output_shape(self, input_shape: Any) -> Shape:
        """The shape to which the inputs broadcast."""
        shape: Shape = tuple(input_shape[0][1:])
        for other in input_shape[1:]:
            shape = _broadcast(shape, tuple(other[1:]))
        sizes = {s[0] for s in input_shape} - {None}
        return (sizes.pop() if len(sizes) == 1 else None, *shape)

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """A step counts if it counts in any input; None unless every input has a mask."""
        if mask is None:
            return None
        require_masks(inputs, mask)
        if any(m is None for m in mask):
            return None
        result = mask[0]
        for m in mask[1:]:
            result = ops.logical_or(result, m)
        return result


class Add(Merge):
    """The sum (`keras.layers.Add`)."""

    def _merge_function(self, inputs: Sequence[Any]) -> Any:
        y = inputs[0]
        for x in inputs[1:]:
            y = ops.add(y, x)
        return y

    def value(self, xs: Sequence[np.ndarray]) -> np.ndarray:
        y = xs[0]
        for x in xs[1:]:
            y = y + x
        return y

    def slopes(self, dy: np.ndarray, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """dy for every input."""
        return [dy] * len(xs)


class Subtract(Merge):
    """The difference of two (`keras.layers.Subtract`)."""

    def _merge_function(self, inputs: Sequence[Any]) -> Any:
        if len(inputs) != 2:
            raise ValueError(
                "A `Subtract` layer should be called on exactly 2 inputs. Received: "
                f"inputs={inputs}"
            )
        return ops.subtract(inputs[0], inputs[1])

    def value(self, xs: Sequence[np.ndarray]) -> np.ndarray:
        return xs[0] - xs[1]

    def slopes(self, dy: np.ndarray, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        return [dy, -dy]

    def build(self, input_shape: Any) -> None:
        """Creates nothing; checks that there are two inputs."""
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                "A `Subtract` layer should be called on exactly 2 inputs. Received: "
                f"input_shape={input_shape}"
            )


class Multiply(Merge):
    """The product (`keras.layers.Multiply`)."""

    _masked = True

    def _merge_function(self, inputs: Sequence[Any]) -> Any:
        """The definition; what a mask leaves out counts as 1."""
        found = [masks.get_keras_mask(x) for x in inputs]
        y = together = None
        for x, mask in zip(inputs, found, strict=True):
            if mask is not None:
                mask = ops.expand_dims(mask, -1)
                x = ops.where(mask, x, 1.0)
                together = mask if together is None else ops.logical_or(together, mask)
            y = x if y is None else ops.multiply(y, x)
        if together is not None and all(mask is not None for mask in found):
            y = ops.where(together, y, 0.0)
            masks.set_keras_mask(y, ops.any(together, axis=-1))
        return y

    def value(self, xs: Sequence[np.ndarray]) -> np.ndarray:
        y = xs[0]
        for x in xs[1:]:
            y = y * x
        return y

    def slopes(self, dy: np.ndarray, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """dy times all other inputs: no division, which would fail at 0."""
        found = []
        for k in range(len(xs)):
            dx = dy
            for j, x in enumerate(xs):
                if j != k:
                    dx = dx * x
            found.append(dx)
        return found


class Average(Add):
    """The mean (`keras.layers.Average`)."""

    def _merge_function(self, inputs: Sequence[Any]) -> Any:
        return ops.divide(super()._merge_function(inputs), len(inputs))

    def value(self, xs: Sequence[np.ndarray]) -> np.ndarray:
        y = super().value(xs)
        return y / y.dtype.type(len(xs))

    def slopes(self, dy: np.ndarray, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """dy / K for every input."""
        return [dy / dy.dtype.type(len(xs))] * len(xs)


class _Extremum(Merge):
    """What maximum and minimum share."""

    _masked = True

    def pick(self, a: Any, b: Any) -> Any:
        """The definition for two inputs, in ops."""
        raise NotImplementedError

    def keeps(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        """Where the first of two arrays is picked; ties go to the first."""
        raise NotImplementedError

    def _merge_function(self, inputs: Sequence[Any]) -> Any:
        """The definition; what a mask leaves out gives way to the others."""
        y, kept = inputs[0], _wide_mask(inputs[0])
        for x in inputs[1:]:
            mask = _wide_mask(x)
            if mask is not None:
                x = ops.where(mask, x, y)
            if kept is not None:
                y = ops.where(kept, y, x)
            both = mask is not None and kept is not None
            kept = ops.logical_or(kept, mask) if both else None
            y = self.pick(y, x)
        if kept is not None:
            masks.set_keras_mask(y, ops.any(kept, axis=-1))
        return y

    def value(self, xs: Sequence[np.ndarray]) -> np.ndarray:
        y = xs[0]
        for x in xs[1:]:
            y = np.where(self.keeps(y, x), y, x)
        return y

    def slopes(self, dy: np.ndarray, xs: Sequence[np.ndarray]) -> list[np.ndarray]:
        """dy where an input was picked, else 0."""
        y, found = xs[0], [dy]
        for x in xs[1:]:
            keeps = self.keeps(y, x)
            found = [np.where(keeps, dx, 0) for dx in found] + [np.where(keeps, 0, dy)]
            y = np.where(keeps, y, x)
        return found


class Maximum(_Extremum):
    """The largest (`keras.layers.Maximum`)."""

    def pick(self, a: Any, b: Any) -> Any:
        return ops.maximum(a, b)

    def keeps(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return a >= b


class Minimum(_Extremum):
    """The smallest (`keras.layers.Minimum`)."""

    def pick(self, a: Any, b: Any) -> Any:
        return ops.minimum(a, b)

    def keeps(self, a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return a <= b


def require_list_of_shapes(layer: Layer, input_shape: Any) -> None:
    """Raises ValueError unless `input_shape` is a list of shapes."""
    kind = type(layer).__name__
    if not input_shape or not isinstance(input_shape[0], list | tuple):
        raise ValueError(
            f"A merge layer should be called on a list of at least 1 input; {kind} "
            f"{layer.name!r} received: input_shape={input_shape} (not a list of shapes)"
        )


def require_masks(inputs: Any, mask: Any) -> None:
    """Raises ValueError unless there is one mask, or None, for each of several inputs."""
    for name, given in (("mask", mask), ("inputs", inputs)):
        if not isinstance(given, list | tuple):
            raise ValueError(f"`{name}` should be a list. Received: {name}={given}")
    if len(mask) != len(inputs):
        raise ValueError(
            "The lists `inputs` and `mask` should have the same length. Received: "
            f"inputs={inputs} of length {len(inputs)}, and mask={mask} of length {len(mask)}"
        )


def _wide_mask(x: Any) -> Any:
    mask = masks.get_keras_mask(x)
    return None if mask is None else ops.expand_dims(mask, -1)


def _of_one_rank(inputs: Sequence[Any]) -> Sequence[Any]:
    """Axes of size 1 put behind the batch, where an input has fewer than the others."""
    rank = max(len(x.shape) for x in inputs)
    return [
        ops.reshape(x, (-1, *[1] * (rank - len(x.shape)), *x.shape[1:]))
        if len(x.shape) < rank
        else x
        for x in inputs
    ]


def _folded(dx: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Unbroadcast: dx summed over the axes along which an input of `shape` was broadcast."""
    wide = (shape[0], *[1] * (dx.ndim - len(shape)), *shape[1:])
    axes = tuple(a for a, n in enumerate(wide) if n == 1 and dx.shape[a] != 1)
    return dx.sum(axis=axes).reshape(shape) if axes else dx.reshape(shape)


def _broadcast(a: Shape, b: Shape) -> Shape:
    if len(a) < len(b):
        a, b = b, a
    split = len(a) - len(b)
    tail: list[int | None] = []
    for i, j in zip(a[split:], b, strict=True):
        if i is None or j is None:
            tail.append(None)
        elif 1 in (i, j):
            tail.append(j if i == 1 else i)
        elif i != j:
            raise ValueError(f"Inputs have incompatible shapes. Received shapes {a} and {b}")
        else:
            tail.append(i)
    return (*a[:split], *tail)
