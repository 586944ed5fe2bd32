"""A name of Keras that is not here is answered with the reason, wherever it is asked for."""

import importlib
import subprocess
import sys

import pytest

import scratch
from scratch.context.absent import reason_for

SPACES = (
    "activations", "callbacks", "config", "constraints", "datasets", "initializers", "layers",
    "losses", "metrics", "models", "ops", "optimizers", "optimizers.schedules", "random",
    "regularizers", "saving", "tree", "utils",
)  # fmt: skip


def space(name):
    return importlib.import_module(f"scratch.{name}" if name else "scratch")


@pytest.mark.parametrize(
    ("where", "name", "reason"),
    [
        ("layers", "LSTM", "recurrent networks"),
        ("layers", "MultiHeadAttention", "attention"),
        ("", "applications", "models with pretrained weights"),
        ("", "quantizers", "other frameworks, devices and number formats"),
    ],
)
def test_the_reason_is_told(where, name, reason):
    assert reason_for(where, name) == reason
    module = space(where)
    assert not hasattr(module, name)
    with pytest.raises(AttributeError, match=f"has no attribute '{name}'.*not here: {reason}"):
        getattr(module, name)


def test_python_does_not_hide_it_from_who_imports_a_name():
    with pytest.raises(ImportError, match="recurrent networks are not part of this package"):
        from scratch.layers import LSTM, Dense  # type: ignore[attr-defined]  # noqa: F401


@pytest.mark.parametrize(
    ("where", "name", "meant"),
    [
        ("", "Sequental", "Sequential"),
        ("layers", "dense", "Dense"),
        ("layers", "Drop_out", "Dropout"),
        ("optimizers", "AdamWW", "AdamW"),
        ("losses", "MeanSquaredErr", "MeanSquaredError"),
        ("ops", "matmull", "matmul"),
    ],
)
def test_a_name_that_is_misspelt_finds_its_likes(where, name, meant):
    with pytest.raises(AttributeError, match=f"Did you mean .*'{meant}'"):
        getattr(space(where), name)


@pytest.mark.parametrize("where", SPACES)
def test_any_other_name_is_told_where_to_look(where):
    with pytest.raises(AttributeError, match=rf"`dir\(scratch\.{where}\)` lists what is here"):
        space(where).zzzzzz  # noqa: B018
    with pytest.raises(AttributeError) as error:
        space(where).__zzzzzz__  # noqa: B018
    assert str(error.value) == f"module 'scratch.{where}' has no attribute '__zzzzzz__'"


@pytest.mark.parametrize("where", SPACES)
def test_dir_lists_no_helpers(where):
    names = [name for name in dir(space(where)) if not name.startswith("__")]
    assert names
    assert "explain_absent" not in names
    assert "Any" not in names
    assert all(hasattr(space(where), name) for name in names)


def test_at_the_top_too():
    assert {"Model", "layers", "__version__"} <= set(dir(scratch))
    assert not [name for name in dir(scratch) if name.startswith("_") and name[:2] != "__"]


@pytest.mark.parametrize("where", ["", *SPACES])
def test_what_is_here_has_no_reason_not_to_be(where):
    """No pattern is left behind when a name comes in."""
    assert [name for name in dir(space(where)) if reason_for(where, name)] == []


def _in(library, where):
    for part in filter(None, where.split(".")):
        library = getattr(library, part, None)
    return library


def test_whatever_keras_has_besides_is_explained():
    """All that is public in Keras is here, or has a reason; of `ops`, what is needed."""
    keras = pytest.importorskip("keras")
    for where in ("", *SPACES):
        if where == "ops":
            continue
        for name in dir(_in(keras, where)):
            if name.startswith("_") or hasattr(space(where), name):
                continue
            with pytest.raises(AttributeError) as error:
                getattr(space(where), name)
            assert "is not here: " in str(error.value), (where, name)


def test_what_a_first_model_does_not_need_is_loaded_when_it_is_asked_for():
    program = """
import sys
import scratch as keras
keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
parts = ("layers.preprocessing.images", "ops.image", "saving.onnx", "utils.bounding_boxes")
print([part for part in parts if f"scratch.{part}" in sys.modules])
keras.layers.RandomFlip, keras.ops.image.resize, keras.saving.onnx, keras.utils.bounding_boxes
print([part for part in parts if f"scratch.{part}" not in sys.modules])
print([name for name in keras.layers.__all__ if not hasattr(keras.layers, name)])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split() == ["[]"] * 3, done.stderr
