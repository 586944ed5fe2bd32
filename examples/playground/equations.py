"""The equation behind a number of a step, with its numbers put in.

z       z_j = sum_i x_i W_ij + b_j
a       a_j = f(z_j)
dL_da   dL/da_j = sum_k dL/dz_k W_jk         k: units of the next layer
dL_dz   dL/dz_j = dL/da_j f'(z_j)
dL_dw   dL/dW_ij = sum over the batch of x_i dL/dz_j, and what the penalty adds
dL_db   dL/db_j = sum over the batch of dL/dz_j
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import ops

from .fields import RefusedError, one_of, whole
from .finite import quiet
from .microscope import Look, Seen, chosen, look
from .run import Run

KINDS = ("z", "a", "dL_da", "dL_dz", "dL_dw", "dL_db")
_F = {
    "linear": "z",
    "relu": "max(0, z)",
    "sigmoid": "1 / (1 + e^-z)",
    "tanh": "(e^z - e^-z) / (e^z + e^-z)",
    "leaky_relu": "z, or 0.2 z below 0",
    "elu": "z, or e^z - 1 below 0",
    "softplus": "log(1 + e^z)",
    "softsign": "z / (1 + |z|)",
    "silu": "z / (1 + e^-z)",
    "exponential": "e^z",
    "softmax": "e^z_j / sum_k e^z_k",
}


def as_text(value: float) -> str:
    """A number in an equation."""
    text = f"{value:.5g}"
    return f"({text})" if text.startswith("-") else text


def equation(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `equation` answers.

    Raises:
        RefusedError: for a number that no step has.
    """
    kind = one_of("of", request.get("of"), KINDS)
    found = look(run, chosen(run, request.get("rows")))
    names = [one.layer.name for one in found.layers]
    number = names.index(one_of("layer", request.get("layer"), names))
    one = found.layers[number]
    if one.x.ndim != 2 or one.z is None:
        raise RefusedError(f"{one.layer.name} is no Dense layer: only these have such equations")
    j = whole("unit", request.get("unit"), 0, one.a.shape[1] - 1)
    row = whole("row", request.get("row", 0), 0, len(found.rows) - 1)
    i = whole("input", request.get("input", 0), 0, one.x.shape[1] - 1)
    answer = _ANSWERS[kind](run, found, number, one, i, j, row)
    return {"of": kind, "layer": one.layer.name, "unit": j, "row": row, **answer}


def _sum(
    left: str,
    symbols: str,
    factors: Sequence[tuple[str, Any, Any]],
    rest: Sequence[Any],
    value: Any,
) -> dict[str, Any]:
    """A sum of products, and of further terms `(name, number)`."""
    terms: list[dict[str, Any]] = [
        {"name": name, "left": float(a), "right": float(b), "product": float(a) * float(b)}
        for name, a, b in factors
    ]
    parts = [f"{as_text(t['left'])} {as_text(t['right'])}" for t in terms]
    parts += [as_text(v) for _, v in rest]
    return {
        "symbols": f"{left} = {symbols}",
        "numbers": f"{left} = {' + '.join(parts) or '0'} = {float(value):.5g}",
        "terms": [*terms, *({"name": name, "product": float(v)} for name, v in rest)],
        "value": float(value),
    }


def _z(run: Run, found: Look, number: int, one: Seen, i: int, j: int, row: int) -> dict[str, Any]:
    W = one.before[f"{one.layer.name}/kernel"]
    factors = [(f"x_{n} W_{n},{j}", one.x[row, n], W[n, j]) for n in range(len(W))]
    bias = one.before.get(f"{one.layer.name}/bias")
    rest = [] if bias is None else [(f"b_{j}", bias[j])]
    symbols = f"sum_i x_i W_i,{j}" + ("" if bias is None else f" + b_{j}")
    assert one.z is not None
    return _sum(f"z_{j}", symbols, factors, rest, one.z[row, j])


def _a(run: Run, found: Look, number: int, one: Seen, i: int, j: int, row: int) -> dict[str, Any]:
    assert one.z is not None
    name = one.layer.activation.__name__
    f = f" = {_F[name]}" if name in _F else ""
    z, a = float(one.z[row, j]), float(one.a[row, j])
    given = ", ".join(as_text(float(v)) for v in one.z[row]) if name == "softmax" else as_text(z)
    return {
        "symbols": f"a_{j} = {name}(z_{j}){f}",
        "numbers": f"a_{j} = {name}({given}) = {a:.5g}",
        "terms": [{"name": f"z_{j}", "product": z}],
        "value": a,
    }


def _da(run: Run, found: Look, number: int, one: Seen, i: int, j: int, row: int) -> dict[str, Any]:
    assert one.da is not None
    left, value = f"dL/da_{j}", one.da[row, j]
    after = found.layers[number + 1] if number + 1 < len(found.layers) else None
    if after is None:
        y = ", ".join(as_text(float(v)) for v in np.ravel(run.targets[found.rows[row]]))
        a = ", ".join(as_text(float(v)) for v in one.a[row])
        return {
            "symbols": f"{left} of L = {run.state['loss']}(y, a) / batch of {len(found.rows)}",
            "numbers": f"{left} at y = {y}, a = {a} = {float(value):.5g}",
            "terms": [],
            "value": float(value),
        }
    if after.dz is None or after.x.ndim != 2:
        return {
            "symbols": f"{left} is what {after.layer.name} sends back",
            "numbers": f"{left} = {float(value):.5g}",
            "terms": [],
            "value": float(value),
        }
    W = after.before[f"{after.layer.name}/kernel"]
    factors = [(f"dL/dz_{k} W_{j},{k}", after.dz[row, k], W[j, k]) for k in range(W.shape[1])]
    return _sum(left, f"sum_k dL/dz_k W_{j},k of {after.layer.name}", factors, [], value)


def slope(run: Run, f: Any, z: np.ndarray) -> np.ndarray:
    """f'(z) of an activation that treats every number alike, by its graph."""
    with quiet(), run.precision():
        symbol = ops.Symbol.leaf("z", shape=z.shape, dtype=z.dtype.name)
        (derivative,) = ops.gradient(ops.sum(f(symbol)), [symbol])
        if derivative is None:  # a step is flat everywhere
            return np.zeros_like(z)
        return np.broadcast_to(np.asarray(ops.evaluate(derivative, {symbol: z})), z.shape)


def _dz(run: Run, found: Look, number: int, one: Seen, i: int, j: int, row: int) -> dict[str, Any]:
    assert one.dz is not None
    assert one.da is not None
    assert one.z is not None
    left, value = f"dL/dz_{j}", one.dz[row, j]
    name = one.layer.activation.__name__
    if name in ("softmax", "log_softmax", "sparsemax"):
        y = np.ravel(run.targets[found.rows[row]])
        n = len(found.rows)
        if run.state["loss"] == "categorical_crossentropy":
            weight = run.state["loss_weight"]
            scale = "" if weight == 1 else f"{weight:g} "
            return {
                "symbols": f"{left} = {scale}(a_{j} - y_{j}) / n, softmax and its loss as one",
                "numbers": f"{left} = {scale}({float(one.a[row, j]):.5g} - {y[j]:g}) / {n} "
                f"= {float(value):.5g}",
                "terms": [],
                "value": float(value),
            }
        return {
            "symbols": f"{left} = sum_k dL/da_k da_k/dz_{j}: of {name} every output hangs on z_{j}",
            "numbers": f"{left} = {float(value):.5g}",
            "terms": [],
            "value": float(value),
        }
    bend = slope(run, one.layer.activation, one.z)[row, j]
    factors = [(f"dL/da_{j} f'(z_{j})", one.da[row, j], bend)]
    return _sum(left, f"dL/da_{j} {name}'(z_{j})", factors, [], value)


def _dw(run: Run, found: Look, number: int, one: Seen, i: int, j: int, row: int) -> dict[str, Any]:
    assert one.dz is not None
    value = one.gradients[f"{one.layer.name}/kernel"][i, j]
    factors = [
        (f"x_{i} dL/dz_{j} of point {n}", one.x[s, i], one.dz[s, j])
        for s, n in enumerate(found.rows)
    ]
    total = sum(float(a) * float(b) for _, a, b in factors)
    penalised = one.layer.kernel.regularizer is not None
    rest = [("the penalty's", float(value) - total)] if penalised else []
    symbols = f"sum over the batch of x_{i} dL/dz_{j}" + (" + the penalty's" if rest else "")
    return _sum(f"dL/dW_{i},{j}", symbols, factors, rest, value)


def _db(run: Run, found: Look, number: int, one: Seen, i: int, j: int, row: int) -> dict[str, Any]:
    name = f"{one.layer.name}/bias"
    if name not in one.gradients:
        raise RefusedError(f"{one.layer.name} has no bias")
    assert one.dz is not None
    factors = [(f"dL/dz_{j} of point {n}", 1, one.dz[s, j]) for s, n in enumerate(found.rows)]
    symbols = f"sum over the batch of dL/dz_{j}"
    return _sum(f"dL/db_{j}", symbols, factors, [], one.gradients[name][j])


_ANSWERS = {"z": _z, "a": _a, "dL_da": _da, "dL_dz": _dz, "dL_dw": _dw, "dL_db": _db}
