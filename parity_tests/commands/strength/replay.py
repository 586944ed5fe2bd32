"""What Keras's processes answered, written down once and played back.

A mutant of `scratch` asks Keras the same questions as the original. So the answers are recorded
while the suite runs on the original, and a mutant costs no TensorFlow. Where a question names a
test's own folder, which is another one in every run, the test takes the folder's place.
"""

import contextlib
import os
import pickle
import re
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from parity_tests.harness import worker

Answers = dict[bytes, Any]


_OWN = re.compile(r".*/pytest-of-[^/]+/pytest-\d+/[^/]+")  # the folder that a test is given


def _key(function: str, args: tuple, kwargs: dict[str, Any]) -> bytes:
    return pickle.dumps(_anywhere((function, args, sorted(kwargs.items()))))


def _anywhere(question: Any) -> Any:
    """A question without the folder of the run that asks it."""
    if isinstance(question, str) and _OWN.match(question):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]
        return _OWN.sub(lambda _: test, question)
    if type(question) in (list, tuple):
        return type(question)(map(_anywhere, question))
    if type(question) is dict:
        return {key: _anywhere(value) for key, value in question.items()}
    return question


@contextlib.contextmanager
def recording(answers: Answers) -> Iterator[None]:
    """Inside, every answer of a worker is added to `answers`."""
    ask = worker.Worker.call

    def call(self: Any, function: str, /, *args: Any, **kwargs: Any) -> Any:
        answer = ask(self, function, *args, **kwargs)
        answers[_key(function, args, kwargs)] = answer
        return answer

    with mock.patch.object(worker.Worker, "call", call):
        yield


@contextlib.contextmanager
def playing(answers: Answers) -> Iterator[None]:
    """Answers from `answers`; a test with another question is skipped. No process is started."""

    def call(self: Any, function: str, /, *args: Any, **kwargs: Any) -> Any:
        key = _key(function, args, kwargs)
        if key not in answers:
            pytest.skip(f"no answer to {function} was recorded")
        return answers[key]

    with (
        mock.patch.object(worker.Worker, "__init__", return_value=None),
        mock.patch.object(worker.Worker, "close", return_value=None),
        mock.patch.object(worker.Worker, "call", call),
    ):
        yield
