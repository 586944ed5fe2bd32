"""A plan's lines as calls of NumPy's loops, one after the other, without NumPy in between.

    def train(x, y):                       the same step, where compiled kernels are chosen
        x_memory[...] = x
        y_memory[...] = y
        play(loops)                        forward, loss and backward: all their loops
        rate = learning_rate()
        coefficients = sgd_coefficients(int(iterations) + 1, rate)
        ...

After some hundred batches, one records (see `network.recording`): every line is run, and what it
does to arrays is written down. What cannot be followed, and what computes with large arrays, stays
a line. The next batches are computed both ways, and only if both leave the same bytes everywhere,
the recording is played from then on. Otherwise the plan's own function goes on, and
`Replay.refusal` says why.
"""

import ast
import threading
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch.kernels.openblas import one_thread
from scratch.network.plan import Plan
from scratch.network.recording import Recording
from scratch.variables.variable import Variable

WAIT = 500  # batches that lines compute before: in fewer a recording would not pay
COMPARED = 3  # batches that are computed both ways

# Two threads that parse at once confuse one another's depth (CPython 3.11: SystemError).
_parsing = threading.Lock()


class Replay:
    """What runs a plan: first its lines, then, if it can be made, their recording.

    Args:
        text: the plan's function, in Python.
        plan: what the names in it stand for.
        lines: that function, compiled.
        variables: all that a pass may change.
        settled: is told what is to be run from now on.

    Attributes:
        refusal: why there is no recording; empty as long as that is not known.
        text: the function that plays the recording, once there is one.
    """

    def __init__(
        self,
        text: str,
        plan: Plan,
        lines: Callable,
        variables: Sequence[Variable],
        settled: Callable[[Callable], None],
    ) -> None:
        with _parsing:
            function: Any = ast.parse(text).body[0]
        if plan.alone:  # one `with` around all lines
            function.body = function.body[0].body
        self._function = function
        self._plan, self._lines = plan, lines
        self._variables, self._settled = variables, settled
        self._kept: set[int] = set()  # numbers of statements that are to stay lines
        self._recording: Recording | None = None
        self._waited = self._equal = 0  # batches
        self.refusal = self.text = ""

    def __call__(self, *batch: np.ndarray) -> Any:
        """Computes a batch like the one for which the plan was made."""
        if self._recording is not None:
            with one_thread:
                return self._compared(self._recording, batch)
        if self._waited < WAIT:
            self._waited += 1
            return self._lines(*batch)
        recording = Recording(self._function, self._plan, self._variables, batch)
        with one_thread:
            result = recording.run(self._kept)
        shared = recording.sharing_nodes()
        if recording.refusal:
            self._refuse(recording.refusal)
        elif shared - self._kept:
            self._kept |= shared
        elif not recording.plays:
            self._refuse("no line is left that could be followed")
        else:
            self._recording = recording
        return result

    def _refuse(self, reason: str) -> None:
        self.refusal = reason
        self._settled(self._lines)

    def _compared(self, recording: Recording, batch: Sequence[np.ndarray]) -> Any:
        """Computes a batch both ways; the last of them settles how others are computed."""
        result, equal = recording.compared(batch)
        self._equal += 1
        if not equal:
            self._refuse("the recording gives other numbers")
        elif self._equal == COMPARED:
            self.text, function = recording.function()
            self._settled(function)
        return result
