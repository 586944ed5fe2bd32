"""What a layer demands of its inputs, and the message for an input that does not fit."""

from typing import Any

import numpy as np

from scratch import config, tree


class InputSpec:
    """A demand on one input (`keras.InputSpec`).

    Args:
        dtype: its type.
        shape: its shape, batch axis included; None for an axis of any size.
        ndim, max_ndim, min_ndim: how many axes.
        axes: from the number of an axis to its size.
        allow_last_axis_squeeze: whether a last axis of size 1 may be missing or too many.
        name: its key where inputs come in a dictionary.
        optional: whether it may be None.

    Raises:
        TypeError: for `axes` whose keys are no integers.
        ValueError: for an axis that the input cannot have.
    """

    def __init__(
        self,
        dtype: Any = None,
        shape: Any = None,
        ndim: int | None = None,
        max_ndim: int | None = None,
        min_ndim: int | None = None,
        axes: dict[int, int | None] | None = None,
        allow_last_axis_squeeze: bool = False,
        name: str | None = None,
        optional: bool = False,
    ) -> None:
        self.dtype = None if dtype is None else config.array_type(dtype).name
        self.shape = None if shape is None else tuple(shape)
        self.ndim = ndim if shape is None else len(shape)
        self.max_ndim = max_ndim
        self.min_ndim = min_ndim
        self.name = name
        self.optional = optional
        self.allow_last_axis_squeeze = allow_last_axis_squeeze
        try:
            self.axes = {int(axis): size for axis, size in (axes or {}).items()}
        except (ValueError, TypeError, AttributeError):
            raise TypeError(
                f"Argument `axes` must be a dict with integer keys. Received: axes={axes}"
            ) from None
        if self.axes and (self.ndim is not None or self.max_ndim is not None):
            last = (self.ndim or self.max_ndim or 0) - 1
            if max(self.axes) > last:
                raise ValueError(
                    f"Axis {max(self.axes)} is greater than the maximum allowed value: {last}"
                )

    def get_config(self) -> dict[str, Any]:
        """The arguments that build an equal demand."""
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes", "optional")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "InputSpec":
        """Builds a demand from `get_config`'s dictionary."""
        return cls(**config)

    def __repr__(self) -> str:
        names = ("dtype", "shape", "ndim", "max_ndim", "min_ndim", "axes")
        said = [f"{name}={getattr(self, name)}" for name in names if getattr(self, name)]
        return f"InputSpec({', '.join(said)})"


def check_inputs(spec: Any, inputs: Any, layer_name: str) -> None:
    """Raises ValueError where `inputs` do not meet `spec`.

    Args:
        spec: an `InputSpec`, a structure of them, or None.
        inputs: anything with a shape and a type, in the same structure.
        layer_name: for the message.
    """
    if not spec:
        return
    specs = tree.flatten(spec)
    found = tree.flatten(_by_name(specs, inputs))
    if len(found) != len(specs):
        names = [s.name for s in specs if s is not None]
        if len(names) == len(specs) and all(names):
            keys = ", ".join(f"'{name}': ..." for name in names)
            raise ValueError(
                f'Layer "{layer_name}" expects {len(specs)} named input(s) with keys {names}, but '
                f"it received {len(found)} input tensors. Pass inputs as a dict, e.g. "
                f"`layer({{{keys}}})`."
            )
        raise ValueError(
            f'Layer "{layer_name}" expects {len(specs)} input(s), but it received {len(found)} '
            f"input tensors. Inputs received: {inputs}"
        )
    for number, (x, one) in enumerate(zip(found, specs, strict=True)):
        if one is not None and not (x is None and one.optional):
            _check(one, x, number, layer_name)


def _by_name(specs: list[InputSpec], inputs: Any) -> Any:
    """The inputs of a dictionary in the order of the specs, where those have names."""
    names = [spec and spec.name for spec in specs]
    if not isinstance(inputs, dict) or not all(names):
        return inputs
    for name in names:
        if name not in inputs:
            raise ValueError(
                f'Missing data for input "{name}". You passed a data dictionary with keys '
                f"{list(inputs)}. Expected the following keys: {names}"
            )
    return [inputs[name] for name in names]


def _check(spec: InputSpec, x: Any, number: int, layer_name: str) -> None:
    if not hasattr(x, "shape"):
        raise ValueError(
            f"Inputs to a layer should be tensors. Got '{x}' (of type {type(x)}) as input for "
            f"layer '{layer_name}'."
        )
    problem = _problem(spec, tuple(x.shape), x)
    if problem:
        raise ValueError(
            f"Input {number} with name '{spec.name}' of layer '{layer_name}' is incompatible with "
            f"the layer: {problem}. Full shape received: {tuple(x.shape)}"
        )


def _problem(spec: InputSpec, shape: tuple[int | None, ...], x: Any) -> str | None:
    ndim = len(shape)
    if spec.ndim is not None and not spec.allow_last_axis_squeeze and ndim != spec.ndim:
        return f"expected ndim={spec.ndim}, found ndim={ndim}"
    if spec.max_ndim is not None and ndim > spec.max_ndim:
        return f"expected max_ndim={spec.max_ndim}, found ndim={ndim}"
    if spec.min_ndim is not None and ndim < spec.min_ndim:
        return f"expected min_ndim={spec.min_ndim}, found ndim={ndim}"
    if spec.dtype is not None and np.dtype(x.dtype).name != spec.dtype:
        return f"expected dtype={spec.dtype}, found dtype={np.dtype(x.dtype).name}"
    for axis, size in spec.axes.items():
        if size is not None and shape[axis] not in (size, None):
            return (
                f"expected axis {axis} of input shape to have value {size}, but received input "
                f"with shape {shape}"
            )
    if spec.shape is not None:
        wanted, found = spec.shape, shape
        if spec.allow_last_axis_squeeze:
            found = found[:-1] if found and found[-1] == 1 else found
            wanted = wanted[:-1] if wanted and wanted[-1] == 1 else wanted
        for want, got in zip(wanted, found, strict=False):
            if want is not None and got is not None and want != got:
                return f"expected shape={spec.shape}, found shape={shape}"
    return None
