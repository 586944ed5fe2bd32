"""The points of a state: drawn by a formula, or given by hand."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from .data import DATA, KINDS, REACH
from .fields import RefusedError, number, one_of, table, whole
from .protocol import CAPS

DEFAULT = {"name": "circle", "noise": 0.0, "samples": 250, "train_share": 0.5}


@dataclass(frozen=True)
class Samples:
    """Points, shuffled; the first so many are trained on.

    Args:
        kind: of the problem.
        inputs: (n, k), (n, length, channels) or (n, height, width, channels).
        labels: (n,), or None of an autoencoder.
        train: how many are trained on.
        classes: how many there are.
        names: of the inputs.
    """

    kind: str
    inputs: np.ndarray
    labels: np.ndarray | None
    train: int
    classes: int
    names: tuple[str, ...]

    @property
    def is_flat(self) -> bool:
        """Whether an input is a list of numbers: no image, and no sequence."""
        return self.inputs.ndim == 2

    @property
    def pictures(self) -> np.ndarray:
        """What a point shows: its inputs, (n, k); or a picture, (n, rows, columns)."""
        if self.inputs.ndim == 4:
            return self.inputs[..., 0]
        return self.inputs.transpose(0, 2, 1) if self.inputs.ndim == 3 else self.inputs

    @property
    def drawable(self) -> int:
        """How many of the inputs span the picture: 2, 1, or 0 of images and sequences."""
        return min(2, self.inputs.shape[1]) if self.is_flat else 0

    @property
    def domain(self) -> list[float]:
        """x0, x1, y0, y1 of the picture."""
        if not self.drawable:
            return [-REACH, REACH, -REACH, REACH]
        reach = np.abs(self.inputs[:, : self.drawable]).max(axis=0, initial=0)
        # A plane that shrinks around the first points would move under the hand that draws them.
        few = len(self.inputs) < 4
        reach = [REACH if r <= REACH and (r > 1.5 or few) else max(1.25 * r, 1e-3) for r in reach]
        x, y = reach[0], reach[-1]
        if self.drawable == 1:
            y = REACH / 4
            if self.labels is not None:
                y = max(y, 1.25 * float(np.abs(self.labels).max(initial=0)))
        return [-x, x, -y, y]


def checked_data(given: Any) -> dict[str, Any]:
    """The part `data` of a state, whole.

    Raises:
        RefusedError: for what no data can be drawn from.
    """
    known = (*DEFAULT, "points", "kind", "names")
    data = {**DEFAULT, **table("data", given, known)}
    one_of("data.name", data["name"], (*DATA, "points"))
    number("data.noise", data["noise"], 0, 0.5)
    number("data.train_share", data["train_share"], 0.1, 1)
    data["samples"] = whole("data.samples", data["samples"], 2, CAPS["samples"])
    if data["name"] != "points":
        return {name: data[name] for name in DEFAULT}
    data["kind"] = one_of("data.kind", data.get("kind", "classification"), KINDS)
    data["points"] = _checked_points(data.get("points", []), data["kind"])
    width = len(data["points"][0]) - (data["kind"] != "autoencoder") if data["points"] else 2
    names = data.get("names") or (["x", "y"] if width == 2 else [f"x{i}" for i in range(width)])
    if not isinstance(names, list) or [type(n) for n in names] != [str] * width:
        raise RefusedError(f"`data.names` must be {width} names of inputs. Received: {names!r}")
    data["names"] = [name[:40] for name in names]
    return data


def _checked_points(points: Any, kind: str) -> list[list[float]]:
    if not isinstance(points, list) or not all(isinstance(row, list) for row in points):
        raise RefusedError("`data.points` must be a list of [input, ..., label]")
    if len(points) > CAPS["points"]:
        raise RefusedError(f"At most {CAPS['points']} points, please. Received: {len(points)}")
    least = 1 if kind == "autoencoder" else 2
    for row in points:
        if not least <= len(row) <= CAPS["columns"] or len(row) != len(points[0]):
            raise RefusedError(
                f"Every point needs the same number of columns, {least} to {CAPS['columns']}. "
                f"Received: {str(row)[:200]}"
            )
        for value in row:
            number("a number of `data.points`", value)
        if kind == "classification":
            whole("a label of `data.points`", row[-1], 0, CAPS["classes"] - 1)
    return [[float(value) for value in row] for row in points]


def samples_of(data: dict[str, Any], seed: int) -> Samples:
    """The points of a checked `data`, shuffled by the seed."""
    draw = np.random.default_rng([seed, 1])
    if data["name"] == "points":
        kind, names = data["kind"], tuple(data["names"])
        width = len(names) + (kind != "autoencoder")
        rows = np.array(data["points"], "float64").reshape(-1, width)
        inputs, labels = (rows, None) if kind == "autoencoder" else (rows[:, :-1], rows[:, -1])
        classes = 0
        if kind == "classification":
            assert labels is not None
            labels = labels.astype(int)
            classes = max(2, int(labels.max(initial=1)) + 1)
    else:
        made = DATA[data["name"]]
        kind, names, classes = made.kind, made.inputs, made.classes
        inputs, labels = made.draw(draw, data["samples"], data["noise"])
    n = len(inputs)
    order = draw.permutation(n)
    train = n if data["train_share"] == 1 else min(n, max(1, round(n * data["train_share"])))
    labels = None if labels is None else np.asarray(labels)[order]
    return Samples(kind, inputs[order], labels, train, classes, names)
