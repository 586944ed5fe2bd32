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
from scratch.testing.check_layers import PRINTED, described, name_of
from scratch.testing.comparing import Answers, same, tolerance_of
from scratch.testing.judgement import Convention, Trial, judge
from scratch.testing.mistakes.crossentropies import CROSSENTROPIES, EPSILONS
from scratch.testing.mistakes.losses import MISTAKES
from scratch.testing.result import Result
from scratch.testing.student.silence import silent

SHAPES = ((5, 3), (4, 2), (1, 4))
TEXTBOOK = (
    "Your gradient is the textbook's -y / p. Keras first divides p by its sum, which adds 1/m to "
    "every entry: behind a softmax the two are the same."
)


SAMPLES = (
    "Your gradient has no 1/m: it is that of one sample's loss, for layers that take the mean."
)
COLUMNS = (
    "Layout found: samples in columns, so that m is shape[1]. If yours are rows, columns=False."
)
OUTPUTS = (
    "Your loss is a mean over the samples and a sum over the outputs: the same as Keras's where "
    "there is one output."
)


def check_loss(
    yours: Any,
    like: str,
    *,
    averages: bool = False,
    columns: bool | None = None,
    seed: int = 0,
    **options: Any,
) -> Result:
    """Compares somebody's loss and its gradient with the loss of that name.

    Args:
        yours: functions (loss, gradient), one that returns both, an object or a module; see
            `scratch.testing.student`.
        like: the name of a loss: `"mse"`, `"categorical_crossentropy"`, ...
        averages: whether the layers take the mean over the batch, so that the gradient is that of a
            sum of the samples' losses.
        columns: whether a sample is a column; default: what fits.
        seed: of the inputs.
        options: arguments of the reference: `from_logits=True` for a loss that takes scores.

    Raises:
        ValueError: for an unknown name or option, or a loss that cannot be checked.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    reference = _reference(like, options)
    draw = np.random.default_rng(seed)
    trials: list[Trial] = []
    with quirks.without(*quirks.QUIRKS), silent() as printed:
        for shape in SHAPES:
            for y, p in _data(draw, reference, shape, options):
                trial = _trial(reference, y, p, options)
                if trial is not None:
                    trials.append(trial)
        if not trials:
            raise ValueError(f"{like} is not finite on any of the inputs that are tried")
        ways = _conventions(trials, _function_name(reference), options, averages)
        layout = _layout(yours, [way.trials[0] for way in ways], columns)
        edges = _edges(reference, draw, options)
        answer = student.loss(yours, layout)
        answers = [_answer(answer, trial) for trial in [*trials, *edges]]
    conventions = [replace(way, trials=[*way.trials, *edges]) for way in ways]
    notes = [COLUMNS] * layout.columns
    notes += [PRINTED] * bool(printed.getvalue())
    return judge(name_of(yours), described(like, options), conventions, answers, MISTAKES,
                 notes=notes)  # fmt: skip


def _conventions(
    trials: list[Trial], name: str, options: dict[str, Any], averages: bool
) -> list[Convention]:
    """The ways of being right: Keras's, and those of books."""
    if averages:
        return [Convention(SAMPLES, [_scaled(trial, 1, trial.given.m) for trial in trials])]
    ways = [Convention("", trials)]
    if name in CROSSENTROPIES[:2] and not options.get("from_logits"):
        ways.append(Convention(TEXTBOOK, [_textbook(trial) for trial in trials], cost=1))
    if name in CROSSENTROPIES[:2] and options.get("from_logits"):
        for epsilon in EPSILONS:
            note = (
                f"Your logarithm is of p + {epsilon:g}, to stay finite: the loss is that much off."
            )
            kept = [_with_epsilon(trial, epsilon) for trial in trials]
            ways.append(Convention(note, kept, cost=1))
    if name == CROSSENTROPIES[2]:
        sums = [_scaled(trial, trial.given.k, trial.given.k) for trial in trials]
        ways.append(Convention(OUTPUTS, sums, cost=1))
    return ways


def _scaled(trial: Trial, loss: float, dp: float) -> Trial:
    given = SimpleNamespace(**vars(trial.given))
    given.loss, given.dp = given.loss * loss, given.dp * dp
    return replace(trial, given=given, expected={"loss": given.loss, "dp": given.dp})


def _layout(yours: Any, ways: list[Trial], columns: bool | None) -> student.LossLayout:
    """The first layout whose loss, or else whose gradient too, is right in some way."""
    best: tuple[int, student.LossLayout] | None = None
    for layout in student.loss_layouts(yours):
        if columns not in (None, layout.columns):
            continue
        answers = _answer(student.loss(yours, layout), ways[0])
        allowed = tolerance_of(answers)
        wrong = [sum(not same(answers[name], way.expected[name], allowed) for name in answers)
                 for way in ways]  # fmt: skip
        if best is None or min(wrong) < best[0]:
            best = min(wrong), layout
    assert best is not None
    return best[1]


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


def _with_epsilon(trial: Trial, epsilon: float) -> Trial:
    """The logarithm of softmax + epsilon, with the gradient of softmax alone."""
    given = SimpleNamespace(**vars(trial.given))
    p = np.exp(given.p - given.p.max(axis=1, keepdims=True))
    p = p / p.sum(axis=1, keepdims=True)
    labels = np.eye(given.k)[given.y] if np.ndim(given.y) == 1 else given.y
    given.loss = given.loss - np.sum(labels * np.log1p(epsilon / p)) / given.m
    return replace(trial, given=given, expected={"loss": given.loss, "dp": given.dp})


def _answer(answer: Callable, trial: Trial) -> Answers:
    try:
        with np.errstate(all="ignore"):
            return answer(trial.given.y, trial.given.p)
    except student.NothingFitsError:
        raise
    except Exception as error:  # whatever somebody's code raises is an answer too
        return dict.fromkeys(("loss", "dp"), student.Stopped("loss", error))
