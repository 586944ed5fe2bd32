"""`parity night`: what was touched runs first, what fits runs, what does not is told."""

import sys

import pytest
from typer.testing import CliRunner

from parity_tests.__main__ import app
from parity_tests.commands import night
from parity_tests.tiers import CAMPAIGNS, Campaign


def quick(name, code, minutes=1.0, **more):
    """A campaign that is a program of one line."""
    return Campaign(name, minutes, command=("timeit", "-n", "1", "-r", "1", code), **more)


def ran(monkeypatch, campaigns, *options, changed=()):
    monkeypatch.setattr(night, "CAMPAIGNS", campaigns)
    monkeypatch.setattr(night, "changed", lambda: list(changed))
    return CliRunner().invoke(app, ["night", *options])


def test_what_a_change_touches_comes_first():
    change = ["scratch/optimizers/adam.py"]
    names = [c.name for c in night.in_order(change, day=0)]
    touched = [c.name for c in CAMPAIGNS if night.touched(c, change)]
    assert 0 < len(touched) < len(names)
    assert names[: len(touched)] == touched
    assert sorted(names) == sorted(c.name for c in CAMPAIGNS)


def test_a_campaigns_own_tests_touch_it():
    (first, *_) = night.in_order(["parity_tests/suite/random/test_jit_compile.py"], day=0)
    assert first.files == ("random/test_jit_compile.py",)


def test_each_has_its_turn():
    begun = {night.in_order([], day)[0].name for day in range(len(CAMPAIGNS))}
    assert begun == {c.name for c in CAMPAIGNS}


def test_without_git_or_a_commit_before_nothing_is_touched(monkeypatch, tmp_path):
    monkeypatch.setattr(night, "ROOT", tmp_path)
    assert night.base() is None
    assert night.changed() == []


def test_a_failure_fails_and_what_does_not_fit_is_told(monkeypatch):
    campaigns = (quick("good", "pass"), quick("bad", "1 / 0"), quick("long", "pass", 50))
    done = ran(monkeypatch, campaigns, "--minutes", "5")
    assert done.exit_code == 1
    lines = [line for line in done.output.split("\n") if "(in turn)" in line]
    told = {line.split(" (")[0].split()[-1]: line for line in lines if "==" not in line}
    assert told["good"].startswith("passed")
    assert told["bad"].startswith("FAILED")
    assert told["long"].startswith("left out")


def test_what_takes_too_long_is_cut_short_and_does_not_fail(monkeypatch):
    campaigns = (quick("endless", "import time; time.sleep(60)", minutes=0.01),)
    done = ran(monkeypatch, campaigns, "--minutes", "0.02")
    assert done.exit_code == 0
    assert "cut short" in done.output


def test_a_plan_runs_nothing(monkeypatch):
    done = ran(monkeypatch, (quick("bad", "1 / 0"),), "--minutes", "5", "--plan")
    assert done.exit_code == 0
    assert "would run" in done.output


@pytest.mark.parametrize("campaign", CAMPAIGNS, ids=lambda campaign: campaign.name)
def test_a_campaign_is_files_or_a_command(campaign):
    assert bool(campaign.files) != bool(campaign.command)
    assert night.words(campaign)[0] == sys.executable
