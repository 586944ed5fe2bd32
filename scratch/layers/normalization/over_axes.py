"""What all normalizations share: numbers are compared along some axes, and the shape stays."""

from typing import Any

from scratch.layers.base.layer import Layer


class OverAxes(Layer):
    """The base of layers with an `axis`, or several.

    Raises:
        ValueError: for an axis that the input lacks, once its shape is known.
    """

    axis: Any

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape.

        Raises:
            ValueError: where it lacks one of the axes.
        """
        axes = [self.axis] if isinstance(self.axis, int) else list(self.axis)
        for axis in axes:
            if not -len(input_shape) <= axis < len(input_shape):
                raise ValueError(
                    f"Axis {axis} is out of bounds for input shape {input_shape}. "
                    f"Received: axis={axes}"
                )
        return input_shape
