"""`parity arguments`: what each argument does, by the table; `--write` finds it anew, `--add` what
is missing.
"""

from collections import Counter
from typing import Annotated

import typer

from parity_tests.commands.arguments import table


def arguments(
    write: Annotated[bool, typer.Option(help="Try every argument, and write the table.")] = False,
    add: Annotated[bool, typer.Option("--add", help="Those without a row alone.")] = False,
) -> None:
    """What each argument does, here and in Keras: a count by verdict, and where they differ."""
    rows = table.write(only_new=not write) if write or add else table.read()
    print(f"{len(rows)} arguments of {len({row.subject for row in rows})} classes and functions")
    for (here, keras), count in Counter((row.here, row.keras) for row in rows).most_common():
        print(f"{count:6}  here: {here:22} in Keras: {keras}")
    for row in (row for row in rows if row.here != row.keras):
        print(f"{row.subject}({row.argument}): {row.here}; in Keras {row.keras}. {row.reason}")
    unexplained = [row for row in rows if row.needs_reason and not row.reason]
    for row in unexplained:
        print(f"No reason given: {row.subject}({row.argument})")
    raise typer.Exit(1 if unexplained else 0)
