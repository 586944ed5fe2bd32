"""Comparing answers with the reference, and a wrong answer with the usual mistakes.

    answers     what the checked code gave: for each trial, quantity -> array (or an exception)
    expected    what the reference gives for the same trial
    mistake     a known-wrong formula: it answers the trials too

A wrong answer is recognized when a mistake gives the very same numbers in every trial: for all
quantities together if there is such a mistake, else for each wrong quantity on its own.
"""

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from scratch.testing.bounds import agreement
from scratch.testing.comparing import Answers, fits, number, off_by, same, tolerance_of
from scratch.testing.result import WIDTH, Finding, Result
from scratch.testing.student.stopped import Stopped


@dataclass(frozen=True)
class Mistake:
    """A usual mistake.

    Attributes:
        name: in a few words.
        right, wrong: the correct equation and the one that the mistake makes of it.
        why: in plain words, why the one is right and the other is not.
        answer: from what a trial has `given` to the quantities that come out differently.
        only: the one quantity that can come out differently, where there is only one.
    """

    name: str
    right: str
    wrong: str
    why: str
    answer: Callable[[Any], Answers]
    only: str = ""

    def advice(self) -> tuple[str, ...]:
        """The mistake explained, line by line."""
        lines = textwrap.wrap(self.why, WIDTH)
        return (f"yours    {self.wrong}", f"correct  {self.right}", *lines)


@dataclass(frozen=True)
class Trial:
    """One set of inputs: in words, as data for the mistakes, and with the right answers.

    `view` turns all answers into what is compared, where that is not the numbers themselves.
    """

    where: str
    given: Any
    expected: Answers
    view: Callable[[Answers], Answers] = dict


@dataclass(frozen=True)
class Convention:
    """One way of being right: all trials answered by it; `note` is empty for Keras's own way.

    `cost`: how many wrong quantities it must spare, to be taken for what was meant.
    """

    note: str
    trials: Sequence[Trial]
    cost: int = 0


class Catalogue(list[Mistake]):
    """A list of mistakes that its entries join by decoration."""

    def add(self, name: str, *, right: str, wrong: str, why: str) -> Callable:
        """Decorator: the function below computes the wrong answer."""

        def join(answer: Callable[[Any], Answers]) -> Callable[[Any], Answers]:
            self.append(Mistake(name, right, wrong, why, answer))
            return answer

        return join


def judge(
    subject: str,
    like: str,
    conventions: Sequence[Convention],
    answers: Sequence[Answers],
    mistakes: Sequence[Mistake],
    stage: Callable[[str], str] = lambda quantity: "",
    notes: Sequence[str] = (),
) -> Result:
    """The result of a check.

    Args:
        subject, like: for the headline.
        conventions: the ways of being right, Keras's own first.
        answers: one dictionary for each trial.
        mistakes: the catalogue.
        stage: from a quantity to the moment it belongs to: what goes wrong at the first wrong
            moment is reported, what follows from it is not.
        notes: passed on.
    """
    views = [_view(convention, answers, mistakes, stage) for convention in conventions]
    best = min(range(len(views)), key=lambda i: views[i][0])
    note = conventions[best].note
    _, findings, right = views[best]
    return Result(subject, like, right, findings, [*([note] if note else []), *notes])


def _view(
    convention: Convention,
    answers: Sequence[Answers],
    mistakes: Sequence[Mistake],
    stage: Callable[[str], str],
) -> tuple[tuple[int, ...], list[Finding], list[str]]:
    """Under one convention: how far off (less is better), what is wrong, and what is right.

    One mistake that explains everything is believed before several that explain the beginning.
    """
    trials = convention.trials
    right = [trial.view(trial.expected) for trial in trials]
    answers = [_viewed(trial, answer) for trial, answer in zip(trials, answers, strict=True)]
    slack = [tolerance_of(answer) for answer in answers]
    wrong: dict[str, int] = {}  # quantity -> the first trial in which it is wrong
    for i, answer in enumerate(answers):
        for name in answer:
            if name not in wrong and not same(answer[name], right[i][name], slack[i]):
                wrong[name] = i
    fine = [n for n in dict.fromkeys(n for answer in answers for n in answer) if n not in wrong]
    if not wrong:
        return (0, 0, convention.cost, False), [], fine
    claims = [(m, _Claims(m, trials)) for m in mistakes if not m.only or m.only in wrong]

    def explains(claims: _Claims, names: set[str] | None) -> bool:
        return all(
            same(answer[name], claims[i].get(name), slack[i])
            for i, answer in enumerate(answers)
            for name in (answer if names is None else names & set(answer))
        )

    whole = next((mistake for mistake, said in claims if explains(said, None)), None)
    first = stage(next(iter(wrong)))
    findings: list[Finding] = []
    raised: set[int] = set()
    for name, i in wrong.items():
        # One exception is one finding, and what follows from a wrong moment is none.
        if stage(name) != first or id(answers[i][name]) in raised:
            continue
        if isinstance(answers[i][name], Exception):
            raised.add(id(answers[i][name]))
        found = whole or next((m for m, said in claims if explains(said, {name})), None)
        follows = bool(findings)
        findings.append(
            _finding(
                name, trials[i].where, right[i][name], answers[i][name], slack[i], found, follows
            )
        )
    unexplained = sum(finding.diagnosis is None for finding in findings)
    size = len(findings) + convention.cost
    return (1 + unexplained, size, convention.cost, whole is None), findings, fine


def _viewed(trial: Trial, answer: Answers) -> Answers:
    raised = any(isinstance(value, Exception) for value in answer.values())
    return answer if raised else trial.view(answer)


class _Claims:
    """Trials as somebody who makes a mistake would get them, computed when they are asked for.

    Where shapes do not fit, a mistake whose forward pass is right elsewhere stops the backward one.
    """

    def __init__(self, mistake: Mistake, trials: Sequence[Trial]) -> None:
        self.mistake, self.trials = mistake, trials
        self._found: dict[int, Answers] = {}

    def __getitem__(self, i: int) -> Answers:
        if i not in self._found:
            self._found[i] = said = claim(self.mistake, self.trials[i])
            if isinstance(said.get("output"), Exception) and self._right_forward():
                trial = self.trials[i]
                said["output"] = trial.view(trial.expected)["output"]
        return self._found[i]

    def _right_forward(self) -> bool:
        outputs = [
            (said["output"], trial.expected["output"])
            for trial in self.trials
            if not isinstance((said := claim(self.mistake, trial)).get("output"), Exception)
        ]
        return bool(outputs) and all(same(*pair, agreement("float64")) for pair in outputs)


def claim(mistake: Mistake, trial: Trial) -> Answers:
    """All quantities as somebody who makes the mistake would get them."""
    try:
        with np.errstate(all="ignore"):
            return trial.view({**trial.expected, **mistake.answer(trial.given)})
    except ValueError as error:  # shapes that do not fit: the mistake cannot even be computed
        return dict.fromkeys(trial.expected, error)


def _finding(
    name: str,
    where: str,
    expected: Any,
    actual: Any,
    tolerance: float,
    mistake: Mistake | None,
    follows: bool,
) -> Finding:
    expected = np.asarray(expected)
    index: tuple[int, ...] | None = None
    shown: Any = expected.shape
    advice: tuple[str, ...] = ()
    place: tuple[str, ...] = ()
    if isinstance(actual, Stopped):
        name, message, place = actual.stage, str(actual), actual.where()
        advice = place
    elif isinstance(actual, Exception):
        message = f"{name}: raised {type(actual).__name__}: {actual}"
    elif expected.dtype == bool:
        actual, shown = bool(actual), bool(expected)
        message = f"{name}: {actual}, expected {shown}"
    elif not fits(np.shape(actual), expected.shape):
        actual = np.shape(actual)
        message = f"{name} has shape {actual}, expected {expected.shape}"
    else:
        actual = number(actual).reshape(expected.shape)
        off = off_by(actual, expected, tolerance)
        distance = np.where(np.isfinite(actual), np.abs(actual - expected), np.inf)
        worst = np.argmax(np.where(off, distance, -1.0))
        index = tuple(int(i) for i in np.unravel_index(worst, expected.shape))
        advice = _pattern(actual, expected, tolerance)
        actual, shown = actual[index].item(), expected[index].item()
        at = f"[{', '.join(map(str, index))}]" if index else ""
        digits = 8 if f"{actual:.8g}" != f"{shown:.8g}" else 17
        what, after, step = name.partition(" after ")
        message = f"{what}{at}{after}{step} is {actual:.{digits}g}, expected {shown:.{digits}g}"
        if off.size > 1:
            message += f" ({off.sum()} of {off.size} entries are off)"
    if mistake is not None:
        advice = (*place, *mistake.advice())
    elif not advice:
        advice = ("None of the usual mistakes gives this answer.",)
        if follows:
            advice += ("It may follow from the one above: mend that first.",)
    return Finding(
        name, where, index, shown, actual, message, mistake.name if mistake else None, advice
    )


def _pattern(actual: np.ndarray, expected: np.ndarray, tolerance: float) -> tuple[str, ...]:
    """What can be said of a wrong array that no mistake explains."""
    if not np.isfinite(actual).all():
        return (f"{np.sum(~np.isfinite(actual))} entries are not finite.",)
    if not actual.any():
        return ("All entries are 0.",)
    where = np.unravel_index(np.argmax(np.abs(expected)), expected.shape)
    if not expected[where]:
        return ()
    factor = actual[where] / expected[where]
    if same(actual, factor * expected, tolerance):
        return (f"Every entry is {factor:.8g} times what it should be.",)
    return ()
