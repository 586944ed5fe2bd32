"""What a check found, and how a teacher would say it."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

WIDTH = 84  # of the lines that explain
MANY = 6  # quantities that a line can name one by one


class WrongAnswerError(AssertionError):
    """Raised by `Result.raise_if_wrong`; its message is the printed result."""


@dataclass(frozen=True)
class Finding:
    """One quantity that is wrong.

    Attributes:
        quantity: what: `"output"`, `"dW"`, `"loss"`, `"W1 after step 3"`.
        where: on which input: `"5 samples, 4 inputs, 3 units"`.
        index: of the entry that is furthest off; None where shapes differ or an exception came.
        expected, actual: the two numbers there (else: the shapes, or the exception).
        message: both in words.
        diagnosis: the name of the usual mistake that gives exactly this answer, or None.
        advice: the diagnosis explained, line by line.
    """

    quantity: str
    where: str
    index: tuple[int, ...] | None
    expected: Any
    actual: Any
    message: str
    diagnosis: str | None = None
    advice: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """True when everything that was checked is right.

    Attributes:
        subject: what was checked.
        like: with what it was compared, as a call that can be typed.
        right: the quantities that are right.
        findings: those that are wrong; of a run of many steps, the first ones.
        notes: conventions that differ from Keras's and are right all the same, and what was not
            checked.
    """

    subject: str
    like: str
    right: Sequence[str]
    findings: Sequence[Finding] = ()
    notes: Sequence[str] = field(default=())

    def __bool__(self) -> bool:
        return not self.findings

    def raise_if_wrong(self) -> "Result":
        """Returns the result itself when it is right.

        Raises:
            WrongAnswerError: with all findings as its message.
        """
        if self.findings:
            raise WrongAnswerError(str(self))
        return self

    @property
    def diagnoses(self) -> list[str]:
        """The names of the mistakes that were recognized, each once."""
        return list(dict.fromkeys(f.diagnosis for f in self.findings if f.diagnosis))

    def lines(self) -> list[tuple[str, str]]:
        """The printed result, line by line, as `(style, text)`.

        Styles are `title`, `right`, `wrong`, `diagnosis`, `advice` and `note`.
        """
        verdict = "not right yet" if self.findings else "right"
        said = [("title", f"{self.subject}, checked like {self.like}: {verdict}")]
        if self.right:
            few = self.right if len(self.right) <= MANY else [self.right[0], "...", self.right[-1]]
            said.append(("right", f"  right  {', '.join(few)}"))
        told: set[tuple[str, ...]] = set()
        for finding in self.findings:
            said.append(("wrong", f"  wrong  {finding.message}"))
            said.append(("note", f"         with {finding.where}"))
            if finding.diagnosis:
                again = ", as above" if finding.advice in told else ""
                said.append(("diagnosis", f"         It looks like: {finding.diagnosis}{again}"))
            if finding.advice not in told:
                said += [("advice", f"           {line}") for line in finding.advice]
            told.add(finding.advice)
        for note in self.notes:
            first, *more = textwrap.wrap(note, WIDTH)
            said.append(("note", f"  note   {first}"))
            said += [("note", f"         {line}") for line in more]
        return said

    def __str__(self) -> str:
        return "\n".join(text for _, text in self.lines())
