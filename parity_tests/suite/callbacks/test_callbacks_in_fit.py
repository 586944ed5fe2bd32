"""Callbacks at work: the same training in both libraries, with everything the callbacks do."""

import csv
import io
import os
import re

import numpy as np
import pytest

import scratch
from parity_tests.harness.case import Case, normal
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import HAND, TF
from parity_tests.harness.tolerances import trajectory

keras = pytest.importorskip("tensorflow").keras

EPOCHS = 5
STEPS = EPOCHS * 3


def _halved(epoch, rate):
    return rate * 0.5 if epoch else rate


WITH = {
    "LearningRateScheduler": lambda k, d: k.callbacks.LearningRateScheduler(_halved, verbose=1),
    "LearningRateScheduler of the epoch": lambda k, d: k.callbacks.LearningRateScheduler(
        lambda epoch: 0.1 / (epoch + 1)
    ),
    "ReduceLROnPlateau": lambda k, d: k.callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=0.5, patience=1, min_delta=0.05, verbose=1
    ),
    "ReduceLROnPlateau, cooldown": lambda k, d: k.callbacks.ReduceLROnPlateau(
        monitor="loss", factor=0.25, patience=1, min_delta=10.0, cooldown=1, min_lr=0.01, verbose=1
    ),
    "CSVLogger": lambda k, d: k.callbacks.CSVLogger(os.path.join(d, "log.csv"), separator=";"),
    "SwapEMAWeights": lambda k, d: k.callbacks.SwapEMAWeights(),
    "SwapEMAWeights on epoch": lambda k, d: k.callbacks.SwapEMAWeights(swap_on_epoch=True),
    "ModelCheckpoint, best": lambda k, d: k.callbacks.ModelCheckpoint(
        os.path.join(d, "best-{epoch:02d}.weights.h5"),
        save_weights_only=True, save_best_only=True, monitor="loss", verbose=1,
    ),
    "ModelCheckpoint, batches": lambda k, d: k.callbacks.ModelCheckpoint(
        os.path.join(d, "e{epoch}.weights.h5"), save_weights_only=True, save_freq=4
    ),
}  # fmt: skip


def trained(keras, engine, name, folder):
    """Where the engine lives: the log, the weights, what is printed and what files appear."""
    keras.utils.set_random_seed(5)
    draw = np.random.default_rng(5)
    x, y = draw.normal(size=(40, 4)), draw.normal(size=(40, 2))
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dense(6, "tanh"), keras.layers.Dense(2)]
    )
    model.compile(keras.optimizers.SGD(0.1, use_ema="EMA" in name, ema_momentum=0.75), "mse")
    os.makedirs(folder, exist_ok=True)
    callback = WITH[name](keras, folder)
    printed = io.StringIO()
    import contextlib

    with contextlib.redirect_stdout(printed):
        history = model.fit(
            x, y, batch_size=16, epochs=EPOCHS, validation_split=0.2, verbose=0,
            callbacks=[callback], shuffle=False,
        )  # fmt: skip
    record = {f"log/{k}": np.array(v) for k, v in history.history.items()}
    record |= {f"weights/{i}/step {STEPS}": w for i, w in enumerate(model.get_weights())}
    rate = np.array(float(np.asarray(model.optimizer.learning_rate)))
    return record | {"log/rate": rate}, printed.getvalue(), sorted(os.listdir(folder))


@pytest.mark.parametrize("name", WITH)
def test_a_callback_does_the_same(name, tmp_path, report):
    function = f"{__name__}:trained"
    theirs, their_text, their_files = TF.run(function, name, str(tmp_path / "keras"))
    ours, our_text, our_files = HAND.run(function, name, str(tmp_path / "scratch"))
    case = Case(f"callback/{name}", lambda k: [], normal(1), normal(1))
    result = compare(case, theirs, ours, lambda quantity: trajectory(STEPS))
    report.check("callbacks in fit", case, result)
    number = r"-?\d+\.\d+(e-?\d+)?"
    folders = (str(tmp_path / "keras"), str(tmp_path / "scratch"))
    plain = [
        re.sub(number, "#", text.replace(folder, ""))
        for text, folder in zip((their_text, our_text), folders, strict=True)
    ]
    assert plain[0] == plain[1]
    assert their_files == our_files


def test_a_csv_log_reads_the_same(tmp_path):
    function = f"{__name__}:trained"
    rows = []
    for engine, name in ((TF, "keras"), (HAND, "scratch")):
        engine.run(function, "CSVLogger", str(tmp_path / name))
        with open(tmp_path / name / "log.csv", newline="") as file:
            rows.append(list(csv.reader(file, delimiter=";")))
    assert rows[0][0] == rows[1][0] == ["epoch", "loss", "val_loss"]
    assert [len(r) for r in rows[0]] == [len(r) for r in rows[1]]


def test_an_interrupted_training_goes_on(tmp_path):
    """Stopped after two epochs and begun anew, it ends where it would have ended."""

    def model():
        scratch.utils.set_random_seed(3)
        made = scratch.Sequential([scratch.Input((4,)), scratch.layers.Dense(3)])
        made.compile(scratch.optimizers.Adam(0.01), "mse")
        return made

    class Cut(scratch.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 2:
                raise KeyboardInterrupt

    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(20, 4)), draw.normal(size=(20, 3))
    settings = {"epochs": 4, "verbose": 0, "shuffle": False}
    whole = model()
    whole.fit(x, y, **settings)
    folder = tmp_path / "backup"
    with pytest.raises(KeyboardInterrupt):
        model().fit(x, y, callbacks=[scratch.callbacks.BackupAndRestore(folder), Cut()], **settings)
    assert (folder / "backup.weights.h5").exists()
    resumed = model()
    log = resumed.fit(x, y, callbacks=[scratch.callbacks.BackupAndRestore(folder)], **settings)
    assert log.epoch == [2, 3]
    assert all(
        np.array_equal(a, b)
        for a, b in zip(whole.get_weights(), resumed.get_weights(), strict=True)
    )
    assert not folder.exists()


def test_tensorboard_reads_the_event_files(tmp_path):
    """TensorFlow's own reader checks every checksum and finds what was written."""
    model = scratch.Sequential([scratch.Input((4,)), scratch.layers.Dense(3)])
    model.compile("sgd", "mse", metrics=["mae"])
    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(20, 4)), draw.normal(size=(20, 3))
    board = scratch.callbacks.TensorBoard(
        tmp_path, histogram_freq=1, write_images=True, update_freq=1
    )
    log = model.fit(x, y, epochs=2, verbose=0, validation_split=0.2, callbacks=[board]).history
    tf = pytest.importorskip("tensorflow")
    found: dict[str, list] = {}
    for path in sorted(tmp_path.glob("*/events*")):
        for record in tf.data.TFRecordDataset(str(path)):
            event = tf.compat.v1.Event.FromString(record.numpy())
            for value in event.summary.value:
                key = f"{path.parent.name}/{value.tag}"
                found.setdefault(key, []).append((event.step, tf.make_ndarray(value.tensor)))
    for name in ("loss", "mae"):
        for folder, prefix in (("train", ""), ("validation", "val_")):
            steps, values = zip(*found[f"{folder}/epoch_{name}"], strict=True)
            assert steps == (0, 1)
            assert np.array_equal(
                np.array(values, "float32"), np.array(log[prefix + name], "float32")
            )
    assert len(found["train/batch_loss"]) == 2
    histogram = found["train/sequential/dense/kernel/histogram"][0][1]
    assert histogram.shape == (30, 3)
    assert histogram[:, 2].sum() == 12
    assert found["train/sequential/dense/kernel/image"][0][1][2].startswith(b"\x89PNG")
    assert b"Dense" in found["train/keras"][0][1].item()


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras's, of the newest NumPy
@pytest.mark.parametrize("verbose", [0, 1])
def test_a_checkpoint_tells_what_it_saves(tmp_path, capsys, keras_afresh, verbose):
    told = []
    for library in (scratch, keras):
        model = library.Sequential([library.Input((1,)), library.layers.Dense(1)])
        model.compile("sgd", "mse")
        path = str(tmp_path / "{epoch}.weights.h5")
        saves = library.callbacks.ModelCheckpoint(path, verbose=verbose, save_weights_only=True)
        x = np.ones((2, 1), "float32")
        model.fit(x, x, epochs=2, verbose=0, callbacks=[saves])
        told.append(capsys.readouterr().out)
    assert told[0] == told[1]
    assert bool(told[0]) == bool(verbose)
