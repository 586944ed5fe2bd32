"""The figures that more than one lesson draws.

Where both engines drew the same curve, tf.keras's is broad and pale, and scratch's thin and upon
it: what does not coincide is seen at once. Where matplotlib is not installed, nothing is drawn.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from examples.lectures.kit.engines import ENGINES, Both
from examples.lectures.kit.no_plots import NoPlot

COLOURS = ["#c2410c", "#1d63d8", "#15803d", "#7e22ce", "#0891b2", "#a16207", "#be185d", "#475569"]
_GREY = "#52525b"
_THIN, _BROAD = {"linewidth": 1.5}, {"linewidth": 6, "alpha": 0.3}
_STYLE = {
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.alpha": 0.2,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "figure.facecolor": "white",
    "image.interpolation": "nearest",
}
Figure: Any = NoPlot
try:
    import matplotlib
    from matplotlib.figure import Figure
except ImportError as error:
    print(f"Without plots: {error}")
else:
    matplotlib.rcParams.update(_STYLE)


def figure(columns: int = 1, rows: int = 1, size: tuple[float, float] = (5.2, 3.6)) -> Any:
    """A figure of `columns` x `rows` plots, each of `size` inches: `(figure, array of axes)`."""
    made = Figure(figsize=(size[0] * columns, size[1] * rows), layout="constrained")
    axes = np.empty((rows, columns), object)
    axes[...] = made.subplots(rows, columns, squeeze=False)
    return made, axes


def line(
    axes: Any, values: Any, style: str = "-", *, x: Any = None, label: str | None, **settings: Any
) -> None:
    """One curve.

    Args:
        axes: where to draw.
        values: of the curve; `Both` of them: scratch's is thin, and upon tf.keras's.
        style: matplotlib's, such as `"-o"`.
        x: where the values belong; default: 0, 1, 2, ...
        label: in the legend.
        settings: of matplotlib's lines.
    """
    thin, *broad = values if isinstance(values, Both) else [values]
    x = np.arange(len(thin)) if x is None else x
    for theirs in broad:
        axes.plot(x, theirs, style, **settings, **_BROAD)
    axes.plot(x, thin, style, label=label, **settings, **_THIN)


def curves(
    series: Mapping[str, Any],
    *,
    axes: Any = None,
    x: Sequence[float] | None = None,
    **settings: Any,
) -> Figure:
    """Curves in one plot.

    Args:
        series: by label; values, or a pair `Both` of them.
        axes: where to draw; default: a figure of its own.
        x: where the values belong; default: 0, 1, 2, ...
        settings: for `axes.set`: title, xlabel, ylabel, xscale, yscale, ylim, ...
    """
    own = axes is None
    if own:
        made, ((axes,),) = figure(size=(6.6, 4.0))
    for colour, (label, values) in zip(_endless(), series.items(), strict=False):
        line(axes, values, x=x, label=label, color=colour)
    pairs = len(ENGINES) > 1 and any(isinstance(values, Both) for values in series.values())
    if pairs:
        for name, width in zip(ENGINES, (_THIN, _BROAD), strict=True):
            axes.plot([], [], color=_GREY, label=name, **width)
    axes.set(**settings)
    if pairs or len(series) > 1:
        axes.legend()
    return made if own else axes.figure


def paths(
    f: Callable[[np.ndarray, np.ndarray], np.ndarray],
    box: tuple[float, float, float, float],
    routes: Mapping[str, Any],
    *,
    axes: Any = None,
    levels: Any = 24,
    **settings: Any,
) -> Figure:
    """Trajectories on the contour lines of a function of two variables.

    Args:
        f: of arrays x and y.
        box: from x, to x, from y, to y.
        routes: by label; points (steps, 2), or a pair `Both` of them.
        axes: where to draw; default: a figure of its own.
        levels: of the contour lines.
        settings: for `axes.set`.
    """
    own = axes is None
    if own:
        made, ((axes,),) = figure(size=(6.6, 5.0))
    x, y = np.meshgrid(np.linspace(*box[:2], 240), np.linspace(*box[2:], 240))
    axes.grid(visible=False)
    axes.contour(x, y, f(x, y), levels=levels, colors="#a1a1aa", linewidths=0.7)
    for colour, (label, points) in zip(_endless(), routes.items(), strict=False):
        thin, *broad = points if isinstance(points, Both) else [points]
        for theirs in broad:
            axes.plot(*theirs.T, color=colour, linewidth=6, alpha=0.25, zorder=2)
        axes.plot(*thin.T, "-o", color=colour, linewidth=1.2, markersize=2.5, label=label, zorder=3)
        axes.plot(*thin[-1], "o", color=colour, markersize=6, zorder=4)
    axes.set(xlim=box[:2], ylim=box[2:], **settings)
    if len(routes) > 1:
        axes.legend(framealpha=0.85, frameon=True, edgecolor="none")
    return made if own else axes.figure


def pictures(images: np.ndarray, titles: Sequence[str], columns: int = 8) -> Figure:
    """Small pictures in rows, each under its title: grey (count, h, w), colour (count, h, w, 3)."""
    rows = -(-len(images) // columns)
    made, axes = figure(columns, rows, size=(1.15, 1.4))
    for ax in axes.flat:
        ax.set_axis_off()
    for ax, image, title in zip(axes.flat, images, titles, strict=False):
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1)
        ax.set_title(title, fontsize=9, fontweight="normal", loc="center")
    return made


def bars(
    groups: Mapping[str, Mapping[str, float]], *, digits: str = "{:.2f}", **settings: Any
) -> Figure:
    """Bars side by side, their heights written on them: groups by label, in each bars by label."""
    made, ((axes,),) = figure(size=(7.2, 3.8))
    names = list(next(iter(groups.values())))
    width = 0.8 / len(names)
    for k, (name, colour) in enumerate(zip(names, COLOURS, strict=False)):
        places = np.arange(len(groups)) + (k - (len(names) - 1) / 2) * width
        heights = [group[name] for group in groups.values()]
        drawn = axes.bar(places, heights, width * 0.92, color=colour, label=name)
        axes.bar_label(drawn, [digits.format(h) for h in heights], fontsize=9, padding=2)
    axes.set_xticks(np.arange(len(groups)), groups)
    axes.grid(visible=False, axis="x")
    axes.set(**settings)
    axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return made


def regions(
    answers: Mapping[str, np.ndarray], points: np.ndarray, labels: np.ndarray, reach: float
) -> Figure:
    """What networks answer over a square of the plane, and the points they learned from.

    Args:
        answers: by title, probabilities over a square grid, (side, side).
        points: (count, 2), in [-reach, reach].
        labels: (count,), 0 or 1.
        reach: half the side of the square.
    """
    made, axes = figure(len(answers), size=(3.5, 3.5))
    for ax, (title, grid) in zip(axes.flat, answers.items(), strict=True):
        ax.imshow(
            grid, extent=(-reach, reach, -reach, reach), origin="lower", cmap="RdBu_r", vmin=0,
            vmax=1, alpha=0.6, interpolation="bilinear",
        )  # fmt: skip
        for label, colour in ((0, COLOURS[1]), (1, COLOURS[0])):
            ax.scatter(*points[labels == label].T, s=12, color=colour, edgecolor="white", lw=0.4)
        ax.grid(visible=False)
        ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$")
    return made


def _endless() -> Any:
    while True:
        yield from COLOURS
