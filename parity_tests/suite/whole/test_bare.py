# ruff: noqa: E501 - one line a value
"""scratch where there is nothing but NumPy (and h5py, for files)."""

import os
import re
import subprocess
import sys
import textwrap
import venv
import zipfile
from pathlib import Path

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import IMPORT_SHARE
from scratch import __main__ as program

ROOT = Path(__file__).resolve().parents[3]
BARE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}

TRAIN = """
    import numpy as np
    import scratch as keras

    keras.utils.set_random_seed(1)
    draw = np.random.default_rng(1)
    x = draw.standard_normal((64, 5)).astype("float32")
    y = (x[:, 0] > 0).astype("int64")
    model = keras.models.Sequential([
        keras.Input((5,)),
        keras.layers.Dense(8, activation="relu"),
        keras.layers.Dropout(0.2),
        keras.layers.Dense(2, activation="softmax"),
    ])
    model.compile(loss="sparse_categorical_crossentropy", optimizer=keras.optimizers.Adam(0.02), metrics=["accuracy"])
    history = model.fit(x, y, epochs=40, verbose=0)
    model.summary()
    assert history.history["accuracy"][-1] > 0.8, history.history
    print("trained")
"""
BLOCK = """
    import sys

    class Blocked:
        names = {"tensorflow", "keras", "jax", "torch", "h5py", "matplotlib", "rich", "typer", "graphviz", "IPython"}
        def find_spec(self, name, path=None, target=None):
            if name.split(".")[0] in self.names:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    sys.meta_path.insert(0, Blocked())
"""


def run(python, code, **options):
    done = subprocess.run(
        [python, "-W", "error", "-c", textwrap.dedent(code)],
        capture_output=True, text=True, timeout=240, check=False, **options,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_trains_where_the_frameworks_are_blocked():
    assert "trained" in run(
        sys.executable, textwrap.dedent(BLOCK) + textwrap.dedent(TRAIN), cwd=ROOT
    )


FILES = """
    import pathlib
    for file in ("whole.keras", "only.weights.h5", "old.h5"):
        try:
            (model.save_weights if "weights" in file else model.save)(file)
        except ImportError as error:
            assert "pip install h5py" in str(error), error
        else:
            raise AssertionError(file)
        assert not pathlib.Path(file).exists(), file
    before = model.get_weights()
    model.save_weights("only.safetensors")
    model.set_weights([0 * w for w in before])
    model.load_weights("only.safetensors")
    assert all(np.array_equal(*both) for both in zip(before, model.get_weights()))
    again = keras.models.model_from_json(model.to_json())
    again.set_weights(before)
    assert np.array_equal(again.predict(x, verbose=0), model.predict(x, verbose=0))
    keras.utils.plot_model(model, "model.svg")
    print("kept")
"""


def test_without_h5py_files_of_weights_say_so_and_all_else_works(tmp_path):
    code = "".join(map(textwrap.dedent, (BLOCK, TRAIN, FILES)))
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    assert "kept" in run(sys.executable, code, cwd=tmp_path, env=env)


def test_without_typer_the_command_says_what_it_needs():
    code = textwrap.dedent(BLOCK) + "import parity_tests.__main__"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60)  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == "The command `parity` needs typer and rich: pip install typer rich\n"


def test_the_package_as_a_program(tmp_path):
    done = subprocess.run(
        [sys.executable, "-W", "error", "-m", "scratch"],
        capture_output=True, text=True, timeout=60, check=False,
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    first, *epochs, last = done.stdout.splitlines()
    assert first == f"scratch {scratch.release}, follows Keras 3.15.1, on NumPy {np.__version__}"
    assert sum(line.startswith("Epoch ") for line in epochs) == 5
    accuracy = re.fullmatch(r"accuracy on 1,000 new points: (0\.\d{3}), after [\d.]+ seconds", last)
    assert accuracy
    assert float(accuracy[1]) > 0.95


def test_a_training_that_fails_is_told_by_the_exit_status(monkeypatch, capsys):
    monkeypatch.setattr(program, "train", lambda: program.GOAL)
    assert program.main() == 1
    assert "0.900" in capsys.readouterr().out


def test_imports_in_a_fraction_of_tensorflows_time(report):
    clock = """
        import time
        begin = time.perf_counter()
        import {}
        print(time.perf_counter() - begin)
    """
    ours, theirs = (
        float(
            run(
                sys.executable,
                f"import os; os.environ['TF_CPP_MIN_LOG_LEVEL'] = '3'\nimport warnings; warnings.simplefilter('ignore')\n{textwrap.dedent(clock.format(name))}",
                cwd=ROOT,
            ).split()[-1]
        )
        for name in ("scratch", "tensorflow")
    )
    report.note(
        f"import scratch {1000 * ours:.0f} ms, import tensorflow {1000 * theirs:.0f} ms: {ours / theirs:.1%}"
    )
    assert ours <= IMPORT_SHARE * theirs


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Python of an environment into which the wheel alone was installed, and the wheel."""
    folder = tmp_path_factory.mktemp("bare")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    wheel = None
    for step in (["wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], ["install"]):
        done = subprocess.run(
            [*pip, *step, *([str(wheel)] if wheel else [])],
            capture_output=True, text=True, timeout=240, check=False, cwd=folder,
        )  # fmt: skip
        if "Could not find a version" in done.stderr or "connection" in done.stderr.lower():
            pytest.skip("no package index can be reached")
        assert done.returncode == 0, done.stderr
        (wheel,) = folder.glob("*.whl")
    return python, wheel


def alone(installed, code):
    """What a program prints outside the clone, with nothing of it on the path."""
    python, wheel = installed
    return run(python, code, cwd=wheel.parent, env=BARE)


def test_a_wheel_takes_two_names(installed):
    names = zipfile.ZipFile(installed[1]).namelist()
    tops = {name.split("/")[0] for name in names}
    (metadata,) = {top for top in tops if top.endswith(".dist-info")}
    assert tops == {"scratch", "parity_tests", metadata}


def test_trains_in_a_bare_environment(installed):
    lean = """
        import sys
        assert not {"rich", "typer", "h5py", "parity_tests"} & set(sys.modules)
    """
    assert "trained" in alone(installed, textwrap.dedent(TRAIN) + textwrap.dedent(lean))


def test_the_package_installed_as_a_program(installed):
    done = subprocess.run(
        [installed[0], "-W", "error", "-m", "scratch"],
        capture_output=True, text=True, timeout=60, check=False,
        cwd=installed[1].parent, env=BARE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"scratch {scratch.release}, follows Keras {scratch.version()}")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--version"], 0, "following Keras 3."),
        (["check", str(ROOT / "examples/check_your_own/right_dense.py")], 0, "right"),
        (["check", str(ROOT / "examples/check_your_own/wrong_dense.py")], 1, "not right yet"),
        (["coverage"], 0, "recurrent networks"),
    ],
)
def test_the_command_needs_no_framework(installed, words, status, said):
    done = subprocess.run(
        [installed[0].parent / "parity", *words],
        capture_output=True, text=True, timeout=60, check=False,
        cwd=installed[1].parent, env=BARE,
    )  # fmt: skip
    assert done.returncode == status, done.stderr
    assert said in done.stdout


def test_the_models_travel_inside_the_package(installed):
    home = """
        import importlib.util
        assert importlib.util.find_spec("keras_models") is None
        import parity_tests, scratch, keras_models
        print(keras_models.__file__)
        print(*[keras_models.load(name).build(scratch).count_params() for name in keras_models.MODELS])
    """
    file, counts = alone(installed, home).splitlines()
    assert Path(file).parts[-4:] == ("parity_tests", "packed", "keras_models", "__init__.py")
    from keras_models import MODELS, load

    assert counts.split() == [str(load(name).build(scratch).count_params()) for name in MODELS]


def test_the_citation_names_the_release():
    lines = (ROOT / "CITATION.cff").read_text().splitlines()
    assert f"version: {scratch.release}" in lines


def test_no_framework_is_installed(installed):
    names = alone(
        installed,
        "import importlib.metadata as m; print(*sorted(d.name.lower() for d in m.distributions()))",
    ).split()
    assert {"numpy", "h5py", "rich", "typer", "keras-from-scratch"} <= set(names)
    assert not {"tensorflow", "keras", "jax", "torch", "matplotlib", "scipy"} & set(names)
