"""Usual mistakes in a loss and its gradient.

`given` has y, p (logits where `from_logits`), `loss` and `dp` (the right answers), `like` (the name
of the loss function), `from_logits`, `values` (one loss for each sample) and m and k, the sizes of
the batch and of a sample's output.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue
from scratch.testing.mistakes import crossentropies
from scratch.testing.mistakes.crossentropies import CROSSENTROPIES, EPSILONS, of_samples

MISTAKES = Catalogue()


# Factors, for every loss -------------------------------------------------------------------------


def _scaled(factor: Callable[[Any], float]) -> Callable[[Any], Answers]:
    return lambda d: {"loss": d.loss * factor(d), "dp": d.dp * factor(d)}


MISTAKES.add(
    "sign",
    right="L(y, p), to be minimized",
    wrong="-L(y, p)",
    why="Training goes downhill: the log-likelihood needs a minus in front, and the gradient of a "
    "loss points to where the loss grows.",
)(_scaled(lambda d: -1.0))

MISTAKES.add(
    "missing 1/m",
    right="L = 1/m sum over the m samples",
    wrong="L = sum over the m samples",
    why="The loss is the mean over the batch. With a sum, the gradient grows with the batch, and "
    "a learning rate that fits 32 samples does not fit 64.",
)(_scaled(lambda d: d.m))

MISTAKES.add(
    "sum instead of mean",
    right="L = 1/m sum over samples of 1/k sum over outputs",
    wrong="L = sum over all samples and outputs",
    why="The loss is the mean over all numbers, over the outputs of a sample too.",
)(_scaled(lambda d: 1.0 if of_samples(d) else d.m * d.k))

MISTAKES.add(
    "missing 1/k: mean over the batch, sum over the outputs",
    right="L = 1/m sum over samples of 1/k sum over the k outputs",
    wrong="L = 1/m sum over samples and outputs",
    why="Each sample's loss is the mean over its k outputs.",
)(_scaled(lambda d: 1.0 if of_samples(d) else d.k))

MISTAKES.add(
    "mean over the wrong axis: divided by the outputs, not by the samples",
    right="L = 1/m sum over the m samples",
    wrong="L = 1/k sum over the m samples",
    why="p.shape[1] is the number of classes; the number of samples is p.shape[0].",
)(_scaled(lambda d: d.m / d.k if of_samples(d) else 1.0))

MISTAKES.add(
    "mean over all entries",
    right="L = -1/m sum over samples of sum over classes",
    wrong="L = np.mean(...) over samples and classes",
    why="A cross-entropy adds up its classes, and averages over samples only: np.mean over the "
    "whole array divides by the number of classes too.",
)(_scaled(lambda d: 1 / d.k if of_samples(d) else 1.0))

MISTAKES.add(
    "factor 1/2",
    right="no 1/2 in front",
    wrong="1/2 L",
    why="Some courses put 1/2 in front so that the 2 of the derivative goes away. Keras does not: "
    "both the loss and its gradient are twice that.",
)(_scaled(lambda d: 0.5))

MISTAKES.add(
    "factor 1/2, and the sum instead of the mean",
    right="L = 1/m sum 1/k sum (y - p)^2",
    wrong="L = 1/2 sum (y - p)^2",
    why="The lecture's 1/2 sum of squares is m k / 2 times Keras's mean of squares.",
)(_scaled(lambda d: 0.5 * d.m * d.k if d.like == "mean_squared_error" else 1.0))

MISTAKES.add(
    "factor 1/2, and the sum over the outputs",
    right="L = 1/m sum 1/k sum (y - p)^2",
    wrong="L = 1/(2 m) sum (y - p)^2",
    why="1/(2m) sum of squares averages over the samples and halves; Keras averages over the "
    "outputs too, and does not halve.",
)(_scaled(lambda d: 0.5 * d.k if d.like == "mean_squared_error" else 1.0))

MISTAKES.add(
    "factor 2",
    right="L without a factor",
    wrong="2 L",
    why="Everything is twice as large: look for a factor that was taken along from the derivative.",
)(_scaled(lambda d: 2.0))

MISTAKES.add(
    "1/m twice",
    right="L = 1/m sum over samples, and dL/dp has that 1/m once",
    wrong="dL/dp = 1/m^2 ...",
    why="The mean is taken twice, for example by np.mean over what was divided by m before.",
)(_scaled(lambda d: 1 / d.m))

MISTAKES.add(
    "logarithm to base 2",
    right="log is the natural logarithm: np.log",
    wrong="np.log2",
    why="Bits instead of nats: a factor 1 / ln 2 on everything.",
)(_scaled(lambda d: 1 / np.log(2) if d.like in CROSSENTROPIES else 1.0))

MISTAKES.add(
    "logarithm to base 10",
    right="log is the natural logarithm: np.log",
    wrong="np.log10",
    why="On paper log often is ln; in NumPy, np.log is. A factor 1 / ln 10 on everything.",
)(_scaled(lambda d: 1 / np.log(10) if d.like in CROSSENTROPIES else 1.0))


@MISTAKES.add(
    "not reduced: one loss for each sample",
    right="L is one number, the mean over the batch",
    wrong="L has one entry for each sample",
    why="The optimizer minimizes one number: take the mean of the samples' losses.",
)
def _not_reduced(d: Any) -> Answers:
    return {"loss": d.values}


@MISTAKES.add(
    "gradient of one sample's loss: no 1/m",
    right="dL/dp = 1/m dL_i/dp",
    wrong="dL/dp = dL_i/dp",
    why="The loss is a mean, but its gradient is one of a sum: every sample's gradient carries "
    "the 1/m of the mean.",
)
def _gradient_without_mean(d: Any) -> Answers:
    return {} if d.from_logits else {"dp": d.dp * d.m}


Logarithms = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def _swapped_squares(d: Any) -> Answers:
    return {"dp": -d.dp} if d.like == "mean_squared_error" else {}


def _swapped(logarithms: Logarithms) -> Callable[[Any], Answers]:
    def answer(d: Any) -> Answers:
        if d.y.shape != d.p.shape or d.from_logits or d.like not in CROSSENTROPIES:
            return {}
        yes, no = logarithms(d.y)
        if d.like == "binary_crossentropy":
            loss = -np.mean(d.p * yes + (1 - d.p) * no, axis=-1)
            return {"loss": np.mean(loss), "dp": (no - yes) / d.p.size}
        return {"loss": -np.mean(np.sum(d.p * yes, axis=-1)), "dp": -yes / d.m}

    return answer


def _clipped(epsilon: float) -> Logarithms:
    def logarithms(y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        y = np.clip(y, epsilon, 1 - epsilon)
        return np.log(y), np.log(1 - y)

    return logarithms


def _added(epsilon: float) -> Logarithms:
    return lambda y: (np.log(y + epsilon), np.log(1 - y + epsilon))


# The labels are zeros and ones: their logarithms are what one's own code makes of 0.
_LOGARITHMS = (_added(0.0), *map(_clipped, EPSILONS), *map(_added, EPSILONS))
for _answer in (_swapped_squares, *map(_swapped, _LOGARITHMS)):
    MISTAKES.add(
        "y and p swapped",
        right="L(y, p) with the labels first",
        wrong="L(p, y)",
        why="Labels and predictions have changed places: the logarithm is taken of the labels, or "
        "the difference has the other sign.",
    )(_answer)


# Squares -----------------------------------------------------------------------------------------


@MISTAKES.add(
    "gradient without the 2",
    right="d/dp (y - p)^2 = 2 (p - y)",
    wrong="d/dp (y - p)^2 = p - y",
    why="The exponent comes down as a factor. It only goes away if the loss has 1/2 in front.",
)
def _without_two(d: Any) -> Answers:
    return {"dp": d.dp / 2} if d.like == "mean_squared_error" else {}


@MISTAKES.add(
    "not squared",
    right="L = mean of (y - p)^2",
    wrong="L = mean of |y - p|",
    why="That is the mean absolute error.",
)
def _not_squared(d: Any) -> Answers:
    if d.like != "mean_squared_error":
        return {}
    error = d.p - d.y
    return {"loss": np.abs(error).mean(), "dp": np.sign(error) / error.size}


@MISTAKES.add(
    "root taken",
    right="L = mean of (y - p)^2",
    wrong="L = sqrt(mean of (y - p)^2)",
    why="That is the root mean squared error: the same minimum, another gradient.",
)
def _root_taken(d: Any) -> Answers:
    if d.like != "mean_squared_error":
        return {}
    root = np.sqrt(d.loss)
    return {"loss": root, "dp": d.dp / (2 * root)}


# Hinge -------------------------------------------------------------------------------------------


@MISTAKES.add(
    "margin forgotten",
    right="L = max(0, 1 - y p)",
    wrong="L = max(0, -y p)",
    why="That is the perceptron's loss: content with every right sign. The hinge wants y p >= 1.",
)
def _margin_forgotten(d: Any) -> Answers:
    if d.like != "hinge":
        return {}
    return {
        "loss": np.maximum(0, -d.y * d.p).mean(),
        "dp": np.where(d.y * d.p < 0, -d.y, 0) / d.p.size,
    }


@MISTAKES.add(
    "gradient not zero beyond the margin",
    right="dL/dp = -y where y p <= 1, else 0",
    wrong="dL/dp = -y everywhere",
    why="A sample beyond the margin has the loss 0 and teaches nothing.",
)
def _gradient_beyond_margin(d: Any) -> Answers:
    return {"dp": -d.y / d.p.size} if d.like == "hinge" else {}


MISTAKES.extend(crossentropies.MISTAKES)
