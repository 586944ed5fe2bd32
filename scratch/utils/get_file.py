"""`keras.utils.get_file`: a file from the internet, kept in Keras's cache, checked, unpacked."""

import hashlib
import os
import tempfile
import urllib.parse
import warnings
from collections.abc import Sequence
from typing import Any

from scratch.files.archives import extract_archive
from scratch.files.download import pieces
from scratch.files.whole import writing_whole
from scratch.messages import print_msg

_FORMATS = ("tar", "zip")


def get_file(
    fname: Any = None,
    origin: str | None = None,
    untar: bool = False,
    md5_hash: str | None = None,
    file_hash: str | None = None,
    cache_subdir: str = "datasets",
    hash_algorithm: str = "auto",
    extract: bool = False,
    archive_format: str | Sequence[str] | None = "auto",
    cache_dir: Any = None,
    force_download: bool = False,
) -> str:
    """The path of a file that is downloaded, unless it is in the cache (`keras.utils.get_file`).

    Args:
        fname: its name in the cache; default: that at the origin. Of an archive that is unpacked,
            the folder's.
        origin: the URL.
        untar: the older way to say `extract=True, archive_format="tar"`.
        md5_hash: the older way to give an MD5 as `file_hash`.
        file_hash: the SHA-256 or MD5 of the file, in hexadecimal digits. A file in the cache that
            has another one is downloaded anew.
        cache_subdir: the folder in the cache; an absolute path stands for itself.
        hash_algorithm: `"sha256"`, `"md5"`, or `"auto"`: by the length of the hash.
        extract: whether to unpack it. Nothing is unpacked of an archive that would write elsewhere,
            see `scratch.files.archives`.
        archive_format: `"tar"` (also packed by gzip, bzip2, xz), `"zip"`, a list of them, or
            `"auto"`: both.
        cache_dir: default: `$KERAS_HOME` or `~/.keras`; where that can't be written to, `.keras` in
            the temporary folder.
        force_download: whether to download it even if it is in the cache.

    Returns:
        The path of the file, or of the folder that it was unpacked into.

    Raises:
        ValueError: without an `origin`, for an `fname` that is a path, or where what was
            downloaded does not have the hash; for an archive that is damaged or unsafe.
        DataUnavailableError: an OSError, where it can't be downloaded. Nothing half is kept.
    """
    if origin is None:
        raise ValueError('Please specify the "origin" argument (URL of the file to download).')
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    extract = extract or untar
    folder = os.path.join(writable_cache(cache_dir), cache_subdir)
    name, given = _name(fname, origin), bool(fname)
    target = os.path.join(folder, name)
    unpacked = target
    if extract and given and "." in name:
        unpacked = os.path.join(folder, f"{name[: name.find('.')]}_extracted")
    elif extract:
        target += "_archive"
    os.makedirs(folder, exist_ok=True)
    if force_download or not _is_there(target, file_hash, hash_algorithm):
        _download(origin, target, file_hash, hash_algorithm)
    if not extract:
        return target
    formats = ("tar",) if untar else _formats(archive_format)
    if not extract_archive(target, unpacked, formats):
        warnings.warn("Could not extract archive.", stacklevel=2)
    return unpacked


def cache_home() -> str:
    """Keras's folder for what it keeps: `$KERAS_HOME` or `~/.keras`."""
    return os.path.expanduser(os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"))


def writable_cache(cache_dir: Any = None) -> str:
    """A cache that files can be put into: the given one, else Keras's, else one in the temporary
    folder.
    """
    home = cache_home() if cache_dir is None else os.path.expanduser(os.fspath(cache_dir))
    nearest = os.path.abspath(home)
    while cache_dir is None and not os.path.exists(nearest):  # Keras makes its own at import
        nearest = os.path.dirname(nearest)
    if os.access(nearest, os.W_OK):
        return home
    return os.path.join(tempfile.gettempdir(), ".keras")


def _name(fname: Any, origin: str) -> str:
    if fname:
        name = os.fspath(fname)
        if os.sep in name:
            raise ValueError(
                "Paths are no longer accepted as the `fname` argument. To specify the file's "
                f"parent directory, use the `cache_dir` argument. Received: fname={name}"
            )
        return name
    name = os.path.basename(urllib.parse.urlsplit(origin).path)
    if not name:
        raise ValueError(
            f"Can't parse the file name from the origin provided: '{origin}'. Please specify the "
            "`fname` argument."
        )
    return name


def _formats(archive_format: str | Sequence[str] | None) -> Sequence[str]:
    if archive_format == "auto":
        return _FORMATS
    return (archive_format,) if isinstance(archive_format, str) else archive_format or ()


def _is_there(path: str, file_hash: str | None, algorithm: str) -> bool:
    if not os.path.exists(path):
        return False
    if file_hash is None or has_hash(path, file_hash, algorithm):
        return True
    print_msg(
        "A local file was found, but it seems to be incomplete or outdated because the "
        f"{algorithm} file hash does not match the original value of {file_hash} so we will "
        "re-download the data."
    )
    return False


def _download(origin: str, target: str, file_hash: str | None, algorithm: str) -> None:
    """Into the cache, whole: what has another hash never stands there."""
    hasher = _hasher(file_hash, algorithm)
    with writing_whole(target) as write:
        for piece in pieces(origin):
            hasher.update(piece)
            write(piece)
        if file_hash is not None and hasher.hexdigest() != str(file_hash):
            raise ValueError(
                f"Incomplete or corrupted file detected. The {algorithm} file hash does not match "
                f"the provided value of {file_hash}: {origin} sent a file whose hash is "
                f"{hasher.hexdigest()}. It was not kept"
            )


def has_hash(path: str, file_hash: str, algorithm: str = "auto") -> bool:
    """Whether a file's SHA-256 or MD5 is that."""
    hasher = _hasher(file_hash, algorithm)
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            hasher.update(piece)
    return hasher.hexdigest() == str(file_hash)


def _hasher(file_hash: str | None, algorithm: str) -> Any:
    sha256 = algorithm == "sha256" or (algorithm == "auto" and len(file_hash or "") == 64)
    return hashlib.sha256() if sha256 else hashlib.md5(usedforsecurity=False)
