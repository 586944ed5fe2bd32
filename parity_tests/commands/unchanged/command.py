"""`parity unchanged`: whether names, digits and messages are as they were recorded."""

from pathlib import Path
from typing import Annotated

import typer

from parity_tests import cases
from parity_tests.commands.unchanged import digits, messages, names


def unchanged(
    write: Annotated[bool, typer.Option(help="Record names and digits anew.")] = False,
    messages_of: Annotated[
        Path | None, typer.Option("--messages", help="Record what a run has written there.")
    ] = None,
) -> None:
    """Whether public names, digits and the words of errors are what they were."""
    if messages_of is not None:
        messages.write(messages_of)
    if write:
        names.write()
        digits.write()
    lost = sorted(set(names.recorded()) - set(names.found()))
    recorded_on, before = digits.recorded()
    now = {name: both for module in cases.MODULES for name, both in digits.found(module).items()}
    moved = [name for name, both in now.items() if name in before and before[name] != both]
    for line in [*lost, *moved]:
        print(line)
    here = "here" if recorded_on == digits.environment() else f"on another machine: {recorded_on}"
    print(
        f"{len(names.recorded())} names, {len(lost)} of them lost or with another signature; "
        f"{len(now)} digests, {len(moved)} of them different (recorded {here}); "
        f"messages of {len(messages.recorded())} tests, which are compared when they run"
    )
    raise typer.Exit(1 if lost or moved else 0)
