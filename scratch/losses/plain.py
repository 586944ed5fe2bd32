"""A loss that is a function and nothing else: no settings besides those of every loss.

class Hinge(PlainLoss, of=hinge):
    \"\"\"Mean of the hinge loss.\"\"\"

Hinge(reduction="sum_over_batch_size", name="hinge", dtype=None)
"""

from collections.abc import Callable
from typing import Any

from scratch.losses.loss import LossFunctionWrapper


class PlainLoss(LossFunctionWrapper):
    """The base: a subclass says which function it is made of, and by default has its name."""

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        raise NotImplementedError("PlainLoss is for subclasses that say `of=` which function")

    def __init_subclass__(cls, of: Callable | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if of is None:  # a subclass of a loss, which inherits its constructor
            return

        def initialize(
            self: Any,
            reduction: str | None = "sum_over_batch_size",
            name: str | None = of.__name__,
            dtype: Any = None,
        ) -> None:
            LossFunctionWrapper.__init__(self, of, reduction, name, dtype)

        initialize.__name__, initialize.__qualname__ = "__init__", f"{cls.__qualname__}.__init__"
        cls.__init__ = initialize  # type: ignore[method-assign]
