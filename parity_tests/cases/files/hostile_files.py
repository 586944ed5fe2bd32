"""Files made to do harm, or broken by accident: the one error that each gets, and what it costs.

    python -m parity_tests.cases.files.hostile_files          prints the table

Every file is loaded in a process of its own, whose peak memory is the system's own figure. What is
allowed is twice the weights that are loaded, plus 16 MiB; so large sound files are loaded, too.
"""

import io
import json
import os
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

ALLOWED = 16 * 2**20


@dataclass(frozen=True)
class Outcome:
    """The result of loading one hostile file."""

    error: str
    message: str
    peak: int  # bytes above what the process took before
    allowed: int


def _model(keras: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, name="d")], name="m")
    model.compile("adam", "mse")
    return model


def _saved(ending: str, folder: str) -> str:
    import scratch as keras

    path = os.path.join(folder, f"good{ending}")
    model = _model(keras)
    (model.save_weights if ending in (".weights.h5", ".safetensors") else model.save)(path)
    return path


def _parts(folder: str) -> dict[str, bytes]:
    with zipfile.ZipFile(_saved(".keras", folder)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _zip(path: str, parts: dict[str, bytes], kind: int = zipfile.ZIP_STORED) -> None:
    with zipfile.ZipFile(path, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


def _with_config(change: Callable[[dict[str, Any]], Any]) -> Callable[[str, str], None]:
    def make(path: str, folder: str) -> None:
        parts = _parts(folder)
        config = json.loads(parts["config.json"])
        config = change(config) or config
        _zip(path, {**parts, "config.json": json.dumps(config).encode()})

    return make


def _with_weights(change: Callable[[Any], None]) -> Callable[[str, str], None]:
    import h5py

    def make(path: str, folder: str) -> None:
        parts = _parts(folder)
        memory = io.BytesIO(parts["model.weights.h5"])
        with h5py.File(memory, "r+") as file:
            change(file)
        _zip(path, {**parts, "model.weights.h5": memory.getvalue()})

    return make


def _with_bytes(change: Callable[[bytearray], Any], ending: str = ".keras") -> Callable:
    def make(path: str, folder: str) -> None:
        with open(_saved(ending, folder), "rb") as file:
            content = bytearray(file.read())
        content = change(content) or content
        with open(path, "wb") as file:
            file.write(content)

    return make


def _extra_member(name: str, **more: Any) -> Callable[[str, str], None]:
    def make(path: str, folder: str) -> None:
        parts = _parts(folder)
        with zipfile.ZipFile(path, "w") as archive:
            for key, content in parts.items():
                archive.writestr(key, content)
            info = zipfile.ZipInfo(name)
            info.external_attr = more.get("attributes", 0)
            archive.writestr(info, more.get("content", b"x"), more.get("kind"))

    return make


def _duplicate(path: str, folder: str) -> None:
    parts = _parts(folder)
    _zip(path, {**parts, "config.jsoX": b"{}"})
    with open(path, "r+b") as file:
        content = file.read().replace(b"config.jsoX", b"config.json")
        file.seek(0)
        file.write(content)


def _overlap(content: bytearray) -> None:
    """Lets the second member of the table of contents begin where the first does."""
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 1)
    content[second + 42 : second + 46] = content[first + 42 : first + 46]


def _bad_sum(content: bytearray) -> None:
    at = content.find(b"\x89HDF")
    content[at + 3000] ^= 0xFF


def _layer(config: dict[str, Any]) -> dict[str, Any]:
    return config["config"]["layers"][1]


def _set(target: dict[str, Any], **values: Any) -> None:
    target.update(values)


def _lambda(config: dict[str, Any]) -> None:
    code = {"class_name": "__lambda__", "config": {"value": ["4wEAAAA=", None, None]}}
    _set(_layer(config), class_name="Lambda", config={"name": "l", "function": code})


def _kernel(file: Any, make: Callable[[Any], Any]) -> None:
    group = file["layers/dense/vars"]
    del group["0"]
    make(group)


def _chunk_bomb(group: Any) -> None:
    group.create_dataset(
        "0", (4, 3), "f4", chunks=(20000, 10000), maxshape=(None, None), compression="gzip"
    )


def _virtual(group: Any) -> None:
    import h5py

    layout = h5py.VirtualLayout((4, 3), "f4")
    layout[:] = h5py.VirtualSource("/etc/other.h5", "x", (4, 3))
    group.create_virtual_dataset("0", layout)


def _links(kind: str) -> Callable[[Any], Any]:
    import h5py

    link = h5py.SoftLink("/optimizer/vars/2") if kind == "soft" else None
    return lambda file: _kernel(
        file, lambda g: g.__setitem__("0", link or h5py.ExternalLink("/etc/passwd", "/x"))
    )


def _deep_groups(file: Any) -> None:
    for _ in range(1_800):
        file = file.create_group("g")


def _deep(config: dict[str, Any]) -> None:
    inner: Any = {}
    for _ in range(300):
        inner = {"class_name": "Sequential", "module": "keras", "registered_name": None,
                 "config": {"name": "s", "layers": [inner]}}  # fmt: skip
    config["config"]["layers"][1] = inner


def _tensors(change: Callable[[dict[str, Any]], Any]) -> Callable:
    def edit(content: bytearray) -> bytes:
        length = struct.unpack("<Q", content[:8])[0]
        header = json.loads(content[8 : 8 + length])
        change(header)
        text = json.dumps(header).encode()
        return struct.pack("<Q", len(text)) + text + bytes(content[8 + length :])

    return _with_bytes(edit, ".safetensors")


def _endless_heap(content: bytearray) -> None:
    """The first heap begins with zeros, which HDF5 would read for ever."""
    at = content.find(b"GCOL")
    content[at + 16 : at + 48] = bytes(32)


def _twice(content: bytearray) -> bytes:
    length = struct.unpack("<Q", content[:8])[0]
    header = bytes(content[8 : 8 + length]).rstrip()[:-1] + b',"layers/dense/0":{}}'
    return struct.pack("<Q", len(header)) + header + bytes(content[8 + length :])


_FIRST = "layers/dense/0"
Maker = Callable[[str, str], Any]


def files() -> dict[str, tuple[str, Maker]]:
    """Each file's ending, and the function that makes it."""
    h5 = {
        "a link to another file": _links("external"),
        "a soft link": _links("soft"),
        "external storage": lambda f: _kernel(
            f, lambda g: g.create_dataset("0", (4, 3), "f4", external=[("/etc/passwd", 0, 48)])
        ),
        "a virtual array": lambda f: _kernel(f, _virtual),
        "pickled objects": lambda f: _kernel(
            f, lambda g: g.create_dataset("0", (4, 3), np.dtype("V8"))
        ),
        "text for numbers": lambda f: _kernel(f, lambda g: g.create_dataset("0", data="x" * 48)),
        "integers for floats": lambda f: _kernel(
            f, lambda g: g.create_dataset("0", data=np.ones((4, 3), "i4"))
        ),
        "a shape bomb": lambda f: _kernel(
            f, lambda g: g.create_dataset("0", (10**6, 10**6), "f4", chunks=(1000, 1000),
                                          compression="gzip")
        ),
        "a chunk bomb": lambda f: _kernel(f, _chunk_bomb),
        "numbers never written": lambda f: _kernel(
            f, lambda g: g.create_dataset("0", (4, 3), "f4")
        ),
        "another shape": lambda f: _kernel(
            f, lambda g: g.create_dataset("0", data=np.ones((5, 3), "f4"))
        ),
        "a weight missing": lambda f: f.__delitem__("layers/dense/vars/1"),
        "a weight too many": lambda f: f["layers/dense/vars"].create_dataset("2", data=[1.0]),
        "a layer too many": lambda f: f.create_dataset("layers/dense_1/vars/0", data=[1.0]),
        "an array for a group": lambda f: (
            f.__delitem__("layers/dense"), f.create_dataset("layers/dense", data=[1.0])
        ),
        "groups 1,800 deep": _deep_groups,
        "4,000 layers too many": lambda f: [
            f.create_group(f"layers/x{i}/vars").create_dataset("0", data=[1.0])
            for i in range(4_000)
        ],
        "an array that is its own group": lambda f: f["layers/dense/vars"].__setitem__(
            "2", f["layers"]
        ),
    }  # fmt: skip
    configs: dict[str, Callable[[dict[str, Any]], Any]] = {
        "code: a lambda": _lambda,
        "code: a module to import": lambda c: _set(c, module="os", class_name="system"),
        "code: a private name": lambda c: _set(
            _layer(c), module="keras.layers", class_name="__builtins__"
        ),
        "code: a function for a class": lambda c: _set(
            c, module="keras.utils", class_name="get_file", registered_name=None,
            config={"origin": "http://x"},
        ),
        "a layer of 4 terabytes": lambda c: _layer(c)["config"].update(units=10**12),
        "a model nested 300 deep": _deep,
        "an array of a strange type": lambda c: _layer(c)["config"].update(
            units={"class_name": "__numpy__", "config": {"value": 0, "dtype": "V2000000000"}}
        ),
        "no model": lambda c: {
            "class_name": "Dense", "module": "keras.layers", "config": {"units": 1}
        },
        "a list for a dictionary": lambda c: ["model"],
    }  # fmt: skip
    big = b'{"a":' * 1_700_000 + b"1" + b"}" * 1_700_000
    wide = b"[" + b"[]," * 3_400_000 + b"1]"
    archives: dict[str, Maker] = {
        "10 MB of nested JSON": lambda p, d: _zip(p, {**_parts(d), "config.json": big}),
        "10 MB of flat JSON": lambda p, d: _zip(p, {**_parts(d), "config.json": wide}),
        "20,000 levels of JSON": lambda p, d: _zip(
            p, {**_parts(d), "config.json": b"[" * 20000 + b"]" * 20000}
        ),
        "no JSON": lambda p, d: _zip(p, {**_parts(d), "config.json": b"\xff{"}),
        "a name leading out": _extra_member("../../evil.py"),
        "an absolute name": _extra_member("/tmp/evil.py"),
        "a symbolic link inside": _extra_member("link", attributes=0o120777 << 16),
        "a zip bomb": _extra_member("x", content=b"\0" * 2**26, kind=zipfile.ZIP_DEFLATED),
        "zipped weights of zeros": lambda p, d: _zip(
            p, {**_parts(d), "model.weights.h5": b"\0" * 2**26}, zipfile.ZIP_DEFLATED
        ),
        "two members of one name": _duplicate,
        "overlapping members": _with_bytes(_overlap),
        "a wrong checksum": _with_bytes(_bad_sum),
        "truncated": _with_bytes(lambda b: b[: len(b) // 2]),
        "50,000 members": lambda p, d: _zip(p, {f"{i}": b"" for i in range(50_000)}),
        "no weights": lambda p, d: _zip(p, {"config.json": _parts(d)["config.json"]}),
        "no HDF5": lambda p, d: _zip(p, {**_parts(d), "model.weights.h5": b"x" * 9000}),
    }
    tensors: dict[str, Maker] = {
        "truncated": _with_bytes(lambda b: b[:-7], ".safetensors"),
        "a header of 2^60 bytes": _with_bytes(
            lambda b: struct.pack("<Q", 2**60) + b[8:], ".safetensors"
        ),
        "a shape bomb": _tensors(lambda h: h[_FIRST].update(shape=[10**6, 10**6])),
        "overlapping arrays": _tensors(
            lambda h: h[_FIRST].update(data_offsets=[0, 48]) or h["layers/dense/1"].update(
                data_offsets=[40, 52])
        ),
        "an unknown type": _tensors(lambda h: h[_FIRST].update(dtype="PICKLE")),
        "one name twice": _with_bytes(_twice, ".safetensors"),
        "metadata that are no texts": _tensors(lambda h: h.update(__metadata__={"a": 1})),
        "a gap": _tensors(lambda h: h[_FIRST].update(shape=[4, 2], data_offsets=[0, 32])),
        "a shape that is no list": _tensors(lambda h: h[_FIRST].update(shape="43")),
        "an entry that is no dictionary": _tensors(lambda h: h.update({_FIRST: [4, 3]})),
        "flipped bits": _with_bytes(lambda b: b[:-3] + b"abc", ".safetensors"),
        "negative offsets": _tensors(lambda h: h[_FIRST].update(data_offsets=[-48, 0])),
        "10 MB of nested JSON": lambda p, d: _write(p, struct.pack("<Q", len(big)) + big),
    }  # fmt: skip
    legacy: dict[str, Maker] = {
        "truncated": _with_bytes(lambda b: b[: len(b) // 2], ".h5"),
        "a heap without an end": _with_bytes(_endless_heap, ".h5"),
        "code: a lambda": _legacy(
            lambda c: c["config"]["layers"].append(
                {"class_name": "Lambda", "config": {"function": ["4wEAAAA=", None, None]}}
            )
        ),
        "an unknown class": _legacy(lambda c: c.update(class_name="system")),
        "10 MB of config": _legacy(lambda c: c.update(x="y" * 10**7)),
        "no HDF5": lambda p, d: _write(p, b"x" * 9000),
    }  # fmt: skip
    return (
        {f"{name} (.keras)": (".keras", _with_weights(change)) for name, change in h5.items()}
        | {f"{name} (config)": (".keras", _with_config(c)) for name, c in configs.items()}
        | {f"{name} (archive)": (".keras", make) for name, make in archives.items()}
        | {f"{name} (.safetensors)": (".safetensors", make) for name, make in tensors.items()}
        | {f"{name} (.h5)": (".h5", make) for name, make in legacy.items()}
    )


def _large(optimizer: str, initializer: str) -> Maker:
    def make(path: str, folder: str) -> None:
        import scratch as keras

        dense = keras.layers.Dense(1500, kernel_initializer=initializer)
        model = keras.Sequential([keras.Input((4000,)), dense])
        model.compile(optimizer, "mse")
        model.optimizer.build(model.trainable_variables)
        model.save(path)

    return make


def sound() -> dict[str, tuple[str, Maker]]:
    """Files of 24 MB and more, and nothing wrong with them."""
    return {
        "6 million weights (.keras)": (".keras", _large("sgd", "he_normal")),
        "6 million weights, Adam (.keras)": (".keras", _large("adam", "glorot_uniform")),
        "6 million weights, Adam (.h5)": (".h5", _large("adam", "he_normal")),
    }


def _write(path: str, content: bytes) -> None:
    with open(path, "wb") as file:
        file.write(content)


def _legacy(change: Callable[[dict[str, Any]], Any]) -> Maker:
    def make(path: str, folder: str) -> None:
        import h5py

        os.replace(_saved(".h5", folder), path)
        with h5py.File(path, "r+") as file:
            config = json.loads(file.attrs["model_config"])
            change(config)
            file.attrs["model_config"] = json.dumps(config).encode()

    return make


# Loading, in a process of its own -----------------------------------------------------------------


def _load_here(path: str) -> dict[str, Any]:
    """Loads a file in this process; the error and the memory that it took."""
    import scratch as keras

    with tempfile.TemporaryDirectory() as folder:  # everything that is imported late
        for ending in (".keras", ".h5", ".safetensors"):
            good = _saved(ending, folder)
            if ending == ".safetensors":
                _model(keras).load_weights(good)
            else:
                keras.saving.load_model(good)
    with open("/proc/self/clear_refs", "w") as file:
        file.write("5")  # the peak starts from what is taken now
    before = _memory("VmRSS")
    error = message = ""
    try:
        if path.endswith(".safetensors"):
            _model(keras).load_weights(path)
        else:
            keras.saving.load_model(path)
    except Exception as failure:
        error, message = type(failure).__name__, str(failure)
    allowed = ALLOWED + (0 if error else 2 * os.path.getsize(path))
    peak = _memory("VmHWM") - before
    return {"error": error, "message": message, "peak": peak, "allowed": allowed}


def _memory(name: str) -> int:
    """Bytes of memory that this process takes (`VmRSS`), or took at most (`VmHWM`)."""
    with open("/proc/self/status") as file:
        line = next(line for line in file if line.startswith(name))
    return int(line.split()[1]) * 1024


def outcome_of(name: str, folder: str) -> Outcome:
    """Makes a file and loads it."""
    ending, make = (files() | sound())[name]
    path = os.path.join(folder, f"bad{ending}")
    make(path, folder)
    done = subprocess.run(
        [sys.executable, "-m", "parity_tests.cases.files.hostile_files", path],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    return Outcome(**json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Prints the table, or the outcome of the file that the command line names."""
    if len(sys.argv) > 1:
        print(json.dumps(_load_here(sys.argv[1])))
        return
    print(f"{'file':45s} {'error':12s} {'peak MiB':>8s}  message")
    for name in files() | sound():
        with tempfile.TemporaryDirectory() as folder:
            found = outcome_of(name, folder)
            message = " ".join(found.message.replace(folder + "/", "").split())
            print(f"{name:45s} {found.error:12s} {found.peak / 2**20:8.1f}  {message[:150]}")


if __name__ == "__main__":
    main()
