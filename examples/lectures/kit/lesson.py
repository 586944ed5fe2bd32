"""A lesson collects its claims and its figures while it runs.

    lesson = Lesson("soccer_ball", "Backpropagation: is there a soccer ball?")
    lesson.claim("How Many Parameters? III", "3n + 14 parameters", 3 * n + 14, both(...))
    lesson.show("pictures", figure, "What the network looks at")
    lesson.finish()

Figures go to the output folder as they are shown: matplotlib's as PNG, drawings as SVG, a sequence
of frames as one SVG for each.
"""

import io
from pathlib import Path
from typing import Any, NamedTuple

from matplotlib.figure import Figure as Plot

import scratch
from examples.lectures.kit.claims import AGREES, Claim
from examples.lectures.kit.engines import ENGINES, Both, set_precision
from parity_tests.harness.tolerances import Bound, derivative

DEFAULT_FOLDER = Path("lectures-report")
DOTS_PER_INCH = 150
_folder = [DEFAULT_FOLDER]


class Figure(NamedTuple):
    """A figure's files, in the folder of its lesson, and what it shows."""

    name: str
    files: list[Path]
    caption: str


class Lesson:
    """One lecture, as it runs: in float64, from a fixed seed.

    Args:
        name: of the script.
        title: of the lecture.

    Attributes:
        claims, figures: what has been claimed and shown, in order.
    """

    def __init__(self, name: str, title: str) -> None:
        self.name, self.title = name, title
        self.claims: list[Claim] = []
        self.figures: list[Figure] = []
        self.folder = _folder[0] / name
        self.folder.mkdir(parents=True, exist_ok=True)
        set_precision("float64")
        scratch.utils.clear_session()
        for engine in ENGINES.values():
            engine.utils.set_random_seed(1)

    def claim(
        self,
        slide: str,
        says: str,
        lecture: Any,
        engines: Both,
        formulas: str = "",
        *,
        decimals: int | None = None,
        bound: Bound | None = None,
        remark: str = "",
    ) -> None:
        """Adds a row to the table, and prints it. What the arguments are: see `Claim`.

        Raises:
            ValueError: for a claim that has been made before.
        """
        if any(other.says == says for other in self.claims):
            raise ValueError(f"claim: {says!r} has been claimed already")
        claim = Claim(
            slide, says, lecture, engines.scratch, engines.keras, decimals, bound or derivative(),
            tuple(formulas.split()), remark,
        )  # fmt: skip
        self.claims.append(claim)
        row = claim.row()
        values = [row["lecture"], row["scratch"], row["keras"]]
        found = (
            values[0] if len(set(values)) == 1 else f"{values[0]}; engines {' | '.join(values[1:])}"
        )
        print(f"{claim.verdict}: {says}\n  {found} (engines {claim.apart:.0e} apart)")

    def show(self, name: str, picture: Plot | str | list[str], caption: str) -> None:
        """Writes a figure into the output folder: a plot, an SVG document, or a list of them."""
        if isinstance(picture, Plot):
            data = io.BytesIO()
            picture.savefig(data, dpi=DOTS_PER_INCH)
            files = {f"{name}.png": data.getvalue()}
        elif isinstance(picture, str):
            files = {f"{name}.svg": picture.encode()}
        else:
            files = {f"{name}-{i:02}.svg": svg.encode() for i, svg in enumerate(picture, 1)}
        for file, content in files.items():
            (self.folder / file).write_bytes(content)
        self.figures.append(Figure(name, [self.folder / file for file in files], caption))

    def finish(self) -> None:
        """Prints the table of claims."""
        rows = [claim.row() for claim in self.claims]
        columns = ["says", "lecture", "scratch", "keras", "verdict"]
        heads = ["what the lecture says", "lecture", "scratch", "tf.keras", "verdict"]
        table = [heads, *([row[c] for c in columns] for row in rows)]
        widths = [max(len(line[i]) for line in table) for i in range(len(columns))]
        print(f"\n{self.title}: what it says, and what both engines give")
        for line in table:
            print("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip())
        agree = sum(claim.verdict == AGREES for claim in self.claims)
        print(f"{agree} of {len(rows)} claims agree; {len(self.figures)} figures in {self.folder}")


def output_folder(folder: Path) -> None:
    """Lessons that begin from now on write into `folder`."""
    _folder[0] = folder
