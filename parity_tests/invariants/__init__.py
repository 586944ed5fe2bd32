"""Invariants: what must not change when something that does not matter is changed.

They take nobody's word: what Keras does wrong on all backends alike, no comparison with Keras can
see; that a batch cut in two is the whole batch, everybody knows without it.

invariant    what an invariant is, and the pairs that it compares
sample       an object of a public class and data for it, as lines of a program
drawing      one place that says how to draw both, for every public class
of_*         the invariants of a family, each a short function
by_design    where one does not hold, and why: tested to really fail
judging      looks for a counterexample, and shrinks it
covered      which public names of the families are asked, and why the others are not

`parity invariants` asks them, of `scratch` or of Keras on any backend.
"""
