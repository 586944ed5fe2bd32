"""`parity engines`: what this machine can compare, with versions, devices and settings."""

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer

from parity_tests.harness.inventory import Entry, inventory


def engines(
    json_path: Annotated[
        str | None, typer.Option("--json", help="Write the list to this file, - for stdout.")
    ] = None,
) -> None:
    """What this machine can compare: engines, versions, devices, settings."""
    from rich.console import Console

    to_stdout = json_path == "-"
    wide = None if sys.stdout.isatty() else 100
    screen = Console(highlight=False, stderr=to_stdout, width=wide)
    with screen.status("Starting the backends") as status:
        found = inventory(lambda name: status.update(f"Starting {name}"))
    if not to_stdout:
        _show(screen, found)
    if json_path is not None:
        _write(found, json_path)


def _show(screen: Any, found: tuple[Entry, ...]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("engine", "modes", "computes with", "devices", "float32", "set so"):
        table.add_column(heading)
    for entry in (entry for entry in found if not entry.unavailable):
        table.add_row(
            f"{entry.library} {entry.device}",
            ", ".join(entry.modes),
            "\n".join(f"{package} {version}" for package, version in entry.versions.items()),
            "\n".join(entry.devices),
            entry.float32,
            "\n".join(entry.settings),
        )
    screen.print(table)
    screen.print()
    for entry in (entry for entry in found if entry.unavailable):
        # As it is: [jax] is an extra, not a colour.
        screen.print(
            f"{entry.library} {entry.device}: {entry.unavailable}", markup=False, style="dim"
        )


def _write(found: tuple[Entry, ...], path: str) -> None:
    text = json.dumps([asdict(entry) for entry in found], indent=2)
    if path == "-":
        sys.stdout.write(text + "\n")
    else:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text + "\n")
