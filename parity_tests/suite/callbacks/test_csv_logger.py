"""The table that a training leaves: its columns, its rows, and what it goes on with."""

import contextlib
import csv
import os
import tempfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scratch
from parity_tests.harness.engines import HAND, TF

keras = pytest.importorskip("tensorflow").keras


def begun_again(k: Any, engine, folder):
    """The rows of a table that a training goes on with, after one that ended before a backup."""
    path = f"{folder}/log.csv"

    class Ends(k.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            if not os.path.exists(f"{folder}/ended"):
                open(f"{folder}/ended", "w").close()
                raise RuntimeError("ended")

    for _ in range(2):
        model = k.Sequential([k.Input((2,)), k.layers.Dense(1)])
        model.compile("sgd", "mse")
        logger: Any = k.callbacks.CSVLogger(path, append=True)
        callbacks = [logger, Ends(), k.callbacks.BackupAndRestore(f"{folder}/backup")]
        with contextlib.suppress(RuntimeError):
            model.fit(np.ones((4, 2)), np.ones((4, 1)), epochs=2, verbose=0, callbacks=callbacks)
        logger.csv_file.close()
    with open(path) as file:
        return [line.partition(",")[0] for line in file]


def test_rows_of_a_run_that_ended_before_its_first_backup_stay(tmp_path):
    """Nobody knows any more that they belong to the same training."""
    found = []
    for engine in (HAND, TF):
        folder = tmp_path / engine.library
        folder.mkdir()
        found.append(
            engine.run("parity_tests.suite.callbacks.test_csv_logger:begun_again", str(folder))
        )
    assert found == [["epoch", "0", "0", "1"]] * 2


VALUES = st.sampled_from(
    [0.5, 2, np.float32(0.1), np.array(3.0), np.array([1.0, 2.0]), [1, 2], "x"]
)
NAMES = st.sampled_from(["loss", "mae", "val_loss", "val_mae", "learning_rate", "a, name"])


def written(library, trainings, before, append, separator):
    """The rows of a table after some trainings with one callback, each given by its logs."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "log.csv")
        if before is not None:
            with open(path, "w", newline="") as file:
                file.write(before)
        logger = library.callbacks.CSVLogger(path, separator=separator, append=append)
        for epochs in trainings:
            logger.on_train_begin()
            for number, logs in enumerate(epochs):
                logger.on_epoch_end(number, dict(logs))
            logger.on_train_end()
        with open(path, newline="") as file:
            return list(csv.reader(file, delimiter=separator))


@settings(max_examples=30, deadline=None)
@given(
    trainings=st.lists(
        st.lists(st.dictionaries(NAMES, VALUES, min_size=1, max_size=4), max_size=3),
        min_size=1, max_size=2,
    ),
    before=st.sampled_from([None, "", "epoch,loss\r\n0,0.5\r\n"]),
    append=st.booleans(),
    separator=st.sampled_from([",", ";"]),
)  # fmt: skip
def test_the_rows_are_those_of_keras(trainings, before, append, separator):
    ours = written(scratch, trainings, before, append, separator)
    assert ours == written(keras, trainings, before, append, separator)


def test_every_metric_has_a_column_for_its_validation():
    """Which may come in a later epoch for the first time."""
    first, second = (
        {"loss": 1.0, "mae": 2.0},
        {"loss": 3.0, "mae": 4.0, "val_loss": 5.0, "val_mae": 6.0},
    )
    assert written(scratch, [[first, second]], None, False, ",") == [
        ["epoch", "loss", "mae", "val_loss", "val_mae"],
        ["0", "1.0", "2.0", "NA", "NA"],
        ["1", "3.0", "4.0", "5.0", "6.0"],
    ]
