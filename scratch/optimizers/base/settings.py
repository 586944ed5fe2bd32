"""What an optimizer is told: its options, its learning rate, which weights decay."""

import re
import warnings
from collections.abc import Iterable
from typing import Any, Self

import numpy as np

from scratch.context.compiled_settings import take_down
from scratch.context.spelling import arguments_of, did_you_mean
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.redefined import slope
from scratch.optimizers.base.variables import State
from scratch.optimizers.schedules.learning_rate_schedule import LearningRateSchedule
from scratch.serialization import deserialize_keras_object, serialize_keras_object
from scratch.variables.variable import Variable


class Settings(State):
    """The options that all optimizers share; `Optimizer` explains them."""

    def __init__(
        self,
        learning_rate: Any,
        weight_decay: float | None = None,
        clipnorm: float | None = None,
        clipvalue: float | None = None,
        global_clipnorm: float | None = None,
        use_ema: bool = False,
        ema_momentum: float = 0.99,
        ema_overwrite_frequency: int | None = None,
        loss_scale_factor: float | None = None,
        gradient_accumulation_steps: int | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        _check(self, kwargs)
        self._not_decayed: set[Variable] = set()
        self._not_decayed_names: re.Pattern | None = None
        self._model_variables_moving_average: list[Variable | None] = []
        self._accumulated_gradients: list[Variable] = []
        self._iterations = self.add_variable((), dtype="int64", name="iteration")
        self._learning_rate: Any = learning_rate
        if not callable(learning_rate):
            if not isinstance(learning_rate, float):
                raise ValueError(
                    "Argument `learning_rate` should be float, or an instance of "
                    "LearningRateSchedule, or a callable that returns one "
                    f"(write {learning_rate!r} as a Python float, e.g. 0.01). "
                    f"Received instead: learning_rate={learning_rate!r}"
                )
            self._learning_rate = self.add_variable((), name="learning_rate")
            self._learning_rate.assign(learning_rate)

    # Learning rate and step counter ---------------------------------------------------------------

    @property
    def iterations(self) -> Any:
        """The number of updates that have been made."""
        if self.gradient_accumulation_steps:
            return int(self._iterations.array) // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate: a Variable, or what the schedule or the callable gives now."""
        return self._get_current_learning_rate()

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        before = self._learning_rate
        if callable(value):
            if value is not before:
                take_down(self, "learning_rate")
            self._learning_rate = value
            self._variables = [v for v in self._variables if v is not before]
        elif isinstance(before, LearningRateSchedule):
            raise TypeError(
                f"Optimizer {self.name!r} was created with a `LearningRateSchedule` object as its "
                "`learning_rate`, hence its learning rate is not settable. Instantiate the "
                "optimizer with a float `learning_rate` argument to set it later"
            )
        else:
            before.assign(value)

    def _get_current_learning_rate(self) -> Any:
        rate = self._learning_rate
        if isinstance(rate, LearningRateSchedule):
            return rate(self._iterations.array[()])
        if not callable(rate):
            return rate
        now = rate()
        if self._in_step is not None and isinstance(now, float | np.generic):
            if self._rate_was not in (None, now):  # tf.keras has asked once
                take_down(self, "learning_rate")
            object.__setattr__(self, "_rate_was", now)
        return now

    _redefines_scale = False  # whether a subclass multiplies the loss by more than a factor
    _rate_was: Any = None  # what a callable gave in the last step

    def begin_anew(self) -> None:
        """The next step is the first of a new network: tf.keras would ask a callable now."""
        self._rate_was = None

    def _rate_now(self) -> np.floating:
        """The learning rate in the precision of the weights."""
        assert self._storage is not None
        rate, like = self.learning_rate, self._storage.values
        if type(rate) is float:
            return constant(rate, like)
        return like.dtype.type(rate.array if isinstance(rate, Variable) else np.asarray(rate))

    @property
    def _t(self) -> int:
        """The number of the update that is being made: 1, 2, ..."""
        return int(self._iterations.array) // (self.gradient_accumulation_steps or 1) + 1

    def scale_loss(self, loss: Any) -> Any:
        """The loss times the factor by which a step divides the gradients."""
        return loss if self.loss_scale_factor is None else loss * self.loss_scale_factor

    def slope_of_loss(self, loss: Any) -> Any:
        """The derivative of `scale_loss`: what every gradient is multiplied by."""
        if self._redefines_scale:
            return slope(self.scale_loss, loss)
        return 1 if self.loss_scale_factor is None else self.loss_scale_factor

    # Weight decay ---------------------------------------------------------------------------------

    def exclude_from_weight_decay(
        self, var_list: Iterable[Variable] | None = None, var_names: Iterable[str] | None = None
    ) -> None:
        """Excludes weights from weight decay.

        Args:
            var_list: these weights.
            var_names: weights whose names, as TensorFlow has them (`"sequential/dense/bias:0"`),
                contain a match of one of these regular expressions.
        """
        self._not_decayed = set(var_list or ())
        names = list(var_names or ())
        self._not_decayed_names = re.compile("|".join(names)) if names else None

    def _use_weight_decay(self, variable: Variable) -> bool:
        if variable in self._not_decayed:
            return False
        names = self._not_decayed_names
        return not (names and names.search(self._name_that_excludes(variable)))

    def _name_that_excludes(self, variable: Variable) -> str:
        return f"{variable.path}:0"

    def _weight_decay_of(self, variable: Variable) -> float | None:
        """The factor of step 4 for one weight; None for none."""
        return self.weight_decay if self._use_weight_decay(variable) else None

    # Configuration --------------------------------------------------------------------------------

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this optimizer again."""
        rate = self._learning_rate
        return {
            "name": self.name,
            "learning_rate": serialize_keras_object(rate) if callable(rate) else float(rate),
            "weight_decay": self.weight_decay,
            "clipnorm": self.clipnorm,
            "global_clipnorm": self.global_clipnorm,
            "clipvalue": self.clipvalue,
            "use_ema": self.use_ema,
            "ema_momentum": self.ema_momentum,
            "ema_overwrite_frequency": self.ema_overwrite_frequency,
            "loss_scale_factor": self.loss_scale_factor,
            "gradient_accumulation_steps": self.gradient_accumulation_steps,
        }

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: dict[str, Any] | None = None
    ) -> Self:
        """Builds an optimizer from `get_config`'s dictionary."""
        rate = config.get("learning_rate")
        if isinstance(rate, dict):
            rate = deserialize_keras_object(rate, custom_objects=custom_objects)
            config = {**config, "learning_rate": rate}
        return cls(**config)


def _check(options: Settings, unknown: dict[str, Any]) -> None:
    """Raises ValueError for options that are unknown or that contradict each other."""
    if unknown.pop("decay", None) is not None:
        warnings.warn("Argument `decay` is no longer supported and will be ignored.", stacklevel=4)
    if unknown:
        hint = did_you_mean(unknown, arguments_of(type(options)))
        raise ValueError(f"Argument(s) not recognized: {unknown}{hint}")
    steps = options.gradient_accumulation_steps
    if steps and not steps >= 2:
        raise ValueError(
            "`gradient_accumulation_steps` must be an integer >= 2. Received: "
            f"gradient_accumulation_steps={steps}"
        )
    if options.use_ema and not 0 <= options.ema_momentum <= 1:
        raise ValueError(
            "`ema_momentum` must be in the range [0, 1]. Received: "
            f"ema_momentum={options.ema_momentum}"
        )
    every = options.ema_overwrite_frequency
    if options.use_ema and every and not (isinstance(every, int) and every >= 1):
        raise ValueError(
            "`ema_overwrite_frequency` must be an integer >= 1 or None. Received: "
            f"ema_overwrite_frequency={every}"
        )
    clips = {name: getattr(options, name) for name in ("clipnorm", "clipvalue", "global_clipnorm")}
    if sum(limit is not None for limit in clips.values()) > 1:
        raise ValueError(
            "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: "
            + ", ".join(f"{name}={limit}" for name, limit in clips.items())
        )
