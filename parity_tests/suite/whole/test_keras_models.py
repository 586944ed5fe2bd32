"""Every model builds, counts its parameters as the lectures do, and learns, in tf.keras."""

import functools

import numpy as np
import pytest

import keras_models
from scratch.datasets import DataUnavailableError, fashion_mnist
from scratch.datasets.drawn import silhouettes, soccer_balls

keras = pytest.importorskip("keras")

PARAMETERS = {
    "fashion_mnist": (784 * 300 + 300) + (300 * 100 + 100) + (100 * 10 + 10),
    "cnn": (9 * 32 + 32) + (9 * 32 * 64 + 64) + (5 * 5 * 64 * 10 + 10),
    "autoencoder": 160 + (9 * 16 * 8 + 8) + (9 * 8 * 8 + 8) + (9 * 8 * 16 + 16) + (9 * 16 + 1),
    "softmax_regression": 784 * 10 + 10,
    "soccer_ball": 3 * 12_288 + 14,
    "linear_regression": 3 + 1,
    "two_layer_sigmoid": (4 * 8 + 8) + (8 * 3 + 3),
}


@pytest.fixture(autouse=True)
def few_pictures(monkeypatch):
    """Few pictures, and drawn instead of real ones: fast, and the same without a network."""

    def unavailable():
        raise DataUnavailableError("no data in this test")

    monkeypatch.setattr(fashion_mnist, "load_data", unavailable)
    monkeypatch.setattr(silhouettes, "load_data", lambda: drawn(silhouettes, 6000))
    monkeypatch.setattr(soccer_balls, "load_data", lambda: drawn(soccer_balls, 800))


@functools.cache
def drawn(source, count):
    """Drawn once for all tests; that drawing again gives the same is test_datasets' matter."""
    return source.draw(count, stream=0), source.draw(200, stream=1)


def test_the_list_of_models_is_the_list_tested():
    assert PARAMETERS.keys() == keras_models.MODELS.keys()
    assert PARAMETERS["fashion_mnist"] == 266_610
    with pytest.raises(
        ValueError, match="model='mnist' is unknown. Expected one of: fashion_mnist"
    ):
        keras_models.load("mnist")


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameters(name):
    model = keras_models.load(name).build(keras)
    assert model.count_params() == PARAMETERS[name]
    assert not model.compiled


def test_the_listing_is_the_lectures():
    model = keras_models.load("fashion_mnist").build(keras)
    assert [type(layer).__name__ for layer in model.layers] == [
        "Flatten",
        "Dense",
        "Dense",
        "Dense",
    ]
    assert [layer.activation.__name__ for layer in model.layers[1:]] == ["relu", "relu", "softmax"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_each_learns(name):
    example = keras_models.load(name)
    notes: list[str] = []
    data = example.data(announce=notes.append)
    assert bool(notes) == bool(data.note) == ("Fashion-MNIST" in data.name)
    keras.utils.set_random_seed(1)
    model = example.build(keras)
    model.compile(**example.compile_settings(keras))
    before = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    model.fit(
        data.x_train[:1000],
        data.y_train[:1000],
        epochs=12 if name == "soccer_ball" else 4,  # it begins on a plateau
        batch_size=example.BATCH_SIZE,
        verbose=0,
    )
    after = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
    assert after["loss"] < 0.95 * before["loss"]


@pytest.mark.parametrize("name", PARAMETERS)
def test_data_are_the_same_each_time(name):
    first, second = (keras_models.load(name).data(announce=lambda note: None) for _ in range(2))
    for a, b in zip(first, second, strict=True):
        assert np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b
    assert first.x_train.dtype == np.float32 and first.astype("float64").x_test.dtype == np.float64
    assert first.astype("float64").y_train.dtype.kind == first.y_train.dtype.kind


def test_grey_levels_are_the_listings():
    data = keras_models.load("fashion_mnist").data(announce=lambda note: None)
    (x, y), _ = silhouettes.load_data()
    assert np.array_equal(data.x_valid, (x[:5000] / 255.0).astype("float32"))
    assert np.array_equal(data.y_train, y[5000:]) and len(data.x_train) == len(x) - 5000


def test_the_square_loss_is_half_the_squared_distance():
    example = keras_models.load("two_layer_sigmoid")
    y, a = np.array([[1.0, 0.0, 2.0]], "float32"), np.array([[0.0, 2.0, 2.0]], "float32")
    ours = float(example.square_loss(keras)(y, a)[0])
    assert ours == 2.5
    assert ours == pytest.approx(3 / 2 * float(keras.losses.mean_squared_error(y, a)[0]))


@pytest.mark.parametrize("name", ["linear_regression", "two_layer_sigmoid"])
def test_run_as_a_program(name, capsys):
    from keras_models.program import main

    main(name, ["--epochs", "1"])
    output = capsys.readouterr().out
    assert "Total params" in output and "val_loss" in output and "Test:" in output


def test_a_program_refuses_zero_epochs(capsys):
    from keras_models.program import main

    with pytest.raises(SystemExit):
        main("linear_regression", ["--epochs", "0"])
    assert "0 is not positive" in capsys.readouterr().err
