"""A tensor of a functional model: a shape and a type, and by which call of which layer it is made.

    x = keras.Input((3,))              x.keras_history = (input layer, 0, 0)
    y = keras.layers.Dense(2)(x)       y.keras_history = (dense layer, its use 0, its output 0)
    z = ops.relu(y) + 1                two more calls: functions of `ops` count as layers

Nothing is computed. A model remembers the calls between its inputs and its outputs, and repeats
them on whatever it is given.
"""

from typing import Any

from scratch import config, tree
from scratch.context.naming import auto_name
from scratch.ops.graph.operators import GETITEM, Logic, operator
from scratch.ops.graph.other_libraries import GivenElsewhere
from scratch.ops.graph.sources import OPERATIONS, Recorder


class KerasTensor(Logic, GivenElsewhere, Recorder):
    """What a layer will give, described (`keras.KerasTensor`).

    Args:
        shape: with the batch axis; None for an axis of any size.
        dtype: e.g. `"float32"`.
        sparse, ragged: only False: NumPy's arrays are neither.
        record_history: whether calls on it are remembered by what they give; where not, that leads
            back to no input, and is no part of a model.
        name: default: `keras_tensor`, `keras_tensor_1`, ...

    Attributes:
        keras_history: the layer that gives it, the number of the call, the number of the output;
            set by that call.
        keras_mask: the mask that comes with it, or None.
    """

    keras_mask: Any = None
    sparse = False
    ragged = False

    def __init__(
        self,
        shape: Any,
        dtype: Any = "float32",
        sparse: bool = False,
        ragged: bool = False,
        record_history: bool = True,
        name: str | None = None,
    ) -> None:
        if sparse:
            raise ValueError("Sparse tensors are not supported: pass `sparse=False`")
        if ragged:
            raise ValueError("Ragged tensors are not supported: pass `ragged=False`")
        self.shape = tuple(None if n is None else int(n) for n in shape)
        self.dtype = config.array_type(dtype).name
        self.record_history = record_history
        self.name = name or auto_name("keras_tensor")
        self.keras_history: tuple[Any, int, int]

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    def __iter__(self) -> Any:
        raise NotImplementedError("Iterating over a symbolic KerasTensor is not supported.")

    def __bool__(self) -> bool:
        raise TypeError("A symbolic KerasTensor cannot be used as a boolean.")

    def __int__(self) -> int:
        raise ValueError("A KerasTensor is symbolic: it's a placeholder. It has no integer value.")

    __float__ = __int__

    def __array__(self, *args: Any, **kwargs: Any) -> Any:
        raise ValueError(
            "A KerasTensor is symbolic: it's a placeholder for a shape and a dtype. It doesn't "
            "have any actual numerical value. You cannot convert it to a NumPy array: use the "
            "functions of `keras.ops` in place of NumPy's."
        )

    __ne__ = operator("not_equal")

    def __getitem__(self, key: Any) -> Any:
        return OPERATIONS[GETITEM](self, key)

    def __repr__(self) -> str:
        return (
            f"<KerasTensor shape={self.shape}, dtype={self.dtype}, sparse={self.sparse}, "
            f"ragged={self.ragged}, name={self.name}>"
        )


class Call:
    """One call of a layer (or of a function of `ops`) on KerasTensors.

    Args:
        operation: what is called; it keeps the call in `inbound_calls`.
        args, kwargs: with what.
        outputs: the KerasTensors that it gives, in any structure.
    """

    def __init__(self, operation: Any, args: tuple, kwargs: dict[str, Any], outputs: Any) -> None:
        self.operation, self.args, self.kwargs, self.outputs = operation, args, kwargs, outputs
        self.number = len(operation.inbound_calls)
        operation.inbound_calls.append(self)
        if not all(x.record_history for x in self.inputs):
            return
        for i, tensor in enumerate(tree.flatten(outputs)):
            tensor.keras_history = (operation, self.number, i)

    @property
    def inputs(self) -> list[KerasTensor]:
        """The tensors among the arguments."""
        return keras_tensors((self.args, self.kwargs))


def keras_tensors(arguments: Any) -> list[KerasTensor]:
    """All KerasTensors in a structure."""
    return [x for x in tree.flatten(arguments) if isinstance(x, KerasTensor)]


def is_keras_tensor(x: Any) -> bool:
    """Whether `x` is a tensor of a functional model (`keras.utils.is_keras_tensor`)."""
    return isinstance(x, KerasTensor)
