"""Usual mistakes in a fully connected layer.

    z = x W + b,  y = f(z)
    dz = dy * f'(z),  dW = x^T dz,  db = sum over the batch of dz,  dx = dz W^T

`given` is a `batch.Given`. What has to do with 1/m is in `means`.
"""

import numpy as np

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue
from scratch.testing.mistakes import means
from scratch.testing.mistakes.activations import IN_THE_OUTPUT
from scratch.testing.mistakes.batch import Given

MISTAKES = Catalogue(means.MISTAKES)
ACCUMULATED = "gradients accumulated over calls"  # a mistake that any layer can make


@MISTAKES.add(
    "transposed weight",
    right="z = x W + b",
    wrong="z = x W^T + b",
    why="W is stored (inputs, units): row i holds what input i sends to all units. x W needs no "
    "transposition (and x W^T only has a shape at all where W is square).",
)
def _transposed_weight(d: Given) -> Answers:
    z = d.x @ d.W.T
    return d.answers(z if d.b is None else z + d.b)


@MISTAKES.add(
    "missing bias",
    right="z = x W + b",
    wrong="z = x W",
    why="The bias is never added: every unit's line goes through the origin.",
)
def _missing_bias(d: Given) -> Answers:
    return d.answers(d.x @ d.W)


@MISTAKES.add(
    "bias subtracted",
    right="z = x W + b",
    wrong="z = x W - b",
    why="The bias is added. A threshold would be subtracted, and its gradient has the other sign.",
)
def _bias_subtracted(d: Given) -> Answers:
    return {} if d.b is None else d.answers(d.x @ d.W - d.b)


@MISTAKES.add(
    "activation forgotten",
    right="y = f(z)",
    wrong="y = z",
    why="The layer hands z on as it is: without f, layers in a row are one linear layer.",
)
def _activation_forgotten(d: Given) -> Answers:
    return {"output": d.z}


@MISTAKES.add(
    "activation and its derivative forgotten",
    right="y = f(z),  dz = dy * f'(z)",
    wrong="y = z,  dz = dy",
    why="This is the layer without its activation, forward and backward.",
)
def _linear_layer(d: Given) -> Answers:
    return {**d.answers(dz=d.dy), "output": d.z}


@MISTAKES.add(
    "activation derivative forgotten",
    right="dz = dy * f'(z)",
    wrong="dz = dy",
    why="By the chain rule the gradient must pass the activation on its way back: multiply by "
    "f'(z) before you go on to W, b and x.",
)
def _derivative_forgotten(d: Given) -> Answers:
    return d.answers(dz=d.dy)


@MISTAKES.add(
    "relu applied to dy",
    right="dz = dy * f'(z):  for relu, dy where z > 0",
    wrong="dz = max(dy, 0)",
    why="It is z, not dy, whose sign decides: a gradient may be negative, and must pass.",
)
def _relu_of_dy(d: Given) -> Answers:
    return d.answers(dz=np.maximum(d.dy, 0))


@MISTAKES.add(
    "derivative taken at a instead of z",
    right="dz = dy * f'(z)",
    wrong="dz = dy * f'(a),  a = f(z)",
    why="f' belongs at the place where f was evaluated, and that is z. Keep z in the forward pass, "
    "or use the formula that is written in a: a (1 - a) for sigmoid, 1 - a^2 for tanh.",
)
def _derivative_at_a(d: Given) -> Answers:
    return d.answers(dz=d.backward(d.dy, d.f(d.z)))


@MISTAKES.add(
    "derivative formula in a applied to z",
    right="sigmoid: f' = a (1 - a),  tanh: f' = 1 - a^2,  with a = f(z)",
    wrong="sigmoid: f' = z (1 - z),  tanh: f' = 1 - z^2",
    why="The short formulas are written in the output a = f(z). Give them a, not z.",
)
def _formula_in_a_at_z(d: Given) -> Answers:
    if d.like not in IN_THE_OUTPUT:
        return {}
    return d.answers(dz=d.dy * IN_THE_OUTPUT[d.like](d.z))


@MISTAKES.add(
    "bias gradient not summed over the batch",
    right="db = sum over the batch of dz",
    wrong="db = dz",
    why="One b was added to every sample, so every sample has its say in db: sum over axis 0.",
)
def _bias_not_summed(d: Given) -> Answers:
    return {"db": d.dz}


@MISTAKES.add(
    "bias gradient summed over the units",
    right="db = sum over the batch of dz, shape (units,)",
    wrong="db = sum over the units of dz, shape (m,)",
    why="db has one number for each unit: sum over the samples, axis=0 where they are rows, axis=1 "
    "where they are columns.",
)
def _bias_wrong_axis(d: Given) -> Answers:
    return {"db": d.dz.sum(axis=1) / (d.rows if d.averages else 1)}


@MISTAKES.add(
    "bias gradient summed over everything",
    right="db = sum over the batch (axis 0) of dz, shape (units,)",
    wrong="db = sum of all entries of dz",
    why="Without an axis, np.sum returns one number: every unit would get the same gradient.",
)
def _bias_sums_everything(d: Given) -> Answers:
    return {"db": np.sum(d.dz) / (d.rows if d.averages else 1)}


@MISTAKES.add(
    "weight gradient transposed",
    right="dW = x^T dz, shape (inputs, units)",
    wrong="dW = dz^T x, shape (units, inputs)",
    why="A gradient has the shape of its weight: entry (i, j) belongs to input i and unit j.",
)
def _gradient_transposed(d: Given) -> Answers:
    return {"dW": d.answers()["dW"].T}


@MISTAKES.add(
    "weight gradient taken from the output instead of the input",
    right="dW = x^T dz",
    wrong="dW = y^T dz",
    why="W multiplies the layer's input x. y belongs to the next layer's gradient: keep x in the "
    "forward pass, and mind which of two variables called a it is.",
)
def _gradient_of_output(d: Given) -> Answers:
    return {"dW": d.f(d.z).T @ d.dz / (d.rows if d.averages else 1)}


@MISTAKES.add(
    "dx with W not transposed",
    right="dx = dz W^T",
    wrong="dx = dz W",
    why="Forward, W leads from inputs to units; backward the way leads from units to inputs, "
    "through the transposed matrix. (dz W only has a shape at all where W is square.)",
)
def _dx_not_transposed(d: Given) -> Answers:
    return {"dx": d.dz @ d.W}


@MISTAKES.add(
    "dx from dy instead of dz",
    right="dx = dz W^T,  dz = dy * f'(z)",
    wrong="dx = dy W^T",
    why="The gradient must pass the activation before it passes W, on the way to x as well.",
)
def _dx_from_dy(d: Given) -> Answers:
    return {"dx": d.dy @ d.W.T}


@MISTAKES.add(
    ACCUMULATED,
    right="dW = x^T dz",
    wrong="dW += x^T dz",
    why="The second backward pass adds to what the first one left: overwrite the gradients (=), "
    "or set them to zero before each pass (a method zero_grad would be called here).",
)
def _accumulated(d: Given) -> Answers:
    if d.previous is None:
        return {}
    now, before = d.answers(), d.previous.answers()
    return {name: now[name] + before[name] for name in ("dW", "db") if name in now}


@MISTAKES.add(
    "input of an earlier batch used",
    right="dW = x^T dz, with the x of this forward pass",
    wrong="dW = x_old^T dz, with the x of the first one",
    why="The layer remembers the first input it saw and never replaces it.",
)
def _stale_input(d: Given) -> Answers:
    if d.previous is None:
        return {}
    return {"dW": d.previous.x.T @ d.dz / (d.rows if d.averages else 1)}
