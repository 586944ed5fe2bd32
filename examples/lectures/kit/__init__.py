"""What the lessons are made with: two engines, claims, pictures, a page.

engines     whatever a lesson computes, it computes in scratch, and in tf.keras if it is installed
by_graph    the engine scratch
by_tape     the engine tf.keras
claims      what a lecture says beside what the engines give; the verdict is computed
lesson      collects claims and figures while a lesson runs
plots       the figures that more than one lesson draws
no_plots    what stands for a plot where there is no matplotlib
neurons     a small network, neuron by neuron, with its values and gradients
film        a drawing, or the frames of one, as a part of a page
notebook    the same, and the claims, in a notebook that runs
cells       a lesson is a script with cells: read and run them one by one
formulas    every formula of a lesson, with the line of code that is it
listings    what a page shows of a cell's code, and what it folds away
markup      Markdown with formulas, and code, as HTML
page        a page for each lesson, and an index; each needs nothing but itself
"""

from examples.lectures.kit.engines import (
    Both,
    both,
    derivative,
    gradients,
    in_precision,
    jacobian,
    operations,
)
from examples.lectures.kit.lesson import Lesson

__all__ = [
    "Both",
    "Lesson",
    "both",
    "derivative",
    "gradients",
    "in_precision",
    "jacobian",
    "operations",
]
