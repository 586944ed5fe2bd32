"""Each example runs, as a program, on a small part of the data."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
LISTING = """
model = keras.models.Sequential()
model.add(keras.layers.Flatten(input_shape=[28, 28]))
model.add(keras.layers.Dense(300, activation="relu"))
model.add(keras.layers.Dense(100, activation="relu"))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy",
              optimizer="sgd",
              metrics=[ "accuracy" ])
"""


def example(name: str, *arguments: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", f"examples.{name}", *arguments],
        cwd=ROOT,
        # One thread: on two shared cores, BLAS threads would wait for each other.
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("engine", ["scratch", "tensorflow"])
def test_the_lectures_listing(engine, tmp_path):
    curves = tmp_path / "curves.png"
    printed = example(
        "fashion_mnist", "--engine", engine, "--epochs", "1", "--samples", "640", "--seed", "1",
        "--curves", str(curves), DISPLAY="", WAYLAND_DISPLAY="",
    )  # fmt: skip
    assert "640 images for training" in printed
    assert re.search(r"20/20.* - val_accuracy: 0\.\d{4} - val_loss: \d\.\d{4}", printed)
    assert re.search(r"^\[\d\.\d+, 0\.\d+\]$", printed, re.MULTILINE)
    assert f"Curves: {curves}" in printed
    assert curves.read_bytes().startswith(b"\x89PNG")


def test_the_listing_is_there_to_the_letter():
    program = (ROOT / "examples" / "fashion_mnist.py").read_text()
    for line in LISTING.strip().splitlines():
        assert line in program


def test_compare_is_short_and_runs():
    program = (ROOT / "examples" / "compare.py").read_text()
    code = [line for line in program.split("data\n", 1)[1].splitlines() if line.strip()]
    assert len(code) <= 20
    printed = example("compare", "1", "640")
    assert printed.count("largest difference") == 6
    assert re.search(r"\d+ of \d+ predictions differ", printed)


@pytest.mark.parametrize("model", ["fashion_mnist", "cnn"])
def test_seeds_gives_a_distribution(model):
    short = ["--seeds", "2", "--jobs", "1", "--epochs", "1", "--samples", "640"]
    printed = example("seeds", "--model", model, *short)
    assert len(re.findall(r"test accuracy 0\.\d{4}", printed)) == 2
    assert re.search(r"mean 0\.\d{4} +standard deviation 0\.\d{4}", printed)
