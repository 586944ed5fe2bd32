"""Low-rank adaptation (LoRA; Hu et al., 2021): W is frozen, and a correction of low rank trained.

    W' = W + (alpha / rank) A B             W: (..., n)   A: (..., rank)   B: (rank, n)

    dA = (alpha / rank) dW' B^T             dB = (alpha / rank) A^T dW'

The rows of W and A are all their axes but the last. B begins with zeros, so W' = W; a few numbers
of A and B then stand for the many of W. A file holds W' alone: what reads it needs no A and B.
"""

from collections.abc import Mapping, MutableMapping
from typing import Any, ClassVar

import numpy as np

from scratch import initializers, ops
from scratch.context import compiled_settings
from scratch.layers.base.layer import Layer
from scratch.variables.variable import Variable


class Adaptable(Layer):
    """The base of layers with a weight that may be adapted.

    A subclass keeps W in `_kernel`, or under the name of its `adapted` weight, and gives
    `adapted_weight` as its property `kernel`.

    Attributes:
        adapted: the name of the weight.
        lora_rank: how many columns A has; None where there is none.
        lora_alpha: alpha; by default the rank.
        lora_enabled: whether there are A and B.
    """

    adapted: ClassVar[str] = "kernel"
    lora_rank: Any
    lora_alpha: Any

    def describe_lora(self, rank: int | None, alpha: float | None) -> None:
        """Remembers with which rank, if any, W is adapted from the beginning."""
        self.lora_rank = rank
        self.lora_alpha = rank if alpha is None else alpha
        self.lora_enabled = False

    @property
    def adapted_weight(self) -> Any:
        """W, a variable; or W', computed from three."""
        W = vars(self).get(f"_{self.adapted}")
        if W is None:
            raise AttributeError(f"You must build the layer before accessing `{self.adapted}`.")
        if not self.lora_enabled:
            return W
        A, B = self._factors()
        product = (self.lora_alpha / self.lora_rank) * ops.matmul(A, B)
        return ops.cast(ops.add(W, product), self.compute_dtype)

    def enable_lora(
        self,
        rank: int,
        lora_alpha: float | None = None,
        a_initializer: Any = "he_uniform",
        b_initializer: Any = "zeros",
    ) -> None:
        """Freezes W and creates A and B, both float32. A model must be compiled again.

        Args:
            rank: how many columns A has.
            lora_alpha: alpha; default: the rank.
            a_initializer, b_initializer: how A and B start.

        Raises:
            ValueError: where W has a constraint, before it is created, or the second time.
        """
        name = self.adapted
        if getattr(self, f"{name}_constraint"):
            raise ValueError(
                f"Lora is incompatible with {name.removesuffix('s')} constraints. In order to "
                f"enable lora on this layer, remove the `{name}_constraint` argument."
            )
        W: Variable | None = vars(self).get(f"_{name}")
        if W is None:
            raise ValueError("Cannot enable lora on a layer that isn't yet built.")
        if self.lora_enabled:
            raise ValueError("lora is already enabled. This can only be done once per layer.")
        parts = {
            "a": ((*W.shape[:-1], rank), a_initializer),
            "b": ((rank, W.shape[-1]), b_initializer),
        }
        with self._growing():
            for letter, (shape, initializer) in parts.items():
                factor = self.add_weight(
                    name=f"lora_{name}_{letter}",
                    shape=shape,
                    initializer=initializers.get(initializer),
                    dtype="float32",
                    regularizer=getattr(self, f"{name}_regularizer"),
                )
                # Beside W, whatever contains the layer: no model is under way now.
                factor.path = "/".join([*W.path.split("/")[:-1], factor.name])
                setattr(self, f"lora_{name}_{letter}", factor)
        W.trainable = False
        self.lora_rank = rank
        self.lora_alpha = rank if lora_alpha is None else lora_alpha
        self.lora_enabled = True
        compiled_settings.adapted()

    def reads_in_steps(self, name: str, value: Any) -> bool:
        # What `enable_lora` changes counts in networks that are made anew.
        return not name.startswith("lora_") and super().reads_in_steps(name, value)

    def _factors(self) -> list[Variable]:
        """A and B; none where W is as it is."""
        letters = "ab" if self.lora_enabled else ""
        return [getattr(self, f"lora_{self.adapted}_{letter}") for letter in letters]

    # Files ---------------------------------------------------------------------------------------

    def _stored_variables(self) -> list[Variable]:
        return [v for v in super()._stored_variables() if v not in self._factors()]

    def save_own_variables(self, store: MutableMapping[str, Any]) -> None:
        """Puts the weights of this layer into `store`, by their numbers: W' in the place of W."""
        W = vars(self).get(f"_{self.adapted}")
        for i, variable in enumerate(self._stored_variables()):
            whole = self.lora_enabled and variable is W
            store[str(i)] = np.asarray(self.adapted_weight) if whole else variable.array

    def load_own_variables(self, store: Mapping[str, Any]) -> None:
        """Reads the weights of this layer from `store`; of A and B nothing is left but zeros.

        Raises:
            ValueError: when there are too many or too few arrays, or one does not fit.
        """
        super().load_own_variables(store)
        for factor in self._factors():
            factor.overwrite(np.zeros(factor.shape, factor.dtype))


def lora_config(layer: Any) -> dict[str, Any]:
    """What the config of a layer says of its adaptation: nothing where there is none."""
    if not layer.lora_rank:
        return {}
    return {"lora_rank": layer.lora_rank, "lora_alpha": layer.lora_alpha}
