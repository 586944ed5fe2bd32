"""The main job as its users run it: as a program, judged by what it prints, writes and returns."""

import contextlib
import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from keras_models import two_layer_sigmoid
from parity_tests.commands.main_job import compare, verdict
from parity_tests.commands.main_job.job import SCRATCH, TENSORFLOW, Job, hand_over, shortened
from parity_tests.commands.main_job.plain import FinishedLines, final_state
from parity_tests.commands.main_job.probes import Stretch, checkpoints
from parity_tests.harness.worker import Worker

ROOT = Path(__file__).parents[3]
SMALL = ["--model", "two_layer_sigmoid", "--epochs", "2", "--samples", "400", "--no-noise-floor"]


def parity(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "parity_tests", *arguments],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "OPENBLAS_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
    )


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    folder = tmp_path_factory.mktemp("good")
    done = parity(*SMALL, "--output", str(folder / "report"), "--json", str(folder / "all.json"))
    assert done.returncode == 0, done.stdout + done.stderr
    figures = json.loads((folder / "all.json").read_text())
    return done.stdout, figures, (folder / "report" / "index.html").read_text()


def test_parity_holds_and_both_progress_bars_are_shown(good):
    printed, figures, _ = good
    assert figures["parity"] is True
    assert "PARITY HOLDS" in printed
    bars = re.findall(r"^25/25 ━{20} \d+s .* - loss: .* - val_loss: .*$", printed, re.MULTILINE)
    assert len(bars) == 4
    assert "\b" not in printed


def test_json_holds_what_the_tables_show(good):
    _, figures, _ = good
    assert set(figures) == {
        "parity", "job", "data", "optimizer", "versions", "checks", "initial_weights", "epochs",
        "tensorflow_settings", "test", "seconds", "report",
    }  # fmt: skip
    assert [epoch["epoch"] for epoch in figures["epochs"]] == [1, 2]
    for epoch in figures["epochs"]:
        for engine in ("scratch", "tensorflow"):
            assert list(epoch[engine])[:2] == ["loss", "mean_squared_error"]
            assert "val_loss" in epoch[engine]
            assert epoch[engine]["seconds"] > 0
        assert 0 < epoch["distance"]["relative_l2"] < 1
        assert epoch["noise_floor"] is None
    assert figures["initial_weights"] == {
        "identical": True, "differing": 0, "total": 67, "largest_ulps": 0.0,
    }  # fmt: skip
    assert figures["job"]["batch_size"] == 16
    assert {"TensorFlow", "Keras", "scratch", "NumPy", "Python"} <= set(figures["versions"])
    assert figures["test"]["decisions_differ"] is None  # a regression decides nothing
    assert figures["seconds"]["ratio"] > 0
    for check in figures["checks"]:
        assert check["holds"] is True
        assert 0 <= check["used"] <= 1
        assert check["why"]


def test_the_report_needs_nothing_but_itself(good):
    _, _, page = good
    assert "<svg" in page
    assert "Parity holds" in page
    assert not re.search(r"""(src|href)=["'](?!data:|#)""", page)
    assert "://" not in page
    assert "@import" not in page


def test_a_failing_run_exits_with_1_and_still_shows_everything(tmp_path):
    done = parity(
        "--model", "softmax_regression", "--epochs", "1", "--samples", "320",
        "--plant", "gradient", "--output", str(tmp_path), "--json", "-",
    )  # fmt: skip
    assert done.returncode == 1, done.stdout + done.stderr
    figures = json.loads(done.stdout)  # standard output is the figures and nothing else
    assert figures["parity"] is False
    assert "PARITY FAILS: float64 stretch: weights" in done.stderr
    floor = figures["epochs"][0]["noise_floor"]
    assert set(floor) == {"relative_l2", "max_norm"}
    assert figures["test"]["decisions_differ"] is not None
    page = (tmp_path / "index.html").read_text()
    headings = ("What the first layer has learned", "Sample predictions", "Confusion matrix")
    for words in ("Parity fails", *headings):
        assert words in page
    assert page.count("data:image/png;base64,") > 40
    named = figures["data"]["name"] == "Fashion-MNIST"
    assert named == (figures["data"]["note"] is None)
    if not named:
        assert done.stderr.startswith("NOT Fashion-MNIST")
        assert "NOT Fashion-MNIST" in page


@pytest.mark.parametrize("model", ["cnn", "autoencoder"])
def test_networks_of_convolutions(model, tmp_path):
    # Not fewer samples: once they are known by heart, Adam divides next to nothing by next to
    # nothing, and enlarges what was rounded.
    done = parity(
        "--model", model, "--epochs", "1", "--samples", "3200", "--no-noise-floor",
        "--output", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    page = (tmp_path / "index.html").read_text()
    for words in ("Parity holds", "The filters of the first convolution", "What they see"):
        assert words in page
    assert "What the first layer has learned" not in page


# The verdict, with TensorFlow's side computed once -----------------------------------------------

PROBES = ("train:run", "probes:batch_order", "probes:float64_stretch", "probes:float32_stretch")


@pytest.fixture(scope="module")
def workers():
    with contextlib.ExitStack() as stack:
        yield {
            setting: stack.enter_context(Worker(setting.environment, setting.name))
            for setting in (SCRATCH, TENSORFLOW)
        }


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    hand_over(shortened(two_layer_sigmoid.data(), 400), folder)
    return Job("two_layer_sigmoid", 2, 16, folder=str(folder), float64_steps=50, float32_steps=50)


@pytest.fixture(scope="module")
def expected(workers, small):
    return [asked(workers, small, TENSORFLOW, probe) for probe in PROBES]


def asked(workers, job, setting, probe):
    options = {"verbose": 0} if probe == "train:run" else {}
    return workers[setting].call(f"parity_tests.commands.main_job.{probe}", job, setting, **options)


@pytest.mark.parametrize(
    ("fault", "caught_by"),
    [
        (None, set()),
        ("gradient", {"float64 stretch: weights", "float32 stretch: weights"}),
        ("seed", {"initial weights"}),
        ("order", {"order of batches"}),
        ("log", {"float64 stretch: log"}),
    ],
)
def test_a_planted_fault_is_caught(workers, small, expected, fault, caught_by):
    spoilt = replace(small, fault=fault)
    actual = [asked(workers, spoilt, SCRATCH, probe) for probe in PROBES]
    checks = verdict.checks(spoilt, *zip(actual, expected, strict=True))
    failed = {check.name for check in checks if not check.holds}
    assert caught_by <= failed
    assert bool(failed) == bool(fault)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "rmsprop"])
def test_a_run_in_float64_agrees_to_the_last_digits(workers, small, optimizer):
    job = replace(small, precision="float64", optimizer=optimizer)
    pair = [asked(workers, job, setting, "train:run") for setting in (SCRATCH, TENSORFLOW)]
    check = verdict.float64_run(*pair)
    assert check.holds, check.found
    assert verdict.initial_weights(*pair).holds


# The command --------------------------------------------------------------------------------------


def test_help_names_the_options_and_the_other_command():
    done = parity("--help")
    assert done.returncode == 0
    for word in ("--epochs", "--float64", "--seed", "--batch-size", "--json", "bench"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--model", "lstm"], "fashion_mnist"),
        (["--optimizer", "adem"], "adem"),
        (["--epochs", "0"], "--epochs"),
        (["--plant", "tree"], "gradient"),
    ],
)
def test_a_wrong_option_says_what_was_expected(arguments, message):
    done = parity(*arguments)
    assert done.returncode == 2
    assert message in done.stderr


# Pieces -------------------------------------------------------------------------------------------

SGD = {"name": "SGD", "momentum": 0.0}


def stretch(weights, masks=()):
    return Stretch(
        ["dense/kernel"], {t: [np.array(w)] for t, w in weights.items()}, {}, list(masks)
    )


def test_a_trajectory_that_does_not_move_is_vacuous():
    still = stretch({0: [1.0], 1: [1.0]})
    check = verdict.float64_weights(still, still, SGD)
    assert not check.holds
    assert "vacuous" in check.found


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_what_is_not_a_number_fails(wrong):
    check = verdict.float64_weights(
        stretch({0: [1.0], 1: [wrong]}), stretch({0: [1.0], 1: [0.5]}), SGD
    )
    assert not check.holds


def test_after_the_first_flip_nothing_is_judged():
    expected = stretch({0: [1.0], 1: [0.9], 2: [0.8]}, [b"a", b"a"])
    actual = stretch({0: [1.0], 1: [0.9], 2: [0.7]}, [b"a", b"b"])
    assert verdict.first_flip(actual, expected) == 1
    assert verdict.float32_weights(actual, expected, SGD).holds
    unflipped = stretch({0: [1.0], 1: [0.9], 2: [0.7]}, [b"a", b"a"])
    assert not verdict.float32_weights(unflipped, expected, SGD).holds


def test_distances():
    a, b = [np.array([3.0, 4.0]), np.zeros(1)], [np.array([3.0, 4.5]), np.zeros(1)]
    assert compare.relative_l2(a, b) == pytest.approx(0.5 / math.sqrt(9 + 4.5**2))
    assert compare.worst(a, b) == 0.5 / 4.5
    assert math.isnan(compare.worst([np.array([np.nan])], [np.ones(1)]))
    one = np.ones(1, "float32")
    assert compare.ulps(one, np.nextafter(one, 2 * one)) == [1]


def test_checkpoints():
    assert checkpoints(200) == [1, 2, 5, 10, 20, 50, 100, 200]
    assert checkpoints(7) == [1, 2, 5, 7]


def test_a_bar_on_a_pipe_leaves_its_last_state(capsys):
    stream = FinishedLines(sys.stdout)
    stream.write("\r\x1b[1m 1/10\x1b[0m \x1b[37m━━\x1b[0m")
    stream.write("\b\b\b\b\r\x1b[1m10/10\x1b[0m \x1b[32m━━\x1b[0m 1s\n")
    assert capsys.readouterr().out == "10/10 ━━ 1s\n"
    assert final_state("Epoch 1/2") == "Epoch 1/2"
