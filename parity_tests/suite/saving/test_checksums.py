"""The checksum in files of weights: flipped bits are noticed, and nobody else is disturbed."""

import json
import struct
import zipfile

import numpy as np
import pytest

import scratch
from scratch.saving import keras_format
from scratch.saving.checksum import Checksum, compare

h5py = pytest.importorskip("h5py")
ENDINGS = (".weights.h5", ".safetensors")


def network(k=scratch, filled=0.3):
    initializer = k.initializers.RandomNormal(seed=3) if filled is None else "ones"
    model = k.Sequential(
        [k.Input((4,)), k.layers.Dense(3, kernel_initializer=initializer), k.layers.Dense(2)]
    )
    model.compile("adam", "mse")
    return model


def saved(path, model=None, extra=None):
    model = model or network(filled=None)
    if str(path).endswith(".keras"):
        keras_format.save_model(model, str(path), extra=extra)
    else:
        keras_format.save_weights(model, str(path), extra=extra)
    return model


def numbers_of(path):
    """Where the numbers of the arrays lie in a file: pairs of begin and end."""
    if path.suffix == ".safetensors":
        content = path.read_bytes()
        (length,) = struct.unpack("<Q", content[:8])
        header = json.loads(content[8 : 8 + length])
        header.pop("__metadata__")
        return [[8 + length + n for n in entry["data_offsets"]] for entry in header.values()]
    found = []

    def look(name, thing):
        if isinstance(thing, h5py.Dataset):
            begin = thing.id.get_offset()
            found.append((begin, begin + thing.id.get_storage_size()))

    with h5py.File(path) as file:
        file.visititems(look)
    return found


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_flipped_bit_is_noticed(ending, tmp_path):
    path = tmp_path / f"m{ending}"
    saved(path, extra={"seeds": np.arange(3)})
    content = path.read_bytes()
    model = network()
    before = model.get_weights()
    places = [at for begin, end in numbers_of(path) for at in range(begin, end)]
    for n, at in enumerate(places):
        damaged = bytearray(content)
        damaged[at] ^= 1 << n % 8
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="Bits have flipped.*If you have edited") as error:
            model.load_weights(path)
        assert str(path) in str(error.value)
    assert len(places) > 100
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    for settings in ({"skip_mismatch": True}, {"objects_to_skip": [model.layers[0]]}):
        with pytest.raises(ValueError, match="Bits have flipped"):
            model.load_weights(path, **settings)


def test_flipped_bits_inside_a_model(tmp_path):
    path = tmp_path / "m.keras"
    saved(path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    weights = tmp_path / "m.weights.h5"
    weights.write_bytes(parts["model.weights.h5"])
    at = numbers_of(weights)[0][0]
    damaged = bytearray(parts["model.weights.h5"])
    damaged[at] ^= 4
    with zipfile.ZipFile(path, "w") as archive:  # with the right checksums of its own
        for name, content in {**parts, "model.weights.h5": bytes(damaged)}.items():
            archive.writestr(name, content)
    for load in (scratch.saving.load_model, network().load_weights):
        with pytest.raises(ValueError, match="Bits have flipped"):
            load(path)


def edit(path):
    """Adds 1 to the first kernel, as people do."""
    with h5py.File(path, "r+") as file:
        file["layers/dense/vars/0"][...] += 1


def test_an_edited_file_loads_when_its_checksum_is_removed(tmp_path):
    path = tmp_path / "m.weights.h5"
    model = saved(path)
    edit(path)
    with pytest.raises(ValueError, match=r"del file.attrs\['checksum'\]"):
        network().load_weights(path)
    with h5py.File(path, "r+") as file:  # what the message says
        del file.attrs["checksum"]
    other = network()
    other.load_weights(path)
    assert np.array_equal(other.get_weights()[0], model.get_weights()[0] + 1)


def test_arrays_written_anew_by_safetensors(tmp_path):
    safetensors = pytest.importorskip("safetensors.numpy")
    path = tmp_path / "m.safetensors"
    model = saved(path)
    arrays = safetensors.load_file(path)
    arrays["layers/dense/0"] += 1
    safetensors.save_file(arrays, path)
    other = network()
    other.load_weights(path)
    assert np.array_equal(other.get_weights()[0], model.get_weights()[0] + 1)


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
def test_keras_is_not_disturbed(tmp_path):
    """Keras loads what has a checksum, and what Keras wrote over it loads here."""
    keras = pytest.importorskip("keras")
    path = str(tmp_path / "m.weights.h5")
    model = saved(path)
    with h5py.File(path) as file:
        assert file.attrs["checksum"].startswith("crc32:")
    theirs = network(keras)
    theirs.load_weights(path)
    for a, b in zip(model.get_weights(), theirs.get_weights(), strict=True):
        assert np.array_equal(a, b)
    theirs.layers[0].bias.assign([1.0, 2.0, 3.0])
    theirs.save_weights(path)
    with h5py.File(path) as file:
        assert "checksum" not in file.attrs
    ours = network()
    ours.load_weights(path)
    assert np.array_equal(ours.get_weights()[1], [1.0, 2.0, 3.0])


def test_a_repacked_file_loads(tmp_path):
    """Compression changes no numbers; such a file is taken as one without a checksum."""
    path = tmp_path / "m.weights.h5"
    model = saved(path)
    with h5py.File(path, "r+") as file:
        kernel = file["layers/dense/vars/0"][()]
        del file["layers/dense/vars/0"]
        file.create_dataset("layers/dense/vars/0", data=kernel, compression="gzip")
    other = network()
    other.load_weights(path)
    assert np.array_equal(other.get_weights()[0], model.get_weights()[0])


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int8", "int64", "bool"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_arrays_of_every_kind(dtype, ending, tmp_path):
    draw = np.random.default_rng(0)
    arrays = {
        f"{name}/{dtype}": draw.normal(size=shape).astype(dtype)
        for name, shape in {"none": (0, 3), "one": (), "some": (2, 1, 3)}.items()
    }
    arrays["swapped"] = arrays[f"some/{dtype}"].astype(np.dtype(dtype).newbyteorder(">"))
    arrays["strided"] = arrays[f"some/{dtype}"][..., ::2].T
    path = tmp_path / f"m{ending}"
    saved(path, extra=arrays)
    found = keras_format.read_extra(str(path))
    assert found.keys() == arrays.keys()
    assert all(np.array_equal(found[name], array) for name, array in arrays.items())


def test_two_entries_of_one_name_are_refused(tmp_path):
    path = tmp_path / "m.safetensors"
    saved(path)
    content = path.read_bytes()
    (length,) = struct.unpack("<Q", content[:8])
    header = content[8 : 8 + length].rstrip()
    entry = b'"layers/dense/0":' + header.split(b'"layers/dense/0":')[1].split(b"}")[0] + b"}"
    header = header[:-1] + b"," + entry + b"}"
    path.write_bytes(struct.pack("<Q", len(header)) + header + content[8 + length :])
    with pytest.raises(ValueError, match="'layers/dense/0' stands there twice"):
        network().load_weights(path)


@pytest.mark.parametrize("stored", [None, 7, b"crc32:00000000", "", "md5:0123", "crc32"])
def test_what_is_no_checksum_of_this_kind_is_passed_over(stored):
    """Another program may use the name; what is one is compared."""
    arrays = [("a", np.arange(3.0))]
    compare(stored, arrays, "the file", "")
    compare(str(Checksum(arrays)), arrays, "the file", "")
    with pytest.raises(ValueError, match="not those that were saved"):
        compare("crc32:00000000", arrays, "the file", "")
