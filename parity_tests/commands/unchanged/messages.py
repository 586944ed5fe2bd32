"""The words of errors: what every test provokes in `scratch`, as it was recorded.

Whatever `pytest.raises` catches is written down while the tests run, by the name of the test, which
stays the same when its file moves. What differs from run to run (folders, addresses) is left out.

    PARITY_MESSAGES=FOLDER pytest -m ""    writes down what every test catches
    parity unchanged --messages FOLDER     records it
"""

import functools
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest

PATH = Path(__file__).with_name("messages.json")
Messages = dict[str, list[str]]

_VARYING = [
    (r"/[\w./-]*/pytest-of-[\w-]+/pytest-\d+/[\w-]+?\d+(?=/|\b)", "TMP"),
    (r"/tmp/[\w.-]+", "TMP"), (r"0x[0-9a-f]+", "0x"), (r"\d+ bytes\b", "N bytes"),
]  # fmt: skip
_SCRATCH = os.sep + "scratch" + os.sep
_said: list[str] = []  # in the present test


def said(error: BaseException) -> None:
    """Writes down what an error says, if `scratch` has raised it; for helpers that catch some."""
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    if traceback is not None and _SCRATCH in traceback.tb_frame.f_code.co_filename:
        _said.append(f"{type(error).__name__}: {plain(str(error))}")


class Catching:
    """A `pytest.raises` that writes down what it catches."""

    def __init__(self, context: Any) -> None:
        self._context = context

    def __enter__(self) -> Any:
        return self._context.__enter__()

    def __exit__(self, kind: Any, value: Any, traceback: Any) -> Any:
        result = self._context.__exit__(kind, value, traceback)
        if result:
            said(value)
        return result


def plain(text: str) -> str:
    """A message without what differs from run to run."""
    for pattern, instead in _VARYING:
        text = re.sub(pattern, instead, text)
    return text


def caught(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A list that grows by the words of every error of `scratch` that the test catches."""
    raises = pytest.raises

    def catching(*args: Any, **kwargs: Any) -> Any:
        context = raises(*args, **kwargs)
        return Catching(context) if hasattr(context, "__enter__") else context

    monkeypatch.setattr(pytest, "raises", catching)
    _said.clear()
    return _said


@functools.cache
def recorded() -> Messages:
    """The file: the messages by the name of the test."""
    return json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}


def note(folder: str, name: str, messages: list[str]) -> None:
    """Adds what a test has caught to the file of this process."""
    with open(Path(folder) / f"{os.getpid()}.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps([name, messages]) + "\n")


def write(folder: Path) -> None:
    """Records what runs have written into a folder; what differed between two runs is left out."""
    found: Messages = {}
    differing = set()
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            name, messages = json.loads(line)
            if found.setdefault(name, messages) != messages:
                differing.add(name)
    kept = {name: found[name] for name in sorted(found) if found[name] and name not in differing}
    PATH.write_text(json.dumps(kept, indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
