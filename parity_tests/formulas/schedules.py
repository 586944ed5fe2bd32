"""Schedules of the learning rate, as their docstrings define them."""

import numpy as np

from parity_tests.formulas.formula import Formula

PI = np.longdouble("3.14159265358979323846")
STEPS = {
    "the first": (0,),
    "the second": (1,),
    "on the way": (3,),
    "nearly the last": (15,),
    "the last": (16,),
    "beyond the last": (17,),
    "twice the last": (32,),
    "thrice": (48,),
    "far beyond": (1_000_003,),
}


def exponential(step):
    return 0.5 * np.longdouble(0.25) ** (np.longdouble(step) / 16)


def polynomial(step, power=2.0, steps=16):
    step = min(step, steps)
    return (0.5 - 0.125) * (1 - np.longdouble(step) / steps) ** power + 0.125


def cycling(step):
    """The first multiple of `decay_steps` that the step does not pass (bigger than it, at 0)."""
    return polynomial(step, steps=16 * max(1, -(-step // 16)))


def cosine(step, start=0.5, alpha=0.25):
    step = min(step, 16)
    return start * ((1 - alpha) * 0.5 * (1 + np.cos(PI * step / 16)) + alpha)


def warm(step):
    """From 0.125 to 0.5 in four steps, in a line, then the decay from there."""
    return 0.125 + step * (0.5 - 0.125) / 4 if step < 4 else cosine(step - 4)


def restarts(step, t_mul=2.0, m_mul=0.5, alpha=0.25):
    """Periods of 16, 32, 64, ... steps, each begins at half the rate of the one before."""
    period, start, step = 16.0, np.longdouble(1), np.longdouble(step)
    while step >= period:
        step, period, start = step - period, period * t_mul, start * m_mul
    return 0.5 * ((1 - alpha) * start * 0.5 * (1 + np.cos(PI * step / period)) + alpha)


NEAR = {label: step for label, step in STEPS.items() if label != "far beyond"}


def schedule(call, says, steps):
    """A row; TensorFlow computes schedules in float32 whatever the float type (quirk K1)."""
    return Formula(
        f"optimizers.schedules.{call}(step)", says, steps, through=lambda step: 0.5,
        precision="float32",
    )  # fmt: skip


FORMULAS = [
    schedule("ExponentialDecay(0.5, 16, 0.25)", exponential, NEAR),
    schedule("ExponentialDecay(0.5, 16, 0.25, staircase=True)",
             lambda step: exponential(step // 16 * 16), NEAR),
    schedule("InverseTimeDecay(0.5, 16, 0.25)",
             lambda step: 0.5 / (1 + 0.25 * np.longdouble(step) / 16), STEPS),
    schedule("InverseTimeDecay(0.5, 16, 0.25, staircase=True)",
             lambda step: 0.5 / (1 + 0.25 * np.longdouble(step // 16)), STEPS),
    schedule("PolynomialDecay(0.5, 16, 0.125, power=2.0)", polynomial, STEPS),
    schedule("PolynomialDecay(0.5, 16, 0.125, power=2.0, cycle=True)", cycling, NEAR),
    schedule("PiecewiseConstantDecay([3, 16], [0.5, 0.25, 0.125])",
             lambda step: 0.5 if step <= 3 else 0.25 if step <= 16 else 0.125, STEPS),
    schedule("CosineDecay(0.5, 16, alpha=0.25)", cosine, STEPS),
    schedule("CosineDecay(0.125, 16, alpha=0.25, warmup_target=0.5, warmup_steps=4)", warm, STEPS),
    schedule("CosineDecayRestarts(0.5, 16, m_mul=0.5, alpha=0.25)", restarts, NEAR),
]  # fmt: skip
