"""The dot product of two inputs along one axis of each, sample by sample.

    y_b = sum_k x1_b[.., k, ..] x2_b[.., k, ..]      axes: those of x1 but k, then those of x2 but k
    dx1 = dy . x2    dx2 = x1 . dy                   summed over the other input's axes

With `normalize` the vectors have length 1 first, and y is the cosine of the angle between them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.layers.merging.merge import Merge
from scratch.network.node import Node
from scratch.serialization.configured import configured

_LETTERS = "cdefghijklmnopqrstuvwxyz"


@configured()
class Dot(Merge):
    """The dot product along `axes` (`keras.layers.Dot`).

    Args:
        axes: one axis for both inputs, or one for each; never the batch's.
        normalize: whether vectors along the axes are made to have length 1.

    Raises:
        TypeError, ValueError: for axes that are no integers or not two, or for shapes that do
            not fit.
    """

    def call(self, inputs: Any) -> Any:
        return self._merge_function(inputs)

    def _merge_function(self, inputs: Any) -> Any:
        if len(inputs) != 2:
            raise ValueError(
                f"A `Dot` layer should be called on exactly 2 inputs. Received: inputs={inputs}"
            )
        ranks = [len(x.shape) for x in inputs]
        if self.normalize:
            axes = self._axes(*ranks)
            inputs = [ops.normalize(x, axis) for x, axis in zip(inputs, axes, strict=True)]
        one, two, result = self._sums(*ranks)
        y = ops.einsum(f"{one},{two}->{result}", *inputs)
        return ops.expand_dims(y, -1) if len(result) == 1 else y

    def _sums(self, *ranks: int) -> tuple[str, str, str]:
        """The letters of x1, x2 and y for `einsum`: b is the batch, k what is summed over."""
        a, b = self._axes(*ranks)
        free = iter(_LETTERS)
        names = [
            ["b" if i == 0 else "k" if i == axis else next(free) for i in range(rank)]
            for rank, axis in zip(ranks, (a, b), strict=True)
        ]
        left = [n for n in names[0] if n != "k"] + [n for n in names[1] if n not in "bk"]
        return "".join(names[0]), "".join(names[1]), "".join(left)

    def forward(self, xs: list[np.ndarray], node: Node) -> np.ndarray:
        node.x = xs
        one, two, result = self._sums(*(x.ndim for x in xs))
        y = np.einsum(f"{one},{two}->{result}", *xs)
        return y[:, None] if y.ndim == 1 else y

    def backward(self, dy: np.ndarray, node: Node) -> list[np.ndarray]:
        """dx1 = dy . x2 and dx2 = x1 . dy."""
        one, two, result = self._sums(*(x.ndim for x in node.x))
        dy = dy[:, 0] if len(result) == 1 else dy
        return [
            np.einsum(f"{result},{two}->{one}", dy, node.x[1]),
            np.einsum(f"{one},{result}->{two}", node.x[0], dy),
        ]

    def __init__(self, axes: int | Sequence[int], normalize: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if not isinstance(axes, int):
            if not isinstance(axes, list | tuple):
                raise TypeError(
                    "Invalid type for argument `axes`: it should be a list or an int. Received: "
                    f"axes={axes}"
                )
            if len(axes) != 2:
                raise ValueError(
                    "Invalid format for argument `axes`: it should contain two elements. Received: "
                    f"axes={axes}"
                )
            if not all(isinstance(axis, int) for axis in axes):
                raise ValueError(
                    "Invalid format for argument `axes`: list elements should be integers. "
                    f"Received: axes={axes}"
                )
        self.axes = axes
        self.normalize = normalize

    def build(self, input_shape: Any) -> None:
        """Creates nothing; checks that the shapes fit."""
        if len(input_shape) != 2 or not isinstance(input_shape[0], list | tuple):
            raise ValueError(
                "A `Dot` layer should be called on a list of 2 inputs. Received: "
                f"input_shape={input_shape}"
            )
        first, second = input_shape
        a, b = self._axes(len(first), len(second))
        if first[a] != second[b]:
            raise ValueError(
                f"Incompatible input shapes: axis values {first[a]} (at axis {a}) != {second[b]} "
                f"(at axis {b}). Full input shapes: {first}, {second}"
            )

    def _axes(self, *ranks: int) -> tuple[int, int]:
        """The axes, counted from 0."""
        given = (self.axes, self.axes) if isinstance(self.axes, int) else tuple(self.axes)
        a, b = (axis % n if axis < 0 else axis for axis, n in zip(given, ranks, strict=True))
        if 0 in (a, b):
            raise ValueError(
                f"Layer {self.name!r}: cannot take the dot product over axis 0, the batch. "
                f"Received: axes={self.axes}"
            )
        return a, b

    def _traced(self, tracer: Any, arguments: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        if self.normalize:  # that has not been derived by hand
            return self.call(arguments.first)
        return super()._traced(tracer, arguments, args, kwargs)

    def compute_output_shape(self, input_shape: Any) -> tuple[int | None, ...]:
        """The first shape without its axis, then the second without batch and axis."""
        if not isinstance(input_shape, list | tuple) or len(input_shape) != 2:
            raise ValueError(
                "A `Dot` layer should be called on a list of 2 inputs. Received: "
                f"input_shape={input_shape}"
            )
        first, second = map(tuple, input_shape)
        a, b = self._axes(len(first), len(second))
        shape = (*first[:a], *first[a + 1 :], *second[1:b], *second[b + 1 :])
        return shape if len(shape) > 1 else (*shape, 1)

    def compute_mask(self, inputs: Any, mask: Any = None) -> None:
        """None: what is summed over has no steps left."""
