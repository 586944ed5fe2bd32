"""How close is close. This file alone holds numbers that say so; each is derived, none is picked.

u is the unit roundoff: half the distance from 1 to the next number, 2^-24 in float32 and 2^-53 in
float64. A sum of n rounded products differs from the exact one by at most

    gamma_n = n u / (1 - n u)  times  sum |x_i y_i|            (Higham 2002, ch. 3)

and, because roundings have no common direction, hardly ever by more than lambda sqrt(n) u times it
(Higham & Mary 2019). lambda = 1 is one standard deviation's worth; lambda = 8 is out of the
question for correct code, and a single wrong coefficient is larger by many orders of magnitude.

Errors are measured in the max norm, relative to the largest entry of the tensor: element-wise
relative errors would be a hundred times larger and say nothing, because an entry near zero is the
difference of large ones.
"""

from dataclasses import dataclass

import numpy as np

from parity_tests.harness.record import step_of

UNIT_ROUNDOFF = {"float32": 2.0**-24, "float64": 2.0**-53}
TF32_ROUNDOFF = 2.0**-11  # what rounding to eleven bits may change
LAMBDA_FAILS = 8.0

# Two correct float64 derivatives of one function (by hand, by graph, by complex step, by
# TensorFlow) differ by rounding alone: a chain of a few layers, each with sums of at most some
# hundred terms, gives some hundred u. 1e-12 is 9,000 u: everything right passes on any machine, and
# a formula that is wrong by one part in 10^11 fails.
DERIVATIVE = 1e-12

# An SGD trajectory in float64 stays within this, whatever its length (measured: 8e-15 after 51,540
# steps).
SGD_CEILING = 1e-12

# Adam and its kin divide by the root of a running mean of squares: where that root is small, a
# rounding of the gradient is amplified. Sixteen is the amplification that tolerances were derived
# with; it holds up to the chaos horizon.
#   FTRL's first step takes sqrt(n) from the almost equal sqrt(n + g^2), divides by lr and
# multiplies by w: a rounding of sqrt(n) = 0.3 becomes 0.3 |w| / (lr |g|) = 0.3 * 0.5 / (0.05 *
# 0.01) = 300 times as large a part of the new weight, about g.
#   Schedule-free AdamW starts from weights of the size of lr (quirk K21): then all units are alike,
# and a gradient is what is left of terms that cancel, to a tenth or so; ten times Adam's.
KAPPA = {
    "sgd": 1.0,
    "lion": 1.0,
    "adadelta": 16.0,
    "adafactor": 16.0,
    "adagrad": 16.0,
    "adam": 16.0,
    "adamax": 16.0,
    "adamw": 16.0,
    "lamb": 16.0,
    "muon": 16.0,
    "nadam": 16.0,
    "rmsprop": 16.0,
    "ftrl": 300.0,
    "schedulefreeadamw": 160.0,
}

# Beyond the chaos horizon two correct runs part exponentially, and the distance of one pair is a
# random number: of several twins' largest, a further pair's is within a factor of ten unless
# something other than rounding drives it.
ENVELOPE = 10.0

# The Box-Muller transform calls the C library's logf and sincosf: 0.82 and 0.56 units in the last
# place by glibc's documentation, 0.5 for the comparison's own rounding.
LIBM_ULPS = 1.5

# What a transcendental function may be off, in units in the last place, together with the few
# roundings of its definition. Measured in float32: scratch up to 3.3, TensorFlow up to 5.7;
# sigmoid is its worst, and is off by less on the inputs of suite/ops.
TRANSCENDENTAL_ULPS = 4

# A schedule is up to five float32 operations, and a graph rounds one division otherwise (quirk
# K22). In units in the last place of its largest value; 2 were measured.
SCHEDULE_ULPS = 4

# A QR decomposition is backward stable: its Q differs between LAPACK and Eigen by the rounding of
# the matrix times its condition number. The matrices here are well conditioned, their columns have
# unit norm. In units in the last place of 1; 2 were measured.
ORTHOGONAL_ULPS = 16

# A mean or a variance of n draws lies within this many of its own standard deviations: a false
# alarm in 5e8.
SIGMAS = 6.0

# A finite difference with the best step, u^(1/3), is right to u^(2/3) = 4e-11 times the third
# derivative; a sanity check only.
FINITE_DIFFERENCE = 1e-5

# Below this multiple of what is allowed, a signal proves nothing: the comparison is vacuous.
SIGNAL = 10.0

# A correct float32 implementation may be this much worse than TensorFlow against a float64 oracle,
# root mean square, median over the batches: one quarter of a rounding.
RMSE_RATIO = 1.25

# Between full float32, whose product of two matrices of normal numbers errs by a few sqrt(n) u, and
# TF32, which rounds the inputs to 2^-11 and so errs 8,000 times as much: a hundred.
CANARY = 100.0

# `import scratch` must take at most this share of TensorFlow's import: measured 3 %, and machines
# differ in how fast they read files.
IMPORT_SHARE = 0.25


@dataclass(frozen=True)
class Bound:
    """What a difference may be, relative to the largest entry; `why` in words."""

    relative: float
    why: str

    def times(self, factor: float, because: str) -> "Bound":
        """A looser bound, for a reason."""
        return Bound(self.relative * factor, f"{self.why}; {factor:g} times, because {because}")


EXACT = Bound(0.0, "equal, bit for bit")
ORTHOGONAL = Bound(
    ORTHOGONAL_ULPS * 2 * UNIT_ROUNDOFF["float64"], "a QR decomposition: 16 units in the last place"
)


def gamma(n: int, precision: str) -> float:
    """Higham's gamma_n: the worst case of a sum of n terms."""
    nu = n * UNIT_ROUNDOFF[precision]
    return nu / (1 - nu)


def rounding(n: int, precision: str, strength: float = LAMBDA_FAILS) -> float:
    """lambda sqrt(n) u: what a sum of n terms may be off, relative to the sum of its moduli."""
    return strength * float(np.sqrt(n)) * UNIT_ROUNDOFF[precision]


def canary(n: int) -> float:
    """The largest error of a full float32 product of two n x n matrices of normal numbers."""
    return rounding(n, "float32", CANARY)


def derivative(precision: str = "float64", terms: int = 64) -> Bound:
    """The bound for one forward and backward pass on equal inputs."""
    if precision == "float64":
        return Bound(DERIVATIVE, "two float64 derivatives of one function: 1e-12")
    return Bound(rounding(terms, precision), f"float32, sums of {terms} terms: 8 sqrt(n) u")


def trajectory(step: int, kappa: float = 1.0, precision: str = "float64") -> Bound:
    """The bound for weights after so many steps: 8 kappa sqrt(t) u."""
    relative = rounding(max(1, step), precision) * kappa
    if precision == "float64" and kappa == 1:
        relative = min(relative, SGD_CEILING)
    return Bound(
        relative, f"{precision} trajectory: 8 kappa sqrt(t) u, kappa = {kappa:g}, t = {step}"
    )


def whole_run(step: int, optimizer: str, momentum: float = 0.0) -> Bound:
    """For weights after so many steps of a run in float64, up to its chaos horizon.

    SGD grows like the root of t. An optimizer that divides by a root that starts at zero makes its
    largest errors in the first steps: what holds for it is the ceiling alone.
    """
    if optimizer != "sgd":
        return Bound(SGD_CEILING, f"float64, up to the chaos horizon: {SGD_CEILING:g}")
    grown = trajectory(step, kappa_of(optimizer, momentum))
    return Bound(min(grown.relative, SGD_CEILING), f"{grown.why}, never above {SGD_CEILING:g}")


def kappa_of(optimizer: str, momentum: float = 0.0) -> float:
    """How much an optimizer amplifies roundings; momentum adds up 1 / (1 - mu) of them."""
    return KAPPA[optimizer] if optimizer != "sgd" else 1 / (1 - momentum)


DRAWN = ("initial/", "order/", "mask/")


def rule(name: str, precision: str, steps: int = 1, kappa: float = 1.0) -> Bound:
    """The bound of the quantity called `name` in a record of a run of `steps` steps."""
    if name.startswith(DRAWN):
        return EXACT
    if name.startswith(("gradient/", "output", "loss")) and step_of(name) is None and steps == 1:
        return derivative(precision)
    step = step_of(name)
    if step == 0:
        return EXACT
    return trajectory(steps if step is None else step, kappa, precision)


# A browser's exp, tanh and log are another library's, right to an ulp too: after 300 steps of SGD
# in float64, 8 sqrt(t) u = 1.5e-14 would be the bound of `trajectory`; the page keeps to 1e-14.
IN_A_BROWSER = 1e-14

# Numbers that the page of the playground shows have so many significant digits.
THREE_DIGITS = 5e-3
FOUR_DIGITS = 5e-4
# A place on the playground's plane, by the pixel under the pointer: half of one, in its units.
A_PIXEL = 0.05

# A float32 number after a few operations: some tens of unit roundoffs.
FEW_ROUNDINGS = 2.0**-20
# A float64 number after a few steps of training.
FEW_STEPS = 2.0**-30
