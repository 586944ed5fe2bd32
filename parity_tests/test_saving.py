"""Files: what one library has written, the other reads, and trains on with the same digits."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.engines import Engine
from parity_tests.harness.tolerances import KAPPA, rule
from parity_tests.saved_models import MODELS, STEPS, formats_of

SCRATCH, TF = Engine("scratch", "hand"), Engine("tf", "graph")
PLACE = "parity_tests.saved_models"


@pytest.fixture(scope="module", params=["tf", "scratch"])
def writer(request):
    pytest.importorskip("keras")
    return {"tf": TF, "scratch": SCRATCH}[request.param]


def same(expected, actual):
    return len(expected) == len(actual) and all(
        a.dtype == b.dtype and np.array_equal(a, b) for a, b in zip(expected, actual, strict=True)
    )


@pytest.mark.parametrize("name", MODELS)
def test_models_travel(name, writer, tmp_path):
    """Both libraries read one file: equal bits of weights and slots, equal steps after that."""
    written = writer.run(f"{PLACE}:write", name, str(tmp_path))
    for ending in formats_of(name):
        # Keras can't train a model from its own legacy file any further: it builds the optimizer
        # for no variables, and does not find the loss "mse".
        legacy = ending == ".h5"
        (loaded, actual), (theirs, expected) = (
            engine.run(f"{PLACE}:resume", name, str(tmp_path), ending, compile=not legacy)
            for engine in (SCRATCH, TF)
        )
        assert same(theirs, loaded), ending
        assert same(written[: len(loaded)], loaded), ending
        assert legacy or len(written) == len(loaded)
        compare(f"{name}{ending}", expected, actual)
        if ending == ".keras":
            trained = actual
        if legacy:
            loaded, again = SCRATCH.run(f"{PLACE}:resume", name, str(tmp_path), ending)
            assert same(written, loaded)
            assert same(list(trained.values()), list(again.values()))


def compare(name, expected, actual):
    assert expected.keys() == actual.keys()
    for key, value in expected.items():
        kappa = KAPPA["ftrl" if name.startswith("leader") else "adam"]
        allowed = rule(key, "float64", STEPS, kappa).relative * np.max(np.abs(value))
        error = np.max(np.abs(value - actual[key]))
        assert error <= allowed, f"{name} {key}: {100 * error / allowed:.3g} % of what is allowed"


def fitted(epochs, *callbacks, model=None):
    """A model and its losses, epoch by epoch."""
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(16, 4)), draw.normal(size=(16, 2))
    if model is None:
        scratch.utils.set_random_seed(1)
        model = scratch.Sequential([scratch.Input((4,)), scratch.layers.Dense(2)])
        model.compile("adam", "mse")
    history = model.fit(x, y, epochs=epochs, verbose=0, shuffle=False, callbacks=callbacks)
    return model, history.history["loss"]


@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_checkpoint_trains_on(ending, tmp_path):
    whole = fitted(4)[1]
    fitted(2, scratch.callbacks.ModelCheckpoint(tmp_path / f"{{epoch}}{ending}"))
    model = scratch.models.load_model(tmp_path / f"2{ending}")
    assert fitted(2, model=model)[1] == whole[2:]


def test_a_backup_trains_on_where_it_was(tmp_path):
    backup = scratch.callbacks.BackupAndRestore
    whole = fitted(4)[1]
    fitted(2, backup(tmp_path / "b", delete_checkpoint=False))
    assert fitted(4, backup(tmp_path / "b"))[1] == whole[2:]
    assert not (tmp_path / "b").exists()
