"""Downloading a known file: its content is checked before it is written, whole.

The content, some megabytes, waits in memory.
"""

from pathlib import Path

from scratch.files.download import DataUnavailableError, pieces
from scratch.files.whole import write_whole

from .known_file import PACKING_OVERHEAD, KnownFile, WrongFileError


def download(known: KnownFile, url: str, folder: Path) -> Path:
    """Fetch `url` into `folder` as `<name>.gz` and return its path.

    Raises DataUnavailableError when the server can't be reached or what it sent is not the known
    file; then nothing is left in `folder`.
    """
    target = folder / f"{known.name}.gz"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        content = b"".join(pieces(url, limit=known.size + PACKING_OVERHEAD))
        known.check_packed(target, content)
        write_whole(target, content)
    except WrongFileError as error:
        raise DataUnavailableError(
            f"What {url} sent {error.found}. Expected: {error.expected}. The download was deleted. "
            "Is a proxy or a log-in page between this machine and the internet?"
        ) from error
    except DataUnavailableError:
        raise
    except OSError as error:
        raise DataUnavailableError(
            f"{url} could not be kept: {error.strerror or error}."
        ) from error
    return target
