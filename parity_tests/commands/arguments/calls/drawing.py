"""Drawings of models.

Keras draws with the package pydot, this library with graphviz; both run a program called `dot`.
A stand-in for pydot, and one for the program, keep what they are told: that is what is seen.
"""

import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.things import nested, network


class _Told:
    """A node, an edge or a graph of the stand-in: all that was said of it, in order."""

    def __init__(self, *given: Any, **attributes: Any) -> None:
        self.kind = type(self).__name__
        self.lines = [f"{self.kind} {given} {sorted(attributes.items())}"]

    def set(self, name: str, value: Any) -> None:
        self.lines.append(f"{name}={value}")

    def set_node_defaults(self, **attributes: Any) -> None:
        self.lines.append(f"nodes {attributes}")

    def add(self, part: Any) -> None:
        self.lines.append(part.to_string())

    add_node = add_edge = add_subgraph = add

    def get_edge(self, *ends: str) -> bool:
        return any(str(ends) in line for line in self.lines if line.startswith("Edge"))

    def to_string(self) -> str:
        return "\n".join(self.lines)

    @staticmethod
    def create(graph: Any) -> bytes:
        return b""

    def write(self, path: str, format: str) -> None:
        Path(path).write_text(f"{format}\n{self.to_string()}")


def _kind(name: str) -> type:
    return type(name, (_Told,), {})


_PYDOT = SimpleNamespace(
    **{name: _kind(name) for name in ("Dot", "Cluster", "Node", "Edge")}, PydotException=OSError
)


def _pipe(self: Any, format: str) -> bytes:
    return f"{format}\n{self.source}".encode()


def _numbered(text: str) -> str:
    """A drawing in which layers have numbers by order, not by their place in memory."""
    places = list(dict.fromkeys(re.findall(r"\d{9,}", text)))
    return re.sub(r"\d{9,}", lambda found: f"layer {places.index(found[0])}", text)


def _drawn(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    with (
        mock.patch("keras.src.utils.model_visualization.pydot", _PYDOT),
        mock.patch("graphviz.Digraph.pipe", _pipe),
    ):
        dot = thing(**given)
    files = {path.name: _numbered(path.read_text()) for path in sorted(Path().iterdir())}
    if files:
        return files
    return _numbered(dot.to_string() if hasattr(dot, "to_string") else dot.source)


_OTHERS = {
    "model": lambda k: network(k),
    "show_shapes": True,
    "show_dtype": True,
    "rankdir": "LR",
    "expand_nested": True,
    "dpi": 100,
    "show_layer_activations": True,
    "show_trainable": True,
    "splines": "curved",
}

DRAWING = {
    "utils.model_to_dot": Call(
        {"model": lambda k: nested(k)},
        {**_OTHERS, "show_layer_names": False, "subgraph": True},
        look=_drawn,
    ),
    "utils.plot_model": Call(
        {"model": lambda k: nested(k)},
        {**_OTHERS, "show_layer_names": True, "to_file": "other.svg"},
        look=_drawn,
    ),
}
