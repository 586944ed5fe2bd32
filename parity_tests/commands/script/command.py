"""`parity script train.py`: a training script or notebook, run in both libraries, logs compared."""

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

Limits = tuple[int | None, int | None, Path | None, bool]

SMALLEST = 1e-2  # below it, differences count as they are: a loss near 0 is rounding alone
RUNNER = "parity_tests.commands.script.runner"


def script(
    files: Annotated[list[Path], typer.Argument(exists=True, help="Scripts, or notebooks.")],
    epochs: Annotated[int | None, typer.Option(min=1, help="At most so many a fit.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="At most so many an epoch.")] = None,
    stand_ins: Annotated[
        Path | None,
        typer.Option(help="A folder for drawn data in the place of Keras's data sets."),
    ] = None,
    within: Annotated[float, typer.Option(help="How far logged numbers may part.")] = 1e-4,
    float64: Annotated[
        bool, typer.Option("--float64", help="In float64, where rounding is 5e8 times smaller.")
    ] = False,
    itself: Annotated[
        bool, typer.Option("--itself", help="How far Keras parts from itself without oneDNN.")
    ] = False,
) -> None:
    """Run a training script in both libraries, the import alone changed; are its logs the same?"""
    limits = epochs, steps, stand_ins, float64
    same = [_judged(file, limits, within, itself) for file in files]
    raise typer.Exit(0 if all(same) else 1)


def _judged(file: Path, limits: Limits, within: float, itself: bool) -> bool:
    print(f"== {file}")
    found = {library: run(library, file, limits) for library in ("keras", "scratch")}
    again = run("keras", file, limits, {"TF_ENABLE_ONEDNN_OPTS": "0"})["logs"] if itself else []
    for library, result in found.items():
        if result["error"]:
            print(f"   {library} ended: {result['error'].splitlines()[0][:300]}")
    theirs, ours = (found[library]["logs"] for library in ("keras", "scratch"))
    parted = 0.0
    for number, (a, b) in enumerate(zip(theirs, ours, strict=False), 1):
        distance = largest_difference(a, b)
        parted = max(parted, distance)
        told = f"   {number}. {a[0]:9} {_size(a):4} numbers, largest difference {distance:.1e}"
        if number <= len(again):
            told += f"; Keras from itself {largest_difference(a, again[number - 1]):.1e}"
        print(told)
    ends = [_kind(found[library]["error"]) for library in found]
    whole = len(theirs) == len(ours) and ends[0] == ends[1]
    if len(theirs) != len(ours):
        print(f"   {len(theirs)} trainings and evaluations in Keras, {len(ours)} here")
    same = bool(theirs) and whole and parted <= within
    print(f"   {'THE SAME' if same else 'NOT THE SAME'}")
    return same


def run(
    library: str, file: Path, limits: Limits, setting: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """What a script logs in a library, in a process of its own and an empty folder.

    Args:
        library: `"keras"` or `"scratch"`.
        file: the script.
        limits: epochs a fit, steps an epoch, a folder of stand-ins, whether in float64.
        setting: of the environment.
    """
    epochs, steps, stand_ins, float64 = limits
    most = {"KERAS_MAX_EPOCHS": epochs, "KERAS_MAX_STEPS_PER_EPOCH": steps}
    chosen = {name: str(limit) for name, limit in most.items() if limit}
    home = Path(__file__).resolve().parents[3]
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, "log.json")
        given = [f"--stand-ins={stand_ins.resolve()}"] if stand_ins else []
        given += ["--float64"] if float64 else []
        ran = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", RUNNER, library, str(file.resolve()),
             str(target), *given],
            env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "tensorflow",
                 "PYTHONPATH": os.pathsep.join([str(home), os.environ.get("PYTHONPATH", "")]),
                 **chosen, **(setting or {})},
            cwd=folder, capture_output=True, text=True,
        )  # fmt: skip
        if not target.exists():
            return {
                "logs": [],
                "error": (ran.stderr.strip() or "it wrote nothing").splitlines()[-1],
            }
        return json.loads(target.read_text(encoding="utf-8"))


def _kind(error: str | None) -> str | None:
    """The line and the class of the error that ended a script."""
    return error and ": ".join(error.split(": ")[:2])


def largest_difference(a: Any, b: Any) -> float:
    """Between two logs: relative but for small numbers; infinite where they are no like things."""
    pairs = list(_pairs(a, b))
    if None in pairs:
        return math.inf
    return max((_distance(x, y) for x, y in pairs), default=0.0)  # type: ignore[misc]


def _distance(x: float, y: float) -> float:
    if x == y or (math.isnan(x) and math.isnan(y)):
        return 0.0
    parted = abs(x - y) / max(abs(x), abs(y), SMALLEST)
    return math.inf if math.isnan(parted) else parted


def _pairs(a: Any, b: Any) -> Iterator[tuple[float, float] | None]:
    if type(a) is not type(b) or (isinstance(a, dict) and a.keys() != b.keys()):
        yield None
    elif isinstance(a, dict):
        for key in a:
            yield from _pairs(a[key], b[key])
    elif isinstance(a, list):
        if len(a) != len(b):
            yield None
        for x, y in zip(a, b, strict=False):
            yield from _pairs(x, y)
    elif isinstance(a, float):
        yield a, b
    elif a != b:
        yield None


def _size(a: Any) -> int:
    if isinstance(a, dict):
        return sum(map(_size, a.values()))
    return sum(map(_size, a)) if isinstance(a, list) else isinstance(a, float)
