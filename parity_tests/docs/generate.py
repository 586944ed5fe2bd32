"""Pages that MkDocs makes anew with each build: the start, the reference, findings, the gallery."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import mkdocs_gen_files

import scratch
from parity_tests.commands.findings import versions
from parity_tests.docs.by_name import Example, by_thing
from parity_tests.findings import all_findings

ROOT = Path(__file__).resolve().parents[2]
SPACES = (
    "activations", "callbacks", "config", "constraints", "datasets", "datasets.boston_housing",
    "datasets.california_housing", "datasets.cifar10", "datasets.cifar100",
    "datasets.fashion_mnist", "datasets.imdb", "datasets.mnist", "datasets.reuters",
    "initializers", "layers", "losses", "metrics", "models", "ops", "optimizers",
    "optimizers.schedules", "random",
    "regularizers", "saving", "tree", "utils", "quirks", "testing",
)  # fmt: skip
# What others are derived from: with all that they inherit, such as `Model.fit`.
BASES = ("Model", "Layer", "Optimizer", "Loss", "Metric", "Callback", "PyDataset")
EXAMPLES = by_thing(scratch)
SHOWN: set[Example] = set()
PLACES: dict[str, str] = {}  # what has its entry already, and the name that it has there
_WHOLE = ["    options:", "      inherited_members: true"]


def write(path: str, text: str) -> None:
    """A page of the site."""
    with mkdocs_gen_files.open(path, "w") as file:
        file.write(text)


def start() -> str:
    """The README, its links led to the pages of the site."""
    text = (ROOT / "README.md").read_text(encoding="utf-8").replace("](examples/", "](")
    return re.sub(r"\[([^\]]+)\]\((?:CHANGELOG|CONTRIBUTING)\.md\)", r"\1", text)


def public(module: Any) -> list[str]:
    """What a namespace holds, classes and functions, each under one name."""
    seen: dict[int, str] = {}
    for name in dir(module):
        thing = getattr(module, name)
        if name.startswith("_") or inspect.ismodule(thing) or not callable(thing):
            continue
        if not hasattr(module, "__path__") and thing.__module__ != module.__name__:
            continue  # a file's own things, not what it imports
        known = seen.get(id(thing))
        if known is None or name == getattr(thing, "__name__", ""):
            seen[id(thing)] = name
    return sorted(seen.values())


def example(thing: Any) -> list[str]:
    """What is shown of a class or function, where something is."""
    if id(thing) not in EXAMPLES:
        return []
    shown = EXAMPLES[id(thing)]
    SHOWN.add(shown)
    text = shown.text.replace("\n", "\n    ")
    return [f'!!! example "`keras.{shown.names[0]}`"', "", f"    {text}", ""]


def reference(space: str) -> str:
    """A namespace's page: everything public, from the place where it is defined."""
    module = importlib.import_module(f"scratch.{space}" if space else "scratch")
    called = (
        f"keras.{space}".rstrip(".") if space not in ("quirks", "testing") else f"scratch.{space}"
    )
    lines = [f"# `{called}`", "", (inspect.getdoc(module) or "").split("\n\n")[0], ""]
    for name in public(module):
        thing = getattr(module, name)
        home, own = getattr(thing, "__module__", ""), getattr(thing, "__qualname__", "")
        if home.startswith("scratch") and own.isidentifier():
            place = f"{home}.{own}"
            if place in PLACES:  # a second name of it: two entries would be two targets of a link
                lines += [
                    f"## `{name}`",
                    "",
                    f"[`{PLACES[place]}`][{place}], under another name.",
                    "",
                ]
            else:
                lines += [f"::: {place}", *(_WHOLE if name in BASES else []), ""]
                PLACES[place] = f"{called}.{name}"
            lines += example(thing)
    return "\n".join(lines)


def told(path: Path) -> tuple[str, str]:
    """The first line of a program's docstring, and the rest."""
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or path.stem
    first, _, rest = text.partition("\n")
    return first.rstrip("."), rest.strip()


def programs(paths: Iterable[Path]) -> list[str]:
    """A program each: what it says of itself, and its text behind a click."""
    lines: list[str] = []
    for path in paths:
        title, rest = told(path)
        source = path.read_text(encoding="utf-8").rstrip().replace("\n", "\n    ")
        lines += [f"### {title}", "", "```text", rest, "```", ""] if rest else [f"### {title}", ""]
        name = path.relative_to(ROOT).as_posix()
        lines += [f'??? example "`{name}`"', "    ```python", f"    {source}", "    ```", ""]
    return lines


def files(folder: str) -> list[Path]:
    """The programs in a folder."""
    return [p for p in sorted((ROOT / folder).glob("*.py")) if p.stem not in ("__init__", "engine")]


write("index.md", start())
write(
    "api/index.md",
    "# Reference\n\nGenerated from the docstrings. The names are Keras's: `import scratch as "
    "keras`. Shapes, units and errors stand with each, and with "
    f"the {len(EXAMPLES)} names that programs use most an example, which prints the same in "
    "tf.keras; `np` is NumPy in all of them.\n",
)
for space in SPACES:
    write(f"api/{space}.md", reference(space))
write("api/keras.md", reference(""))
if left := set(EXAMPLES.values()) - SHOWN:
    raise LookupError(f"no page shows the examples of {sorted(one.names[0] for one in left)}")
found = files("parity_tests/findings")
write(
    "findings.md",
    "\n".join(
        [
            "# Findings", "",
            f"{len(found)} programs of a few lines. Each shows what is wrong in Keras itself, "
            "differs between its backends, or contradicts its documentation; a test of the suite "
            "turns red when it is mended.", "",
            "## By release", "",
            "On which releases of Keras each is so (`parity findings --versions` makes the table).",
            "", *versions.markdown(all_findings(), versions.recorded()), "",
            "## The programs", "", *programs(found),
        ]
    ),
)  # fmt: skip
GALLERY = {
    "Whole programs": files("examples"),
    "Scripts as one finds them published": files("examples/scripts"),
    "Code to check": files("examples/check_your_own"),
    "The lectures' models, in either library": files("keras_models"),
}
lines = ["# Gallery", ""]
for title, paths in GALLERY.items():
    lines += [f"## {title}", "", *programs(paths)]
write("gallery.md", "\n".join(lines))
