"""Arrays in an HDF5 file, as in Keras's `.weights.h5`: `layers/dense/vars/0`.

HDF5 can do more than hold arrays: links into other files, arrays put together from other files,
filters from plug-ins, pickled objects, chunks of any size. None of it is followed.
"""

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from scratch.saving.store import NUMBERS, Declared, Reader

_FILTERS = {1, 2, 3, 32000}  # deflate, shuffle, fletcher32, lzf: built in, all of them
_ROOM = 2**20  # bytes: a chunk may always be this large
_EXPANSION = 1032  # deflate can't compress by more


def library() -> Any:
    """The module h5py.

    Raises:
        ImportError: where it is not installed.
    """
    try:
        import h5py
    except ImportError as error:
        raise ImportError(
            "HDF5 files (.keras, .weights.h5, .h5) are read and written by h5py, which is not "
            "installed: pip install h5py. Weights can be kept in .safetensors files without it"
        ) from error
    return h5py


@contextlib.contextmanager
def opened(file: Any, what: str) -> Iterator[Any]:
    """An HDF5 file for reading.

    Args:
        file: a path or a binary file.
        what: its name, for messages.

    Raises:
        FileNotFoundError: where there is none.
        OSError: for a file that is broken or something else.
    """
    h5py = library()
    try:
        handle = h5py.File(file, "r")
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no file {what}") from None
    except Exception as error:
        raise OSError(
            f"{what} is no HDF5 file, or is broken: {error}. Save it again, or take another copy"
        ) from error
    with handle:
        yield handle


def group_at(parent: Any, path: str, what: str) -> Any:
    """The group at `path`, each part of it a plain group; None where there is none.

    Raises:
        ValueError: for a link, or anything else that is no group.
    """
    h5py, found = library(), parent
    for part in path.split("/") if path else []:
        if not part or part == ".." or part == ".":
            raise ValueError(f"{what}: {path!r} is no path inside a file")
        _refuse_link(found, part, what)
        if part not in found:
            return None
        found = found[part]
        if not isinstance(found, h5py.Group):
            raise ValueError(
                f"{what}: expected a group at {found.name!r}, found {type(found).__name__}. Save "
                "it again"
            )
    return found


def dataset_at(group: Any, key: str, what: str) -> Any:
    """A dataset whose numbers lie in this very file.

    Raises:
        KeyError: where there is none.
        ValueError: for everything else.
    """
    h5py = library()
    if "/" in key:
        path, key = key.rsplit("/", 1)
        group = group_at(group, path, what)
    if group is None:
        raise KeyError(key)
    _refuse_link(group, key, what)
    if key not in group:
        raise KeyError(key)
    data = group[key]
    where = f"{what}: {data.name!r}"
    if not isinstance(data, h5py.Dataset):
        raise ValueError(f"{where} is no array, but {type(data).__name__}. Save it again")
    if data.external:
        raise ValueError(f"{where} lies in another file (external storage), which is never opened")
    if data.is_virtual:
        raise ValueError(f"{where} is put together from other files (virtual), which is not done")
    if data.dtype.kind not in NUMBERS:
        raise ValueError(f"{where} holds no numbers, but values of type {data.dtype}")
    if data.shape is None:
        raise ValueError(f"{where} is empty")
    _check_size(data, where)
    return data


def _refuse_link(group: Any, name: str, what: str) -> None:
    h5py = library()
    link = group.get(name, getclass=True, getlink=True)
    if link in (h5py.ExternalLink, h5py.SoftLink):
        raise ValueError(
            f"{what}: {name!r} in {group.name!r} is a link ({link.__name__}), which is never "
            "followed. Save the model again, with its weights in one file"
        )


def _check_size(data: Any, where: str) -> None:
    """Looks at how an array is stored before it is read."""
    size = math.prod(data.shape) * data.dtype.itemsize
    stored = data.id.get_storage_size()
    settings = data.id.get_create_plist()
    filters = {settings.get_filter(i)[0] for i in range(settings.get_nfilters())}
    if filters - _FILTERS:
        raise ValueError(f"{where} is stored through a filter that HDF5 loads as a plug-in")
    if data.chunks and math.prod(data.chunks) * data.dtype.itemsize > 2 * size + _ROOM:
        raise ValueError(
            f"{where} has chunks of {data.chunks}, larger than the array: a shape bomb"
        )
    if size > stored * (_EXPANSION if filters else 1):
        raise ValueError(
            f"{where} declares {size} bytes ({data.shape}, {data.dtype}), but only {stored} are "
            "stored: a shape bomb, or a file that was not written to its end"
        )


class H5Reader(Reader):
    """The arrays of an open file.

    Args:
        file: from `opened`.
        what: the file's name, for messages.
    """

    def __init__(self, file: Any, what: str) -> None:
        self._file, self._what = file, what
        self._groups: dict[str, Any] = {}

    def _group(self, path: str) -> Any:
        if path not in self._groups:
            self._groups[path] = group_at(self._file, f"{path}/vars".lstrip("/"), self._what)
        return self._groups[path]

    def keys(self, path: str) -> list[str]:
        """See `Reader`."""
        group = self._group(path)
        return [] if group is None else list(group)

    def declared(self, path: str, key: str) -> Declared:
        """See `Reader`."""
        data = dataset_at(self._group(path), key, self._what)
        return data.shape, data.dtype

    def read(self, path: str, key: str) -> np.ndarray:
        """See `Reader`."""
        return np.asarray(dataset_at(self._group(path), key, self._what)[()])

    def paths(self) -> Iterator[str]:
        """See `Reader`."""
        group_class, found = library().Group, []

        def look(name: str, thing: Any) -> None:
            if isinstance(thing, group_class) and name.split("/")[-1] == "vars" and len(thing):
                found.append(name.removesuffix("vars").removesuffix("/"))

        self._file.visititems(look)  # follows no links
        yield from found
