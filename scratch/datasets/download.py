"""Downloading a known file: connect quickly or give up, check the content, then rename.

The bytes go to a temporary file in the target folder. Only when its content has been checked and
is safely on the disk does a rename, which is atomic, give it its name. So a folder never shows a
partial or wrong file under a data file's name, whoever pulls the plug and whenever.
"""

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from .known_file import PACKING_OVERHEAD, KnownFile, WrongFileError

CONNECT_SECONDS = 6.0  # until the server answers: name look-up, connection, TLS, first header
STALL_SECONDS = 20.0  # between two pieces
PIECE = 65_536
STALE_SECONDS = 86_400  # a temporary file as old as that belongs to a download that was killed


class DataUnavailableError(OSError):
    """A data set is nowhere on this machine and could not be downloaded."""


def download(known: KnownFile, url: str, folder: Path) -> Path:
    """Fetch `url` into `folder` as `<name>.gz` and return its path.

    Draws a progress bar on stderr. Raises DataUnavailableError when the server can't be reached
    or what it sent is not the known file; then nothing is left in `folder`.
    """
    import http.client
    import secrets

    target = folder / f"{known.name}.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _remove_stale(folder)
        # The folder's own temporary file: a rename across file systems would not be atomic.
        partial = folder / f".{known.name}.{secrets.token_hex(6)}.part.gz"
        try:
            _fetch(url, partial, limit=known.size + PACKING_OVERHEAD)
            known.read(partial)
            os.replace(partial, target)
        finally:
            partial.unlink(missing_ok=True)
    except WrongFileError as error:
        raise DataUnavailableError(
            f"What {url} sent {error.found}. Expected: {error.expected}. The download was deleted. "
            "Is a proxy or a log-in page between this machine and the internet?"
        ) from error
    except (OSError, EOFError, http.client.HTTPException) as error:
        raise DataUnavailableError(f"{url} could not be downloaded: {_reason(error)}.") from error
    return target


def _fetch(url: str, path: Path, limit: int) -> None:
    response = _open(url)
    with response, open(path, "xb") as file:
        announced = response.headers.get("Content-Length")
        total = int(announced) if announced and announced.isdigit() else None
        bar = _Bar(url, total)
        received = 0
        while piece := response.read(PIECE):
            received += len(piece)
            if received > limit:
                raise EOFError(f"it is larger than the {limit:,} bytes that are possible")
            file.write(piece)
            bar.show(received)
        bar.close(received)
        if total is not None and received != total:
            raise EOFError(f"the connection closed after {received:,} of {total:,} bytes")
        file.flush()
        os.fsync(file.fileno())


def _open(url: str) -> Any:
    """The server's answer within CONNECT_SECONDS.

    A socket's timeout doesn't bound the name look-up, which on a machine without network may
    take half a minute, and counts anew for each address. So a thread opens and this one waits.
    """
    import urllib.request

    outcome: list[Any] = []
    lock = threading.Lock()
    given_up = False

    def connect() -> None:
        try:
            result = urllib.request.urlopen(url, timeout=STALL_SECONDS)
        except Exception as error:
            result = error
        with lock:
            outcome.append(result)
            if given_up and not isinstance(result, Exception):
                result.close()

    thread = threading.Thread(target=connect, daemon=True)
    thread.start()
    thread.join(CONNECT_SECONDS)
    with lock:
        given_up = not outcome
    if given_up:
        raise TimeoutError(f"no answer within {CONNECT_SECONDS:g} seconds")
    if isinstance(outcome[0], Exception):
        raise outcome[0]
    return outcome[0]


def _reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None)  # urllib.error.URLError wraps what happened
    if isinstance(reason, OSError):
        return str(reason.strerror or reason)
    code = getattr(error, "code", None)
    return f"the server answered {code} {reason}" if code else str(reason or error)


def _remove_stale(folder: Path) -> None:
    for path in folder.glob(".*.part.gz"):
        if time.time() - path.stat().st_mtime > STALE_SECONDS:
            path.unlink(missing_ok=True)


class _Bar:
    """A progress bar on stderr; where stderr is no terminal, one line when it is done."""

    WIDTH = 30

    def __init__(self, url: str, total: int | None):
        self.total = total
        self.live = sys.stderr.isatty()
        self.next = 0.0
        print(f"Downloading data from {url}", file=sys.stderr)

    def show(self, received: int) -> None:
        if self.live and time.monotonic() >= self.next:
            self.next = time.monotonic() + 0.1
            sys.stderr.write("\r" + self._text(received))
            sys.stderr.flush()

    def close(self, received: int) -> None:
        sys.stderr.write(("\r" if self.live else "") + self._text(received) + "\n")

    def _text(self, received: int) -> str:
        megabytes = f"{received / 1e6:.1f} MB"
        if not self.total:
            return megabytes
        filled = min(self.WIDTH, self.WIDTH * received // self.total)
        return f"[{'=' * filled:<{self.WIDTH}}] {megabytes} of {self.total / 1e6:.1f} MB"
