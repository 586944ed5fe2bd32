"""The table of a training that is begun again."""

import contextlib
import os
from typing import Any

import numpy as np

from parity_tests.harness.engines import HAND, TF


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
