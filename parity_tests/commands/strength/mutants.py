"""Mutants: a module of `scratch` with one small thing changed, by cosmic-ray's operators.

Left out is what no test of numbers is asked about: annotations, what `raise` says, where a warning
points, `strict=True`, and operators that make no sense on floating-point arrays (`<<`, `^`, ...),
whose mutants any test kills.
"""

import ast
import fnmatch
import random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from cosmic_ray import plugins
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

ROOT = Path(__file__).resolve().parents[3]

# The operators in use, as patterns of cosmic-ray's names.
OPERATORS = (
    "core/ReplaceBinaryOperator_Add_Sub",
    "core/ReplaceBinaryOperator_Sub_Add",
    "core/ReplaceBinaryOperator_Mul_Div",
    "core/ReplaceBinaryOperator_Div_Mul",
    "core/ReplaceBinaryOperator_Mul_Add",
    "core/ReplaceBinaryOperator_Div_Sub",
    "core/ReplaceBinaryOperator_FloorDiv_Div",
    "core/ReplaceBinaryOperator_Mod_Mul",
    "core/ReplaceBinaryOperator_Pow_Mul",
    "core/ReplaceBinaryOperator_*Shift_*Shift",
    "core/ReplaceBinaryOperator_BitOr_BitAnd",
    "core/ReplaceBinaryOperator_BitAnd_BitOr",
    "core/ReplaceBinaryOperator_BitXor_BitAnd",
    "core/ReplaceComparisonOperator_*",
    "core/ReplaceUnaryOperator_*",
    "core/NumberReplacer",
    "core/ReplaceAndWithOr",
    "core/ReplaceOrWithAnd",
    "core/ReplaceTrueWithFalse",
    "core/ReplaceFalseWithTrue",
    "core/AddNot",
    "core/ReplaceBreakWithContinue",
    "core/ReplaceContinueWithBreak",
    "core/ZeroIterationForLoop",
)
# On numbers these compare like `==`, `!=`; on None like themselves: no new mutants.
NEVER = ("*_Is", "*_IsNot", "*ComparisonOperator_Is*_[LG]*", "*_Not")
ALIASES = ("Batch", "Shape")  # of types: names that stand for annotations


@dataclass(frozen=True)
class Mutant:
    """One mutant.

    Args:
        module: `"optimizers/adam.py"`.
        operator: cosmic-ray's name of it.
        occurrence: which of the places that the operator finds.
        line: number of the first line that is changed.
        before, after: the changed line or lines.
    """

    module: str
    operator: str
    occurrence: int
    line: int
    before: str
    after: str

    @property
    def path(self) -> Path:
        """The file of the original."""
        return ROOT / "scratch" / self.module

    @property
    def name(self) -> str:
        """The name under which the module is imported."""
        parts = ["scratch", *Path(self.module).with_suffix("").parts]
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    def source(self) -> str:
        """The mutated source."""
        changed = _mutated(self.path.read_text(), self.operator, self.occurrence)
        assert changed is not None, self
        return changed

    def __str__(self) -> str:
        return f"{self.module}:{self.line}  {self.before.strip()}  ->  {self.after.strip()}"


def modules(only: str = "") -> list[str]:
    """The modules of `scratch`, those whose name holds `only`."""
    root = ROOT / "scratch"
    found = (path.relative_to(root).as_posix() for path in sorted(root.rglob("*.py")))
    return [module for module in found if only in module]


def room(module: str) -> str:
    """The folder of `scratch` that a module stands in; of files beside the folders, `scratch`."""
    return module.partition("/")[0] if "/" in module else "scratch"


def sample(only: str, number: int | None, seed: str) -> tuple[list[Mutant], dict[str, int]]:
    """Mutants drawn at random, of every room its share; and how many there are of each room.

    They come in random order: the first few of them are a fair sample, too.

    Args:
        only: part of the modules' names; empty for all.
        number: how many; None for all of them.
        seed: of the choice.
    """
    draw = random.Random(seed)
    by_room: dict[str, list[Place]] = {}
    for module in modules(only):
        by_room.setdefault(room(module), []).extend(places(module))
    counts = {where: len(found) for where, found in by_room.items() if found}
    taken = shares(counts, sum(counts.values()) if number is None else number)
    chosen = [place for where, n in taken.items() for place in draw.sample(by_room[where], n)]
    draw.shuffle(chosen)
    return [mutant for place in chosen if (mutant := at(*place)) is not None], counts


def shares(counts: Mapping[str, int], number: int) -> dict[str, int]:
    """How many of `number` each room gets: in proportion, one at least, and no more than it has."""
    whole = sum(counts.values())
    exact = {where: min(n, max(1.0, number * n / whole)) for where, n in counts.items()}
    taken = {where: int(share) for where, share in exact.items()}
    left = max(0, min(number, whole) - sum(taken.values()))
    by_remainder = sorted(exact, key=lambda where: taken[where] - exact[where])
    for where in by_remainder[:left]:
        taken[where] += 1
    return taken


Place = tuple[str, str, int]


def places(module: str) -> list[Place]:
    """Where a module can be changed: module, operator, occurrence."""
    source = (ROOT / "scratch" / module).read_text()
    spared = list(_spared(ast.parse(source)))
    nodes = list(ast_nodes(get_ast(source)))
    found = []
    for name in _operators():
        operator = plugins.get_operator(name)()
        positions = [position for node in nodes for position in operator.mutation_positions(node)]
        for occurrence, (start, _) in enumerate(positions):
            if not any(begin <= tuple(start) < end for begin, end in spared):
                found.append((module, name, occurrence))
    return found


def at(module: str, operator: str, occurrence: int) -> Mutant | None:
    """The mutant at a place; None where the module or the place is no longer there."""
    path = ROOT / "scratch" / module
    if not path.exists():
        return None
    source = path.read_text()
    changed = _mutated(source, operator, occurrence)
    if changed is None or changed == source:
        return None
    return Mutant(module, operator, occurrence, *_difference(source, changed))


def _operators() -> Iterable[str]:
    for name in plugins.operator_names():
        wanted = any(fnmatch.fnmatch(name, pattern) for pattern in OPERATORS)
        if wanted and not any(fnmatch.fnmatch(name, pattern) for pattern in NEVER):
            yield name


def _mutated(source: str, operator: str, occurrence: int) -> str | None:
    return mutate_code(source, plugins.get_operator(operator)(), occurrence)


def _difference(before: str, after: str) -> tuple[int, str, str]:
    old, new = before.splitlines(), after.splitlines()
    first = next(i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    return first + 1, old[first], new[first]


def _spared(tree: ast.Module) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Where the source holds annotations, classes for isinstance, raises, remarks, unpacking."""
    for node in ast.walk(tree):
        for value in _unpacked(node):  # not a power
            yield (value.lineno, value.col_offset - 2), (value.lineno, value.col_offset)
        spared: list[Any] = []
        if isinstance(node, ast.arg | ast.AnnAssign):
            spared = [node.annotation]
        elif isinstance(node, ast.FunctionDef):
            spared = [node.returns]
        elif isinstance(node, ast.Raise):
            spared = [node]
        elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            spared = [node.args[1]]
        elif _is_a_remark(node) or _is_alias_of_types(node):
            spared = [node.value]
        for part in spared:
            if part is not None:
                yield (part.lineno, part.col_offset), (part.end_lineno, part.end_col_offset)


def _unpacked(node: ast.AST) -> list[ast.expr]:
    """What stands behind `**` in a dictionary or a call."""
    if isinstance(node, ast.Dict):
        return [v for k, v in zip(node.keys, node.values, strict=True) if k is None]
    return [k.value for k in node.keywords if k.arg is None] if isinstance(node, ast.Call) else []


def _is_a_remark(node: ast.AST) -> TypeGuard[ast.keyword]:
    """Whether an argument only says where a warning points, or that two lengths are equal."""
    return isinstance(node, ast.keyword) and node.arg in ("stacklevel", "strict")


def _is_alias_of_types(node: ast.AST) -> TypeGuard[ast.Assign]:
    return isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in ALIASES
