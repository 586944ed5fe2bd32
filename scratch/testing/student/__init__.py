"""Other people's code, made callable: which shapes of layers, losses and optimizers are accepted.

Arguments are recognized by their names (`names.NAMES`, in any case, underscores ignored); those
with other names get what is left, in the order in which it is listed here.

    layer       a class or an object with forward(x) and backward(dy). Weights are attributes (W, b,
                kernel, ...), arrays or objects with data and grad, or entries of a dictionary or
                list `params`, stored (inputs, units). Gradients are attributes (dW, grad_W, W_grad,
                ...), entries of a dictionary or list `grads`, or what
                backward returns: dx, or (dx, dW, db), or (dW, db), or a dictionary of these. What
                is not returned may be left as attributes: output, dx (dinputs, ...)
                functions forward(x, W, b) and backward(dy, x, W, b): a pair or a module. forward
                may return (y, cache) and backward take the cache. For an activation, the second
                may be its derivative, a function of one argument: z, or the output if it is called
                a, s or y
    loss        functions loss(y, p) and gradient(y, p): a pair, a module or an object with
                forward/loss/__call__ and gradient/backward; or one function that returns both
    optimizer   a class or an object with step(w, g) or update(params, grads), lists or dictionaries
                (W1, W2; W1, b1; dW1 is understood too); with step() or step(grads), of parameters
                that its constructor got, arrays or objects with data and grad; with update(layer)
                or step(layers), of layers that have weights and gradients; with update(w, b, dw,
                db); or a function of these. Weights may change in place, or be returned, alone or
                with the state. A state is a dictionary that is kept from step to step, or arguments
                of other names (m, v): made by a function init... beside it, or zeros at first. An
                argument t gets 1, 2, ...
    network     functions forward(X, parameters) and backward(parameters, cache, X, Y), in any
                order, with dictionaries of parameters and gradients

A class is called with what its arguments ask for: numbers of inputs and units, weights, activation,
learning rate, beta_1, ...
"""

from scratch.testing.student.layers import Layer
from scratch.testing.student.layout import Layout, layouts
from scratch.testing.student.losses import LossLayout, loss, loss_layouts
from scratch.testing.student.names import NothingFitsError
from scratch.testing.student.optimizers import Manner, Optimizer, hyperparameters, manner_of
from scratch.testing.student.places import kernel_shape
from scratch.testing.student.search import find_layout
from scratch.testing.student.stopped import Stopped

__all__ = [
    "Layer",
    "Layout",
    "LossLayout",
    "Manner",
    "NothingFitsError",
    "Optimizer",
    "Stopped",
    "find_layout",
    "hyperparameters",
    "kernel_shape",
    "layouts",
    "loss",
    "loss_layouts",
    "manner_of",
]
