"""How fast `scratch` is meant to be, and whether it is: ratios within one run.

They are set for two cores and float32. A row whose peers were not measured says so.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from parity_tests.commands.bench.measure import Spread, ratios
from parity_tests.commands.bench.peers import FAST, OURS
from parity_tests.commands.bench.work import PICTURES

Figures = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A number that a run gives, and what it is meant to be.

    Attributes:
        title: what is divided by what.
        bound: it is to be at least this.
        value: finds it in a run's figures. Raises KeyError where something was not measured.
    """

    title: str
    bound: float
    value: Callable[[Figures], Spread]

    def judged(self, figures: Figures) -> dict[str, Any]:
        """The row for a run; `reached` is None where it could not be measured."""
        row = {"title": self.title, "bound": self.bound}
        try:
            found = self.value(figures)
        except KeyError:
            return {**row, "value": None, "low": None, "high": None, "reached": None}
        reached = found.median >= self.bound
        return {**row, "value": found.median, "low": found.low, "high": found.high,
                "reached": reached}  # fmt: skip


def _work(name: str, above: str, below: str = "scratch") -> Callable[[Figures], Spread]:
    """The ratio of two peers' times for a work."""
    return lambda figures: ratios(*(figures["seconds"][name][key] for key in (above, below)))


_NO_LIBRARY = ("by-hand", "products")


def _best(name: str) -> Callable[[Figures], Spread]:
    """The ratio of the fastest peer's time and that of scratch with compiled kernels."""

    def found(figures: Figures) -> Spread:
        seconds = figures["seconds"][name]
        ours = seconds[FAST]
        others = [key for key in seconds if key not in (*OURS, *_NO_LIBRARY)]
        if not others:
            raise KeyError(name)
        return ratios(min((seconds[key] for key in others), key=statistics.median), ours)

    return found


def _footprint(what: str) -> Callable[[Figures], Spread]:
    """The ratio of what it costs to have tf.keras and scratch."""

    def found(figures: Figures) -> Spread:
        tf, ours = (figures["footprint"][key][what] for key in ("tf", "scratch"))
        return ratios(tf, ours) if isinstance(tf, list) else ratios([tf], [ours])

    return found


def _over_all(names: Sequence[str], above: str) -> Callable[[Figures], Spread]:
    """The geometric mean of the ratios of a peer's times to scratch's."""

    def found(figures: Figures) -> Spread:
        each = [_work(name, above)(figures) for name in names]
        return Spread(*(statistics.geometric_mean(values) for values in zip(*each, strict=True)))

    return found


def _beside(built_in: str, own: str) -> Callable[[Figures], Spread]:
    """The ratio of scratch's times for two works."""
    return lambda figures: ratios(
        *(figures["seconds"][name]["scratch"] for name in (built_in, own))
    )


_OTHERS = {"tf": "tf.keras", "keras-jax": "Keras on JAX", "jax": "jitted JAX", "torch": "PyTorch"}
_OURS = {"scratch": "scratch", FAST: "scratch with [fast]"}


def _rows(title: str, work: str, bounds: dict[str, float], ours: str = "scratch") -> list[Target]:
    return [
        Target(f"{title}: {_OTHERS[key]} / {_OURS[ours]}", bound, _work(work, key, ours))
        for key, bound in bounds.items()
    ]


TARGETS = [
    *_rows("SGD, batch 32, under load", "sgd 32, under load", {"keras-jax": 1.0, "tf": 2.0}),
    *_rows("Adam, batch 32, under load", "adam 32, under load", {"keras-jax": 1.0, "tf": 2.0}),
    *_rows("SGD, batch 32", "sgd 32", {"tf": 4, "keras-jax": 1.6, "torch": 1.8}),
    *_rows("SGD, batch 32", "sgd 32", {"tf": 5, "keras-jax": 2, "torch": 2.2, "jax": 1.3}, FAST),
    *_rows("Adam, batch 32", "adam 32", {"tf": 2.3}),
    *_rows(
        "Adam, batch 32", "adam 32", {"tf": 4, "keras-jax": 1.5, "jax": 1.2, "torch": 3.5}, FAST
    ),
    *_rows("2-8-8-1, batch 32", "small sgd", {"jax": 1.0}),
    *_rows("2-8-8-1, batch 32", "small sgd", {"jax": 1.5}, FAST),
    *(
        Target(f"{title}: best peer / {_OURS[FAST]}", 1.0, _best(work))
        for title, work in (
            ("SGD, batch 1", "sgd 1"),
            ("Adam, batch 1", "adam 1"),
            ("SGD, batch 512", "sgd 512"),
            ("Adam, batch 512", "adam 512"),
        )
    ),
    *(
        Target(
            f"2-8-8-1: step with the built-in {what} / with one's own",
            0.7,
            _beside("small sgd", f"small sgd, own {what}"),
        )
        for what in ("loss", "metric")
    ),
    *_rows("predict of one", "predict 1", {"torch": 2}),
    *(
        target
        for work in PICTURES
        for target in _rows(work.name, work.name, {"tf": 1.3, "torch": 0.7})
    ),
    Target(
        "Pictures, over all: PyTorch / scratch", 0.9, _over_all([w.name for w in PICTURES], "torch")
    ),
    Target("import to a first model: tf.keras / scratch", 22, _footprint("first_model")),
]


def judged(figures: Figures) -> list[dict[str, Any]]:
    """Every target with what was measured and whether it was reached."""
    return [target.judged(figures) for target in TARGETS]
