"""Optimizers: the update rule of the docstring or of the paper that it names, for four gradients.

Constants are powers of two, so that no float type changes them (quirk K1).
"""

import numpy as np

from parity_tests.formulas.formula import Formula

rng = np.random.default_rng(6)
w, g = rng.normal(size=(3, 2)), rng.normal(size=(4, 3, 2))
GRADIENTS = {
    "drawn": (w, g),
    "zeros": (w, 0 * g),
    "one weight without gradient": (w, g * (w != w[1, 1])),
    "tiny": (w, 1e-20 * g),
    "huge": (w, 1e20 * g),
    "always the same": (w, np.repeat(g[:1], 4, axis=0)),
    "of weights that are zero": (0 * w, g),
    "one step": (w, g[:1]),
}
NAN = {"NaN": (w, np.where(g == g[1, 1, 1], np.nan, g))}
VECTORS = {"drawn": (w[:, 0], g[:, :, 0]), "zeros": (w[:, 0], 0 * g[:, :, 0])}
LR, EPS = 0.5, 2.0**-10


def steps(update, *memory):
    """A rule `update(t, w, g, *memory) -> w, *memory`, from memory of zeros, for each gradient."""

    def formula(w, g):
        state = (w, *(w * 0 + start for start in memory))
        for t, gradient in enumerate(g, 1):
            state = update(t, state[0], gradient, *state[1:])
        return state[0]

    return formula


def sgd(t, w, g):
    return (w - LR * g,)


def momentum(t, w, g, v):
    v = 0.75 * v - LR * g
    return w + v, v


def nesterov(t, w, g, v):
    v = 0.75 * v - LR * g
    return w + 0.75 * v - LR * g, v


def decayed(update):
    """Loshchilov and Hutter: beside its step, a weight loses lr times the decay of itself."""
    return lambda t, w, *rest: update(t, w - LR * 0.125 * w, *rest)


def adam(t, w, g, m, v):
    """Kingma and Ba, with the epsilon hat of the formula before section 2.1."""
    m, v = 0.75 * m + 0.25 * g, 0.875 * v + 0.125 * g**2
    rate = LR * np.sqrt(1 - np.longdouble(0.875) ** t) / (1 - np.longdouble(0.75) ** t)
    return w - rate * m / (np.sqrt(v) + EPS), m, v


def amsgrad(t, w, g, m, v, largest):
    m, v = 0.75 * m + 0.25 * g, 0.875 * v + 0.125 * g**2
    largest = np.maximum(largest, v)
    rate = LR * np.sqrt(1 - np.longdouble(0.875) ** t) / (1 - np.longdouble(0.75) ** t)
    return w - rate * m / (np.sqrt(largest) + EPS), m, v, largest


def adamax(t, w, g, m, u):
    m, u = 0.75 * m + 0.25 * g, np.maximum(0.875 * u, np.abs(g))
    return w - LR / (1 - np.longdouble(0.75) ** t) * m / (u + EPS), m, u


def rmsprop(t, w, g, v):
    """Divide by the root of the average; epsilon hat stands beside the root."""
    v = 0.875 * v + 0.125 * g**2
    return w - LR * g / (np.sqrt(v) + EPS), v


def rmsprop_with_momentum(t, w, g, v, b):
    v = 0.875 * v + 0.125 * g**2
    b = 0.75 * b + LR * g / np.sqrt(v)
    return w - b, v, b


def rmsprop_centered(t, w, g, v, mean):
    v, mean = 0.875 * v + 0.125 * g**2, 0.875 * mean + 0.125 * g
    return w - LR * g / np.sqrt(v - mean**2), v, mean


def adagrad(t, w, g, a):
    """Duchi et al., 2011: the accumulator starts at 0.125, epsilon is of no account."""
    a = a + g**2
    return w - LR * g / np.sqrt(a), a


def adadelta(t, w, g, a, d):
    """Zeiler, 2012: dx = - RMS[dx] / RMS[g] g, RMS[x] = sqrt(E[x^2] + epsilon)."""
    a = 0.875 * a + 0.125 * g**2
    dx = -np.sqrt(d + EPS) / np.sqrt(a + EPS) * g
    return w + LR * dx, a, 0.875 * d + 0.125 * dx**2


def nadam(t, w, g, m, v, product, *, epsilon=EPS):
    """Dozat, 2015, with mu_t = beta_1 (1 - 0.96^(t / 250) / 2) and epsilon hat."""
    mu, coming = (0.75 * (1 - 0.5 * np.longdouble("0.96") ** (s / np.longdouble(250)))
                  for s in (t, t + 1))  # fmt: skip
    m, v, product = 0.75 * m + 0.25 * g, 0.875 * v + 0.125 * g**2, product * mu
    bar = coming * m / (1 - product * coming) + (1 - mu) * g / (1 - product)
    rate = LR * np.sqrt(1 - np.longdouble(0.875) ** t)
    return w - rate * bar / (np.sqrt(v) + epsilon), m, v, product


def lion(t, w, g, m):
    """Chen et al., 2023."""
    return w - LR * np.sign(0.75 * m + 0.25 * g), 0.875 * m + 0.125 * g


def lamb(t, w, g, m, v):
    """You et al., 2019: Adam's step, of the length of the weights."""
    m, v = 0.75 * m + 0.25 * g, 0.875 * v + 0.125 * g**2
    r = m / (1 - np.longdouble(0.75) ** t)
    r = r / (np.sqrt(v / (1 - np.longdouble(0.875) ** t)) + EPS)
    long, wide = np.sqrt(np.sum(w**2)), np.sqrt(np.sum(r**2))
    return w - LR * r * (long / wide if long > 0 and wide > 0 else 1), m, v


def ftrl(t, w, g, n, z):
    """McMahan et al., 2013, as written down in the docstring: l1 = 1/8, l2 = 1/16, beta = 1/4."""
    before, n = n, n + g**2
    z = z + g - (np.sqrt(n) - np.sqrt(before)) / LR * w
    new = (np.sign(z) * 0.125 - z) / ((0.25 + np.sqrt(n)) / LR + 0.0625)
    return np.where(np.abs(z) < 0.125, 0, new), n, z


def adafactor(t, w, g, r, c):
    """Shazeer and Stern, 2018, algorithm 4: second moments of rows times those of columns."""
    beta, tiny = 1 - 1 / np.sqrt(np.longdouble(t)), 2.0**-80
    squares = g**2 + tiny
    r = beta * r + (1 - beta) * np.sum(squares, 1, keepdims=True)
    c = beta * c + (1 - beta) * np.sum(squares, 0, keepdims=True)
    u = g / np.sqrt(r[:, :1] * c[:1] / np.sum(r[:, :1]))
    u = u / max(1, np.sqrt(np.mean(u**2)))
    rate = max(2.0**-10, np.sqrt(np.mean(w**2))) * min(LR, 1 / np.sqrt(np.longdouble(t)))
    return w - rate * u, r, c


def muon(t, w, g, b):
    """Jordan's: momentum, five Newton-Schulz iterations; Liu et al.: 0.25 sqrt(longer side)."""
    b = 0.75 * b + g
    x = b * 0.75 + g
    x = x.T / (np.sqrt(np.sum(x**2)) + 1e-7)
    for _ in range(5):
        a = x @ x.T
        x = 3.5 * x + (-4.75 * a + 2.0 * a @ a) @ x
    return w - LR * 0.25 * np.sqrt(np.longdouble(3)) * x.T, b


def schedule_free(t, w, g, z, v, x):
    """Defazio et al., 2024: y = 0.25 z + 0.75 x; x the mean of all z; the weights are y."""
    if t == 1:
        z, x = w, w
    v = 0.875 * v + 0.125 * g**2
    z = z - LR * g / (np.sqrt(v / (1 - np.longdouble(0.875) ** t)) + EPS)
    x = x + (z - x) / t
    return 0.25 * z + 0.75 * x, z, v, x


def clipped(clip):
    return steps(lambda t, w, g: sgd(t, w, clip(g)))


def to_length(g):
    length = np.sqrt(np.sum(g**2))
    return g * min(1, 1 / length) if length else g


def accumulated(w, g):
    """Every second step, the mean of two gradients."""
    for two in g.reshape(-1, 2, *w.shape):
        w = w - LR * np.mean(two, 0)
    return w


def averaged(w, g, overwrite=None):
    """new_average = m old_average + (1 - m) value, the first being the weights after one step.

    It takes the place of the weights at the end, and after each so many steps.
    """
    mean = w - LR * g[0]
    for t, gradient in enumerate(g, 1):
        w = w - LR * gradient
        mean = 0.75 * mean + 0.25 * w
        w = mean if overwrite and t % overwrite == 0 else w
    return mean


def scaled(w, g):
    """Gradients are divided by the scale; where one is not finite, that is halved, and no more."""
    scale = 1.0
    for gradient in g:
        if np.all(np.isfinite(gradient)):
            w = w - LR * gradient / scale
        else:
            scale /= 2
    return w


INFINITE = {
    "drawn": (w, g),
    "an infinite one": (w, np.where(g == g[1, 1, 1], np.inf, g)),
    "a NaN": (w, np.where(g == g[2, 1, 1], np.nan, g)),
}
EVEN = {label: pair for label, pair in GRADIENTS.items() if label != "one step"}
SINGLE = {label: pair for label, pair in GRADIENTS.items() if label != "huge"}
MOVING = {label: pair for label, pair in GRADIENTS.items() if label in ("drawn", "always the same")}


def row(call, says, inputs=GRADIENTS, parts=None, **options):
    return Formula(f"stepped(optimizers.{call}, w, g)", says, inputs, parts or {}, **options)


BETAS = f"beta_1=0.75, beta_2=0.875, epsilon={EPS}"
FORMULAS = [
    row("SGD(0.5)", steps(sgd), GRADIENTS | NAN),
    row("SGD(0.5, momentum=0.75)", steps(momentum, 0), GRADIENTS | NAN),
    row("SGD(0.5, momentum=0.75, nesterov=True)", steps(nesterov, 0)),
    row("SGD(0.5, weight_decay=0.125)", steps(decayed(sgd))),
    row("SGD(0.5, clipvalue=0.25)", clipped(lambda g: np.clip(g, -0.25, 0.25))),
    row("SGD(0.5, clipnorm=1.0)", clipped(to_length)),
    row("SGD(0.5, global_clipnorm=1.0)", clipped(to_length)),
    row("SGD(0.5, gradient_accumulation_steps=2)", accumulated, EVEN),
    row("SGD(0.5, use_ema=True, ema_momentum=0.75)", averaged),
    row("SGD(0.5, use_ema=True, ema_momentum=0.75, ema_overwrite_frequency=2)",
        lambda w, g: averaged(w, g, 2), EVEN),
    row(f"Adam(0.5, {BETAS})", steps(adam, 0, 0), GRADIENTS | NAN),
    row(f"Adam(0.5, {BETAS}, amsgrad=True)", steps(amsgrad, 0, 0, 0)),
    row(f"AdamW(0.5, weight_decay=0.125, {BETAS})", steps(decayed(adam), 0, 0)),
    row(f"Adamax(0.5, {BETAS})", steps(adamax, 0, 0)),
    row(f"Nadam(0.5, {BETAS})", steps(nadam, 0, 0, 1), SINGLE,
        dict.fromkeys(set(SINGLE) - {"zeros", "tiny"}, "nadam_epsilon"), precision="float32"),
    row("Nadam(0.5, beta_1=0.75, beta_2=0.875, epsilon=2.0**-120)",
        steps(lambda t, w, g, *memory: nadam(t, w, g, *memory, epsilon=0), 0, 0, 1), MOVING,
        {"all": "nadam_momentum_schedule"}, precision="float32"),
    row(f"RMSprop(0.5, rho=0.875, epsilon={EPS})", steps(rmsprop, 0), parts=dict.fromkeys(
        set(GRADIENTS) - {"zeros", "huge", "tiny"}, "rmsprop_epsilon")),
    row("RMSprop(0.5, rho=0.875, momentum=0.75, epsilon=2.0**-200)",
        steps(rmsprop_with_momentum, 0, 0), MOVING),
    row("RMSprop(0.5, rho=0.875, centered=True, epsilon=2.0**-200)",
        steps(rmsprop_centered, 0, 0), MOVING),
    row("Adagrad(0.5, initial_accumulator_value=0.125, epsilon=2.0**-200)",
        steps(adagrad, 0.125)),
    row(f"Adadelta(0.5, rho=0.875, epsilon={EPS})", steps(adadelta, 0, 0)),
    row("Adafactor(0.5, beta_2_decay=-0.5, epsilon_1=2.0**-80, epsilon_2=2.0**-10)",
        steps(adafactor, 0, 0)),
    row("Lion(0.5, beta_1=0.75, beta_2=0.875)", steps(lion, 0), jumps=True),
    row(f"Lamb(0.5, {BETAS})", steps(lamb, 0, 0)),
    row("Ftrl(0.5, initial_accumulator_value=0.125, l1_regularization_strength=0.125, "
        "l2_regularization_strength=0.0625, beta=0.25)", steps(ftrl, 0.125, 0),
        parts=dict.fromkeys(set(GRADIENTS) - {"zeros", "tiny", "huge"}, "ftrl_l2_twice")),
    row("Ftrl(0.5, initial_accumulator_value=0.125, l1_regularization_strength=0.125, "
        "l2_regularization_strength=0.03125, beta=0.25)", steps(ftrl, 0.125, 0)),
    row("Muon(0.5, momentum=0.75, muon_a=3.5, muon_b=-4.75, muon_c=2.0, ns_steps=5, rms_rate=0.25, "
        "weight_decay=None, epsilon=2.0**-200)", steps(muon, 0), MOVING),
    row(f"ScheduleFreeAdamW(0.5, {BETAS}, weight_decay=None)", steps(schedule_free, 0, 0, 0),
        parts=dict.fromkeys(
            set(GRADIENTS) - {"zeros", "tiny", "one step"}, "schedule_free_forgets")),
    row("LossScaleOptimizer(optimizers.SGD(0.5), initial_scale=1.0)", scaled, INFINITE),
]  # fmt: skip
