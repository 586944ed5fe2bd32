"""`parity faults` and `parity mutate`: how strong the suite is."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer


def faults(
    only: Annotated[str, typer.Option(help="Part of a fault's name, component or library.")] = "",
    full: Annotated[
        bool, typer.Option("--full", help="The whole battery on Keras's faults too: an hour.")
    ] = False,
    sensitivity: Annotated[
        bool, typer.Option(help="Find the smallest changes that are noticed, too.")
    ] = True,
    json_path: Annotated[
        Path | None, typer.Option("--json", help="Write the tables to this file.")
    ] = None,
) -> None:
    """Plant faults in scratch and in Keras; each must be caught, and its component named."""
    from rich.console import Console

    from parity_tests.commands.strength import console

    screen = Console(highlight=False, width=None if sys.stdout.isatty() else 150)
    lines = console.run_faults(screen, only, full)
    if not lines:
        raise typer.BadParameter(f"no fault is called {only!r}", param_hint="--only")
    noticed = console.run_sensitivity(screen, only) if sensitivity else []
    if json_path is not None:
        found: dict[str, Any] = {
            "faults": [line.as_json() for line in lines],
            "sensitivity": [line.__dict__ for line in noticed],
        }
        json_path.write_text(json.dumps(found, indent=2) + "\n")
    raise typer.Exit(0 if all(line.right for line in lines) else 1)


def mutate(context: typer.Context) -> None:
    """Mutants of all of scratch: how many does the suite kill? (`parity mutate --help`)"""
    needed = ("coverage", "cosmic_ray", "pytest", "hypothesis", "keras")
    if missing := [name for name in needed if importlib.util.find_spec(name) is None]:
        sys.exit(
            f"`parity mutate` needs {', '.join(missing)}. Install what it needs with\n"
            "    pip install '.[parity,dev]'"
        )
    # In a process of its own, which has not loaded scratch: each mutant loads it changed.
    program = [sys.executable, "-m", "parity_tests.commands.strength.mutation", *context.args]
    quiet = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    raise typer.Exit(subprocess.run(program, check=False, env=os.environ | quiet).returncode)
