# ruff: noqa: E501 - one line a value
"""Faults in optimizers."""

import numpy as np

import scratch
from parity_tests.harness.faults.fault import Fault, method, setting, value
from scratch.ops.graph import promotion
from scratch.optimizers import (
    SGD,
    Adadelta,
    Adafactor,
    Adagrad,
    Adam,
    Adamax,
    Ftrl,
    Lamb,
    Lion,
    Muon,
    Nadam,
    Optimizer,
    RMSprop,
)
from scratch.optimizers import adam as adam_module
from scratch.optimizers.base import elementwise
from scratch.optimizers.base import optimizer as base


def _epsilon_inside(original, self, w, g, slots, *coefficients):
    alpha, *_, eps = coefficients
    original(self, w.copy(), g, slots, *coefficients)
    v = slots[2] if self.amsgrad else slots[1]
    w -= slots[0] * alpha / np.sqrt(v + eps)


def _t_off_by_one(original, self, t, lr):
    return original(self, t + 1, lr)


def _no_correction(original, self, t, lr):
    return (lr, *original(self, t, lr)[1:])


def _epsilon_corrected(original, self, t, lr):
    alpha, one, two, eps = original(self, t, lr)
    return alpha, one, two, eps * np.sqrt(1 - lr.dtype.type(self.beta_2) ** t)


def _betas_swapped(original, self, t, lr):
    alpha, one, two, eps = original(self, t, lr)
    return alpha, two, one, eps


def _correction_of_m_only(original, self, t, lr):
    _, one, two, eps = original(self, t, lr)
    return lr / (1 - promotion.constant(self.beta_1, lr) ** t), one, two, eps


def _no_root(original, self, w, g, slots, *coefficients):
    alpha, *_, eps = coefficients
    original(self, w.copy(), g, slots, *coefficients)
    w -= slots[0] * alpha / (slots[1] + eps)


def _amsgrad_ignored(original, self, w, g, slots, *coefficients):
    if self.amsgrad:
        slots[2][:] = 0
    original(self, w, g, slots, *coefficients)


def _maximum_of_the_corrected(original, self, w, g, slots, *coefficients):
    if not self.amsgrad:
        return original(self, w, g, slots, *coefficients)
    t = int(self._iterations.value) + 1
    slots[2] *= 1 - self.beta_2 ** (t - 1)
    original(self, w, g, slots, *coefficients)
    np.maximum(slots[2], slots[1] / (1 - self.beta_2**t), out=slots[2])
    return None


def _not_rounded(original, value, like):
    with scratch.quirks.without("K1"):
        return original(value, like)


def _rate_outside(original, self, w, g, slots, lr, mu):
    if not slots or self.nesterov:
        return original(self, w, g, slots, lr, mu)
    (m,) = slots  # torch's convention: m = mu m + g, w -= lr m
    m *= mu
    m += g
    w -= lr * m
    return None


def _dampened(original, self, w, g, slots, lr, mu):
    original(self, w, g * (1 - mu) if slots else g, slots, lr, mu)


def _nesterov_forgotten(original, self, w, g, slots, lr, mu):
    with setting(self, "nesterov", False):
        original(self, w, g, slots, lr, mu)


def _nesterov_always(original, self, w, g, slots, lr, mu):
    with setting(self, "nesterov", True):
        original(self, w, g, slots, lr, mu)


def _step_scaled(original, self, w, g, slots, *coefficients):
    before = w.copy()
    original(self, w, g, slots, *coefficients)
    w += (w - before) * 1e-10


def _epsilon_outside(original, self, w, g, slots, lr, rho, one_minus_rho, mu, eps):
    before = w.copy()
    original(self, w, g, slots, lr, rho, one_minus_rho, mu, eps)
    if self.momentum == 0 and not self.centered:
        w[:] = before - lr * g / (np.sqrt(slots[0]) + eps)


def _rho_backwards(original, self, w, g, slots, lr, rho, one_minus_rho, mu, eps):
    original(self, w, g, slots, lr, one_minus_rho, rho, mu, eps)


def _not_centered(original, self, w, g, slots, *coefficients):
    original(self, w, g, slots, *coefficients)
    if self.centered:
        slots[-1][:] = 0


def _does_nothing(original, self, *args):
    self._iterations.value += 1


def _counts_from_one(original, self, storage, eagerly):
    fresh = not self.built
    original(self, storage, eagerly)
    self._iterations.array += fresh


def _not_clipped(original, self, *args):
    return None


def _clipped_by_the_sum(original, gradients, limit):
    for g in gradients:
        c = g.dtype.type(limit)
        g *= c / np.maximum(np.abs(g).sum(), c)


def _each_norm_for_itself(original, gradients, limit):
    base.clip_by_norm(gradients, limit)


def _decay_of_gradients(original, self, t, lr):
    if self.weight_decay:
        self._storage.gradients += self.weight_decay * self._storage.values
    return original(self, t, lr)


def _decay_after_the_update(original, self, w, g, slots, *coefficients):
    if self.weight_decay:
        before = w / (1 - promotion.constant(self.weight_decay, w) * coefficients[0])
        w[:] = before
    original(self, w, g, slots, *coefficients)
    if self.weight_decay:
        w -= w * promotion.constant(self.weight_decay, w) * coefficients[0]


def _average_starts_at_zero(original, self):
    self._iterations.value += 1
    original(self)
    self._iterations.value -= 1


def _momentum_of_the_average_swapped(original, self):
    with setting(self, "ema_momentum", 1 - self.ema_momentum):
        original(self)


def _summed_not_averaged(original, self, parts):
    original(self, parts)
    if self._completes_accumulation:
        self._storage.gradients *= self.gradient_accumulation_steps


def _scale_forgotten(original, self, only=None):
    with setting(self, "loss_scale_factor", None):
        original(self, only)


def _delta_times_rate(original, self, w, g, slots, lr, *others):
    before = w.copy()
    original(self, w, g, slots, lr, *others)
    _, one_minus_rho, _ = others
    step = w - before  # lr d: what the average b should not see
    b = slots[1]
    b += one_minus_rho * (np.square(step) - np.square(step / lr))


def _accumulator_forgets(original, self, w, g, slots, *others):
    slots[0][...] *= 0.999
    original(self, w, g, slots, *others)


def _norm_is_mean(original, self, w, g, slots, lr, correction, one_minus_beta_1, beta_2, eps):
    m, u = slots
    m += (g - m) * one_minus_beta_1
    u[...] = beta_2 * u + (1 - beta_2) * np.abs(g)
    w -= lr * m / (correction * (u + eps))


def _product_twice(original, self):
    return original(self) * self.beta_1


def _shrinkage_forgotten(original, self, t, lr):
    return (*original(self, t, lr)[:4], lr.dtype.type(0))


def _lion_with_one_beta(original, self, t, lr):
    lr, beta_1, _ = original(self, t, lr)
    return lr, beta_1, beta_1


def _ratio_forgotten(original, self, gradient, variable, learning_rate):
    before = variable.value.copy()
    original(self, gradient, variable, learning_rate)
    step = variable.value - before
    length = np.sqrt(np.sum(np.square(before)))
    variable.value[...] = before + (step / length if length else step)


def _factors_swapped(original, self, gradient, variable, learning_rate):
    i = self._get_variable_index(variable)
    c = self._c[i].value
    if variable.ndim > 1:
        c[...] = c[..., ::-1].copy()
    original(self, gradient, variable, learning_rate)


def _scaled_by_rows(original, self, x):
    return x * np.sqrt(x.dtype.type(x.shape[0])) * x.dtype.type(self.rms_rate or 1)


# Regularizers, reported numbers, metrics


FAULTS: tuple[Fault, ...] = (
    Fault("Adadelta averages steps times the rate", "adadelta", method(Adadelta, "update", _delta_times_rate)),
    Fault("Adagrad forgets", "adagrad", method(Adagrad, "update", _accumulator_forgets)),
    Fault("Adamax with a mean for the maximum", "adamax", method(Adamax, "update", _norm_is_mean)),
    Fault("Nadam's product advances twice", "nadam", method(Nadam, "_next_product", _product_twice)),
    Fault("FTRL without shrinkage", "l2_shrinkage_regularization_strength", method(Ftrl, "coefficients", _shrinkage_forgotten)),
    Fault("Lion with one beta", "lion", method(Lion, "coefficients", _lion_with_one_beta)),
    Fault("LAMB's step without the length of the weight", "lamb", method(Lamb, "update_step", _ratio_forgotten)),
    Fault("Adafactor's columns mixed up", "adafactor", method(Adafactor, "update_step", _factors_swapped)),
    Fault("Muon scales by the rows", "muon", method(Muon, "lr_adjust", _scaled_by_rows)),
    Fault("Adam's epsilon inside the root", "adam", method(Adam, "update", _epsilon_inside)),
    Fault("Adam's t off by one", "adam", method(Adam, "coefficients", _t_off_by_one)),
    Fault("Adam without bias correction", "adam", method(Adam, "coefficients", _no_correction)),
    Fault("Adam corrects m only", "adam", method(Adam, "coefficients", _correction_of_m_only)),
    Fault("Adam's epsilon next to the corrected v", "adam", method(Adam, "coefficients", _epsilon_corrected)),
    Fault("Adam's betas swapped", "adam", method(Adam, "coefficients", _betas_swapped)),
    Fault("Adam divides by v, not its root", "adam", method(Adam, "update", _no_root)),
    Fault("amsgrad forgets its maximum", "amsgrad", method(Adam, "update", _amsgrad_ignored)),
    Fault("amsgrad takes the maximum of the corrected v", "amsgrad", method(Adam, "update", _maximum_of_the_corrected)),
    Fault("constants not rounded to float32 (K1)", "adam", method(adam_module, "constant", _not_rounded)),
    Fault("learning rate outside the momentum", "sgd momentum", method(SGD, "update", _rate_outside)),
    Fault("momentum dampened by 1 - mu", "sgd momentum", method(SGD, "update", _dampened)),
    Fault("Nesterov forgotten", "nesterov", method(SGD, "update", _nesterov_forgotten)),
    Fault("Nesterov always", "sgd momentum", method(SGD, "update", _nesterov_always)),
    Fault("step off by one part in ten billion", "sgd", method(SGD, "update", _step_scaled)),
    Fault("RMSprop's epsilon outside the root", "rmsprop", method(RMSprop, "update", _epsilon_outside)),
    Fault("RMSprop's rho and 1 - rho exchanged", "rmsprop", method(RMSprop, "update", _rho_backwards)),
    Fault("RMSprop forgets the mean it centres on", "centered", method(RMSprop, "update", _not_centered)),
    Fault("training does nothing", "optimizer", method(Optimizer, "step", _does_nothing)),
    Fault("steps counted from one", "optimizer", method(Optimizer, "attach", _counts_from_one)),
    Fault("gradients not clipped", "clip", method(Optimizer, "_clip", _not_clipped)),
    Fault("norm of the clip as a sum of moduli", "clipnorm", method(base, "clip_by_norm", _clipped_by_the_sum)),
    Fault("global norm taken for each variable", "global_clipnorm", method(base, "clip_by_global_norm", _each_norm_for_itself)),
    Fault("weight decay through the gradient", "sgd weight_decay", method(SGD, "coefficients", _decay_of_gradients)),
    Fault("weight decay after the update", "sgd weight_decay", method(SGD, "update", _decay_after_the_update)),
    Fault("average starts at zero", "use_ema", method(Optimizer, "_average", _average_starts_at_zero)),
    Fault("average keeps what it should forget", "use_ema", method(Optimizer, "_average", _momentum_of_the_average_swapped)),
    Fault("accumulated gradients summed", "gradient_accumulation_steps", method(Optimizer, "_accumulate", _summed_not_averaged)),
    Fault("loss scale not taken out again", "loss_scale_factor", method(Optimizer, "step", _scale_forgotten)),
)  # fmt: skip


# Null changes


def _other_order(original, self, w, g, slots, *coefficients):
    if self._sliced is not None:  # then g is not all there is
        return original(self, w, g, slots, *coefficients)
    return original(self, w[::-1], g[::-1], [slot[::-1] for slot in slots], *coefficients)


def _rate_first(original, self, w, g, slots, lr, mu):
    if slots:
        return original(self, w, g, slots, lr, mu)
    w += -lr * g
    return None


def _old_and_new(original, self, w, g, slots, alpha, one_minus_beta_1, one_minus_beta_2, eps):
    if self.amsgrad:
        return original(self, w, g, slots, alpha, one_minus_beta_1, one_minus_beta_2, eps)
    m, v = slots
    m[:] = m * (1 - one_minus_beta_1) + one_minus_beta_1 * g
    v[:] = v * (1 - one_minus_beta_2) + one_minus_beta_2 * g * g
    w -= alpha * (m / (np.sqrt(v) + eps))
    return None


def _root_then_quotient(original, self, t, lr):
    _, *others = original(self, t, lr)
    power_1, power_2 = (promotion.constant(b, lr) ** t for b in (self.beta_1, self.beta_2))
    return (np.sqrt(1 - power_2) / ((1 - power_1) / lr), *others)


def _by_one_factor(original, gradients, limit):
    norm = np.sqrt(sum(np.vdot(g, g) for g in reversed(gradients)))
    for g in gradients:
        g *= min(1.0, limit / norm) if norm else 1.0


NULL_CHANGES: tuple[Fault, ...] = (
    Fault("Adam walks backwards", "", method(Adam, "update", _other_order)),
    Fault("Adam by b m + (1 - b) g", "", method(Adam, "update", _old_and_new)),
    Fault("Adam's alpha as another quotient", "", method(Adam, "coefficients", _root_then_quotient)),
    Fault("RMSprop walks backwards", "", method(RMSprop, "update", _other_order)),
    Fault("w += (-lr) g", "", method(SGD, "update", _rate_first)),
    Fault("optimizers take smaller chunks", "", value(elementwise, "CHUNK", 7)),
    Fault("global norm by dot products", "", method(base, "clip_by_global_norm", _by_one_factor)),
    Fault("constants looked up once more", "", method(promotion, "constant", lambda f, v, like: f(v, like))),
)  # fmt: skip
