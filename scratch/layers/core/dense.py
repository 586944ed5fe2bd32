"""The fully connected layer.

    z = x W + b          x: (..., n)   W: (n, units)   b: (units,)   z, y: (..., units)
    y = f(z)

    dz = dy * f'(z)
    dW = x^T dz          db = sum of dz over the batch          dx = dz W^T

All axes of x but the last count as the batch.
"""

import math
from typing import Any

import numpy as np

from scratch import activations, ops
from scratch.kernels.products import matmul, transposed_matmul
from scratch.layers.activations.activated import Affine, saved_activation
from scratch.layers.base.input_spec import InputSpec
from scratch.layers.base.lora import Adaptable, lora_config
from scratch.network.node import Node
from scratch.network.plan import Plan
from scratch.serialization.configured import configured
from scratch.variables.variable import Variable


@configured(
    keys="units activation use_bias kernel_initializer bias_initializer kernel_regularizer "
    "bias_regularizer kernel_constraint bias_constraint quantization_config",
    values={"activation": saved_activation},
    also=lora_config,
)
class Dense(Adaptable, Affine):
    """`y = f(x W + b)` (`keras.layers.Dense`).

    Args:
        units: width of the output.
        activation: f, a name or a function; None means the identity.
        use_bias: whether there is a b.
        kernel_initializer, bias_initializer: how W and b start.
        kernel_regularizer, bias_regularizer, activity_regularizer: penalties on W, b and y.
        kernel_constraint, bias_constraint: applied to W and b after every update.
        lora_rank: where given, W is frozen, and a correction of this rank is trained
            (`Adaptable.enable_lora`).
        lora_alpha: the correction counts lora_alpha / lora_rank times; tf.keras
            makes lora_alpha the rank again when the layer is built.

    Raises:
        ValueError: for `units` that is no positive integer, or for unknown names.
    """

    @property
    def kernel(self) -> Any:
        """W, or what it has become where it is adapted."""
        plain = vars(self).get("_kernel")
        return self.adapted_weight if plain is None or self.lora_enabled else plain

    def pre_activation(self, x: Any) -> Any:
        """z = x W + b, in ops."""
        z = ops.matmul(x, self.kernel)
        return z if self.bias is None else ops.add(z, self.bias)

    def forward_z(self, x: np.ndarray, node: Node) -> np.ndarray:
        """z = x W + b."""
        W = self.kernel.array
        node.x = x
        z = node.buffer("z", (*x.shape[:-1], self.units), W.dtype)
        matmul(x, W, out=z)
        if self.bias is not None:
            z += self.bias.array
        return z

    def backward_z(self, dz: np.ndarray, node: Node) -> np.ndarray | None:
        """dW = x^T dz, db = sum of dz, and dx = dz W^T if it is needed."""
        x, W = node.x, self.kernel.array
        rows, drows = x, dz  # of all samples, whatever axes they have
        if x.ndim != 2:
            rows, drows = x.reshape(-1, x.shape[-1]), dz.reshape(-1, self.units)
        if self.kernel in node.trained:
            transposed_matmul(rows, drows, out=node.gradient(self.kernel))
        if self.bias is not None and self.bias in node.trained:
            np.add.reduce(drows, axis=0, out=node.gradient(self.bias))
        if not node.needs_dx:
            return None
        return matmul(dz, W.T, out=node.buffer("dx", x.shape, W.dtype))

    def plan_z(self, plan: Plan, node: Node, x: str) -> str:
        """The lines of `forward_z`."""
        W = self.kernel.array
        z = plan.buffer(node, "z", (*node.x.shape[:-1], self.units), W.dtype)
        product = plan.product(node.x.shape, W.shape)
        plan.line(f"{product}({x}, {plan.weight(self, self.kernel)}, {z})")
        if self.bias is not None:
            plan.add_bias(z, plan.weight(self, self.bias))
        return z

    def plan_dz(self, plan: Plan, node: Node, dz: str) -> str | None:
        """The lines of `backward_z`."""
        x, W, shape = plan.y[node.inputs[0]], self.kernel.array, node.x.shape
        rows, drows = x, dz
        if len(shape) != 2:
            rows, drows = f"{x}.reshape(-1, {shape[-1]})", plan.result(f"{self.name}_rows")
            plan.line(f"{drows} = {dz}.reshape(-1, {self.units})")
        if self.kernel in node.trained:
            n = math.prod(shape[:-1])
            dW = plan.gradient(self, self.kernel, node)
            if n == 1:
                plan.outer(rows, drows, dW)
            else:
                product = plan.product((shape[-1], n), (n, self.units))
                plan.line(f"{product}({rows}.T, {drows}, {dW})")
        if self.bias is not None and self.bias in node.trained:
            plan.sum_rows(drows, plan.gradient(self, self.bias, node))
        if not node.needs_dx:
            return None
        dx = plan.buffer(node, "dx", shape, W.dtype)
        product = plan.product((*shape[:-1], self.units), W.T.shape)
        plan.line(f"{product}({dz}, {plan.weight(self, self.kernel)}.T, {dx})")
        return dx

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        **kwargs: Any,
    ) -> None:
        if not isinstance(units, int) or units <= 0:
            raise ValueError(
                f"Received an invalid value for `units`, expected a positive integer. "
                f"Received: units={units!r}"
            )
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        self.units = units
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.describe_weight("kernel", kernel_initializer, kernel_regularizer, kernel_constraint)
        self.describe_weight("bias", bias_initializer, bias_regularizer, bias_constraint)
        self.bias: Variable | None = None
        self.describe_lora(lora_rank, lora_alpha)
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        """Creates W and b.

        Raises:
            ValueError: when the last axis of the input has no fixed size.
        """
        inputs = input_shape[-1]
        if inputs is None:
            raise ValueError(
                f"Layer {self.name!r}: the last axis of the input must have a fixed size; "
                f"got input shape {input_shape}"
            )
        self._kernel = self.create_weight("kernel", (inputs, self.units))
        if self.use_bias:
            self.bias = self.create_weight("bias", (self.units,))
        self.input_spec = InputSpec(min_ndim=2, axes={-1: inputs})
        if self.lora_rank:
            self.enable_lora(self.lora_rank)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        """The input's shape with `units` as its last axis."""
        return (*input_shape[:-1], self.units)
