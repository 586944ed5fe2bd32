"""`parity check`: as a program with its examples, and how it reads its arguments."""

import subprocess
import sys
from pathlib import Path

import pytest

from parity_tests.commands import check as check_command

EXAMPLES = Path(__file__).parents[3] / "examples" / "check_your_own"


def run(*words):
    return subprocess.run(
        [sys.executable, "-m", "parity_tests", "check", *map(str, words)],
        capture_output=True, text=True, cwd=EXAMPLES.parents[1],
    )  # fmt: skip


def test_the_command_and_its_examples():
    tanh = ("--like", "dense", "--activation", "tanh", "--units", "3")
    done = run(EXAMPLES / "right_dense.py:Dense", *tanh)
    assert (done.returncode, done.stderr) == (0, "")
    assert "right  output, dW, db, dx" in done.stdout
    done = run(EXAMPLES / "wrong_dense.py:Dense", *tanh)
    assert done.returncode == 1
    told = done.stdout.partition("\n")[2]
    assert "It looks like: weight gradient with an extra 1/m" in told
    assert "It looks like: bias gradient not summed over the batch" in told
    assert told in (EXAMPLES.parent / "pages" / "check.md").read_text(), "the page shows this"
    done = run(EXAMPLES / "nothing.py", "--like", "mse")
    assert done.returncode == 2
    assert "There is no file" in done.stderr


@pytest.mark.parametrize(
    ("code", "like", "options", "diagnosis"),
    [
        ("wrong_loss.py", "categorical_crossentropy", ["--from_logits"], "p - y without 1/m"),
        ("wrong_loss.py:loss,gradient", "categorical_crossentropy", ["--from-logits=True"],
         "p - y without 1/m"),
        ("wrong_optimizer.py:Adam", "adam", [], "epsilon inside the root, beside the corrected v"),
    ],
)  # fmt: skip
def test_the_other_examples(code, like, options, diagnosis):
    yours = check_command.load(str(EXAMPLES / code))
    check = check_command.checker(like)
    result = check(yours, like, **check_command.parse_options(options))
    assert result.diagnoses == [diagnosis]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((lambda: check_command.load(str(EXAMPLES / "right_dense.py:Dens"))), "defines no 'Dens'"),
        ((lambda: check_command.checker("densee")), "no layer or activation"),
        ((lambda: check_command.parse_options(["3"])), "--option value"),
    ],
)
def test_what_the_command_cannot_check(words, message):
    with pytest.raises(check_command.typer.BadParameter, match=message):
        words()


def test_a_file_that_cannot_be_run(tmp_path):
    (tmp_path / "bad.py").write_text("1 / 0\n")
    with pytest.raises(check_command.typer.BadParameter, match="ZeroDivisionError"):
        check_command.load(str(tmp_path / "bad.py:Dense"))
