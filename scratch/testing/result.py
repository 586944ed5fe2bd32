"""What a check found, and how a teacher would say it."""

import html
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

# To be read on a white page and on a dark one.
COLORS = {
    "title": "font-weight: bold",
    "right": "color: #218f44",
    "wrong": "color: #dd3b43",
    "diagnosis": "color: #a87300; font-weight: bold",
    "advice": "",
    "note": "opacity: 0.6",
}
# Arguments of the checks that advice speaks of.
ARGUMENTS = (
    r"\b(like|averages|columns|from_logits|nesterov|momentum|rate|activation)="
    r"('\w+'|\d+(?:\.\d+)?|\w+)"
)
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

    def lines(self, shell: bool = False) -> list[tuple[str, str]]:
        """The printed result, line by line, as `(style, text)`.

        Styles are `title`, `right`, `wrong`, `diagnosis`, `advice` and `note`. In a `shell`, advice
        speaks of its options (`--averages`), else of arguments (`averages=True`).
        """
        told = ("advice", "note") if shell else ()
        return [(style, in_shell(t) if style in told else t) for style, t in self._lines()]

    def as_dict(self) -> dict[str, Any]:
        """All of it as what JSON knows."""
        return {
            "subject": self.subject,
            "like": self.like,
            "right": not self.findings,
            "quantities": list(self.right),
            "findings": [
                {
                    "quantity": f.quantity, "where": f.where, "message": f.message,
                    "diagnosis": f.diagnosis, "advice": list(f.advice),
                    "index": None if f.index is None else list(f.index),
                }
                for f in self.findings
            ],
            "notes": list(self.notes),
        }  # fmt: skip

    def _repr_html_(self) -> str:
        """The printed result in colors, for a notebook."""
        rows = (f'<span style="{COLORS[style]}">{html.escape(text)}</span>'
                for style, text in self.lines())  # fmt: skip
        return "<pre>" + "\n".join(rows) + "</pre>"

    def _lines(self) -> list[tuple[str, str]]:
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
                lines = (part for line in finding.advice for part in _wrapped(line))
                said += [("advice", f"           {line}") for line in lines]
            told.add(finding.advice)
        for note in self.notes:
            first, *more = textwrap.wrap(note, WIDTH)
            said.append(("note", f"  note   {first}"))
            said += [("note", f"         {line}") for line in more]
        return said

    def __str__(self) -> str:
        return "\n".join(text for _, text in self.lines())


def _wrapped(line: str) -> list[str]:
    """A sentence in lines; equations are short, and stay as they stand."""
    return [line] if len(line) <= WIDTH else textwrap.wrap(line, WIDTH)


def in_shell(text: str) -> str:
    """Advice in the words of a shell: `--averages` instead of `averages=True`."""

    def option(found: re.Match[str]) -> str:
        name, value = found.groups()
        return f"--{name}" if value == "True" else f"--{name} {value.strip(chr(39))}"

    return re.sub(ARGUMENTS, option, text)
