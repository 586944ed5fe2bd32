"""`parity invariants`: what must not change when something that does not matter is changed.

    parity invariants                       of scratch, 20 samples of each class and invariant
    parity invariants --examples 500        many
    parity invariants --library tf          of Keras itself, on one of its backends
    parity invariants --subject "metrics."  of a part
    parity invariants --list                how many there are, and where one does not hold, and why

A sample that breaks one is shrunk, and printed as a program of a few lines. A question for which no
sample was found was not asked, and is counted as a failure, too.
"""

from collections import Counter
from typing import Annotated

import typer

from parity_tests.harness.engines import MODES, Engine
from parity_tests.invariants import by_design, covered, judging
from parity_tests.invariants.drawing import FAMILIES


def invariants(
    examples: Annotated[int, typer.Option(min=1, help="Samples of each question.")] = 20,
    library: Annotated[str, typer.Option(help=f"One of: {', '.join(MODES)}.")] = "scratch",
    subject: Annotated[str, typer.Option(help="What the classes' names contain.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Ask nothing, say what there is.")] = False,
) -> None:
    """Ask the invariants; exit status 1 where one was not asked, or is broken unexpectedly."""
    if library not in MODES:
        raise typer.BadParameter(f"{library!r} is none of {', '.join(MODES)}.")
    if listed:
        _list()
        return
    engine = Engine(library, "hand" if library == "scratch" else "eager")
    if engine.unavailable:
        raise typer.BadParameter(f"{library}: {engine.unavailable}")
    tally: Counter[str] = Counter()
    for question in judging.questions():
        if subject not in str(question):
            continue
        names = question.subject, question.invariant
        found = engine.run(f"{judging.__name__}:ask_there", *names, examples)
        verdict = found if found in ("unasked", "known") else "broken" if found else "hold"
        tally[verdict] += 1
        if verdict == "unasked":
            print(f"No sample was taken: {question}", flush=True)
        elif verdict == "broken":
            print(f"{found}\n", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(tally.items())))
    raise typer.Exit(int(tally["broken"] + tally["unasked"] > 0))


def _list() -> None:
    from rich.console import Console
    from rich.table import Table

    console = Console(highlight=False)
    table = Table("family", "classes", "invariants", "asked together")
    asked = judging.questions()
    for family, subjects in FAMILIES.items():
        mine = [q for q in asked if q.subject.rpartition(".")[0] == family]
        kinds = {q.invariant for q in mine}
        table.add_row(family, str(len(subjects)), str(len(kinds)), str(len(mine)))
    console.print(table)
    broken = Table("where", "what does not hold", "why")
    for row in by_design.ROWS:
        why = row.reason + (f" (finding {row.finding})" if row.finding else "")
        broken.add_row(
            row.subjects + (f" with {row.where}" if row.where else ""), row.invariant, why
        )
    console.print(broken)
    reasons = Table("not asked, because", "names")
    for reason, names in covered.not_asked().items():
        reasons.add_row(reason, " ".join(names))
    console.print(reasons)
