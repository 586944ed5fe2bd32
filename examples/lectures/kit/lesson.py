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

from examples.lectures.kit import notebook
from examples.lectures.kit.claims import AGREES, Claim
from examples.lectures.kit.engines import ENGINES, Both, set_precision
from examples.lectures.kit.no_plots import NoPlot
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
        ENGINES["scratch"].keras.utils.clear_session()
        for engine in ENGINES.values():
            engine.keras.utils.set_random_seed(1)

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
            slide, says, lecture, engines, decimals, bound or derivative(),
            tuple(formulas.split()), remark,
        )  # fmt: skip
        self.claims.append(claim)
        row = claim.row()
        found = " | ".join(row["found"].values())
        same = {*row["found"].values()} == {row["lecture"]}
        apart = f" (engines {claim.apart:.0e} apart)" if len(ENGINES) > 1 else ""
        values = row["lecture"] if same else f"{row['lecture']}; computed {found}"
        print(f"{claim.verdict}: {says}\n  {values}{apart}")

    def show(self, name: str, picture: Any, caption: str) -> None:
        """Writes a figure into the output folder.

        Args:
            name: of its file.
            picture: a figure of matplotlib, an SVG document, or a list of them.
            caption: what it shows.
        """
        if isinstance(picture, NoPlot):
            return
        if isinstance(picture, str):
            files = {f"{name}.svg": picture.encode()}
        elif isinstance(picture, list):
            files = {f"{name}-{i:02}.svg": svg.encode() for i, svg in enumerate(picture, 1)}
        else:
            files = {f"{name}.png": _png(picture)}
        for file, content in files.items():
            (self.folder / file).write_bytes(content)
        if notebook.inside():
            notebook.show(name, list(files.values()), caption)
        self.figures.append(Figure(name, [self.folder / file for file in files], caption))

    def finish(self) -> None:
        """Prints the table of claims."""
        rows = [claim.row() for claim in self.claims]
        table = [["what the lecture says", "lecture", *ENGINES, "verdict"]]
        table += [[r["says"], r["lecture"], *r["found"].values(), r["verdict"]] for r in rows]
        print(f"\n{self.title}: what it says, and what the engines give")
        if notebook.inside():
            notebook.table(table)
        else:
            widths = [max(map(len, column)) for column in zip(*table, strict=True)]
            for line in table:
                print("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip())
        agree = sum(claim.verdict == AGREES for claim in self.claims)
        print(f"{agree} of {len(rows)} claims agree; {len(self.figures)} figures in {self.folder}")


def output_folder(folder: Path) -> None:
    """Lessons that begin from now on write into `folder`."""
    _folder[0] = folder


def _png(plot: Any) -> bytes:
    """A plot as a file. 64 colours are enough for lines, and a quarter of the size."""
    from PIL import Image  # it comes with matplotlib

    colours = 256 if any(axes.images for axes in plot.axes) else 64
    data, smaller = io.BytesIO(), io.BytesIO()
    plot.savefig(data, dpi=DOTS_PER_INCH)
    Image.open(data).convert("RGB").quantize(colours).save(smaller, "png", optimize=True)
    return smaller.getvalue()
