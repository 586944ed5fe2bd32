"""What a type checker tells a user: `scratch` is typed, and its names are known."""

import subprocess
import sys

import pytest

pytest.importorskip("mypy")

PROGRAM = """\
import numpy as np
import scratch as keras

model = keras.Sequential([keras.layers.Dense(3, activation="relu")])
reveal_type(model)
reveal_type(keras.layers.Dense(3))
model.compile("sgd", "mse")
reveal_type(model.fit(np.ones((2, 2)), np.ones((2, 3))))
reveal_type(keras.ops.matmul)
model.fit(epochs="three")
model.fit(nb_epoch=3)
keras.layers.LSTM(3)
keras.layers.Dense("3")
keras.Sequental()
keras.ops.matmul(np.ones(2), np.ones(2), np.ones(2))
"""
EXPECTED = {
    5: 'Revealed type is "scratch.models.sequential.Sequential"',
    6: 'Revealed type is "scratch.layers.core.dense.Dense"',
    8: 'Revealed type is "scratch.callbacks.history.History"',
    9: "Operation[[x1: Any, x2: Any]]",
    10: 'Argument "epochs" to "fit" of "Trainer" has incompatible type "str"; expected "int"',
    11: 'Unexpected keyword argument "nb_epoch" for "fit"',
    12: 'Module has no attribute "LSTM"',
    13: 'Argument 1 to "Dense" has incompatible type "str"; expected "int"',
    14: 'Module has no attribute "Sequental"; maybe "Sequential"?',
    15: "Too many arguments",
}


def test_a_users_mistakes_are_found_before_the_program_runs(tmp_path):
    file = tmp_path / "program.py"
    file.write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--no-incremental", file.name],
        cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    lines = done.stdout.splitlines()
    for number, message in EXPECTED.items():
        about = [line for line in lines if line.startswith(f"program.py:{number}:")]
        assert any(message in line for line in about), (number, message, done.stdout)
    assert not [line for line in lines if "py.typed" in line]
