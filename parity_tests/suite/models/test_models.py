"""What a model keeps in order while it is used in unusual ways. NumPy alone."""

import numpy as np
import pytest

import scratch as keras
from scratch import testing


def data(rows=12):
    draw = np.random.default_rng(8)
    return draw.normal(size=(rows, 5)).astype("float32"), draw.integers(0, 3, rows)


def network(**settings):
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, "softmax")])
    compiled = {"loss": "sparse_categorical_crossentropy", "metrics": ["accuracy"], **settings}
    model.compile(keras.optimizers.SGD(0.5), **compiled)
    return model


def run(model, **settings):
    return model.fit(*data(), epochs=2, verbose=0, **settings).history


def test_predicting_before_the_first_fit_changes_nothing():
    """A network made for predictions knows no loss; validation must not use it."""
    x, y = data()
    x = x * 100  # confident enough for the clip that only unfused losses have
    logs = []
    for predicts in (False, True):
        keras.utils.set_random_seed(3)
        model = network()
        if predicts:
            model.predict(x, verbose=0)
        logs.append(model.fit(x, y, validation_data=(x, y), verbose=0).history)
    assert logs[0] == logs[1]
    assert logs[0]["val_loss"][0] > -np.log(keras.config.epsilon())


def test_predicting_inside_fit_changes_nothing():
    x, _ = data(30)
    logs = []
    for predicts in (False, True):
        keras.utils.set_random_seed(3)
        model = network()
        callback = keras.callbacks.LambdaCallback(
            on_train_batch_begin=lambda batch, logs, m=model, p=predicts: (
                p and m.predict(x, verbose=0)
            )
        )
        logs.append(run(model, batch_size=4, callbacks=[callback]))
    assert logs[0] == logs[1]


@pytest.mark.parametrize("verbose", [0, 1, 2, "auto"])
@pytest.mark.parametrize("name", ["fit", "evaluate"])
def test_nothing_is_shown_only_where_that_is_asked_for(name, verbose, capsys):
    getattr(network(), name)(*data(), verbose=verbose)
    assert ("loss" in capsys.readouterr().out) == (verbose != 0)


def test_weights_shared_by_two_models_stay_one():
    layer = keras.layers.Dense(3, "softmax")
    models = [keras.Sequential([keras.Input((5,)), layer]) for _ in range(2)]
    for model in models:
        model.compile("sgd", "sparse_categorical_crossentropy")
    for model in (*models, *models):
        before = layer.kernel.numpy()
        run(model)
        assert not np.array_equal(before, layer.kernel.value)
    assert np.array_equal(models[0].predict(data()[0], verbose=0), models[1](data()[0]))


def test_compiling_again_keeps_the_optimizers_memory():
    """As in Keras: the same optimizer object goes on where it was."""
    logs = []
    for again in (False, True):
        keras.utils.set_random_seed(3)
        model = network(loss="sparse_categorical_crossentropy")
        optimizer = keras.optimizers.Adam(0.1)
        model.compile(optimizer, "sparse_categorical_crossentropy")
        run(model)
        if again:
            model.compile(optimizer, "sparse_categorical_crossentropy")
        logs.append(run(model))
    assert logs[0] == logs[1]
    assert int(optimizer.iterations) == 4


def test_an_optimizer_refuses_another_models_weights():
    optimizer = keras.optimizers.SGD()
    for model in (network(), network()):
        model.compile(optimizer, "sparse_categorical_crossentropy")
        if optimizer.built:
            with pytest.raises(ValueError, match="Unknown variable: .*kernel"):
                run(model)
        else:
            run(model)


def test_metrics_without_a_loss():
    """A penalty alone can be trained on, and metrics are reported all the same."""
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(3, "softmax", kernel_regularizer="l2")]
    )
    model.compile("sgd", metrics=["accuracy"])
    before = np.abs(model.weights[0].value).sum()
    with pytest.warns(UserWarning, match="Gradients do not exist for variables .*dense/bias"):
        assert set(run(model)) == {"accuracy", "loss"}
    assert np.abs(model.weights[0].value).sum() < before


def test_a_frozen_layer_needs_no_gradient_and_keeps_its_weights():
    layers = [keras.layers.Dense(4, "relu", trainable=False), keras.layers.Dense(3, "softmax")]
    model = keras.Sequential([keras.Input((5,)), *layers])
    model.compile("sgd", "sparse_categorical_crossentropy")
    before = model.get_weights()
    run(model)
    assert all(np.array_equal(a, b) for a, b in zip(before[:2], model.get_weights(), strict=False))
    assert len(testing.by_hand(model, *data())[2]) == 2
    assert not model._step.connect(data()[1]).nodes[2].needs_dx


def test_set_weights_changes_all_or_nothing():
    model = network()
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"bias has shape \(3,\).*\(4,\)"):
        model.set_weights([np.ones((5, 3)), np.ones(4)])
    assert all(np.array_equal(a, b) for a, b in zip(before, model.get_weights(), strict=True))


def test_a_list_of_numpys_numbers_is_no_array():
    model = keras.Sequential([keras.layers.Identity()])
    with pytest.raises(ValueError, match=r"pass np.array\(x\)"):
        model.predict(list(np.arange(4, dtype="float32")), verbose=0)
