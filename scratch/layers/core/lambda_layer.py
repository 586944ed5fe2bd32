"""A layer made of a function in ops; its derivative is the derivative of the function's graph."""

import codecs
import inspect
import marshal
import types
from collections.abc import Callable, Mapping
from typing import Any

from scratch.layers.base.layer import Layer
from scratch.serialization import deserialize_keras_object, serialize_keras_object


class Lambda(Layer):
    """`y = function(x, **arguments)` (`keras.layers.Lambda`).

    Args:
        function: of tensors, in ops; may take `mask` and `training` too.
        output_shape: of a sample, or a function from input shape to output shape; default: found
            by calling `function`.
        mask: the mask of the result, or a function of (inputs, mask).
        arguments: more keyword arguments for `function`.

    A named function is written to files by its name, and must be registered to be read again. Of a
    nameless `lambda` the code is written, as Keras does it, for Keras to read; code from files is
    never run here.

    Raises:
        ValueError: when a nameless function is to be read.
        NotImplementedError: when the output's shape cannot be found.
    """

    def call(self, x: Any, mask: Any = None, training: bool | None = None) -> Any:
        more = {"mask": mask, "training": training}
        return self.function(x, **self.arguments, **{name: more[name] for name in self._takes})

    def __init__(
        self,
        function: Callable,
        output_shape: Any = None,
        mask: Any = None,
        arguments: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.function = function
        self.arguments = dict(arguments or {})
        self.mask = mask
        self.supports_masking = mask is not None
        self._given_output_shape = output_shape
        self._takes = set(inspect.getfullargspec(function).args) & {"mask", "training"}

    def compute_output_shape(self, input_shape: Any) -> Any:
        """The shape that was given, else that of `function` applied to zeros."""
        given = self._given_output_shape
        if callable(given):
            return given(input_shape)
        if given is not None:
            shape = input_shape
            while isinstance(shape[0], list | tuple):
                shape = shape[0]
            return (shape[0], *given)
        try:
            return super().compute_output_shape(input_shape)
        except Exception as error:
            raise NotImplementedError(
                f"Layer {self.name!r}: we could not automatically infer the shape of the Lambda's "
                f"output ({error}). Please specify the `output_shape` argument for this layer."
            ) from error

    def compute_mask(self, inputs: Any, mask: Any = None) -> Any:
        """The mask that was given, or what it makes of inputs and mask."""
        return self.mask(inputs, mask) if callable(self.mask) else self.mask

    def get_config(self) -> dict[str, Any]:
        config = {**super().get_config(), "function": _written(self.function)}
        shape = self._given_output_shape
        if shape is not None:
            config["output_shape"] = _written(shape) if callable(shape) else shape
        if self.mask is not None:
            config["mask"] = _written(self.mask) if callable(self.mask) else self.mask
        return {**config, "arguments": serialize_keras_object(self.arguments)}

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None, safe_mode: bool | None = None
    ) -> "Lambda":
        """Builds a layer from `get_config`'s dictionary.

        Raises:
            ValueError: when it holds the code of a function; that is never run, whatever
                `safe_mode` says.
        """
        config = dict(config)
        for key in ("function", "output_shape", "mask"):
            value = config.get(key)
            if not isinstance(value, dict):
                continue
            if value.get("class_name") == "__lambda__":
                raise ValueError(
                    "Requested the deserialization of a `Lambda` layer whose `function` is a "
                    "Python lambda. Its code could do anything, so it is not run here. Define the "
                    "function with `def`, register it, and save the model again."
                )
            config[key] = deserialize_keras_object(value, custom_objects=custom_objects)
        if isinstance(config.get("output_shape"), list):
            config["output_shape"] = tuple(config["output_shape"])
        if "arguments" in config:
            config["arguments"] = deserialize_keras_object(
                config["arguments"], custom_objects=custom_objects
            )
        return cls(**config)


def _written(function: Callable) -> Any:
    """A function as a file holds it: by its name, or the code of one that has none."""
    if not isinstance(function, types.FunctionType) or function.__name__ != "<lambda>":
        return serialize_keras_object(function)
    code = codecs.encode(marshal.dumps(function.__code__), "base64").decode("ascii")
    cells = tuple(cell.cell_contents for cell in function.__closure__ or ()) or None
    saved = {"code": code, "defaults": function.__defaults__, "closure": cells}
    return {"class_name": "__lambda__", "config": saved}
