"""What the lessons are made with: two engines, claims, pictures, a page.

engines     whatever a lesson computes, it computes in scratch, and in tf.keras if it is installed
by_graph    the engine scratch
by_tape     the engine tf.keras
claims      what a lecture says beside what the engines give; the verdict is computed
lesson      collects claims and figures while a lesson runs
plots       the figures that more than one lesson draws
no_plots    what stands for a plot where there is no matplotlib
neurons     a small network, neuron by neuron, with its values and gradients
cells       a lesson is a script with cells: read and run them one by one
formulas    every formula of a lesson, with the line of code that is it
page        all lessons as one page that needs nothing but itself
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
