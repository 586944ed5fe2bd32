"""Operations that rearrange, reduce, multiply or look up, in the nodes of ONNX."""

import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import quirks
from scratch.ops.graph.symbol import Symbol
from scratch.ops.linear_algebra import pairs
from scratch.saving.onnx.writer import GraphWriter, Translation

_FAR = np.iinfo("int64").max

# Sizes ---------------------------------------------------------------------------------------


def _sizes(writer: GraphWriter, sizes: Sequence[Symbol]) -> str:
    """A vector of int64, of numbers that are known now and of others."""
    known = [writer.value(n) for n in sizes]
    if all(n is not None for n in known):
        return writer.integers(*(int(n) for n in known))
    axis = writer.integers(0)
    parts = [writer.node("Unsqueeze", writer.operand(n, "int64"), axis) for n in sizes]
    return writer.node("Concat", *parts, axis=0)


def _shape_of(writer: GraphWriter, name: str) -> str:
    return writer.node("Shape", name)


def _rank(x: Symbol) -> int:
    return x.ndim


def _length(x: Symbol, axis: int) -> int:
    shape = x.shape
    if shape is None or shape[axis] is None:
        raise ValueError(
            f"export: the size of axis {axis} of {x!r} must be known, and is not. Give the inputs "
            "of the model their sizes"
        )
    return int(shape[axis])  # type: ignore[arg-type]


def _listed(axis: Any) -> list[int]:
    return [axis] if isinstance(axis, int) else list(axis)


# Reductions ----------------------------------------------------------------------------------


def _reduced(kind: str) -> Translation:
    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        axis = x.attributes["axis"]
        operand = writer.operand(x.inputs[0], x.dtype)  # small integers are added up in wider ones
        axes = [] if axis is None else [writer.integers(*_listed(axis))]
        return writer.node(kind, operand, *axes, keepdims=int(x.attributes["keepdims"]))

    return translate


def _quantified(kind: str) -> Translation:
    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        axis = x.attributes["axis"]
        truth = writer.cast(writer.cast(inputs[0], bool), "int32")
        axes = [] if axis is None else [writer.integers(*_listed(axis))]
        found = writer.node(kind, truth, *axes, keepdims=int(x.attributes["keepdims"]))
        return writer.cast(found, bool)

    return translate


def _place(kind: str) -> Translation:
    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        axis, keepdims = x.attributes["axis"], x.attributes["keepdims"]
        name = _ranked(writer, x.inputs[0], inputs[0], -np.inf if kind == "ArgMax" else np.inf)
        if axis is None:
            name, axis = writer.node("Reshape", name, writer.integers(-1)), 0
            keepdims = False
        return writer.cast(writer.node(kind, name, axis=axis, keepdims=int(keepdims)), x.dtype)

    return translate


def _ranked(writer: GraphWriter, x: Symbol, name: str, nan: float) -> str:
    """-0 below 0, and NaN passed over: see `ops.argmax`."""
    dtype = np.dtype(x.dtype)
    if dtype.kind != "f":
        return name
    zero, tiny = writer.constant(0, dtype), writer.constant(-np.finfo(dtype).tiny, dtype)
    below = writer.node("Less", writer.node("Reciprocal", name), zero)
    minus_zero = writer.node("And", writer.node("Equal", name, zero), below)
    name = writer.node("Where", minus_zero, tiny, name)
    return writer.node("Where", writer.node("IsNaN", name), writer.constant(nan, x.dtype), name)


def _softmax(kind: str) -> Translation:
    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        axis = x.attributes["axis"]
        if isinstance(axis, int):
            return writer.node(kind, *inputs, axis=axis)
        axes = [] if axis is None else [writer.integers(*_listed(axis))]
        shifted = writer.node("Sub", inputs[0], writer.node("ReduceMax", inputs[0], *axes))
        exp = writer.node("Exp", shifted)
        total = writer.node("ReduceSum", exp, *axes)
        if kind == "Softmax":
            return writer.node("Div", exp, total)
        return writer.node("Sub", shifted, writer.node("Log", total))

    return translate


def _simplex_threshold(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    """tau of sparsemax: from the numbers in falling order and their running sums."""
    axis = x.attributes["axis"] % _rank(x.inputs[0])
    n = _length(x.inputs[0], axis)
    falling = _largest_of(writer, inputs[0], n, axis, which=0)
    sums = writer.node("CumSum", falling, writer.constant(axis, "int64"))
    shape = [n if i == axis else 1 for i in range(_rank(x.inputs[0]))]
    rank = writer.constant(np.arange(1, n + 1, dtype=x.dtype).reshape(shape))
    one, axes = writer.constant(1, x.dtype), writer.integers(axis)
    above = writer.node("Div", writer.node("Sub", sums, one), rank)
    inside = writer.cast(writer.node("Greater", falling, above), x.dtype)
    k = writer.node("ReduceSum", inside, axes)
    counted = one
    if quirks.active("K31"):
        counted = writer.node("Add", writer.node("Sub", k, rank), one)
    weights = writer.node("Div", writer.node("Mul", inside, counted), k)
    total = writer.node("ReduceSum", writer.node("Mul", weights, falling), axes)
    return writer.node("Sub", total, writer.node("Reciprocal", k))


# Another shape -------------------------------------------------------------------------------


def _reshape(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Reshape", inputs[0], _sizes(writer, x.inputs[1:]), allowzero=1)


def _broadcast_to(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Expand", inputs[0], _sizes(writer, x.inputs[1:]))


def _reshape_like(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Reshape", inputs[0], _shape_of(writer, inputs[1]), allowzero=1)


def _broadcast_like(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Expand", inputs[0], _shape_of(writer, inputs[1]))


def _filled(value: int) -> Translation:
    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        number = writer.constant(value, x.dtype)
        return writer.node("Expand", number, _shape_of(writer, inputs[0]))

    return translate


def _shape(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.cast(_shape_of(writer, inputs[0]), "int32")


def _size(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.cast(writer.node("Size", inputs[0]), "int32")


def _expand_dims(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Unsqueeze", inputs[0], writer.integers(*_listed(x.attributes["axis"])))


def _squeeze(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis = x.attributes["axis"]
    axes = [] if axis is None else [writer.integers(*_listed(axis))]
    return writer.node("Squeeze", inputs[0], *axes)


def _ravel(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Reshape", inputs[0], writer.integers(-1))


def _turned(order: Any) -> Translation:
    """A transposition; `order` gives the axes for their number and the attributes."""

    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        axes = order(np.arange(_rank(x.inputs[0])), x.attributes)
        return writer.node("Transpose", inputs[0], perm=[int(i) for i in axes])

    return translate


def _moved(axes: np.ndarray, settings: dict[str, Any]) -> Any:
    numbered = np.broadcast_to(0, axes + 1)  # axis i has size i + 1
    return [n - 1 for n in np.moveaxis(numbered, settings["source"], settings["destination"]).shape]


def _swapped(axes: np.ndarray, settings: dict[str, Any]) -> Any:
    a, b = settings["axis1"], settings["axis2"]
    axes[[a, b]] = axes[[b, a]]
    return axes


def _transposed(axes: np.ndarray, settings: dict[str, Any]) -> Any:
    order = settings["axes"]
    return axes[::-1] if order is None else [i % len(axes) for i in order]


def _flip(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis = x.attributes["axis"]
    axes = range(_rank(x)) if axis is None else _listed(axis)
    return _cut(writer, inputs[0], dict.fromkeys(axes, (_FAR, -_FAR, -1)))


def _cut(writer: GraphWriter, name: str, parts: dict[int, tuple[int, int, int]]) -> str:
    """Slices: from an axis to (start, end, step)."""
    if not parts:
        return name
    starts, ends, steps = zip(*parts.values(), strict=True)
    axes = writer.integers(*parts)
    return writer.node(
        "Slice", name, writer.integers(*starts), writer.integers(*ends), axes,
        writer.integers(*steps),
    )  # fmt: skip


def _getitem(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    pattern = list(x.attributes["pattern"])
    rank = _rank(x.inputs[0])
    taken = sum(kind != "key" or rest[0] not in (None, Ellipsis) for kind, *rest in pattern)
    whole = ("slice", None, None, None)
    if ("key", Ellipsis) in pattern:
        i = pattern.index(("key", Ellipsis))
        pattern[i : i + 1] = [whole] * (rank - taken)
    cuts: dict[int, tuple[int, int, int]] = {}
    dropped, added, looked_up, axis, place = [], [], None, 0, 0
    for kind, *rest in pattern:
        if kind == "tensor":
            if looked_up is not None or np.dtype(x.inputs[1].dtype).kind == "b":
                raise ValueError(
                    "export: brackets with a mask, or with several tensors, have no counterpart in "
                    "ONNX here. Use `keras.ops.take` and `keras.ops.where`"
                )
            looked_up = axis
            place += _rank(x.inputs[1])
        elif kind == "key" and rest[0] is None:
            added.append(place)
            place += 1
            continue
        elif kind == "key":
            i = int(rest[0])
            cuts[axis] = (i, i + 1 if i != -1 else _FAR, 1)
            dropped.append(axis)
        else:
            start, stop, step = rest
            step = 1 if step is None else step
            first, last = (0, _FAR) if step > 0 else (_FAR, -_FAR)
            if rest != [None, None, None]:
                cuts[axis] = (
                    first if start is None else start, last if stop is None else stop, step,
                )  # fmt: skip
            place += 1
        axis += 1
    name = _cut(writer, inputs[0], cuts)
    if looked_up is not None:
        name = writer.node("Gather", name, writer.operand(x.inputs[1], "int64"), axis=looked_up)
        dropped = [a if a < looked_up else a + _rank(x.inputs[1]) - 1 for a in dropped]
    if dropped:
        name = writer.node("Squeeze", name, writer.integers(*dropped))
    return writer.node("Unsqueeze", name, writer.integers(*added)) if added else name


# Joining and looking up ----------------------------------------------------------------------


def _concatenate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("Concat", *inputs, axis=x.attributes["axis"])


def _stack(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis = x.attributes["axis"] % _rank(x)
    rows = [writer.node("Unsqueeze", a, writer.integers(axis)) for a in inputs]
    return writer.node("Concat", *rows, axis=axis)


def _section(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis, sections, i = (x.attributes[key] for key in ("axis", "sections", "index"))
    n = _length(x.inputs[0], axis)
    step = n // sections if isinstance(sections, int) else 0
    places = range(0, n + 1, step) if step else (0, *sections, n)
    return _cut(writer, inputs[0], {axis: (places[i], places[i + 1], 1)})


def _take(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis, name = x.attributes["axis"], inputs[0]
    if axis is None:
        name, axis = writer.node("Reshape", name, writer.integers(-1)), 0
    return writer.node("Gather", name, writer.operand(x.inputs[1], "int64"), axis=axis)


def _take_along_axis(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis, name = x.attributes["axis"], inputs[0]
    places = writer.operand(x.inputs[1], "int64")
    if axis is None:
        name = writer.node("Reshape", name, writer.integers(-1))
        return writer.node("Gather", name, places, axis=0)
    axis %= _rank(x)
    first, second = (list(a.shape or ()) for a in x.inputs)
    first[axis] = second[axis] = 0
    if first != second:  # an axis of size 1 is repeated: without ONNX's help
        sizes = [[_length(a, i) for i in range(_rank(a))] for a in x.inputs]
        whole = [max(n, m) for n, m in zip(*sizes, strict=True)]
        wide = ([*whole[:axis], n[axis], *whole[axis + 1 :]] for n in sizes)
        name, places = (
            writer.node("Expand", a, writer.integers(*n))
            for a, n in zip((name, places), wide, strict=True)
        )
    return writer.node("GatherElements", name, places, axis=axis)


def _repeat(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis = x.attributes["axis"]
    places = np.repeat(np.arange(_length(x.inputs[0], axis)), x.attributes["repeats"])
    return writer.node("Gather", inputs[0], writer.integers(*places), axis=axis)


def _tile(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    repeats, rank, name = x.attributes["repeats"], _rank(x.inputs[0]), inputs[0]
    if len(repeats) > rank:
        name = writer.node("Unsqueeze", name, writer.integers(*range(len(repeats) - rank)))
    repeats = (1,) * (rank - len(repeats)) + repeats
    return writer.node("Tile", name, writer.integers(*repeats))


def _pad(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    pairs = np.broadcast_to(x.attributes["width"], (_rank(x), 2))
    value = writer.constant(x.attributes["value"], x.dtype)
    return writer.node("Pad", inputs[0], writer.integers(*pairs.T.ravel()), value)


def _one_hot(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    classes = writer.integers(*range(x.attributes["num_classes"]))
    names = writer.node("Unsqueeze", writer.cast(inputs[0], "int64"), writer.integers(-1))
    hot = writer.cast(writer.node("Equal", names, classes), x.dtype)
    order = list(range(_rank(x) - 1))
    order.insert(x.attributes["axis"] % _rank(x), _rank(x) - 1)
    return writer.node("Transpose", hot, perm=order)


def _digitize(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    wide = "float64" if x.inputs[0].dtype in ("float64", "int64") else "float32"
    bins = writer.constant(np.asarray(x.attributes["bins"], "float32").astype(wide))
    rows = writer.node("Unsqueeze", writer.operand(x.inputs[0], wide), writer.integers(-1))
    below = writer.cast(writer.node("Not", writer.node("Less", rows, bins)), "int32")
    return writer.node("ReduceSum", below, writer.integers(-1), keepdims=0)


def _largest_of(
    writer: GraphWriter, name: str, k: int, axis: int, which: int, largest: int = 1
) -> str:
    """The numbers (`which` 0) or the places (1), in falling order, or rising for `largest` 0."""
    last = writer.node("TopK", name, writer.integers(k), outputs=2, axis=axis, largest=largest)
    return last if which else last[:-1] + "0"


def _largest(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.cast(_largest_of(writer, inputs[0], x.attributes["k"], -1, 1), x.dtype)


def _argsort(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    axis, name = x.attributes["axis"], inputs[0]
    n = _length(x, 0 if axis is None else axis)
    if axis is None:
        name, axis = writer.node("Reshape", name, writer.integers(-1)), 0
    return writer.cast(_largest_of(writer, name, n, axis, 1, largest=0), x.dtype)


# Products and the rest -----------------------------------------------------------------------


def _matmul(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("MatMul", *inputs)


def _tensordot(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    n, m = (_rank(a) for a in x.inputs)
    summed1, summed2 = pairs(n, m, x.attributes["axes"])
    first = list(string.ascii_lowercase[:n])
    second = list(string.ascii_lowercase[n : n + m])
    for i, j in zip(summed1, summed2, strict=True):
        second[j] = first[i]
    free = [a for i, a in enumerate(first) if i not in summed1]
    free += [b for j, b in enumerate(second) if j not in summed2]
    equation = f"{''.join(first)},{''.join(second)}->{''.join(free)}"
    dtype = writer.meeting_type(x, x.inputs)
    return writer.node("Einsum", *(writer.operand(a, dtype) for a in x.inputs), equation=equation)


def _product(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    """The axes that an ellipsis stands for get letters: ONNX knows none of different numbers."""
    *terms, result = x.attributes["terms"]
    ranks = [_rank(a) - len(t.replace("...", "")) for a, t in zip(x.inputs, terms, strict=True)]
    letters = [c for c in string.ascii_letters if c not in "".join(terms)][: max(0, *ranks)]
    carried = ["".join(letters[len(letters) - n :]) for n in ranks]
    one, two = (t.replace("...", free) for t, free in zip(terms, carried, strict=True))
    whole = result.replace("...", "".join(letters))
    return writer.node("Einsum", *inputs, equation=f"{one},{two}->{whole}")


def _reorder(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    before, after = x.attributes["terms"]
    return writer.node("Einsum", *inputs, equation=f"{before}->{after}")


def _cumsum(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
    return writer.node("CumSum", inputs[0], writer.constant(x.attributes["axis"], "int64"))


def _triangle(upper: int) -> Translation:
    def translate(writer: GraphWriter, x: Symbol, inputs: list[str]) -> str:
        k = writer.constant(x.attributes["k"], "int64")
        return writer.node("Trilu", inputs[0], k, upper=upper)

    return translate


ARRANGEMENT: dict[str, Translation] = {
    "sum": _reduced("ReduceSum"), "mean": _reduced("ReduceMean"), "max": _reduced("ReduceMax"),
    "min": _reduced("ReduceMin"), "prod": _reduced("ReduceProd"),
    "logsumexp": _reduced("ReduceLogSumExp"), "all": _quantified("ReduceMin"),
    "any": _quantified("ReduceMax"), "argmax": _place("ArgMax"), "argmin": _place("ArgMin"),
    "softmax": _softmax("Softmax"), "log_softmax": _softmax("LogSoftmax"),
    "simplex_threshold": _simplex_threshold, "reshape": _reshape, "broadcast_to": _broadcast_to,
    "reshape_like": _reshape_like, "broadcast_like": _broadcast_like, "zeros_like": _filled(0),
    "ones_like": _filled(1), "shape": _shape, "size": _size, "expand_dims": _expand_dims,
    "squeeze": _squeeze, "ravel": _ravel, "transpose": _turned(_transposed),
    "moveaxis": _turned(_moved), "swapaxes": _turned(_swapped), "flip": _flip,
    "getitem": _getitem, "concatenate": _concatenate, "stack": _stack, "section": _section,
    "take": _take, "take_along_axis": _take_along_axis, "repeat": _repeat, "tile": _tile,
    "pad": _pad, "one_hot": _one_hot, "digitize": _digitize, "largest": _largest,
    "argsort": _argsort, "product": _product, "reorder": _reorder, "matmul": _matmul,
    "tensordot": _tensordot, "cumsum": _cumsum,
    "tril": _triangle(0), "triu": _triangle(1),
}  # fmt: skip
