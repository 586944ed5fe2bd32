"""A part of a certificate: a campaign that is run, and the tests of it that failed."""

import hashlib
import os
import re
import subprocess
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from parity_tests.commands import night
from parity_tests.harness.backends import Environment
from parity_tests.tiers import CAMPAIGNS, Campaign

THE_DAY = Campaign(
    "the day", 12, command=("pytest", "-q", "-n", "2", "--dist", "loadfile", "-m", "not night")
)
PARTS = (THE_DAY, *CAMPAIGNS)


class Failure(NamedTuple):
    """A test that failed, `"suite.layers.test_layers test_training[dense]"`, and what it said."""

    test: str
    said: str


@dataclass(frozen=True)
class Part:
    """What became of a campaign.

    Args:
        name: of the campaign.
        verdict: `passed`, `FAILED`, `cut short`, or `left out` with the reason.
        minutes: how long it took.
        tests: how many tests ran; 0 where it is no run of tests.
        failures: those that failed.
        digest: of which test ended how: two runs that found the same have the same.
    """

    name: str
    verdict: str
    minutes: float = 0.0
    tests: int = 0
    failures: tuple[Failure, ...] = ()
    digest: str = ""


def run(campaign: Campaign, environment: Environment, folder: Path, seconds: float) -> Part:
    """Runs a campaign.

    Args:
        campaign: which.
        environment: of its process, see `releases.environment`.
        folder: where its output and the outcomes of its tests are kept.
        seconds: after which it is cut short.
    """
    stem = folder / re.sub(r"\W+", "-", campaign.name)
    words, outcomes = night.words(campaign), stem.with_suffix(".xml")
    if "pytest" in words:
        # Where the tests are not named they stand in the suite.
        named = [] if campaign.files else [night.SUITE.as_posix()]
        words += ["--tb=short", f"--junitxml={outcomes.resolve()}", *named]
    given = {**os.environ, **dict(campaign.environment), **dict(environment)}
    start = time.monotonic()
    with stem.with_suffix(".txt").open("w") as output:
        process = subprocess.Popen(
            words, cwd=night.ROOT, env=given, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            verdict = "FAILED" if process.wait(seconds) else "passed"
        except subprocess.TimeoutExpired:
            process.terminate()
            process.wait()
            verdict = "cut short"
    minutes = (time.monotonic() - start) / 60
    found = read(outcomes) if outcomes.exists() else {}
    failures = tuple(Failure(test, said) for test, said in found.items() if said)
    lines = "\n".join(f"{test} {'failed' if said else 'passed'}" for test, said in found.items())
    digest = hashlib.sha256((lines or f"{campaign.name} {verdict}").encode()).hexdigest()[:12]
    return Part(campaign.name, verdict, minutes, len(found), failures, digest)


def read(outcomes: Path) -> dict[str, str]:
    """By test, what its failure said, or nothing; without what was skipped."""
    found: dict[str, str] = {}
    for case in ElementTree.parse(outcomes).iter("testcase"):
        kinds = {child.tag: child for child in case}
        if "skipped" not in kinds:
            place = case.get("classname", "").removeprefix("parity_tests.")
            failed = kinds.get("failure", kinds.get("error"))
            found[f"{place} {case.get('name')}"] = (
                "" if failed is None else _said(failed.text or "")
            )
    return dict(sorted(found.items()))


def _said(text: str) -> str:
    """The lines in which pytest tells the error, or the last one."""
    lines = [line[1:].strip() for line in text.splitlines() if line.startswith("E ")]
    return "\n".join(lines) or (text.strip().splitlines() or ["failed"])[-1]
