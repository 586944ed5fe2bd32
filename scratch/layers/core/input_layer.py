"""The entrance of a network: it states the shape of a sample and computes nothing."""

import warnings
from collections.abc import Sequence
from typing import Any

from scratch import config as global_config
from scratch import tree
from scratch.layers.base.layer import Layer
from scratch.ops.functional.keras_tensor import Call, KerasTensor
from scratch.serialization.configured import configured

Shape = Sequence[int | None]


@configured(keys="batch_shape dtype sparse ragged name optional", alone=True)
class InputLayer(Layer):
    """States the shape of a sample (`keras.layers.InputLayer`).

    Args:
        shape: of one sample, without the batch axis.
        batch_size: rows of every batch, or None.
        dtype: type of the data.
        batch_shape: instead of `shape` and `batch_size`.
        input_tensor: an existing KerasTensor, which becomes this input; what is given besides must
            agree with it.
        optional: whether the model may be called with None in its place.
        name: default: `input_layer`, `input_layer_1`, ...
        kwargs: `input_shape`, `batch_input_shape`: old names of `shape` and `batch_shape`.

    Raises:
        ValueError: without a shape, or with two that exclude each other.
        TypeError: for an unknown argument.
    """

    def call(self) -> None:
        """Nothing: the model's inputs stand in its place."""

    def __init__(
        self,
        shape: Shape | int | None = None,
        batch_size: int | None = None,
        dtype: Any = None,
        sparse: bool | None = None,
        ragged: bool | None = None,
        batch_shape: Shape | None = None,
        input_tensor: KerasTensor | None = None,
        optional: bool = False,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name)
        if "input_shape" in kwargs:
            warnings.warn(
                "Argument `input_shape` is deprecated. Use `shape` instead.", stacklevel=2
            )
            shape = kwargs.pop("input_shape")
        batch_shape = kwargs.pop("batch_input_shape", batch_shape)
        if kwargs:
            raise TypeError(f"InputLayer got unexpected keyword arguments: {list(kwargs)}")
        if sparse or ragged:
            raise ValueError(
                "Sparse and ragged inputs are not supported: pass dense arrays. Received: "
                f"sparse={sparse}, ragged={ragged}"
            )
        if input_tensor is not None:
            if not isinstance(input_tensor, KerasTensor):
                raise ValueError(
                    "Argument `input_tensor` must be a KerasTensor. Received invalid type: "
                    f"input_tensor={input_tensor} (of type {type(input_tensor)})"
                )
            _check_tensor(input_tensor, shape, batch_size, batch_shape, dtype)
            shape, batch_size = None, None
            batch_shape, dtype = input_tensor.shape, input_tensor.dtype
        if shape is not None and batch_shape is not None:
            raise ValueError("You cannot pass both `shape` and `batch_shape` at the same time.")
        if batch_size is not None and batch_shape is not None:
            raise ValueError(
                "You cannot pass both `batch_size` and `batch_shape` at the same time."
            )
        if shape is None and batch_shape is None:
            raise ValueError("You must pass a `shape` argument.")
        if shape is not None:
            if isinstance(shape, int):
                raise ValueError(f"`shape` must be a tuple, e.g. ({shape},); got shape={shape}")
            batch_shape = (batch_size, *shape)
        assert batch_shape is not None
        self.batch_shape = tuple(batch_shape)
        self.optional = optional
        self.sparse = self.ragged = False
        self._input_dtype = KerasTensor((), dtype or global_config.floatx(), name="type").dtype
        output = input_tensor
        if output is None:
            output = KerasTensor(self.batch_shape, self._input_dtype, name=name)
        Call(self, (), {}, output)
        self.built = True

    @property
    def output(self) -> KerasTensor:
        return self.inbound_calls[0].outputs

    @property
    def dtype(self) -> str:
        return self._input_dtype


def _check_tensor(
    tensor: KerasTensor, shape: Any, batch_size: Any, batch_shape: Any, dtype: Any
) -> None:
    """Raises a ValueError for what an input's tensor contradicts."""
    known = {
        "shape": (shape, tensor.shape[1:]),
        "batch_size": (batch_size, tensor.shape[0] if tensor.shape else None),
        "batch_shape": (batch_shape, tensor.shape),
        "dtype": (dtype, tensor.dtype),
    }
    for name, (given, actual) in known.items():
        if isinstance(given, list):
            given = tuple(given)
        if given is not None and given != actual:
            raise ValueError(
                "When providing the `input_tensor` argument, you cannot provide an incompatible "
                f"`{name}` argument. Received: {name}={given}, and a tensor with {actual}"
            )


def Input(  # noqa: N802 - Keras's name
    shape: Shape | None = None,
    batch_size: int | None = None,
    dtype: Any = None,
    sparse: bool | None = None,
    ragged: bool | None = None,
    batch_shape: Shape | None = None,
    name: str | None = None,
    tensor: KerasTensor | None = None,
    optional: bool = False,
) -> Any:
    """The input of a model (`keras.Input`): a KerasTensor of the shape of a batch.

    Args:
        shape: of one sample, without the batch axis, e.g. `(28, 28)`.
        batch_size: rows of every batch, or None for any number.
        dtype: type of the data; default `config.floatx()`.
        batch_shape: instead of `shape` and `batch_size`.
        name: default: `input_layer`.
        tensor: an existing KerasTensor, which becomes this input.
        optional: whether the model may be called with None in its place.
        sparse, ragged: accepted because Keras has them; only dense arrays are supported.
    """
    layer = InputLayer(
        shape, batch_size, dtype, sparse, ragged, batch_shape, tensor, optional, name
    )
    return tree.unpack_single(layer.output)
