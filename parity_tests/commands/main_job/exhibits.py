"""What the page shows of a network that looks at images: learned weights, samples, confusions."""

from typing import Any

import numpy as np

from keras_models import load
from parity_tests.commands.main_job import compare, pictures
from parity_tests.commands.main_job.conduct import Outcome

UNITS = 10
SAMPLES, MISTAKES = 16, 8
CLASSES = {"soccer_ball": ("no ball", "ball")}


def class_names(outcome: Outcome, count: int) -> list[str]:
    """The names of the classes, or their numbers."""
    if outcome.data.x_test.shape[1:] == (28, 28):
        from scratch.datasets.fashion_mnist import CLASS_NAMES

        return list(CLASS_NAMES)
    return list(CLASSES.get(outcome.job.model, map(str, range(count))))


def shows_images(outcome: Outcome) -> bool:
    """Whether a sample is a picture, grey or coloured."""
    shape = outcome.data.x_test.shape[1:]
    return len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)


def first_layer(outcome: Outcome) -> dict[str, Any] | None:
    """What training added to the first layer's weights, unit by unit, in both engines.

    Returns:
        Three rows of pictures and the factor that makes the third, their difference, visible.
    """
    shape = outcome.data.x_test.shape[1:]
    first = outcome.scratch.weights[0][0]
    if not shows_images(outcome) or first.shape[:1] != (int(np.prod(shape)),):
        return None
    learned = [
        run.weights[-1][0] - run.weights[0][0] for run in (outcome.scratch, outcome.tensorflow)
    ]
    strongest = np.argsort(-np.square(learned[0]).sum(axis=0), kind="stable")[:UNITS]
    images = [_as_image(a[:, strongest].T.astype("float64"), shape) for a in learned]
    return _rows(images, strongest, first.shape[1])


def filters(outcome: Outcome) -> dict[str, Any] | None:
    """The kernels of the first convolution after training, in both engines.

    Returns:
        See `first_layer`; None where the first layer with weights is no convolution of pictures.
    """
    if outcome.scratch.weights[0][0].ndim != 4:
        return None
    kernels = [run.weights[-1][0].mean(axis=2) for run in (outcome.scratch, outcome.tensorflow)]
    images = [k.transpose(2, 0, 1).astype("float64") for k in kernels]
    strongest = np.argsort(-np.square(images[0]).sum(axis=(1, 2)), kind="stable")[:UNITS]
    shown = [image[strongest] for image in images]
    return _rows(shown, strongest, len(images[0]))


def feature_maps(outcome: Outcome) -> dict[str, Any] | None:
    """What the strongest of these kernels give for the first picture of the test.

    Returns:
        See `filters`, and the picture.
    """
    found = filters(outcome)
    if found is None:
        return None
    import scratch as keras

    maps = []
    for run in (outcome.scratch, outcome.tensorflow):
        model = load(outcome.job.model).build(keras)
        model.set_weights(run.weights[-1])
        first = next(i for i, layer in enumerate(model.layers) if layer.weights)
        y = outcome.data.x_test[:1]
        for layer in model.layers[: first + 1]:
            y = layer(y)
        maps.append(np.moveaxis(np.asarray(y)[0], -1, 0)[found["units"]].astype("float64"))
    rows = _rows(maps, np.array(found["units"]), found["of"])
    return {**rows, "picture": pictures.png(pictures.grey(outcome.data.x_test[0]))}


def _rows(images: list[np.ndarray], units: np.ndarray, of: int) -> dict[str, Any]:
    """Rows of pictures of both engines and of their difference, enlarged so that it is seen."""
    scale = float(np.quantile(np.abs(images[0]), 0.995))
    apart = images[0] - images[1]
    largest = float(np.abs(apart).max())
    factor = _round_down(scale / largest) if largest and scale else 1.0
    title = f"difference, {factor:,g} times enlarged" if largest else "difference: none"
    rows = {"scratch": images[0], "tf.keras": images[1], title: apart * factor}
    return {
        "rows": {
            name: [pictures.png(pictures.signed(image, scale)) for image in row]
            for name, row in rows.items()
        },
        "units": [int(unit) for unit in units],
        "of": of,
    }


def _round_down(value: float) -> float:
    """To 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(max(m for m in (1, 2, 5) if m * power <= value) * power)


def _as_image(flat: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    images = flat.reshape(-1, *shape)
    return images if len(shape) == 2 else images.mean(axis=-1)


def samples(outcome: Outcome) -> list[dict[str, Any]]:
    """The first test samples, and some on which both networks are most surely wrong."""
    if outcome.decided is None or not shows_images(outcome):
        return []
    ours, theirs = outcome.decided
    labels = outcome.data.y_test.astype(int).ravel()
    sure = outcome.scratch.outputs.max(axis=1)
    wrong = np.flatnonzero((ours != labels) & (theirs != labels))
    wrong = wrong[np.argsort(-sure[wrong], kind="stable")]
    first = list(range(min(SAMPLES, len(labels))))
    chosen = first + [int(i) for i in wrong if i not in first][:MISTAKES]
    names = class_names(outcome, outcome.scratch.outputs.shape[1])
    return [_sample(outcome, i, labels[i], ours[i], theirs[i], names) for i in chosen]


def _sample(
    outcome: Outcome, i: int, label: int, ours: int, theirs: int, names: list[str]
) -> dict[str, Any]:
    x = outcome.data.x_test[i]
    image = pictures.grey(x) if x.ndim == 2 else x - min(0.0, float(x.min()))
    outputs = outcome.scratch.outputs[i]
    sure = outputs[ours] if len(outputs) > 1 else max(outputs[0], 1 - outputs[0])
    return {
        "image": pictures.png(image),
        "number": i,
        "label": names[label],
        "scratch": names[ours],
        "tensorflow": names[theirs],
        "right": bool(ours == label),
        "sure": float(sure),
    }


def confusion(outcome: Outcome) -> dict[str, Any] | None:
    """Labels against decisions of `scratch`, and where tf.keras counts otherwise."""
    if outcome.decided is None:
        return None
    labels = outcome.data.y_test
    counts, other = (compare.confusion(labels, decided) for decided in outcome.decided)
    if counts.shape != other.shape:
        return None
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    names = class_names(outcome, len(counts))
    return {
        "names": names,
        "rows": [
            {
                "name": names[i],
                "cells": [
                    {
                        "count": int(counts[i, j]),
                        "apart": int(other[i, j] - counts[i, j]),
                        "shade": round(float(np.sqrt(shares[i, j])), 3),
                        "right": i == j,
                    }
                    for j in range(len(counts))
                ],
            }
            for i in range(len(counts))
        ],
    }
