"""Whole models in the HDF5 files of Keras 2 (`.h5`).

    attributes           model_config, training_config (JSON), keras_version, backend
    model_weights        attribute layer_names; for each layer a group with attribute weight_names
                         and an array of each name
    optimizer_weights    attribute weight_names, and the arrays

Weights of a layer are in the order trainable, then not trainable; layers are found by their order.
"""

import json
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from scratch.files.whole import write_whole
from scratch.messages import LOGGER_NAME
from scratch.saving.bounded_json import ALLOWED, parse
from scratch.saving.hdf5 import contents_of, dataset_at, group_at, opened
from scratch.saving.hdf5_writing import image_of
from scratch.saving.keras_format import KERAS_VERSION, built_from
from scratch.saving.legacy_config import compile_arguments, legacy, legacy_compile, modern
from scratch.serialization import custom_object_scope, serialize_keras_object
from scratch.variables.deferred import Loading, check_stored
from scratch.variables.variable import Variable

_ATTRIBUTE = 64512  # bytes: HDF5 takes no larger one; longer lists are numbered parts


def save_model(model: Any, path: str, include_optimizer: bool = True) -> None:
    """Writes a whole model."""
    config = serialize_keras_object(model)

    def fill(file: Any) -> None:
        file.attrs["keras_version"], file.attrs["backend"] = KERAS_VERSION, "tensorflow"
        file.attrs["model_config"] = json.dumps(legacy(config)).encode()
        group = file.create_group("model_weights")
        group.attrs["keras_version"], group.attrs["backend"] = KERAS_VERSION, "tensorflow"
        _write_names(group, "layer_names", [layer.name for layer in model.layers])
        for layer in sorted(model.layers, key=lambda layer: layer.name):
            _write_arrays(group.create_group(layer.name), _in_order(layer))
        _write_arrays(group.create_group("top_level_model_weights"), _own(model))
        if include_optimizer and model.optimizer is not None:
            training = legacy_compile(config["compile_config"])
            file.attrs["training_config"] = json.dumps(training).encode()
            _write_arrays(file.create_group("optimizer_weights"), model.optimizer.variables)

    image = image_of(fill)
    if folder := os.path.dirname(path):
        os.makedirs(folder, exist_ok=True)
    write_whole(path, image)


def load_model(path: str, custom_objects: Mapping[str, Any] | None, compile: bool) -> Any:
    """The model in a file; see `scratch.saving.load_model`."""
    with opened(path, path) as file:
        declared = _check_size(file, path)
        config = _attribute(file, "model_config", path)
        if config is None:
            raise ValueError(f"No model config found in the file at {path}.")
        custom = dict(custom_objects or {})
        parsed = parse(config, f"{path}: model_config", ALLOWED + declared)
        with Loading(declared) as loading, custom_object_scope(custom):
            model = built_from(modern(parsed, custom), path, custom)
            _load(file, model, path)
            loading.is_filled(model.variables)
            training = _attribute(file, "training_config", path) if compile else None
            if training is not None:
                settings = parse(training, f"{path}: training_config", ALLOWED + declared)
                model.compile(**compile_arguments(settings))
                _load_optimizer(file, model, path)
            elif compile:
                import logging  # where there is something to say

                logging.getLogger(LOGGER_NAME).warning(
                    "No training configuration found in the save file, so the model was *not* "
                    "compiled. Compile it manually."
                )
    return model


def load_weights(model: Any, path: str, skip_mismatch: bool, by_name: bool) -> None:
    """Fills a model; see `scratch.saving.load_weights`."""
    with opened(path, path) as file:
        _load(file, model, path, skip_mismatch, by_name)


def _check_size(file: Any, path: str) -> int:
    """How many bytes of weights a file declares.

    Raises:
        ValueError: where most of it is something else: a config is read in one piece.
    """
    contents = contents_of(file, path)
    rest = os.path.getsize(path) - contents.stored
    if rest > ALLOWED // 4 + 4096 * (contents.arrays + 1):
        raise ValueError(
            f"{path} holds {rest} bytes besides its weights, too many for the config of a model. "
            "Save it again, in the `.keras` format"
        )
    return contents.declared


# Weights ------------------------------------------------------------------------------------------


class _Group(Mapping[str, Any]):
    """The arrays of a group, by their numbers in its list of names."""

    def __init__(self, group: Any, path: str) -> None:
        self._group, self._path = group, path
        self._names = _read_names(group, "weight_names", path)

    def declared(self, key: str) -> tuple[tuple[int, ...], np.dtype]:
        """Shape and type, as the file says."""
        data = dataset_at(self._group, self._names[int(key)], self._path)
        return data.shape, data.dtype

    def __getitem__(self, key: str) -> np.ndarray:
        return np.asarray(dataset_at(self._group, self._names[int(key)], self._path)[()])

    def __iter__(self) -> Iterator[str]:
        return map(str, range(len(self._names)))

    def __len__(self) -> int:
        return len(self._names)


def _load(
    file: Any, model: Any, path: str, skip_mismatch: bool = False, by_name: bool = False
) -> None:
    root = file
    if "layer_names" not in file.attrs and "layer_names0" not in file.attrs:
        root = _existing(file, "model_weights", path)
    groups = {
        name: _Group(_existing(root, name, path), path)
        for name in _read_names(root, "layer_names", path)
    }
    if by_name:
        pairs = [(layer, groups[layer.name]) for layer in model.layers if layer.name in groups]
    else:
        layers = [layer for layer in model.layers if _in_order(layer)]
        full = [group for group in groups.values() if len(group)]
        if len(layers) != len(full):
            raise ValueError(
                f"{path}: layer count mismatch when loading weights from file. Model expected "
                f"{len(layers)} layers, found {len(full)} saved layers."
            )
        pairs = list(zip(layers, full, strict=True))
    jobs = [(layer, _in_order(layer), group) for layer, group in pairs]
    if "top_level_model_weights" in root:
        group = _Group(_existing(root, "top_level_model_weights", path), path)
        jobs.append((model, _own(model), group))
    fitting = [job for job in jobs if _fits(*job, path, skip_mismatch)]
    # All is read before any is assigned: a file may turn out to be broken in the middle.
    arrays = [[stored[str(i)] for i in range(len(variables))] for _, variables, stored in fitting]
    for (owner, variables, _), values in zip(fitting, arrays, strict=True):
        for variable, value in zip(variables, values, strict=True):
            variable.overwrite(value)
        if variables and hasattr(owner, "finalize_state"):
            owner.finalize_state()


def _fits(
    owner: Any, variables: Sequence[Variable], stored: _Group, path: str, skip_mismatch: bool
) -> bool:
    """Whether what is stored fits; raises, or warns, where not."""
    try:
        if len(stored) != len(variables):
            raise ValueError(
                f"weight count mismatch for layer '{owner.name}'. Layer expects {len(variables)} "
                f"weight(s). Received {len(stored)} saved weight(s)"
            )
        check_stored(f"layer '{owner.name}'", variables, stored)
    except (KeyError, ValueError) as error:
        what = f"there is no array {error}" if isinstance(error, KeyError) else str(error)
        if not skip_mismatch:
            raise ValueError(f"{path}: {what}") from error
        warnings.warn(f"{path}: skipping, because {what}", stacklevel=6)
        return False
    return True


def _load_optimizer(file: Any, model: Any, path: str) -> None:
    group = group_at(file, "optimizer_weights", path)
    if group is None:
        return
    optimizer, stored = model.optimizer, _Group(group, path)
    optimizer.build(model.trainable_variables)
    try:
        optimizer.check_own_variables(stored)
    except (KeyError, ValueError) as error:
        raise ValueError(
            f"{path}: the optimizer's state does not fit: {error}. Load with `compile=False`"
        ) from error
    optimizer.load_own_variables(stored)


def _in_order(layer: Any) -> list[Variable]:
    return [*layer.trainable_weights, *layer.non_trainable_weights]


def _own(model: Any) -> list[Variable]:
    return [*model._trainable_variables, *model._other_variables]


# Attributes ---------------------------------------------------------------------------------------


def _existing(parent: Any, name: str, path: str) -> Any:
    group = group_at(parent, name, path)
    if group is None:
        raise ValueError(f"{path}: there is no group {name!r} in {parent.name!r}. Save it again")
    return group


def _attribute(file: Any, name: str, path: str) -> str | bytes | None:
    value = file.attrs.get(name)
    if value is None or isinstance(value, str | bytes):
        return value
    raise ValueError(f"{path}: the attribute {name!r} is no text")


def _read_names(group: Any, name: str, path: str) -> list[str]:
    """A list of names, perhaps in numbered parts."""
    keys = [name] if name in group.attrs else []
    while not keys or keys[0] != name:
        if f"{name}{len(keys)}" not in group.attrs:
            break
        keys.append(f"{name}{len(keys)}")
    found = [n for key in keys for n in np.atleast_1d(group.attrs[key])]
    names = [n.decode() if isinstance(n, bytes) else n for n in found]
    if not all(isinstance(n, str) for n in names):
        raise ValueError(f"{path}: the attribute {name!r} is no list of names")
    return [str(n) for n in names]


def _write_names(group: Any, name: str, names: list[str]) -> None:
    array, parts = np.array([n.encode() for n in names]), 1
    if not names:
        group.attrs[name] = []
        return
    while max(part.nbytes for part in np.array_split(array, parts)) > _ATTRIBUTE:
        parts += 1
    for i, part in enumerate(np.array_split(array, parts)):
        group.attrs[name if parts == 1 else f"{name}{i}"] = part


def _write_arrays(group: Any, variables: Sequence[Variable]) -> None:
    _write_names(group, "weight_names", [v.path for v in variables])
    for variable in variables:
        group.create_dataset(variable.path, data=variable.array)
