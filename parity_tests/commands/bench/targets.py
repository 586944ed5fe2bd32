"""How fast `scratch` is meant to be, and whether it is: ratios within one run.

They are set for two cores and float32. A row whose peers were not measured says so.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from parity_tests.commands.bench.measure import Spread, ratios

Figures = dict[str, Any]


@dataclass(frozen=True)
class Target:
    """A number that a run gives, and what it is meant to be.

    Attributes:
        title: what is divided by what.
        bound: it is to be at least this; at most, where `most` is set.
        value: finds it in a run's figures. Raises KeyError where something was not measured.
    """

    title: str
    bound: float
    value: Callable[[Figures], Spread]
    most: bool = False

    def judged(self, figures: Figures) -> dict[str, Any]:
        """The row for a run; `reached` is None where it could not be measured."""
        row = {"title": self.title, "bound": self.bound, "most": self.most}
        try:
            found = self.value(figures)
        except KeyError:
            return {**row, "value": None, "low": None, "high": None, "reached": None}
        reached = found.median <= self.bound if self.most else found.median >= self.bound
        return {**row, "value": found.median, "low": found.low, "high": found.high,
                "reached": reached}  # fmt: skip


def _work(name: str, above: str, below: str = "scratch") -> Callable[[Figures], Spread]:
    """The ratio of two peers' times for a work."""
    return lambda figures: ratios(*(figures["seconds"][name][key] for key in (above, below)))


def _footprint(what: str) -> Callable[[Figures], Spread]:
    """The ratio of what it costs to have tf.keras and scratch."""

    def found(figures: Figures) -> Spread:
        tf, ours = (figures["footprint"][key][what] for key in ("tf", "scratch"))
        return ratios(tf, ours) if isinstance(tf, list) else ratios([tf], [ours])

    return found


def _adam_step(figures: Figures) -> Spread:
    found = figures["optimizer_steps"]["adam"]
    return ratios(found["floor"], found["step"])


def _overhead(figures: Figures) -> Spread:
    microseconds = 1e6 * figures["growth"]["overhead"]["scratch"]["per_layer"]
    return Spread(microseconds, microseconds, microseconds)


TARGETS = [
    *(
        Target(f"epoch, batch 32, {title}: {other} / scratch", bound, _work(f"{name} 32", key))
        for other, key, bound in (("tf.keras", "tf", 4), ("Keras on JAX", "keras-jax", 1.5),
                                  ("PyTorch", "torch", 1.2))
        for title, name in (("SGD", "sgd"), ("Adam", "adam"))
    ),
    Target("matrix products / scratch, SGD, batch 32", 0.80, _work("sgd 32", "products")),
    Target("matrix products / scratch, SGD, batch 512", 0.85, _work("sgd 512", "products")),
    Target("memory traffic of an Adam step / scratch's step", 0.5, _adam_step),
    Target("predict, one sample: tf.keras / scratch", 500, _work("predict 1", "tf")),
    Target("model(x), one sample: tf.keras / scratch", 50, _work("call 1", "tf")),
    Target("import: TensorFlow / scratch", 30, _footprint("import")),
    Target("import, until a first model stands: the same", 30, _footprint("first_model")),
    Target("peak memory of fit: tf.keras / scratch", 3, _footprint("peak")),
    Target("small net, beyond the products: microseconds a layer", 15, _overhead, most=True),
]  # fmt: skip


def judged(figures: Figures) -> list[dict[str, Any]]:
    """Every target with what was measured and whether it was reached."""
    return [target.judged(figures) for target in TARGETS]
