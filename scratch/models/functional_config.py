"""A functional model as a dictionary, and back, in Keras's format.

layers          each with its own config and its `inbound_nodes`: the arguments of each call,
                tensors in them as [layer, number of its call, number of the output]
input_layers    the tensors that are inputs
output_layers   those that are outputs
"""

import inspect
from typing import Any

from scratch import tree
from scratch.models.graph import Graph
from scratch.ops.functional.keras_tensor import Call, KerasTensor
from scratch.serialization import (
    KerasTensorReference,
    deserialize_keras_object,
    serialize_keras_object,
)


def functional_config(model: Any, graph: Graph) -> dict[str, Any]:
    """The config of `model`, whose calls are those of `graph`."""
    own = {id(call) for call in graph.calls}

    def number_of(call: Call) -> int:
        """The call's number among those that belong to the model."""
        return sum(id(c) in own for c in call.operation.inbound_calls[: call.number])

    def reference(x: Any) -> Any:
        if not isinstance(x, KerasTensor):
            return x
        operation, number, output = x.keras_history
        history = [operation.name, number_of(operation.inbound_calls[number]), output]
        config = {"shape": x.shape, "dtype": x.dtype, "keras_history": history}
        return {"class_name": "__keras_tensor__", "config": config}

    layers = []
    for operation in graph.operations:
        saved = serialize_keras_object(operation)
        saved["name"] = operation.name
        saved["inbound_nodes"] = [
            {
                "args": serialize_keras_object(tree.map_structure(reference, call.args)),
                "kwargs": serialize_keras_object(tree.map_structure(reference, call.kwargs)),
            }
            for call in operation.inbound_calls
            if id(call) in own and call.inputs
        ]
        layers.append(saved)

    def place(x: KerasTensor) -> list[Any]:
        operation, number, output = x.keras_history
        number = number_of(operation.inbound_calls[number]) + _first_call(operation)
        return [operation.name, number, output]

    return {
        "name": model.name,
        "trainable": model.trainable,
        "layers": layers,
        "input_layers": tree.map_structure(place, model.input),
        "output_layers": tree.map_structure(place, model.output),
    }


def functional_from_config(cls: Any, config: dict[str, Any], custom_objects: Any = None) -> Any:
    """The model that `config` describes.

    Args:
        cls: `Model`, or a class of a user's own that takes inputs and outputs.
        config: what `functional_config` returned.
        custom_objects: further classes and functions, by name.

    Raises:
        ValueError: where calls refer to layers that are not there, or to each other in a circle.
    """
    layers = {
        saved["name"]: deserialize_keras_object(saved, custom_objects) for saved in config["layers"]
    }
    waiting = {saved["name"]: list(saved["inbound_nodes"]) for saved in config["layers"]}
    while any(waiting.values()):
        progress = False
        for name, calls in waiting.items():
            while calls and _known(calls[0], layers):
                args, kwargs = _arguments(calls.pop(0), layers)
                layers[name](*args, **kwargs)
                progress = True
        if not progress:
            raise ValueError(
                "Invalid Functional model configuration. The graph of the Functional model either "
                "has loops or disconnected nodes. The following nodes failed to be resolved: "
                f"{ {name: calls for name, calls in waiting.items() if calls} }"
            )

    def tensor(place: Any) -> KerasTensor:
        name, number, output = place
        if name not in layers:
            raise ValueError(f"Invalid Functional model configuration: there is no layer {name!r}")
        layer = layers[name]
        call = layer.inbound_calls[number - _first_call(layer)]
        return tree.flatten(call.outputs)[output]

    rest = {
        key: value
        for key, value in config.items()
        if key not in ("layers", "input_layers", "output_layers")
    }
    return cls(
        inputs=_map_places(tensor, config["input_layers"]),
        outputs=_map_places(tensor, config["output_layers"]),
        **rest,
    )


def _first_call(operation: Any) -> int:
    """Keras counts the calls of a model from 1: once, a model began with a call of its own."""
    return 1 if hasattr(operation, "output_names") else 0


def _references(call: Any) -> tuple[Any, Any]:
    """Arguments by position and by name, tensors as references."""
    if isinstance(call, list):  # the format of old files: one list of tensors
        found = [KerasTensorReference((), "", (x[0], x[1], x[2])) for x in call]
        return (found[0] if len(found) == 1 else found,), (call[0][3] if len(call[0]) > 3 else {})
    return deserialize_keras_object(call["args"]), deserialize_keras_object(call["kwargs"])


def _is_reference(x: Any) -> bool:
    return isinstance(x, KerasTensorReference)


def _map_references(function: Any, arguments: Any) -> Any:
    if _is_reference(arguments):
        return function(arguments)
    if isinstance(arguments, dict):
        return {key: _map_references(function, value) for key, value in arguments.items()}
    if isinstance(arguments, list | tuple):
        return type(arguments)([_map_references(function, value) for value in arguments])
    return arguments


def _known(call: Any, layers: dict[str, Any]) -> bool:
    """Whether all tensors exist that a call needs."""
    missing = []

    def look(reference: KerasTensorReference) -> None:
        name, number, _ = reference.history
        if name not in layers:
            raise ValueError(f"Invalid Functional model configuration: there is no layer {name!r}")
        if number >= len(layers[name].inbound_calls):
            missing.append(name)

    _map_references(look, _references(call))
    return not missing


def _arguments(call: Any, layers: dict[str, Any]) -> tuple[Any, Any]:
    def tensor(reference: KerasTensorReference) -> KerasTensor:
        name, number, output = reference.history
        return tree.flatten(layers[name].inbound_calls[number].outputs)[output]

    return _map_references(tensor, _references(call))


def _map_places(function: Any, places: Any) -> Any:
    """`function` applied to every `[name, number, number]` in a structure."""
    if isinstance(places, dict):
        return {key: _map_places(function, value) for key, value in places.items()}
    if len(places) == 3 and isinstance(places[0], str):
        return function(places)
    return [_map_places(function, place) for place in places]


def takes_inputs_and_outputs(cls: type) -> bool:
    """Whether a class is built by inputs, outputs and a name, as `Functional` is."""
    spec = inspect.getfullargspec(cls.__init__)  # type: ignore[misc]
    return spec.args[1:] == ["inputs", "outputs", "name"] or (
        spec.varargs is not None and spec.varkw is not None
    )
