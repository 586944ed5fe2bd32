"""A worker: a Python process of its own that runs functions and sends back what they return.

A backend, and much of TensorFlow's behaviour, is fixed when it is imported: whether oneDNN is used,
how many threads there are. So every engine lives in a process with its own environment, which stays
alive between calls.

    with Worker({"TF_ENABLE_ONEDNN_OPTS": "0"}) as worker:
        record = worker.call("parity_tests.harness.engines:run", case="adam")

Arguments and results are pickled; what the function prints goes to this process's own output.
"""

import importlib
import os
import subprocess
import sys
import traceback
from collections.abc import Mapping
from multiprocessing.connection import Client, Connection, Listener
from types import TracebackType
from typing import Any, ClassVar

START_SECONDS = 120  # importing TensorFlow on a busy machine takes a while


class WorkerError(RuntimeError):
    """A function failed in a worker; the message ends with the worker's own traceback."""


class Worker:
    """A process that calls functions by their names.

    Args:
        environment: variables set before anything is imported, on top of this process's.
        name: for messages.
    """

    pids: ClassVar[set[int]] = set()  # of all that are alive

    def __init__(self, environment: Mapping[str, str] | None = None, name: str = "worker") -> None:
        self.name = name
        key = os.urandom(16)
        with Listener(None, authkey=key) as listener:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, str(listener.address)],
                env={**os.environ, **(environment or {}), "PARITY_WORKER_KEY": key.hex()},
                stdin=subprocess.DEVNULL,
            )
            self._connection = _accept(listener, self._process)
        self.pids.add(self._process.pid)

    def call(self, function: str, /, *args: Any, **kwargs: Any) -> Any:
        """Runs `"package.module:function"` in the worker and returns its result.

        Raises:
            WorkerError: when the function raises, or the process dies.
        """
        try:
            self._connection.send((function, args, kwargs))
            outcome, value = self._connection.recv()
        except (EOFError, OSError) as error:
            code = self._process.wait()
            self.pids.discard(self._process.pid)
            raise WorkerError(f"{self.name} died (exit status {code}) in {function}") from error
        if outcome == "raised":
            raise WorkerError(f"{self.name}: {function} failed\n{value}")
        return value

    def close(self) -> None:
        """Ends the process."""
        self._connection.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self.pids.discard(self._process.pid)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _accept(listener: Listener, process: subprocess.Popen) -> Connection:
    """Waits for the worker, but not for one that has died."""
    socket = listener._listener._socket  # type: ignore[attr-defined]
    socket.settimeout(1.0)
    for _ in range(START_SECONDS):
        try:
            return listener.accept()
        except TimeoutError:
            if process.poll() is not None:
                break
    process.kill()
    raise WorkerError(f"a worker did not start (exit status {process.poll()})")


def _serve(address: str) -> None:
    key = bytes.fromhex(os.environ.pop("PARITY_WORKER_KEY"))
    with Client(address, authkey=key) as connection:
        while True:
            try:
                function, args, kwargs = connection.recv()
            except EOFError:
                return
            try:
                module, name = function.split(":")
                result = getattr(importlib.import_module(module), name)(*args, **kwargs)
                reply = ("returned", result)
            except BaseException:
                reply = ("raised", traceback.format_exc())
            sys.stdout.flush()
            connection.send(reply)


if __name__ == "__main__":
    _serve(sys.argv[1])
