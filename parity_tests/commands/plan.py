"""`parity plan`: a step of a model, line by line, as `fit` computes it.

The lines are those of `scratch.network.plan`, which run: every array of a step has a name in them,
and nothing that is computed stands anywhere else.

    parity plan --kernels compiled --times

prints beside each line how many microseconds it takes: the profile of a step.
"""

import ast
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from keras_models import MODELS, load

RECORDED = 8  # batches after which a plan has been recorded, if it can be
STEPS, EPOCHS = 100, 4  # that are timed: a call of `fit` or the like, and how many of them
KINDS = ("train", "test", "predict")


def plan(
    model: Annotated[
        str, typer.Argument(help=f"A compiled model's file, or one of: {', '.join(MODELS)}.")
    ] = "fashion_mnist",
    kind: Annotated[str, typer.Option(help="train, test or predict.")] = "train",
    optimizer: Annotated[str | None, typer.Option(help="A Keras name, e.g. adam.")] = None,
    batch_size: Annotated[int, typer.Option(min=1, help="Rows of the batch.")] = 32,
    kernels: Annotated[
        str, typer.Option(help="numpy, or compiled: what is played in place of the lines.")
    ] = "numpy",
    times: Annotated[
        bool, typer.Option("--times", help="The microseconds of each line, medians of 400 steps.")
    ] = False,
) -> None:
    """A step of a model, line by line, as `fit` computes it."""
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r}: expected one of {', '.join(KINDS)}")
    print(text_of(model, kind, optimizer, batch_size, kernels, times), end="")


def text_of(
    name: str,
    kind: str,
    optimizer: str | None = None,
    rows: int = 32,
    kernels: str = "numpy",
    times: bool = False,
) -> str:
    """The lines of a step of the model called `name`, or that a file holds.

    Args:
        times: whether each stands behind the microseconds that it takes.
    """
    import scratch as keras
    from scratch.network import replay

    before = keras.config.kernels(), replay.WAIT
    keras.config.set_kernels(kernels)
    replay.WAIT = 0
    try:
        return _text_of(name, kind, optimizer, rows, times)
    finally:
        keras.config.set_kernels(before[0])
        replay.WAIT = before[1]


def _text_of(name: str, kind: str, optimizer: str | None, rows: int, times: bool) -> str:
    import scratch as keras
    from scratch.models.training import planned

    if name in MODELS:
        example = load(name)
        model, settings = example.build(keras), example.compile_settings(keras)
        model.compile(**{**settings, **({"optimizer": optimizer} if optimizer else {})})
    elif Path(name).exists():
        model = keras.models.load_model(name)
        if optimizer:
            raise typer.BadParameter("a file says by which optimizer its model is trained")
    else:
        raise typer.BadParameter(f"{name!r} is no file, and no model: {', '.join(MODELS)}")
    shape = model.input_shape
    if not isinstance(shape, tuple) or None in shape[1:]:
        raise typer.BadParameter(f"{name}: one input of fixed shape is needed, not {shape}")
    x = np.random.default_rng(0).random((rows, *shape[1:])).astype(model.inputs[0].dtype)
    data, run = [x], model.predict
    if kind != "predict":
        last = model.output_shape[1:]
        sparse = "sparse" in str(getattr(model.loss, "name", model.loss))
        data.append(
            np.zeros((rows,) if sparse else (rows, *last), "int64" if sparse else "float32")
        )
        run = model.fit if kind == "train" else model.evaluate
    for _ in range(planned.AFTER + RECORDED):
        run(*data, batch_size=rows, verbose=0)
    found = planned.of(model, kind)
    if found is None:
        return f"# a step of {name} does more than lines can say: it takes the ordinary way\n"
    text = found.text
    if found.replay is not None:
        text = found.replay.text or f"# {name}: {found.replay.refusal}\n{found.text}"
    if not times:
        return text
    found.run, seconds = _timed(text, found.run)
    many = [np.concatenate([array] * STEPS) for array in data]
    for _ in range(EPOCHS):
        run(*many, batch_size=rows, verbose=0)
    return _with_times(text, seconds)


def _timed(text: str, function: Callable) -> tuple[Callable, dict[int, list[float]]]:
    """The function, which notes how many seconds its lines take: by their numbers, from 1 on."""
    names: dict[str, Any] = dict(function.__globals__)
    (tree,) = ast.parse(text).body
    seconds: dict[int, list[float]] = {}

    def watched(statements: list[Any]) -> list[ast.stmt]:
        found: list[ast.stmt] = []
        for statement in statements:
            if isinstance(statement, ast.With):
                statement.body = watched(statement.body)
                found.append(statement)
            elif isinstance(statement, ast.Return):
                found.append(statement)
            else:
                number = statement.lineno
                names[f"note_{number}"] = seconds.setdefault(number, []).append
                before, after = ast.parse(f"begun = now()\nnote_{number}(now() - begun)").body
                found += [before, statement, after]
        return found

    tree.body = watched(tree.body)  # type: ignore[attr-defined]
    names["now"] = time.perf_counter
    module = ast.fix_missing_locations(ast.Module([tree], []))
    exec(compile(module, "<plan with times>", "exec"), names)
    return names[tree.name], seconds  # type: ignore[attr-defined]


def _with_times(text: str, seconds: dict[int, list[float]]) -> str:
    """The lines, each behind its median in microseconds; and their sum."""
    medians = {n: 1e6 * statistics.median(found) for n, found in seconds.items() if found}
    lines = [
        f"{medians[number]:8.2f}  {line}" if number in medians else f"{'':10}{line}"
        for number, line in enumerate(text.splitlines(), 1)
    ]
    return "\n".join([*lines, f"{sum(medians.values()):8.2f}  us, all lines together"]) + "\n"
