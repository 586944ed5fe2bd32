"""Points by hand, and as CSV: a line a point, its inputs, then its label."""

import csv
import io
from typing import Any

import numpy as np

from .data import KINDS
from .fields import RefusedError, flag, one_of, table, whole
from .protocol import CAPS
from .run import Run
from .samples import Samples


def rows_of(given: Any, shape: tuple[int, ...]) -> np.ndarray:
    """Inputs of a command, (n, *shape).

    Raises:
        RefusedError: for what is no such list of numbers.
    """
    try:
        found = np.asarray(given, "float64")
    except (TypeError, ValueError):
        found = np.empty(0)
    if found.shape[1:] != shape or not 0 < len(found) <= CAPS["points"]:
        raise RefusedError(f"`inputs` must be a list of points of {shape} numbers each")
    if not np.isfinite(found).all():
        raise RefusedError("`inputs` must be finite numbers")
    return found


def _as_rows(samples: Samples) -> list[list[float]]:
    if not samples.is_flat:
        raise RefusedError("Images and sequences are no points: choose data of the plane first")
    if samples.labels is None:
        return samples.inputs.tolist()
    return np.column_stack([samples.inputs, samples.labels]).tolist()


def changed(data: dict[str, Any], samples: Samples, request: dict[str, Any]) -> dict[str, Any]:
    """The part `data` of a state after points were added or removed."""
    rows = _as_rows(samples)  # in the order in which the page knows them
    if flag("clear", request.get("clear", False)):
        rows = []
    names = request.get("names") or list(samples.names)
    gone = request.get("remove", [])
    added = request.get("add", [])
    if not isinstance(gone, list) or not isinstance(added, list):
        raise RefusedError("`add` and `remove` must be lists")
    numbers = {whole("remove", i, 0, len(rows) - 1) for i in gone}
    rows = [row for i, row in enumerate(rows) if i not in numbers] + added
    return {
        "name": "points",
        "kind": samples.kind,
        "points": rows,
        "names": names,
        "train_share": data["train_share"],
    }


def written(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `csv_out` answers: the points, with what the network answers behind them."""
    table("csv_out", request, ("command", "id"))
    rows = _as_rows(run.samples)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    head = [*run.samples.names, *([] if run.labels is None else ["label"])]
    outputs = run.outputs(run.x) if rows else np.empty((0, 0))
    writer.writerow([*head, *(f"output {i}" for i in range(outputs.shape[1]))])
    for row, output in zip(rows, outputs.tolist(), strict=True):
        if run.samples.kind == "classification":
            row[-1] = int(row[-1])
        writer.writerow([*row, *output])
    return {"text": text.getvalue()}


def read(text: Any, kind: Any = None) -> dict[str, Any]:
    """The part `data` of a state, from CSV. Columns `output ...` are left out.

    Args:
        text: with or without a line of names; commas, semicolons or tabs.
        kind: of the problem; None to tell from the labels.

    Raises:
        RefusedError: for what is no such table.
    """
    if not isinstance(text, str) or not text.strip():
        raise RefusedError("The CSV is empty")
    if len(text) > CAPS["csv_bytes"]:
        raise RefusedError(
            f"A CSV may have {CAPS['csv_bytes']:,} characters. This has {len(text):,}"
        )
    first = text.lstrip().splitlines()[0]
    mark = max(",;\t", key=first.count)
    try:
        lines = list(csv.reader(io.StringIO(text.strip()), delimiter=mark))
    except csv.Error as error:
        raise RefusedError(f"This is no CSV: {error}") from error
    lines = [[cell.strip() for cell in line] for line in lines if any(map(str.strip, line))]
    head = None if all(_is_number(cell) for cell in lines[0]) else lines.pop(0)
    if not lines:
        raise RefusedError("The CSV has a line of names, and no points")
    if len(lines) > CAPS["points"]:
        raise RefusedError(f"At most {CAPS['points']} points, please. The CSV has {len(lines)}")
    width = len(head or lines[0])
    columns = [i for i in range(width) if not head or not head[i].startswith("output ")]
    if len(columns) > CAPS["columns"]:
        raise RefusedError(f"At most {CAPS['columns']} columns, please. The CSV has {len(columns)}")
    rows = []
    for at, line in enumerate(lines, 2 if head else 1):
        if len(line) != width or not all(_is_number(line[i]) for i in columns):
            raise RefusedError(
                f"Line {at} of the CSV must be {width} numbers. It is: {line!r:.200}"
            )
        rows.append([float(line[i]) for i in columns])
    labels = [row[-1] for row in rows]
    if kind is None:
        few = all(label == int(label) and 0 <= label < CAPS["classes"] for label in labels)
        kind = "classification" if few else "regression"
    one_of("kind", kind, KINDS)
    inputs = len(columns) - (kind != "autoencoder")
    names = [head[i] for i in columns][:inputs] if head else None
    return {"name": "points", "kind": kind, "points": rows, "names": names}


def _is_number(cell: str) -> bool:
    try:
        return bool(np.isfinite(float(cell)))
    except ValueError:
        return False
