"""Usual mistakes with the mean over the batch: 1/m missing, or there once too often.

L a mean: dy holds 1/m, dW = x^T dz          L a sum: dW = 1/m x^T dz  (`averages`)
"""

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue
from scratch.testing.mistakes.batch import Given

MISTAKES = Catalogue()


@MISTAKES.add(
    "bias gradient averaged over the batch",
    right="db = sum over the batch of dz",
    wrong="db = 1/m sum over the batch of dz",
    why="If the loss is a mean, its gradient dy holds the 1/m already: dividing here again makes "
    "the bias learn m times too slowly.",
)
def _bias_averaged(d: Given) -> Answers:
    return {} if d.averages else {"db": d.dz.mean(axis=0)}


@MISTAKES.add(
    "weight gradient with an extra 1/m",
    right="dW = x^T dz",
    wrong="dW = 1/m x^T dz",
    why="If the loss is a mean, its gradient dy holds the 1/m already. (If in your course the "
    "layer takes the mean and the loss does not, check with averages=True.)",
)
def _extra_mean_in_weight(d: Given) -> Answers:
    return {} if d.averages else {"dW": d.x.T @ d.dz / d.rows}


@MISTAKES.add(
    "weight and bias gradient with an extra 1/m",
    right="dW = x^T dz,  db = sum over the batch of dz",
    wrong="dW = 1/m x^T dz,  db = 1/m sum over the batch of dz",
    why="If the loss is a mean, its gradient dy holds the 1/m already. (If in your course the "
    "layer takes the mean and the loss does not, check with averages=True.)",
)
def _extra_mean(d: Given) -> Answers:
    if d.averages:
        return {}
    return {"dW": d.x.T @ d.dz / d.rows, "db": d.dz.mean(axis=0)}


@MISTAKES.add(
    "weight gradient without 1/m",
    right="dW = 1/m x^T dz  (the layer takes the mean)",
    wrong="dW = x^T dz",
    why="Here the layer averages over the batch: without 1/m, the step grows with the batch.",
)
def _missing_mean_in_weight(d: Given) -> Answers:
    return {"dW": d.x.T @ d.dz} if d.averages else {}


@MISTAKES.add(
    "weight and bias gradient without 1/m",
    right="dW = 1/m x^T dz,  db = 1/m sum over the batch of dz  (the layer takes the mean)",
    wrong="dW = x^T dz,  db = sum over the batch of dz",
    why="Here the layer averages over the batch: without 1/m, the step grows with the batch.",
)
def _missing_mean(d: Given) -> Answers:
    return {"dW": d.x.T @ d.dz, "db": d.dz.sum(axis=0)} if d.averages else {}


@MISTAKES.add(
    "bias gradient without 1/m",
    right="db = 1/m sum over the batch of dz  (the layer takes the mean)",
    wrong="db = sum over the batch of dz",
    why="Here the layer averages over the batch: dW has its 1/m, db has not.",
)
def _missing_mean_in_bias(d: Given) -> Answers:
    return {"db": d.dz.sum(axis=0)} if d.averages else {}


@MISTAKES.add(
    "weight gradient with 1/m twice",
    right="dW = 1/m x^T dz  (the layer takes the mean)",
    wrong="dW = 1/m^2 x^T dz",
    why="One 1/m makes a mean of the sum over the batch: a second has no business there. If dz "
    "holds one already, dW must not have another.",
)
def _mean_twice_in_weight(d: Given) -> Answers:
    return {"dW": d.x.T @ d.dz / d.rows**2} if d.averages else {}


@MISTAKES.add(
    "bias gradient with 1/m twice",
    right="db = 1/m sum over the batch of dz  (the layer takes the mean)",
    wrong="db = 1/m^2 sum over the batch of dz",
    why="One 1/m makes a mean of the sum over the batch: a second has no business there. If dz "
    "holds one already, db must not have another.",
)
def _mean_twice_in_bias(d: Given) -> Answers:
    return {"db": d.dz.sum(axis=0) / d.rows**2} if d.averages else {}


@MISTAKES.add(
    "dx with 1/m",
    right="dx = dz W^T",
    wrong="dx = 1/m dz W^T",
    why="Every sample has its own dx: nothing is summed over the batch, so nothing is averaged.",
)
def _mean_in_dx(d: Given) -> Answers:
    return {"dx": d.dz @ d.W.T / d.rows}
