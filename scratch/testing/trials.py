"""The right answers for a layer or an activation: sizes, random weights, batches, derivatives.

Three sizes of layer (one with as many units as inputs), two batches for each from one and the same
object, inputs drawn from a seed. Before a ReLU some values are exactly 0, before a softmax some are
large.
"""

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch import layers
from scratch.testing.graph_pair import GraphPair
from scratch.testing.judgement import Trial
from scratch.testing.mistakes import batch
from scratch.testing.references import NEEDED, activation_names
from scratch.testing.student.gradients import gradient_name


@dataclass(frozen=True)
class Setting:
    """One object of somebody's class: which sizes it has, and which batches it will see."""

    sample: tuple[int, ...]
    batches: tuple[int, ...]
    given: dict[str, Any]
    extreme: bool = False


def settings(
    name: str, shape: tuple[int, ...] | None, options: dict[str, Any], made: tuple[int, int] | None
) -> list[Setting]:
    """The objects that are made.

    Args:
        name: of the reference.
        shape: of a sample, where it is given.
        options: of the reference.
        made: the shape (inputs, units) of the weights that somebody's object has already.
    """
    if (rank := rank_of(name)) is not None:
        # All sizes differ, and the second image is smaller than the first in one direction.
        sample = shape or (*(6, 5, 4)[:rank], 2)
        given = {"channels": sample[-1], "padding": "valid", **NEEDED, **options}
        return [Setting(sample, (5, 2), given), Setting(sample, (1,), given)]
    if name != "dense":
        sample = shape or ((4, 3) if name == "flatten" else (4,))
        large = [Setting(sample, (3,), {}, extreme=True)] if name in activation_names() else []
        # Standardized over the batch, a single sample is nothing but zeros.
        last = 3 if name == "batch_normalization" else 1
        return [Setting(sample, (5, 2), {}), Setting(sample, (last,), {}), *large]
    if made is not None:
        sizes = [made] * 2  # an object that has its weights already
    else:
        units = options.get("units", 3)
        inputs = shape[-1] if shape else units + 1
        sizes = [(inputs, units), (units, units), (inputs + 1, units)]
    # In the first all sizes differ, so that arrays are told apart by their shapes.
    first = next(m for m in (5, 6, 8) if m not in sizes[0])
    return [
        Setting((inputs,), batches, {"inputs": inputs, "units": units})
        for (inputs, units), batches in zip(sizes, [(first, 7), (4, 6), (1, 2)], strict=False)
    ]


def rank_of(name: str) -> int | None:
    """How many spatial axes the inputs of a layer on windows have; None for any other layer."""
    if name == "center_crop":
        return 2
    found = re.fullmatch(r"(\w*(conv|pooling|sampling|padding|cropping)\w*)(\d)d\w*", name)
    return None if found is None else int(found[3])


def built(
    make: Callable, setting: Setting, draw: np.random.Generator, like: str
) -> tuple[layers.Layer, dict[str, np.ndarray]]:
    """The reference with random weights, and those.

    Raises:
        ValueError: when it lacks an argument or takes another kind of input.
    """
    try:
        layer = make(**{key: n for key, n in setting.given.items() if key == "units"})
        layer(np.zeros((2, *setting.sample)))
    except Exception as error:
        raise ValueError(
            f"{like} cannot be checked like this: {error}. Give its arguments as options, and the "
            f"shape of a sample as input_shape (now {setting.sample})"
        ) from error
    for variable in layer.trainable_variables:
        variable.assign(draw.normal(size=variable.shape))
    return layer, {v.name: v.numpy() for v in layer.trainable_variables}


def trials_of(
    name: str, layer: Any, weights: dict[str, np.ndarray], setting: Setting,
    draw: np.random.Generator, options: dict[str, Any],
) -> list[Trial]:  # fmt: skip
    """The right answers, by the layer's definition and the derivatives of its graph."""
    found: list[Trial] = []
    activation = getattr(layer, "activation", None)
    shape = layer.compute_output_shape((None, *setting.sample))
    f, backward = _both_ways(activation, (*(None,) * (len(shape) - 1), shape[-1]))
    definition = layer.call
    if "training" in inspect.signature(layer.call).parameters:
        definition = functools.partial(layer.call, training=True)
    for rows in setting.batches:
        x = _inputs(draw, name, (rows, *setting.sample), setting.extreme)
        pair = GraphPair(definition, x.shape, "float64", layer.trainable_variables)
        with np.errstate(all="ignore"):
            output = pair.forward(x)
            dy = draw.normal(size=output.shape)
            dx, *gradients = pair.backward(dy)
        expected = {"output": output}
        for key, gradient in zip(weights, gradients, strict=True):
            expected[gradient_name(key)] = gradient
        expected["dx"] = dx
        where = f"{rows} sample{'s' * (rows > 1)}"
        given: Any
        previous = found[-1].given if found else None
        if name == "dense":
            given = batch.Given(
                x, weights["kernel"], weights.get("bias"), dy, getattr(activation, "__name__", ""),
                f, backward, False, previous,
            )  # fmt: skip
            where += f", {x.shape[1]} inputs, {layer.units} units"
        else:
            given = SimpleNamespace(
                z=x, y=output, dy=dy, dx=dx, like=name, options=options, expected=expected,
                previous=previous, backward=backward, f=f, weights=weights, layer=layer,
                averages=False,
            )  # fmt: skip
            where += f" of shape {x.shape[1:]}"
        if previous is not None:
            where += ", the second batch of the same layer"
        found.append(Trial(where, given, expected))
    return found


def _inputs(
    draw: np.random.Generator, name: str, shape: tuple[int, ...], extreme: bool
) -> np.ndarray:
    x = draw.normal(size=shape)
    if name in activation_names():
        x.flat[1] = 0.0  # the kink of a rectifier
    if "max_pooling" in name:
        x = np.rint(x)  # many are alike
    # Past the largest power that float64 holds, e^709.8.
    return x + np.log(np.finfo("float64").max) if extreme else x


def finite(trial: Trial) -> bool:
    """Whether every right answer is a finite number."""
    return all(np.isfinite(array).all() for array in trial.expected.values())


def _both_ways(activation: Any, shape: tuple[int | None, ...]) -> tuple[Callable, Callable]:
    """From z to y, and from dy and z to dz, by the activation's definition and its graph."""
    if activation is None:
        return np.array, np.array
    pair = GraphPair(activation, shape, "float64")

    def backward(dy: np.ndarray, z: np.ndarray) -> np.ndarray:
        pair.forward(z)
        return pair.backward(dy)[0]

    return pair.forward, backward


def averaged(trial: Trial) -> Trial:
    """The same, with gradients of weights that are means over the batch."""
    given, rows = trial.given, len(trial.expected["output"])
    expected = {
        name: value / (1 if name in ("output", "dx") else rows)
        for name, value in trial.expected.items()
    }
    if isinstance(given, batch.Given):
        before = given.previous and replace(given.previous, averages=True)
        return replace(trial, given=replace(given, averages=True, previous=before),
                       expected=expected)  # fmt: skip
    given = SimpleNamespace(**{**vars(given), "expected": expected, "averages": True})
    return replace(trial, given=given, expected=expected)
