"""`parity check`: as a program with its examples, and how it reads its arguments."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from parity_tests.__main__ import app
from parity_tests.commands import check as check_command
from scratch.testing.references import kinds

EXAMPLES = Path(__file__).parents[3] / "examples" / "check_your_own"
BLOCK = """
    import runpy, sys

    class Blocked:
        def find_spec(self, name, path=None, target=None):
            if name.split(".")[0] in {"tensorflow", "keras", "jax", "torch", "jinja2"}:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    sys.meta_path.insert(0, Blocked())
    sys.argv = ["parity", *sys.argv[1:]]
    runpy.run_module("parity_tests", run_name="__main__")
"""


def run(*words):
    """The command in a process that has none of what the extra `parity` brings."""
    code = "\n".join(line.removeprefix("    ") for line in BLOCK.splitlines())
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, words)],
        capture_output=True, text=True, cwd=EXAMPLES.parents[1],
    )  # fmt: skip


def invoke(*words):
    """The command in this process."""
    return CliRunner().invoke(app, ["check", *map(str, words)])


def test_the_command_and_its_examples():
    tanh = ("--like", "dense", "--activation", "tanh", "--units", "3")
    done = run("check", EXAMPLES / "right_dense.py:Dense", *tanh)
    assert (done.returncode, done.stderr) == (0, "")
    assert "right  output, dW, db, dx" in done.stdout
    done = run("check", EXAMPLES / "wrong_dense.py:Dense", *tanh)
    assert done.returncode == 1
    assert "Dense, checked like dense(activation='tanh', units=3): not right yet" in done.stdout
    assert "It looks like: weight gradient with an extra 1/m" in done.stdout
    assert "It looks like: bias gradient not summed over the batch" in done.stdout
    assert "check with --averages.)" in done.stdout


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--version"], 0, "following Keras 3."),
        (["--help"], 0, "check "),
        (["check", "--help"], 0, "--like"),
        (["coverage"], 0, "recurrent networks"),
        (["engines", "--help"], 0, "Usage: parity engines"),
        (["report"], 1, "pip install '.[parity]'"),
        (["mutate", "--help"], 1, "pip install '.[parity"),
        (["chekc"], 2, "Did you mean 'check'"),
        (["check", "nothing.py"], 2, "There is no file"),
    ],
)
def test_without_tensorflow(words, status, said):
    done = run(*words)
    assert done.returncode == status, done.stderr
    assert said in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_help_has_an_example_and_every_name():
    said = " ".join(invoke("--help").stdout.split())
    assert "parity check homework.py:MyDense --like Dense" in said
    for names in kinds().values():
        assert all(name in said for name in names)


@pytest.mark.parametrize("like", ["Dense", "DENSE", "dense"])
def test_a_name_in_any_case(like):
    words = [f"{EXAMPLES / 'right_dense.py'}:Dense", "--like", like, "--activation=tanh"]
    assert invoke(*words).exit_code == 0


@pytest.mark.parametrize(
    ("file", "status", "said"),
    [
        ("right_dense.py", 0, "Assumed: --like dense, --activation tanh."),
        ("wrong_dense.py", 1, "weight gradient with an extra 1/m"),
        ("wrong_loss.py", 1, "p - y without 1/m"),
        ("wrong_optimizer.py", 1, "epsilon inside the root, beside the corrected v"),
    ],
)
def test_the_path_alone(file, status, said):
    done = invoke(EXAMPLES / file)
    assert done.exit_code == status
    assert said in done.stdout


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
    found = json.loads(invoke(EXAMPLES / code, "--like", like, *options, "--json").stdout)
    assert {finding["diagnosis"] for finding in found["findings"]} == {diagnosis}
    assert found["right"] is False


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["right_dense.py:Dens"], "defines no 'Dens'. Did you mean Dense?"),
        (["right_dense.py", "--like", "densee"], "Did you mean dense"),
        (["right_dense.py", "--like", "dense", "--activaton", "tanh"], "Did you mean activation?"),
        (["right_dense.py", "--like", "dense", "3"], "--option value"),
        (["right_dense.py", "--tasks", "nothing.toml"], "cannot be read"),
    ],
)
def test_what_the_command_cannot_check(words, message):
    done = invoke(EXAMPLES / words[0], *words[1:])
    assert done.exit_code == 2
    told = " ".join(done.output.replace("│", " ").split())
    assert message in told


def test_a_file_that_cannot_be_run(tmp_path):
    (tmp_path / "bad.py").write_text("x = 1\n1 / 0\n")
    done = invoke(tmp_path / "bad.py")
    assert done.exit_code == 2
    told = " ".join(done.output.replace("│", " ").split())
    assert "ZeroDivisionError" in told
    assert "(line 2)" in told


HOMEWORK = """
import numpy as np
def relu_forward(x): return np.maximum(x, 0), x
def relu_backward(dout, cache): return dout * (cache > 0)
class MSE:
    def forward(self, y, t):
        self.d = y - t
        return np.mean(self.d ** 2)
    def backward(self): return self.d / self.d.size
class SGD:
    def __init__(self, lr): self.lr = lr
    def update(self, params, grads):
        for k in params: params[k] -= self.lr * grads[k]
print("hello")
"""
TASKS = """
["relu_forward,relu_backward"]
like = "ReLU"
[MSE]
like = "mse"
points = 2
[SGD]
learning_rate = 0.5
"""


def test_several_tasks_and_their_score(tmp_path):
    homework = tmp_path / "homework.py"
    homework.write_text(HOMEWORK)
    done = invoke(homework)
    assert done.exit_code == 1
    assert "2 of 3 points" in done.stdout
    assert "gradient without the 2" in done.stdout
    assert "hello" not in done.stdout
    tasks = tmp_path / "tasks.toml"
    tasks.write_text(TASKS)
    found = json.loads(invoke(homework, "--tasks", tasks, "--json").stdout)
    assert (found["score"], found["total"]) == (2, 4)
    tasks.write_text(TASKS + "[Missing]\nlike = 'dense'\n")
    found = json.loads(invoke(homework, "--tasks", tasks, "--json").stdout)
    assert (found["score"], found["total"]) == (2, 5)
    assert "defines no 'Missing'" in found["problems"]["Missing"]


def test_options():
    read = check_command.parse_options
    assert read(["--units", "3", "--use-bias=false", "--nesterov", "--like-it", "x"]) == {
        "units": 3, "use_bias": False, "nesterov": True, "like_it": "x"
    }  # fmt: skip


def test_the_page_shows_what_is_said():
    page = (EXAMPLES.parent / "pages" / "check.md").read_text(encoding="utf-8")
    assert invoke(EXAMPLES / "wrong_dense.py").stdout in page
