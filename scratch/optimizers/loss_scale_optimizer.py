"""Loss scaling: gradients so large that float16 can hold them, divided again before the step.

any gradient infinite or NaN      no step; scale <- scale / 2, count <- 0
else                              a step with g / scale; count <- count + 1
after dynamic_growth_steps        scale <- 2 scale, count <- 0
"""

from collections.abc import Iterable, Sequence
from typing import Any, Self

import numpy as np

from scratch.initializers import Constant
from scratch.optimizers.base.optimizer import Optimizer
from scratch.optimizers.base.redefined import redefines, slope
from scratch.optimizers.base.variables import overwrites
from scratch.optimizers.base.whole_steps import Change
from scratch.serialization import deserialize_keras_object
from scratch.serialization.configured import configured
from scratch.variables.flat_storage import FlatStorage
from scratch.variables.variable import Variable

_DEFAULTS: dict[str, Any] = {
    "weight_decay": None,
    "clipnorm": None,
    "global_clipnorm": None,
    "clipvalue": None,
    "use_ema": False,
    "ema_momentum": 0.99,
    "ema_overwrite_frequency": None,
    "loss_scale_factor": None,
    "gradient_accumulation_steps": None,
}


@configured(keys="name inner_optimizer initial_scale dynamic_growth_steps", alone=True)
class LossScaleOptimizer(Optimizer):
    """Another optimizer with dynamic loss scaling.

    (`keras.optimizers.LossScaleOptimizer`)

    Args:
        inner_optimizer: makes the steps.
        initial_scale: the first scale.
        dynamic_growth_steps: after so many steps in a row the scale doubles.
        name: see `Optimizer`.

    Raises:
        ValueError: for any other option: they belong to the inner optimizer.
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        if not kwargs.pop("dynamic", True):
            raise ValueError(
                "LossScaleOptimizer no longer supports `dynamic=False`. Instead, simply set "
                "`loss_scale_factor` directly on the `inner_optimizer`."
            )
        for option, default in _DEFAULTS.items():
            if kwargs.pop(option, default) != default:
                raise ValueError(
                    f"LossScaleOptimizer does not support `{option}`. Instead, set `{option}` on "
                    "the `inner_optimizer`."
                )
        if kwargs:
            raise ValueError(
                f"LossScaleOptimizer does not support arguments: `{'`, `'.join(kwargs)}`."
            )
        super().__init__(learning_rate=0.0, name=name)
        self.inner_optimizer = inner_optimizer
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        inner_optimizer.loss_scale_factor = None
        self._eagerly = True  # but in a model whose step is compiled

    def build(self, variables: Sequence[Variable]) -> None:
        """Creates the count and the scale, and builds the inner optimizer."""
        if self.built:
            return
        self.step_counter = self.add_variable((), dtype="int64", name="step_counter")
        self.dynamic_scale = self.add_variable(
            (), Constant(self.initial_scale), "float32", name="dynamic_scale"
        )
        super().build(variables)
        assert self._storage is not None
        self.inner_optimizer.attach(self._storage, self._eagerly)

    def attach(self, storage: FlatStorage, eagerly: bool) -> None:
        self._eagerly = eagerly
        super().attach(storage, eagerly)
        self.inner_optimizer.attach(storage, eagerly)

    def begin_anew(self) -> None:
        self.inner_optimizer.begin_anew()

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, then the inner optimizer's."""
        return self._variables + self.inner_optimizer.variables

    def _changes(self, only: Sequence[Variable] | None) -> list[Change]:
        """A step of the inner optimizer, unless a gradient is not finite; then count and scale."""
        assert self._storage is not None
        variables = self._storage.variables if only is None else only
        gradients = [v.gradient for v in variables if v.gradient is not None]
        own = [self.step_counter.array, self.dynamic_scale.array]
        if not all(np.isfinite(g).all() for g in gradients):
            return [Change(own, lambda: self._rescale(0.5))]
        for v, g in zip(variables, gradients, strict=True):
            if not overwrites(v):
                g /= g.dtype.type(self.dynamic_scale.array)
        inner = self.inner_optimizer
        inner.attach(self._storage, self._eagerly)
        if not inner.redefines_step:
            return [*inner._changes(only), Change(own, self._count)]
        handed = [v.gradient.copy() for v in variables]  # type: ignore[union-attr]
        arrays = [self._storage.values, *(v.array for v in inner.variables)]

        def apply() -> None:
            inner.apply([g.copy() for g in handed], trainable_variables=variables)

        return [Change(arrays, apply), Change(own, self._count)]

    def _count(self) -> None:
        self.step_counter.array += 1
        if int(self.step_counter) == self.dynamic_growth_steps:
            self._rescale(2.0)

    def _rescale(self, factor: float) -> None:
        self.dynamic_scale.array *= factor
        self.step_counter.array[...] = 0

    def scale_loss(self, loss: Any) -> Any:
        """The loss times the scale."""
        return loss * (self.dynamic_scale.array[()] if self.built else self.initial_scale)

    def slope_of_loss(self, loss: Any) -> Any:
        by_factor = not redefines(self, "scale_loss", LossScaleOptimizer)
        return self.scale_loss(1.0) if by_factor else slope(self.scale_loss, loss)

    @property
    def learning_rate(self) -> Any:
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    @property
    def iterations(self) -> Any:
        return self.inner_optimizer.iterations

    def finalize_variable_values(self, var_list: Iterable[Variable] | None = None) -> None:
        self.inner_optimizer.finalize_variable_values(var_list)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        inner = deserialize_keras_object(config["inner_optimizer"], custom_objects=custom_objects)
        return cls(inner, **{k: v for k, v in config.items() if k != "inner_optimizer"})
