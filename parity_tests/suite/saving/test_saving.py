"""Files: what one library has written, the other reads, and trains on with the same digits."""

import os
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import scratch
from parity_tests.cases.files.saved_models import MODELS, STEPS, formats_of
from parity_tests.harness import outcomes
from parity_tests.harness.engines import Engine
from parity_tests.harness.tolerances import KAPPA, rule
from scratch.saving import keras_format

SCRATCH, TF = Engine("scratch", "hand"), Engine("tf", "graph")
PLACE = "parity_tests.cases.files.saved_models"


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


# The functions ------------------------------------------------------------------------------------

X = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)


def small(k, first=1.0):
    """A model whose weights no seed decides."""
    filled = k.initializers.Constant(first)
    model = k.Sequential(
        [k.Input((3,)), k.layers.Dense(2, "tanh", kernel_initializer=filled), k.layers.Dense(1)],
        name="small",
    )
    model.compile("sgd", "mse")
    return model


def both_ways():
    keras = pytest.importorskip("keras")
    return [(scratch, keras), (keras, scratch), (scratch, scratch)]


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")  # between Keras and NumPy
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_a_model_in_a_file(ending, tmp_path):
    for writer, reader in both_ways():
        assert writer.models.save_model is writer.saving.save_model
        model = small(writer, 0.3)
        path = tmp_path / f"{writer.__name__} for {reader.__name__}{ending}"
        writer.saving.save_model(model, path)
        again = reader.saving.load_model(path, compile=False)
        assert same_weights(model, again)
        assert again.name == "small"


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize("ending", [".weights.h5", ".keras"])
def test_weights_in_a_file(ending, tmp_path):
    for writer, reader in both_ways():
        model, other = small(writer, 0.3), small(reader)
        path = tmp_path / f"{writer.__name__} for {reader.__name__}{ending}"
        if ending == ".keras":
            writer.saving.save_model(model, path)
        else:
            writer.saving.save_weights(model, path)
        assert not same_weights(model, other)
        reader.saving.load_weights(other, path)
        assert same_weights(model, other)


def same_weights(model, other):
    return same(model.get_weights(), other.get_weights())


def unbuilt(k):
    return k.Sequential([k.layers.Dense(2)])


REFUSED = {
    "no ending": lambda k, d: k.saving.save_model(small(k), d / "model"),
    "a strange ending": lambda k, d: k.saving.save_model(small(k), d / "model.txt"),
    "weights as a model": lambda k, d: k.saving.save_weights(small(k), d / "w.keras"),
    "weights of no ending": lambda k, d: k.saving.save_weights(small(k), d / "w"),
    "weights not built": lambda k, d: k.saving.save_weights(unbuilt(k), d / "w.weights.h5"),
    "an unknown argument": lambda k, d: k.saving.save_model(small(k), d / "m.keras", how="well"),
    "an unknown argument for weights": lambda k, d: k.saving.save_weights(
        small(k), d / "w.weights.h5", how="well"
    ),
    "no such model": lambda k, d: k.saving.load_model(d / "none.keras"),
    "no such weights": lambda k, d: k.saving.load_weights(small(k), d / "none.weights.h5"),
    "weights from a strange file": lambda k, d: k.saving.load_weights(small(k), d / "none.txt"),
}


@pytest.mark.parametrize("mistake", REFUSED)
def test_what_is_refused(mistake, tmp_path):
    keras = pytest.importorskip("keras")
    (tmp_path / "none.txt").write_text("nothing")
    _, message = outcomes.same(lambda k: REFUSED[mistake](k, tmp_path), scratch, keras)
    assert message is not None, "Keras does not mind"
    assert [path.name for path in tmp_path.iterdir()] == ["none.txt"]


@pytest.mark.parametrize("ending", [".keras", ".weights.h5"])  # of an .h5 file Keras asks twice
@pytest.mark.parametrize("answers", ["y", "n", "xn", "?y"])
def test_a_file_is_replaced_only_if_wanted(answers, ending, tmp_path, monkeypatch, capsys):
    keras = pytest.importorskip("keras")

    def call(k):
        asked, left = [], list(answers)

        def answer(question):
            asked.append(question)
            return left.pop(0)

        monkeypatch.setattr("builtins.input", answer)
        path = str(tmp_path / f"m{ending}")
        first, second = small(k, 0.3), small(k, 0.6)
        save = k.saving.save_weights if ending == ".weights.h5" else k.saving.save_model
        save(first, path)
        save(second, path, overwrite=False)
        other = small(k)
        other.load_weights(path)
        said = capsys.readouterr().out.splitlines()
        return asked, said, same_weights(other, first), same_weights(other, second)

    outcomes.same(call, scratch, keras, may_fail=False)


EXTRA = {
    "seeds": np.arange(3, dtype="uint64"),
    "callbacks/0/best": np.array(0.5),
    "callbacks/0/weights/1": np.ones((2, 3), "float32"),
    "callbacks/none": np.zeros((0, 4), "int8"),
}


@pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")
@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".safetensors"])
def test_further_arrays_are_passed_over(ending, tmp_path):
    """Both libraries load a file that holds more than the model's weights."""
    keras = pytest.importorskip("keras")
    path = str(tmp_path / f"m{ending}")
    model = small(scratch, 0.3)
    (keras_format.save_model if ending == ".keras" else keras_format.save_weights)(
        model, path, extra=EXTRA
    )
    for k in (scratch, keras) if ending != ".safetensors" else (scratch,):
        other = small(k)
        other.load_weights(path)
        assert same_weights(model, other)
        if ending == ".keras":
            assert same_weights(model, k.saving.load_model(path))
    found = keras_format.read_extra(path)
    assert found.keys() == EXTRA.keys()
    assert same([found[name] for name in EXTRA], [np.asarray(a) for a in EXTRA.values()])


@pytest.mark.parametrize("ending", [".weights.h5", ".keras", ".safetensors"])
def test_a_file_without_further_arrays(ending, tmp_path):
    path = str(tmp_path / f"m{ending}")
    model = small(scratch)
    (model.save if ending == ".keras" else model.save_weights)(path)
    assert keras_format.read_extra(path) == {}


@pytest.mark.parametrize("ending", [".keras", ".weights.h5", ".h5", ".safetensors"])
def test_who_reads_while_others_write_reads_a_whole_file(ending, tmp_path):
    """The old one or the new one, and no lock is in the way."""
    path = str(tmp_path / f"m{ending}")
    models = [scratch.Sequential([scratch.Input((40,)), scratch.layers.Dense(30)]) for _ in "ab"]
    whole = ending in (".keras", ".h5")

    def save(model):
        (model.save if whole else model.save_weights)(path)

    def write():
        for _ in range(15):
            for model in models:
                save(model)

    known = [model.get_weights()[0] for model in models]
    reader = scratch.models.clone_model(models[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the old format
        save(models[0])
        with ThreadPoolExecutor(2) as pool:
            writers = [pool.submit(write) for _ in range(2)]
            while not all(writer.done() for writer in writers):
                found = scratch.models.load_model(path, compile=False) if whole else reader
                if not whole:
                    reader.load_weights(path)
                kernel = found.get_weights()[0]
                assert any(np.array_equal(kernel, one) for one in known)
            for writer in writers:
                writer.result()
    assert os.listdir(tmp_path) == [f"m{ending}"]
