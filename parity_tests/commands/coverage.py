"""How much of Keras is here: `parity coverage`.

For each namespace of Keras: how many public names it has, how many of them belong to what this
package promises (training dense networks), how many `scratch` has, how many a case or a test
exercises, and which are missing. Keras's names are read from the installed Keras, so the table
cannot flatter; what is left out is left out by a rule, with its reason (`scratch.context.absent`).
"""

import ast
import functools
import importlib
import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from parity_tests import formulas
from scratch.context.absent import REASONS, reason_for

NAMESPACES = (
    "", "activations", "losses", "metrics", "optimizers", "optimizers.schedules", "initializers",
    "regularizers", "constraints", "callbacks", "layers", "models", "ops", "ops.image", "random",
    "saving", "utils", "utils.bounding_boxes", "config", "datasets.boston_housing",
    "datasets.california_housing", "datasets.cifar10", "datasets.cifar100",
    "datasets.fashion_mnist", "datasets.imdb", "datasets.mnist", "datasets.reuters", "backend",
    "mixed_precision", "preprocessing", "preprocessing.image", "preprocessing.sequence",
)  # fmt: skip

# Of keras.ops, what the rest needs is promised; what is not needed is not counted as missing.
NEEDED_ONLY = "ops"


@dataclass(frozen=True)
class Row:
    """A namespace: `names` are Keras's public ones, the other sets parts of them."""

    namespace: str
    names: frozenset[str]
    promised: frozenset[str]
    present: frozenset[str]
    tested: frozenset[str]

    @property
    def missing(self) -> list[str]:
        """What is promised and not there."""
        return sorted(self.promised - self.present)

    @property
    def untested(self) -> list[str]:
        """What is there and no case exercises."""
        return sorted(self.present - self.tested)


def rows() -> list[Row]:
    """One row for each namespace, of the installed Keras and of `scratch`."""
    return [_row(namespace) for namespace in NAMESPACES]


def _row(namespace: str) -> Row:
    names = public_names("keras", namespace)
    present = names & public_names("scratch", namespace)
    promised = {name for name in names if reason_for(namespace, name) is None}
    if namespace == NEEDED_ONLY:
        promised &= present
    own = _space("scratch", namespace)
    tested = {name for name in present if _is_mentioned(namespace, name, getattr(own, name))}
    return Row(
        namespace or "keras", names, frozenset(promised), frozenset(present), frozenset(tested)
    )


def public_names(library: str, namespace: str) -> frozenset[str]:
    """The public names of a namespace, but for modules; none where there is no such namespace."""
    space = _space(library, namespace)
    if space is None:
        return frozenset()
    found = getattr(space, "__all__", None) if library == "scratch" else None
    return frozenset(
        name
        for name in found or dir(space)
        if not name.startswith("_") and not inspect.ismodule(getattr(space, name))
    )


def _space(library: str, namespace: str) -> Any:
    """A namespace of a library, or None where it has none of that name."""
    space: Any = importlib.import_module(library)
    for part in filter(None, namespace.split(".")):
        space = getattr(space, part, None)
    return space


# Which names the cases and tests exercise ---------------------------------------------------------


def _is_mentioned(namespace: str, name: str, thing: Any) -> bool:
    """Whether a case or test names the thing, by this name or another.

    A class and its other names are one thing, wherever they stand: `initializers.zeros` is
    exercised where `Zeros` is, and `keras.Layer` where `layers.Layer` is.
    """
    return not _mentions().isdisjoint({(_last(namespace), name), *_names_of(thing)})


def _last(namespace: str) -> str:
    return namespace.split(".")[-1]


def _names_of(thing: Any) -> Iterable[tuple[str, str]]:
    """Every (namespace, name) that stands for a class or function of `scratch`."""
    return _all_names().get(id(thing), ()) if callable(thing) else ()


@functools.cache
def _all_names() -> dict[int, list[tuple[str, str]]]:
    found: dict[int, list[tuple[str, str]]] = {}
    for namespace in NAMESPACES:
        space = _space("scratch", namespace)
        for name in public_names("scratch", namespace):
            found.setdefault(id(getattr(space, name)), []).append((_last(namespace), name))
    return found


@functools.cache
def _mentions() -> frozenset[tuple[str, str]]:
    """The (namespace, name) pairs that stand in the sources of the suite."""
    root = Path(__file__).parents[1]
    suite = {*root.glob("suite/**/*.py"), *root.glob("cases/**/*.py")}
    suite.remove(root / "suite" / "house" / "test_coverage.py")  # it names what nobody exercises
    return frozenset(
        pair for path in suite for pair in mentions_in(path.read_text(), path.stem.split("_")[-1])
    )


# What the suite calls the library, and the namespaces that it abbreviates.
_SHORT = {"keras": "", "scratch": "", "k": "", "o": "ops"}
_OTHER_LIBRARIES = ("np", "tf", "python_random")
_LOOKED_UP = (
    "activations", "losses", "metrics", "optimizers", "initializers", "regularizers", "constraints",
)  # fmt: skip


def mentions_in(source: str, subject: str = "") -> set[tuple[str, str]]:
    """The (namespace, name) pairs that a source names.

    `losses.Huber` and `from scratch.losses import Huber` name one each. A string names something
    of the namespaces in which its file looks names up, `getattr(k.losses, name)`; and of the file's
    `subject`, where that is a namespace that Keras looks strings up in. A string that is compared
    with others, or that is a case's own name, names nothing.
    """
    tree = ast.parse(source)
    called = dict(_SHORT)
    pairs: set[tuple[str, str]] = set()
    spaces, idle = {subject} & set(_LOOKED_UP), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and str(node.module).split(".")[0] in called:
            space = _last("." + str(node.module).partition(".")[2])
            pairs |= {(space, alias.name) for alias in node.names}
            called |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.Compare):
            idle |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Case":
            idle |= {id(argument) for argument in node.args[:1]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute):
            pairs |= {(space, node.attr) for space in _owner(node.value, called)}
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "getattr":
            spaces |= set(_owner(node.args[0], called)) - {""}
    constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    strings = {node.value for node in constants if id(node) not in idle}
    return pairs | {(space, name) for space in spaces for name in strings if isinstance(name, str)}


def _owner(node: ast.AST, called: Mapping[str, str]) -> list[str]:
    """The namespace that an expression stands for, in a list; empty for another library's."""
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    while isinstance(node, ast.Attribute):
        node = node.value
    return [] if getattr(node, "id", "") in _OTHER_LIBRARIES else [called.get(name, name)]


# The table ----------------------------------------------------------------------------------------


def as_markdown(table: list[Row]) -> str:
    """The table in Markdown."""
    lines = [
        "| namespace | names in Keras | promised here | present | exercised by cases |",
        "|---|---|---|---|---|",
    ]
    for row in table:
        here = len(row.present & row.promised)
        lines.append(
            f"| `{row.namespace}` | {len(row.names)} | {len(row.promised)} | {here} "
            f"| {len(row.tested & row.promised)} |"
        )
    return "\n".join(lines)


def coverage(
    markdown: Annotated[bool, typer.Option(help="Print the table in Markdown.")] = False,
) -> None:
    """How much of Keras's public names is here; exit status 1 where a promised one is missing."""
    try:
        importlib.import_module("keras")
    except ModuleNotFoundError:
        if markdown:
            raise
        show_reasons()
        return
    if markdown:
        print(as_markdown(rows()))
        return
    raise typer.Exit(show())


def show_reasons() -> None:
    """Prints what is not promised, and why: all that is known without Keras."""
    from rich.console import Console
    from rich.table import Table

    table = Table("not promised, because of", "names")
    for reason, patterns in REASONS.items():
        table.add_row(reason, " ".join(pattern.lstrip(".") for pattern in patterns.split()))
    Console(highlight=False).print(table)
    print("How many of Keras's names that leaves is counted where Keras is installed:\n"
          "    pip install '.[parity]'")  # fmt: skip


def show() -> int:
    """Prints the table and what is missing; returns 1 if a promised name is."""
    from rich.console import Console
    from rich.table import Table

    console, found = Console(highlight=False), rows()
    table = Table("namespace", "in Keras", "promised", "present", "exercised")
    for row in found:
        counts = (row.names, row.promised, row.present & row.promised, row.tested & row.promised)
        table.add_row(row.namespace, *(str(len(part)) for part in counts))
    console.print(table)
    _show_invariants(console)
    for title, attribute in (("Missing", "missing"), ("Present, in no case", "untested")):
        for row in found:
            if names := getattr(row, attribute):
                console.print(f"{title}, {row.namespace}: {' '.join(names)}")
    console.print(formulas.counted())
    for reason in REASONS:
        names = [name for row in found for name in _left_out_for(row, reason)]
        console.print(f"Not promised, {reason}: {len(names)} names, such as {', '.join(names[:4])}")
    return 1 if any(row.missing for row in found) else 0


def _show_invariants(console: Any) -> None:
    """Of how many names invariants are asked, and of which there are none."""
    from parity_tests.invariants import covered  # draws with Hypothesis, which is optional

    counts = covered.asked()
    number, names = sum(counts.values()), sum(1 for count in counts.values() if count)
    console.print(f"Invariants: {number} questions to {names} of {len(counts)} public names")
    for reason, missing in covered.not_asked().items():
        console.print(f"Not asked, {reason}: {' '.join(missing)}")


def _left_out_for(row: Row, reason: str) -> list[str]:
    namespace = "" if row.namespace == "keras" else row.namespace
    return [
        f"{row.namespace}.{name}"
        for name in sorted(row.names)
        if reason_for(namespace, name) == reason
    ]
