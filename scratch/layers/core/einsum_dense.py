"""A fully connected layer between any axes, written as a sum of products.

    z = einsum(equation, x, W) + b      "ab,bc->ac" is `Dense`;  "abc,cd->abd" is `Dense` on steps
    y = f(z)

    dz = dy * f'(z)      dW = einsum of x and dz      db = sum of dz      dx = einsum of dz and W

With the letters x,w->y, dW is x,y->w and dx is y,w->x.
"""

import re
import string
from collections.abc import Sequence
from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.initializers.random_initializers import VarianceScaling
from scratch.kernels.products import contract
from scratch.layers.activations.activated import Affine, saved_activation
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.lora import Adaptable, lora_config
from scratch.network.node import Node
from scratch.ops.bias import bias_shape
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable

_FORM = re.compile(r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?")


@configured(
    keys="equation output_shape activation bias_axes kernel_initializer bias_initializer "
    "kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint "
    "quantization_config",
    values={
        "activation": saved_activation,
        "output_shape": lambda self: self.partial_output_shape,
    },
    also=lora_config,
)
class EinsumDense(Adaptable, Affine):
    """`y = f(einsum(equation, x, W) + b)` (`keras.layers.EinsumDense`).

    Args:
        equation: letters of the input, of the weights and of the output: `"ab,bc->ac"`; `...`
            before (or after) input and output stands for further axes.
        output_shape: of the output without its batch; None for a size that the input gives.
        activation: f, a name or a function; None means the identity.
        bias_axes: the letters of the output that the bias has; None for no bias.
        kernel_initializer, bias_initializer: how W and b start.
        kernel_regularizer, bias_regularizer: penalties on them.
        kernel_constraint, bias_constraint: applied after every update.
        lora_rank: where given, W is frozen, and a correction of this rank is trained
            (`Adaptable.enable_lora`).
        lora_alpha: the correction counts lora_alpha / lora_rank times.

    Raises:
        ValueError: for an equation of another form, or letters or sizes that do not fit.
    """

    kernel_initializer: Any

    @property
    def kernel(self) -> Any:
        """W, or what it has become where it is adapted."""
        plain = vars(self).get("_kernel")
        return self.adapted_weight if plain is None or self.lora_enabled else plain

    def pre_activation(self, x: Any) -> Any:
        """z = einsum(equation, x, W) + b, in ops."""
        z = ops.einsum(self.equation, x, self.kernel)
        return z if self.bias is None else ops.add(z, self.bias)

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z = einsum(equation, x, W) + b."""
        one, two, result = self._terms
        node.x = x
        z = contract(f"{one},{two}->{result}", x, self.kernel.array)
        if self.bias is not None:
            z += self.bias.array.reshape(self._bias_shape)
        return z

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW, db and dx from dz."""
        one, two, result = self._terms
        x, W = node.x, self.kernel.array
        if self.kernel in node.trained:
            dW = node.gradient(self.kernel)
            dW[...] = contract(f"{one},{result}->{two}", x, dz)
        if self.bias is not None and self.bias in node.trained:
            db = node.gradient(self.bias)
            wide = (*[1] * (dz.ndim - len(self._bias_shape)), *self._bias_shape)
            axes = tuple(a for a, n in enumerate(wide) if n == 1 and dz.shape[a] != 1)
            db[...] = dz.sum(axis=axes).reshape(db.shape)
        if not node.needs_dx:
            return None
        return contract(f"{result},{two}->{one}", dz, W)

    @property
    def _bias_shape(self) -> tuple[int, ...]:
        """The shape in which b is added to z."""
        assert self.bias is not None
        return bias_shape(self._output_shape, self.bias.shape)

    def __init__(
        self,
        equation: str,
        output_shape: int | Sequence[int | None],
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.equation = equation
        self.partial_output_shape = (
            (output_shape,) if isinstance(output_shape, int) else tuple(output_shape)
        )
        self.bias_axes = bias_axes
        self.activation = activations.get(activation)
        self.describe_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.describe_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Variable | None = None
        self.describe_lora(lora_rank, lora_alpha)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates W and b."""
        letters = _Letters(self.equation, input_shape, self.partial_output_shape)
        kernel_initializer = self.kernel_initializer
        # What counts as inputs and outputs of a unit follows from the letters.
        if isinstance(kernel_initializer, VarianceScaling) and hasattr(
            kernel_initializer, "input_axes"
        ):
            config = kernel_initializer.get_config()
            if None in (config.get("input_axes"), config.get("output_axes")):
                config["input_axes"], config["output_axes"] = letters.fans
                config["seed"] = kernel_initializer.seed
                kernel_initializer = type(kernel_initializer).from_config(config)
        self._kernel = self.create_weight("kernel", letters.kernel_shape, kernel_initializer)
        if self.bias_axes is not None:
            self.bias = self.create_weight("bias", letters.bias_shape(self.bias_axes))
        self.input_spec = InputSpec(ndim=len(input_shape))
        self._terms = letters.terms
        self._output_shape = letters.output_shape
        if self.lora_rank:
            self.enable_lora(self.lora_rank, self.lora_alpha)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The sizes of the output's axes, as far as `output_shape` gives them."""
        return _Letters(self.equation, input_shape, self.partial_output_shape).output_shape


class _Letters:
    """An equation with a letter for every axis, and the size that each letter stands for.

    Args:
        equation: see `EinsumDense`.
        input_shape: with the batch.
        partial: the output's shape without its batch, and without the axes behind `...`.
    """

    def __init__(
        self,
        equation: str,
        input_shape: tuple[int | None, ...],
        partial: tuple[int | None, ...],
    ) -> None:
        form = _FORM.fullmatch(equation.replace(" ", ""))
        before, one, after, two, before_y, result, after_y = form.groups() if form else ("",) * 7
        if form is None or (before, after) != (before_y, after_y) or (before and after):
            raise ValueError(
                f"Invalid einsum equation '{equation}'. Equations must be in the form "
                "[X],[Y]->[Z], ...[X],[Y]->...[Z], or [X]...,[Y]->[Z]...."
            )
        elided = len(input_shape) - len(one)
        # The first axis of the output is the batch; an ellipsis in front of it holds the batch.
        shape = [input_shape[0], *partial]
        unused = [c for c in reversed(string.ascii_letters) if c not in one + two + result]
        spare = "".join(unused[: max(elided, 0)])
        if before:
            shape[1:1] = input_shape[1:elided]
            one, result = spare + one, spare + result
        elif after:
            shape += input_shape[len(input_shape) - elided :]
            one, result = one + spare, result + spare
        self.terms = one, two, result
        if len(one) != len(input_shape):
            raise ValueError(
                f"Einsum equation '{equation}' is for inputs with {len(one)} axes. Received: "
                f"input_shape={input_shape}"
            )
        sizes = dict(zip(result, shape, strict=False))
        for letter, n in zip(one, input_shape, strict=True):
            if letter in sizes and sizes[letter] is not None and sizes[letter] != n:
                raise ValueError(
                    f"Input shape and output shape do not match at shared dimension '{letter}'. "
                    f"Input shape is {n}, and output shape is {sizes[letter]}."
                )
            if sizes.get(letter) is None:
                sizes[letter] = n
        for letter in result:
            if letter not in one + two:
                raise ValueError(
                    f"Dimension '{letter}' was specified in the output '{result}' but has no "
                    f"corresponding dim in the input spec '{one}' or weight spec '{two}'"
                )
        for letter in two:
            if letter not in one + result:
                raise ValueError(
                    f"Weight dimension '{letter}' did not have a match in either the input spec "
                    f"'{one}' or the output spec '{result}'. For this layer, the weight must be "
                    "fully specified."
                )
        self.sizes, self.output_shape = sizes, tuple(shape)
        self._after = len(spare) if after else 0

    @property
    def kernel_shape(self) -> tuple[int, ...]:
        """The sizes of the weights' letters."""
        return tuple(self.sizes[c] for c in self.terms[1])

    @property
    def fans(self) -> tuple[list[int], list[int]]:
        """The axes of the weights that lead to the input, and those that lead to the output."""
        two, result = self.terms[1:]
        out = [i for i, c in enumerate(two) if c in result]
        return [i for i in range(len(two)) if i not in out], out

    def bias_shape(self, axes: str) -> tuple[int, ...]:
        """The sizes of the bias: from its first letter on, 1 where it has none."""
        result = self.terms[2]
        for c in axes:
            if c not in result:
                raise ValueError(
                    f"Bias dimension '{c}' was requested, but is not part of the output spec "
                    f"'{result}'"
                )
        tail = result[min(result.find(c) for c in axes) :]
        return tuple(self.sizes[c] if c in axes else 1 for c in tail)
