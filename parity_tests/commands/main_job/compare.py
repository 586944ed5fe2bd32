"""Two runs side by side: how far apart are the weights, the outputs, the decisions?

relative L2   |a - b| / |b|, all weights of the network as one vector
max norm      max |a - b| / max |b|, of the worst tensor
"""

from itertools import combinations

import numpy as np

from parity_tests.commands.main_job.job import Run, Weights


def relative_l2(actual: Weights, expected: Weights) -> float:
    """The distance between two networks, relative to the second one's length."""
    square = sum(_square(a - b) for a, b in zip(actual, expected, strict=True))
    length = sum(_square(b) for b in expected)
    return float(np.sqrt(square / length)) if length else float(np.sqrt(square))


def _square(a: np.ndarray) -> float:
    wide = a.astype("float64").ravel()
    return float(wide @ wide)


def max_norms(actual: Weights, expected: Weights) -> list[float]:
    """For each tensor the largest difference, relative to the largest entry."""
    return [_max_norm(a, b) for a, b in zip(actual, expected, strict=True)]


def _max_norm(a: np.ndarray, b: np.ndarray) -> float:
    largest = float(np.abs(b).max(initial=0.0))
    difference = float(np.abs(a.astype("float64") - b.astype("float64")).max(initial=0.0))
    return difference / largest if largest else difference


def worst(actual: Weights, expected: Weights) -> float:
    """The max norm of the worst tensor; NaN anywhere gives NaN."""
    return float(np.max(max_norms(actual, expected)))


def ulps(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """How many units in the last place two arrays are apart, entry by entry."""
    spacing = np.spacing(np.maximum(np.abs(a), np.abs(b)))
    return np.abs(a.astype("float64") - b.astype("float64")) / spacing.astype("float64")


def distances(actual: Run, expected: Run) -> list[tuple[float, float]]:
    """(relative L2, max norm) before training and after every epoch."""
    return [
        (relative_l2(a, b), worst(a, b))
        for a, b in zip(actual.weights, expected.weights, strict=True)
    ]


def noise_floor(runs: list[Run]) -> list[tuple[float, float]] | None:
    """The largest distances between TensorFlow's own settings; None for a single setting."""
    pairs = [distances(a, b) for a, b in combinations(runs, 2)]
    if not pairs:
        return None
    return [
        (max(l2 for l2, _ in epoch), max(norm for _, norm in epoch))
        for epoch in zip(*pairs, strict=True)
    ]


def nearest(actual: Run, runs: list[Run]) -> list[tuple[float, float]]:
    """The smallest distances between `actual` and any of TensorFlow's settings."""
    pairs = [distances(actual, run) for run in runs]
    return [
        (min(l2 for l2, _ in epoch), min(norm for _, norm in epoch))
        for epoch in zip(*pairs, strict=True)
    ]


def decisions(outputs: np.ndarray, labels: np.ndarray) -> np.ndarray | None:
    """The class that each output row stands for; None where the labels are no classes."""
    if labels.dtype.kind not in "iub" or outputs.ndim != 2:
        return None
    if outputs.shape[1] == 1:
        return (outputs[:, 0] > 0.5).astype(int)
    return outputs.argmax(axis=1)


def confusion(labels: np.ndarray, decided: np.ndarray) -> np.ndarray:
    """counts[label, decision]."""
    classes = int(max(labels.max(), decided.max())) + 1
    counts = np.zeros((classes, classes), int)
    np.add.at(counts, (labels.astype(int).ravel(), decided), 1)
    return counts
