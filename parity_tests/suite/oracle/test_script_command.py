"""`parity script`: somebody's training script in both libraries, the import alone changed."""

import json
import math
import subprocess
import sys

import pytest

from parity_tests.commands.script.command import largest_difference
from parity_tests.commands.script.runner import source_of

DIGITS = """
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers
from keras.datasets import mnist

(x, y), (x_test, y_test) = mnist.load_data()
model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(10, "softmax")])
model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(x[:500].reshape(-1, 784) / 255.0, y[:500], epochs=9, validation_split=0.2)
model.evaluate(x_test[:100].reshape(-1, 784) / 255.0, y_test[:100])
"""
PARTS = """
import keras
import numpy as np

x = np.ones((4, 2))
model = keras.Sequential([keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(x, x, epochs=1 if keras.config.backend() == "tensorflow" else 2)
"""
ENDS = "import keras\nkeras.layers.NoSuchLayer()\n"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (["fit", {"loss": [1.0, 2.0]}], ["fit", {"loss": [1.0, 2.0]}], 0.0),
        (["fit", {"loss": [1.0]}], ["fit", {"loss": [1.5]}], 1 / 3),
        (["fit", {"loss": [1e-8]}], ["fit", {"loss": [2e-8]}], 1e-6),
        (["fit", {"loss": [math.nan]}], ["fit", {"loss": [math.nan]}], 0.0),
        (["fit", {"loss": [math.nan]}], ["fit", {"loss": [1.0]}], math.inf),
        (["fit", {"loss": [1.0]}], ["fit", {"loss": [1.0, 2.0]}], math.inf),
        (["fit", {"loss": [1.0]}], ["fit", {"mae": [1.0]}], math.inf),
        (["fit", {}], ["evaluate", {}], math.inf),
        (["evaluate", 1.0], ["evaluate", [1.0]], math.inf),
    ],
)
def test_how_far_two_logs_part(a, b, expected):
    assert largest_difference(a, b) == pytest.approx(expected)


def test_of_a_notebook_the_code(tmp_path):
    cells = [
        {"cell_type": "markdown", "source": ["# Title"]},
        {"cell_type": "code", "source": ["%matplotlib inline\n", "x = 1"]},
        {"cell_type": "code", "source": ["if x:\n", "    !ls"]},
    ]
    path = tmp_path / "a.ipynb"
    path.write_text(json.dumps({"cells": cells}))
    assert source_of(path) == "pass\nx = 1\n\nif x:\n    pass"


def run(path, *options):
    return subprocess.run(
        [sys.executable, "-m", "parity_tests", "script", str(path), *options],
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("name", "source", "status", "told"),
    [
        ("digits", DIGITS, 0, ["1. fit", "16 numbers", "2. evaluate", "THE SAME"]),
        ("parts", PARTS, 1, ["1. fit", "largest difference inf", "NOT THE SAME"]),
        ("ends", ENDS, 1, ["scratch ended: line 2: AttributeError", "NOT THE SAME"]),
    ],
)
def test_a_script(name, source, status, told, tmp_path):
    pytest.importorskip("keras")
    path = tmp_path / f"{name}.py"
    path.write_text(source)
    ran = run(path, "--epochs", "4", "--stand-ins", str(tmp_path / "data"))
    assert ran.returncode == status, ran.stdout + ran.stderr
    for words in told:
        assert words in ran.stdout


def test_in_float64_and_beside_itself(tmp_path):
    """The network computes in float64; Keras without oneDNN is what Keras is compared with too."""
    pytest.importorskip("keras")
    path = tmp_path / "digits.py"
    path.write_text(DIGITS)
    options = ["--epochs", "2", "--stand-ins", str(tmp_path / "data"), "--float64", "--itself"]
    ran = run(path, *options, "--within", "1e-12")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count("; Keras from itself ") == 2
