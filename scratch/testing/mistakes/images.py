"""Usual mistakes in what repeats the places of an image, puts a margin around it, or cuts it.

    up-sampling    y[i] = x[i // s]          dx[j] = sum of dy over the s places that x[j] went to
    zero padding   y = x within zeros        dx = dy without the margins
    cropping       y = x[a : size - b]       dx = dy, and 0 where x was cut
    center crop    y = x[a : a + n],  a = (size - n) // 2

along each spatial axis. `given` has z, the input of the layer; its `layer`; y and dy.
"""

from typing import Any

import numpy as np

from scratch.testing.comparing import Answers
from scratch.testing.judgement import Catalogue

UP_SAMPLING = Catalogue()
ZERO_PADDING = Catalogue()
CROPPING = Catalogue()
CENTER_CROP = Catalogue()


def _of_each_place(given: Any, reduced: Any) -> np.ndarray:
    """dx from the repetitions of each place along an axis, reduced to one number, axis by axis."""
    dx = given.dy
    for axis, size in given.layer.steps():
        parts = (*dx.shape[:axis], dx.shape[axis] // size, size, *dx.shape[axis + 1 :])
        dx = reduced(dx.reshape(parts), axis + 1)
    return dx


@UP_SAMPLING.add(
    "gradient averaged over the repetitions",
    right="dx = sum of dy over the places that x went to",
    wrong="dx = mean of dy over them",
    why="Every repetition hands on the whole of x: its derivative is 1, and all of them add up.",
)
def _averaged(given: Any) -> Answers:
    return {"dx": _of_each_place(given, np.mean)}


@UP_SAMPLING.add(
    "gradient of one repetition alone",
    right="dx = sum of dy over the places that x went to",
    wrong="dx = dy[:, ::s, ::s]",
    why="x went to s places along each axis, and each of them has its say in dx.",
)
def _of_one(given: Any) -> Answers:
    return {"dx": _of_each_place(given, lambda dy, axis: np.take(dy, 0, axis))}


@UP_SAMPLING.add(
    "image repeated as a whole",
    right="y = np.repeat(x, s): a a b b",
    wrong="y = np.tile(x, s): a b a b",
    why="Each pixel is repeated where it is; np.tile puts the whole image beside itself.",
)
def _tiled(given: Any) -> Answers:
    times = dict(given.layer.steps())
    y, dx = given.z, given.dy
    for axis, size in times.items():
        y = np.concatenate([y] * size, axis)
        dx = sum(np.split(dx, size, axis))
    return {"output": y, "dx": dx}


@ZERO_PADDING.add(
    "edge repeated",
    right="y = 0 in the margin",
    wrong='y = the nearest pixel: np.pad(x, margins, mode="edge")',
    why='The margin holds zeros: np.pad\'s mode is then "constant", its default.',
)
def _edge_repeated(given: Any) -> Answers:
    return {"output": np.pad(given.z, given.layer.everywhere(), mode="edge")}


def _cut(given: Any, starts: dict[int, int]) -> Answers:
    """Cut from these places on, along each axis, to the size that y has."""
    place = tuple(
        slice(starts.get(axis, 0), starts.get(axis, 0) + n) for axis, n in enumerate(given.y.shape)
    )
    dx = np.zeros(given.z.shape)
    dx[place] = given.dy
    return {"output": given.z[place], "dx": dx}


def _rest(given: Any) -> dict[int, int]:
    """How many places are cut off along each axis where some are."""
    sizes = zip(given.z.shape, given.y.shape, strict=True)
    return {axis: old - new for axis, (old, new) in enumerate(sizes) if old != new}


@CROPPING.add(
    "ends exchanged",
    right="cropping=(a, b): a places at the beginning, b at the end",
    wrong="b places at the beginning, a at the end",
    why="The first number of a pair is what is cut off above, or on the left.",
)
def _ends_exchanged(given: Any) -> Answers:
    return _cut(given, {axis: after for axis, (_, after) in enumerate(given.layer.everywhere())})


@CROPPING.add(
    "gradient at the beginning",
    right="dx[:, a : a + n] = dy, 0 around it",
    wrong="dx[:, :n] = dy, 0 behind it",
    why="dy belongs to the places that were kept: it goes back where they were.",
)
def _at_the_beginning(given: Any) -> Answers:
    return {"dx": _cut(given, {})["dx"]}


@CENTER_CROP.add(
    "odd place cut in front",
    right="a = (size - n) // 2 places are cut in front",
    wrong="a = (size - n + 1) // 2 places are cut in front",
    why="Where an odd number is cut off, Keras cuts the one more behind: below and on the right.",
)
def _odd_place_in_front(given: Any) -> Answers:
    return _cut(given, {axis: (rest + 1) // 2 for axis, rest in _rest(given).items()})


@CENTER_CROP.add(
    "cut at the beginning alone",
    right="y = x[:, a : a + n], a = (size - n) // 2",
    wrong="y = x[:, :n]",
    why="The middle is kept: as much is cut off in front as behind.",
)
def _not_in_the_middle(given: Any) -> Answers:
    return _cut(given, {})
