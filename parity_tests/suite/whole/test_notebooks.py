"""The notebooks are what their scripts say, and run to their end, whatever is installed.

They run as a reader runs them, in a kernel of their own: with TensorFlow and matplotlib, without
TensorFlow, and on NumPy alone.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NOTEBOOKS = ROOT / "examples" / "notebooks"
LESSONS = ["training_deep_nets", "loss_and_descent", "soccer_ball", "representation_learning", "optimizers", "convolution"]  # fmt: skip  # noqa: E501
NAMES = ["quick_start", *LESSONS]
TENSORFLOW = ("tensorflow", "keras")
SETTINGS = {"all": (), "no TensorFlow": TENSORFLOW, "NumPy alone": (*TENSORFLOW, "matplotlib")}
RUNS = [(name, setting) for name in LESSONS for setting in ("all", "NumPy alone")]
RUNS += [("training_deep_nets", "no TensorFlow")]  # with plots of one engine alone
BLOCK = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {names}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked())
"""


def needs(*packages):
    missing = [package for package in packages if importlib.util.find_spec(package) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def cells(file):
    return json.loads(file.read_text(encoding="utf-8"))["cells"]


def text(cell):
    return "".join(cell["source"])


# What they are -------------------------------------------------------------------------------


def make(*arguments):
    """What `python -m examples.notebooks` does."""
    command = [sys.executable, "-m", "examples.notebooks", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


@needs("jupytext")
def test_they_are_what_their_scripts_say():
    done = make("--check")
    assert done.returncode == 0, done.stderr


@needs("jupytext")
def test_a_script_that_changes_changes_its_notebook(tmp_path):
    script, folder = tmp_path / "one.py", tmp_path / "notebooks"
    folder.mkdir()
    script.write_text('"""One."""\n\n# %% [markdown]\n# # One\n# %%\na = 1  # fmt: skip\n')
    assert make(script, "--output", folder).returncode == 0
    title, how, code = cells(folder / "one.ipynb")
    assert (text(title), text(code), code["outputs"]) == ("# One", "a = 1", [])
    assert "[one.py](../one.py)" in text(how)
    assert make(script, "--output", folder, "--check").returncode == 0
    script.write_text(script.read_text().replace("a = 1", "a = 2"))
    done = make(script, "--output", folder, "--check")
    assert done.returncode == 1
    assert "one.ipynb is not what its script says" in done.stderr


def test_each_script_has_one_and_each_begins_with_its_title():
    assert {file.stem for file in NOTEBOOKS.glob("*.ipynb")} == set(NAMES)
    for name in NAMES:
        title, how, *rest = cells(NOTEBOOKS / f"{name}.ipynb")
        assert text(title).startswith("# ")
        (script,) = re.findall(r"\]\((\.\./.*\.py)\)", text(how))
        assert (NOTEBOOKS / script).resolve().stem == name
        assert not any(cell.get("outputs") for cell in rest)


def test_a_student_finds_them():
    page = (ROOT / "examples" / "pages" / "lectures.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(\.\./notebooks/(\w+)\.ipynb\)", page)) == set(NAMES)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "](examples/notebooks/quick_start.ipynb)" in readme


# That they run -------------------------------------------------------------------------------


@pytest.fixture
def ran(tmp_path):
    """Runs a notebook where some packages are not to be had: all outputs, in order."""

    def run(name, blocked):
        (tmp_path / "sitecustomize.py").write_text(BLOCK.format(names=set(blocked)))
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", tmp_path)
        homes = ("IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR")
        done = subprocess.run(
            [sys.executable, "-c", "from nbclient.cli import main; main()",
             f"{name}.ipynb", "--output=done", "--timeout=900"],
            cwd=tmp_path,
            env={**os.environ, **dict.fromkeys(homes, str(tmp_path / "home")),
                 "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
            capture_output=True,
            text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        found = cells(tmp_path / "done.ipynb")
        return [output for cell in found for output in cell.get("outputs", [])]

    return run


def printed(outputs):
    return "".join("".join(output.get("text", "")) for output in outputs)


def shown(outputs, kind):
    return ["".join(output["data"][kind]) for output in outputs if kind in output.get("data", {})]


@needs("nbclient", "ipykernel", "tensorflow", "matplotlib")
@pytest.mark.parametrize(("name", "setting"), RUNS)
def test_a_lesson_runs(ran, name, setting):
    outputs = ran(name, SETTINGS[setting])
    said, pages = printed(outputs), shown(outputs, "text/html")
    assert ("Without tf.keras to compare with: No module named" in said) == (setting != "all")
    assert ("Without plots: No module named 'matplotlib'" in said) == (setting == "NumPy alone")
    (table,) = [page for page in pages if "<table>" in page]
    assert ("tf.keras</th>" in table) == (setting == "all")
    agree, claims, figures = map(int, re.findall(r"(\d+) of (\d+) claims agree; (\d+) figures", said)[0])  # fmt: skip  # noqa: E501
    assert agree > 0.8 * claims > 32
    assert table.count("agrees</td>") == agree
    assert "the engines differ" not in table
    plots, drawings = len(shown(outputs, "image/png")), sum("<svg" in page for page in pages)
    assert plots + drawings == figures
    assert (plots > 0) == (setting != "NumPy alone")
    assert drawings > 0


@needs("nbclient", "ipykernel", "tensorflow")
@pytest.mark.parametrize("setting", ["all", "NumPy alone"])
def test_the_quick_start_runs(ran, setting):
    said = printed(ran("quick_start", SETTINGS[setting]))
    assert "[[0.94]\n [0.06]]" in said
    losses = re.findall(r"^(?:scratch |tf\.keras) \[(.*)\]$", said, re.MULTILINE)
    assert len(losses) == (2 if setting == "all" else 1)
    assert ("tf.keras is not here to compare with" in said) == (setting != "all")
    assert "bias gradient averaged over the batch" in said
    assert "Mended, checked like dense(): right" in said
    assert "the same answers: True" in said
