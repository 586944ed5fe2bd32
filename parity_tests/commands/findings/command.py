"""`parity findings`: lists all findings and runs their programs against a Keras."""

from collections.abc import Iterable
from typing import Annotated

import typer

from parity_tests.commands.findings import upstream, versions
from parity_tests.commands.findings.report import report as told
from parity_tests.commands.findings.standing import Standing, standings
from parity_tests.findings import Finding, all_findings
from parity_tests.harness import backends, releases

KINDS = ("defect", "backends disagree", "documentation")


def findings(
    keras: Annotated[
        str, typer.Option(help="Run them on this release: 3.14. Default: the installed one.")
    ] = "",
    only: Annotated[str, typer.Option(help="Those whose name holds this.")] = "",
    report: Annotated[
        str, typer.Option(help="Print this finding as a text to be filed upstream.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="List them; run nothing.")] = False,
    table: Annotated[
        bool, typer.Option("--versions", help="Run them on every release, and keep the table.")
    ] = False,
) -> None:
    """What Keras does that it should not: all findings, and which of them are mended."""
    chosen = [finding for finding in all_findings() if (report or only) in finding.name]
    if report:
        chosen = [finding for finding in chosen if finding.name == report]
    if not chosen:
        raise typer.BadParameter(f"no finding is called {report or only!r}")
    if table:
        _make(chosen)
    elif report:
        print(_as_report(chosen[0], keras))
    elif listed:
        _list(chosen)
    else:
        _run(chosen, keras)


def _list(chosen: list[Finding]) -> None:
    cells, known = versions.recorded(), upstream.known()
    for kind in KINDS:
        here = [finding for finding in chosen if finding.kind == kind]
        print(f"\n{kind}: {len(here)}")
        for finding in here:
            searched = known.get(finding.name, upstream.Search())
            since = versions.since(finding, cells)
            print(f"  {finding.name}: {finding.title} ({since}; {searched})")


def _environment(keras: str) -> backends.Environment:
    try:
        return releases.environment(keras)
    except (ValueError, releases.NotToBeHadError) as error:
        raise typer.BadParameter(str(error), param_hint="--keras") from error


def _run(chosen: list[Finding], keras: str) -> None:
    environment = _environment(keras)
    of: dict[str, list[Standing]] = {}
    for standing in standings(chosen, environment):
        of.setdefault(standing.finding.name, []).append(standing)
    mended = 0
    for kind in KINDS:
        here = [finding for finding in chosen if finding.kind == kind]
        print(f"\n{kind}: {len(here)}")
        for finding in here:
            changed = [standing for standing in of[finding.name] if standing.mended]
            ran = [s for s in of[finding.name] if not s.now.startswith("(")]
            mended += bool(changed)
            word = "MENDED  " if changed else ("stands  " if ran else "not run ")
            print(f"  {word} {finding.name}: {finding.title}")
            for standing in changed:
                print(f"           {standing.backend}: {finding.gives[standing.backend]}"
                      f"  ->  {standing.now}")  # fmt: skip
    print(f"\n{mended} of {len(chosen)} findings are mended or otherwise on Keras "
          f"{releases.exact(keras) if keras else backends.versions('tf')['keras']}")  # fmt: skip


def _as_report(finding: Finding, keras: str) -> str:
    found = list(standings([finding], _environment(keras)))
    used = {"keras": releases.exact(keras)} if keras else {}
    for library in backends.KERAS_NAMES:
        if not backends.missing(library):
            used = {**backends.versions(library), **used}
    words = ", ".join(f"{package} {version}" for package, version in sorted(used.items()))
    since = versions.since(finding, versions.recorded())
    searched = upstream.known().get(finding.name, upstream.Search())
    return told(finding, found, f"{words}.", since, searched)


def _make(chosen: Iterable[Finding]) -> None:
    chosen = list(chosen)
    cells = versions.recorded()
    for release in versions.RELEASES:
        environment, exact = _environment(release), releases.exact(release)
        print(f"Keras {exact}", flush=True)
        cells = versions.added(cells, exact, standings(chosen, environment))
        versions.write(cells)
