"""Kernels by name: which of two functions computes, and who hears that it is another."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import scratch as keras
from scratch.kernels import table
from scratch.models.training import planned

ROOT = Path(__file__).resolve().parents[3]
NONE = "import sys; sys.modules['numba'] = None\n"  # as if it were not installed


@pytest.fixture
def twins(monkeypatch):
    """A table without twins, for those of a test; NumPy's kernels."""
    before = keras.config.kernels()
    keras.config.set_kernels("numpy")
    monkeypatch.setattr(table, "twins", {})
    monkeypatch.setattr(table, "player", None)
    yield table.twins
    keras.config.set_kernels("numpy")
    monkeypatch.undo()
    keras.config.set_kernels(before)


def _halves(twins):
    """A twin of relu that is easily told from it, and how often it was called."""
    calls = []

    def half(z, y):
        calls.append(y)
        np.multiply(z, 0.5, out=y)

    table.register_twin("relu", half, table.are_floats)
    return calls


def _run(program, kernels):
    environment = {**os.environ, "SCRATCH_KERNELS": kernels}
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True
    )


def test_the_twin_computes_while_it_is_chosen(twins):
    calls = _halves(twins)
    z = np.array([-2, 4], "float32")
    relu = table.kernels["relu"]
    keras.config.set_kernels("compiled")
    assert keras.config.kernels() == "compiled"
    y = np.empty_like(z)
    assert relu(z, y) is y
    assert y.tolist() == [-1, 2]
    keras.config.set_kernels("numpy")
    assert keras.config.kernels() == "numpy"
    assert relu(z, y).tolist() == [0, 4]
    assert len(calls) == 1


@pytest.mark.parametrize(
    "z",
    [
        np.array([-2, 4], "float16"),
        np.array([-2, 4], ">f4"),
        np.array([-2, 0, 4, 0], "float32")[::2],
        np.array([-2, 4]),
    ],
    ids=["float16", "other byte order", "gaps", "integers"],
)
def test_what_a_twin_was_not_written_for_is_numpys(twins, z):
    calls = _halves(twins)
    keras.config.set_kernels("compiled")
    assert table.kernels["relu"](z, np.empty_like(z)).tolist() == [0, 4]
    assert not calls


def test_arrays_of_two_types_are_numpys(twins):
    calls = _halves(twins)
    keras.config.set_kernels("compiled")
    table.kernels["relu"](np.ones(2, "float32"), np.empty(2, "float64"))
    assert not calls


def test_a_plan_takes_the_twin_and_is_forgotten_with_it(twins):
    calls = _halves(twins)
    layers = keras.layers
    model = keras.Sequential(
        [keras.Input((2,)), layers.Dense(3, "relu", use_bias=False), layers.Dense(1)]
    )
    model.compile("sgd", "mse")
    x = np.ones((8, 2), "float32")
    model.fit(x, x[:, :1], epochs=6, verbose=0)
    before: Any = planned.of(model, "train")
    assert before.holds
    assert not calls
    keras.config.set_kernels("compiled")
    assert not before.holds
    model.fit(x, x[:, :1], epochs=6, verbose=0)
    assert len(calls) == 6
    now: Any = planned.of(model, "train")
    assert any(value is twins["relu"] for value in now.run.__globals__.values())
    keras.config.set_kernels("numpy")
    model.fit(x, x[:, :1], epochs=6, verbose=0)
    assert len(calls) == 6


def test_a_choice_that_there_is_not():
    with pytest.raises(ValueError, match=r"one of \('numpy', 'compiled'\); got 'cuda'"):
        keras.config.set_kernels("cuda")


def test_without_numba_an_error_says_what_to_install():
    done = _run(NONE + "import scratch; scratch.config.set_kernels('compiled')", "")
    assert "ImportError: Compiled kernels need numba" in done.stderr
    assert "pip install 'keras-from-scratch[fast]'" in done.stderr


def test_without_numba_the_environment_variable_is_warned_of():
    done = _run(NONE + "import scratch; print(scratch.config.kernels())", "compiled")
    assert "UserWarning: SCRATCH_KERNELS=compiled: Compiled kernels need numba" in done.stderr
    assert done.stdout.split() == ["numpy"]


def test_the_environment_variable_must_name_a_choice():
    done = _run("import scratch; scratch.layers", "fast")
    assert "ValueError: set_kernels: kernels must be one of" in done.stderr


def test_numba_is_not_imported_before_it_is_asked_for():
    program = (
        "import sys, scratch as k; k.Sequential([k.Input((2,)), k.layers.Dense(1)]); "
        "print('numba' in sys.modules)"
    )
    assert _run(program, "").stdout.split() == ["False"]
