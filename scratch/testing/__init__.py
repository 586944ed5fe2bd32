"""Checks for models, layers, losses and optimizers, built in or your own.

Is what you wrote right? Compared with `scratch`, and a wrong answer with the usual mistakes:

    check(MyDense)                               what it is meant to be is found, and said
    check_file("homework.py")                    everything in a file, with a score
    check_layer(MyDense, like="dense", units=3, activation="tanh")
    check_layer((my_relu, my_relu_derivative), like="relu")
    check_loss((my_loss, my_gradient), like="mse")
    check_optimizer(MyAdam, like="adam", learning_rate=0.01)
    check_network((forward, backward))           whole, against its own cost
    check_gradient(f, x, gradient)               with a complex step, or finite differences

    result = check_layer(...)
    print(result)                                what is wrong, where, and what it looks like
    result.raise_if_wrong()                      for a test; bool(result) is True when all is right
    result.findings                              quantity, index, expected, actual, diagnosis

Which shapes of code are accepted: `student`. The catalogue of mistakes: `mistakes`. How close is
close: `bounds`. From the shell: `parity check my_file.py:MyDense --like dense`.

Derivatives of a compiled model's loss, found in three independent ways:

    by_hand, by_graph, by_complex_step
"""

from scratch.testing.check_anything import Report, check, check_file
from scratch.testing.check_gradients import check_gradient
from scratch.testing.check_layers import check_layer
from scratch.testing.check_losses import check_loss
from scratch.testing.check_networks import check_network
from scratch.testing.check_optimizers import check_optimizer
from scratch.testing.gradients import by_complex_step, by_graph, by_hand
from scratch.testing.result import Finding, Result, WrongAnswerError
from scratch.testing.student import NothingFitsError

__all__ = [
    "Finding",
    "NothingFitsError",
    "Report",
    "Result",
    "WrongAnswerError",
    "by_complex_step",
    "by_graph",
    "by_hand",
    "check",
    "check_file",
    "check_gradient",
    "check_layer",
    "check_loss",
    "check_network",
    "check_optimizer",
]
