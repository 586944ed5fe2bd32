"""The outcome as one page that needs nothing but itself."""

from pathlib import Path
from typing import Any

from keras_models import MODELS
from parity_tests.commands.main_job import console, exhibits, pictures
from parity_tests.commands.main_job.conduct import Outcome
from parity_tests.harness.pages import template


def write(outcome: Outcome, figures: dict[str, Any], folder: Path, command: str) -> Path:
    """Writes `folder/index.html`.

    Args:
        outcome: what there is to show.
        figures: the same as numbers.
        folder: made if it is missing.
        command: with which a reader repeats it.

    Returns:
        The page's path.
    """
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "index.html"
    page.write_text(render(outcome, figures, command), encoding="utf-8")
    return page


def render(outcome: Outcome, figures: dict[str, Any], command: str) -> str:
    """The report as an HTML page."""
    page = template(
        "parity_tests.commands.main_job", "report.html.jinja", share_used=console.share_used
    )
    return page.render(
        f=figures,
        model=MODELS[outcome.job.model],
        command=command,
        digits=4 if outcome.job.precision == "float32" else 12,
        twins=list(outcome.twins),
        curves=pictures.curves(outcome),
        distances=pictures.distances(outcome),
        layer=exhibits.first_layer(outcome),
        filters=exhibits.filters(outcome),
        maps=exhibits.feature_maps(outcome),
        confusion=exhibits.confusion(outcome),
        samples=exhibits.samples(outcome),
    )
