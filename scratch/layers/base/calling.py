"""What happens when a layer is called, on arrays, symbols or KerasTensors.

1.  inputs are brought to the layer's type        `autocast`
2.  the layer is built, if it is not              `building`
3.  `training` is given, or that of the call around it, or the default of `call`
4.  outputs: by the definition; of symbols in a trace, by a node that computes them by hand
5.  penalties on the outputs are added to the losses
6.  masks go on to the outputs
7.  of KerasTensors, the call is recorded
"""

import functools
import warnings
from typing import Any

import numpy as np

from scratch import ops, tree
from scratch.context import naming
from scratch.context.definitions import trace_under_way
from scratch.context.stack import Stack
from scratch.layers.base.arguments import Arguments, is_tensor
from scratch.layers.base.building import ensure_built
from scratch.network import trace
from scratch.network.masks import get_keras_mask, set_keras_mask
from scratch.ops.functional.keras_tensor import Call, KerasTensor, keras_tensors
from scratch.ops.graph.eager import eager
from scratch.ops.graph.logits import keep_logits
from scratch.ops.graph.symbol import Symbol
from scratch.variables.variable import Variable

training_of_calls = Stack()  # True, False or None, of the calls under way


def calls_under_way() -> bool:
    """Whether a layer is being called."""
    return bool(training_of_calls.items)


def called(layer: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """What a layer gives for these arguments; see `Layer.__call__`."""
    given = (args, dict(kwargs))
    training = kwargs.pop("training", None)
    as_it_is = layer._takes_anything or (
        not kwargs and len(args) == 1 and _converted(layer, args[0]) is args[0]
    )
    args, kwargs = (
        tree.map_structure(functools.partial(_converted, layer), a) for a in (args, kwargs)
    )
    for value in tree.flatten(args):
        if not (value is None or is_tensor(value) or layer._takes_anything):
            raise ValueError(
                "Only input tensors may be passed as positional arguments. The following "
                f"argument value should be passed as a keyword argument: {value} "
                f"(of type {type(value)})"
            )
    if training is not None and "training" in layer._signature.parameters:
        kwargs["training"] = training
    arguments = Arguments(layer._signature, args, kwargs)
    layer._check_inputs(arguments.first)
    with naming.scope(layer), trace.tracing(None):
        ensure_built(layer, arguments)
    outermost = not calls_under_way()
    if training is None:
        training = training_of_calls.top
    if training is None:
        training = arguments.named.get("training")
    if "training" in arguments.named and training is not None:
        kwargs["training"] = training
    kwargs |= arguments.masks()
    tracer = trace_under_way()
    if outermost and (tracer is None or not tracer.describes):
        layer._clear_losses()
    with training_of_calls.pushed(training):
        outputs = _outputs(layer, arguments, args, kwargs)
    _pass_mask_on(layer, arguments.first, kwargs.get("mask"), outputs)
    if keras_tensors(outputs) and keras_tensors(given):
        # Keras records the arguments that it adds, unless it had to convert some.
        Call(layer, given[0], {**given[1], **(kwargs if as_it_is else {})}, outputs)
    return outputs


def _outputs(layer: Any, arguments: Arguments, args: tuple, kwargs: dict[str, Any]) -> Any:
    leaves = tree.flatten(list(arguments.tensors.values()))
    if any(isinstance(x, KerasTensor) for x in leaves):
        masks = {k for k in kwargs if k == "mask" or k.endswith("_mask")}
        return layer.compute_output_spec(
            *args, **{k: v for k, v in kwargs.items() if k not in masks or v is not None}
        )
    tracer = trace_under_way()
    one_node = layer.one_node and "call" not in vars(layer)
    if tracer is not None and one_node and any(isinstance(x, Symbol) for x in leaves):
        return layer._traced(tracer, arguments, args, kwargs)
    with naming.scope(layer):
        outputs = layer.call(*args, **kwargs)
    penalize(layer, outputs)
    return outputs


def penalize(layer: Any, outputs: Any) -> None:
    """Adds the penalty on the layer's activity to the loss, by its definition."""
    if layer.activity_regularizer is None:
        return
    for y in tree.flatten(outputs):
        penalty = layer.activity_regularizer(y)
        if len(y.shape):
            rows = ops.cast(ops.shape(y)[0], y.dtype)
            penalty = ops.divide_no_nan(penalty, rows)
        layer.add_loss(penalty)


def _converted(layer: Any, x: Any) -> Any:
    """An array; floats of another type are brought to the type of the layer."""
    if isinstance(x, KerasTensor) or x is None or isinstance(x, str | bool | int | float):
        return x
    if isinstance(x, Variable):
        x = x.value
    if not isinstance(x, np.ndarray | Symbol):
        if not hasattr(x, "__array__"):
            return x
        if type(x).__name__ == "KerasTensor":
            raise ValueError(
                f"Layer {layer.name!r} was called on {x!r}, a KerasTensor of Keras itself. Build "
                "the whole model with one library: `Input` too is this package's `keras.Input`"
            )
        x = np.asarray(x)
    x = _as_tensor(x)
    dtype = np.dtype(x.dtype)
    if not (layer.autocast and layer._casts_inputs):
        return x
    if dtype.kind != "f" or dtype.name == layer.compute_dtype:
        return x
    if np.dtype(layer.compute_dtype).kind != "f":
        return x
    mask = get_keras_mask(x)
    x = ops.cast(x, layer.compute_dtype)
    if mask is not None:
        set_keras_mask(x, mask)
    return x


def _as_tensor(x: Any) -> Any:
    """An array as an `EagerTensor`, with the mask and the logits that came with it."""
    if x.__class__ is not np.ndarray:
        return x
    tensor, mask = keep_logits(x, eager(x)), get_keras_mask(x)
    if mask is not None:
        set_keras_mask(tensor, mask)
    return tensor


def _pass_mask_on(layer: Any, inputs: Any, given: Any, outputs: Any) -> None:
    previous = tree.map_structure(get_keras_mask, inputs) if given is None else given
    if layer.supports_masking:
        leaves = tree.flatten(outputs)
        masks = layer.compute_mask(inputs, previous)
        if masks is None:
            return
        for y, mask in zip(leaves, tree.flatten(masks), strict=False):
            if mask is not None and get_keras_mask(y) is None:
                set_keras_mask(y, mask)
    elif any(m is not None for m in tree.flatten(previous)):
        warnings.warn(
            f"Layer '{layer.name}' (of type {type(layer).__name__}) was passed an input with a "
            "mask attached to it. However, this layer does not support masking and will "
            "therefore destroy the mask information. Downstream layers will not see the mask.",
            stacklevel=4,
        )
