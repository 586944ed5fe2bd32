"""A sample: an object of a public class and data for it, as lines of a program.

The lines are what runs and what is shown, so that what was found can be pasted anywhere.
"""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np

from parity_tests.commands.fuzz.program import Code

BEGINNING = """\
import numpy as np

import keras

keras.config.set_floatx({precision!r})
draw = np.random.default_rng(0)
{lines}
"""


@dataclass(frozen=True)
class Sample:
    """An object to be asked, and what it is given.

    Args:
        made: the expression that makes the object, `keras.losses.Huber(delta=0.1)`.
        data: statements that draw the rest from the generator `draw`.
        precision: the float type that is set before.
    """

    made: Code
    data: tuple[Code, ...] = ()
    precision: str = "float64"

    @property
    def lines(self) -> str:
        """The data, and `make()`, which makes the object anew each time."""
        return "\n".join([*self.data, f"make = lambda: {self.made}"])

    @property
    def script(self) -> str:
        """The program up to what is asked."""
        return BEGINNING.format(precision=self.precision, lines=self.lines)

    def load(self, keras: Any) -> SimpleNamespace:
        """What the lines define, beside `keras` itself: `make`, `y`, `p`, ..."""
        keras.utils.clear_session(free_memory=False)  # the float type is that of all to come
        keras.config.set_floatx(self.precision)
        names: dict[str, Any] = {"np": np, "keras": keras, "draw": np.random.default_rng(0)}
        exec(compile(self.lines, "<sample>", "exec"), names)
        return SimpleNamespace(**names, text=self.lines, precision=self.precision)
