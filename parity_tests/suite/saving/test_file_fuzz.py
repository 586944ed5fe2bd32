"""Files of models changed at random: a few hundred; ten thousand: `parity files`."""

import os
import random
import signal
import sys
from collections import Counter

import pytest

from parity_tests.commands.file_fuzz import mutations, trial
from parity_tests.commands.file_fuzz.trial import SOUND, Fuzzer, _in_a_process, _judge

pytest.importorskip("h5py")
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="counts memory")


@pytest.fixture(scope="module")
def fuzzer(tmp_path_factory):
    return Fuzzer(0, str(tmp_path_factory.mktemp("files")))


def test_every_file_loads_or_is_refused(fuzzer):
    trials = [fuzzer.trial(number) for number in range(250)]
    assert [trial for trial in trials if trial.verdict not in SOUND] == []
    verdicts = Counter((trial.ending, trial.verdict) for trial in trials)
    for ending in mutations.OF_ENDING:
        assert verdicts[ending, "refused"] > 10
    assert sum(trial.verdict == "loaded" for trial in trials) > 50


def test_a_number_gives_the_same_file_again(fuzzer):
    for number in range(8):
        a, b = fuzzer.trial(number), fuzzer.trial(number)
        assert (a.verdict, a.mutation, a.detail) == (b.verdict, b.mutation, b.detail)


FAULTS = {
    "raw exception": lambda: [][1],
    "hangs": lambda: [None for _ in iter(int, 1)],
    "crash": lambda: os.kill(os.getpid(), signal.SIGTERM),
}


@pytest.mark.parametrize("verdict", FAULTS)
def test_faults_are_noticed(verdict, fuzzer, tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "CPU_SECONDS", 1)
    monkeypatch.setattr(trial, "_load", lambda *args: FAULTS[verdict]())
    path = tmp_path / "m.keras"
    path.touch()
    judge = lambda: _judge(str(path), "sequential", random.Random(0), None)  # noqa: E731
    assert _in_a_process(judge)["verdict"] == verdict


def test_memory_is_noticed(tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "_load", lambda *args: b"x" * 2**26 and None)
    path = tmp_path / "m.keras"
    path.touch()
    judge = lambda: _judge(str(path), "sequential", random.Random(0), None)  # noqa: E731
    assert _in_a_process(judge)["verdict"] == "too much memory"
