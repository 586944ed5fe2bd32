"""Somebody's whole network as two functions of a dictionary of parameters.

    forward(X, parameters) -> A, cache        backward(parameters, cache, X, Y) -> grads

Its cost and its first parameters are looked for among the functions beside it.
"""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scratch.testing.student.names import NothingFitsError, call, plain

SIZES = (3, 4, 1)  # inputs, hidden units, outputs: all differ
PARAMETERS = ("parameters", "params", "weights", "theta")
CACHES = ("cache", "caches", "memory", "activations")
OUTPUTS = ("a2", "al", "a", "yhat", "ypred", "output", "p", "probs", "predictions")
LABELS = ("y", "ytrue", "t", "labels", "target", "targets")


def is_network(forward: Any) -> bool:
    """Whether a function is a whole network's forward pass: of a batch and its parameters."""
    if not inspect.isfunction(forward):
        return False
    asked = [plain(n) for n in _needed(forward)]
    return len(asked) == 2 and len(set(asked) & {"parameters", "params"}) == 1


class Network:
    """Somebody's network, with samples in columns or rows.

    Args:
        forward, backward: somebody's functions.
        draw: for the parameters.
        columns: whether a sample is a column.
    """

    def __init__(
        self, forward: Callable, backward: Callable, draw: np.random.Generator, columns: bool
    ) -> None:
        self.forward_, self.backward_, self.columns = forward, backward, columns
        beside = getattr(forward, "__globals__", {}).items()
        own = [(plain(n), f) for n, f in beside if inspect.isfunction(f)]
        costs = [f for n, f in own if ("cost" in n or "loss" in n) and len(_needed(f)) == 2]
        self.cost_: Callable = costs[0] if costs else self._crossentropy
        made = (m for n, f in own if n.startswith("init") and (m := _first_parameters(f)))
        shapes = next(made, None) or self._usual_shapes()
        self.parameters = {key: draw.normal(size=shape) for key, shape in shapes.items()}

    def _usual_shapes(self) -> dict[str, tuple[int, ...]]:
        a, b, c = SIZES
        shapes: dict[str, tuple[int, ...]] = {
            "W1": (b, a),
            "b1": (b, 1),
            "W2": (c, b),
            "b2": (c, 1),
        }
        return shapes if self.columns else {key: shape[::-1] for key, shape in shapes.items()}

    def _crossentropy(self, p: np.ndarray, y: np.ndarray) -> float:
        samples = p.shape[1 if self.columns else 0]
        return float(-np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / samples)

    def batch(self, draw: np.random.Generator, samples: int) -> tuple[np.ndarray, np.ndarray]:
        """Inputs, and labels of 0 and 1."""
        x = draw.normal(size=(samples, SIZES[0]))
        y = (np.arange(samples * SIZES[-1]) % 2.0).reshape(samples, SIZES[-1])
        return (x.T, y.T) if self.columns else (x, y)

    def cost(self, parameters: Mapping[str, np.ndarray], x: np.ndarray, y: np.ndarray) -> float:
        """The cost of a batch."""
        output = self._forward(parameters, x)
        output = output[0] if isinstance(output, tuple) else output
        given = {**dict.fromkeys(OUTPUTS, output), **dict.fromkeys(LABELS, y)}
        names = {plain(n): n for n in _needed(self.cost_)}
        if set(names) <= set(given):
            return float(np.squeeze(self.cost_(**{n: given[p] for p, n in names.items()})))
        return float(np.squeeze(self.cost_(output, y)))

    def _forward(self, parameters: Mapping[str, np.ndarray], x: np.ndarray) -> Any:
        copies = {key: value.copy() for key, value in parameters.items()}
        names = _needed(self.forward_)
        given = [copies if plain(n) in PARAMETERS else x.copy() for n in names]
        return self.forward_(*given)

    def gradients(self, x: np.ndarray, y: np.ndarray) -> dict[str, np.ndarray]:
        """By the names of the parameters.

        Raises:
            NothingFitsError: when one of them is missing.
        """
        returned = self._forward(self.parameters, x)
        output, *rest = returned if isinstance(returned, tuple) else (None, returned)
        cache = rest[0] if len(rest) == 1 else tuple(rest)
        copies = {key: value.copy() for key, value in self.parameters.items()}
        given: dict[str, Any] = {
            **dict.fromkeys(PARAMETERS, copies),
            **dict.fromkeys(CACHES, cache),
            "x": x.copy(),
            **dict.fromkeys(LABELS, y.copy()),
            **dict.fromkeys(OUTPUTS, output),
        }
        grads = call(self.backward_, given)
        grads = grads[0] if isinstance(grads, tuple) and isinstance(grads[0], Mapping) else grads
        if not isinstance(grads, Mapping):
            raise NothingFitsError(
                f"{self.backward_.__name__} should return a dictionary of gradients: dW1, db1, ..."
            )
        found = {}
        for key in self.parameters:
            name = next((n for n in (f"d{key}", key, f"grad_{key}") if n in grads), None)
            if name is None:
                raise NothingFitsError(f"{self.backward_.__name__} returned no d{key}")
            found[key] = np.array(grads[name])
        return found


def _needed(function: Callable) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    return [p.name for p in parameters if p.default is p.empty and p.kind not in (2, 4)]


def _first_parameters(function: Callable) -> dict[str, tuple[int, ...]] | None:
    """The shapes of what an initializer makes, where it takes sizes: one by one, or as a list."""
    count = len(_needed(function))
    for arguments in ([list(SIZES)], list(SIZES), [SIZES[0], SIZES[-1]], []):
        if len(arguments) != count:
            continue
        try:
            made = function(*arguments)
        except Exception:  # it asks for something else
            continue
        if isinstance(made, Mapping) and made and all(np.ndim(v) for v in made.values()):
            return {str(key): np.shape(value) for key, value in made.items()}
    return None
