"""Checking a loss that somebody wrote.

Batches of several shapes, drawn from a seed, away from the clipping of probabilities; then one
batch on its edge, where the loss need only be finite: how closely to clip is a matter of taste.
"""

import inspect
from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch import losses, ops, quirks
from scratch.testing import student
from scratch.testing.check_layers import described, name_of
from scratch.testing.judgement import Answers, Convention, Trial, judge
from scratch.testing.mistakes.crossentropies import CROSSENTROPIES
from scratch.testing.mistakes.losses import MISTAKES
from scratch.testing.result import Result

SHAPES = ((5, 3), (4, 2), (1, 4))
TEXTBOOK = (
    "Your gradient is the textbook's -y / p. Keras first divides p by its sum, which adds 1/m to "
    "every entry: behind a softmax the two are the same."
)


def check_loss(yours: Any, like: str, *, seed: int = 0, **options: Any) -> Result:
    """Compares somebody's loss and its gradient with the loss of that name.

    Args:
        yours: functions (loss, gradient), one that returns both, an object or a module; see
            `scratch.testing.student`.
        like: the name of a loss: `"mse"`, `"categorical_crossentropy"`, ...
        seed: of the inputs.
        options: arguments of the reference: `from_logits=True` for a loss that takes scores.

    Raises:
        ValueError: for an unknown name or option, or a loss that cannot be checked.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    reference = _reference(like, options)
    draw = np.random.default_rng(seed)
    answer = student.loss(yours)
    trials: list[Trial] = []
    with quirks.without(*quirks.QUIRKS):
        for shape in SHAPES:
            for y, p in _data(draw, reference, shape, options):
                trial = _trial(reference, y, p, options)
                if trial is not None:
                    trials.append(trial)
        if not trials:
            raise ValueError(f"{like} is not finite on any of the inputs that are tried")
        trials += _edges(reference, draw, options)
    answers = [_answer(answer, trial) for trial in trials]
    conventions = [Convention("", trials)]
    name = _function_name(reference)
    if name in CROSSENTROPIES[:2] and not options.get("from_logits"):
        conventions.append(Convention(TEXTBOOK, [_textbook(trial) for trial in trials]))
    return judge(name_of(yours), described(like, options), conventions, answers, MISTAKES)


# The reference -----------------------------------------------------------------------------------


def _reference(like: str, options: dict[str, Any]) -> losses.Loss:
    found = losses.get(like)
    function = found if inspect.isfunction(found) else None
    accepted = inspect.signature(function or type(found)).parameters
    for option in options:
        if option not in accepted:
            raise ValueError(f"The loss {like} has no argument {option!r}")
    if function is not None:
        return losses.LossFunctionWrapper(function, dtype="float64", **options)
    return type(found)(**options, dtype="float64")


def _function_name(reference: losses.Loss) -> str:
    return getattr(getattr(reference, "fn", None), "__name__", reference.name)


def _data(
    draw: np.random.Generator, reference: losses.Loss, shape: tuple[int, int], options: Any
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Labels and predictions of a kind that the loss takes; for an unknown loss, two kinds."""
    name, (m, k) = _function_name(reference), shape
    between = draw.uniform(0.1, 0.9, shape)
    wide = draw.normal(size=shape) * 3
    if "crossentropy" in name:
        p = wide if options.get("from_logits") else between
        if name.startswith("sparse"):
            p = p if options.get("from_logits") else p / p.sum(axis=1, keepdims=True)
            return [(draw.integers(0, k, m), p)]
        if name.startswith("categorical"):
            p = p if options.get("from_logits") else p / p.sum(axis=1, keepdims=True)
            return [(np.eye(k)[draw.integers(0, k, m)], p)]
        y = (draw.random(shape) < 0.5).astype(float)
        y.flat[:2] = 0, 1
        return [(y, p)]
    if name == "circle":  # samples in pairs of one class, as embeddings of unit length
        return [(np.arange(m) // 2, wide / np.linalg.norm(wide, axis=1, keepdims=True))]
    if "hinge" in name:
        signs = np.where(draw.random(shape) < 0.5, -1.0, 1.0)
        return [(signs, wide / 2)]
    return [(draw.uniform(0.1, 0.9, shape), between), (draw.normal(size=shape), wide)]


# Trials ------------------------------------------------------------------------------------------


def _trial(reference: losses.Loss, y: np.ndarray, p: np.ndarray, options: Any) -> Trial | None:
    """The right answers, by the loss's definition and the derivative of its graph."""
    symbol = ops.Symbol.leaf("p", shape=p.shape, dtype="float64")
    value = reference(y, symbol)
    (gradient,) = ops.gradient(value, [symbol])
    with np.errstate(all="ignore"):
        loss, dp = (np.asarray(a) for a in ops.evaluate([value, gradient], {symbol: p}))
        values = np.asarray(reference.call(y, p))
    if not (np.isfinite(loss).all() and np.isfinite(dp).all()):
        return None
    given = SimpleNamespace(
        y=y, p=p, loss=loss, dp=dp, values=values, m=p.shape[0], k=p.shape[-1],
        like=_function_name(reference), from_logits=bool(options.get("from_logits")),
    )  # fmt: skip
    where = f"{p.shape[0]} sample{'s' * (len(p) > 1)}, {p.shape[-1]} outputs"
    return Trial(where, given, {"loss": loss, "dp": dp})


def _edges(reference: losses.Loss, draw: np.random.Generator, options: Any) -> list[Trial]:
    """Where a logarithm or a power would overflow: wrong with certainty, and large scores."""
    name = _function_name(reference)
    if name not in CROSSENTROPIES:
        return []
    p = np.array([[0.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    y = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    edges = [("predictions of exactly 0 and 1", p)]
    if options.get("from_logits"):
        largest = np.log(np.finfo("float64").max)  # e to this is finite, e to its double is not
        edges = [
            ("large scores", p + 2 * largest),
            ("scores far apart", (p - 1 / 2) * largest * 1.8),
        ]
    labels = np.argmax(y, axis=1) if name.startswith("sparse") else y
    trials = [(where, _trial(reference, labels, at, options)) for where, at in edges]
    return [replace(trial, where=where, view=_finite) for where, trial in trials if trial]


def _finite(answers: Answers) -> Answers:
    return {"loss is finite": np.array(bool(np.isfinite(answers["loss"]).all()))}


def _textbook(trial: Trial) -> Trial:
    """-y / p without the derivative of the division by sum(p), here 1."""
    given = SimpleNamespace(**vars(trial.given))
    given.dp = given.dp - 1 / given.m
    return replace(trial, given=given, expected={**trial.expected, "dp": given.dp})


def _answer(answer: Callable, trial: Trial) -> Answers:
    try:
        with np.errstate(all="ignore"):
            return answer(trial.given.y, trial.given.p)
    except student.NothingFitsError:
        raise
    except Exception as error:  # whatever somebody's code raises is an answer too
        return {"loss": error, "dp": error}
