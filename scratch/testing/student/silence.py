"""Somebody's code may print; a check is no place for it."""

import contextlib
import io
from collections.abc import Iterator


@contextlib.contextmanager
def silent() -> Iterator[io.StringIO]:
    """Keeps what is printed out of sight, and hands it over."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        yield printed
