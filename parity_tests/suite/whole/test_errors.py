"""Mistakes: the same class of exception as in Keras, and a message that helps."""

import builtins
import warnings

import numpy as np
import pytest

import scratch
from parity_tests.cases.errors import MISTAKES, X, Y, _model
from parity_tests.commands.unchanged.messages import said
from parity_tests.harness.engines import TF, Engine

OURS, THEIRS = Engine("scratch", "hand", "float32"), Engine("tf", "graph", "float32")


def raised(keras, engine, name):
    """`(class names along the inheritance, message)` of what a mistake raises; None if nothing."""
    mistake = next(m for m in MISTAKES if m.name == name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            mistake.make(keras)
        except Exception as error:
            said(error)
            return [cls.__name__ for cls in type(error).__mro__], str(error)
    return None


@pytest.mark.parametrize("mistake", MISTAKES, ids=[m.name for m in MISTAKES])
def test_mistake(mistake):
    function = f"{__name__}:raised"
    ours = OURS.run(function, mistake.name)
    assert ours is not None, "nothing is raised"
    classes, message = ours
    for word in mistake.says:
        assert word in message, message
    theirs = THEIRS.run(function, mistake.name)
    assert theirs is not None, f"Keras does not mind; scratch says {message}"
    wanted = theirs[0][0]
    if wanted == "InvalidArgumentError" or hasattr(builtins, wanted):
        assert wanted in classes, f"Keras raises {wanted}: {theirs[1][:300]}"


def fit_with_nan(keras, engine):
    x = X.copy()
    x[3, 1] = np.nan
    return _model(keras).fit(x, Y, verbose=0).history["loss"]


def test_nan_gives_the_same_digits_and_a_word():
    theirs = TF.run(f"{__name__}:fit_with_nan")
    with pytest.warns(RuntimeWarning, match=r"`x` holds 1 NaN values?, the first at x\[3, 1\]"):
        ours = OURS.run(f"{__name__}:fit_with_nan")
    assert np.isnan(ours).all()
    assert np.isnan(theirs).all()


def test_a_softmax_of_one_number_is_warned_of():
    import keras

    def fit(k):
        model = k.Sequential([k.Input((3,)), k.layers.Dense(1, "softmax")])
        model.compile("sgd", "mse")
        model.fit(X, Y, verbose=0)

    calls = (
        fit,
        lambda k: k.layers.Softmax()(X[:, :1]),
        lambda k: k.layers.Activation("softmax")(X[:, :1]),
        lambda k: k.activations.softmax(X[:1], axis=0),
        lambda k: k.ops.softmax(X[:1], axis=0),
    )
    for library in (scratch, keras):
        for call in calls:
            with pytest.warns(UserWarning, match="softmax over axis"):
                call(library)
