"""Rules of callbacks: what each decides when it is told these numbers, epoch after epoch."""

import math

import numpy as np

from parity_tests.formulas.formula import Formula

TOLD = {
    "falling": ([4.0, 3.0, 2.0, 1.0, 0.5, 0.25],),
    "rising": ([1.0, 2.0, 3.0, 4.0, 5.0, 6.0],),
    "always the same": ([1.0] * 6,),
    "better by less than the least change": ([1.0, 0.9375, 0.875, 0.8125, 0.75, 0.6875],),
    "better by the least change": ([1.0, 0.75, 0.5, 0.25, 0.0, -0.25],),
    "now and then": ([2.0, 1.0, 1.5, 0.5, 0.75, 0.625, 0.125],),
    "NaN at first": ([math.nan, 5.0, 4.0, 3.0, 2.0, 1.0],),
    "NaN": ([2.0, math.nan, math.nan, math.nan, 1.0],),
    "infinities": ([math.inf, math.inf, math.inf, 1.0],),
}


def improvements(values, least):
    """Whether each value is the first, or better than the best by more than the least change."""
    best = None
    for value in values:
        better = best is None or value < best - least
        best = value if better else best
        yield better


def early_stopping(values, patience=2, least=0.25, baseline=math.nan, start=0):
    """The number of epochs after which training ends: `patience` epochs without improvement."""
    waited = 0
    for epoch, better in enumerate(improvements(values[start:], least), start + 1):
        waited = 0 if better and not values[epoch - 1] >= baseline else waited + 1
        if waited >= max(patience, 1):
            return epoch
    return len(values)


def plateau(values, factor=0.5, patience=2, least=0.25, cooldown=0, smallest=0.0):
    """Rates after each epoch; after a reduction it waits `cooldown` epochs before it counts."""
    rate, waited, cooling, rates = 1.0, 0, 0, []
    for better in improvements(values, least):
        if cooling:
            cooling, waited = cooling - 1, 0
        if better:
            waited = 0
        elif not cooling:
            waited += 1
            if waited >= patience:
                rate, waited, cooling = max(rate * factor, smallest), 0, cooldown
        rates.append(rate)
    return np.array(rates)


BASELINE = dict.fromkeys(
    ("falling", "better by less than the least change", "better by the least change",
     "now and then", "NaN at first"), "early_stopping_baseline",
)  # fmt: skip


def row(call, says, inputs=TOLD, parts=None):
    return Formula(f"told(callbacks.{call}, values)", says, inputs, parts or {}, jumps=True)


def rates(call, says, inputs=TOLD, parts=None):
    return Formula(f"told(callbacks.{call}, values, rates=True)", says, inputs, parts or {},
                   jumps=True)  # fmt: skip


FORMULAS = [
    row("EarlyStopping('loss', min_delta=0.25, patience=2)", lambda values: early_stopping(values)),
    row("EarlyStopping('loss', min_delta=0.25)", lambda values: early_stopping(values, 0)),
    row("EarlyStopping('loss', patience=3)", lambda values: early_stopping(values, 3, 0.0)),
    row("EarlyStopping('loss', patience=2, start_from_epoch=2)",
        lambda values: early_stopping(values, 2, 0.0, start=2)),
    row("EarlyStopping('loss', patience=2, baseline=0.75)",
        lambda values: early_stopping(values, 2, 0.0, 0.75), parts=BASELINE),
    row("EarlyStopping('loss', mode='max', patience=2)",
        lambda values: early_stopping([-v for v in values], 2, 0.0)),
    rates("ReduceLROnPlateau('loss', factor=0.5, patience=2, min_delta=0.25)",
          lambda values: plateau(values)),
    rates("ReduceLROnPlateau('loss', factor=0.5, patience=1, min_delta=0.25, cooldown=2)",
          lambda values: plateau(values, patience=1, cooldown=2)),
    rates("ReduceLROnPlateau('loss', factor=0.25, patience=1, min_delta=0.25, min_lr=0.125)",
          lambda values: plateau(values, 0.25, 1, smallest=0.125)),
    rates("LearningRateScheduler(lambda epoch, rate: rate / (epoch + 1))",
          lambda values: 1 / np.cumprod(np.arange(1, len(values) + 1)), {"": TOLD["falling"]}),
    row("TerminateOnNaN()", lambda values: next(
        (k for k, v in enumerate(values, 1) if not math.isfinite(v)), len(values))),
]  # fmt: skip
