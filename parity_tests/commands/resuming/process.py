"""One run of a set-up in a process of its own, which may kill itself.

python -m parity_tests.commands.resuming.process FOLDER SETUP [STEP]     prints the digests as JSON
"""

import json
import os
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def kill_myself() -> None:
    """Kills this process at once: no handler runs, no buffer is flushed."""
    os.kill(os.getpid(), signal.SIGKILL)


def in_process(setup: str, folder: str, kill: int | None = None) -> dict[str, Any] | None:
    """The digests of a run; None for one that was killed."""
    command = [sys.executable, "-m", __name__, folder, setup]
    done = subprocess.run(
        command if kill is None else [*command, str(kill)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    if done.returncode == -signal.SIGKILL:
        return None
    if done.returncode:
        raise AssertionError(f"{setup}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main(folder: str, name: str, kill: str | None = None) -> None:
    """Runs the set-up of that name."""
    import scratch
    from parity_tests.commands.resuming.running import run
    from parity_tests.commands.resuming.setups import SETUPS

    warnings.simplefilter("ignore")
    setup = next(setup for setup in SETUPS if setup.name == name)
    at = None if kill is None else int(kill)
    print(json.dumps(run(scratch, setup, folder, True, at, kill_myself)))


if __name__ == "__main__":
    main(*sys.argv[1:])
