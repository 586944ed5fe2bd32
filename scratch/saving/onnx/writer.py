"""From a graph of symbols to the nodes of an ONNX graph.

    y = ops.relu(x @ w + b)      MatMul, Add, Relu; w and b are initializers

A symbol is one node, or a few. What does not depend on an input is computed here, and written as a
number. Operands are cast to the type in which they meet: ONNX promotes nothing.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.ops.graph.promotion import match_floating, result_type
from scratch.ops.graph.sources import CONSTANT, VARIABLE, ancestors
from scratch.ops.graph.symbol import Symbol, is_number

Translation = Callable[["GraphWriter", Symbol, list[str]], str]


class GraphWriter:
    """The nodes and numbers written so far.

    Args:
        onnx: the module.
        translations: how each operation is written, by its name.

    Attributes:
        nodes: in the order in which they compute.
        numbers: by name.
    """

    def __init__(self, onnx: Any, translations: dict[str, Translation]) -> None:
        self._onnx, self._translations = onnx, translations
        self.nodes: list[Any] = []
        self.numbers: dict[str, np.ndarray] = {}
        self._constants: dict[tuple, str] = {}
        self._names: dict[int, str] = {}
        self._values: dict[int, Any] = {}

    def write(self, outputs: Sequence[Symbol], inputs: Sequence[Symbol]) -> list[str]:
        """Writes all that leads to `outputs`, and returns their names.

        Args:
            outputs: symbols.
            inputs: symbols with names, which will be fed.

        Raises:
            ValueError: for an operation that ONNX does not have, or is not written here.
        """
        self._names = {x.serial: x.name or "" for x in inputs}
        order = ancestors(outputs, stop=inputs)
        for x in order:
            if x.serial in self._names:
                continue
            if x.op in (CONSTANT, VARIABLE) or (
                x.inputs and all(a.serial in self._values for a in x.inputs)
            ):
                fixed = x.attributes["value"] if is_number(x) else ops.evaluate(x)
                self._values[x.serial] = fixed
            else:
                self._names[x.serial] = self._translated(x)
        return [self.operand(y) for y in outputs]

    def _translated(self, x: Symbol) -> str:
        translate = self._translations.get(x.op.name)
        if translate is None:
            raise ValueError(
                f"export: `ops.{x.op.name}` has no counterpart in ONNX here. Write the definition "
                "with other functions of `keras.ops`"
            )
        dtype = self.meeting_type(x, x.inputs) if x.op.rule is not None else None
        return translate(self, x, [self.operand(a, dtype) for a in x.inputs])

    def meeting_type(self, x: Symbol, operands: Sequence[Symbol]) -> np.dtype:
        """The type to which the operands of `x` are cast."""
        examples = [
            a.attributes["value"] if is_number(a) else np.zeros((), a.dtype) for a in operands
        ]
        return result_type(examples, floating=x.op.rule is match_floating)

    def value(self, x: Symbol) -> Any:
        """The number or array that `x` always is; None where it depends on an input."""
        return self._values.get(x.serial)

    def operand(self, x: Symbol, dtype: Any = None) -> str:
        """The name of `x`, cast to `dtype` if given."""
        if x.serial in self._values:
            return self.constant(np.asarray(self._values[x.serial], dtype or x.dtype))
        name = self._names[x.serial]
        return name if dtype is None or np.dtype(dtype) == x.dtype else self.cast(name, dtype)

    def constant(self, value: Any, dtype: Any = None) -> str:
        """The name of some numbers; equal ones are written once."""
        array = np.ascontiguousarray(np.asarray(value, dtype)).reshape(np.shape(value))
        key = (array.dtype.str, array.shape, array.tobytes())
        if key not in self._constants:
            self._constants[key] = name = f"c{len(self._constants)}"
            self.numbers[name] = array
        return self._constants[key]

    def integers(self, *values: int) -> str:
        """Axes, sizes: a vector of int64."""
        return self.constant(np.array(values, "int64"))

    def node(self, kind: str, *inputs: str, outputs: int = 1, **settings: Any) -> str:
        """Writes a node, and returns the name of its (last) output."""
        names = [f"n{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(self._onnx.helper.make_node(kind, inputs, names, **settings))
        return names[-1]

    def cast(self, name: str, dtype: Any) -> str:
        """The same in another type."""
        return self.node("Cast", name, to=self.type_number(dtype))

    def type_number(self, dtype: Any) -> int:
        """ONNX's number for a type."""
        return self._onnx.helper.np_dtype_to_tensor_dtype(np.dtype(dtype))
