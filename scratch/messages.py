"""Where messages go: to standard output, or, with interactive logging disabled, to a log.

The log is Python's own, under the name `"scratch"`; Keras writes to absl's in its place.
"""

import sys
from typing import Any

from scratch import config

LOGGER_NAME = "scratch"


def print_msg(message: Any, line_break: bool = True) -> None:
    """Prints a message at once, or logs it.

    Characters that the output's encoding lacks are left out, but for the progress bar's line, which
    becomes `=`.

    Args:
        message: anything that has a text.
        line_break: whether to end the line; a log does so in any case.
    """
    text = str(message)
    if not config.is_interactive_logging_enabled():
        import logging  # where somebody has asked for it

        logging.getLogger(LOGGER_NAME).info(text)
        return
    if line_break:
        text += "\n"
    try:
        sys.stdout.write(text)
    except UnicodeEncodeError:
        encoding = sys.stdout.encoding or "utf-8"
        plain = text.replace("━", "=").encode(encoding, errors="ignore").decode(encoding)
        sys.stdout.write(plain)
    sys.stdout.flush()


def resolve_verbose(verbose: Any) -> Any:
    """The verbosity that `verbose` stands for: `"auto"` is 1, all else is itself."""
    return 1 if verbose == "auto" else verbose
