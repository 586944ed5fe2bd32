"""Operations element by element, in the nodes of ONNX."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.ops.graph.promotion import constant
from scratch.ops.graph.symbol import Symbol
from scratch.ops.smooth import SELU_SCALE, SELU_SLOPE
from scratch.saving.onnx.writer import GraphWriter, Translation

# One node each.
_SAME = {
    "abs": "Abs", "add": "Add", "subtract": "Sub", "multiply": "Mul", "divide": "Div",
    "power": "Pow", "maximum": "Max", "minimum": "Min", "negative": "Neg",
    "reciprocal": "Reciprocal", "sign": "Sign", "sqrt": "Sqrt", "exp": "Exp", "log": "Log",
    "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus", "sin": "Sin", "cos": "Cos",
    "tan": "Tan", "arcsin": "Asin", "arccos": "Acos", "arctan": "Atan", "sinh": "Sinh",
    "cosh": "Cosh", "arcsinh": "Asinh", "arccosh": "Acosh", "arctanh": "Atanh",
    "floor": "Floor", "ceil": "Ceil", "erf": "Erf", "relu": "Relu", "softsign": "Softsign",
    "elu": "Elu", "equal": "Equal", "greater": "Greater", "greater_equal": "GreaterOrEqual",
    "less": "Less", "less_equal": "LessOrEqual", "copy": "Identity",
    "stop_gradient": "Identity", "floats": "Identity",
}  # fmt: skip


def _one_node(kind: str) -> Translation:
    return lambda writer, x, inputs: writer.node(kind, *inputs)


def _number(writer: GraphWriter, x: Symbol, value: Any) -> str:
    return writer.constant(value, x.dtype)


def _logical(kind: str) -> Translation:
    return lambda writer, x, inputs: writer.node(kind, *(writer.cast(a, bool) for a in inputs))


def _not(kind: str) -> Translation:
    return lambda writer, x, inputs: writer.node("Not", writer.node(kind, *inputs))


def _of_floats(kind: str) -> Translation:
    """Of whole numbers, the answer of floats."""

    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        floats = np.dtype(x.inputs[0].dtype).kind == "f"
        return writer.node(kind, *(inputs if floats else [writer.cast(inputs[0], "float32")]))

    return translate


def _is_finite(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    nan, infinite = (_of_floats(kind)(writer, x, inputs) for kind in ("IsNaN", "IsInf"))
    return writer.node("Not", writer.node("Or", nan, infinite))


def _where(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    dtype = writer.meeting_type(x, x.inputs[1:])
    branches = [writer.operand(a, dtype) for a in x.inputs[1:]]
    return writer.node("Where", writer.cast(inputs[0], bool), *branches)


def _floor_divide(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    """Of whole numbers in float64, which holds all that fit in 32 bits."""
    if np.dtype(x.dtype).kind == "f":
        return writer.node("Floor", writer.node("Div", *inputs))
    wide = [writer.cast(a, "float64") for a in inputs]
    return writer.cast(writer.node("Floor", writer.node("Div", *wide)), x.dtype)


def _mod(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    if np.dtype(x.dtype).kind != "f":
        return writer.node("Mod", *inputs)
    times = writer.node("Floor", writer.node("Div", *inputs))
    return writer.node("Sub", inputs[0], writer.node("Mul", times, inputs[1]))


def _divide_no_nan(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    zero = _number(writer, x, 0)
    by_zero = writer.node("Equal", inputs[1], zero)
    return writer.node("Where", by_zero, zero, writer.node("Div", *inputs))


def _clip(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Max", writer.node("Min", inputs[0], inputs[2]), inputs[1])


def _square(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    same = writer.operand(x.inputs[0], x.dtype)  # of booleans int32
    return writer.node("Mul", same, same)


def _rsqrt(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Reciprocal", writer.node("Sqrt", *inputs))


def _expm1(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    """2 tanh(x / 2) / (1 - tanh(x / 2)) near 0, where e^x - 1 would lose digits."""
    half = writer.node("Mul", inputs[0], _number(writer, x, 0.5))
    tanh, one = writer.node("Tanh", half), _number(writer, x, 1)
    near = writer.node(
        "Div",
        writer.node("Mul", tanh, _number(writer, x, 2)),
        writer.node("Sub", one, tanh),
    )
    far = writer.node("Sub", writer.node("Exp", *inputs), one)
    small = writer.node("Less", writer.node("Abs", *inputs), one)
    return writer.node("Where", small, near, far)


def _log1p(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    """2 artanh(x / (2 + x)) near 0, where log(1 + x) would lose digits."""
    two, one = _number(writer, x, 2), _number(writer, x, 1)
    ratio = writer.node("Div", inputs[0], writer.node("Add", inputs[0], two))
    near = writer.node("Mul", writer.node("Atanh", ratio), two)
    far = writer.node("Log", writer.node("Add", inputs[0], one))
    small = writer.node("Less", writer.node("Abs", *inputs), _number(writer, x, 0.5))
    return writer.node("Where", small, near, far)


def _erfc(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Sub", _number(writer, x, 1), writer.node("Erf", *inputs))


def _round(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    decimals = x.attributes["decimals"]
    if np.dtype(x.dtype).kind != "f":
        return writer.node("Identity", *inputs)
    if not decimals:
        return writer.node("Round", *inputs)
    scale = _number(writer, x, 10.0**decimals)
    return writer.node("Div", writer.node("Round", writer.node("Mul", *inputs, scale)), scale)


def _relu6(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node(
        "Min", writer.node("Max", inputs[0], _number(writer, x, 0)), _number(writer, x, 6)
    )


def _leaky_relu(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    slope = _number(writer, x, constant(x.attributes["negative_slope"], x))
    above = writer.node("Greater", inputs[0], _number(writer, x, 0))
    return writer.node("Where", above, inputs[0], writer.node("Mul", inputs[0], slope))


def _selu(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Selu", *inputs, alpha=SELU_SLOPE / SELU_SCALE, gamma=SELU_SCALE)


def _scaled(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    number = np.dtype(x.dtype).type
    factor = number(x.attributes["times"]) / number(x.attributes["by"])
    return writer.node("Mul", *inputs, _number(writer, x, factor))


def _cast(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.cast(inputs[0], x.dtype)


_OTHERS: dict[str, Callable[..., Any]] = {
    "not_equal": _not("Equal"), "logical_not": _logical("Not"),
    "logical_and": _logical("And"), "logical_or": _logical("Or"), "logical_xor": _logical("Xor"),
    "isnan": _of_floats("IsNaN"), "isinf": _of_floats("IsInf"), "isfinite": _is_finite,
    "where": _where, "floor_divide": _floor_divide, "mod": _mod,
    "divide_no_nan": _divide_no_nan, "clip": _clip, "square": _square, "rsqrt": _rsqrt,
    "expm1": _expm1, "log1p": _log1p, "erfc": _erfc, "round": _round, "relu6": _relu6,
    "leaky_relu": _leaky_relu, "selu": _selu, "scaled": _scaled, "cast": _cast,
    "cast_like": _cast, "at_least_float32": _cast,
}  # fmt: skip

ELEMENTWISE: dict[str, Translation] = {
    **{name: _one_node(kind) for name, kind in _SAME.items()},
    **_OTHERS,
}
