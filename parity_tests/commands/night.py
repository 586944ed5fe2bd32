"""`parity night --minutes 40`: of the night's campaigns what fits, the touched ones first.

The campaigns and their times stand in `parity_tests/tiers.py`. First come those that the last
change touched: the difference to the branch that it will be merged into, or to the commit before.
The others follow. Every day begins with another one, so that in time each has its turn.
"""

import datetime
import importlib.util
import os
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from parity_tests.tiers import CAMPAIGNS, Campaign

ROOT = Path(__file__).resolve().parents[2]
SUITE = Path("parity_tests") / "suite"
UPSTREAM = ("origin/HEAD", "origin/main", "main")


def git(*words: str) -> list[str]:
    """The lines that git says; none where there is no git, no repository, no such commit."""
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return []
    return done.stdout.split("\n")[:-1]


def base() -> str | None:
    """The commit that the last change is a change of; None where it is not known."""
    here = git("rev-parse", "HEAD")
    for upstream in UPSTREAM:
        if (found := git("merge-base", upstream, "HEAD")) and found != here:
            return found[0]
    # In a shallow clone there is no commit before.
    return next(iter(git("rev-parse", "--verify", "--quiet", "HEAD~1")), None)


def changed() -> list[str]:
    """The files that differ from the base, and those that are not committed."""
    since = base()
    return [*(git("diff", "--name-only", since) if since else []), *git("diff", "--name-only")]


def touched(campaign: Campaign, files: Iterable[str]) -> bool:
    """Whether a change of these files concerns the campaign: what it touches, or its own tests."""
    own = (*campaign.touches, *((SUITE / file).as_posix() for file in campaign.files))
    return any(file.startswith(own) for file in files)


def in_order(files: Iterable[str], day: int) -> list[Campaign]:
    """The touched campaigns, then the others; each day begins with another one of either."""
    files = list(files)
    first = [campaign for campaign in CAMPAIGNS if touched(campaign, files)]
    others = [campaign for campaign in CAMPAIGNS if campaign not in first]
    return [*_turned(first, day), *_turned(others, day)]


def _turned(campaigns: list[Campaign], day: int) -> list[Campaign]:
    start = day % len(campaigns) if campaigns else 0
    return [*campaigns[start:], *campaigns[:start]]


def words(campaign: Campaign) -> list[str]:
    """The command line of a campaign."""
    if not campaign.command:
        files = [(SUITE / file).as_posix() for file in campaign.files]
        return [*_module("pytest"), "-q", "-n", "2", "--dist", "loadfile", "-m", "night", *files]
    program, *rest = campaign.command
    return [*_module("parity_tests" if program == "parity" else program), *rest]


def _module(name: str) -> list[str]:
    return [sys.executable, "-m", name]


def run(campaign: Campaign, seconds: float) -> str:
    """Runs it: `"passed"`, `"FAILED"`, or `"cut short"` where the time is over."""
    environment = {**os.environ, **dict(campaign.environment)}
    process = subprocess.Popen(words(campaign), cwd=ROOT, env=environment)
    try:
        return "FAILED" if process.wait(seconds) else "passed"
    except subprocess.TimeoutExpired:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return "cut short"


def night(
    minutes: Annotated[float, typer.Option(min=0, help="How much of the night there is.")] = 40.0,
    plan: Annotated[bool, typer.Option("--plan", help="Say what would run, and stop.")] = False,
) -> None:
    """What of the night fits: campaigns that the last change touched, then others in turn."""
    files = changed()
    order = in_order(files, datetime.date.today().toordinal())
    began, told = time.monotonic(), []
    left = 60 * minutes
    for campaign in order:
        why = "touched" if touched(campaign, files) else "in turn"
        if campaign.needs and importlib.util.find_spec(campaign.needs) is None:
            why = f"{campaign.needs} is not installed"
            told.append(f"left out   {campaign.minutes:5.0f} min         {campaign.name} ({why})")
            continue
        if 60 * campaign.minutes > left:
            told.append(f"left out   {campaign.minutes:5.0f} min         {campaign.name} ({why})")
            continue
        if plan:
            verdict, took = "would run", 60 * campaign.minutes
        else:
            print(f"\n== night: {campaign.name} ({why})", flush=True)
            start = time.monotonic()
            verdict = run(campaign, left)
            took = time.monotonic() - start
        left = left - took if plan else 60 * minutes - (time.monotonic() - began)
        told.append(
            f"{verdict:10} {campaign.minutes:5.0f} min {took / 60:5.1f}   {campaign.name} ({why})"
        )
    print("\nThe night: planned and taken minutes")
    print("\n".join(told))
    raise typer.Exit(int(any(line.startswith("FAILED") for line in told)))
