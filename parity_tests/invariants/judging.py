"""Looks for a sample that breaks an invariant, and shrinks it to few lines."""

import contextlib
import functools
import os
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis.errors import Unsatisfiable

from parity_tests.harness.engines import Engine
from parity_tests.invariants import all_of_them, by_design, drawing
from parity_tests.invariants.drawing import FAMILIES
from parity_tests.invariants.invariant import INVARIANTS, Invariant
from parity_tests.invariants.sample import Sample

assert all_of_them.__all__  # imported for what it enters into the list
SEARCHES = 10


@dataclass(frozen=True)
class Question:
    """An invariant that is asked of a class: `metrics.Mean: cut in two`."""

    subject: str
    invariant: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.invariant}"


@functools.cache
def questions() -> dict[Question, Invariant]:
    """All of them, family by family."""
    return {
        Question(f"{invariant.family}.{name}", invariant.name): invariant
        for family, subjects in FAMILIES.items()
        for name in subjects
        for invariant in INVARIANTS
        if invariant.family == family and invariant.speaks_of(name)
    }


class BrokenError(AssertionError):
    """An invariant does not hold; the message is a program that shows it."""


class UnaskedError(AssertionError):
    """Hardly a sample was taken: the question was not asked."""


def counterexample(
    question: Question,
    keras: Any,
    library: str = "scratch",
    examples: int = 10,
    only: by_design.Row | None = None,
    seed: int | None = None,
) -> str:
    """A program that breaks an invariant, shrunk; empty where none was found, or all is known.

    Args:
        question: what is asked.
        keras: the library, `scratch` or Keras.
        library: an engine's name for it.
        examples: how many samples are tried.
        only: a row of what is known to break it: then such samples are tried, and no others.
        seed: of the samples; without, they are the same every time.

    Raises:
        UnaskedError: when the class takes none of the samples.
    """
    invariant = questions()[question]
    family, _, name = question.subject.rpartition(".")
    known = [only] if only else by_design.rows(question.subject, invariant.name, library)
    if only is None and any(row.always for row in known):
        return ""
    taken: list[Sample] = []

    def ask(sample: Sample) -> None:
        assume(any(row.concerns(sample.script) for row in known) is (only is not None))
        assume(_is_taken(keras, sample, family))
        taken.append(sample)
        if found := _broken(invariant, keras, sample):
            raise BrokenError(f"{sample.script}# {question}. {invariant.says}\n# {found}")

    phases = (Phase.generate,) if only else (Phase.generate, Phase.shrink)
    # What is rare, one search may give up to find.
    for again in range(SEARCHES):
        start = seed if not again else again + (seed or 0)
        asked = _drawn(examples, start, phases)(given(FAMILIES[family][name])(ask))
        with quiet(), contextlib.suppress(Unsatisfiable):
            try:
                asked()
            except BrokenError as broken:
                return str(broken)
        if taken and not only:
            break
    if taken:
        return ""
    raise UnaskedError(f"{question}: no sample was taken")


def _drawn(examples: int, seed: int | None, phases: tuple[Phase, ...]) -> Callable[[Any], Any]:
    from hypothesis import seed as seeded

    chosen = settings(
        max_examples=examples,
        derandomize=seed is None,
        database=None,
        deadline=None,
        report_multiple_bugs=False,
        phases=phases,
        suppress_health_check=list(HealthCheck),
    )
    return chosen if seed is None else lambda test: seeded(seed)(chosen(test))


def _is_taken(keras: Any, sample: Sample, family: str) -> bool:
    """Whether the class takes the sample at all: what is refused, other tests ask about."""
    try:
        drawing.USES[family](sample.load(keras))
    except Exception:
        return False
    return True


def _broken(invariant: Invariant, keras: Any, sample: Sample) -> str:
    try:
        return invariant.broken(sample.load(keras))
    except Exception as error:
        return f"{type(error).__name__}: {error}".splitlines()[0]


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without warnings and in a folder of its own, for what writes files."""
    here = os.getcwd()
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(here)


def ask_there(keras: Any, engine: Engine, subject: str, name: str, examples: int) -> str:
    """In a worker: what `counterexample` finds.

    `"unasked"` where the class takes no sample; `"known"` where it holds of none, by design.
    """
    if any(row.always for row in by_design.rows(subject, name, engine.library)):
        return "known"
    try:
        return counterexample(Question(subject, name), keras, engine.library, examples)
    except UnaskedError:
        return "unasked"
