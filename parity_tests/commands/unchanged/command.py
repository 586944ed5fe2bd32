"""`parity unchanged`: whether names, digits, pictures and messages are as they were recorded."""

from pathlib import Path
from typing import Annotated

import typer

from parity_tests import cases
from parity_tests.commands.unchanged import digits, messages, names, pictures


def unchanged(
    write: Annotated[bool, typer.Option(help="Record names, digits and pictures anew.")] = False,
    messages_of: Annotated[
        Path | None, typer.Option("--messages", help="Record what a run has written there.")
    ] = None,
) -> None:
    """Whether public names, digits, pictures and the words of errors are what they were."""
    if messages_of is not None:
        messages.write(messages_of)
    if write:
        names.write()
        digits.write()
        pictures.write()
    lost = sorted(set(names.recorded()) - set(names.found()))
    recorded_on, before = digits.recorded()
    now = {name: both for module in cases.MODULES for name, both in digits.found(module).items()}
    moved = [name for name, both in now.items() if name in before and before[name] != both]
    drawn = pictures.recorded()
    redrawn = [name for name, picture in pictures.found().items() if drawn.get(name) != picture]
    for line in [*lost, *moved, *redrawn]:
        print(line)
    here = "here" if recorded_on == digits.environment() else f"on another machine: {recorded_on}"
    print(
        f"{len(names.recorded())} names, {len(lost)} of them lost or with another signature; "
        f"{len(now)} digests, {len(moved)} of them different (recorded {here}); "
        f"{len(drawn)} pictures, {len(redrawn)} of them drawn otherwise; "
        f"messages of {len(messages.recorded())} tests, which are compared when they run"
    )
    raise typer.Exit(1 if lost or moved or redrawn else 0)
