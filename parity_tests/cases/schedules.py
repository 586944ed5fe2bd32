# ruff: noqa: E501 - one line a value
"""Learning-rate schedules, on both sides of every boundary, in training."""

from parity_tests.cases.optimizers import net, recompile


def _schedule(keras, model):
    """An event: from now on a schedule instead of a number; compiled again, for graphs keep both."""
    model.optimizer.learning_rate = keras.optimizers.schedules.InverseTimeDecay(0.1, 2, 0.5)
    recompile(keras, model)


def _scheduled(name, rate, **more):
    """SGD whose learning rate is a schedule; from the namespace of schedules to it."""
    return net(
        f"schedule/{name}",
        lambda k: k.optimizers.SGD(rate(k.optimizers.schedules)),
        steps=60,
        **more,
    )


CASES = [
    net("adafactor/schedule", lambda k: k.optimizers.Adafactor(k.optimizers.schedules.ExponentialDecay(0.1, 10, 0.8)), steps=60),
    net("sgd/number, then schedule", lambda k: k.optimizers.SGD(0.1, momentum=0.5), events={5: _schedule}, steps=20),
    _scheduled("exponential", lambda s: s.ExponentialDecay(0.2, 7, 0.6)),
    _scheduled("exponential staircase", lambda s: s.ExponentialDecay(0.2, 7, 0.6, staircase=True)),
    _scheduled("inverse time", lambda s: s.InverseTimeDecay(0.2, 7, 0.6)),
    _scheduled("inverse time staircase", lambda s: s.InverseTimeDecay(0.2, 7, 0.6, staircase=True)),
    _scheduled("piecewise", lambda s: s.PiecewiseConstantDecay([3, 10, 30], [0.2, 0.1, 0.3, 0.05])),
    _scheduled("polynomial", lambda s: s.PolynomialDecay(0.2, 30, 0.01, power=2.0)),
    _scheduled("polynomial in cycles", lambda s: s.PolynomialDecay(0.2, 13, 0.01, power=0.5, cycle=True)),
    _scheduled("cosine", lambda s: s.CosineDecay(0.2, 40, alpha=0.1)),
    _scheduled("cosine with warm-up", lambda s: s.CosineDecay(0.0, 30, alpha=0.1, warmup_target=0.3, warmup_steps=10)),
    _scheduled("cosine restarts", lambda s: s.CosineDecayRestarts(0.2, 8, t_mul=1.5, m_mul=0.8, alpha=0.05)),
    _scheduled("cosine restarts, equal lengths", lambda s: s.CosineDecayRestarts(0.2, 8, t_mul=1.0, m_mul=0.9)),
    net("schedule/counts every batch", lambda k: k.optimizers.Adam(k.optimizers.schedules.ExponentialDecay(0.01, 4, 0.5), gradient_accumulation_steps=3), steps=20, silent=("weights/*/step 1", "weights/*/step 2")),
]  # fmt: skip
