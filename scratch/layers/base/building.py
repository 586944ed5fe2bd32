"""Building a layer: its weights are created when the shape of its input is known.

    layer.build((None, 784))        by hand, or
    layer(x)                        on first use

A layer without a `build` of its own is built by running its definition on symbols, in which the
layers inside it are built.
"""

import functools
import inspect
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np

from scratch import tree
from scratch.context import naming
from scratch.context.all_or_nothing import all_or_nothing
from scratch.layers.base.arguments import Arguments
from scratch.network import trace
from scratch.ops.functional.keras_tensor import Call, KerasTensor
from scratch.ops.graph.symbol import Symbol


def of_all_layers(build: Any) -> Any:
    """Marks the `build` of layers that have none of their own."""
    build.of_all_layers = True
    return build


def has_own_build(layer: Any) -> bool:
    """Whether the class of a layer has a `build` of its own."""
    return not hasattr(type(layer).build, "of_all_layers")


def ensure_built(layer: Any, arguments: Arguments) -> None:
    """Builds a layer that is not built yet, for the arguments of a call."""
    if layer.built:
        return
    if has_own_build(layer):
        layer.build(**arguments.shapes_for(layer.build, type(layer).__name__))
        layer._check_inputs(arguments.first)
        return
    if any(not inner.built for inner in layer._layers):
        try:
            symbolic_outputs(layer, arguments.named)
        except Exception as error:
            warnings.warn(
                f"Layer '{layer.name}' looks like it has unbuilt state, but it is not possible "
                "to trace the layer `call()` in order to build it automatically. Possible "
                "causes: the `call()` method of your layer may be crashing (try it on an "
                "array first), or you may need to implement the `def build(self, input_shape)` "
                f"method on your layer. Exception encountered: '{error}'",
                stacklevel=5,
            )
    layer.build(next(iter(arguments.shapes.values()), None))


def shapes_of_outputs(layer: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
    """The outputs' shape for the inputs', found by running `call` on symbols."""
    if args:
        names = [*layer._signature.parameters]
        kwargs = {f"{name}_shape": shape for name, shape in zip(names, args, strict=False)}
    dtype = layer.compute_dtype
    first = next(iter(layer._signature.parameters))
    symbols = {
        first if key == "input_shape" else key.removesuffix("_shape"): map_shapes(
            lambda shape: Symbol.leaf(None, shape, dtype), value
        )
        for key, value in kwargs.items()
    }
    return tree.map_structure(lambda y: tuple(y.shape), _on_symbols(layer, symbols))


def symbolic_outputs(layer: Any, named: dict[str, Any]) -> Any:
    """The outputs as KerasTensors, by the definition on symbols, with nothing computed."""
    outputs = _on_symbols(layer, tree.map_structure(_as_symbol, named))
    if type(outputs) is tuple:  # as TensorFlow hands them on
        outputs = list(outputs)
    return tree.map_structure(
        lambda y: KerasTensor(y.shape, y.dtype) if hasattr(y, "shape") else y, outputs
    )


def _on_symbols(layer: Any, named: dict[str, Any]) -> Any:
    args: list[Any] = []
    kwargs: dict[str, Any] = {}
    for name, value in named.items():
        kind = layer._signature.parameters[name].kind
        if kind is inspect.Parameter.VAR_POSITIONAL:
            args += value
        elif kind is inspect.Parameter.VAR_KEYWORD:
            kwargs |= value
        elif kind is inspect.Parameter.POSITIONAL_ONLY:
            args.append(value)
        else:
            kwargs[name] = value
    # In a trace, nothing is drawn: layers that are computed by hand become nodes.
    with trace.tracing(trace.Trace.of(tree.flatten(named))), naming.scope(layer):
        return layer.call(*args, **kwargs)


def only_call(layer: Any, what: str) -> Call:
    """The call of a layer in a functional model.

    Raises:
        AttributeError: where it was called more than once, or never.
    """
    if len(layer.inbound_calls) != 1:
        raise AttributeError(
            f"The layer {layer.name} has "
            + (
                "multiple inbound nodes, hence"
                if layer.inbound_calls
                else "never been called and thus"
            )
            + f" has no defined {what}."
        )
    return layer.inbound_calls[0]


def noting(build: Callable) -> Callable:
    """A `build` that notes that, and for which inputs, the layer was built."""

    @functools.wraps(build)
    def build_and_note(self: Any, *args: Any, **kwargs: Any) -> None:
        if self._building:  # a base class's, called by that of a subclass
            build(self, *args, **kwargs)
            return
        unbuilt = [layer for layer in self._sublayers() if not layer.built]
        with all_or_nothing(self, *unbuilt):
            self._building = True
            with naming.scope(self):
                build(self, *args, **kwargs)
            self._building = False
            bound = inspect.signature(build).bind(self, *args, **kwargs)
            self._build_shapes = dict(list(bound.arguments.items())[1:])
            self.built = True
            self._lock_state()

    return build_and_note


def same_shape(self: Any, input_shape: Any) -> Any:
    """The inputs' shape."""
    return input_shape


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, list | tuple) and all(n is None or isinstance(n, int) for n in shape)


def map_shapes(function: Callable[[Any], Any], shapes: Any) -> Any:
    """`function` applied to every shape of a structure of shapes."""
    if _is_shape(shapes):
        return function(tuple(shapes))
    if isinstance(shapes, dict):
        return {key: map_shapes(function, shape) for key, shape in shapes.items()}
    if shapes is None:
        return None
    parts = [map_shapes(function, shape) for shape in shapes]
    return tuple(parts) if isinstance(shapes, tuple) else parts


def shapes_from(config: Any) -> Any:
    """Shapes as tuples again, after JSON has made lists of them."""
    return map_shapes(tuple, config)


def _as_symbol(x: Any) -> Any:
    if isinstance(x, KerasTensor):
        return Symbol.leaf(None, x.shape, x.dtype)
    if isinstance(x, np.ndarray):
        return Symbol.leaf(None, (None, *x.shape[1:]) if x.shape else (), x.dtype)
    return x
