"""Changes of a file: of its bytes, and of what they mean.

Every function takes the content and a source of random numbers, and returns another content.
"""

import contextlib
import io
import json
import random
import struct
import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np

Mutation = Callable[[bytes, random.Random], bytes]
_CONFIGS = ("model_config", "training_config")

# Bytes --------------------------------------------------------------------------------------------


def flip(content: bytes, draw: random.Random) -> bytes:
    """Flips one bit."""
    changed = bytearray(content or b"\0")
    changed[draw.randrange(len(changed))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def overwrite(content: bytes, draw: random.Random) -> bytes:
    """Overwrites a few bytes."""
    at, length = draw.randrange(len(content) + 1), draw.choice((1, 2, 4, 8, 64, 512))
    new = draw.choice((b"\0" * length, b"\xff" * length, draw.randbytes(length)))
    return content[:at] + new + content[at + length :]


def cut(content: bytes, draw: random.Random) -> bytes:
    """The end, the beginning, or a piece is missing."""
    a, b = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    return draw.choice((content[:a], content[a:], content[:a] + content[b:]))


def insert(content: bytes, draw: random.Random) -> bytes:
    """A piece stands there twice, or foreign bytes stand between."""
    a, b = sorted(draw.randrange(len(content) + 1) for _ in range(2))
    return content[:a] + draw.choice((content[a:b], draw.randbytes(8), b"\0" * 4096)) + content[a:]


BYTES: tuple[Mutation, ...] = (flip, flip, overwrite, overwrite, cut, insert)

# Values -------------------------------------------------------------------------------------------


def _value(draw: random.Random) -> Any:
    return json.loads(json.dumps(draw.choice(_VALUES)))  # a copy


def _object(name: Any, config: Any, module: str = "keras.layers") -> dict[str, Any]:
    return {"module": module, "class_name": name, "config": config, "registered_name": None}


_TENSOR = {"shape": [None, 4], "dtype": "float32", "keras_history": ["dense", 99, 0]}
_VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 3, 2**31, 2**63, 10**30, 0.5, -0.0, 1e308, float("nan"),
    float("inf"), "", "x", "float32", "relu", "dense", "\ud800", "é" * 100, "x" * 10_000,
    [], [None], [1, 2], [[]], [[[1]]], [-1, None], {}, {"a": 1}, {"class_name": "Dense"},
    {"class_name": "Dense", "config": None}, {"class_name": "Dense", "config": {"units": 2}},
    _object("Dense", {"units": -3}), _object("Dense", {"units": 2, "name": "dense"}),
    _object(["Dense"], {}), _object("__numpy__", {}), _object("__bytes__", {"value": 3}),
    _object("__tensor__", {"value": [[1], [1, 2]], "dtype": "float32"}),
    _object("__keras_tensor__", {"shape": [], "dtype": 0, "keras_history": []}),
    _object("__keras_tensor__", _TENSOR), _object("__slice__", 0),
    _object("__lambda__", {"value": ["4wEAAAA=", None, None]}),
    _object("function", "relu", "builtins"), _object("function", ["relu"], "builtins"),
)  # fmt: skip
_CLASSES = (
    "Dense", "Sequential", "Functional", "Model", "Layer", "InputLayer", "Lambda", "Dropout",
    "BatchNormalization", "Embedding", "Add", "Concatenate", "TimeDistributed", "Reshape", "Adam",
    "MeanSquaredError", "GlorotUniform", "Orthogonal", "ExponentialDecay", "DTypePolicy", "L1L2",
    "MaxNorm", "Wrapper", "Metric", "Loss", "Optimizer", "EinsumDense", "Normalization", "Flatten",
    "Permute", "RepeatVector", "PReLU", "Softmax", "Masking", "LossScaleOptimizer", "Mean", "AUC",
)  # fmt: skip


def change_value(root: Any, draw: random.Random) -> Any:
    """Somewhere inside a value of lists and dictionaries, something else."""
    places: list[tuple[Any, Any]] = []

    def look(value: Any) -> None:
        for key in value if isinstance(value, dict) else range(len(value)):
            places.append((value, key))
            if isinstance(value[key], dict | list):
                look(value[key])

    if not isinstance(root, dict | list) or not root or draw.random() < 0.01:
        return _value(draw)
    look(root)
    for _ in range(draw.choice((1, 1, 1, 2, 4))):
        holder, key = draw.choice(places)
        if key not in (holder if isinstance(holder, dict) else range(len(holder))):
            continue
        kind = draw.randrange(7)
        if kind == 0:
            del holder[key]
        elif kind == 1:
            other, there = draw.choice(places)
            if there in (other if isinstance(other, dict) else range(len(other))):
                holder[key] = json.loads(json.dumps(other[there]))
        elif kind == 2 and isinstance(holder, list):
            holder.insert(key, holder[key])
        elif kind == 3 and isinstance(holder[key], int | float) and abs(holder[key]) < 2**60:
            holder[key] = draw.choice((-holder[key], holder[key] + 1, holder[key] * 10**6, 1e99))
        elif kind == 4:
            names = [p for p in places if p[1] == "class_name" and "class_name" in p[0]]
            if names:
                draw.choice(names)[0]["class_name"] = draw.choice(_CLASSES)
        elif kind == 5:
            for _ in range(draw.choice((1, 3, 200))):
                holder[key] = draw.choice(([holder[key]], {"a": holder[key]}))
        else:
            holder[key] = _value(draw)
    return root


def change_json(content: bytes, draw: random.Random) -> bytes:
    """The text of a value, somewhere in it another."""
    try:
        value = json.loads(content)
    except ValueError:  # it was changed before
        return flip(content or b"{}", draw)
    return json.dumps(change_value(value, draw)).encode()


JSON: tuple[Mutation, ...] = (change_json,) * 9 + (flip, overwrite, cut)

# HDF5 ---------------------------------------------------------------------------------------------


def _array(draw: random.Random) -> dict[str, Any]:
    import h5py

    shape = draw.choice(((), (0,), (1,), (3,), (4, 3), (5, 3), (4, 3, 1), (2, 0)))
    kind = draw.choice(("f4", "f8", "f2", "i4", "u1", "?", ">f4", "c8", "S5", "V3", "text", "pair"))
    if kind == "text":
        return {"data": "x" * 48}
    if kind == "pair":
        return {"data": np.zeros(shape, [("a", "f4"), ("b", "i4")])}
    more: dict[str, Any] = {}
    if shape and 0 not in shape and draw.random() < 0.3:
        more = {"compression": draw.choice(("gzip", "lzf")), "shuffle": True}
    if draw.random() < 0.1:
        return {"data": h5py.Empty("f4")}
    if draw.random() < 0.1:
        return {"shape": (10**5, 10**5), "dtype": "f4", "chunks": (1000, 1000)}
    return {"data": np.ones(shape).astype(kind), **more}


def _attribute(draw: random.Random) -> Any:
    import h5py

    return draw.choice((
        0, -1.5, "", "x", b"\xff\xfe", "{}", "[1", np.zeros((2, 2)), np.array([b"dense", b"d"]),
        np.array([], "f8"), h5py.Empty("f4"), np.array(["a", "b"], h5py.string_dtype()),
        np.zeros(2, [("a", "f4")]), np.array([b"x" * 60] * 1000), "null",
    ))  # fmt: skip


def change_hdf5(content: bytes, draw: random.Random) -> bytes:
    """Changes groups, arrays, links and attributes of an HDF5 file."""
    import h5py

    memory = io.BytesIO(content)
    with h5py.File(memory, "r+") as file:
        names: list[str] = []
        file.visit(names.append)
        for _ in range(draw.choice((1, 1, 2, 5))):
            # What an earlier step has done may stand in the way of the next.
            with contextlib.suppress(KeyError, ValueError, TypeError, RuntimeError, OSError):
                _change_object(file, names, draw)
    return memory.getvalue()


def _change_object(file: Any, names: list[str], draw: random.Random) -> None:
    import h5py

    name = draw.choice(names)
    place = draw.choice((file, file.get(name, file)))
    kind = draw.randrange(9)
    if kind < 4:
        del file[name]
    if kind == 1:
        file.create_dataset(name, **_array(draw))
    elif kind == 2:
        file.create_group(name)
    elif kind == 3:
        soft = [h5py.SoftLink(target) for target in ("/", f"/{names[0]}", f"/{name}")]
        file[name] = draw.choice((*soft, h5py.ExternalLink("/etc/passwd", "/x"), file))
    elif kind == 4:
        file.create_dataset(f"{names[0]}/new{draw.random()}", **_array(draw))
    elif kind == 5:
        depth = draw.choice((1, 9, 300))
        file.require_group(f"{draw.choice(names)}{draw.random()}" + "/g" * depth)
    elif kind == 6:
        keys = [*place.attrs.keys(), "checksum", "weight_names", "layer_names"]
        place.attrs[draw.choice(keys)] = _attribute(draw)
    elif kind == 7:
        for key in list(place.attrs.keys())[: draw.choice((1, 9))]:
            del place.attrs[key]
    else:
        for key in sorted(set(file.attrs.keys()) & set(_CONFIGS)):
            text = file.attrs[key]
            if isinstance(text, str | bytes):
                content = text if isinstance(text, bytes) else text.encode(errors="surrogateescape")
                file.attrs[key] = change_json(content, draw)


HDF5: tuple[Mutation, ...] = (*BYTES, change_hdf5, change_hdf5, change_hdf5, change_hdf5)

# Archives and headers -----------------------------------------------------------------------------


def change_archive(content: bytes, draw: random.Random) -> bytes:
    """Changes a member of a zip archive, its name, or how it is stored."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    number = draw.randrange(len(parts))
    name, part = parts[number]
    kind = draw.randrange(12)
    if kind == 0:
        del parts[number]
    elif kind == 1:
        parts[number] = (draw.choice(("x", "../x", "/x", "config.json", "a\\b", "c:x")), part)
    elif kind == 2:
        parts.append((f"{draw.random()}", draw.choice((b"", part, b"\0" * 2**22))))
    elif kind == 3:
        parts[number] = (name, draw.choice((b"", b"{}", parts[0][1], b"\0" * 2**22)))
    elif name.endswith(".h5"):
        parts[number] = (name, draw.choice(HDF5)(part, draw))
    else:
        parts[number] = (name, draw.choice(JSON)(part, draw))
    memory = io.BytesIO()
    how = draw.choice((zipfile.ZIP_STORED, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED))
    with zipfile.ZipFile(memory, "w", how) as archive:
        for name, part in dict(parts).items():
            archive.writestr(name, part)
    return memory.getvalue()


ARCHIVE: tuple[Mutation, ...] = (*BYTES, *(change_archive,) * 12)


def change_header(content: bytes, draw: random.Random) -> bytes:
    """Changes the header of a safetensors file."""
    (length,) = struct.unpack("<Q", content[:8])
    header = draw.choice((change_json, change_json, *BYTES))(content[8 : 8 + length], draw)
    size = draw.choice((len(header),) * 6 + (0, 2**62, len(header) // 2))
    return struct.pack("<Q", size) + header + content[8 + length :]


HEADER: tuple[Mutation, ...] = (*BYTES, *(change_header,) * 6)

OF_ENDING = {
    ".keras": ARCHIVE,
    ".weights.h5": HDF5,
    ".h5": HDF5,
    ".safetensors": HEADER,
    ".json": JSON,
}
