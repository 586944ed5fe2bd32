"""Checking a layer or an activation that somebody wrote.

Three sizes of layer (one with as many units as inputs), two batches for each from one and the same
object, inputs drawn from a seed. Before a ReLU some values are exactly 0, before a softmax some are
large.
"""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch import activations, layers, quirks
from scratch.context.naming import to_snake_case
from scratch.layers.merging.merge import Merge
from scratch.testing import student
from scratch.testing.check_dropout import dropout_result
from scratch.testing.graph_pair import GraphPair
from scratch.testing.judgement import Answers, Catalogue, Convention, Trial, judge
from scratch.testing.mistakes import activations as activation_mistakes
from scratch.testing.mistakes import dense
from scratch.testing.result import Result
from scratch.testing.student.layers import gradient_name

# Layers that cannot be held against somebody's, and why.
EXCUSES: dict[str, tuple[type, ...]] = {
    "takes several inputs": (Merge,),
    "draws random numbers: its output cannot be foretold": (
        layers.AlphaDropout,
        layers.GaussianDropout,
        layers.GaussianNoise,
        layers.SpatialDropout1D,
        layers.SpatialDropout2D,
        layers.SpatialDropout3D,
    ),
    "takes numbers of classes or bins, or gives them: it has no derivative": (
        layers.CategoryEncoding,
        layers.Discretization,
        layers.Embedding,
    ),
    "does what another layer or function does: check that": (layers.Lambda, layers.Wrapper),
}


def check_layer(
    yours: Any,
    like: str = "dense",
    *,
    input_shape: tuple[int, ...] | None = None,
    averages: bool = False,
    seed: int = 0,
    **options: Any,
) -> Result:
    """Compares somebody's layer or activation with the one of that name.

    Args:
        yours: a class, an object, a pair of functions or a module; see `scratch.testing.student`.
        like: the name of a layer (`"dense"`, `"flatten"`, ...) or of an activation (`"relu"`, ...).
        input_shape: of a sample, for a layer that needs its own; default: a few numbers.
        averages: whether dW and db are means over the batch, as in courses whose loss is no mean.
        seed: of the inputs.
        options: arguments of the reference, e.g. `units=3, activation="tanh"`; a class gets those
            that its own arguments ask for.

    Raises:
        ValueError: for an unknown name or option, or a layer that cannot be checked.
        NothingFitsError: when `yours` has none of the accepted shapes.
    """
    name, make = _reference(like, options)
    draw = np.random.default_rng(seed)
    if name == "dropout" and options.get("rate"):
        return dropout_result(name_of(yours), described(like, options), yours, options, draw)
    trials: list[Trial] = []
    answers: list[Answers] = []
    with quirks.without(*quirks.QUIRKS):
        for setting in _settings(name, yours, input_shape, options):
            layer, weights = _built(make, setting, draw, like)
            row = _trials(name, layer, weights, setting, draw, averages, options)
            if setting.extreme and not all(_finite(trial) for trial in row):
                continue
            answer = student.layer(yours, {**options, **setting.given}, weights)
            trials += row
            answers += [_answer(answer, trial) for trial in row]
    mistakes = {"dense": dense.MISTAKES, "activation": activation_mistakes.MISTAKES}
    found = mistakes.get("activation" if name in _activations() else name, GENERAL)
    notes = [] if any("dx" in a for a in answers) else ["dx was not returned, and not checked."]
    return judge(name_of(yours), described(like, options), [Convention("", trials)], answers, found,
                 notes=notes)  # fmt: skip


# The reference -----------------------------------------------------------------------------------


def reference_names() -> list[str]:
    """Every name that `like` may be: of a layer or of an activation."""
    checked = {cls.__name__ for cls in layer_names().values() if excuse(cls) is None}
    return [*sorted(map(_plain, checked)), *_activations()]


def excuse(cls: type) -> str | None:
    """Why a layer cannot be checked; None where it can."""
    return next((why for why, classes in EXCUSES.items() if issubclass(cls, classes)), None)


def layer_names() -> dict[str, type]:
    """Every layer that computes something of its own, by its plain name and by its class's."""
    found = {}
    for name in layers.__all__:
        thing = getattr(layers, name)
        if not (inspect.isclass(thing) and issubclass(thing, layers.Layer)):
            continue
        if thing.call is not layers.Layer.call and name not in ("InputLayer", "Activation"):
            found[_plain(name)] = found[name] = thing
    return found


def _plain(name: str) -> str:
    """A layer's name in snake case; its own where an activation has that one."""
    snake = to_snake_case(name)
    return name if snake in _activations() else snake


def _activations() -> list[str]:
    return [n for n in activations.__all__ if n not in ("get", "serialize", "deserialize")]


def _reference(like: str, options: dict[str, Any]) -> tuple[str, Callable[..., layers.Layer]]:
    """The plain name and a function that makes the layer, for given units."""
    known = layer_names()
    if like in known:
        cls = known[like]
        if why := excuse(cls):
            raise ValueError(f"{like} cannot be checked: it {why}")
        return _plain(cls.__name__), lambda **more: cls(**{**options, **more, "dtype": "float64"})
    if like not in _activations():
        raise ValueError(
            f"Unknown layer or activation {like!r}. Known are: {', '.join(reference_names())}"
        )
    function = activations.get(like)
    for option in options:
        if option not in inspect.signature(function).parameters:
            raise ValueError(f"The activation {like} has no argument {option!r}")

    def named(x: Any) -> Any:
        return function(x, **options)

    return like, lambda **_: layers.Activation(named if options else function, dtype="float64")


# Trials ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Setting:
    """One object of somebody's class: which sizes it has, and which batches it will see."""

    sample: tuple[int, ...]
    batches: tuple[int, ...]
    given: dict[str, Any]
    extreme: bool = False


def _settings(
    name: str, yours: Any, shape: tuple[int, ...] | None, options: dict[str, Any]
) -> list[_Setting]:
    if name != "dense":
        sample = shape or ((4, 3) if name == "flatten" else (4,))
        large = [_Setting(sample, (3,), {}, extreme=True)] if name in _activations() else []
        # Standardized over the batch, a single sample is nothing but zeros.
        last = 3 if name == "batch_normalization" else 1
        return [_Setting(sample, (5, 2), {}), _Setting(sample, (last,), {}), *large]
    made = student.kernel_shape(yours)
    if made is not None:
        sizes = [made] * 2  # an object that has its weights already
    else:
        units = options.get("units", 3)
        inputs = shape[-1] if shape else units + 1
        sizes = [(inputs, units), (units, units), (inputs + 1, units)]
    return [
        _Setting((inputs,), batches, {"inputs": inputs, "units": units})
        for (inputs, units), batches in zip(sizes, [(5, 7), (4, 6), (1, 2)], strict=False)
    ]


def _built(
    make: Callable, setting: _Setting, draw: np.random.Generator, like: str
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


def _trials(
    name: str, layer: Any, weights: dict[str, np.ndarray], setting: _Setting,
    draw: np.random.Generator, averages: bool, options: dict[str, Any],
) -> list[Trial]:  # fmt: skip
    """The right answers, by the layer's definition and the derivatives of its graph."""
    found: list[Trial] = []
    activation = getattr(layer, "activation", None)
    width = layer.units if name == "dense" else setting.sample[-1]
    f, backward = _both_ways(activation, width)
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
            expected[gradient_name(key)] = gradient / (rows if averages else 1)
        expected["dx"] = dx
        where = f"{rows} sample{'s' * (rows > 1)}"
        given: Any
        previous = found[-1].given if found else None
        if name == "dense":
            given = dense.Given(
                x, weights["kernel"], weights.get("bias"), dy, getattr(activation, "__name__", ""),
                f, backward, averages, previous,
            )  # fmt: skip
            where += f", {x.shape[1]} inputs, {layer.units} units"
        else:
            given = SimpleNamespace(
                z=x, y=output, dy=dy, dx=dx, like=name, options=options, expected=expected,
                previous=previous, backward=backward,
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
    if name in _activations():
        x.flat[1] = 0.0  # the kink of a rectifier
    # Past the largest power that float64 holds, e^709.8.
    return x + np.log(np.finfo("float64").max) if extreme else x


def _finite(trial: Trial) -> bool:
    return all(np.isfinite(array).all() for array in trial.expected.values())


def _both_ways(activation: Any, width: int) -> tuple[Callable, Callable]:
    """From z to y, and from dy and z to dz, by the activation's definition and its graph."""
    if activation is None:
        return np.array, np.array
    pair = GraphPair(activation, (None, width), "float64")

    def backward(dy: np.ndarray, z: np.ndarray) -> np.ndarray:
        pair.forward(z)
        return pair.backward(dy)[0]

    return pair.forward, backward


def _answer(answer: Callable, trial: Trial) -> Answers:
    try:
        with np.errstate(all="ignore"):
            given = trial.given
            return answer(given.x if isinstance(given, dense.Given) else given.z, given.dy)
    except student.NothingFitsError:
        raise
    except Exception as error:  # whatever somebody's code raises is an answer too
        return dict.fromkeys(trial.expected, error)


def _accumulated(given: Any) -> Answers:
    if given.previous is None:
        return {}
    names = [n for n in given.expected if n not in ("output", "dx")]
    return {n: given.expected[n] + given.previous.expected[n] for n in names}


GENERAL = Catalogue(
    replace(mistake, answer=_accumulated)
    for mistake in dense.MISTAKES
    if mistake.name == dense.ACCUMULATED
)


def name_of(yours: Any) -> str:
    """What somebody's code is called."""
    if isinstance(yours, tuple | list):
        return ", ".join(map(name_of, yours))
    return getattr(yours, "__name__", type(yours).__name__)


def described(like: str, options: dict[str, Any]) -> str:
    """The reference, as a call."""
    return f"{like}({', '.join(f'{k}={v!r}' for k, v in options.items())})"
