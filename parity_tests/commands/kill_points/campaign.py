"""Every point of every writer: what went wrong there, and what stood in the folder after it."""

import ctypes
import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from parity_tests.commands.kill_points.writers import AFTER, NEW, OLD, WRITERS, Writer

SOURCE = Path(__file__).with_name("inject.c")
MODES = {
    "k": "killed before",
    "h": "killed in the middle",
    "f": "fails",
    "s": "fails for good",
    "p": "half done",
}
_CODES = (errno.EIO, errno.EDQUOT, errno.ENOSPC)


@dataclass(frozen=True)
class Point:
    """The result of one run in which one call went wrong."""

    library: str
    writer: str
    number: int
    call: str
    mode: str
    verdict: str  # "", or what is wrong
    detail: str = ""


def why_not() -> str | None:
    """The reason why this can't be done here, or None."""
    if not sys.platform.startswith("linux"):
        return "calls are intercepted on Linux only"
    if shutil.which("gcc") is None:
        return "there is no compiler (gcc) for parity_tests/commands/kill_points/inject.c"
    return None


def run(library: str, names: list[str], every: int = 1, trace: bool = False) -> list[Point]:
    """All points of some writers; `every` n-th only, or none of them, to `trace` the calls.

    A process is started for it, into which the interception is loaded.
    """
    with tempfile.TemporaryDirectory() as folder:
        loaded = os.path.join(folder, "inject.so")
        flags = ["-shared", "-fPIC", "-O2", "-U_FORTIFY_SOURCE"]
        subprocess.run(["gcc", *flags, "-o", loaded, SOURCE, "-ldl"], check=True)
        done = subprocess.run(
            [sys.executable, "-m", __name__, library, str(0 if trace else every), *names],
            env={**os.environ, "LD_PRELOAD": loaded, "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True, text=True,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(f"{library}: {' '.join(names)}: {done.stderr[-2000:]}")
    return [Point(**json.loads(line)) for line in done.stdout.splitlines() if line[:1] == "{"]


# In that process ----------------------------------------------------------------------------------


def _points(keras: Any, library: str, writer: Writer, every: int) -> Iterator[Point]:
    with tempfile.TemporaryDirectory() as root:
        template = os.path.join(root, "template")
        os.mkdir(template)
        _attempt(lambda: writer.write(keras, template, OLD))
        assert writer.state(template) == OLD, f"{library}: {writer.name}"
        folder = _copy(template)
        calls = _attempt(lambda: writer.write(keras, folder, NEW), (0, "k", 0))["calls"]
        shutil.rmtree(folder)
        for number, call in enumerate(calls.split(), 1):
            if not every:
                yield Point(library, writer.name, number, call, "", "")
                continue
            for mode in MODES:
                writes = call in ("write", "pwrite", "sendfile", "writev")
                if (number + ord(mode)) % every or (mode in "hp" and not writes):
                    continue
                verdict, detail = _try(keras, writer, _copy(template), number, mode)
                yield Point(library, writer.name, number, call, mode, verdict, detail)


def _try(keras: Any, writer: Writer, folder: str, number: int, mode: str) -> tuple[str, str]:
    injected = (number, mode, _CODES[number % len(_CODES)])
    came = _attempt(lambda: writer.write(keras, folder, NEW), injected)
    verdict = _verdict(keras, writer, folder, came, mode)
    shutil.rmtree(folder)
    return verdict, came.get("error", "")[:300]


def _copy(template: str) -> str:
    folder = tempfile.mkdtemp(dir=os.path.dirname(template))
    return shutil.copytree(template, folder, dirs_exist_ok=True)


def _verdict(keras: Any, writer: Writer, folder: str, came: dict[str, str], mode: str) -> str:
    state, error = writer.state(folder), came.get("error")
    if state not in (OLD, NEW):
        return "lost"
    if mode in "kh" and "killed" not in came:
        return "not reached"
    if mode not in "kh" and error is None and state != NEW:
        return "silent"
    if error is not None and (came["kind"] != "OSError" or folder not in error):
        return "unclear error"
    again = _attempt(lambda: writer.write(keras, folder, AFTER))
    if "error" in again or writer.state(folder) != (state + 1 if writer.grows else writer.after):
        came["error"] = again.get("error", f"{state} -> {writer.state(folder)}")
        return "stuck"
    found = [name for _, _, names in os.walk(folder) for name in names]
    if any(name.endswith(".tmp") for name in found):
        came["error"] = str(found)
        return "leftover"
    return ""


def _attempt(
    job: Callable[[], None], injected: tuple[int, str, int] | None = None
) -> dict[str, str]:
    """Does a job in a copy of this process, in which a call goes wrong."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        found: dict[str, Any] = {}
        calls = ctypes.CDLL(None)
        calls.calls.restype = ctypes.c_char_p
        try:
            os.close(reading)
            if injected is not None:
                calls.arm(ctypes.c_long(injected[0]), ord(injected[1]), injected[2])
            job()
        except BaseException as error:
            kind = "OSError" if isinstance(error, OSError) else type(error).__name__
            found = {"kind": kind, "error": f"{type(error).__name__}: {error}"}
        finally:
            calls.disarm()
            found["calls"] = calls.calls().decode()
            with os.fdopen(writing, "w") as pipe:
                json.dump(found, pipe)
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return {"killed": "yes"}
    return json.loads(answer)


def _main(library: str, every: str, *names: str) -> None:
    keras = import_module(library)
    for name in names:
        for point in _points(keras, library, WRITERS[name], int(every)):
            print(json.dumps(asdict(point)), flush=True)


if __name__ == "__main__":
    _main(*sys.argv[1:])
