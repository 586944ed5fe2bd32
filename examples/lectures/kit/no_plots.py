"""What stands for matplotlib's figures and axes where it is not installed.

A lesson draws on axes as it goes. Without matplotlib it draws on these, and nothing comes of it;
so no lesson asks whether there is anything to draw on.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np


class NoPlot:
    """A figure, its axes, and whatever they give: takes everything, draws nothing, holds nothing.

    Args:
        settings: of a figure.
    """

    def __init__(self, **settings: Any) -> None: ...

    def subplots(self, rows: int, columns: int, **settings: Any) -> np.ndarray:
        """As many axes as are asked for, (rows, columns), which are all the same."""
        axes = np.empty((rows, columns), object)
        axes.fill(self)
        return axes

    def __getattr__(self, name: str) -> "NoPlot":
        return self

    def __call__(self, *arguments: Any, **settings: Any) -> "NoPlot":
        return self

    def __iter__(self) -> Iterator[Any]:
        return iter(())
