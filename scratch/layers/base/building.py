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

Shape = tuple[int | None, ...]
_PLAIN = (str, int, float, bool, type(None))


class Building:
    """How a layer comes to its weights and its output's shape; a base of `Layer`."""

    name: str
    call: Callable
    compute_dtype: str
    by_hand: bool
    inbound_calls: list[Call]
    _lock_state: Callable[[], None]
    _signature: inspect.Signature
    _layers: list[Any]
    _constructor_arguments: dict[str, Any] | None
    keeps_shape = False  # a class that says True has outputs of the shape of its inputs

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """Remembers the arguments, for a `get_config` that nobody wrote."""
        made = super().__new__(cls)
        object.__setattr__(made, "_constructor_arguments", _plain_arguments(cls, args, kwargs))
        return made

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Makes every `build` note that, and for which inputs, the layer was built."""
        super().__init_subclass__(**kwargs)
        if vars(cls).get("keeps_shape") and "compute_output_shape" not in vars(cls):
            cls.compute_output_shape = _same_shape  # type: ignore[method-assign]
        if "build" in vars(cls):
            cls.build = _noting(cls.build)  # type: ignore[method-assign]

    def _begin_unbuilt(self) -> None:
        self._build_shapes: dict[str, Any] | None = None
        self._building = False
        # What has nothing to build is built: Keras's own layers say so themselves.
        self.built = self.by_hand and type(self).build is Building.build

    def build(self, input_shape: Any) -> None:
        """Creates the weights for inputs of `input_shape` (its first axis is the batch, None).

        Here: notes that there are none to create, and warns where layers inside have some.
        """
        if type(self).build is Building.build and any(not layer.built for layer in self._layers):
            warnings.warn(
                f"`build()` was called on layer '{self.name}', however the layer does not have a "
                "`build()` method implemented and it looks like it has unbuilt state. It is taken "
                "for built from now on, and its layers are not: implement `build`, or call the "
                "layer on a batch.",
                stacklevel=2,
            )
        self.built = True
        self._build_shapes = {"input_shape": input_shape}
        if not self._building:  # a `build` that calls this one may still create weights
            self._lock_state()

    def _ensure_built(self, arguments: Arguments) -> None:
        if self.built:
            return
        if type(self).build is not Building.build:
            self.build(**arguments.shapes_for(self.build, type(self).__name__))
            self._check_inputs(arguments.first)
            return
        if any(not layer.built for layer in self._layers):
            try:
                self._symbolic_outputs(arguments.named)
            except Exception as error:
                warnings.warn(
                    f"Layer '{self.name}' looks like it has unbuilt state, but it is not possible "
                    "to trace the layer `call()` in order to build it automatically. Possible "
                    "causes: the `call()` method of your layer may be crashing (try it on an "
                    "array first), or you may need to implement the `def build(self, input_shape)` "
                    f"method on your layer. Exception encountered: '{error}'",
                    stacklevel=4,
                )
        self.build(next(iter(arguments.shapes.values()), None))

    def _check_inputs(self, first: Any) -> None:
        raise NotImplementedError

    # Shapes --------------------------------------------------------------------------------------

    def compute_output_shape(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs' shape for the inputs'; here: found by running `call` on symbols."""
        if args:
            names = [*self._signature.parameters]
            kwargs = {f"{name}_shape": shape for name, shape in zip(names, args, strict=False)}
        dtype = self.compute_dtype
        first = next(iter(self._signature.parameters))
        symbols = {
            first if key == "input_shape" else key.removesuffix("_shape"): _map_shapes(
                lambda shape: Symbol.leaf(None, shape, dtype), value
            )
            for key, value in kwargs.items()
        }
        return tree.map_structure(lambda y: tuple(y.shape), self._on_symbols(symbols))

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Any:
        """The outputs as KerasTensors, for inputs that are any kind of tensor."""
        arguments = Arguments(self._signature, args, kwargs)
        if type(self).compute_output_shape is Building.compute_output_shape:
            return self._symbolic_outputs(arguments.named)
        shapes = arguments.shapes_for(self.compute_output_shape, type(self).__name__)
        shape = self.compute_output_shape(**shapes)
        return _map_shapes(lambda s: KerasTensor(s, self.compute_dtype), shape)

    def _symbolic_outputs(self, named: dict[str, Any]) -> Any:
        outputs = self._on_symbols(tree.map_structure(_as_symbol, named))
        if type(outputs) is tuple:  # as TensorFlow hands them on
            outputs = list(outputs)
        return tree.map_structure(
            lambda y: KerasTensor(y.shape, y.dtype) if hasattr(y, "shape") else y, outputs
        )

    def _on_symbols(self, named: dict[str, Any]) -> Any:
        """The outputs of the definition on symbols, with nothing computed."""
        args: list[Any] = []
        kwargs: dict[str, Any] = {}
        for name, value in named.items():
            kind = self._signature.parameters[name].kind
            if kind is inspect.Parameter.VAR_POSITIONAL:
                args += value
            elif kind is inspect.Parameter.VAR_KEYWORD:
                kwargs |= value
            elif kind is inspect.Parameter.POSITIONAL_ONLY:
                args.append(value)
            else:
                kwargs[name] = value
        # In a trace, nothing is drawn: layers that are computed by hand become nodes.
        with trace.tracing(trace.Trace.of(tree.flatten(named))), naming.scope(self):
            return self.call(*args, **kwargs)

    @property
    def _shape_of_output(self) -> Any:
        """The shape of the last output, for `summary`; None before the layer was used or built.

        Like Keras's, a layer has no `output_shape`: models do, and `compute_output_shape` tells it.
        """
        if self.inbound_calls:
            outputs = self.inbound_calls[-1].outputs
            return tree.unpack_single(tree.map_structure(lambda y: y.shape, outputs))
        if self._build_shapes is None:
            return None
        return self.compute_output_shape(**self._build_shapes)

    @property
    def input(self) -> Any:
        """What the layer was called on in a functional model, if it was called once.

        Raises:
            AttributeError: where it was called more than once, or never.
        """
        return self._only_call("input").args[0]

    @property
    def output(self) -> Any:
        """What the layer gave in a functional model, if it was called once; raises as `input`."""
        return self._only_call("output").outputs

    def _only_call(self, what: str) -> Call:
        if len(self.inbound_calls) != 1:
            raise AttributeError(
                f"The layer {self.name} has "
                + (
                    "multiple inbound nodes, hence"
                    if self.inbound_calls
                    else "never been called and thus"
                )
                + f" has no defined {what}."
            )
        return self.inbound_calls[0]

    # Config --------------------------------------------------------------------------------------

    def get_build_config(self) -> dict[str, Any] | None:
        """The shapes that the layer was built for, for `build_from_config`; None before that."""
        if self._build_shapes is None:
            return None
        if len(self._build_shapes) == 1:
            return {"input_shape": next(iter(self._build_shapes.values()))}
        return {"shapes_dict": self._build_shapes}

    def build_from_config(self, config: dict[str, Any]) -> None:
        """Builds the layer for the shapes that `get_build_config` returned."""
        if config and "input_shape" in config:
            self.build(_shapes_from(config["input_shape"]))
        elif config and "shapes_dict" in config:
            self.build(**{k: _shapes_from(v) for k, v in config["shapes_dict"].items()})


def _noting(build: Callable) -> Callable:
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


def _same_shape(self: Any, input_shape: Any) -> Any:
    """The inputs' shape."""
    return input_shape


def _is_shape(shape: Any) -> bool:
    return isinstance(shape, list | tuple) and all(n is None or isinstance(n, int) for n in shape)


def _map_shapes(function: Callable[[Any], Any], shapes: Any) -> Any:
    """`function` applied to every shape of a structure of shapes."""
    if _is_shape(shapes):
        return function(tuple(shapes))
    if isinstance(shapes, dict):
        return {key: _map_shapes(function, shape) for key, shape in shapes.items()}
    if shapes is None:
        return None
    parts = [_map_shapes(function, shape) for shape in shapes]
    return tuple(parts) if isinstance(shapes, tuple) else parts


def _shapes_from(config: Any) -> Any:
    """Shapes as tuples again, after JSON has made lists of them."""
    return _map_shapes(tuple, config)


def _as_symbol(x: Any) -> Any:
    if isinstance(x, KerasTensor):
        return Symbol.leaf(None, x.shape, x.dtype)
    if isinstance(x, np.ndarray):
        return Symbol.leaf(None, (None, *x.shape[1:]) if x.shape else (), x.dtype)
    return x


def _plain_arguments(cls: type, args: tuple, kwargs: dict[str, Any]) -> dict[str, Any] | None:
    """The arguments of a constructor, by name; None where they are not all plain values."""
    signature = inspect.signature(cls.__init__)  # type: ignore[misc]
    try:
        bound = signature.bind(None, *args, **kwargs)
    except TypeError:
        return None
    bound.apply_defaults()
    found: dict[str, Any] = {}
    for parameter in list(signature.parameters.values())[1:]:
        value = bound.arguments[parameter.name]
        if parameter.kind is parameter.VAR_KEYWORD:
            found |= value
        elif parameter.kind is parameter.POSITIONAL_ONLY or (
            parameter.kind is parameter.VAR_POSITIONAL and value
        ):
            return None
        elif parameter.kind is not parameter.VAR_POSITIONAL:
            found[parameter.name] = value
    found.pop("name", None)
    leaves = tree.flatten(found)
    return found if all(isinstance(leaf, _PLAIN) for leaf in leaves) else None
