"""Checking a layer or an activation that somebody wrote.

Three sizes of layer (one with as many units as inputs), two batches for each from one and the same
object, inputs drawn from a seed. Before a ReLU some values are exactly 0, before a softmax some are
large.
"""

import inspect
from collections.abc import Callable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch import activations, layers, quirks
from scratch.graph_pair import GraphPair
from scratch.testing import student
from scratch.testing.judgement import Answers, Catalogue, Convention, Trial, judge
from scratch.testing.mistakes import activations as activation_mistakes
from scratch.testing.mistakes import dense
from scratch.testing.result import Result
from scratch.testing.student.layers import gradient_name


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
    name, reference = _reference(like, options)
    draw = np.random.default_rng(seed)
    trials: list[Trial] = []
    answers: list[Answers] = []
    with quirks.without(*quirks.QUIRKS):
        for setting in _settings(name, reference, yours, input_shape, options):
            previous: Any = None
            answer: Callable | None = None
            layer = setting.layer
            layer.ensure_built((None, *setting.sample))
            for variable in layer.trainable_variables:
                variable.assign(draw.normal(size=variable.shape))
            weights = {v.name: v.numpy() for v in layer.trainable_variables}
            for rows in setting.batches:
                x = _inputs(draw, name, (rows, *setting.sample), setting.extreme)
                trial = _trial(name, layer, x, draw, weights, averages, previous, options)
                previous = trial.given
                trials.append(trial)
                if answer is None:
                    answer = student.layer(yours, {**options, **setting.given}, weights)
                answers.append(_answer(answer, x, trial))
    mistakes = {"dense": dense.MISTAKES, "activation": activation_mistakes.MISTAKES}
    found = mistakes.get("activation" if name in _activations() else name, GENERAL)
    notes = [] if any("dx" in a for a in answers) else ["dx was not returned, and not checked."]
    return judge(name_of(yours), described(like, options), [Convention("", trials)], answers, found,
                 notes=notes)  # fmt: skip


# The reference -----------------------------------------------------------------------------------


def reference_names() -> list[str]:
    """Every name that `like` may be: of a layer or of an activation."""
    return [*sorted({_snake(name) for name in layer_names()}), *_activations()]


def layer_names() -> dict[str, type]:
    """Every layer, by its name in snake case and by its own."""
    found = {}
    for name in layers.__all__:
        thing = getattr(layers, name)
        if inspect.isclass(thing) and name not in ("Layer", "InputLayer", "Activation"):
            found[_snake(name)] = found[name] = thing
    return found


def _snake(name: str) -> str:
    return "".join("_" + c.lower() if c.isupper() and i and not name[i - 1].isupper() else c.lower()
                   for i, c in enumerate(name))  # fmt: skip


def _activations() -> list[str]:
    return [n for n in activations.__all__ if n not in ("get", "serialize", "deserialize")]


def _reference(like: str, options: dict[str, Any]) -> tuple[str, Callable[..., layers.Layer]]:
    """The plain name and a function that makes the layer, for given units."""
    known = layer_names()
    if like in known:
        cls = known[like]
        return _snake(cls.__name__), lambda **more: cls(**{**options, **more, "dtype": "float64"})
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
    """One object of the student's: which layer it stands for, and which batches it will see."""

    layer: layers.Layer
    sample: tuple[int, ...]
    batches: tuple[int, ...]
    given: dict[str, Any]
    extreme: bool = False


def _settings(
    name: str, make: Callable, yours: Any, shape: tuple[int, ...] | None, options: dict[str, Any]
) -> list[_Setting]:
    if name != "dense":
        sample = shape or ((4, 3) if name == "flatten" else (3,))
        more = [_Setting(make(), sample, (4,), {}, extreme=True)] if name in _activations() else []
        return [_Setting(make(), sample, (5, 2), {}), _Setting(make(), sample, (1,), {}), *more]
    made = student.kernel_shape(yours)
    if made is not None:
        sizes = [made] * 2  # an object that has its weights already
    else:
        units = options.get("units", 3)
        inputs = shape[-1] if shape else units + 1
        sizes = [(inputs, units), (units, units), (inputs + 1, units)]
    return [
        _Setting(make(units=units), (inputs,), batches, {"inputs": inputs, "units": units})
        for (inputs, units), batches in zip(sizes, [(5, 7), (4, 6), (1, 2)], strict=False)
    ]


def _inputs(
    draw: np.random.Generator, name: str, shape: tuple[int, ...], extreme: bool
) -> np.ndarray:
    x = draw.normal(size=shape)
    if name in _activations() and x.size > 1:
        x.flat[1] = 0.0  # the kink of a rectifier
    # Past the largest power that float64 holds, e^709.8.
    return x + np.log(np.finfo("float64").max) if extreme else x


def _trial(
    name: str, layer: Any, x: np.ndarray, draw: np.random.Generator, weights: dict[str, np.ndarray],
    averages: bool, previous: Any, options: dict[str, Any],
) -> Trial:  # fmt: skip
    """The right answers, by the layer's definition and the derivatives of its graph."""
    variables = layer.trainable_variables
    pair = GraphPair(lambda s: layer.define(s, False), x.shape, "float64", variables)
    with np.errstate(all="ignore"):
        output = pair.forward(x)
        dy = draw.normal(size=output.shape)
        dx, *gradients = pair.backward(dy)
    n = len(x) if averages else 1
    expected = {"output": output}
    for key, gradient in zip(weights, gradients, strict=True):
        expected[gradient_name(key)] = gradient / n
    expected["dx"] = dx
    where = f"{len(x)} sample{'s' * (len(x) > 1)} of shape {x.shape[1:]}"
    given: Any
    if name == "dense":
        activation, like = layer.activation, getattr(layer.activation, "__name__", "")
        given = dense.Given(x, weights["kernel"], weights.get("bias"), dy, like, _f(activation),
                            _backward(activation), averages, previous)  # fmt: skip
        where = f"{len(x)} sample{'s' * (len(x) > 1)}, {x.shape[1]} inputs, {layer.units} units"
    else:
        given = SimpleNamespace(z=x, y=output, dy=dy, dx=dx, like=name, options=options,
                                expected=expected, previous=previous,
                                backward=_backward(getattr(layer, "activation", None)))  # fmt: skip
    if previous is not None:
        where += ", the second batch of the same layer"
    return Trial(where, given, expected)


def _f(activation: Any) -> Callable:
    return lambda z: GraphPair(activation, z.shape, "float64").forward(z)


def _backward(activation: Any) -> Callable:
    def backward(dy: np.ndarray, z: np.ndarray) -> np.ndarray:
        pair = GraphPair(activation, z.shape, "float64")
        pair.forward(z)
        return pair.backward(dy)[0]

    return backward


def _answer(answer: Callable, x: np.ndarray, trial: Trial) -> Answers:
    try:
        with np.errstate(all="ignore"):
            return answer(x, trial.given.dy)
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
