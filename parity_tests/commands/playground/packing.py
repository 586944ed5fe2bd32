"""Packs the playground into a wheel: its modules, and the page, built where npm is found.

Run by hatchling, where nothing of this project is installed. An editable one packs nothing.
"""

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKED = "parity_tests/packed/playground"


class PlaygroundHook(BuildHookInterface):
    """Adds files to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Says which files go where.

        Args:
            version: `"editable"`, or another kind of wheel.
            build_data: its `force_include` is a table from a file to its place.
        """
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from parity_tests.commands.playground.page import NoPageError, page

        into = build_data["force_include"]
        for path in (Path(self.root) / "examples" / "playground").iterdir():
            if path.suffix in (".py", ".npz", ".mjs"):
                into[str(path)] = f"{PACKED}/{path.name}"
        try:
            into[str(page())] = f"{PACKED}/web/dist"
        except NoPageError as error:
            self.app.display_warning(f"The wheel is built without the playground's page. {error}")
