"""Every kind of drawing, as it was when somebody last looked at it: a file for each.

Where a box lies and how wide a line is, no equation says: these pictures were looked at, and what
draws them otherwise is seen here. The numbers in them are chosen so that all machines agree.
"""

import re
import sys
from pathlib import Path
from unittest import mock

import numpy as np

import scratch as keras
from scratch import layers, ops
from scratch.callbacks.history_html import page

FOLDER = Path(__file__).with_name("pictures")


def found() -> dict[str, str]:
    """The pictures as they are drawn now, by the names of their files."""
    return {**_graphs(), **_models(), **_histories()}


def recorded() -> dict[str, str]:
    """The pictures in the folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(FOLDER.iterdir())}


def write() -> None:
    """Records the pictures; look at them."""
    FOLDER.mkdir(exist_ok=True)
    for name, picture in found().items():
        (FOLDER / name).write_text(picture, encoding="utf-8")


def _leaf(name: str, *shape: int) -> ops.Symbol:
    return ops.Symbol.leaf(name, shape=shape, dtype="float64")


def _graphs() -> dict[str, str]:
    x, w, b = _leaf("x", 3), _leaf("w", 3), _leaf("b", 3)
    z = (ops.tanh(w * x - b) / (x + 2)).named("z")
    loss = ops.sum(ops.square(z)).named("loss")
    first, second, third = _leaf("first"), _leaf("second"), _leaf("third")
    twice = ((first * second).named("z1") * (first - third).named("z2")).named("F")
    feeds = {first: 3.0, second: 2.0, third: -1.0}
    matrix, row = _leaf("matrix", 2, 2), _leaf("row", 1, 2)
    product = ops.sum(row @ matrix).named("y")
    arrays = {matrix: np.array([[1.0, 2.0], [3.0, 4.0]]), row: np.array([[1.0, -1.0]])}
    frames = ops.draw_frames(twice, feeds, title="Forwards and backwards")
    return {
        "graph.svg": ops.draw_svg(loss),
        "graph_with_gradients.svg": ops.draw_svg(
            [loss, *ops.gradient(loss, [w, b])],
            title="A title that is longer than all that is drawn below it, by quite a bit indeed",
        ),
        "values.svg": ops.draw_values(twice, feeds, title="Values and gradients"),
        "values_of_arrays.svg": ops.draw_values(product, arrays),
        "frame_first.svg": frames[0],
        "frame_forward.svg": frames[2],
        "frame_backward.svg": frames[-2],
    }


def _stack() -> keras.Model:
    names = ("flat", "\u5e83\u3044", "narrow")  # one in letters that are twice as wide
    return keras.Sequential(
        [
            keras.Input((28, 28), name="pixels"),
            layers.Flatten(name=names[0]),
            layers.Dense(300, "relu", name=names[1]),
            layers.Dense(10, "softmax", name=names[2]),
        ],
        name="stack",
    )


def _branches() -> keras.Model:
    x, z = keras.Input((16,), name="x"), keras.Input((4,), name="an input with quite a long name")
    a = layers.Dense(32, "relu", name="a")(x)
    deep = a
    for number in range(3):
        deep = layers.Dense(4, name=f"deep{number}")(deep)
    inner = keras.Input((4,), name="inside")
    block = keras.Model(
        inner, layers.Add(name="sum")([layers.Dense(4, name="d")(inner), inner]), name="block"
    )
    both = layers.Concatenate(name="both")([block(deep), layers.Dense(8, name="c")(z), x, a])
    ends = [layers.Dense(10, name="classes")(both), layers.Dense(1, name="price")(both)]
    return keras.Model([x, z], ends, name="branches")


def _models() -> dict[str, str]:
    with mock.patch.dict(sys.modules, {"graphviz": None}):  # which draws by itself
        return {
            "stack.svg": str(keras.utils.model_to_dot(_stack())),
            "branches.svg": str(
                keras.utils.model_to_dot(
                    _branches(), show_shapes=True, show_dtype=True, show_layer_activations=True
                )
            ),
            "branches_across.svg": str(
                keras.utils.model_to_dot(_branches(), rankdir="LR", expand_nested=True)
            ),
        }


def _histories() -> dict[str, str]:
    epochs = list(range(41))
    losses = [8 / (epoch + 1) for epoch in epochs]
    gaps = [float("nan") if epoch % 5 == 3 else epoch / 4 for epoch in epochs]
    pages = {
        "history.html": page(
            {"loss": losses[:6], "val_loss": gaps[:3]}, {"loss": epochs[:6], "val_loss": [1, 3, 5]}
        ),
        "history_40.html": page({"loss": losses[:40]}, {"loss": epochs[:40]}),
        "history_41.html": page({"loss": losses, "gaps": gaps}, {"loss": epochs, "gaps": epochs}),
    }
    return {name: re.sub(r">\s*<", ">\n<", text) for name, text in pages.items()}
