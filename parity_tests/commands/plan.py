"""`parity plan`: a step of a model, line by line, as `fit` computes it.

The lines are those of `scratch.network.plan`, which run: every array of a step has a name in them,
and nothing that is computed stands anywhere else.
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from keras_models import MODELS, load

RECORDED = 4  # batches after which a plan has been recorded, if it can be
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
) -> None:
    """A step of a model, line by line, as `fit` computes it."""
    if kind not in KINDS:
        raise typer.BadParameter(f"{kind!r}: expected one of {', '.join(KINDS)}")
    print(text_of(model, kind, optimizer, batch_size, kernels), end="")


def text_of(
    name: str,
    kind: str,
    optimizer: str | None = None,
    rows: int = 32,
    kernels: str = "numpy",
) -> str:
    """The lines of a step of the model called `name`, or that a file holds."""
    import scratch as keras
    from scratch.network import replay

    before = keras.config.kernels(), replay.WAIT
    keras.config.set_kernels(kernels)
    replay.WAIT = 0
    try:
        return _text_of(name, kind, optimizer, rows)
    finally:
        keras.config.set_kernels(before[0])
        replay.WAIT = before[1]


def _text_of(name: str, kind: str, optimizer: str | None, rows: int) -> str:
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
    x = np.zeros((rows, *shape[1:]), model.inputs[0].dtype)
    if kind == "predict":
        for _ in range(planned.AFTER + RECORDED):
            model.predict(x, batch_size=rows, verbose=0)
    else:
        last = model.output_shape[1:]
        sparse = "sparse" in str(getattr(model.loss, "name", model.loss))
        y = np.zeros((rows,) if sparse else (rows, *last), "int64" if sparse else "float32")
        run = model.fit if kind == "train" else model.evaluate
        for _ in range(planned.AFTER + RECORDED):
            run(x, y, batch_size=rows, verbose=0)
    found = planned.of(model, kind)
    if found is None:
        return f"# a step of {name} does more than lines can say: it takes the ordinary way\n"
    if found.replay is None:
        return found.text
    return found.replay.text or f"# {name}: {found.replay.refusal}\n{found.text}"
