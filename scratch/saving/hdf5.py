"""Arrays in an HDF5 file, as in Keras's `.weights.h5`: `layers/dense/vars/0`.

HDF5 can do more than hold arrays: links into other files, arrays put together from other files,
filters from plug-ins, pickled objects, chunks of any size. None of it is followed.
"""

import contextlib
import functools
import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from scratch.saving.checksum import NAME, compare
from scratch.saving.hdf5_heaps import heaps_are_sound
from scratch.saving.hdf5_texts import texts_are_sound
from scratch.saving.store import NUMBERS, Declared, Reader

_FILTERS = {1, 2, 3, 32000}  # deflate, shuffle, fletcher32, lzf: built in, all of them
_ROOM = 2**20  # bytes: a chunk may always be this large
_EXPANSION = 1032  # deflate can't compress by more
_CACHE = 2**20  # bytes: each group is looked at once or twice
_DEPTH = 200  # of groups: a model that is nested 60 deep


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
        with open(file, "rb") if isinstance(file, str) else contextlib.nullcontext(file) as content:
            if not (heaps_are_sound(content) and texts_are_sound(content)):
                raise OSError("the heap of its texts is damaged")
        handle = h5py.File(file, "r")
    except FileNotFoundError:
        raise FileNotFoundError(f"There is no file {what}") from None
    except Exception as error:
        raise OSError(
            f"{what} is no HDF5 file, or is broken: {error}. Save it again, or take another copy"
        ) from error
    with handle:
        cache = handle.id.get_mdc_config()  # of groups and the like: 32 MiB, unless it is told
        cache.set_initial_size = True
        cache.initial_size = cache.min_size = cache.max_size = _CACHE
        handle.id.set_mdc_config(cache)
        yield handle


@contextlib.contextmanager
def _naming(what: str) -> Iterator[None]:
    """What h5py finds wrong inside a file, as one error that names it."""
    try:
        yield
    except Exception as error:
        if what in str(error):
            raise
        raise OSError(
            f"{what} is broken: {type(error).__name__}: {error}. Save it again, or take another "
            "copy"
        ) from error


def _refuse_link(group: Any, name: str, what: str) -> bool:
    """Whether a group has a member of this name.

    Raises:
        ValueError: for a link to elsewhere.
    """
    h5l, links, encoded = library().h5l, group.id.links, _encoded(name)
    if not links.exists(encoded):
        return False
    kind = links.get_info(encoded).type
    if kind != h5l.TYPE_HARD:
        raise ValueError(
            f"{what}: {name!r} in {group.name!r} is a link "
            f"({'SoftLink' if kind == h5l.TYPE_SOFT else 'ExternalLink'}), which is never "
            "followed. Save the model again, with its weights in one file"
        )
    return True


def _encoded(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def group_at(parent: Any, path: str, what: str) -> Any:
    """The group at `path`, each part of it a plain group; None where there is none.

    Raises:
        ValueError: for a link, or anything else that is no group.
        OSError: for a file that is broken.
    """
    h5py, found = library(), parent
    with _naming(what):
        for part in path.split("/") if path else []:
            if not part or part == ".." or part == ".":
                raise ValueError(f"{what}: {path!r} is no path inside a file")
            if not _refuse_link(found, part, what):
                return None
            found = found[part]
            if not isinstance(found, h5py.Group):
                raise ValueError(
                    f"{what}: expected a group at {found.name!r}, found {type(found).__name__}. "
                    "Save it again"
                )
    return found


def dataset_at(group: Any, key: str, what: str) -> Any:
    """A dataset whose numbers lie in this very file.

    Raises:
        KeyError: where there is none.
        ValueError: for everything else.
        OSError: for a file that is broken.
    """
    h5py = library()
    if "/" in key:
        path, key = key.rsplit("/", 1)
        group = group_at(group, path, what)
    with _naming(what):
        if group is not None and _refuse_link(group, key, what):
            data = group[key]
            if not isinstance(data, h5py.Dataset):
                raise ValueError(
                    f"{what}: {data.name!r} is no array, but {type(data).__name__}. Save it again"
                )
            _check(data, what)
            return data
    raise KeyError(key)


def _check(data: Any, what: str) -> None:
    """Looks at how an array is stored before it is read."""
    h5d, settings = library().h5d, data.id.get_create_plist()
    layout, dtype, shape = settings.get_layout(), data.dtype, data.shape
    problem = ""
    if settings.get_external_count():
        problem = "lies in another file (external storage), which is never opened"
    elif layout == h5d.VIRTUAL:
        problem = "is put together from other files (virtual), which is not done"
    elif dtype.kind not in NUMBERS:
        problem = f"holds no numbers, but values of type {dtype}"
    elif shape is None:
        problem = "is empty"
    else:
        size, stored = math.prod(shape) * dtype.itemsize, data.id.get_storage_size()
        filters = {settings.get_filter(i)[0] for i in range(settings.get_nfilters())}
        chunk = math.prod(settings.get_chunk()) * dtype.itemsize if layout == h5d.CHUNKED else 0
        if filters - _FILTERS:
            problem = "is stored through a filter that HDF5 loads as a plug-in"
        elif chunk > 2 * size + _ROOM:
            problem = f"has chunks of {settings.get_chunk()}, larger than the array: a shape bomb"
        elif size > stored * (_EXPANSION if filters else 1):
            problem = (
                f"declares {size} bytes ({shape}, {dtype}), but only {stored} are stored: a shape "
                "bomb, or a file that was not written to its end"
            )
    if problem:
        raise ValueError(f"{what}: {data.name!r} {problem}")


# The whole file -----------------------------------------------------------------------------------


def arrays_of(file: Any, what: str) -> Iterator[tuple[str, Any]]:
    """Path and dataset of every array in the file itself; links are passed over.

    Everything is opened from the group above it, so that the time grows with the number alone.

    Raises:
        ValueError: for groups nested too deep for a model.
        OSError: for a file that is broken.
    """
    h5py = library()
    seen: set[int] = set()
    waiting: list[tuple[str, Any, bytes]] = [("", file.id, b"/")]
    with _naming(what):
        while waiting:
            path, parent, encoded = waiting.pop()
            found = h5py.h5o.open(parent, encoded)
            if isinstance(found, h5py.h5d.DatasetID):
                yield path, h5py.Dataset(found)
            if not isinstance(found, h5py.h5g.GroupID):
                continue
            if path.count("/") >= _DEPTH:
                raise ValueError(
                    f"{what} has groups nested more than {_DEPTH} deep: it is no file of a model's "
                    "weights"
                )
            for member in reversed(list(found)):
                link = found.links.get_info(member)
                if link.type == h5py.h5l.TYPE_HARD and link.u not in seen:
                    seen.add(link.u)
                    name = member.decode("utf-8", "surrogateescape")
                    waiting.append((f"{path}/{name}" if path else name, found, member))


class Contents(NamedTuple):
    """What a file holds, seen from outside: nothing but its groups has been read."""

    groups: tuple[str, ...]  # paths of those that hold arrays
    declared: int  # bytes of all arrays of numbers, without what no compression could hold
    stored: int  # bytes that they take in the file
    arrays: int  # how many there are, of numbers
    chunked: bool  # whether one is stored in chunks, as compressed ones are


def contents_of(file: Any, what: str) -> Contents:
    """See `Contents`; errors as in `arrays_of`."""
    groups: dict[str, None] = {}
    declared = stored = arrays = 0
    chunked = False
    for path, data in arrays_of(file, what):
        groups[path.rpartition("/")[0]] = None
        dtype, shape = data.dtype, data.shape
        chunked = chunked or data.chunks is not None
        if dtype.kind in NUMBERS and shape is not None:
            size = data.id.get_storage_size()
            declared += min(math.prod(shape) * dtype.itemsize, _EXPANSION * size)
            stored, arrays = stored + size, arrays + 1
    return Contents(tuple(groups), declared, stored, arrays, chunked)


class H5Reader(Reader):
    """The arrays of an open file.

    Args:
        file: from `opened`.
        what: the file's name, for messages.
    """

    def __init__(self, file: Any, what: str) -> None:
        self._file, self._what = file, what
        self._groups: dict[str, Any] = {}
        self._declared: dict[tuple[str, str], Declared] = {}

    def _group(self, path: str) -> Any:
        if path not in self._groups:
            self._groups[path] = group_at(self._file, f"{path}/vars".lstrip("/"), self._what)
        return self._groups[path]

    def keys(self, path: str) -> list[str]:
        group = self._group(path)
        with _naming(self._what):
            return [] if group is None else list(group)

    def declared(self, path: str, key: str) -> Declared:
        if (path, key) not in self._declared:
            data = dataset_at(self._group(path), key, self._what)
            self._declared[path, key] = data.shape, data.dtype
        return self._declared[path, key]

    def read(self, path: str, key: str) -> np.ndarray:
        data = dataset_at(self._group(path), key, self._what)
        with _naming(self._what):
            return np.asarray(data[()])

    def paths(self) -> Iterator[str]:
        for path in self._contents.groups:
            if path.split("/")[-1] == "vars":
                yield path.removesuffix("vars").removesuffix("/")

    def declared_bytes(self) -> int:
        return self._contents.declared

    def verify(self) -> None:
        """See `Reader`. Compressed arrays, which are not written here, are taken as they are."""
        with _naming(self._what):
            stored = self._file.attrs.get(NAME)
            if stored is not None and not self._contents.chunked:
                cure = f"with h5py.File(..., 'r+') as file: del file.attrs[{NAME!r}]"
                compare(stored, self._arrays(), self._what, cure)

    def _arrays(self) -> Iterator[tuple[str, np.ndarray]]:
        for path, data in arrays_of(self._file, self._what):
            _check(data, self._what)
            yield path, np.asarray(data[()])

    @functools.cached_property
    def _contents(self) -> Contents:
        return contents_of(self._file, self._what)
