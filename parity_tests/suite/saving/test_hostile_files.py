"""Hostile and broken files: one clear error each, and no more memory than the weights deserve."""

import contextlib
import io
import os
import re
import sys
import time
import zipfile

import numpy as np
import pytest

import scratch as keras
from parity_tests.cases.files import hostile_files

h5py = pytest.importorskip("h5py")
linux = pytest.mark.skipif(not os.path.exists("/proc/self/clear_refs"), reason="needs Linux")


@linux
@pytest.mark.parametrize("name", hostile_files.files())
def test_one_clear_error(name, tmp_path):
    found = hostile_files.outcome_of(name, str(tmp_path))
    assert found.error in ("ValueError", "TypeError", "OSError"), found
    assert "bad." in found.message
    assert len(found.message) < 6000
    assert found.peak <= found.allowed


@linux
@pytest.mark.parametrize("name", hostile_files.sound())
def test_memory_of_a_large_model(name, tmp_path):
    found = hostile_files.outcome_of(name, str(tmp_path))
    assert not found.error, found
    assert (found.allowed - hostile_files.ALLOWED) / 4 < found.peak <= found.allowed


def network(units=3):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(units)])
    model.compile("adam", "mse")
    return model


@pytest.mark.parametrize("ending", [".keras", ".h5", ".weights.h5", ".safetensors"])
def test_a_failure_while_writing_leaves_the_old_file_and_no_other(ending, tmp_path, monkeypatch):
    path = tmp_path / f"m{ending}"

    def save():
        model = network()
        (model.save if ending in (".keras", ".h5") else model.save_weights)(path)

    save()
    before = path.read_bytes()

    def fails(*args):
        raise OSError("no space left")

    monkeypatch.setattr(os, "fsync", fails)
    with pytest.raises(OSError, match="no space left"):
        save()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == [path.name]


def test_a_link_is_not_written_over(tmp_path):
    (tmp_path / "m.keras").symlink_to(tmp_path / "other.keras")
    with pytest.raises(ValueError, match="symbolic link"):
        network().save(tmp_path / "m.keras")
    assert os.listdir(tmp_path) == ["m.keras"]


@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".safetensors"])
def test_weights_of_another_model_change_nothing(ending, tmp_path):
    path = tmp_path / f"m{ending}"
    other = network(5)
    (other.save if ending == ".keras" else other.save_weights)(path)
    model = network()
    before = model.get_weights()
    with pytest.raises(ValueError, match=re.escape("has shape (4, 5)")):
        model.load_weights(path)
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))
    with pytest.warns(UserWarning, match="could not be loaded"):
        model.load_weights(path, skip_mismatch=True)


@pytest.mark.parametrize("ending", [".weights.h5", ".h5"])
def test_weights_that_break_off_in_the_middle_change_nothing(ending, tmp_path):
    """Of compressed arrays nothing is known before they are read."""
    path = tmp_path / f"m{ending}"
    model = network()
    model.layers[0].bias.assign([1.0, 2.0, 3.0])
    (model.save if ending == ".h5" else model.save_weights)(path)
    with h5py.File(path, "r+") as file:
        group = file["layers/dense/vars" if ending == ".weights.h5" else "model_weights"]
        names: list[str] = []
        group.visit(names.append)
        names = [name for name in names if isinstance(group[name], h5py.Dataset)]
        for name in names:
            array = group[name][()]
            del group[name]
            group.create_dataset(name, data=array, chunks=array.shape, compression="gzip")
        last = group[next(name for name in names if group[name].ndim == 1)]
        place = last.id.get_chunk_info(0).byte_offset
    content = bytearray(path.read_bytes())
    content[place + 2 : place + 8] = b"\xff" * 6
    path.write_bytes(content)
    other = network()
    before = other.get_weights()
    with pytest.raises((ValueError, OSError), match=re.escape(str(path))):
        other.load_weights(path)
    assert all(np.array_equal(a, b) for a, b in zip(before, other.get_weights(), strict=True))


def calls_of(function):
    """How many functions are called."""
    count = 0

    def note(frame, event, argument):
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        function()
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("ending", [".keras", ".h5", ".weights.h5", ".safetensors"])
def test_loading_grows_with_the_number_of_layers_and_no_faster(ending, tmp_path):
    counts = []
    for layers in (10, 20, 40):
        model = keras.Sequential(
            [keras.Input((4,)), *(keras.layers.Dense(4) for _ in range(layers))]
        )
        model.compile("adam", "mse")
        model.optimizer.build(model.trainable_variables)
        path = tmp_path / f"m{ending}"
        whole = ending in (".keras", ".h5")
        (model.save if whole else model.save_weights)(path)
        load = keras.saving.load_model if whole else model.load_weights
        load(path)
        counts.append(calls_of(lambda load=load, path=path: load(path)))
    assert counts[2] - counts[1] < 2.3 * (counts[1] - counts[0])


@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".h5"])
@pytest.mark.parametrize("shape", ["deep", "wide"])
def test_many_groups_take_little_time(shape, ending, tmp_path):
    """Deep in each other, which no model's are, or side by side."""
    path = tmp_path / f"m{ending}"
    model = network()
    if ending == ".keras":
        model.save(path)
        with zipfile.ZipFile(path) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
        memory = io.BytesIO(parts["model.weights.h5"])
        many_groups(memory, shape)
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in {**parts, "model.weights.h5": memory.getvalue()}.items():
                archive.writestr(name, part)
    else:
        (model.save if ending == ".h5" else model.save_weights)(path)
        many_groups(path, shape)
    start = time.process_time()
    load = network().load_weights if ending == ".weights.h5" else keras.saving.load_model
    if shape == "deep":
        with pytest.raises(ValueError, match="nested more than 200 deep"):
            load(path)
    else:
        with contextlib.suppress(ValueError):  # an .h5 file that is too large for such a model
            load(path)
    assert time.process_time() - start < 5


def many_groups(file, shape):
    with h5py.File(file, "r+") as opened:
        if shape == "wide":
            for n in range(20_000):
                opened.create_group(f"g{n}")
        else:
            group = opened
            for _ in range(1_800):
                group = group.create_group("g")


def test_many_marks_of_a_heap_are_looked_at_in_no_time():
    """Each could claim the whole file: the entries of all of them together are counted."""
    entry = (1).to_bytes(8, "little") + (8).to_bytes(8, "little")
    marks = (b"GCOL\x01\0\0\0" + (2**40).to_bytes(8, "little") + entry) * 60_000
    from scratch.saving.hdf5_heaps import heaps_are_sound

    file = io.BytesIO(marks)
    start = time.process_time()
    assert not heaps_are_sound(file)
    assert time.process_time() - start < 5  # without a bound: an hour


@pytest.mark.parametrize("length", [2**32 - 1, 2**28, 2**20])
@pytest.mark.parametrize("texts", ["one", ["several", "of", "them"]], ids=["one", "several"])
@pytest.mark.parametrize("libver", ["earliest", "latest"])
def test_a_text_that_claims_to_be_longer_than_the_file(tmp_path, length, texts, libver):
    """HDF5 would take that much memory before it looks for the text."""
    from scratch.saving.hdf5_texts import texts_are_sound

    path = tmp_path / "a.h5"
    with h5py.File(path, "w", libver=libver) as file:
        file.attrs["a"] = texts
    good = path.read_bytes()
    assert texts_are_sound(io.BytesIO(good))
    last = texts if isinstance(texts, str) else texts[-1]
    heap = good.index(b"GCOL").to_bytes(8, "little")
    at = good.rindex(len(last).to_bytes(4, "little") + heap)
    bad = good[:at] + length.to_bytes(4, "little") + good[at + 4 :]
    assert not texts_are_sound(io.BytesIO(bad))


def test_many_marks_of_texts_are_looked_at_in_no_time():
    from scratch.saving.hdf5_texts import texts_are_sound

    mark = b"\x19\x01\x00\x00\x10\0\0\0\x10\0\0\0\x01\0\0\0" + bytes(8)
    shape = b"\x01\x01\0\0\0\0\0\0" + (2**40).to_bytes(8, "little")
    start = time.process_time()
    assert not texts_are_sound(io.BytesIO((mark + shape) * 60_000))
    assert time.process_time() - start < 5


def test_a_stored_member_of_two_sizes(tmp_path):
    """What is not compressed takes as many bytes as it has; in the table of contents, too."""
    model, path = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]), tmp_path / "m.keras"
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    keras.models.load_model(path)  # stored members are as good as compressed ones
    contents = bytearray(path.read_bytes())
    entry = contents.index(b"PK\x01\x02")
    size = int.from_bytes(contents[entry + 24 : entry + 28], "little")
    contents[entry + 24 : entry + 28] = (size - 1).to_bytes(4, "little")
    path.write_bytes(contents)
    with pytest.raises(ValueError, match="declares two sizes of"):
        keras.models.load_model(path)


@pytest.mark.parametrize("parts", [1, 2, 3])
def test_names_in_numbered_parts(parts, tmp_path):
    """HDF5 holds no attribute of more than 64 kB: Keras cuts a long list of names."""
    model, other, path = network(), network(), tmp_path / "m.h5"
    model.save(path)
    with h5py.File(path, "r+") as file:
        weights = file["model_weights"]
        for group, name in ((weights, "layer_names"), (weights["dense"], "weight_names")):
            names = list(group.attrs[name])
            del group.attrs[name]
            for number, part in enumerate(np.array_split(np.array(names, "S"), parts)):
                group.attrs[f"{name}{number}"] = part
    other.load_weights(path)
    for ours, theirs in zip(other.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_a_long_table_of_contents(tmp_path, monkeypatch):
    """Its size is looked at before it is parsed."""
    path = tmp_path / "m.keras"
    keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]).save(path)
    keras.models.load_model(path)
    monkeypatch.setattr("scratch.saving.archive._DIRECTORY", 50)
    with pytest.raises(ValueError, match=r"a table of contents of \d+ bytes, 50 are allowed"):
        keras.models.load_model(path)
