"""Whole models in `.keras` files, and weights in `.weights.h5` and `.safetensors` files.

Keras reads what is written here, and the reverse: architecture, weights, the arguments of
`compile`, the optimizer's state. (Keras knows nothing of safetensors; other libraries do.)
"""

import contextlib
import datetime
import json
import math
import os
import warnings
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from typing import Any

import numpy as np

from scratch.files.whole import write_whole
from scratch.saving.archive import CONFIG, METADATA, WEIGHTS, Archive, pieces_of
from scratch.saving.bounded_json import ALLOWED, parse
from scratch.saving.hdf5 import H5Reader, opened
from scratch.saving.hdf5_writing import H5Writer, image_of
from scratch.saving.safetensors import SafetensorsReader, SafetensorsWriter
from scratch.saving.state import load_state, save_state
from scratch.saving.store import Reader, Writer
from scratch.serialization import deserialize_keras_object, serialize_keras_object
from scratch.variables.deferred import Loading

KERAS_VERSION = "3.15.1"  # whose format this is

Extra = Mapping[str, np.ndarray]
_EXTRA = "training-state"  # no attribute of a model can have this name


def save_model(model: Any, path: str, extra: Extra | None = None) -> None:
    """Writes a `.keras` file.

    Args:
        model: a model.
        path: where.
        extra: further arrays, see `save_weights`.
    """
    if not model.built:
        warnings.warn(
            "You are saving a model that has not yet been built. It might not contain any weights "
            "yet. Consider building the model first by calling it on some data.",
            stacklevel=4,
        )
    now = datetime.datetime.now().strftime("%Y-%m-%d@%H:%M:%S")
    metadata = {"keras_version": KERAS_VERSION, "date_saved": now}
    members: dict[str, bytes | memoryview] = {
        METADATA: json.dumps(metadata).encode(),
        CONFIG: json.dumps(serialize_keras_object(model)).encode(),
        WEIGHTS: _image(model, (), extra),
    }
    write_whole(path, *pieces_of(members))


def load_model(path: str, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    """The model in a `.keras` file; see `scratch.saving.load_model`."""
    with open(path, "rb") as file:
        archive = Archive(file, path)
        allowed = ALLOWED + archive.size(WEIGHTS)
        config = parse(archive.read(CONFIG, allowed), f"{path}: {CONFIG}", allowed)
        with (
            archive.open(WEIGHTS) as member,
            opened(member, f"{path}: {WEIGHTS}") as weights,
        ):
            reader = H5Reader(weights, path)
            reader.verify()
            with Loading(reader.declared_bytes()) as loading:
                if not compile and isinstance(config, dict):
                    config["compile_config"] = None
                model = built_from(config, path, custom_objects, safe_mode)
                load_state(model, reader, path, loading, strict=True)
                loading.draw()
    return model


def built_from(config: Any, path: str, custom_objects: Any, safe_mode: bool = True) -> Any:
    """The model that a file's config describes.

    Raises:
        TypeError: for a class or function that is neither Keras's nor registered.
        ValueError: for code in the config, or anything else that is wrong with it.
    """
    model = deserialize_keras_object(config, custom_objects, safe_mode)
    if not hasattr(model, "compile_from_config"):
        raise ValueError(
            f"{path}: the config describes no model, but an object of type {type(model).__name__}"
        )
    return model


# Weights ------------------------------------------------------------------------------------------


def save_weights(
    model: Any, path: str, skipped: Iterable[Any] = (), extra: Extra | None = None
) -> None:
    """Writes a `.weights.h5` or a `.safetensors` file.

    Args:
        model: built.
        path: where; its ending says which.
        skipped: layers that are left out.
        extra: further arrays of numbers, by name; `/` in a name makes groups. Whoever loads the
            weights, Keras too, passes them over: they are read by `read_extra`.

    Raises:
        ValueError: for a model that has not been built.
    """
    if not model.built:
        raise ValueError(
            "You are saving a model that has not yet been built. Try building the model first by "
            "calling it on some data or by using `build()`."
        )
    if path.endswith(".safetensors"):
        gathered = SafetensorsWriter()
        _fill(gathered, model, skipped, extra)
        write_whole(path, *gathered.pieces())
    else:
        write_whole(path, _image(model, skipped, extra))


def _image(model: Any, skipped: Iterable[Any], extra: Extra | None) -> memoryview:
    def fill(file: Any) -> None:
        writer = H5Writer(file)
        _fill(writer, model, skipped, extra)
        writer.finish()

    return image_of(fill)


def _fill(writer: Writer, model: Any, skipped: Iterable[Any], extra: Extra | None) -> None:
    save_state(model, writer, skipped)
    groups: dict[str, MutableMapping[str, Any]] = {}
    for name, array in (extra or {}).items():
        path, _, key = f"{_EXTRA}/{name}".rpartition("/")
        if path not in groups:
            groups[path] = writer.make(path, None)
        groups[path][key] = array


def read_extra(path: str) -> dict[str, np.ndarray]:
    """What `save_model` or `save_weights` was given as `extra`; empty for a file without it.

    Raises:
        ValueError, OSError: for a file that is missing or broken.
    """
    with reading(path) as reader:
        places = {
            f"{group}/{key}".removeprefix(f"{_EXTRA}/"): (group, key)
            for group in reader.paths()
            if f"{group}/".startswith(f"{_EXTRA}/")
            for key in reader.keys(group)
        }
        declared = [reader.declared(*place) for place in places.values()]
        size = sum(math.prod(shape) * dtype.itemsize for shape, dtype in declared)
        if size > os.path.getsize(path):  # what is written here is not compressed
            raise ValueError(
                f"{path} declares {size} bytes of training state, more than the file has. Take "
                "another copy"
            )
        return {name: reader.read(*place) for name, place in places.items()}


def load_weights(
    model: Any, path: str, skip_mismatch: bool = False, skipped: Iterable[Any] = ()
) -> None:
    """Fills a model from a `.keras`, `.weights.h5` or `.safetensors` file.

    Raises:
        ValueError: for a model that has not been built, or another model's weights.
    """
    if not model.built:
        raise ValueError(
            "You are loading weights into a model that has not yet been built. Try building the "
            "model first by calling it on some data or by using `build()`."
        )
    with reading(path) as reader:
        load_state(model, reader, path, skip_mismatch=skip_mismatch, skipped=skipped)


@contextlib.contextmanager
def reading(path: str) -> Iterator[Reader]:
    """The arrays in a file, compared with its checksum."""
    with contextlib.ExitStack() as open_files:
        if path.endswith(".safetensors"):
            reader: Reader = SafetensorsReader(open_files.enter_context(open(path, "rb")), path)
        elif path.endswith(".keras"):
            archive = Archive(open_files.enter_context(open(path, "rb")), path)
            member = open_files.enter_context(archive.open(WEIGHTS))
            weights = open_files.enter_context(opened(member, f"{path}: {WEIGHTS}"))
            reader = H5Reader(weights, path)
        else:
            reader = H5Reader(open_files.enter_context(opened(path, path)), path)
        reader.verify()
        yield reader
