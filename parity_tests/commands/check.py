"""`parity check homework.py`: is what I wrote right?"""

import ast
import json
import tomllib
from pathlib import Path
from typing import Annotated, Any

import typer

from scratch import testing
from scratch.testing.check_anything import member
from scratch.testing.files import load_module
from scratch.testing.references import kinds
from scratch.testing.result import Result
from scratch.testing.tasks import tasks_in

STYLES = {
    "title": "bold",
    "right": "green",
    "wrong": "red",
    "diagnosis": "bold yellow",
    "advice": "default",
    "note": "dim",
    "": "default",
}


def check(
    context: typer.Context,
    code: Annotated[
        str,
        typer.Argument(help="path.py, or path.py:Name, or path.py:forward,backward."),
    ],
    like: Annotated[
        str | None,
        typer.Option(help="What it is meant to be, in any case. Default: what is found."),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Of the inputs.")] = 0,
    tasks: Annotated[
        Path | None,
        typer.Option(help="A TOML file: for each name a table with like, options and points."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Compare layers, losses and optimizers of your own with those that they are meant to be."""
    options = parse_options(context.args)
    try:
        report = _checked(code, like, tasks, {"seed": seed, **options})
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(str(error), param_hint="parity check") from error
    if as_json:
        print(json.dumps(report.as_dict(), indent=2))
    else:
        show(report)
    raise typer.Exit(0 if report else 1)


# The help: an example, and the names that --like knows.
check.__doc__ = "\n\n".join([
    str(check.__doc__),
    "A file with one class, or one pair of functions forward and backward, needs nothing more:",
    "    parity check examples/check_your_own/wrong_dense.py",
    "    parity check homework.py:MyDense --like Dense --activation tanh --units 3",
    "Options after it are the reference's own (--activation tanh, --learning_rate 0.1, "
    "--from_logits) and the check's: --averages (dW and db are means over the batch), --columns "
    "(a sample is a column), --input_shape 4,3.",
    *(f"{kind.capitalize()} names: {', '.join(names)}." for kind, names in kinds().items()),
    "Exit status: 0 right, 1 wrong, 2 when it could not be checked.",
])  # fmt: skip


def _checked(
    code: str, like: str | None, tasks: Path | None, options: dict[str, Any]
) -> Result | testing.Report:
    path, _, names = code.partition(".py:")
    file = Path(path + ".py" if names else code)
    if tasks is not None:
        return testing.check_file(file, _read(tasks), **options)
    if names or like is not None:
        module = load_module(file)
        yours = member(module, names) if names else _only(module, file)
        return testing.check(yours, like, name=names if names.count(",") == 0 else "", **options)
    report = testing.check_file(file, **options)
    only = len(report.results) == 1 and not report.problems
    return next(iter(report.results.values())) if only else report


def _only(module: Any, file: Path) -> Any:
    found = tasks_in(module)
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        raise ValueError(f"{file} holds {', '.join(found)}: say which one, {file}:{min(found)}")
    return module


def _read(tasks: Path) -> dict[str, dict[str, Any]]:
    """What a teacher asks for.

    Raises:
        ValueError: when the file cannot be read.
    """
    try:
        return tomllib.loads(tasks.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ValueError(f"{tasks} cannot be read: {error}") from error


def show(report: Result | testing.Report) -> None:
    """Prints a result, or those of a whole file, in colors."""
    from rich.console import Console
    from rich.text import Text

    screen = Console(highlight=False, soft_wrap=True)
    for style, text in report.lines(shell=True):
        screen.print(Text(text, style=STYLES[style]))


def parse_options(words: list[str]) -> dict[str, Any]:
    """`--units 3 --nesterov` as `{"units": 3, "nesterov": True}`; dashes count as underscores.

    Raises:
        BadParameter: for a word that belongs to no option.
    """
    options: dict[str, Any] = {}
    rest = list(words)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            raise typer.BadParameter(f"Expected --option value, got {word!r}")
        name, equals, value = word[2:].partition("=")
        if not equals and rest and not rest[0].startswith("--"):
            value, equals = rest.pop(0), "="
        options[name.replace("-", "_")] = _value(value) if equals else True
    return options


def _value(word: str) -> Any:
    try:
        return ast.literal_eval(word)
    except (ValueError, SyntaxError):
        return {"true": True, "false": False, "none": None}.get(word.lower(), word)
