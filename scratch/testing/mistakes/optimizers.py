"""Usual mistakes in an optimizer: `given` is a training run, `rules.Given`, and knows the rules."""

from typing import Any

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue
from scratch.testing.mistakes.rules import Given

MISTAKES = Catalogue()


def _entry(
    name: str, likes: str, right: str, wrong: str, why: str, needs: str = "", **switches: Any
) -> None:
    """An entry that is nothing but some switches of some optimizers' rules."""

    def answer(d: Given) -> Answers:
        if d.like not in likes.split() or (needs and not d.has(needs)):
            return {}
        return d.run(**switches)

    MISTAKES.add(name, right=right, wrong=wrong, why=why)(answer)


_entry(
    "sign of the step", "sgd rmsprop adam adagrad",
    right="w <- w - step", wrong="w <- w + step",
    why="The gradient points uphill; training goes downhill.",
    sign=-1.0,
)  # fmt: skip
_entry(
    "learning rate forgotten", "sgd",
    right="w <- w - lr g", wrong="w <- w - g",
    why="The whole gradient is taken off, whatever the learning rate is.",
    rate=1.0,
)  # fmt: skip
_entry(
    "state reset in every step", "sgd rmsprop adam",
    right="m and v are kept from step to step", wrong="m = v = 0 at the start of every step",
    why="What the optimizer remembers is made anew on every call, so it remembers nothing: create "
    "it once, where the optimizer is created.",
    reset=True,
)  # fmt: skip
_entry(
    "state shared between parameters", "sgd rmsprop adam",
    right="every weight has its own m and v", wrong="one m and one v for all weights",
    why="Each weight averages its own gradients. Keep m and v in a list or dictionary, one entry "
    "per weight.",
    shared=True,
)  # fmt: skip
_entry(
    "momentum convention with (1 - beta)", "sgd",
    right="m <- mu m - lr g;  w <- w + m", wrong="m <- beta m + (1 - beta) g;  w <- w - lr m",
    why="Some lectures average the gradients. Keras adds them up: its steps are 1 / (1 - beta) "
    "times as long. With lr / (1 - beta) instead of lr, yours would agree.",
    needs="momentum", blend=True, rate_outside=True,
)  # fmt: skip
_entry(
    "Nesterov's look-ahead missing", "sgd",
    right="m <- mu m - lr g;  w <- w + mu m - lr g", wrong="m <- mu m - lr g;  w <- w + m",
    why="This is plain momentum. Nesterov takes the gradient where the momentum will lead to: one "
    "more step of the momentum after it was updated.",
    needs="nesterov", look_ahead=False,
)  # fmt: skip
_entry(
    "Nesterov where plain momentum was asked for", "sgd",
    right="m <- mu m - lr g;  w <- w + m", wrong="m <- mu m - lr g;  w <- w + mu m - lr g",
    why="The look-ahead belongs to nesterov=True only.",
    needs="momentum", look_ahead=True,
)  # fmt: skip
_entry(
    "learning rate applied twice", "sgd",
    right="m <- mu m - lr g;  w <- w + m", wrong="m <- mu m - lr g;  w <- w + lr m",
    why="The learning rate belongs into the velocity or in front of it, not both.",
    needs="momentum", rate_twice=True,
)  # fmt: skip
_entry(
    "sign of the momentum", "sgd",
    right="m <- mu m - lr g;  w <- w + m", wrong="m <- -mu m - lr g;  w <- w + m",
    why="The old velocity points against the new gradient: it must be kept, not turned round. "
    "Take care which sign your velocity has.",
    needs="momentum", velocity_sign=-1.0,
)  # fmt: skip
_entry(
    "gradient not squared", "rmsprop adam adagrad",
    right="v <- beta v + (1 - beta) g^2", wrong="v <- beta v + (1 - beta) g",
    why="v is the running mean of squares: without the square it may be negative, and has no root.",
    square=lambda g: g,
)  # fmt: skip
_entry(
    "root forgotten", "rmsprop adam adagrad",
    right="step = lr m / (sqrt(v) + eps)", wrong="step = lr m / (v + eps)",
    why="v has the unit of g^2. Only its root has g's, so that the step does not depend on the "
    "scale of the loss.",
    root=False,
)  # fmt: skip
_entry(
    "rho and 1 - rho swapped", "rmsprop",
    right="v <- rho v + (1 - rho) g^2", wrong="v <- (1 - rho) v + rho g^2",
    why="rho = 0.9 is how much is kept; the new square comes in with 0.1.",
    swap=True,
)  # fmt: skip
_entry(
    "squares added up without forgetting", "rmsprop",
    right="v <- rho v + (1 - rho) g^2", wrong="v <- v + g^2",
    why="That is AdaGrad: its steps become shorter for ever. RMSprop forgets.",
    sums=True,
)  # fmt: skip
_entry(
    "epsilon missing", "rmsprop adam adagrad",
    right="step = ... / (sqrt(v) + eps)", wrong="step = ... / sqrt(v)",
    why="A weight whose gradient is 0 from the beginning has v = 0, and 0 / 0 is NaN.",
    epsilon=0.0,
)  # fmt: skip
_entry(
    "epsilon inside the root", "adam",
    right="sqrt(v) + eps", wrong="sqrt(v + eps)",
    why="Under the root, eps = 1e-7 counts as 3e-4: small gradients make far too small steps.",
    inside=True,
)  # fmt: skip
_entry(
    "epsilon inside the root, beside the corrected v", "adam",
    right="sqrt(v) + eps", wrong="sqrt(v / (1 - beta_2^t) + eps)",
    why="Under the root, eps = 1e-7 counts as 3e-4: small gradients make far too small steps.",
    inside=True, corrected_epsilon=True,
)  # fmt: skip
for _exponent in (-10, -9, -8, -6, -5, -4, -3):
    _entry(
        f"another epsilon: 1e{_exponent}", "rmsprop adam",
        right="eps as given (Keras's default is 1e-7)", wrong=f"eps = 1e{_exponent}",
        why="The formula is right, but epsilon is written into the code. Make it an argument "
        "called epsilon, and the check will set it.",
        epsilon=10.0**_exponent,
    )  # fmt: skip
_entry(
    "bias correction missing", "adam",
    right="step = lr m / (1 - beta_1^t) / (sqrt(v / (1 - beta_2^t)) + eps)",
    wrong="step = lr m / (sqrt(v) + eps)",
    why="m and v start at 0 and are too small at first, v more so: the first steps are several "
    "times too long.",
    correct_m=False, correct_v=False,
)  # fmt: skip
_entry(
    "bias correction of m missing", "adam",
    right="m / (1 - beta_1^t)", wrong="m",
    why="m starts at 0: in the first step it is only 1 - beta_1 of the gradient.",
    correct_m=False,
)  # fmt: skip
_entry(
    "bias correction of v missing", "adam",
    right="v / (1 - beta_2^t)", wrong="v",
    why="v starts at 0: in the first step it is only 1 - beta_2 of the square, and the step "
    "about 30 times too long.",
    correct_v=False,
)  # fmt: skip
_entry(
    "root of v's bias correction forgotten", "adam",
    right="lr sqrt(1 - beta_2^t) / (1 - beta_1^t)", wrong="lr (1 - beta_2^t) / (1 - beta_1^t)",
    why="v's correction stands under the root together with v.",
    root_correction=False,
)  # fmt: skip
_entry(
    "m and v are one and the same", "adam",
    right="m = zeros,  v = zeros: two arrays, or two dictionaries",
    wrong="m = v = zeros: two names of one",
    why="What is written into m stands in v as well, and the other way round: make each of them "
    "on its own.",
    one=True,
)  # fmt: skip
for _m, _v, _what in ((True, True, "moments"), (True, False, "m"), (False, True, "v")):
    _entry(
        f"bias-corrected {_what} stored", "adam",
        right="m_hat = m / (1 - beta_1^t),  v_hat = v / (1 - beta_2^t): for this step alone",
        wrong="m <- m / (1 - beta_1^t) or v <- v / (1 - beta_2^t), kept for the next step",
        why="The correction is for the step, not for the memory: what is stored is corrected again "
        "in every step. Give the corrected one a name of its own.",
        store_m=_m, store_v=_v,
    )  # fmt: skip
_entry(
    "squares forgotten from step to step", "adagrad",
    right="v <- v + g^2", wrong="v = g^2",
    why="AdaGrad adds up all squares it has seen; without, every step is about as long as lr.",
    forget=True, start=0.0,
)  # fmt: skip
_entry(
    "t starts at 0", "adam",
    right="t = 1 in the first step", wrong="t = 0 in the first step",
    why="1 - beta^0 is 0, and the first step divides by it. Count before you correct.",
    clock=lambda t, i, n: t - 1,
)  # fmt: skip
_entry(
    "t one too large", "adam",
    right="t = 1 in the first step", wrong="t = 2 in the first step",
    why="The counter is raised twice before the first step, or t + 1 is used with a t that "
    "already starts at 1.",
    clock=lambda t, i, n: t + 1,
)  # fmt: skip
_entry(
    "t never raised", "adam",
    right="t = 1, 2, 3, ...", wrong="t = 1 in every step",
    why="The correction stays that of the first step, where it is strongest: raise t.",
    clock=lambda t, i, n: 1,
)  # fmt: skip
_entry(
    "t raised for every parameter instead of every step", "adam",
    right="t = 1, 2, 3, ... for all weights alike", wrong="t = 1, 2 in the first step, then 3, 4",
    why="t counts steps. Raise it once, before the loop over the weights.",
    clock=lambda t, i, n: n * (t - 1) + i + 1,
)  # fmt: skip
_entry(
    "beta_1 and beta_2 swapped", "adam",
    right="m with beta_1 = 0.9, v with beta_2 = 0.999", wrong="m with beta_2, v with beta_1",
    why="The mean of the gradients forgets within 10 steps, the mean of the squares within 1000.",
    swap=True,
)  # fmt: skip
_entry(
    "factor 1 - beta_1 missing", "adam",
    right="m <- beta_1 m + (1 - beta_1) g", wrong="m <- beta_1 m + g",
    why="m is an average, so the weights of old and new must add up to 1.",
    sums_m=True,
)  # fmt: skip
_entry(
    "factor 1 - beta_2 missing", "adam",
    right="v <- beta_2 v + (1 - beta_2) g^2", wrong="v <- beta_2 v + g^2",
    why="v is an average, so the weights of old and new must add up to 1.",
    sums_v=True,
)  # fmt: skip
_entry(
    "weight decay inside the gradient (L2) instead of decoupled", "sgd rmsprop adam",
    right="w <- w - lr wd w, then the step with g", wrong="g <- g + wd w, then the step",
    why="An L2 penalty goes through momentum and through the division by sqrt(v), so that weights "
    "with large gradients decay less. Keras's weight_decay acts on the weight itself.",
    needs="weight_decay", decay="in the gradient",
)  # fmt: skip
_entry(
    "weight decay without the learning rate", "sgd rmsprop adam",
    right="w <- w - lr wd w", wrong="w <- w - wd w",
    why="In Keras the decay is part of the step: it shrinks with the learning rate.",
    needs="weight_decay", decay="without lr",
)  # fmt: skip
_entry(
    "weight decay forgotten", "sgd rmsprop adam",
    right="w <- w - lr wd w, then the step", wrong="only the step",
    why="The argument weight_decay has no effect.",
    needs="weight_decay", decay="none",
)  # fmt: skip
