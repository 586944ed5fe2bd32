"""What Keras's processes answered, written down once and played back.

A mutant of `scratch` asks Keras the same questions as the original. So the answers are recorded
while the suite runs on the original, and a mutant costs no TensorFlow.
"""

import contextlib
import pickle
from collections.abc import Iterator
from typing import Any
from unittest import mock

import pytest

from parity_tests.harness import worker

Answers = dict[bytes, Any]


def _key(function: str, args: tuple, kwargs: dict[str, Any]) -> bytes:
    return pickle.dumps((function, args, sorted(kwargs.items())))


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
