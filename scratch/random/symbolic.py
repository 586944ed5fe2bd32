"""Random numbers in a layer's `call`: drawn whenever the layer computes, not when it is defined.

eps = keras.random.normal(ops.shape(mean), seed=self.seed_generator)
"""

import functools
import inspect
from collections.abc import Callable
from typing import Any

from scratch import config
from scratch.context.definitions import trace_under_way
from scratch.ops.graph.eager import eager
from scratch.ops.graph.sources import is_symbol
from scratch.ops.graph.symbol import Symbol


def drawn_anew(function: Callable) -> Callable:
    """Decorator for `function(shape, ..., dtype=..., seed=...)`.

    While a definition is run on symbols, it gives a symbol; otherwise numbers, as before.
    """
    signature = inspect.signature(function)

    @functools.wraps(function)
    def draw(shape: Any, *args: Any, **kwargs: Any) -> Any:
        tracer, known = trace_under_way(), not any(n is None or is_symbol(n) for n in shape)
        if tracer is None and known:
            return eager(function(shape, *args, **kwargs))
        given = signature.bind(shape, *args, **kwargs)
        given.apply_defaults()
        dtype = given.arguments["dtype"] or config.floatx()
        if tracer is not None:
            return tracer.draw(lambda sizes: function(sizes, *args, **kwargs), shape, dtype)
        return Symbol.leaf(None, [None if is_symbol(n) else n for n in shape], dtype)

    return draw


def in_every_pass(draw: Callable[[Any], Any], shape: tuple[int, ...], dtype: str) -> Any:
    """What `draw` gives; in a definition that is run on symbols, what it gives in each pass.

    Args:
        draw: from the shape to an array of this shape and type.
        shape: known beforehand.
        dtype: of the array.
    """
    tracer = trace_under_way()
    return draw(shape) if tracer is None else tracer.draw(draw, shape, dtype)
