"""The page: one file of HTML that needs nothing but itself."""

from typing import Any

import matplotlib
from matplotlib.figure import Figure

from parity_tests.commands.main_job.pictures import NOISE, SCRATCH, STYLE, TENSORFLOW, plot, svg
from parity_tests.commands.trajectories import shown
from parity_tests.commands.trajectories.job import Result
from parity_tests.harness.pages import template

COLOURS = (SCRATCH, TENSORFLOW, "#2f9e44", "#9c36b5")


def render(found: dict[str, Any], trajectories: list[Result]) -> str:
    """The report as one HTML page.

    Args:
        found: what `summary` made.
        trajectories: finished runs of `parity trajectories`.
    """
    return template("parity_tests.commands.whole_report", "page.html.jinja", share=share).render(
        f=found,
        growth=[_growth(precision, curves) for precision, curves in found["growth"].items()],
        noise=_noise(found["noise"]) if found["noise"] else "",
        long=_long(trajectories) if trajectories else "",
    )


def share(used: float | None) -> str:
    """`12 %`; what is beyond all measure is `over`."""
    if used is None or used >= 100:
        return "over"
    return f"{100 * used:.0f} %" if used >= 0.01 else "< 1 %"


def _growth(precision: str, curves: list[dict[str, Any]]) -> str:
    def draw(axes: Any) -> None:
        for curve, colour in zip(curves, COLOURS, strict=False):
            # A distance of exactly zero has no place on a logarithmic axis.
            seen = [(t, d) for t, d in zip(curve["steps"], curve["distance"], strict=True) if d]
            axes.plot(*zip(*seen, strict=True), color=colour, label=curve["name"], linewidth=1.5)
            axes.plot(curve["steps"], curve["bound"], "--", color=colour, linewidth=1, alpha=0.6)
        axes.set(xscale="log", yscale="log", xlabel="step", ylabel="max norm")
        axes.legend(loc="lower right", fontsize=9)

    return plot(f"{precision}; dashed: what is allowed", draw)


def _noise(curves: list[dict[str, Any]]) -> str:
    styles = {
        "scratch and tf.keras": {"color": SCRATCH, "linewidth": 2.0},
        "scratch and its permuted twin": {"color": SCRATCH, "linestyle": ":", "linewidth": 1.5},
    }

    def draw(axes: Any) -> None:
        dashes = iter(("--", "-.", "-"))
        for curve in curves:
            label = " and ".join(curve["pair"])
            style = styles.get(label) or {"color": NOISE, "linestyle": next(dashes)}
            axes.plot(curve["steps"], curve["distance"], label=label, **style)
        axes.set(xscale="log", yscale="log", xlabel="step", ylabel="relative L2")
        axes.legend(loc="upper left", fontsize=8)

    return plot("float32, the lecture's network", draw)


def _long(results: list[Result]) -> str:
    with matplotlib.rc_context({**STYLE, "svg.hashsalt": "trajectories"}):
        figure: Figure = shown.figure(results)
        return svg(figure)
