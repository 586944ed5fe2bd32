"""`ImageDataGenerator.flow`: Keras's batches, bit for bit, from the same seed of `np.random`."""

import inspect
from typing import Any

import numpy as np
import pytest

import scratch

keras = pytest.importorskip("keras")
tf_keras = pytest.importorskip("keras._tf_keras.keras")
pytest.importorskip("scipy")
pytest.importorskip("PIL")
pytestmark = [
    pytest.mark.filterwarnings("ignore:Please (import|use):DeprecationWarning"),  # Keras's SciPy
    pytest.mark.filterwarnings("ignore:.*scipy.ndimage.interpolation:DeprecationWarning"),
]
LIBRARIES = (tf_keras, scratch)
RNG = np.random.default_rng(0)
X = RNG.uniform(0, 255, (7, 9, 8, 3)).astype("float32")
Y = np.arange(7) % 3

GENERATORS: dict[str, dict[str, Any]] = {
    "nothing": {},
    "rescale": {"rescale": 1 / 255},
    "mirror": {"horizontal_flip": True, "vertical_flip": True},
    "rotation": {"rotation_range": 40},
    "shift by shares": {"width_shift_range": 0.3, "height_shift_range": 0.2},
    "shift by pixels": {"width_shift_range": 3.0, "height_shift_range": 2.5},
    "shift by one of several": {"width_shift_range": [-2, 0, 3], "height_shift_range": 4},
    "shear": {"shear_range": 20.0},
    "zoom": {"zoom_range": 0.4},
    "zoom between": {"zoom_range": (0.5, 0.9)},
    "channels": {"channel_shift_range": 60.0},
    "brightness": {"brightness_range": (0.3, 1.4)},
    "all, constant": {
        "rotation_range": 30, "width_shift_range": 0.2, "height_shift_range": 0.1,
        "shear_range": 10, "zoom_range": 0.3, "channel_shift_range": 9.0, "rescale": 0.01,
        "brightness_range": [0.5, 1.5], "horizontal_flip": True, "fill_mode": "constant",
        "cval": 17.0,
    },
    "reflect": {"rotation_range": 90, "zoom_range": 0.8, "fill_mode": "reflect"},
    "wrap": {"rotation_range": 90, "zoom_range": 0.8, "fill_mode": "wrap"},
    "nearest pixels": {"rotation_range": 90, "interpolation_order": 0},
    "each centered": {"samplewise_center": True, "samplewise_std_normalization": True},
    "a function": {"preprocessing_function": lambda x: x[::-1] * 2},
    "float64": {"rotation_range": 20, "dtype": "float64"},
}  # fmt: skip


def same(theirs, ours):
    """Whether two batches are equal, bit for bit, and of one structure."""
    if isinstance(theirs, tuple | list):
        assert isinstance(ours, type(theirs)) and len(ours) == len(theirs)
        for a, b in zip(theirs, ours, strict=True):
            same(a, b)
        return
    np.testing.assert_array_equal(ours, theirs, strict=True)


def both(make):
    """What both libraries give, each from the same state of `np.random`."""
    found = []
    for library in LIBRARIES:
        np.random.seed(11)
        found.append(make(library.preprocessing.image))
    return found


@pytest.mark.parametrize("name", GENERATORS)
def test_settings(name):
    def batches(image):
        flow = image.ImageDataGenerator(**GENERATORS[name]).flow(X, Y, batch_size=3)
        return [next(flow) for _ in range(5)], len(flow), np.random.random()

    same(*both(batches))


FLOWS: dict[str, dict[str, Any]] = {
    "in order": {"shuffle": False},
    "a seed": {"seed": 4},
    "weights": {"y": Y, "sample_weight": np.arange(7) / 7},
    "no labels": {"batch_size": 2},
    "further inputs": {"x": (X, [np.arange(7), np.ones((7, 2))]), "y": Y},
    "one further input": {"x": [X, np.arange(7)]},
    "validation": {"y": Y * 0, "subset": "validation"},
    "training": {"y": Y, "subset": "training", "ignore_class_split": True, "seed": 0},
}


@pytest.mark.parametrize("name", FLOWS)
def test_flows(name):
    given = {"x": X, "batch_size": 3, **FLOWS[name]}

    def batches(image):
        flow = image.ImageDataGenerator(rotation_range=9, validation_split=0.5).flow(**given)
        by_next = [next(flow) for _ in range(4)]
        flow.reset()
        by_number = [flow[i] for i in range(len(flow))]
        flow.on_epoch_end()
        return by_next, by_number, [flow[0], next(flow)], flow.n, flow.total_batches_seen

    same(*both(batches))


@pytest.mark.parametrize(
    "method", ["__init__", "flow", "flow_from_directory", "flow_from_dataframe"]
)
def test_defaults_are_those_of_keras(method):
    ours, theirs = (
        {
            name: p.default
            for name, p in inspect.signature(getattr(maker, method)).parameters.items()
        }
        for maker in (
            scratch.preprocessing.image.ImageDataGenerator,
            tf_keras.preprocessing.image.ImageDataGenerator,
        )
    )
    assert ours == theirs
