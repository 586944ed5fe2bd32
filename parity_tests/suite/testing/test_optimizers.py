# ruff: noqa: E501 - one line a mistake
"""Optimizers: every usual mistake is recognized by name, and what is right passes."""

from typing import Any

import pytest

from parity_tests.suite.testing.students import assert_diagnosed, names, spoiled
from scratch.testing import check_optimizer
from scratch.testing.mistakes import optimizers as optimizer_mistakes
from scratch.testing.mistakes.rules import RULES

OPTIMIZERS = """
class SGD:
    def __init__(self, lr, momentum, nesterov, weight_decay):
        self.lr, self.mu, self.nesterov, self.wd = lr, momentum, nesterov, weight_decay or 0
        self.m = {}
    def update(self, params, grads):
        for k in params:
            g = grads[k]
            decay = self.lr * self.wd * params[k]
            params[k] = params[k] - decay
            self.m[k] = self.mu * self.m.get(k, 0) - self.lr * g
            if self.nesterov:
                params[k] = params[k] + self.mu * self.m[k] - self.lr * g
            else:
                params[k] = params[k] + self.m[k]
class RMSprop:
    def __init__(self, lr=0.001, rho=0.9, eps=1e-7):
        self.lr, self.rho, self.eps = lr, rho, eps
        self.v = {}
    def update(self, params, grads):
        for k in params:
            g = grads[k]
            self.v[k] = self.rho * self.v.get(k, 0) + (1 - self.rho) * g**2
            step = self.lr * g / np.sqrt(self.v[k] + self.eps)
            params[k] = params[k] - step
class Adagrad:
    def __init__(self, lr=0.001, eps=1e-7):
        self.lr, self.eps = lr, eps
        self.v = {}
    def update(self, params, grads):
        for k in params:
            g = grads[k]
            self.v[k] = self.v.get(k, 0.1) + g**2
            params[k] = params[k] - self.lr * g / np.sqrt(self.v[k] + self.eps)
class Adam:
    def __init__(self, lr, beta1, beta2, eps):
        self.lr, self.b1, self.b2, self.eps = lr, beta1, beta2, eps
        self.t = 0
        self.m, self.v = {}, {}
    def update(self, params, grads):
        self.t += 1
        for k in params:
            g = grads["d" + k]
            self.m[k] = self.b1 * self.m.get(k, 0) + (1 - self.b1) * g
            self.v[k] = self.b2 * self.v.get(k, 0) + (1 - self.b2) * g**2
            c1, c2 = 1 - np.float64(self.b1) ** self.t, 1 - np.float64(self.b2) ** self.t
            alpha = self.lr * np.sqrt(c2) / c1
            params[k] = params[k] - alpha * self.m[k] / (np.sqrt(self.v[k]) + self.eps)
"""
MU, NESTEROV, DECAY = (
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.9, "weight_decay": 0.1},
)
ADAM_STEP = "alpha * self.m[k] / (np.sqrt(self.v[k]) + self.eps)"
WRONG_OPTIMIZERS = {
    "sign of the step": ("Adam", {}, [("- alpha", "+ alpha")]),
    "learning rate forgotten": ("SGD", {}, [("self.lr * g", "g")]),
    "state reset in every step": ("Adam", {}, [("        self.t += 1", "        self.t += 1\n        self.m, self.v = {}, {}")]),
    "state shared between parameters": ("Adam", {}, [("self.m[k]", "self.m['all']"), ("self.v[k]", "self.v['all']"), ("get(k", "get('all'")]),
    "m and v are one and the same": ("Adam", {}, [("self.m, self.v = {}, {}", "self.m = self.v = {}")]),
    "momentum convention with (1 - beta)": ("SGD", MU, [("- self.lr * g\n            if", "- (1 - self.mu) * g\n            if"), ("+ self.m[k]", "+ self.lr * self.m[k]")]),
    "Nesterov's look-ahead missing": ("SGD", NESTEROV, [("if self.nesterov", "if False")]),
    "Nesterov where plain momentum was asked for": ("SGD", MU, [("if self.nesterov", "if True")]),
    "learning rate applied twice": ("SGD", MU, [("+ self.m[k]", "+ self.lr * self.m[k]")]),
    "sign of the momentum": ("SGD", MU, [("= self.mu * self.m.get", "= -self.mu * self.m.get")]),
    "gradient not squared": ("Adam", {}, [("g**2", "g")]),
    "root forgotten": ("RMSprop", {}, [("np.sqrt(self.v[k] + self.eps)", "(self.v[k] + self.eps)")]),
    "rho and 1 - rho swapped": ("RMSprop", {}, [("self.rho * self.v", "(1 - self.rho) * self.v"), ("(1 - self.rho) * g", "self.rho * g")]),
    "squares added up without forgetting": ("RMSprop", {}, [("self.rho * self.v", "self.v"), ("(1 - self.rho) * g", "g")]),
    "epsilon missing": ("RMSprop", {}, [(" + self.eps", "")]),
    "epsilon inside the root": ("Adam", {}, [("(np.sqrt(self.v[k]) + self.eps)", "np.sqrt(self.v[k] + self.eps)")]),
    "epsilon inside the root, beside the corrected v": ("Adam", {}, [(ADAM_STEP, "self.lr * self.m[k] / c1 / np.sqrt(self.v[k] / c2 + self.eps)")]),
    "bias correction missing": ("Adam", {}, [("* np.sqrt(c2) / c1", "")]),
    "bias correction of m missing": ("Adam", {}, [("/ c1", "")]),
    "bias correction of v missing": ("Adam", {}, [("* np.sqrt(c2)", "")]),
    "root of v's bias correction forgotten": ("Adam", {}, [("np.sqrt(c2)", "c2")]),
    "bias-corrected moments stored": ("Adam", {}, [("            alpha =", "            self.m[k], self.v[k] = self.m[k] / c1, self.v[k] / c2\n            alpha ="), ("* np.sqrt(c2) / c1", "")]),
    "bias-corrected m stored": ("Adam", {}, [("            alpha =", "            self.m[k] /= c1\n            alpha ="), ("/ c1\n            params", "\n            params")]),
    "bias-corrected v stored": ("Adam", {}, [("            alpha =", "            self.v[k] /= c2\n            alpha ="), ("* np.sqrt(c2)", "")]),
    "squares forgotten from step to step": ("Adagrad", {}, [("self.v.get(k, 0.1) + g**2", "g**2")]),
    "t starts at 0": ("Adam", {}, [("self.t = 0", "self.t = -1")]),
    "t one too large": ("Adam", {}, [("self.t = 0", "self.t = 1")]),
    "t never raised": ("Adam", {}, [("self.t += 1", "self.t = 1")]),
    "t raised for every parameter instead of every step": ("Adam", {}, [("        self.t += 1\n", ""), ("            g = grads[\"d\"", "            self.t += 1\n            g = grads[\"d\"")]),
    "beta_1 and beta_2 swapped": ("Adam", {}, [("= lr, beta1, beta2", "= lr, beta2, beta1")]),
    "factor 1 - beta_1 missing": ("Adam", {}, [("(1 - self.b1) * g", "g")]),
    "factor 1 - beta_2 missing": ("Adam", {}, [("(1 - self.b2) * g", "g")]),
    "weight decay inside the gradient (L2) instead of decoupled": ("SGD", DECAY, [("g = grads[k]\n            decay", "g = grads[k] + self.wd * params[k]\n            decay"), ("- decay", "")]),
    "weight decay without the learning rate": ("SGD", DECAY, [("self.lr * self.wd", "self.wd")]),
    "weight decay forgotten": ("SGD", DECAY, [("- decay", "")]),
    **{f"another epsilon: 1e{n}": ("Adam", {}, [("= lr, beta1, beta2, eps", f"= lr, beta1, beta2, 1e{n}")]) for n in (-10, -9, -8, -6, -5, -4, -3)},
}  # fmt: skip


def assert_optimizer_diagnosed(name, seed):
    cls, options, changes = WRONG_OPTIMIZERS[name]
    # The textbook's rules, taken from one class, are spoiled in that class alone.
    start = OPTIMIZERS.index(f"class {cls}")
    end = OPTIMIZERS.find("class", start + 1)
    source = OPTIMIZERS[start : end if end > 0 else None]
    result = check_optimizer(spoiled(source, *changes)[cls], cls.lower(), seed=seed, **options)
    assert_diagnosed(result, name)


@pytest.mark.parametrize("name", WRONG_OPTIMIZERS)
def test_optimizer_mistakes(name):
    assert_optimizer_diagnosed(name, seed=1)


def test_every_optimizer_mistake_has_its_student():
    assert names(optimizer_mistakes.MISTAKES) == set(WRONG_OPTIMIZERS)


@pytest.mark.parametrize(
    ("cls", "options"),
    [("SGD", {}), ("Adagrad", {}), ("SGD", MU), ("SGD", NESTEROV), ("SGD", DECAY), ("RMSprop", {"rho": 0.8}),
     ("Adam", {"learning_rate": 0.1}), ("Adam", {"epsilon": 1e-3})],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0, 3])
def test_right_optimizers(cls, options, seed):
    result = check_optimizer(spoiled(OPTIMIZERS)[cls], cls.lower(), seed=seed, **options)
    assert result.raise_if_wrong()
    assert not result.notes


@pytest.mark.parametrize("like", RULES)
def test_the_catalogues_own_rules_are_right(like):
    """Without a mistake, each rule is scratch's optimizer: else no mistake could be recognized."""
    rule = RULES[like]
    every: tuple[Any, ...] = (
        {},
        {"learning_rate": 0.3},
        {"sgd": {"momentum": 0.5}, "rmsprop": {"momentum": 0.5}, "adam": {"amsgrad": True}}.get(
            like, {}
        ),
    )
    for options in every:
        defaults: dict[str, Any] = {
            "momentum": 0.0,
            "nesterov": False,
            "rho": 0.9,
            "epsilon": 1e-7,
            "beta_1": 0.9,
            "beta_2": 0.999,
            "centered": False,
            "amsgrad": False,
            "weight_decay": None,
            "initial_accumulator_value": 0.1,
        }
        h = {**defaults, **options}

        def step(w, g, state, t, learning_rate, h=h):
            from types import SimpleNamespace

            memory = state.setdefault("memory", __import__("collections").defaultdict(float))
            return w - rule(g, memory, t, SimpleNamespace(**h, lr=learning_rate))

        assert check_optimizer(step, like, **options).raise_if_wrong()
