"""Copies of models, with layers and weights of their own (`keras.models.clone_model`)."""

import json
from collections.abc import Callable
from typing import Any

from scratch import tree
from scratch.layers.core.input_layer import Input, InputLayer
from scratch.models.functional import Functional, takes_inputs_and_outputs
from scratch.models.sequential import Sequential
from scratch.ops.functional.keras_tensor import KerasTensor
from scratch.ops.functional.recording import FunctionOperation
from scratch.serialization import deserialize_keras_object


def clone_model(
    model: Any,
    input_tensors: Any = None,
    clone_function: Callable[[Any], Any] | None = None,
    call_function: Callable | None = None,
    recursive: bool = False,
) -> Any:
    """A model of the same layers, newly built (`keras.models.clone_model`).

    Args:
        model: of any kind; a subclassed one is built again from its config.
        input_tensors: KerasTensors for the new model's inputs.
        clone_function: from a layer to what takes its place; default: the layer built again from
            its config.
        call_function: `(layer, *args, **kwargs) -> outputs`; default: calls the layer. Functional
            models only.
        recursive: whether `clone_function` is applied inside nested models, too.

    Raises:
        ValueError: for arguments that this kind of model does not take.
    """
    clone = clone_function or _clone
    if recursive:
        if clone_function is None:
            raise ValueError(
                "Arguments `recursive` and `clone_function=None` do not go together: pass a "
                "`clone_function`, which is applied inside nested models"
            )

        def clone(layer: Any) -> Any:
            if isinstance(layer, Functional | Sequential):
                return clone_model(layer, clone_function=clone_function, recursive=True)
            return clone_function(layer)

    if isinstance(model, Sequential):
        if call_function is not None:
            raise ValueError(
                "`call_function` argument is not supported with Sequential models. In a "
                "Sequential model, layers aren't called at model-construction time (they're "
                f"merely listed). Use it with Functional models only. Received: {model}"
            )
        copy = _sequential(model, clone, input_tensors)
    elif isinstance(model, Functional):
        copy = _functional(model, clone, input_tensors, call_function)
    elif input_tensors is not None or clone_function is not None or call_function is not None:
        raise ValueError(
            "Arguments `clone_function`, `call_function` and `input_tensors` are only supported "
            f"for Sequential and Functional models. Received: {model}"
        )
    else:
        return type(model).from_config(model.get_config())
    if model.compiled:
        copy.compile_from_config(model.get_compile_config())
    return copy


def _clone(layer: Any) -> Any:
    if isinstance(layer, FunctionOperation):
        return FunctionOperation(layer.class_name, layer.settings, layer.name)
    return type(layer).from_config(layer.get_config())


def _sequential(model: Any, clone: Callable, input_tensors: Any) -> Sequential:
    first = model._layers[0] if model._layers else None
    layers = [clone(layer) for layer in model.layers]
    if input_tensors is not None:
        tensor = tree.flatten(input_tensors)
        if len(tensor) != 1 or not isinstance(tensor[0], KerasTensor):
            raise ValueError(
                f"Argument `input_tensors` must be a single KerasTensor. Received: {input_tensors}"
            )
        name = first.name if isinstance(first, InputLayer) else None
        layers = [Input(tensor=tensor[0], name=name), *layers]
    elif isinstance(first, InputLayer):
        layers = [Input(batch_shape=first.batch_shape, dtype=first.dtype, name=first.name), *layers]
    return Sequential(layers, name=model.name, trainable=model.trainable)


def _functional(
    model: Any, clone: Callable, input_tensors: Any, call_function: Callable | None
) -> Any:
    if input_tensors is None:
        input_tensors = tree.map_structure(
            lambda x: Input(batch_shape=x.shape, dtype=x.dtype, name=x.name), model.input
        )
    inputs = tree.flatten(input_tensors)
    if not all(isinstance(x, KerasTensor) for x in inputs) or len(inputs) != len(model.inputs):
        raise ValueError(
            "All entries in `input_tensors` must be KerasTensors, in the structure of the model's "
            f"inputs {model.input}. Received: input_tensors={input_tensors}"
        )
    copies: dict[int, Any] = {}

    def apply(operation: Any, args: tuple, kwargs: dict[str, Any]) -> Any:
        if id(operation) not in copies:
            copies[id(operation)] = clone(operation)
        new = copies[id(operation)]
        return call_function(new, *args, **kwargs) if call_function else new(*args, **kwargs)

    outputs = tree.pack_sequence_as(model.output, model.graph.run(inputs, apply))
    cls = type(model) if takes_inputs_and_outputs(type(model)) else Functional
    return cls(input_tensors, outputs, name=model.name)


def model_from_json(json_string: str, custom_objects: dict[str, Any] | None = None) -> Any:
    """The model that `to_json` described, with new weights (`keras.models.model_from_json`).

    Args:
        json_string: what `to_json` returned.
        custom_objects: further classes and functions, by name.

    Raises:
        TypeError: for a class that is not known, or what is no text.
        ValueError: for text that is no JSON, or describes no model.
    """
    try:
        config = json.loads(json_string)
    except RecursionError:
        raise ValueError("The JSON is nested too deep to be the config of a model") from None
    return deserialize_keras_object(config, custom_objects)
