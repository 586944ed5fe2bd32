"""`parity certify`: the night on whatever Keras and backends are here, and a dated report."""

import datetime
import hashlib
import importlib.util
import platform
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from parity_tests.commands import night
from parity_tests.commands.certify.known import Difference, all_differences
from parity_tests.commands.certify.parts import PARTS, Failure, Part, run
from parity_tests.commands.findings.standing import Standing, standings
from parity_tests.commands.unchanged import digits
from parity_tests.findings import all_findings
from parity_tests.harness import backends, pages, releases
from parity_tests.harness.backends import Environment
from parity_tests.harness.processor import simd


def certify(
    keras: Annotated[
        str, typer.Option(help="On this release: 3.14. Default: the installed one.")
    ] = "",
    minutes: Annotated[
        float | None, typer.Option(min=0, help="Stop after so long, and say what was left out.")
    ] = None,
    only: Annotated[str, typer.Option(help="Parts whose name holds this.")] = "",
    output: Annotated[Path, typer.Option(help="Where the report goes.")] = Path(
        "parity-certificate"
    ),
) -> None:
    """Run the night on a Keras, explain what differs, and write a dated report."""
    try:
        environment = releases.environment(keras)
    except (ValueError, releases.NotToBeHadError) as error:
        raise typer.BadParameter(str(error), param_hint="--keras") from error
    exact = releases.exact(keras) if keras else backends.versions("tf")["keras"]
    release = exact.rpartition(".")[0]
    now = datetime.datetime.now(datetime.UTC)
    folder = output / f"{now:%Y-%m-%d-%H%M}-keras-{exact}"
    folder.mkdir(parents=True, exist_ok=True)
    parts = _parts(environment, folder, only, minutes)
    print("== the findings", flush=True)
    found = list(standings(all_findings(), environment))
    known, unexplained = explained(parts, release, environment)
    # Without tests to name, or without an end: there is nothing that could explain it.
    broken = [
        part
        for part in parts
        if part.verdict == "cut short" or (part.verdict == "FAILED" and not part.failures)
    ]
    good = not unexplained and not broken and all(sure for *_, sure in known)
    text = _page(parts, found, known, unexplained, good, now, exact)
    page = folder / "certificate.md"
    page.write_text(text, encoding="utf-8")
    print(f"{'certified' if good else 'NOT certified'}: {page}")
    raise typer.Exit(0 if good else 1)


def _parts(environment: Environment, folder: Path, only: str, minutes: float | None) -> list[Part]:
    """Runs what fits, and says what does not."""
    begin, parts = time.monotonic(), []
    for campaign in PARTS:
        left = float("inf") if minutes is None else 60 * minutes - (time.monotonic() - begin)
        reason = ""
        if only not in campaign.name:
            reason = "not asked for"
        elif campaign.needs and importlib.util.find_spec(campaign.needs) is None:
            reason = f"{campaign.needs} is not installed"
        elif 60 * campaign.minutes > left:
            reason = f"takes {campaign.minutes:.0f} min"
        if reason:
            parts.append(Part(campaign.name, f"left out ({reason})"))
            continue
        print(f"== {campaign.name}", flush=True)
        # Planned minutes are those of two idle cores: a crowded machine takes three times as long.
        parts.append(run(campaign, environment, folder, 180 * campaign.minutes))
        print(f"{parts[-1].verdict}, {len(parts[-1].failures)} of {parts[-1].tests} failed")
    return parts


def explained(
    parts: list[Part], release: str, environment: Environment
) -> tuple[list[tuple[Difference, int, bool]], list[Failure]]:
    """What of the failures is known: each difference of a release, its tests, whether confirmed.

    A difference whose program does not print what is written down explains nothing.

    Returns:
        These, and the failures that none of them explains.
    """
    failures = [failure for part in parts for failure in part.failures]
    known = []
    for difference in all_differences():
        if difference.expected(release):
            sure = difference.confirmed(release, environment)
            mine = [failure for failure in failures if difference.explains(failure)] if sure else []
            known.append((difference, len(mine), sure))
            failures = [failure for failure in failures if failure not in mine]
    return known, failures


def _page(
    parts: list[Part],
    found: list[Standing],
    known: list[tuple[Difference, int, bool]],
    unexplained: list[Failure],
    good: bool,
    now: datetime.datetime,
    exact: str,
) -> str:
    versions: dict[str, str] = {}
    for library in ("scratch", *backends.KERAS_NAMES):
        if not backends.missing(library):
            versions |= backends.versions(library)
    versions["keras"] = exact
    changed = " with changes" if night.git("status", "--porcelain") else ""
    commit = next(iter(night.git("rev-parse", "--short=12", "HEAD")), "unknown")
    mended = [standing for standing in found if standing.mended]
    names = {standing.finding.name for standing in mended}
    facts: list[tuple[str, Any]] = [
        ("versions", ", ".join(f"{name} {version}" for name, version in sorted(versions.items()))),
        ("commit", commit + changed),
        ("machine", f"{platform.platform()}, Python {platform.python_version()}"),
        ("processor", " ".join(simd())),
        ("recorded digits", hashlib.sha256(digits.PATH.read_bytes()).hexdigest()[:12]),
    ]
    page = pages.template(__package__, "certificate.md.j2")
    return page.render(
        verdict="Certified" if good else "Not certified",
        versions=versions,
        date=f"{now:%Y-%m-%d %H:%M} UTC",
        facts=facts,
        parts=parts,
        release=exact.rpartition(".")[0],
        known=known,
        unexplained=unexplained,
        open=sorted(
            {s.finding.name for s in found if not s.mended and s.finding.name not in names}
        ),
        mended=mended,
    )
