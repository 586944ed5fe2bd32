"""`fit` and `standardize` of `ImageDataGenerator`, and what its settings refuse and override."""

import warnings
from typing import Any

import numpy as np
import pytest

from parity_tests.harness.tolerances import FEW_ROUNDINGS
from parity_tests.suite.preprocessing.test_image_generator import LIBRARIES, X, Y, both, same

pytest.importorskip("PIL")
pytestmark = pytest.mark.filterwarnings(
    "ignore:.*scipy.ndimage.interpolation:DeprecationWarning",
    "ignore:This ImageDataGenerator specifies",
)
FITS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "center": ({"featurewise_center": True}, {}),
    "deviation": ({"featurewise_std_normalization": True}, {}),
    "scaled": ({"featurewise_std_normalization": True, "rescale": 1 / 255}, {}),
    "whitened": ({"zca_whitening": True}, {}),
    "whitened, epsilon": ({"zca_whitening": True, "zca_epsilon": 0.1, "rescale": 0.01}, {}),
    "of changed images": (
        {"featurewise_std_normalization": True, "rotation_range": 30},
        {"augment": True, "rounds": 2, "seed": 5},
    ),
    "channels first": (
        {"featurewise_std_normalization": True, "data_format": "channels_first"}, {},
    ),
    "float64": ({"featurewise_std_normalization": True, "dtype": "float64"}, {}),
    "of one image": ({"samplewise_std_normalization": True}, {}),
    "nothing": ({}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", FITS)
def test_fit(name):
    settings, options = FITS[name]
    x = np.moveaxis(X, -1, 1) if settings.get("data_format") else X

    def fitted(image):
        generator = image.ImageDataGenerator(**settings)
        small = x[:, :5, :4] if "zca_whitening" in settings else x
        generator.fit(small, **options)
        found = [generator.standardize(np.copy(small[0])), next(generator.flow(small, Y, seed=1))]
        statistics = [generator.mean, generator.std, generator.zca_whitening_matrix]
        return found + [array for array in statistics if array is not None]

    same(*both(fitted))


def told(call):
    """The error and the warnings of a call, in both libraries, without spaces and commas."""
    found = []
    for library in LIBRARIES:
        error = ""
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            try:
                call(library.preprocessing.image)
            except ValueError as raised:
                error = str(raised)
        words = [str(w.message) for w in caught if w.category is UserWarning]
        found.append(["".join(text.replace(",", "").split()) for text in (error, *words)])
    return found


CALLS = {
    "overridden": lambda i: i.ImageDataGenerator(
        zca_whitening=True, featurewise_std_normalization=True, samplewise_std_normalization=True
    ),
    "overridden, centered": lambda i: i.ImageDataGenerator(
        zca_whitening=True, featurewise_center=True, featurewise_std_normalization=True
    ),
    "not fitted": lambda i: i.ImageDataGenerator(
        zca_whitening=True, featurewise_center=True
    ).standardize(X[0].copy()),
    "not fitted, deviation": lambda i: i.ImageDataGenerator(
        featurewise_std_normalization=True
    ).standardize(X[0].copy()),
    "format": lambda i: i.ImageDataGenerator(data_format="rows"),
    "share": lambda i: i.ImageDataGenerator(validation_split=1.5),
    "zoom": lambda i: i.ImageDataGenerator(zoom_range=(1, 2, 3)),
    "zoom by words": lambda i: i.ImageDataGenerator(zoom_range=("a", "b")),
    "brightness": lambda i: i.ImageDataGenerator(brightness_range=0.5),
    "fit of one image": lambda i: i.ImageDataGenerator().fit(X[0]),
    "fit of two channels": lambda i: i.ImageDataGenerator().fit(X[..., :2]),
    "flow of two channels": lambda i: i.ImageDataGenerator().flow(X[..., :2]),
    "flow of one image": lambda i: i.ImageDataGenerator().flow(X[0]),
    "few labels": lambda i: i.ImageDataGenerator().flow(X, Y[:3]),
    "few weights": lambda i: i.ImageDataGenerator().flow(X, Y, sample_weight=Y[:3]),
    "few further inputs": lambda i: i.ImageDataGenerator().flow((X, Y[:3]), Y),
    "subset": lambda i: i.ImageDataGenerator(validation_split=0.5).flow(X, subset="test"),
    "other classes": lambda i: i.ImageDataGenerator(validation_split=0.3).flow(
        X, np.arange(7), subset="training"
    ),
    "a batch too far": lambda i: i.ImageDataGenerator().flow(X, batch_size=3)[3],
}


@pytest.mark.filterwarnings("default:This ImageDataGenerator")
@pytest.mark.parametrize("name", CALLS)
def test_what_is_said(name):
    theirs, ours = told(CALLS[name])
    assert theirs == ours
    assert any(ours)


def test_a_base_class_says_what_it_needs():
    for library in LIBRARIES:
        iterator = library.preprocessing.image.Iterator(4, 2, False, None)
        assert len(iterator) == 2
        with pytest.raises(NotImplementedError):
            next(iterator)


def test_a_model_learns_from_a_generator():
    losses = []
    for library in LIBRARIES:
        library.utils.set_random_seed(1)
        np.random.seed(2)
        generator = library.preprocessing.image.ImageDataGenerator(
            rescale=1 / 255, rotation_range=20, horizontal_flip=True
        )
        layers = library.layers
        model = library.Sequential(
            [layers.Input(X.shape[1:]), layers.Flatten(), layers.Dense(3, "softmax")]
        )
        model.compile("sgd", "sparse_categorical_crossentropy")
        flow = generator.flow(X, Y, batch_size=3)
        losses.append(model.fit(flow, epochs=2, shuffle=False, verbose=0).history["loss"])
    np.testing.assert_allclose(losses[1], losses[0], rtol=FEW_ROUNDINGS)
