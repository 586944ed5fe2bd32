"""A formula: an expression of the public names, what it should give, and inputs."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

Inputs = Mapping[str, tuple]
_NAME = re.compile(
    r"\b((?:activations|constraints|initializers|layers|losses|metrics|ops|optimizers|random"
    r"|regularizers|utils|callbacks)(?:\.schedules|\.image|\.bounding_boxes)?)\.(\w+)"
)


@dataclass(frozen=True)
class Formula:
    """A row of the table.

    Args:
        expression: as a user writes it: `"losses.huber(y, p)"`. Its letters are the parameters of
            the formula; besides, there are the functions of `asking`.
        says: the formula, of long doubles; its options have defaults. A `ValueError` says
            that the call must be refused.
        inputs: from what is particular about them to the arrays.
        parts: where the answer is another one: from a key of the inputs to a finding's name, or
            to why the documentation is to be read otherwise; `"all"` for every input.
        there: the same for tf.keras alone, where `scratch` does as documented.
        jumps: whether the formula counts or compares, so that it must not be asked nearby.
        through: the size of the numbers that the formula passes through, of the same letters,
            where they are larger than what comes out: their roundings are no fault.
        given: what the expression names besides its letters.
        precision: `"float32"` where a library computes in that, whatever the float type is.
    """

    expression: str
    says: Callable[..., Any]
    inputs: Inputs
    parts: Mapping[str, str] = field(default_factory=dict)
    there: Mapping[str, str] = field(default_factory=dict)
    jumps: bool = False
    through: Callable[..., Any] | None = None
    precision: str = "float64"
    given: Mapping[str, Any] = field(default_factory=dict)

    @property
    def names(self) -> tuple[tuple[str, str], ...]:
        """The public names in the expression: `(("losses", "huber"),)`."""
        return tuple(_NAME.findall(self.expression))

    @property
    def letters(self) -> tuple[str, ...]:
        """What the inputs are called."""
        parameters = inspect.signature(self.says).parameters.values()
        return tuple(p.name for p in parameters if p.default is p.empty)

    def rounded(self, label: str) -> list[Any]:
        """The inputs as a library gets them: floats in the row's precision."""
        return [
            array.astype(self.precision) if _is_float(array) else array
            for array in self.inputs[label]
        ]

    def reason(self, label: str, library: str) -> str:
        """Why the answer is another one for some inputs; empty where it should not be."""
        parts = {**self.parts, **(self.there if library == "tf" else {})}
        return parts.get(label, parts.get("all", ""))


def _is_float(array: Any) -> bool:
    return isinstance(array, np.ndarray) and array.dtype.kind == "f"
