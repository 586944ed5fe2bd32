"""Files by their endings: `keras.saving.save_model`, `load_model`, `save_weights`, `load_weights`.

.keras             a whole model
.h5, .hdf5         a whole model in the format of Keras 2
.weights.h5        weights
.safetensors       weights, in a format that other libraries read
"""

import contextlib
import os
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

from scratch import messages
from scratch.saving import keras_format, legacy_h5
from scratch.saving.loaded_from import LoadedFrom
from scratch.serialization.reading import shortened

Path = str | os.PathLike
_LEGACY = (".h5", ".hdf5")
_KINDS = (OSError, TypeError, ValueError)


def save_model(
    model: Any, filepath: Path, overwrite: bool = True, zipped: bool | None = None, **kwargs: Any
) -> None:
    """Saves a model: architecture, weights, what `compile` was told, the optimizer's state.

    The file is written whole or not at all; what it replaces stays until then.

    Args:
        model: a model.
        filepath: ends in `.keras`, or in `.h5` or `.hdf5` for the format of Keras 2.
        overwrite: False asks at the prompt before a file is replaced.
        zipped: True or None; unzipped folders are not written here.
        include_optimizer: False leaves the optimizer out of a `.h5` file.

    Raises:
        ValueError: for another ending, or a symbolic link, whose place the file would take.
        OSError: where it can't be written; then what was there is as it was.
    """
    include_optimizer = kwargs.pop("include_optimizer", True)
    save_format = kwargs.pop("save_format", None)
    path = os.fspath(filepath)
    if kwargs:
        raise ValueError(f"The following argument(s) are not supported: {list(kwargs)}")
    if save_format and not path.endswith((".keras", *_LEGACY)):
        raise ValueError(
            "The `save_format` argument is deprecated in Keras 3. Please remove this argument and "
            "pass a file path with either `.keras` or `.h5` extension. "
            f"Received: save_format={save_format}"
        )
    if zipped is False:
        raise ValueError(
            "Models are saved as zipped `.keras` files only. Remove `zipped=False` and pass a path "
            f"that ends in `.keras`. Received: filepath={path}"
        )
    if not path.endswith((".keras", *_LEGACY)):
        raise ValueError(
            "Invalid filepath extension for saving. Please add either a `.keras` extension for the "
            "native Keras format (recommended) or a `.h5` extension. "
            f"Received: filepath={path}."
        )
    if not _may_write(path, overwrite):
        return
    if path.endswith(".keras"):
        keras_format.save_model(model, path)
    else:
        legacy_h5.save_model(model, path, include_optimizer)


def load_model(
    filepath: Path,
    custom_objects: Mapping[str, Any] | None = None,
    compile: bool = True,
    safe_mode: bool = True,
) -> Any:
    """The model in a file, compiled and with its optimizer's state if it was saved so.

    No code in the file is run and no module is imported, whatever the file says: its classes are
    Keras's own, registered ones, and `custom_objects`.

    Args:
        filepath: ends in `.keras`, `.h5` or `.hdf5`.
        custom_objects: further classes and functions, by name.
        compile: whether to compile the model.
        safe_mode: accepted because Keras has it; loading is always safe.

    Raises:
        TypeError: for a class that is not known.
        ValueError: for a file that is missing, broken, or made to do harm.
        OSError: where the weights in it are no HDF5 file.
    """
    path = os.fspath(filepath)
    with _naming(path):
        return _load_model(path, custom_objects, compile, safe_mode)


def _load_model(path: str, custom_objects: Any, compile: bool, safe_mode: bool) -> Any:
    if path.endswith(".keras"):
        if not zipfile.is_zipfile(path):
            if not os.path.exists(path):
                raise ValueError(
                    f"File not found: filepath={path}. Please ensure the file is an accessible "
                    f"`.keras` zip file. The working directory is {os.getcwd()}"
                )
            what = "a folder" if os.path.isdir(path) else f"a file of {os.path.getsize(path)} bytes"
            raise ValueError(
                f"Not a `.keras` zip file: filepath={path} is {what}, not a zip archive. It may "
                "have been cut off, or be of another format: HDF5 files end in `.h5`"
            )
        model = keras_format.load_model(path, custom_objects, compile, safe_mode)
        model._loaded_from = LoadedFrom.of(path)
        return model
    if path.endswith(_LEGACY):
        return legacy_h5.load_model(path, custom_objects, compile)
    raise ValueError(
        f"File format not supported: filepath={path}. Keras 3 only supports V3 `.keras` files, "
        "legacy H5 format files (`.h5` extension). Rename the file if it is one of these"
    )


def save_weights(
    model: Any, filepath: Path, overwrite: bool = True, max_shard_size: float | None = None,
    **kwargs: Any,
) -> None:  # fmt: skip
    """Saves weights, and the optimizer's state; whole or not at all.

    Args:
        model: a built model.
        filepath: ends in `.weights.h5` or `.safetensors`.
        overwrite: False asks at the prompt before a file is replaced.
        max_shard_size: None; weights are kept in one file here.
        objects_to_skip: layers that are left out.

    Raises:
        ValueError: for another ending, a symbolic link, whose place the file would take, or a model
            that is not built.
        TypeError: for an unknown argument.
        OSError: where it can't be written; then what was there is as it was.
    """
    path = os.fspath(filepath)
    skipped = kwargs.pop("objects_to_skip", None) or ()
    if kwargs:
        raise TypeError(f"Invalid keyword arguments: {kwargs}")
    if max_shard_size is not None:
        raise ValueError(
            "Weights are saved in one file only: remove `max_shard_size`. "
            f"Received: max_shard_size={max_shard_size!r}"
        )
    if not path.endswith((".weights.h5", ".safetensors")):
        raise ValueError(
            f"The filename must end in `.weights.h5` (or `.safetensors`). Received: filepath={path}"
        )
    if _may_write(path, overwrite):
        keras_format.save_weights(model, path, skipped)


def load_weights(model: Any, filepath: Path, skip_mismatch: bool = False, **kwargs: Any) -> None:
    """Fills a model with the weights in a file; nothing is changed unless everything fits.

    Args:
        model: a built model.
        filepath: ends in `.weights.h5`, `.safetensors`, `.keras`, `.h5` or `.hdf5`.
        skip_mismatch: whether to warn of weights that do not fit, and load the others.
        objects_to_skip: layers that are left as they are.
        by_name: for `.h5`: whether layers are found by name, not by order.

    Raises:
        ValueError: for another ending, weights that do not fit, or numbers that are not those that
            were saved (a file may hold their checksum); then the model is as it was.
        OSError: for a file that is missing or broken.
    """
    path = os.fspath(filepath)
    skipped, by_name = kwargs.pop("objects_to_skip", None), kwargs.pop("by_name", None)
    if kwargs:
        raise ValueError(f"Invalid keyword arguments: {kwargs}")
    weights_only = path.endswith((".weights.h5", ".safetensors"))
    if skipped is not None and not weights_only:
        raise ValueError(
            f"`objects_to_skip` only supports loading '.weights.h5' files. Received: {path}"
        )
    if weights_only or path.endswith(".keras"):
        if by_name is not None:
            raise ValueError(
                f"`by_name` only supports loading legacy '.h5' or '.hdf5' files. Received: {path}"
            )
        with _naming(path):
            keras_format.load_weights(model, path, skip_mismatch, skipped or ())
        model._loaded_from = LoadedFrom.of(path)
    elif path.endswith(_LEGACY):
        with _naming(path):
            legacy_h5.load_weights(model, path, skip_mismatch, bool(by_name))
    else:
        raise ValueError(
            f"File format not supported: filepath={path}. Weights are read from `.weights.h5`, "
            "`.safetensors` and `.keras` files, and from legacy H5 files (`.h5` extension)"
        )


@contextlib.contextmanager
def _naming(path: str) -> Iterator[None]:
    """Whatever is wrong with a file is one ValueError, TypeError or OSError that names it."""
    try:
        yield
    except (ImportError, MemoryError, Warning):
        raise
    except Exception as error:
        kind = next((k for k in _KINDS if isinstance(error, k)), None)
        text = str(error) if kind else f"{type(error).__name__}: {error}"
        short = shortened(text)
        if kind is not None and path in text and short == text:
            raise
        raise (kind or ValueError)(f"{path}: {short}") from error


def _may_write(path: str, overwrite: bool) -> bool:
    """Whether a file may be written; asks where one is there that shall not be overwritten."""
    if overwrite or not os.path.exists(path):
        return True
    answer = input(f"[WARNING] {path} already exists - overwrite? [y/n]").strip().lower()
    while answer not in ("y", "n"):
        answer = input('Enter "y" (overwrite) or "n" (cancel).').strip().lower()
    if answer == "n":
        return False
    messages.print_msg("[TIP] Next time specify overwrite=True!")
    return True
