"""Commands whose code is imported when they are called, and not before.

`parity --help` needs none of them, and `parity check` needs nothing of what the others need. So a
command is known by one line of text; its module is looked at when somebody calls it.
"""

import importlib
from collections.abc import Mapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

# Every word belongs to the command: to what it hands on, or to what it looks up itself.
FREE: Mapping[str, Mapping[str, Any]] = {
    "check": {"context_settings": {"allow_extra_args": True, "ignore_unknown_options": True}},
    "mutate": {
        "context_settings": {"allow_extra_args": True, "ignore_unknown_options": True},
        "add_help_option": False,
    },
}
MODULES = {
    "arguments": "arguments.command",
    "bench": "bench.command",
    "ceremony": "ceremony",
    "certify": "certify.command",
    "check": "check",
    "coverage": "coverage",
    "engines": "engines",
    "faults": "strength.command",
    "files": "file_fuzz.command",
    "findings": "findings.command",
    "fuzz": "fuzz.command",
    "interrupts": "interrupts",
    "invariants": "invariants",
    "kills": "kill_points.command",
    "mutate": "strength.command",
    "night": "night",
    "plan": "plan",
    "playground": "playground.command",
    "pythons": "pythons",
    "report": "whole_report.command",
    "resume": "resuming.command",
    "script": "script.command",
    "trajectories": "trajectories.command",
    "unchanged": "unchanged.command",
}


class Late(TyperCommand):
    """A command that becomes the real one when it is called.

    Args:
        name: of the command, and of its function.
        help: one line.
    """

    def __init__(self, name: str, help: str) -> None:
        super().__init__(name, help=help)

    def make_context(self, info_name: Any, args: Any, parent: Any = None, **extra: Any) -> Any:
        assert self.name is not None
        module = importlib.import_module(f"parity_tests.commands.{MODULES[self.name]}")
        alone = typer.Typer(add_completion=False)
        alone.command(self.name, **FREE.get(self.name, {}))(getattr(module, self.name))
        return typer.main.get_command(alone).make_context(info_name, args, parent, **extra)


def group(told: Mapping[str, str]) -> type[TyperGroup]:
    """The class of a group of such commands, from what is told of each in one line."""

    class Commands(TyperGroup):
        """Knows its commands by name."""

        def __init__(self, **settings: Any) -> None:
            super().__init__(**{**settings, "commands": {n: Late(n, told[n]) for n in told}})

    return Commands
