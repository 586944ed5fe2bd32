"""Initializers: bounds and moments of what is drawn, by the docstring's formula.

What is drawn is asked for its mean, its standard deviation and its largest size; each may differ
from the distribution's by what the mean, deviation or largest of so many numbers does by chance.
"""

import numpy as np

from parity_tests.formulas.formula import Formula
from parity_tests.harness.tolerances import SIGMAS

SHAPES = {
    "matrix": ((300, 200),),
    "wide": ((20, 3000),),
    "tall": ((3000, 20),),
    "filters": ((3, 3, 40, 60),),
    "vector": ((40_000,),),
}
SMALL = {
    "matrix": ((3, 2),),
    "square": ((3, 3),),
    "wide": ((2, 3),),
    "vector": ((4,),),
    "none": ((0, 3),),
}
MATRICES = {label: SMALL[label] for label in ("matrix", "square", "wide")}
TRUNCATED = 0.87962566103423978  # deviation of a standard normal number that is at most 2 in size


def fans(shape):
    """Input and output units: a filter has each of its places."""
    if len(shape) == 1:
        return shape[0], shape[0]
    places = int(np.prod(shape[:-2]))
    return shape[-2] * places, shape[-1] * places


def by_chance(deviation, limit, kurtosis, n):
    """Of n numbers: a mean of 0, this deviation, within SIGMAS of theirs, none beyond a limit."""
    mean = SIGMAS * deviation / np.sqrt(n)
    spread = SIGMAS * deviation * np.sqrt((kurtosis - 1) / (4 * n))
    return mean, deviation - spread, deviation + spread, limit


def uniform(scale, n_of):
    """Within [-limit, limit], limit = sqrt(3 scale / n)."""

    def law(shape):
        limit = np.sqrt(3 * scale / n_of(*fans(shape)))
        return by_chance(limit / np.sqrt(3), limit, 1.8, np.prod(shape))

    return law


def normal(scale, n_of):
    """A deviation of sqrt(scale / n) after truncation at two deviations of what is truncated."""

    def law(shape):
        deviation = np.sqrt(scale / n_of(*fans(shape)))
        return by_chance(deviation, 2 * deviation / TRUNCATED, 2.37, np.prod(shape))

    return law


def fan_in(inputs, outputs):
    return inputs


def fan_out(inputs, outputs):
    return outputs


def average(inputs, outputs):
    return (inputs + outputs) / 2


def drawn(call, law):
    """A row: whether the sample keeps to the law, four times yes."""
    return Formula(
        f"kept(initializers.{call}(shape), law(shape))", lambda shape, law=law: np.ones(4), SHAPES,
        jumps=True, given={"law": law},
    )  # fmt: skip


def plain(deviation, limit, kurtosis):
    return lambda shape: by_chance(deviation, limit, kurtosis, np.prod(shape))


def diagonal(shape):
    return 0.5 * np.eye(*shape)


FORMULAS = [
    Formula("initializers.Zeros()(shape)", np.zeros, SMALL),
    Formula("initializers.Ones()(shape)", np.ones, SMALL),
    Formula("initializers.Constant(0.25)(shape)", lambda shape: np.full(shape, 0.25), SMALL),
    Formula("initializers.Identity(0.5)(shape)", diagonal, MATRICES),
    drawn("GlorotUniform(1)", uniform(1, average)),
    drawn("GlorotNormal(2)", normal(1, average)),
    drawn("HeUniform(3)", uniform(2, fan_in)),
    drawn("HeNormal(4)", normal(2, fan_in)),
    drawn("LecunUniform(5)", uniform(1, fan_in)),
    drawn("LecunNormal(6)", normal(1, fan_in)),
    drawn("VarianceScaling(0.5, 'fan_out', 'uniform', 7)", uniform(0.5, fan_out)),
    drawn("VarianceScaling(0.5, 'fan_out', 'truncated_normal', 8)", normal(0.5, fan_out)),
    drawn("VarianceScaling(0.5, 'fan_avg', 'untruncated_normal', 9)",
          lambda shape: (*normal(0.5, average)(shape)[:3], np.inf)),
    drawn("RandomUniform(-0.5, 0.5, 10)", plain(0.5 / np.sqrt(3), 0.5, 1.8)),
    drawn("RandomNormal(0.0, 0.5, 11)", plain(0.5, np.inf, 3)),
    drawn("TruncatedNormal(0.0, 0.5, 12)", plain(0.5 * TRUNCATED, 1.0, 2.37)),
    Formula("gram(initializers.Orthogonal(0.5, 13)(shape))",
            lambda shape: 0.25 * np.eye(min(shape)), MATRICES, through=lambda shape: 1),
]  # fmt: skip
