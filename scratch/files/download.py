"""Downloading: connect quickly or give up, and say why; with a progress bar.

What is fetched comes in pieces, so that it may be checked, and written whole or not at all: a
folder never shows a partial file under a data file's name, whoever pulls the plug and whenever.
"""

import sys
import threading
import time
from collections.abc import Iterator
from typing import Any

CONNECT_SECONDS = 6.0  # until the server answers: name look-up, connection, TLS, first header
STALL_SECONDS = 20.0  # between two pieces
PIECE = 65_536


class DataUnavailableError(OSError):
    """A file is nowhere on this machine and could not be downloaded."""


def pieces(url: str, limit: float = float("inf")) -> Iterator[bytes]:
    """What `url` holds, piece by piece; draws a progress bar on stderr.

    Args:
        url: where.
        limit: bytes that it can have at most.

    Raises:
        DataUnavailableError: when the server can't be reached, stops in between, or sends more or
            less than it announced.
    """
    from http.client import HTTPException  # costs as much as a model: not before it is needed

    try:
        yield from _pieces(url, limit)
    except (OSError, EOFError, ValueError, HTTPException) as error:
        raise DataUnavailableError(f"{url} could not be downloaded: {_reason(error)}.") from error


def _pieces(url: str, limit: float) -> Iterator[bytes]:
    response, received = _open(url), 0
    with response:
        announced = response.headers.get("Content-Length")
        total = int(announced) if announced and announced.isdigit() else None
        bar = _Bar(url, total)
        while piece := response.read(PIECE):
            received += len(piece)
            if received > limit:
                raise EOFError(f"it is larger than the {limit:,} bytes that are possible")
            yield piece
            bar.show(received)
        bar.close(received)
    if total is not None and received != total:
        raise EOFError(f"the connection closed after {received:,} of {total:,} bytes")


def _open(url: str) -> Any:
    """The server's answer within CONNECT_SECONDS.

    A socket's timeout doesn't bound the name look-up, which on a machine without network may
    take half a minute, and counts anew for each address. So a thread opens and this one waits.
    """
    from urllib.request import urlopen

    outcome: list[Any] = []
    lock = threading.Lock()
    given_up = False

    def connect() -> None:
        try:
            result = urlopen(url, timeout=STALL_SECONDS)
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
