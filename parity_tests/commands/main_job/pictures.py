"""Pictures that a page carries within itself: plots as SVG, images as data URIs.

Text and axes take the page's own colour, so that a plot reads in light and in dark.
"""

import base64
import io
import re
from collections.abc import Callable
from functools import partial
from typing import Any

import matplotlib
import numpy as np
from matplotlib.figure import Figure
from matplotlib.image import imsave

from parity_tests.commands.main_job.conduct import Outcome

SCRATCH, TENSORFLOW, NOISE = "#e8590c", "#4c8df6", "#8a8f98"
INK = "#010203"  # stands for the page's text colour until the SVG is written
STYLE = {
    "svg.fonttype": "none",
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": INK,
    "grid.alpha": 0.12,
    "xtick.color": INK,
    "ytick.color": INK,
    "legend.frameon": False,
    "figure.facecolor": "none",
    "axes.facecolor": "none",
    "savefig.facecolor": "none",
}


def curves(outcome: Outcome) -> list[str]:
    """Loss and first metric against epochs, of both engines on the same axes: a plot for each."""
    names = [name for name in ("loss", *outcome.scratch.history) if not name.startswith("val_")]
    return [
        plot(name, partial(_curve, outcome=outcome, name=name))
        for name in list(dict.fromkeys(names))[:2]
    ]


def _curve(axes: Any, outcome: Outcome, name: str) -> None:
    epochs = range(1, outcome.job.epochs + 1)
    few = outcome.job.epochs <= 12
    for key, dashes, named in ((name, "-", True), (f"val_{name}", "--", False)):
        thick = {"linewidth": 6, "alpha": 0.4, "solid_capstyle": "round"}
        axes.plot(
            epochs, outcome.tensorflow.history[key], color=TENSORFLOW,
            marker="o" if few else "", markersize=10, label="tf.keras" if named else None,
            linestyle=dashes, dash_capstyle="round", **thick,
        )  # fmt: skip
        axes.plot(
            epochs, outcome.scratch.history[key], color=SCRATCH,
            marker="o" if few else "", markersize=3.5, label="scratch" if named else None,
            linestyle=dashes, linewidth=1.4,
        )  # fmt: skip
    _epochs_axis(axes, outcome)
    axes.legend(loc="best")


def distances(outcome: Outcome) -> list[str]:
    """The distance between the engines, and TensorFlow's from itself: a plot for each norm."""
    titles = ("relative L2 of all weights", "max norm of the worst tensor")
    return [
        plot(title, partial(_distance, outcome=outcome, norm=i)) for i, title in enumerate(titles)
    ]


def _distance(axes: Any, outcome: Outcome, norm: int) -> None:
    epochs = range(1, outcome.job.epochs + 1)
    between = [d[norm] for d in outcome.distances[1:]]
    drawn = list(between)
    if outcome.floor is not None:
        nearest = [d[norm] for d in outcome.nearest[1:]]
        drawn += nearest
        axes.plot(epochs, nearest, ":", color=SCRATCH, label="scratch and the nearest tf.keras")
        floor = [d[norm] for d in outcome.floor[1:]]
        drawn += floor
        axes.plot(epochs, floor, "s--", color=NOISE, label="tf.keras and itself", markersize=5)
        axes.fill_between(epochs, 0, floor, color=NOISE, alpha=0.15, linewidth=0)
    axes.plot(epochs, between, "o-", color=SCRATCH, label="scratch and tf.keras", markersize=5)
    if min(drawn) > 0:
        axes.set_yscale("log")
        axes.set_ylim(min(drawn) / 4, max(drawn) * 3)
    _epochs_axis(axes, outcome)
    axes.legend(loc="lower right")


def plot(title: str, draw: Callable[[Any], None]) -> str:
    """One plot; `draw` fills its axes."""
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": title}):
        figure = Figure(figsize=(4.8, 3.3), layout="constrained")
        axes = figure.subplots()
        axes.set_title(title)
        draw(axes)
        return svg(figure)


def _epochs_axis(axes: Any, outcome: Outcome) -> None:
    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(integer=True))
    axes.set_xlim(0.7, outcome.job.epochs + 0.3)


def svg(figure: Figure) -> str:
    """A figure as an element of a page."""
    text = io.StringIO()
    figure.savefig(text, format="svg", metadata={"Date": None})
    svg = text.getvalue()
    svg = svg[svg.index("<svg") :].replace(INK, "currentColor")
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    # Inside a page, an SVG needs no namespaces of its own.
    svg = re.sub(r' xmlns(:xlink)?="[^"]*"', "", svg).replace("xlink:href", "href")
    head, body = svg.split(">", 1)
    return re.sub(r' (width|height)="[^"]*"', "", head) + ">" + body


def png(image: np.ndarray) -> str:
    """A data URI of an image (height, width, 3) with entries in [0, 1]."""
    bytes_ = io.BytesIO()
    imsave(bytes_, np.clip(image, 0, 1), format="png")
    return "data:image/png;base64," + base64.b64encode(bytes_.getvalue()).decode()


def grey(image: np.ndarray) -> np.ndarray:
    """(height, width) to (height, width, 3)."""
    return np.repeat(image[..., None], 3, axis=-1)


def signed(values: np.ndarray, scale: float) -> np.ndarray:
    """Blue for negative, white for zero, red for positive entries; full colour at `scale`."""
    shades = matplotlib.colormaps["RdBu_r"](0.5 + 0.5 * np.clip(values / (scale or 1.0), -1, 1))
    return shades[..., :3]
