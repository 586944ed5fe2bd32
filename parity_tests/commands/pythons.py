"""`parity pythons`: the first tier on the oldest and the newest Python and NumPy to be had here.

Each pair of them gets an environment of its own, which is thrown away afterwards: the package is
installed into it with what the first tier needs, no TensorFlow, and is tried in three steps. What
cannot be had (an interpreter, a wheel of NumPy for it, the network) is left out, with the reason.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

import typer

ROOT = Path(__file__).resolve().parents[2]
OLDEST_NUMPY, NEWEST = "2.0", "newest"

Version = tuple[int, int]

_EVERY_NAME = "import scratch; [getattr(scratch, name) for name in scratch.__all__]"
STEPS: Mapping[str, list[str]] = {
    "every name, warnings being errors": ["-W", "error", "-c", _EVERY_NAME],
    "a training": ["-W", "error", "-m", "scratch"],
    "the first tier": [
        "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-m", "first",
    ],
}  # fmt: skip


class Pair(NamedTuple):
    """A Python, by its program, and a NumPy: `"2.0"` for the last 2.0.x, or `"newest"`."""

    python: str
    numpy: str


class NotToBeHadError(Exception):
    """An environment cannot be made; says why."""


def oldest_python() -> Version:
    """The first Python that the package promises to run on."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    major, minor = re.fullmatch(r">=(\d+)\.(\d+)", project["requires-python"]).groups()  # type: ignore[union-attr]
    return int(major), int(minor)


def interpreters() -> dict[Version, str]:
    """The programs of every Python here that the package promises to run on, the oldest first."""
    found = {version: program for program in _programs() if (version := _version_of(program))}
    return {version: found[version] for version in sorted(found) if version >= oldest_python()}


def _programs() -> Iterator[str]:
    """Where Pythons may be: this one, pyenv's folder, and the path, which has the last word."""
    yield sys.executable
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    yield from map(str, sorted(root.glob("versions/*/bin/python")))
    for folder in reversed(os.get_exec_path()):
        yield from map(str, sorted(Path(folder).glob("python3.[0-9]*")))


def _version_of(program: str) -> Version | None:
    """The version of an interpreter; None for what is none, or none that works."""
    ask = "import sys, venv; print(*sys.version_info[:2], sys.version_info.releaselevel)"
    try:
        done = subprocess.run([program, "-c", ask], capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.fullmatch(r"(\d+) (\d+) final\n", done.stdout)
    return (int(found[1]), int(found[2])) if found else None


def corners(pythons: Mapping[Version, str]) -> list[Pair]:
    """The oldest Python with the oldest NumPy, the newest with the newest."""
    programs = list(pythons.values())
    return [Pair(programs[0], OLDEST_NUMPY), Pair(programs[-1], NEWEST)] if programs else []


def environment(pair: Pair, folder: Path) -> Path:
    """Makes an environment; returns its Python.

    Raises:
        NotToBeHadError: with the reason.
    """
    _must([pair.python, "-m", "venv", str(folder)])
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    numpy = "numpy" if pair.numpy == NEWEST else f"numpy=={pair.numpy}.*"
    pip = [str(python), "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    # NumPy's wheels or nothing: to build it takes an hour, and says nothing about this package.
    _must([*pip, "--only-binary", "numpy", numpy, f"{ROOT}[first]"])
    return python


def _must(command: list[str]) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=600, env=_clean())
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotToBeHadError(str(error)) from error
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotToBeHadError((said or done.stderr.splitlines() or ["for no given reason"])[-1])


def _clean() -> dict[str, str]:
    """What this process was started with, without the paths of its own packages."""
    mine = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}
    return {name: value for name, value in os.environ.items() if name not in mine}


def tried(pair: Pair) -> str:
    """What happens with a pair: `"passed"`, `"left out: ..."` or `"FAILED: ..."`."""
    folder = Path(tempfile.mkdtemp(prefix="parity-python-"))
    try:
        python = environment(pair, folder)
        for name, words in STEPS.items():
            print(f"-- {name}", flush=True)
            # In the clone, whose tests these are: so what is tried is the clone, not the copy.
            if subprocess.run([str(python), *words], cwd=ROOT, env=_clean()).returncode:
                return f"FAILED: {name}"
    except NotToBeHadError as reason:
        return f"left out: {reason}"
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return "passed"


def asked_for(
    here: Mapping[Version, str], python: str | None, numpy: str | None
) -> Iterable[Pair | str]:
    """The pairs to try; in the place of one that is not here, the reason."""
    if python is None and numpy is None:
        return corners(here) or ["left out: no Python that the package promises to run on"]
    version = tuple(map(int, python.split("."))) if python else max(here, default=None)
    if version not in here:
        return [f"left out: no Python {python or ''} here"]
    return [Pair(here[version], numpy or NEWEST)]  # type: ignore[index]


def pythons(
    python: Annotated[
        str | None, typer.Option(help="This one alone: 3.12. Default: the oldest and the newest.")
    ] = None,
    numpy: Annotated[
        str | None, typer.Option(help="With this NumPy: 2.0, or newest, the default.")
    ] = None,
) -> None:
    """The first tier on the oldest and the newest Python and NumPy to be had here."""
    for option, value in (("--python", python), ("--numpy", numpy)):
        if value is not None and not re.fullmatch(r"\d+\.\d+|newest", value):
            raise typer.BadParameter(f"{value!r} is no version such as 3.12", param_hint=option)
    here = interpreters()
    names = {program: ".".join(map(str, version)) for version, program in here.items()}
    told = []
    for pair in asked_for(here, None if python == NEWEST else python, numpy):
        if isinstance(pair, str):
            told.append(pair)
            continue
        name = f"Python {names[pair.python]}, NumPy {pair.numpy}"
        print(f"\n== {name}", flush=True)
        told.append(f"{name:28} {tried(pair)}")
    print("", *told, sep="\n")
    raise typer.Exit(int(any("FAILED" in line for line in told)))
