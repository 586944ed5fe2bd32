"""An operation: a simple function of one or more tensors, together with its derivative.

    @operation(floating=True, derivative=lambda dy, y, x: dy * y)
    def exp(x: Tensor) -> Tensor:
        return np.exp(x)

The function says how arrays are computed. The derivative is an *expression*: it receives symbols
(dL/dy, y, the inputs, and the attributes by name) and returns, for each input, the symbol for
dL/d(input) (the vector-Jacobian product, VJP), or None where there is none. So derivatives are
graphs again, and have derivatives.

Parameters annotated `Tensor` are edges of the graph, all others attributes of the node. A tensor
called `like` lends its shape and type, not its numbers.
"""

import functools
import inspect
from collections.abc import Callable
from typing import Annotated, Any, Generic, ParamSpec

import numpy as np

from scratch.context.definitions import is_recording, trace_under_way
from scratch.context.tapes import open_tapes
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.eager import EagerTensor
from scratch.ops.graph.logits import set_logits
from scratch.ops.graph.promotion import is_python_number, match, match_floating, to_array
from scratch.ops.graph.recording import as_followed, following, recorded, require_constants
from scratch.ops.graph.sources import OPERATIONS, Recorder, is_variable
from scratch.ops.graph.symbol import Symbol, constant, is_number, symbol_of, variable_leaf

Tensor = Annotated[Any, "tensor"]  # an array, a symbol, a variable, a number, nested lists of them
P = ParamSpec("P")


class Operation(Generic[P]):
    """A function of tensors that computes on arrays and builds a graph on symbols.

    Attributes:
        name: as in `keras.ops`, or a name of its own for what only derivatives need.
        compute: the function of arrays.
        derivative: the derivative expression, or None for a piecewise constant function.
        defaults: the attributes, and what they are where nothing is said.
        lends_shape: the places of the inputs called `like`.
        broadcasts: whether inputs are broadcast against each other. `gradient` then sums each
            derivative back to its input's shape; the expression need not say so.
        of_logits: whether a cross-entropy of the result reads the input (see `logits`).
        rule: brings the inputs to a common type, or None.
        on_arrays: `compute` for inputs of a common type, with this operation's errors.
        by_hand: whether a tape gives the derivative numbers, and no symbols.
    """

    def __init__(
        self,
        compute: Callable,
        derivative: Callable | None,
        rule: Callable | None,
        broadcasts: bool,
        error: type[Exception],
        of_logits: bool,
        like: Callable | None,
        by_hand: bool,
    ) -> None:
        functools.update_wrapper(self, compute)
        self.name = compute.__name__.strip("_")
        self.compute = compute
        self.on_arrays = self._refusing(compute)
        self.derivative = derivative
        self.rule = rule
        self._error = error
        self.of_logits = of_logits
        self._like = like
        self.by_hand = by_hand
        self._signature = inspect.signature(compute)
        parameters = self._signature.parameters.values()
        edges = [p for p in parameters if p.annotation is Tensor]
        self.broadcasts = broadcasts and len(edges) > 1
        self.lends_shape = {i for i, p in enumerate(edges) if p.name == "like"}
        self._variadic = any(p.kind is p.VAR_POSITIONAL for p in edges)
        self._edges = [p.name for p in edges if p.kind is not p.VAR_POSITIONAL]
        self._required = any(p.default is p.empty for p in parameters if p.annotation is not Tensor)
        self.defaults = {p.name: p.default for p in parameters if p.annotation is not Tensor}

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Any:
        """The result as an array, or as a symbol if there is one among the tensors."""
        operands, attributes = self._bind(args, kwargs)
        if any(isinstance(x, Symbol) for x in operands):
            return self.symbol(operands, attributes)
        if is_recording() and any(is_variable(x) for x in operands):
            return self.symbol(operands, attributes)
        for x in operands:
            if isinstance(x, Recorder):
                return x.record(self, operands, attributes)
        if open_tapes.items:
            operands = tuple(map(as_followed, operands))
            tapes = following(operands)
            if tapes:
                return recorded(tapes, self, operands, attributes, self._computed)
        return self._computed(operands, attributes)

    def _computed(self, operands: Any, attributes: dict[str, Any]) -> EagerTensor:
        arrays = [x if x.__class__ is np.ndarray else _weak_array(x) for x in operands]
        if all(is_python_number(x) for x in arrays):
            arrays = [to_array(x) for x in arrays]
        try:
            with np.errstate(all="ignore"):
                kernel = self.kernel(attributes)
                result = np.asarray(kernel(*arrays)).view(EagerTensor)
        except (ValueError, IndexError) as error:
            raise self.refusal(error, arrays, attributes) from error
        if self.of_logits and not isinstance(attributes.get("axis"), tuple):
            z = operands[0] if isinstance(operands[0], np.ndarray) else arrays[0]
            set_logits(result, z, lambda: kernel(*arrays))
        return result

    def symbol(self, operands: Any, attributes: dict[str, Any]) -> Symbol:
        """The symbol for this operation on `operands`."""
        for name, value in attributes.items():
            if is_variable(value) and value.trainable:
                raise TypeError(
                    f"ops.{self.name}: `{name}` is a trainable variable, and there is no "
                    f"derivative with respect to it: {value!r}. Write the function in other `ops`"
                )
        inputs = tuple(to_symbol(x) for x in operands)
        trace = trace_under_way()
        if trace is not None:  # in which a variable may have been assigned to
            inputs = tuple(map(trace.now, inputs))
        if inputs and all(is_number(x) for x in inputs):
            # Between Python numbers there is nothing to wait for, and the result stays a number.
            value = self.kernel(attributes)(*(x.attributes["value"] for x in inputs))
            return constant(value.item() if np.ndim(value) == 0 and np.size(value) else value)
        return symbol_of(self, inputs, attributes)

    def kernel(self, attributes: dict[str, Any]) -> Callable:
        """The function of arrays alone, with the attributes filled in."""
        compute, rule = self.typed_kernel(attributes), self.rule
        return compute if rule is None else lambda *operands: compute(*rule(operands))

    def dummy_kernel(self, attributes: dict[str, Any]) -> Callable:
        """A function with results of the same shapes and types, which zeros have too."""
        if self._like is None:
            return self.kernel(attributes)
        like, rule = functools.partial(self._like, **attributes), self.rule
        return like if rule is None else lambda *operands: like(*rule(operands))

    def typed_kernel(self, attributes: dict[str, Any]) -> Callable:
        """The same for arrays that have a common type already: without the `rule`."""
        return functools.partial(self.compute, **attributes) if attributes else self.compute

    def _refusing(self, compute: Callable) -> Callable:
        def on_arrays(*operands: Any, **attributes: Any) -> Any:
            try:
                return compute(*operands, **attributes)
            except (ValueError, IndexError) as error:
                raise self.refusal(error, operands, attributes) from error

        return on_arrays

    def refusal(self, error: Exception, operands: Any, attributes: dict[str, Any]) -> Exception:
        """What to raise where NumPy refused the operands."""
        if isinstance(error, InvalidArgumentError):
            return error
        got = ", ".join(f"{getattr(x, 'dtype', 'number')} {np.shape(x)}" for x in operands)
        settings = "".join(f", {key}={value!r}" for key, value in attributes.items())
        return self._error(
            f"ops.{self.name}: these arguments do not fit: {error}. Received: {got}{settings}. "
            "Compare the shapes (and axes) with what the function expects."
        )

    def _bind(self, args: tuple, kwargs: dict[str, Any]) -> tuple[tuple, dict[str, Any]]:
        if self._variadic:
            attributes = {name: kwargs.get(name, d) for name, d in self.defaults.items()}
            if open_tapes.items:
                require_constants(self.name, attributes)
            return args, {name: _frozen(value) for name, value in attributes.items()}
        n = len(self._edges)
        if len(args) != n or not kwargs.keys() <= self.defaults.keys() or self._required:
            bound = self._signature.bind(*args, **kwargs)
            bound.apply_defaults()
            args, kwargs = bound.args[:n], dict(zip(self.defaults, bound.args[n:], strict=True))
        attributes = {**self.defaults, **kwargs}
        if open_tapes.items:
            require_constants(self.name, attributes)
        return args, {name: _frozen(value) for name, value in attributes.items()}

    def __reduce__(self) -> tuple[Callable, tuple[str]]:
        return _named, (self.name,)  # there is one of each; a copy of a model shares them

    def __repr__(self) -> str:
        return f"<ops.{self.name}>"


def _named(name: str) -> Any:
    return OPERATIONS[name]


def operation(
    *,
    derivative: Callable | None = None,
    promote: bool = False,
    floating: bool = False,
    broadcasts: bool | None = None,
    error: type[Exception] = InvalidArgumentError,
    of_logits: bool = False,
    like: Callable | None = None,
    by_hand: bool = False,
) -> Callable[[Callable[P, Any]], Operation[P]]:
    """Declares an operation; see the top of this file.

    Args:
        derivative: `(dy, y, *inputs, **attributes) -> expression, or one for each input`.
        promote: the inputs are brought to a common type first.
        floating: the same, and integers become floats.
        broadcasts: whether the inputs are broadcast against each other; default: if `promote` or
            `floating`.
        error: what to raise where NumPy refuses the arguments.
        of_logits: whether a cross-entropy of the result reads the input.
        like: a function with the same arguments, and results of the same shapes and types, for an
            operation that zeros do not have (which is what shapes are found with).
        by_hand: whether the derivative is somebody's function, which may look at numbers.
    """

    def declare(compute: Callable[P, Any]) -> Operation[P]:
        rule = match_floating if floating else match if promote else None
        spreads = (promote or floating) if broadcasts is None else broadcasts
        made: Operation[P] = Operation(
            compute, derivative, rule, spreads, error, of_logits, like, by_hand
        )
        OPERATIONS[made.name] = made
        return made

    return declare


def to_symbol(x: Any) -> Symbol:
    """`x` as a symbol: itself, the leaf of a variable, or a constant."""
    if isinstance(x, Symbol):
        return x
    if is_variable(x):
        return variable_leaf(x)
    return constant(x if is_python_number(x) else to_array(x))


def _weak_array(x: Any) -> Any:
    return x if is_python_number(x) else to_array(x)


def _frozen(value: Any) -> Any:
    """An attribute in a form that can be compared and hashed."""
    if value is None or isinstance(value, int | str):
        return value
    if isinstance(value, list | tuple):
        return tuple(map(_frozen, value))
    if isinstance(value, np.ndarray):
        return _frozen(value.tolist())
    return value.item() if isinstance(value, np.generic) else value
