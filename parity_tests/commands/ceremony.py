"""`parity ceremony`: what the house costs its reader, counted.

    maths       lines of `call`, `forward` and `backward` in the layers, and of what only they call
    ceremony    all other lines of the layers: `__init__`, `build`, `get_config`, shapes, checks

Both without docstrings, comments, blank lines and imports; then also without what Keras dictates:
the arguments of functions, and what is refused with Keras's words (an `if` that only raises).
A function counts as maths if `call`, `forward` and `backward` lead to it, and nobody else does;
names are resolved within a family of classes. The base of all layers is no layer, and not counted.

Besides: what stands in the root, circles of imports, imports inside functions, the longest file,
and what one more batch of a fit passes through: files of `scratch`, and calls of their functions.
"""

import ast
import collections
import io
import json
import os
import subprocess
import sys
import tokenize
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

HERE = Path(__file__).resolve().parents[2]
MATHS = {"call", "forward", "backward"}
CEREMONY = {"__init__", "build", "get_config", "from_config", "compute_output_shape"}
_BEHIND_THEM = ("base",)  # folders of `layers` without a layer
Function = ast.FunctionDef | ast.AsyncFunctionDef
Import = ast.Import | ast.ImportFrom
T = TypeVar("T", bound=Hashable)


def ceremony(
    tree: Annotated[Path, typer.Option(help="Another checkout.")] = HERE,
    files: Annotated[bool, typer.Option("--files", help="Each file of the layers.")] = False,
    passed: Annotated[bool, typer.Option("--passes", help="Name what a batch passes.")] = False,
) -> None:
    """Maths against ceremony in the layers, and the house's other figures."""
    counted, kinds = of_layers(tree / "scratch" / "layers")
    if files:
        print(f"{'maths':>6}{'ceremony':>10}   file")
        for path, (maths, rest) in counted.items():
            print(f"{maths:6}{rest:10}   {path}")
    whole = {**of_house(tree / "scratch"), **(found := of_a_batch(tree))["figures"]}
    maths, rest = (sum(both[i] for both in counted.values()) for i in (0, 1))
    print(f"{'maths : ceremony in the layers':45}{maths} : {rest} = 1 : {rest / max(maths, 1):.2f}")
    dictated = kinds.pop("dictated maths"), kinds.pop("dictated")
    print(f"{'  of which':45}{', '.join(f'{kind} {n}' for kind, n in kinds.most_common())}")
    maths, rest = maths - dictated[0], rest - dictated[1]
    print(f"{'  without signatures and refusals':45}{maths} : {rest} = 1 : {rest / maths:.2f}")
    for what, figure in whole.items():
        print(f"{what:45}{figure}")
    if passed:
        print("\n".join(f"{calls:4}  {name}" for name, calls in found["calls"].items()))


# Maths and ceremony ------------------------------------------------------------------------------


@dataclass
class _Part:
    """A function of a file: which lines it has, whom it calls, what class it belongs to."""

    name: str
    path: Path
    owner: str | None
    lines: set[int]
    signature: set[int]
    refusals: set[int]  # an `if` that does nothing but raise
    own_names: set[str] = field(default_factory=set)  # f(...), a function of a module
    attributes: set[str] = field(default_factory=set)  # self.f(...), super().f(...)


def of_layers(folder: Path) -> tuple[dict[str, tuple[int, int]], collections.Counter[str]]:
    """By file, how many lines are maths and how many ceremony; and the latter by function."""
    paths = [
        path
        for path in sorted(folder.rglob("*.py"))
        if path.name != "__init__.py" and path.parent.name not in _BEHIND_THEM
    ]
    parts: list[_Part] = []
    bases: dict[str, set[str]] = {}
    for path in paths:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, Function):
                parts.append(_part(node, path, None))
            elif isinstance(node, ast.ClassDef):
                bases[node.name] = {b.id for b in node.bases if isinstance(b, ast.Name)}
                parts += [_part(n, path, node.name) for n in node.body if isinstance(n, Function)]
    pure = _only_maths(parts, _families(bases))
    found, kinds = {}, collections.Counter[str]()
    for path in paths:
        every = code_lines(path.read_text(encoding="utf-8"))
        maths = {n for part in pure if part.path == path for n in part.lines} & every
        found[str(path.relative_to(folder))] = (len(maths), len(every - maths))
        for part in (part for part in parts if part.path == path):
            dictated = len((part.signature | part.refusals) & every)
            if part in pure:
                kinds["dictated maths"] += dictated
                continue
            kind = part.name if part.name in CEREMONY else "other functions"
            kinds[kind] += len(part.lines & every)
            kinds["dictated"] += dictated
    return found, kinds


def _part(node: Function, path: Path, owner: str | None) -> _Part:
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    refusals = {
        line
        for inner in ast.walk(node)
        if isinstance(inner, ast.If) and all(isinstance(part, ast.Raise) for part in inner.body)
        for line in _lines(inner)
    }
    signature = set(range(node.lineno, node.body[0].lineno))
    lines = set(range(first, max(_lines(node)) + 1))
    part = _Part(node.name, path, owner, lines, signature, refusals)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name):
            part.own_names.add(inner.id)
        elif isinstance(inner, ast.Attribute):
            part.attributes.add(inner.attr)
    return part


def _lines(node: Any) -> range:
    return range(node.lineno, node.end_lineno + 1)


def _families(bases: dict[str, set[str]]) -> dict[str, set[str]]:
    """By class, those that it can share a method with: above it and below it."""
    above: dict[str, set[str]] = {}
    for name in bases:
        seen, waiting = {name}, [name]
        while waiting:
            for base in bases.get(waiting.pop(), set()) - seen:
                seen.add(base)
                waiting.append(base)
        above[name] = seen & set(bases)
    return {
        name: {other for other in bases if name in above[other] or other in above[name]}
        for name in bases
    }


def _only_maths(parts: list[_Part], families: dict[str, set[str]]) -> list[_Part]:
    """`call`, `forward`, `backward`, and what nobody but they and their like call."""

    def calls(one: _Part, other: _Part) -> bool:
        if other.owner is None:
            return other.name in one.own_names
        related = one.owner is None or other.owner in families[one.owner]
        return other.name in one.attributes and related

    def outside(one: _Part) -> bool:
        return one.name in CEREMONY or (one.name.startswith("__") and one.name not in MATHS)

    callers = {
        id(part): [other for other in parts if other is not part and calls(other, part)]
        for part in parts
    }
    free = [part for part in parts if not outside(part)]
    while True:
        kept = [
            part
            for part in free
            if part.name in MATHS or all(other in free for other in callers[id(part)])
        ]
        reached = [part for part in kept if part.name in MATHS]
        for part in reached:  # grows on the way
            reached += [other for other in kept if other not in reached and calls(part, other)]
        if len(reached) == len(free):
            return reached
        free = reached  # until nobody is left whom others call


def code_lines(source: str) -> set[int]:
    """The numbers of the lines that hold code: no docstring, comment, blank line or import."""
    skipped = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT,
               tokenize.ENCODING, tokenize.ENDMARKER}  # fmt: skip
    found = {
        number
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in skipped
        for number in range(token.start[0], token.end[0] + 1)
    }
    for node in ast.walk(ast.parse(source)):
        gone: ast.stmt | None = node if isinstance(node, Import) else None
        if isinstance(node, ast.Module | ast.ClassDef | Function) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                gone = first
        if gone is not None:
            found -= set(_lines(gone))
    return found


# The house ---------------------------------------------------------------------------------------


def of_house(folder: Path) -> dict[str, Any]:
    """The figures that a file's text alone can tell."""
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.py"))}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    longest = max(texts, key=lambda path: texts[path].count("\n"))
    circles = circles_of({path: set(imported_files(path, trees[path], folder)) for path in trees})
    inside = sum(
        isinstance(node, Import) for tree in trees.values() for f in ast.walk(tree)
        if isinstance(f, Function) for node in ast.walk(f)
    )  # fmt: skip
    return {
        "files in the root of scratch": len(list(folder.glob("*.py"))),
        "circles of imports": len(circles),
        "imports inside functions": inside,
        "longest file": f"{texts[longest].count(chr(10))} ({longest.relative_to(folder)})",
        "lines of scratch": sum(text.count("\n") for text in texts.values()),
        "files of scratch": len(texts),
    }


def imported_files(path: Path, tree: ast.Module, folder: Path) -> Iterator[Path]:
    """The files of `scratch` that a file imports, wherever the import stands."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = path.relative_to(folder.parent).parts[: -node.level] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            names = [f"{module}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            while len(parts) > 1 and parts[0] == folder.name:
                at = folder.joinpath(*parts[1:])
                file = next(
                    (f for f in (at.with_suffix(".py"), at / "__init__.py") if f.exists()), None
                )
                if file is not None:
                    if file != path:
                        yield file
                    break
                parts.pop()


def circles_of(imported: Mapping[T, set[T]]) -> set[frozenset[T]]:
    """Sets of things each of which reaches every other."""
    reached: dict[T, set[T]] = {}
    for start in imported:
        seen: set[T] = set()
        waiting = [start]
        while waiting:
            for other in imported[waiting.pop()] - seen:
                seen.add(other)
                waiting.append(other)
        reached[start] = seen
    return {
        frozenset(b for b in reached[a] if a in reached[b]) for a in imported if a in reached[a]
    }


# A batch -----------------------------------------------------------------------------------------


def of_a_batch(tree: Path) -> dict[str, Any]:
    """What a checkout says of itself when it trains; in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(tree.resolve()), "SCRATCH_KERNELS": "numpy"}
    command = [sys.executable, str(Path(__file__).resolve()), str(tree.resolve() / "scratch")]
    run = subprocess.run(command, env=environment, cwd=tree, check=True, capture_output=True)
    return json.loads(run.stdout)


def one_more_batch(folder: str) -> dict[str, Any]:
    """Trains a warm dense network for some batches, and for one more: the difference is a batch."""
    import numpy as np

    import scratch as keras

    draw = np.random.default_rng(0)
    x, y = draw.normal(size=(64, 8)).astype("float32"), draw.integers(0, 10, 64)
    layers = keras.layers
    model = keras.Sequential([layers.Dense(16, "relu"), layers.Dense(10, "softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")

    def seen(batches: int) -> collections.Counter[str]:
        counted: collections.Counter[str] = collections.Counter()

        def note(frame: Any, event: str, _: Any) -> None:
            code = frame.f_code
            if event == "call" and code.co_filename.startswith(folder + os.sep):
                file = os.path.relpath(code.co_filename, folder)
                counted[f"{file} {code.co_qualname}"] += 1

        for profile in (None, note):  # the first time warms up
            sys.setprofile(profile)
            model.fit(x[: 8 * batches], y[: 8 * batches], batch_size=8, verbose=0)
            sys.setprofile(None)
        return counted

    more = seen(5) - seen(4)
    return {
        "figures": {
            "files that a batch passes through": len({name.split()[0] for name in more}),
            "calls in a batch": more.total(),
            "classes in Model.__mro__": len(keras.Model.__mro__),
        },
        "calls": more,
    }


if __name__ == "__main__":
    print(json.dumps(one_more_batch(sys.argv[1])))
