"""An optimizer: from gradients to better weights.

    1.  clip the gradients                 clipvalue, clipnorm or global_clipnorm
    2.  decay the weights                  w -= lr * weight_decay * w
    3.  update                             each optimizer's own formula
    4.  average the weights (EMA)          where asked for
    5.  apply the weights' constraints
    6.  t += 1

All weights live in one vector (`flat_storage`), and so does each slot, a number that an optimizer
remembers for each weight. The formulas treat every number alike, so a step walks over the vectors
in chunks that stay in the cache while all the formula's operations pass over them.
"""

import warnings
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from scratch import config, naming
from scratch.constants import constant
from scratch.denormals import flushed_to_zero
from scratch.flat_storage import FlatStorage
from scratch.optimizers.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from scratch.optimizers.slots import Slots
from scratch.variable import Variable

CHUNK = 65_536  # numbers: few enough for the caches, many enough to make the calls worthwhile


class Optimizer:
    """The base of all optimizers (`keras.optimizers.Optimizer`).

    A subclass names its slots in `slot_names` and defines `update`.

    Args:
        learning_rate: a float, or a callable without arguments that returns one.
        weight_decay: None, or the factor of step 2.
        clipnorm: each variable's gradient is scaled down to at most this norm.
        clipvalue: each entry of a gradient is cut to [-clipvalue, clipvalue].
        global_clipnorm: all gradients together are scaled down to at most this norm.
        use_ema, ema_momentum, ema_overwrite_frequency: an exponential moving average of the
            weights, which replaces them every so many steps, and at the end of `fit`.
        loss_scale_factor: gradients are divided by it.
        gradient_accumulation_steps: gradients of so many steps are averaged before an update.
        name: default: the class's name in snake case.

    Raises:
        ValueError: when more than one kind of clipping is asked for, when `learning_rate` is no
            float, or for arguments that no optimizer takes.
    """

    def __init__(
        self,
        learning_rate: float | Callable[[], float],
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
        if kwargs.pop("decay", None) is not None:
            warnings.warn(
                "Argument `decay` is no longer supported and will be ignored.", stacklevel=3
            )
        if kwargs:
            raise ValueError(f"Argument(s) not recognized: {kwargs}")
        if sum(c is not None for c in (clipnorm, clipvalue, global_clipnorm)) > 1:
            raise ValueError(
                "Only one of `clipnorm`, `clipvalue` and `global_clipnorm` can be set. Received: "
                f"clipnorm={clipnorm}, clipvalue={clipvalue}, global_clipnorm={global_clipnorm}"
            )
        if use_ema and not 0 <= ema_momentum <= 1:
            raise ValueError(
                f"`ema_momentum` must be in the range [0, 1]. Received: ema_momentum={ema_momentum}"
            )
        if use_ema and ema_overwrite_frequency and not _positive_int(ema_overwrite_frequency):
            raise ValueError(
                "`ema_overwrite_frequency` must be an integer >= 1 or None. Received: "
                f"ema_overwrite_frequency={ema_overwrite_frequency}"
            )
        if gradient_accumulation_steps and not gradient_accumulation_steps >= 2:
            raise ValueError(
                "`gradient_accumulation_steps` must be an integer >= 2. Received: "
                f"gradient_accumulation_steps={gradient_accumulation_steps}"
            )
        self.name = name or naming.auto_name(type(self).__name__)
        self.weight_decay = weight_decay
        self.clipnorm = clipnorm
        self.clipvalue = clipvalue
        self.global_clipnorm = global_clipnorm
        self.use_ema = use_ema
        self.ema_momentum = ema_momentum
        self.ema_overwrite_frequency = ema_overwrite_frequency
        self.loss_scale_factor = loss_scale_factor
        self.gradient_accumulation_steps = gradient_accumulation_steps
        self.built = False
        self._iterations = Variable(0, dtype="int64", trainable=False, name="iteration")
        self._learning_rate: Any = learning_rate
        if not callable(learning_rate):
            if not isinstance(learning_rate, float):
                raise ValueError(
                    "Argument `learning_rate` should be float, or a callable that returns one "
                    f"(write {learning_rate!r} as a Python float, e.g. 0.01). "
                    f"Received instead: learning_rate={learning_rate!r}"
                )
            self._learning_rate = Variable(
                learning_rate, dtype=config.floatx(), trainable=False, name="learning_rate"
            )
            self._learning_rate.path = f"{self.name}/learning_rate"
        self._iterations.path = f"{self.name}/iteration"
        self._storage: FlatStorage | None = None
        self._slots: Slots | None = None
        self._known: dict[int, int] = {}  # from a variable's identity to its number
        self._all_parts: list[slice] = []
        self._optional_slots = {
            "average": use_ema,
            "gradient_accumulator": bool(gradient_accumulation_steps),
        }

    # What a subclass says -------------------------------------------------------------------------

    @property
    def slot_names(self) -> tuple[str, ...]:
        """What the optimizer remembers for each weight, e.g. `("momentum", "velocity")`."""
        return ()

    def slot_initial_value(self, name: str) -> float:
        """The value with which a slot starts."""
        return 0.0

    def coefficients(self, t: int, lr: np.floating) -> tuple[Any, ...]:
        """Numbers that are the same for all weights in step t = 1, 2, ...; passed to `update`."""
        return (lr,)

    def update(
        self, w: np.ndarray, g: np.ndarray, slots: Sequence[np.ndarray], *coeff: Any
    ) -> None:
        """Changes the weights `w` and the slots in place; all arrays have shape (n,)."""
        raise NotImplementedError(f"Optimizer {type(self).__name__} does not define `update`")

    # State ----------------------------------------------------------------------------------------

    @property
    def iterations(self) -> Any:
        """How many updates were made."""
        if self.gradient_accumulation_steps:
            return int(self._iterations.value) // self.gradient_accumulation_steps
        return self._iterations

    @property
    def learning_rate(self) -> Any:
        """The learning rate, a Variable (or what the callable returns now)."""
        return self._learning_rate() if callable(self._learning_rate) else self._learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        if callable(value) or callable(self._learning_rate):
            self._learning_rate = value
        else:
            self._learning_rate.assign(value)

    @property
    def variables(self) -> list[Variable]:
        """Step counter, learning rate, then the slots, in Keras's order."""
        rate = [] if callable(self._learning_rate) else [self._learning_rate]
        return [self._iterations, *rate, *(self._slots.variables if self._slots else [])]

    def build(self, variables: Iterable[Variable]) -> None:
        """Creates the slots for `variables`, and moves those into one flat vector."""
        if not self.built:
            self.attach(FlatStorage(variables))

    def attach(self, storage: FlatStorage) -> None:
        """Works on the weights in `storage` from now on.

        The slots are created on the first call. Later ones keep them: a model that is compiled
        again has the same weights, in another storage.

        Raises:
            ValueError: when `storage` holds other weights than before.
        """
        if self._slots is None:
            shared = [n for n, wanted in self._optional_slots.items() if wanted]
            own = {name: self.slot_initial_value(name) for name in self.slot_names}
            self._slots = Slots(storage, shared, own, self.name)
        else:
            self._check_known(storage.variables)
            if len(storage.variables) != len(self._known):
                raise ValueError(
                    f"Optimizer {self.name!r} was built for {len(self._known)} variables and is "
                    f"now given {len(storage.variables)} of them. Recreate a new optimizer instance"
                )
        self._storage = storage
        self._known = {id(v): i for i, v in enumerate(storage.variables)}
        self._all_parts = storage.parts(CHUNK)
        self.built = True

    def _check_known(self, variables: Iterable[Variable]) -> None:
        for v in variables:
            if id(v) not in self._known:
                raise ValueError(
                    f"Unknown variable: {v.path}. This optimizer can only be called for the "
                    "variables it was originally built with. When working with a new set of "
                    "variables, you should recreate a new optimizer instance."
                )

    # A step ---------------------------------------------------------------------------------------

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """One step with gradients given as `(gradient, variable)` pairs.

        Raises:
            ValueError: when every gradient is None, or for variables that the optimizer was not
                built for.
        """
        gradients, variables = zip(*grads_and_vars, strict=True)
        self.apply(gradients, variables)
        return self._iterations

    @flushed_to_zero()
    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """One step with the gradients of `trainable_variables` (default: those built for).

        A gradient of None leaves its variable out of the step, with a warning.
        """
        if not len(grads):
            return
        if trainable_variables is not None:
            self.build(trainable_variables)
        elif not self.built:
            raise ValueError(
                "When passing `grads` without `variables`, the optimizer must already be built on "
                "a list of variables. Call `optimizer.build(trainable_variables)` first."
            )
        storage = self._storage
        assert storage is not None
        if not storage.at_home:
            storage.adopt()
        variables = list(storage.variables if trainable_variables is None else trainable_variables)
        self._check_known(variables)
        if len(grads) != len(variables):
            raise ValueError(f"Got {len(grads)} gradients for {len(variables)} variables")
        present = [
            self._known[id(v)] for v, g in zip(variables, grads, strict=True) if g is not None
        ]
        if not present:
            raise ValueError("No gradients provided for any variable.")
        missing = [v.path for v, g in zip(variables, grads, strict=True) if g is None]
        if missing:
            warnings.warn(
                f"Gradients do not exist for variables {missing} when minimizing the loss. If "
                "using `model.compile()`, did you forget to provide a `loss` argument?",
                stacklevel=2,
            )
        for v, g in zip(variables, grads, strict=True):
            if g is not None:
                v.gradient[...] = g  # type: ignore[index]
        self.step(None if len(present) == len(storage.variables) else sorted(present))

    def step(self, only: list[int] | None = None) -> None:
        """One step with the gradients that lie in the storage.

        Args:
            only: the numbers of the variables that take part; None for all.
        """
        storage = self._storage
        assert storage is not None
        parts = self._all_parts if only is None else storage.parts(CHUNK, only)
        if self.loss_scale_factor is not None:
            storage.gradients /= storage.gradients.dtype.type(self.loss_scale_factor)
        if self._accumulate(parts):
            self._clip(only)
            self._update(parts)
        if self.use_ema:
            self._average()
        for i in range(len(storage.variables)) if only is None else only:
            variable = storage.variables[i]
            if variable.constraint is not None:
                variable.assign(variable.constraint(variable.value))
        self._iterations.value += 1

    def _accumulate(self, parts: list[slice]) -> bool:
        """Adds up gradients; True when enough have come, with their mean in the storage."""
        steps = self.gradient_accumulation_steps
        if not steps:
            return True
        assert self._storage is not None
        assert self._slots is not None
        g, total = self._storage.gradients, self._slots.flat["gradient_accumulator"]
        if (int(self._iterations.value) + 1) % steps:
            for part in parts:
                total[part] += g[part]
            return False
        for part in parts:
            g[part] = (g[part] + total[part]) / steps
        total[:] = 0
        return True

    def _clip(self, only: list[int] | None) -> None:
        storage = self._storage
        assert storage is not None
        if self.clipvalue:
            clip_by_value(storage.gradients, self.clipvalue)
        elif self.clipnorm or self.global_clipnorm:
            gradients = storage.split(storage.gradients)
            if only is not None:
                gradients = [gradients[i] for i in only]
            if self.clipnorm:
                clip_by_norm(gradients, self.clipnorm)
            elif self.global_clipnorm:
                clip_by_global_norm(gradients, self.global_clipnorm)

    def _update(self, parts: list[slice]) -> None:
        storage = self._storage
        assert storage is not None
        assert self._slots is not None
        w, g = storage.values, storage.gradients
        slots = [self._slots.flat[name] for name in self.slot_names]
        rate = self.learning_rate
        lr = w.dtype.type(rate.value if isinstance(rate, Variable) else rate)
        t = int(self._iterations.value) // (self.gradient_accumulation_steps or 1) + 1
        coefficients = self.coefficients(t, lr)
        decay = None if self.weight_decay is None else constant(self.weight_decay, w)
        for part in parts:
            chunk = w[part]
            if decay is not None:
                chunk -= chunk * decay * lr
            self.update(chunk, g[part], [slot[part] for slot in slots], *coefficients)

    def _average(self) -> None:
        """Moves the average: at first it is the weights themselves."""
        assert self._storage is not None
        assert self._slots is not None
        w, average = self._storage.values, self._slots.flat["average"]
        done = int(np.asarray(self.iterations))
        momentum = w.dtype.type(self.ema_momentum if done else 0.0)
        average *= momentum
        average += (1 - momentum) * w
        if self.ema_overwrite_frequency and (done + 1) % self.ema_overwrite_frequency == 0:
            np.copyto(w, average)

    def finalize_variable_values(self, var_list: Iterable[Variable] | None = None) -> None:
        """At the end of `fit`: the averaged weights replace the weights, where there are any."""
        if self.use_ema and self._storage is not None and self._slots is not None:
            np.copyto(self._storage.values, self._slots.flat["average"])

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this optimizer again."""
        return {
            "name": self.name,
            "learning_rate": float(np.asarray(self.learning_rate)),
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
    def from_config(cls, config: dict[str, Any]) -> "Optimizer":
        """Builds an optimizer from `get_config`'s dictionary."""
        return cls(**config)


def _positive_int(value: Any) -> bool:
    return isinstance(value, int) and value >= 1
