"""The models of `keras_models`, on made-up inputs of the right shape, trained as they are."""

from keras_models import load
from parity_tests.harness.case import Case, binary, classes, normal, uniform


def _model(name, x, y, **more):
    module = load(name)

    def setting(key):
        return lambda keras: module.compile_settings(keras).get(key)

    def loss(keras):
        return module.compile_settings(keras)["loss"]

    return Case(
        f"model/{name}",
        module.build,
        x,
        y,
        loss=loss,
        optimizer=setting("optimizer"),
        metrics=setting("metrics"),
        batch_size=8,
        steps=6,
        **more,
    )


CASES = [
    _model("fashion_mnist", uniform(20, 28, 28), classes(20, 10)),
    _model("softmax_regression", uniform(20, 28, 28), classes(20, 10)),
    _model("soccer_ball", uniform(20, 64, 64, 3, low=-0.5, high=0.5), binary(20)),
    _model("linear_regression", normal(20, 3), normal(20, 1)),
    _model("two_layer_sigmoid", normal(20, 4), uniform(20, 3)),
]
