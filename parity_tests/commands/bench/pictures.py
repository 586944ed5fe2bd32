"""What was found, as plots: times against batch size, growth, and footprints."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullFormatter, NullLocator

from parity_tests.commands.bench import growth
from parity_tests.commands.bench.measure import spread
from parity_tests.commands.bench.units import duration, scaled, size
from parity_tests.commands.main_job.pictures import INK, NOISE, SCRATCH, STYLE, TENSORFLOW

Figures = dict[str, Any]

BLACK = "#1b1f24"
ON_WHITE = {name: BLACK if value == INK else value for name, value in STYLE.items()}
COLOURS = {
    "scratch": SCRATCH, "tf": TENSORFLOW, "tf-xla": "#1f4e9c", "keras-jax": "#2b8a3e",
    "jax": "#69b578", "keras-torch": "#7048a8", "torch": "#b197d6", "sklearn": "#c9a227",
    "scratch-fast": "#a33b00", "before": "#f4a261", "by-hand": BLACK, "products": NOISE,
}  # fmt: skip
DASHED = ("by-hand", "products")  # nobody's library


def save(figures: Figures, folder: Path) -> list[Path]:
    """Draws what the figures fill, as PNG."""
    drawings = {"batches.png": _batches, "growth.png": _growth, "footprint.png": _footprint}
    written = []
    for name, draw in drawings.items():
        with matplotlib.rc_context(ON_WHITE):
            figure = draw(figures)
            if figure is not None:
                figure.savefig(folder / name, dpi=150, facecolor="white")
                written.append(folder / name)
    return written


def _batches(figures: Figures) -> Figure | None:
    """Time per step of the lecture's network against the batch size, a panel per optimizer."""
    names = {
        optimizer: [n for n in figures["seconds"] if n.split()[0] == optimizer]
        for optimizer in ("sgd", "adam")
    }
    if max(map(len, names.values())) < 2:
        return None
    figure = Figure(figsize=(10.5, 4.8), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for axes, (optimizer, works) in zip(panels, names.items(), strict=True):
        sizes = [figures["works"][name]["batch"] for name in works]
        _lines(axes, figures, sizes, works)
        _logarithmic(axes, sizes)
        axes.set(title={"sgd": "SGD", "adam": "Adam"}[optimizer], xlabel="batch size")
    panels[0].set_ylabel("time per step of 784-300-100-10")
    _legend(figure, panels[0], columns=5)
    return figure


def _growth(figures: Figures) -> Figure | None:
    """Time per step against every axis, and beyond the products against the number of layers."""
    if "growth" not in figures:
        return None
    axes_of = figures["growth"]["axes"]
    columns = min(3, len(axes_of) + 1)
    rows = -(-(len(axes_of) + 1) // columns)
    figure = Figure(figsize=(4.2 * columns, 3.7 * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes, (title, points) in zip(panels, axes_of.items(), strict=False):
        sizes, works = [p["size"] for p in points], [p["work"] for p in points]
        _lines(axes, figures, sizes, works)
        _logarithmic(axes, sizes)
        axes.set(title=growth.NETWORKS[title], xlabel=title, ylabel="time per step")
    _beyond(panels[len(axes_of)], figures)
    for axes in panels[len(axes_of) + 1 :]:
        axes.set_visible(False)
    _legend(figure, panels[0], columns=3)
    return figure


def _beyond(axes: Any, figures: Figures) -> None:
    """The least squares lines."""
    points = list(figures["growth"]["axes"].values())[-1]
    layers = [len(figures["works"][p["work"]]["sizes"]) - 1 for p in points]
    dense = np.linspace(min(layers), max(layers))
    for key, found in figures["growth"]["overhead"].items():
        whole, floor = (
            np.array([_per_step(figures, p["work"], who) for p in points])
            for who in (key, "products")
        )
        a, b = found["per_step"], found["per_layer"]
        sign = "+" if b >= 0 else "-"
        said = f"{figures['peers'][key]}: {duration(a)} {sign} {duration(abs(b))} a layer"
        axes.plot(layers, whole - floor, "o", color=COLOURS[key], markersize=5)
        axes.plot(dense, a + b * dense, "--", color=COLOURS[key], linewidth=1.3, label=said)
    axes.set(title="beyond the matrix products", xlabel="layers of 8 units", yscale="log")
    axes.set_ylabel("time per step")
    low, high = axes.get_ylim()
    axes.set_ylim(low / 1.5, 4 * high)
    _times(axes.yaxis)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if figures["growth"]["overhead"]:
        axes.legend(loc="upper left", fontsize=9)


def _footprint(figures: Figures) -> Figure | None:
    """Bars, a panel per cost."""
    if "footprint" not in figures:
        return None
    found = figures["footprint"]
    costs = [
        ("import, until a first model stands", "first_model", duration),
        ("installed", "installed", size),
        ("peak memory of a fit", "peak", size),
    ]
    figure = Figure(figsize=(12, 0.42 * len(found) + 1.3), layout="constrained")
    for axes, (title, what, text) in zip(figure.subplots(1, 3, sharey=True), costs, strict=True):
        values = [_middle(found[key][what]) for key in found]
        titles = [figures["peers"][key] for key in found]
        axes.barh(titles, values, color=[COLOURS[key] for key in found], height=0.65)
        for i, value in enumerate(values):
            axes.annotate(text(value), (value, i), (4, 0), textcoords="offset points", va="center",
                          fontsize=9)  # fmt: skip
        axes.set(title=title, xlim=(0, 1.25 * max(values)))
        axes.xaxis.set_major_formatter(
            FuncFormatter(
                lambda v, _, text=text: text(v).replace(".00", "").replace(".0 ", " ") if v else "0"
            )
        )
        axes.grid(False, axis="y")
        axes.set_axisbelow(True)
        axes.tick_params(axis="x", labelsize=9)
        axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.invert_yaxis()
    return figure


def _lines(axes: Any, figures: Figures, sizes: Sequence[int], works: Sequence[str]) -> None:
    """A line for each peer: median and range."""
    for key, title in figures["peers"].items():
        at = [(n, w) for n, w in zip(sizes, works, strict=True) if key in figures["seconds"][w]]
        if not at:
            continue
        rows = [spread(figures["seconds"][w][key]) for _, w in at]
        steps = [figures["works"][w]["steps"] for _, w in at]
        x = [n for n, _ in at]
        ours = key == "scratch"
        axes.plot(
            x,
            [r.median / s for r, s in zip(rows, steps, strict=True)],
            "--" if key in DASHED else "-",
            marker="o",
            markersize=4,
            linewidth=2.2 if ours else 1.4,
            color=COLOURS[key],
            label=title,
            zorder=3 if ours else 2,
        )
        axes.fill_between(x, [r.low / s for r, s in zip(rows, steps, strict=True)],
                          [r.high / s for r, s in zip(rows, steps, strict=True)],
                          color=COLOURS[key], alpha=0.15, linewidth=0)  # fmt: skip


def _logarithmic(axes: Any, sizes: Sequence[int]) -> None:
    """Both axes; below it, the sizes themselves."""
    axes.set(xscale="log", yscale="log")
    axes.set_xticks(sizes, [f"{n:,}" for n in sizes], fontsize=9 if len(sizes) > 6 else None)
    axes.xaxis.set_minor_locator(NullLocator())
    _times(axes.yaxis)


def _times(axis: Any) -> None:
    """Labels such as 20 µs, 1 ms at the powers of ten, and between them where these are few."""
    low, high = axis.get_view_interval()
    subs = (1, 2, 5) if high / low < 300 else (1,)
    axis.set_major_locator(LogLocator(subs=subs))
    axis.set_major_formatter(FuncFormatter(_tick))
    axis.set_minor_formatter(NullFormatter())


def _tick(seconds: float, _: Any) -> str:
    value, unit = scaled(seconds)
    return f"{value:g} {unit}"


def _legend(figure: Figure, axes: Any, columns: int) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if labels:
        figure.legend(handles, labels, loc="outside upper center", ncols=min(columns, len(labels)))


def _per_step(figures: Figures, work: str, key: str) -> float:
    return spread(figures["seconds"][work][key]).median / figures["works"][work]["steps"]


def _middle(value: Any) -> float:
    return spread(value).median if isinstance(value, list) else float(value)
