"""Usual mistakes in a cross-entropy; `given` as in `mistakes.losses`."""

from collections.abc import Callable
from typing import Any

import numpy as np

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue

MISTAKES = Catalogue()
EPSILONS = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)  # what keeps a logarithm finite
CROSSENTROPIES = (
    "categorical_crossentropy",
    "sparse_categorical_crossentropy",
    "binary_crossentropy",
)


def of_samples(d: Any) -> bool:
    """Whether each sample has one loss: the others are means over the outputs, too."""
    return d.like in CROSSENTROPIES[:2]


@MISTAKES.add(
    "second term of the binary cross-entropy missing",
    right="L = -[y log p + (1 - y) log(1 - p)]",
    wrong="L = -y log p",
    why="With one output, a no must cost too: without (1 - y) log(1 - p), p = 1 for everything is "
    "the best answer. (-y log p alone is right for one output per class, behind a softmax.)",
)
def _second_term_missing(d: Any) -> Answers:
    if d.like != "binary_crossentropy" or d.from_logits:
        return {}
    return {"loss": -np.mean(d.y * np.log(d.p)), "dp": -d.y / d.p / d.p.size}


@MISTAKES.add(
    "sign inside the binary cross-entropy's second term",
    right="dL/dp = -y / p + (1 - y) / (1 - p)",
    wrong="dL/dp = -y / p - (1 - y) / (1 - p)",
    why="The derivative of log(1 - p) is -1 / (1 - p): the inner derivative brings a minus.",
)
def _second_term_sign(d: Any) -> Answers:
    if d.like != "binary_crossentropy" or d.from_logits:
        return {}
    return {"dp": (-d.y / d.p - (1 - d.y) / (1 - d.p)) / d.p.size}


def _onehot(d: Any) -> np.ndarray:
    if d.like != "sparse_categorical_crossentropy":
        return d.y
    return np.eye(d.k)[d.y.astype(int).ravel()].reshape(d.p.shape)


@MISTAKES.add(
    "gradient with respect to the scores z instead of p",
    right="dL/dp = -y / p  (before it, softmax or sigmoid multiply by their own derivative)",
    wrong="dL/dp = p - y",
    why="p - y already includes the derivative of softmax (or sigmoid): it is dL/dz. That is right "
    "for a loss that takes scores (check it with from_logits=True), and wrong here: with a softmax "
    "layer's own backward pass behind it, the softmax would be differentiated twice.",
)
def _gradient_at_z(d: Any) -> Answers:
    if d.like not in CROSSENTROPIES or d.from_logits:
        return {}
    n = d.p.size if d.like == "binary_crossentropy" else d.m
    return {"dp": (d.p - _onehot(d)) / n}


@MISTAKES.add(
    "gradient with respect to the scores z instead of p, without 1/m",
    right="dL/dp = -1/m y / p",
    wrong="dL/dp = p - y",
    why="p - y already includes the derivative of softmax (or sigmoid): it is dL/dz of one sample. "
    "Divide by m, and check it as a loss that takes scores (from_logits=True).",
)
def _gradient_at_z_without_mean(d: Any) -> Answers:
    found = _gradient_at_z(d)
    return {name: array * d.m for name, array in found.items()}


@MISTAKES.add(
    "p - y without 1/m",
    right="dL/dz = 1/m (p - y),  p = softmax(z)",
    wrong="dL/dz = p - y",
    why="p - y is one sample's gradient. The loss is the mean over m samples, so each of them "
    "carries 1/m.",
)
def _difference_without_mean(d: Any) -> Answers:
    if d.like not in CROSSENTROPIES or not d.from_logits:
        return {}
    return {"dp": d.dp * d.m}


@MISTAKES.add(
    "y - p instead of p - y",
    right="dL/dz = 1/m (p - y)",
    wrong="dL/dz = 1/m (y - p)",
    why="A score that is too high must come down: the gradient is positive where p > y.",
)
def _difference_reversed(d: Any) -> Answers:
    return {"dp": -d.dp} if d.like in CROSSENTROPIES and d.from_logits else {}


@MISTAKES.add(
    "softmax or sigmoid forgotten: scores taken for probabilities",
    right="L = -log p,  p = softmax(z) or sigmoid(z)",
    wrong="L = -log z",
    why="With from_logits=True the loss gets scores, which may be negative: it must turn them into "
    "probabilities itself.",
)
def _scores_as_probabilities(d: Any) -> Answers:
    if d.like not in CROSSENTROPIES or not d.from_logits:
        return {}
    y, z = _onehot(d), d.p
    if d.like == "binary_crossentropy":
        values = -(y * np.log(z) + (1 - y) * np.log(1 - z)).mean(axis=-1)
        return {"loss": values.mean(), "dp": (-y / z + (1 - y) / (1 - z)) / z.size}
    values = -np.where(y > 0, y * np.log(z), 0).sum(axis=-1)
    return {"loss": values.mean(), "dp": -y / z / d.m}


def _with_epsilon(epsilon: float) -> Callable[[Any], Answers]:
    def answer(d: Any) -> Answers:
        if d.like not in CROSSENTROPIES or d.from_logits:
            return {}
        y, p = _onehot(d), d.p
        if d.like == "binary_crossentropy":
            values = -(y * np.log(p + epsilon) + (1 - y) * np.log(1 - p + epsilon))
            slope = -y / (p + epsilon) + (1 - y) / (1 - p + epsilon)
            return {"loss": values.mean(), "dp": slope / p.size}
        return {
            "loss": -(y * np.log(p + epsilon)).sum(axis=-1).mean(),
            "dp": -y / (p + epsilon) / d.m,
        }

    return answer


for _exponent in range(-8, -1):
    MISTAKES.add(
        f"1e{_exponent} added inside the logarithm",
        right="log(clip(p, 1e-7, 1 - 1e-7))",
        wrong=f"log(p + 1e{_exponent})",
        why="It keeps log(0) away, but changes every other value too. Clip p instead: then nothing "
        "changes but what would be infinite.",
    )(_with_epsilon(10.0**_exponent))


@MISTAKES.add(
    "probabilities not clipped",
    right="log(clip(p, eps, 1 - eps)),  eps = 1e-7",
    wrong="log(p)",
    why="A prediction can be exactly 0 or 1 once e^-z is rounded away. log(0) is -infinity, and "
    "0 * log(0) is NaN: one such sample, and every weight is NaN.",
)
def _not_clipped(d: Any) -> Answers:
    if d.like not in CROSSENTROPIES or d.from_logits:
        return {}
    y, p = _onehot(d), d.p
    if d.like == "binary_crossentropy":
        return {"loss": -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p))}
    return {"loss": -np.mean(np.sum(y * np.log(p), axis=-1))}


def _log_of_softmax(shift: bool, clip: bool) -> Callable[[Any], Answers]:
    def answer(d: Any) -> Answers:
        if not d.from_logits or not of_samples(d):
            return {}
        e = np.exp(d.p - d.p.max(axis=-1, keepdims=True) if shift else d.p)
        p = (_onehot(d) * e).sum(axis=-1) / e.sum(axis=-1)
        return {"loss": -np.mean(np.log(np.clip(p, np.finfo(p.dtype).tiny, 1) if clip else p))}

    return answer


for _clip in (False, True):
    MISTAKES.add(
        "softmax without the shift by the maximum",
        right="p = e^{z - max z} / sum e^{z - max z}",
        wrong="p = e^z / sum e^z",
        why="e^710 is infinite in float64. Subtract each row's largest score first: it changes "
        "nothing but keeps all powers at most 1.",
    )(_log_of_softmax(shift=False, clip=_clip))
MISTAKES.add(
    "logarithm of a softmax that is rounded to 0",
    right="log p_c = z_c - max z - log sum e^{z - max z}",
    wrong="log(e^{z_c - max z} / sum e^{z - max z})",
    why="A class whose score is 746 below the largest has the probability 0 in float64, and log(0) "
    "is -infinity. Written out, the logarithm undoes the power and nothing is rounded away.",
)(_log_of_softmax(shift=True, clip=False))


@MISTAKES.add(
    "logarithm of a saturated sigmoid",
    right="L = max(z, 0) - z y + log(1 + e^{-|z|})",
    wrong="L = -[y log s + (1 - y) log(1 - s)],  s = sigmoid(z)",
    why="For z = 40 already, s is rounded to 1 and log(1 - s) is -infinity. The formula written in "
    "z is the same on paper and never takes the logarithm of 0.",
)
def _saturated(d: Any) -> Answers:
    if not d.from_logits or d.like != "binary_crossentropy":
        return {}
    s = 1 / (1 + np.exp(-d.p))
    return {"loss": -np.mean(d.y * np.log(s) + (1 - d.y) * np.log(1 - s))}
