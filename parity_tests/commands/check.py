"""`parity check my_file.py:MyDense --like dense`: is what I wrote right?

The options after it are the reference's own (`--units 3 --activation tanh --learning_rate 0.1`);
dashes in their names count as underscores. Exit status: 0 right, 1 wrong, 2 when it could not be
checked: a wrong option, a file that cannot be loaded, code of no accepted shape.
"""

import ast
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from scratch import losses, optimizers, testing
from scratch.testing.references import reference_names

STYLES = {
    "title": "bold",
    "right": "green",
    "wrong": "red",
    "diagnosis": "bold yellow",
    "advice": "default",
    "note": "dim",
}


def check(
    context: typer.Context,
    code: Annotated[
        str,
        typer.Argument(help="path.py:Name, or path.py:forward,backward, or path.py alone."),
    ],
    like: Annotated[
        str, typer.Option(help="A layer, activation, loss or optimizer: dense, relu, mse, adam.")
    ],
    seed: Annotated[int, typer.Option(min=0, help="Of the inputs.")] = 0,
) -> None:
    """Compare a layer, loss or optimizer of your own with the one of that name."""
    from rich.console import Console
    from rich.text import Text

    check_it = checker(like)
    options = parse_options(context.args)
    try:
        result = check_it(load(code), like, seed=seed, **options)
    except (ValueError, TypeError) as error:
        raise typer.BadParameter(str(error), param_hint="parity check") from error
    screen = Console(highlight=False, soft_wrap=True)
    for style, text in result.lines():
        screen.print(Text(text, style=STYLES[style]))
    raise typer.Exit(0 if result else 1)


def checker(like: str) -> Callable[..., testing.Result]:
    """The check for whatever `like` is the name of.

    Raises:
        BadParameter: for an unknown name; the message lists all kinds.
    """
    if like in reference_names():
        return testing.check_layer
    for namespace, check_it in (
        (losses, testing.check_loss),
        (optimizers, testing.check_optimizer),
    ):
        try:
            namespace.get(like)
        except ValueError:
            continue
        return check_it
    raise typer.BadParameter(
        f"{like!r} is no layer or activation ({', '.join(reference_names())}), no loss and no "
        "optimizer by its Keras name.",
        param_hint="--like",
    )


def parse_options(words: list[str]) -> dict[str, Any]:
    """`--units 3 --nesterov` as `{"units": 3, "nesterov": True}`.

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
        return word


def load(code: str) -> Any:
    """What `path.py:Name` names: one object, a tuple for `path.py:a,b`, or the whole module.

    Raises:
        BadParameter: when the file cannot be run or has no such name.
    """
    path, _, names = code.partition(".py:")
    file = Path(path + ".py" if names else code)
    if not file.is_file():
        raise typer.BadParameter(f"There is no file {file}", param_hint="CODE")
    module = _module(file)
    found = []
    for name in names.split(",") if names else ():
        if not hasattr(module, name):
            raise typer.BadParameter(f"{file} defines no {name!r}", param_hint="CODE")
        found.append(getattr(module, name))
    return module if not found else found[0] if len(found) == 1 else tuple(found)


def _module(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise typer.BadParameter(f"{file} is no Python file", param_hint="CODE")
    module = importlib.util.module_from_spec(spec)
    sys.path.insert(0, str(file.parent))  # files beside it, as when it runs itself
    try:
        spec.loader.exec_module(module)
    except Exception as error:  # whatever running somebody's file raises
        raise typer.BadParameter(
            f"{file} could not be run: {type(error).__name__}: {error}", param_hint="CODE"
        ) from error
    finally:
        sys.path.remove(str(file.parent))
    return module
