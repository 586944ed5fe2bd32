"""A sample of `parity resume`, and what an exact mode must refuse."""

import gc
import json
import warnings
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.commands.resuming import page
from parity_tests.commands.resuming.process import in_process
from parity_tests.commands.resuming.running import (
    TOTAL,
    differing,
    lasting,
    straight,
    sweep,
    temporary,
)
from parity_tests.commands.resuming.setups import SETUPS
from scratch import quirks
from scratch.data.batches import Batches
from scratch.random import permutation
from scratch.random.global_state import check_global_state, get_global_state, set_global_state
from scratch.saving import keras_format, training_state
from scratch.serialization.plain import decoded, encoded

BY_NAME = {setup.name: setup for setup in SETUPS}
SAMPLE: dict[str, list[Any]] = {
    "adam_dropout": [4, 5, 12, TOTAL],
    "several callbacks": [7, (2, 9, 17), TOTAL],
    "several callbacks, .weights.h5, every 3 batches": [13, TOTAL],
    "functional model, .keras, every 3 batches": [8],
    "ReduceLROnPlateau with cooldown": [11],
    "SwapEMAWeights on epoch, every 3 batches": [14],
    "TerminateOnNaN": [TOTAL],
    "own callback": [9],
    "own train_step": [15],
    "CSVLogger that appends": [5, 12],
    "own callback with get_state": [9],
    "own callback with a generator": [9],
    "own callback with Keras's generators": [9, 14],
    "generator, every batch": [0, 8, (3, 4, 5)],
    "iterable that counts passes": [10, 13],
    "PyDataset, shuffled": [8],
    "PyDataset with get_state": [8, 15],
    "validation generator": [11],
    "steps_per_epoch": [8, 13],
    "steps_per_execution 2": [6, 9, 10],
    "shuffle inside batches": [12],
    "two outputs": [6],
    "global generator": [12],
}


@pytest.mark.parametrize("name", SAMPLE)
def test_a_killed_training_ends_on_the_same_bits(name):
    assert sweep(scratch, BY_NAME[name], SAMPLE[name]) == {}


@pytest.mark.parametrize("name", ["freq3_dropout", "ckpt_keras_dropout"])
def test_a_process_that_is_killed(name):
    expected = straight(scratch, BY_NAME[name], exact=True)
    with temporary() as folder:
        assert in_process(name, folder, 13) is None
        found = in_process(name, folder)
    assert found is not None
    assert not differing(expected, found)


def test_without_shuffle_quirk():
    """Each epoch has an order of its own, and a resumed one goes on in its own."""
    with quirks.without("K4"):
        assert sweep(scratch, BY_NAME["freq3_dropout"], [8, 13]) == {}


def test_the_sweep_notices(monkeypatch):
    """Planted: the state of the random generators is not put back."""
    from scratch.models.training import resuming

    monkeypatch.setattr(resuming, "set_global_state", lambda saved: None)
    assert sweep(scratch, BY_NAME["global generator"], [13])


def test_the_page_has_every_set_up():
    rows = page.read()
    assert list(rows) == [setup.name for setup in SETUPS]
    assert {row[0] for row in rows.values()} == {page.EXACT}
    counts = [sum(row[i] == page.EXACT for row in rows.values()) for i in range(3)]
    assert f"Exact: **{counts[0]}**" in page.PAGE.read_text()
    assert f"{counts[2]} in tf.keras" in page.PAGE.read_text()


@pytest.mark.parametrize("name", ["reduce_lr", "lr_scheduler", "CSVLogger", "freq3", "ckpt_keras"])
def test_the_page_says_what_happens_without_exact(name):
    assert page.verdict(lasting(scratch, BY_NAME[name])) == page.read()[name][1]


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
def test_the_page_says_what_happens_in_keras():
    keras = pytest.importorskip("keras")
    assert page.verdict(lasting(keras, BY_NAME["reduce_lr"])) == page.read()["reduce_lr"][2]


# Without a seed -----------------------------------------------------------------------------------


def test_an_order_without_a_seed_is_kept(monkeypatch):
    """Resumed in its middle, an epoch gives the samples that are left, each once."""
    monkeypatch.setattr(permutation.state, "seed", None)
    x = np.arange(40)[:, None]
    for shuffle in (True, "batch"):
        batches = Batches(x, batch_size=8, shuffle=shuffle)
        drawn = [b[0].copy() for b in batches]
        again = Batches(x, batch_size=8, shuffle=shuffle)
        last, left = again.resumed(batches.place(), 2)
        assert last is not None
        assert np.array_equal(last[0], drawn[1])
        assert [b[0].tolist() for b in left] == [d.tolist() for d in drawn[2:]]


# The file -----------------------------------------------------------------------------------------


def small(k, exact_callback=None, epochs=2, stop=None):
    k.utils.set_random_seed(1)
    model = k.Sequential(
        [k.Input((8,)), k.layers.Dense(4), k.layers.Dropout(0.2), k.layers.Dense(1)]
    )
    model.compile("adam", "mse")
    if exact_callback is not None:
        fit(model, exact_callback, epochs, stop)
    return model


def read(path):
    state: Any = training_state.read_state(path)
    return state


def fit(model, callback, epochs=2, stop=None):
    class Stop(scratch.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == stop:
                raise KeyboardInterrupt

    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")
    return model.fit(x, x[:, :1], epochs=epochs, verbose=0, callbacks=[callback, Stop()])


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])
def test_keras_loads_exact_files(ending, tmp_path):
    keras = pytest.importorskip("keras")
    path = str(tmp_path / f"m{ending}")
    weights_only = ending == ".weights.h5"
    checkpoint = scratch.callbacks.ModelCheckpoint(path, save_weights_only=weights_only, exact=True)
    model = small(scratch, checkpoint)
    assert read(path)["training"]["epoch"] == 2
    if weights_only:
        other = small(keras)
        other.optimizer.build(other.trainable_variables)
        other.load_weights(path)
    else:
        other = keras.models.load_model(path)
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        assert np.array_equal(a, b)
    for a, b in zip(model.optimizer.variables, other.optimizer.variables, strict=True):
        assert np.array_equal(np.asarray(a), np.asarray(b))


def test_a_checkpoint_of_another_name_begins_anew(tmp_path):
    path, other = str(tmp_path / "a.keras"), str(tmp_path / "b.keras")
    small(scratch, scratch.callbacks.ModelCheckpoint(path, exact=True))
    model = scratch.models.load_model(path)
    with pytest.warns(UserWarning, match="begins anew"):
        log = fit(model, scratch.callbacks.ModelCheckpoint(other, exact=True))
    assert log.epoch == [0, 1]
    model = scratch.models.load_model(path)
    log = fit(model, scratch.callbacks.ModelCheckpoint(path), 3)  # not exact: as Keras
    assert log.epoch == [0, 1, 2]


def test_a_checkpoint_with_names_in_braces_is_found(tmp_path):
    pattern = str(tmp_path / "m-{epoch:02d}-{loss:.2f}.keras")
    small(scratch, scratch.callbacks.ModelCheckpoint(pattern, exact=True))
    path = next(iter(sorted(tmp_path.glob("m-01*"))))
    model = scratch.models.load_model(path)
    log = fit(model, scratch.callbacks.ModelCheckpoint(pattern, exact=True), 3)
    assert log.epoch == [0, 1, 2]
    assert int(model.optimizer.iterations) == 6
    # What is trained again has left the file behind.
    assert fit(model, scratch.callbacks.ModelCheckpoint(pattern, exact=True), 1).epoch == [0]


@pytest.mark.parametrize("initial", [0, 1, 2])
def test_initial_epoch_must_be_the_files(initial, tmp_path):
    path = str(tmp_path / "m.keras")
    small(scratch, scratch.callbacks.ModelCheckpoint(path, exact=True))
    model, x = scratch.models.load_model(path), np.zeros((4, 8), "float32")
    again = scratch.callbacks.ModelCheckpoint(path, exact=True)
    options = {"epochs": 2, "initial_epoch": initial, "verbose": 0, "callbacks": [again]}
    if initial == 1:
        with pytest.raises(ValueError, match="initial_epoch"):
            model.fit(x, x[:, :1], **options)
    else:
        assert model.fit(x, x[:, :1], **options).epoch == [0, 1]


def test_a_file_that_has_changed_since_is_refused(tmp_path):
    path = str(tmp_path / "m.keras")
    model = small(scratch, scratch.callbacks.ModelCheckpoint(path, exact=True))
    loaded = scratch.models.load_model(path)
    model.save(path)
    with pytest.raises(ValueError, match="changed since"):
        fit(loaded, scratch.callbacks.ModelCheckpoint(path, exact=True))


def test_exact_needs_a_format_with_room():
    with pytest.raises(ValueError, match="exact checkpoint"):
        scratch.callbacks.ModelCheckpoint("m.h5", exact=True)


def test_another_program_is_refused(tmp_path):
    """Other generators, metrics, batches: an error, and not another training."""
    folder = str(tmp_path / "b")

    def backup(**options):
        return scratch.callbacks.BackupAndRestore(folder, exact=True, **options)

    with pytest.raises(KeyboardInterrupt):
        small(scratch, backup(save_freq=3), 3, stop=2)
    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")
    model = small(scratch)
    with pytest.raises(ValueError, match="expected batches of"):
        model.fit(x, x[:, :1], batch_size=16, epochs=3, verbose=0, callbacks=[backup(save_freq=3)])
    model = small(scratch)
    with pytest.raises(ValueError, match="steps_per_epoch=None, those of this run have 2"):
        model.fit(x, x[:, :1], epochs=3, steps_per_epoch=2, verbose=0, callbacks=[backup()])
    model = small(scratch)
    model.compile("adam", "mse", metrics=["mae"])
    with pytest.raises(ValueError, match="metrics"):
        model.fit(x, x[:, :1], epochs=3, verbose=0, callbacks=[backup(save_freq=3)])


def test_a_get_state_that_is_not_plain(tmp_path):
    class Own(scratch.callbacks.Callback):
        def get_state(self):
            return {"model": self.model}

        def set_state(self, state):
            pass

    model = small(scratch)
    x = np.zeros((4, 8), "float32")
    backup = scratch.callbacks.BackupAndRestore(tmp_path / "b", exact=True)
    with pytest.raises(TypeError, match=r"get_state.*not plain"):
        model.fit(x, x[:, :1], verbose=0, callbacks=[Own(), backup])


# Broken and hostile states ------------------------------------------------------------------------

VALUES: list[Any] = [
    None, True, 3, -(2**70), 0.1, float("inf"), "text", "long " * 500, [1, 2.5, "a"],
    list(range(40)), [0.5] * 40, [True] * 40, (1, (2, [])), {"a": 1, 2: [None], (1, 2): {}},
    {"a", "b"}, np.float32(0.1), np.int8(-3), np.bool_(True), np.zeros((0, 3), "int8"),
    np.arange(6.0).reshape(2, 3).T, np.array(2.5, ">f4"), "\ud800" * 2000,
]  # fmt: skip


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_plain_values_come_back(value):
    tree, arrays = encoded(value)
    back = decoded(json.loads(json.dumps(tree)), arrays)
    assert type(back) is type(value)
    if isinstance(value, np.ndarray):
        assert back.dtype == value.dtype
        assert np.array_equal(back, value)
    else:
        assert back == value
        assert str(back) == str(value)


@pytest.mark.parametrize("value", [object(), len, [object()], b"x", 1j, np.array(["a"]), {1: len}])
def test_other_values_are_not_plain(value):
    with pytest.raises(TypeError, match="not plain"):
        encoded(value)


def test_deep_values_are_not_plain():
    value: list = []
    for _ in range(30):
        value = [value]
    with pytest.raises(TypeError, match="deeper"):
        encoded(value)


HOSTILE = [
    {}, {"array": -1}, {"array": 5}, {"array": True}, {"array": "0"}, {"scalar": 0}, {"text": 0},
    {"tuple": 3}, {"dict": [[1]]}, {"dict": [[[], 1]]}, {"set": [[1]]}, {"object": 1},
    {"a": 1, "b": 2},
]  # fmt: skip


@pytest.mark.parametrize("tree", HOSTILE, ids=map(str, HOSTILE))
def test_what_stands_for_no_value_is_refused(tree):
    with pytest.raises(ValueError, match="not understood|no array"):
        decoded(tree, [np.zeros(3)])


def _at(tree, path, value):
    inside = tree
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value


CHANGES = [
    (["epoch"], -1), (["epoch"], "3"), (["epoch"], True), (["epoch"], 1.0), (["inside"], 1),
    (["stop"], None), (["logs"], []), (["data"], {}), (["data", "taken"], -4),
    (["data", "source"], {"seeds": (1, 2)}), (["data", "source", "seeds"], (-1, 0)),
    (["data", "seen"], 10**9), (["metrics"], [1]), (["metrics"], []), (["seeds"], []),
    (["seeds"], [np.zeros(3)]), (["random"], {}), (["random", "numpy", 2], 10**6),
    (["random", "python", 1], np.full(625, 700, "u4")), (["random", "generator"], np.zeros(5)),
    (["random", "shuffles"], -1), (["things", "History/0"], {}),
    (["things", "History/0"], {"attributes": {"on_epoch_end": 3}}),
    (["things", "History/0"], {"attributes": {"__class__": 3}}),
    (["things", "History/0"], {"attributes": {"model": 3}}),
    (["things", "History/0"], {"own": 3}), (["things", "optimizer"], {"attributes": {"build": 3}}),
    (["things", "BackupAndRestore/0"], {"own": {"epoch": "x"}}),
    (["things", "CSVLogger/0"], {"own": {"start": "0", "lines": "", "keys": None}}),
    (["generators"], []), (["generators", "x"], np.zeros(3)), (["data", "steps"], "8"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value"), CHANGES, ids=[f"{p} {v}"[:60] for p, v in CHANGES])
def test_hostile_states_are_refused(path, value, tmp_path):
    """With a checksum that fits: one clear error that names the file."""
    folder = str(tmp_path / "b")
    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")

    def go(stop=False):
        class Stop(scratch.callbacks.Callback):
            def on_train_batch_begin(self, batch, logs=None):
                if stop and batch == 1:
                    raise KeyboardInterrupt

        table = scratch.callbacks.CSVLogger(str(tmp_path / "log.csv"))
        backup = scratch.callbacks.BackupAndRestore(folder, save_freq=1, exact=True)
        try:
            small(scratch).fit(x, x[:, :1], epochs=2, verbose=0, callbacks=[backup, table, Stop()])
        finally:
            table.on_train_end()

    with pytest.raises(KeyboardInterrupt):
        go(stop=True)
    file = f"{folder}/backup.weights.h5"
    state = read(file)
    _at(state["training"], path, value)
    saved = small(scratch)
    saved.optimizer.build(saved.trainable_variables)
    keras_format.load_weights(saved, file)
    training_state.save_with_state(saved, file, state)
    with pytest.raises(ValueError, match=r"backup\.weights\.h5"):
        go()


def test_a_generator_that_is_missing_is_named(tmp_path):
    """What a program draws from a generator that it no longer makes cannot be put back."""
    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")

    def go(generator, stop):
        def draw(batch, logs):
            scratch.random.uniform((), seed=generator)
            if batch == stop:
                raise KeyboardInterrupt

        backup = scratch.callbacks.BackupAndRestore(str(tmp_path), save_freq=1, exact=True)
        spy = scratch.callbacks.LambdaCallback(on_train_batch_begin=draw)
        small(scratch).fit(x, x[:, :1], epochs=1, verbose=0, callbacks=[backup, spy])

    with pytest.raises(KeyboardInterrupt):
        go(scratch.random.SeedGenerator(3, name="mine"), 1)
    gc.collect()  # the interrupted call holds it
    with pytest.warns(UserWarning, match="'mine'"):
        go(scratch.random.SeedGenerator(3, name="other"), None)


def test_generators_states_are_checked_whole():
    before = get_global_state()
    broken = {**before, "numpy": ["MT19937", np.zeros(3, "u4"), 0, 0, 0.0]}
    with pytest.raises(ValueError, match="random generators"):
        set_global_state(broken)
    check_global_state(before)
    assert encoded(get_global_state())[0] == encoded(before)[0]


def test_a_state_larger_than_its_file_is_refused(tmp_path):
    import h5py

    path = str(tmp_path / "m.weights.h5")
    small(scratch).save_weights(path)
    with h5py.File(path, "r+") as file:
        file.attrs.pop("checksum", None)
        group = file.create_group("training-state/vars")
        group.create_dataset("json", data=np.zeros(10**6, "u1"), compression="gzip")
    with pytest.raises(ValueError, match="more than the file has"):
        training_state.read_state(path)


def test_logs_of_an_own_train_step_are_of_all_batches():
    """As in Keras: the means over the epoch, beside what the step adds."""

    class Own(scratch.Sequential):
        def train_step(self, data):
            return {**super().train_step(data), "more": 1.0}

    x = np.random.default_rng(0).normal(size=(64, 8)).astype("float32")
    histories = []
    for cls in (Own, scratch.Sequential):
        scratch.utils.set_random_seed(1)
        model = cls([scratch.Input((8,)), scratch.layers.Dense(1)])
        model.compile("sgd", "mse", metrics=["mae"])
        log = model.fit(x, x[:, :1], batch_size=8, epochs=2, verbose=0).history
        histories.append({name: log[name] for name in ("loss", "mae")})
    assert histories[0] == histories[1]


def test_warnings_of_a_missing_state(tmp_path):
    """A backup that was not exact is taken, and said to be inexact."""
    folder = str(tmp_path / "b")
    with pytest.raises(KeyboardInterrupt):
        small(scratch, scratch.callbacks.BackupAndRestore(folder), 3, stop=2)
    model = small(scratch)
    with pytest.warns(UserWarning, match="not exactly"):
        log = fit(model, scratch.callbacks.BackupAndRestore(folder, exact=True), 3)
    assert log.epoch == [2]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert fit(model, scratch.callbacks.BackupAndRestore(folder, exact=True), 1).epoch == []
