"""Files from elsewhere: `get_file`, whose origin is a file of this machine."""

import hashlib
import io
import tarfile
from pathlib import Path
from typing import Any

from parity_tests.commands.arguments.calls.call import Call


def _tar(text: bytes) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        info = tarfile.TarInfo("inside.txt")
        info.size = len(text)
        archive.addfile(info, io.BytesIO(text))
    return packed.getvalue()


def _digest(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


_FIRST = _tar(b"first")


def _fetched(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    """What stands in the caches after two calls, between which the origin has changed."""
    for folder in ("cache", "another"):
        Path(folder).mkdir()
    origin = Path(given["origin"])
    given = {**given, "origin": origin.absolute().as_uri()}
    origin.write_bytes(_FIRST)
    thing(**{name: value for name, value in given.items() if name != "force_download"})
    origin.write_bytes(_tar(b"second"))
    path = thing(**given)
    files = [p for p in Path().rglob("*") if p.is_file() and p != origin]
    return [Path(path).name, {str(p): _digest(p.read_bytes()) for p in sorted(files)}]


FETCHING = {
    "utils.get_file": Call(
        {"origin": "a.tar", "cache_dir": "cache"},
        {
            "fname": "b",
            "origin": "c.tar",
            "untar": True,
            "md5_hash": "0" * 32,
            "file_hash": "0" * 64,
            "cache_subdir": "elsewhere",
            "hash_algorithm": "sha256",
            "extract": True,
            "archive_format": None,
            "cache_dir": "another",
            "force_download": True,
        },
        {
            "hash_algorithm": {"file_hash": _digest(_FIRST)},
            "archive_format": {"extract": True},
        },
        _fetched,
    ),
}
