"""Another release of Keras beside the installed one: its package alone, over the same backends.

A release is brought once, without what it depends on, into a folder of the user's cache. A process
that has this folder on its path imports that Keras, with the one TensorFlow, JAX or torch that is
installed:

    Worker(dict(environment("3.14")))
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from parity_tests.harness.backends import Environment


class NotToBeHadError(RuntimeError):
    """A release cannot be brought here; says why."""


def folder() -> Path:
    """Where releases are kept."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "keras-from-scratch"


def brought(version: str) -> Path:
    """The folder that holds a release, which is fetched where it is not there yet.

    Args:
        version: `"3.14"` for the last of its kind, or `"3.14.1"`.

    Raises:
        ValueError: where this is no version.
        NotToBeHadError: where it cannot be fetched.
    """
    if not re.fullmatch(r"3\.\d+(\.\d+)?", version):
        raise ValueError(f"{version!r} is no version of Keras such as 3.14 or 3.14.1")
    place = folder() / f"keras-{version}"
    if not place.exists():
        folder().mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder()) as beside:
            _fetch(version, Path(beside) / "whole")
            # Whole or not at all: another process may look for it meanwhile.
            os.replace(Path(beside) / "whole", place)
    return place


def _fetch(version: str, target: Path) -> None:
    wanted = f"keras=={version}" if version.count(".") == 2 else f"keras=={version}.*"
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*command, "--no-deps", "--target", str(target), wanted], capture_output=True, text=True
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise NotToBeHadError(
            f"{wanted}: {(said or [done.stderr.strip() or 'no reason given'])[-1]}"
        )


def exact(version: str) -> str:
    """The whole version of a release that has been brought: `"3.14.1"`."""
    (found,) = brought(version).glob("keras-*.dist-info")
    return found.name.removeprefix("keras-").removesuffix(".dist-info")


def environment(version: str) -> Environment:
    """What a process needs in its environment to import that release; nothing for `""`."""
    if not version:
        return ()
    path = [str(brought(version)), os.environ.get("PYTHONPATH", "")]
    return (("PYTHONPATH", os.pathsep.join(part for part in path if part)),)
