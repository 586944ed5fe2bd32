"""The arguments of one call of a layer, by the names that its `call` gives them."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import tree
from scratch.network.masks import get_keras_mask
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.ops.graph.symbol import Symbol


def is_tensor(x: Any) -> bool:
    """Whether `x` is an array, a symbol or a KerasTensor."""
    return isinstance(x, np.ndarray | Symbol | KerasTensor)


class Arguments:
    """What a layer was called with.

    Args:
        signature: of the layer's `call`.
        args, kwargs: as given; `training` is kept apart.

    Attributes:
        given: by name, what was given.
        named: the same, with defaults.
        tensors: those that are tensors, or structures of tensors.

    Raises:
        ValueError: for a structure in which tensors and other things are mixed.
    """

    def __init__(self, signature: inspect.Signature, args: tuple, kwargs: dict[str, Any]) -> None:
        bound = signature.bind(*args, **kwargs)
        self.given = dict(bound.arguments)
        bound.apply_defaults()
        self.named = dict(bound.arguments)
        self.tensors: dict[str, Any] = {}
        for name, value in self.named.items():
            leaves = tree.flatten(value) if tree.is_nested(value) else [value]
            if is_tensor(value) or (leaves and all(x is None or is_tensor(x) for x in leaves)):
                if value is not None:
                    self.tensors[name] = value
            elif any(map(is_tensor, leaves)):
                raise ValueError(
                    "In a nested call() argument, you cannot mix tensors and non-tensors. "
                    f"Received invalid mixed argument: {name}={value}"
                )

    @property
    def first(self) -> Any:
        """The first argument: what the layer is applied to."""
        return next(iter(self.named.values()), None)

    @property
    def shapes(self) -> dict[str, Any]:
        """`{"x_shape": (None, 3)}`: the shape of every tensor, in its structure."""
        return {
            f"{name}_shape": tree.map_structure(
                lambda x: None if x is None else tuple(x.shape), value
            )
            for name, value in self.tensors.items()
            if name not in ("mask", "args", "kwargs")
        }

    def shapes_for(self, method: Callable, layer_name: str) -> dict[str, Any]:
        """The shapes that `method` (`build`, `compute_output_shape`) asks for.

        A method with one parameter gets the first argument's shape; one with several gets shapes
        by name: `query_shape` is the shape of the argument `query`.

        Raises:
            ValueError: for a parameter that is the shape of no argument.
        """
        shapes = self.shapes
        names = [
            p.name
            for p in inspect.signature(method).parameters.values()
            if p.kind in (p.POSITIONAL_OR_KEYWORD, p.POSITIONAL_ONLY, p.KEYWORD_ONLY)
        ]
        if len(names) == 1:
            return {names[0]: next(iter(shapes.values()), None)}
        kind = method.__name__
        for name in names:
            argument = name.removesuffix("_shape")
            if argument == name:
                problem = "which does not end in `_shape`"
            elif argument not in self.named:
                problem = f"but `call()` does not have argument `{argument}`"
            else:
                continue
            raise ValueError(
                f"For a `{kind}()` method with more than one argument, all arguments should have a "
                f"`_shape` suffix and match an argument from `call()`. E.g. `{kind}(self, "
                f"foo_shape, bar_shape)`. For layer '{layer_name}', received `{kind}()` argument "
                f"`{name}`, {problem}."
            )
        return {name: shapes[name] for name in names if name in shapes}

    def masks(self) -> dict[str, Any]:
        """The mask arguments of `call` that nobody gave, filled from the tensors' own masks."""
        found: dict[str, Any] = {}
        for name, value in self.tensors.items():
            argument = "mask" if len(self.tensors) == 1 else f"{name}_mask"
            if argument in self.named and self.named[argument] is None:
                found[argument] = tree.map_structure(get_keras_mask, value)
        return found


_PLAIN = (str, int, float, bool, type(None))


def plain_arguments(cls: type, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """The arguments of a constructor, by name; None where they are not all plain values."""
    signature = inspect.signature(cls.__init__)  # type: ignore[misc]
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    found: dict[str, Any] = {}
    for parameter in list(signature.parameters.values())[1:]:
        value = bound.arguments[parameter.name]
        if parameter.kind is parameter.VAR_KEYWORD:
            found |= value
        elif parameter.kind is parameter.POSITIONAL_ONLY or (
            parameter.kind is parameter.VAR_POSITIONAL and value
        ):
            return None
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            found[parameter.name] = value
    found.pop("name", None)
    leaves = tree.flatten(found)
    return found if all(isinstance(leaf, _PLAIN) for leaf in leaves) else None
