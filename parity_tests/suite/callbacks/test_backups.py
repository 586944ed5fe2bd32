"""Backups that are damaged, cut short or incomplete: never an epoch without its weights."""

import contextlib
import json
import os
import shutil
import warnings
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import kappa_of, trajectory
from scratch.callbacks import BackupAndRestore
from scratch.callbacks.backup_files import LATEST, PREVIOUS
from scratch.files import whole as whole_file
from scratch.saving import keras_format, training_state

pytestmark = pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
WEIGHTS, METADATA = "latest.weights.h5", "training_metadata.json"
X = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")
EPOCHS, STEPS = 5, 2


class Stopped(BaseException):
    pass


def program(k, folder, stop=None, at_batch=0, epochs=EPOCHS, initial_epoch=0, **options):
    """Trains, stopped in epoch `stop`: the model and its history."""
    k.utils.set_random_seed(1)
    model = k.Sequential([k.Input((8,)), k.layers.Dense(1)])
    model.compile("adam", "mse")

    class Stop(k.callbacks.Callback):  # type: ignore[name-defined]
        epoch = None

        def on_epoch_begin(self, epoch, logs=None):
            self.epoch = epoch

        def on_train_batch_begin(self, batch, logs=None):
            if self.epoch == stop and batch == at_batch:
                raise Stopped

    backup = k.callbacks.BackupAndRestore(str(folder), **options)
    try:
        log = model.fit(
            X,
            X[:, :1],
            epochs=epochs,
            initial_epoch=initial_epoch,
            verbose=0,
            callbacks=[backup, Stop()],
        )
    except Stopped:
        return model, None
    return model, log


def iterations(model):
    return int(np.asarray(model.optimizer.iterations))


def weights(model):
    return np.concatenate([w.ravel() for w in model.get_weights()])


@pytest.fixture(scope="module")
def straight(tmp_path_factory):
    model, _ = program(scratch, tmp_path_factory.mktemp("straight") / "b")
    return weights(model)


def read(path):
    state: Any = training_state.read_state(path)
    return state


def cut(size):
    return lambda path: os.truncate(path, size)


def put(at, content):
    def damage(path):
        with open(path, "r+b") as file:
            file.seek(at)
            file.write(content)

    return damage


def flipped(part):
    """One bit, this far into the file."""

    def damage(path):
        content = bytearray(path.read_bytes())
        content[int(len(content) * part)] ^= 16
        path.write_bytes(content)

    return damage


def says(**changes):
    """Another epoch, with the checksum that belongs to it."""

    def damage(path):
        model, _ = program(scratch, path.parent / "other", stop=0)
        model.optimizer.build(model.trainable_variables)
        keras_format.load_weights(model, str(path))
        state = {**read(path), **changes}
        training_state.save_with_state(
            model, str(path), {name: value for name, value in state.items() if value is not None}
        )

    return damage


DAMAGES = {
    "gone": lambda path: path.unlink(),
    "0 bytes": cut(0),
    "5 bytes": cut(5),
    "half": lambda path: os.truncate(path, path.stat().st_size // 2),
    "last byte lost": lambda path: os.truncate(path, path.stat().st_size - 1),
    **{f"32 bytes at {at}": put(at, b"\xff" * 32) for at in (0, 680, 800, 1072, 2048)},
    **{f"a bit at {part}": flipped(part) for part in (0.75, 0.9)},
    "a text": lambda path: path.write_text("no backup"),
    "epoch is text": says(epoch="3"),
    "epoch is a float": says(epoch=3.0),
    "epoch is true": says(epoch=True),
    "epoch is negative": says(epoch=-1),
    "no epoch": says(epoch=None),
    "weights alone": lambda path: program(scratch, path.parent / "x", stop=0)[0].save_weights(path),
}


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("double", [True, False])
@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_backup(name, double, exact, tmp_path, straight):
    """The one before is taken, or the training begins anew: with a warning, and the right end."""
    folder = tmp_path / "b"
    options = {"double_checkpoint": double, "exact": exact}
    program(scratch, folder, stop=3, **options)
    DAMAGES[name](folder / LATEST)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        model, log = program(scratch, folder, **options)
    assert iterations(model) == EPOCHS * STEPS
    assert np.array_equal(weights(model), straight)
    if name != "gone" and not given:
        assert name.startswith(("32", "a bit"))  # of what nothing reads
        assert log.epoch[-2:] == [3, 4]
        return
    from_before = list(range(EPOCHS)) if exact else [2, 3, 4]
    assert log.epoch == (from_before if double else list(range(EPOCHS)))
    if name != "gone":
        expected = "goes on from the one before" if double else "begins anew"
        assert any(expected in str(w.message) and LATEST in str(w.message) for w in given)
    assert not folder.exists()


def test_every_flipped_bit_of_the_numbers(tmp_path, straight):
    """Wherever a byte is changed, the training ends right; most of all without a word is wrong."""
    folder, kept = tmp_path / "b", tmp_path / "kept"
    program(scratch, folder, stop=3)
    shutil.copytree(folder, kept)
    size = (kept / LATEST).stat().st_size
    for at in np.random.default_rng(0).integers(0, size, 60):
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(kept, folder)
        content = bytearray((folder / LATEST).read_bytes())
        content[at] ^= 0x41
        (folder / LATEST).write_bytes(content)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            model, _ = program(scratch, folder)
        assert iterations(model) == EPOCHS * STEPS, at
        assert np.array_equal(weights(model), straight), at


def test_both_copies_damaged(tmp_path, straight):
    folder = tmp_path / "b"
    program(scratch, folder, stop=3, double_checkpoint=True)
    cut(100)(folder / LATEST)
    cut(100)(folder / PREVIOUS)
    with pytest.warns(UserWarning, match="begins anew"):
        model, _ = program(scratch, folder, double_checkpoint=True)
    assert np.array_equal(weights(model), straight)


def test_a_broken_backup_does_not_take_the_place_of_a_good_one(tmp_path, straight):
    """After falling back, a kill in the next writing finds a good one still."""
    folder = tmp_path / "b"
    program(scratch, folder, stop=3, double_checkpoint=True)
    cut(100)(folder / LATEST)
    with pytest.warns(UserWarning, match="one before"):
        program(scratch, folder, stop=2, double_checkpoint=True)
    assert read(folder / LATEST)["epoch"] == 2
    model, log = program(scratch, folder, double_checkpoint=True)
    assert log.epoch == [2, 3, 4]
    assert np.array_equal(weights(model), straight)


@pytest.mark.parametrize("exact", [False, True])
def test_the_backup_says_where_to_go_on_whatever_epoch_was_asked_for(exact, tmp_path, straight):
    folder = tmp_path / "b"
    program(scratch, folder, stop=3, exact=exact)
    model, log = program(scratch, folder, exact=exact, initial_epoch=1)
    assert log.epoch == (list(range(EPOCHS)) if exact else [3, 4])  # exactly: with its history
    assert np.array_equal(weights(model), straight)


def test_another_models_backup_is_refused(tmp_path):
    """It is whole, and not to be overwritten."""
    folder = tmp_path / "b"
    program(scratch, folder, stop=3)
    before = (folder / LATEST).read_bytes()
    model = scratch.Sequential([scratch.Input((8,)), scratch.layers.Dense(3)])
    model.compile("adam", "mse")
    with pytest.raises(ValueError, match="could not be loaded"):
        model.fit(X, X[:, :3], verbose=0, callbacks=[BackupAndRestore(folder)])
    assert (folder / LATEST).read_bytes() == before


# Kills --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("exact", [False, True])
@pytest.mark.parametrize("double", [False, True])
def test_a_kill_at_every_call_of_the_system(double, exact, tmp_path, straight, monkeypatch):
    """Every epoch is trained once, whichever renaming, writing or removal is the last."""
    calls: dict[str, Any] = {"left": None}

    def counted(module, name):
        real = getattr(module, name)

        def call(*args, **kwargs):
            if calls["left"] == 0:
                raise Stopped
            calls["left"] = calls["left"] and calls["left"] - 1
            return real(*args, **kwargs)

        monkeypatch.setattr(module, name, call)

    for name in ("replace", "remove", "rmdir", "fsync", "makedirs"):
        counted(os, name)
    counted(whole_file, "_write")
    options = {"double_checkpoint": double, "exact": exact}
    for number in range(1, 200):
        folder = tmp_path / str(number)
        calls["left"] = number
        ended = program(scratch, folder, **options)[1] is not None
        calls["left"] = None
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            model, log = program(scratch, folder, **options)
        assert iterations(model) == EPOCHS * STEPS, number
        assert np.array_equal(weights(model), straight), number
        if exact:
            assert log.epoch == list(range(EPOCHS)), number
        assert not folder.exists()
        if ended:
            break
    assert number > 20


def test_a_run_that_ended_is_not_begun_at_its_end(tmp_path, straight):
    """The folder of a finished run is gone, or holds its end."""
    folder = tmp_path / "b"
    program(scratch, folder, delete_checkpoint=False)
    model, log = program(scratch, folder, delete_checkpoint=False)
    assert log.epoch == []
    assert np.array_equal(weights(model), straight)


@pytest.mark.parametrize("exact", [False, True])
def test_more_epochs_than_asked_for(exact, tmp_path):
    folder = tmp_path / "b"
    program(scratch, folder, stop=3, exact=exact)
    with pytest.warns(UserWarning, match="nothing is trained"):
        model, _ = program(scratch, folder, epochs=2, exact=exact)
    assert iterations(model) == 3 * STEPS


# The folder ---------------------------------------------------------------------------------------


def test_a_linked_folder(tmp_path, straight):
    """A link to a folder works, and stays; what else is in it stays too."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.mkdir()
    (target / "mine.txt").write_text("mine")
    link.symlink_to(target)
    program(scratch, link, stop=3, double_checkpoint=True)
    assert sorted(os.listdir(target)) == [LATEST, "mine.txt", PREVIOUS]
    model, log = program(scratch, link, double_checkpoint=True)
    assert log.epoch == [3, 4]
    assert np.array_equal(weights(model), straight)
    assert link.is_symlink()
    assert os.listdir(target) == ["mine.txt"]


def test_a_link_in_the_place_of_a_backup_is_not_followed(tmp_path):
    folder, precious = tmp_path / "b", tmp_path / "precious"
    precious.write_text("precious")
    folder.mkdir()
    (folder / LATEST).symlink_to(precious)
    with (
        pytest.warns(UserWarning, match="begins anew"),
        pytest.raises(ValueError, match="symbolic link"),
    ):
        program(scratch, folder)
    assert precious.read_text() == "precious"


def test_a_failed_write_leaves_the_backup_before(tmp_path, monkeypatch, straight):
    folder, number = tmp_path / "b", 0
    real = whole_file._write

    def fails(out, left):
        nonlocal number
        number += 1
        if number == 3:
            raise OSError(28, "No space left on device")
        real(out, left)

    monkeypatch.setattr(whole_file, "_write", fails)
    with pytest.raises(OSError, match="No space"):
        program(scratch, folder)
    assert os.listdir(folder) == [LATEST]
    model, log = program(scratch, folder)
    assert log.epoch == [2, 3, 4]
    assert np.array_equal(weights(model), straight)


# Inside an epoch, as in Keras ---------------------------------------------------------------------


def test_the_epoch_of_a_resumed_run_is_known_inside_it(tmp_path):
    """(Keras writes 0 until its first epoch has ended, and begins with epoch 0 then.)"""
    folder = tmp_path / "b"
    program(scratch, folder, stop=3, save_freq=1)
    program(scratch, folder, stop=3, at_batch=1, save_freq=1)
    assert read(folder / LATEST)["epoch"] == 3


# Backups of two files -----------------------------------------------------------------------------


def pair(folder, epoch=3, stop=3, suffix=""):
    """What Keras leaves behind."""
    keras = pytest.importorskip("keras")
    program(keras, folder, stop=stop, double_checkpoint=True)
    assert sorted(os.listdir(folder)) == [
        WEIGHTS, f"{WEIGHTS}.bkp", METADATA, f"{METADATA}.bkp"
    ]  # fmt: skip


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keras") / "b"
    pair(folder)
    return folder


PAIR_DAMAGES: dict[str, Any] = {
    "none": (None, None),
    "weights truncated": (WEIGHTS, cut(3000)),
    "weights of 0 bytes": (WEIGHTS, cut(0)),
    "weights lost": (WEIGHTS, os.remove),
    "metadata empty": (METADATA, cut(0)),
    "metadata torn": (METADATA, cut(5)),
    "metadata lost": (METADATA, os.remove),
    "epoch is text": (METADATA, lambda p: p.write_text('{"epoch": "3", "batch": 0}')),
    "epoch is true": (METADATA, lambda p: p.write_text('{"epoch": true}')),
    "epoch 99": (METADATA, lambda p: p.write_text('{"epoch": 99, "batch": 0}')),
    "a list": (METADATA, lambda p: p.write_text("[3]")),
    "nested deep": (METADATA, lambda p: p.write_text("[" * 9000)),
    "no text": (METADATA, lambda p: p.write_bytes(b"\xff\xfe\x00")),
}


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize("name", PAIR_DAMAGES)
def test_a_backup_of_two_files(name, alone, pairs, tmp_path, straight):
    """Keras's own, damaged: the pair before it, or a new beginning; and one file from then on."""
    folder = tmp_path / "b"
    shutil.copytree(pairs, folder)
    if alone:
        for file in (WEIGHTS, METADATA):
            os.remove(folder / f"{file}.bkp")
    file, damage = PAIR_DAMAGES[name]
    if file:
        damage(folder / file)
    with warnings.catch_warnings(record=True) as given:
        warnings.simplefilter("always")
        model, log = program(scratch, folder, stop=4)
    assert log is None
    assert bool(given) == (name != "none")
    assert os.listdir(folder) == [LATEST]
    model, _ = program(scratch, folder)
    assert iterations(model) == EPOCHS * STEPS
    bound = trajectory(EPOCHS * STEPS, kappa_of("adam"), "float32").relative
    assert np.max(np.abs(weights(model) - straight)) <= bound * np.max(np.abs(straight))


def test_keras_passes_over_what_is_written_here(tmp_path):
    keras = pytest.importorskip("keras")
    folder = tmp_path / "b"
    program(scratch, folder, stop=3)
    model, log = program(keras, folder)
    assert len(log.history["loss"]) == EPOCHS
    assert iterations(model) == EPOCHS * STEPS


def test_metadata_may_hold_more(pairs, tmp_path):
    folder = tmp_path / "b"
    shutil.copytree(pairs, folder)
    (folder / METADATA).write_text(json.dumps({"epoch": 3, "batch": 0, "more": "x" * 500}))
    assert program(scratch, folder)[1].epoch == [3, 4]


def test_an_unbuilt_model_is_refused(tmp_path):
    model = scratch.Sequential([scratch.layers.Dense(1)])
    model.compile("adam", "mse")
    with pytest.raises(ValueError, match="must be built"):
        model.fit(X, X[:, :1], verbose=0, callbacks=[BackupAndRestore(tmp_path / "b")])


class watcher(scratch.callbacks.Callback):  # noqa: N801
    """A callback of somebody's, which counts in private."""

    def __init__(self):
        super().__init__()
        self._batches, self.told = 0, []

    def on_train_batch_end(self, batch, logs=None):
        self._batches += 1
        self.told.append(self._batches)
        if self._batches == 5 and len(self.told) == 5 and self.ends:
            raise InterruptedError

    ends = False


def test_what_a_callback_keeps_in_private_is_remembered(tmp_path):
    """Whatever its class is called."""
    found = []
    for ends in (True, False):
        scratch.utils.set_random_seed(1)
        model = scratch.Sequential([scratch.Input((1,)), scratch.layers.Dense(1)])
        model.compile("sgd", "mse")
        counts = watcher()
        counts.ends = ends
        backup = scratch.callbacks.BackupAndRestore(tmp_path / "b", save_freq=1, exact=True)
        with contextlib.suppress(InterruptedError):
            model.fit(
                np.ones((8, 1)),
                np.ones((8, 1)),
                batch_size=2,
                epochs=2,
                verbose=0,
                callbacks=[backup, counts],
            )
        found.append(counts.told)
    assert found[0] == [1, 2, 3, 4, 5]
    assert found[1] == [1, 2, 3, 4, 5, 6, 7, 8]
