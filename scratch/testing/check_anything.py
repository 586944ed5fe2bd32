"""Checking whatever somebody wrote, and whole files of it.

check(MyDense)                    what it is meant to be is found, and said
check(MyDense, "Dense")           or given, by a name in any case
check_file("homework.py")         everything in a file, with a score
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from scratch.testing.check_layers import check_layer
from scratch.testing.check_losses import check_loss
from scratch.testing.check_networks import check_network
from scratch.testing.check_optimizers import check_optimizer
from scratch.testing.files import load_module
from scratch.testing.meaning import meaning
from scratch.testing.references import named, nearest, options_of
from scratch.testing.result import Result
from scratch.testing.tasks import tasks_in

CHECKS: Mapping[str, Callable[..., Result]] = {
    "layer": check_layer,
    "activation": check_layer,
    "loss": check_loss,
    "optimizer": check_optimizer,
    "network": check_network,
}
OF_CHECKS = {
    "layer": ("averages", "columns", "input_shape", "seed"),
    "activation": ("columns", "input_shape", "seed"),
    "loss": ("averages", "columns", "seed"),
    "optimizer": ("seed",),
    "network": ("columns", "seed"),
}


def check(yours: Any, like: str | None = None, *, name: str = "", **options: Any) -> Result:
    """Compares somebody's layer, activation, loss or optimizer with the one it is meant to be.

    Args:
        yours: see `scratch.testing.student`.
        like: the name of what it is meant to be, in any case; default: what is found.
        name: what `yours` is called, where it does not know that itself.
        options: of the reference and of the check; see `check_layer`, `check_loss` and
            `check_optimizer`.

    Raises:
        ValueError: for an unknown name or option; the message has the nearest one.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    notes = []
    if like is None:
        found = meaning(yours, name)
        kind, like = found.kind, found.like
        options = {**found.options, **options}
        notes.append(f"Assumed: {found}.")
    else:
        kind, like = named(like)
    known = [*(options_of(kind, like) if kind != "network" else ()), *OF_CHECKS[kind]]
    for option in options:
        if option not in known:
            raise ValueError(
                f"{like} has no option {option!r}.{nearest(option, known)} "
                f"Known are: {', '.join(known)}"
            )
    result = CHECKS[kind](yours, like, **options)
    return replace(result, subject=name or result.subject, notes=[*notes, *result.notes])


@dataclass(frozen=True)
class Report:
    """The results of several tasks, by their names, and how many points each is worth."""

    results: Mapping[str, Result]
    points: Mapping[str, float]
    problems: Mapping[str, str]

    @property
    def score(self) -> float:
        """The points of those that are right."""
        return sum(self.points[name] for name, result in self.results.items() if result)

    @property
    def total(self) -> float:
        """The points that could be had."""
        return sum(self.points.values())

    def __bool__(self) -> bool:
        return not self.problems and all(self.results.values())

    def lines(self, shell: bool = False) -> list[tuple[str, str]]:
        """The printed report, line by line, as `(style, text)`."""
        said = [
            line for result in self.results.values() for line in [*result.lines(shell), ("", "")]
        ]
        said += [("wrong", f"{name}: {problem}") for name, problem in self.problems.items()]
        style = "right" if self else "wrong"
        return [*said, (style, f"{self.score:g} of {self.total:g} points")]

    def __str__(self) -> str:
        return "\n".join(text for _, text in self.lines())

    def as_dict(self) -> dict[str, Any]:
        """All of it as what JSON knows."""
        return {
            "right": bool(self),
            "score": self.score,
            "total": self.total,
            "results": [result.as_dict() for result in self.results.values()],
            "problems": dict(self.problems),
        }


def check_file(
    path: str | Path, tasks: Mapping[str, Mapping[str, Any]] | None = None, **options: Any
) -> Report:
    """Compares everything in a file with what it is meant to be.

    Args:
        path: of a Python file.
        tasks: by the name of a class or function, or two names with a comma, what it is `like`, its
            options, and its `points` (1); default: whatever is found in the file.
        options: of all checks.

    Raises:
        ValueError: when the file cannot be run, or has nothing to check.
    """
    module = load_module(Path(path))
    things: dict[str, Any] = {}
    if tasks is None:
        things = tasks_in(module)
        if not things:
            raise ValueError(
                f"{path} has no class with forward and backward, no pair of such functions, no "
                "loss and no optimizer: name what is to be checked, file.py:Name"
            )
        tasks = {name: {} for name in things}
    results, problems = {}, {}
    for name, task in tasks.items():
        settings = {**options, **{key: v for key, v in task.items() if key != "points"}}
        try:
            yours = things[name] if name in things else member(module, name)
            results[name] = check(yours, name=name, **settings)
        except (ValueError, TypeError) as error:
            problems[name] = str(error)
    points = {name: float(task.get("points", 1)) for name, task in tasks.items()}
    return Report(results, points, problems)


def member(module: Any, names: str) -> Any:
    """What a file defines under a name; a tuple for several with commas between them.

    Raises:
        ValueError: for a name that it does not define.
    """
    found = list(_members(module, names))
    return found[0] if len(found) == 1 else tuple(found)


def _members(module: Any, names: str) -> Iterator[Any]:
    for name in map(str.strip, names.split(",")):
        if not hasattr(module, name):
            own = [n for n in vars(module) if not n.startswith("_")]
            raise ValueError(f"{module.__name__} defines no {name!r}.{nearest(name, own)}")
        yield getattr(module, name)
