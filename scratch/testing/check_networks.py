"""Checking the backward pass of a whole network, against its own cost.

    dJ/dW = (J(W + h) - J(W - h)) / 2h   for every entry of every parameter

What the network is does not matter: its layers are somebody's own, and so is its cost.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np

from scratch.testing.check_layers import PRINTED, name_of
from scratch.testing.comparing import Answers
from scratch.testing.differences import central_differences
from scratch.testing.judgement import Convention, Trial, judge
from scratch.testing.mistakes.networks import MISTAKES
from scratch.testing.result import Result
from scratch.testing.student.names import NothingFitsError
from scratch.testing.student.networks import Network
from scratch.testing.student.silence import silent
from scratch.testing.student.stopped import Stopped

SAMPLES = (5, 7)
OWN = "the derivative of its own cost"


def check_network(
    yours: Any, like: str = OWN, *, seed: int = 0, columns: bool | None = None
) -> Result:
    """Compares the gradients of somebody's network with the derivatives of its own cost.

    Args:
        yours: two functions: forward(X, parameters) -> A, cache, and backward, which gets what its
            arguments ask for (parameters, cache, X, Y, A) and returns a dictionary of gradients.
        like: what it is held against.
        seed: of the parameters and the inputs.
        columns: whether a sample is a column; default: what fits.

    Raises:
        NothingFitsError: when `yours` is no such pair, or its cost cannot be computed.
    """
    with silent() as printed, np.errstate(all="ignore"):
        network = _network(yours, seed, columns)
        draw = np.random.default_rng(seed)
        trials, answers = [], []
        for samples in SAMPLES:
            x, y = network.batch(draw, samples)
            trial, slack = _trial(network, x, y, samples)
            trials.append(trial)
            answers.append(_answer(network, x, y, trial, slack))
    notes = ["Held against the central differences of its own cost: whether the cost itself is "
             "what you want is not checked."]  # fmt: skip
    notes += [PRINTED] * bool(printed.getvalue())
    return judge(name_of(yours), like, [Convention("", trials)],
                 answers, MISTAKES, notes=notes)  # fmt: skip


def _network(yours: Any, seed: int, columns: bool | None) -> Network:
    """The network in the layout in which its cost is a number."""
    problem: Exception | None = None
    for way in (True, False) if columns is None else (columns,):
        draw = np.random.default_rng(seed)
        try:
            network = Network(yours[0], yours[1], draw, way)
            if np.isfinite(network.cost(network.parameters, *network.batch(draw, SAMPLES[0]))):
                return network
        except Exception as error:  # whatever somebody's code raises in the other layout
            problem = problem or error
    raise NothingFitsError(
        f"{name_of(yours)}: the cost of a batch could not be computed"
        + (f": {type(problem).__name__}: {problem}" if problem else "")
    )


def _trial(
    network: Network, x: np.ndarray, y: np.ndarray, samples: int
) -> tuple[Trial, dict[str, np.ndarray]]:
    """The right gradients, and how far each may be off."""
    right, slack = {}, {}
    for key, value in network.parameters.items():

        def cost(moved: np.ndarray, key: str = key) -> float:
            return network.cost({**network.parameters, key: moved}, x, y)

        right[f"d{key}"], slack[f"d{key}"] = central_differences(cost, value)
    given = SimpleNamespace(right=right, m=samples)
    return Trial(f"{samples} samples", given, right), slack


def _answer(
    network: Network, x: np.ndarray, y: np.ndarray, trial: Trial, slack: dict[str, np.ndarray]
) -> Answers:
    try:
        found = network.gradients(x, y)
    except NothingFitsError:
        raise
    except Exception as error:  # whatever somebody's code raises is an answer too
        return dict.fromkeys(trial.expected, Stopped("backward", error))
    return {
        f"d{key}": _snapped(value, trial.given, f"d{key}", slack) for key, value in found.items()
    }


def _snapped(
    value: np.ndarray, given: Any, name: str, slack: dict[str, np.ndarray]
) -> np.ndarray | ValueError:
    """What lies within the slack of the right gradient, or of a multiple by m, is taken for it."""
    shape = given.right[name].shape
    if value.shape == shape[::-1] != shape:  # one output: a column is no row, W - dW a matrix
        return ValueError(f"{name} has shape {value.shape}, its parameter {shape}")
    for factor in (1, -1, given.m, 1 / given.m):
        near = given.right[name] * factor
        if value.shape == near.shape and np.all(abs(value - near) <= abs(factor) * slack[name]):
            return near
    return value
