"""Hostile and broken files: one clear error each, and no more memory than the weights deserve."""

import os
import re

import numpy as np
import pytest

import scratch as keras
from parity_tests import hostile_files

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
