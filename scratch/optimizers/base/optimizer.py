"""An optimizer: from gradients to better weights.

    1.  divide by the loss scale           loss_scale_factor
    2.  add up, until enough have come     gradient_accumulation_steps
    3.  clip the gradients                 clipvalue, clipnorm or global_clipnorm
    4.  decay the weights                  w -= lr * weight_decay * w
    5.  update                             each optimizer's own formula
    6.  average the weights (EMA)          where asked for
    7.  apply the weights' constraints
    8.  t += 1

A variable marked `overwrite_with_gradient` is set to its gradient instead of all that.
"""

import copy
import functools
import operator
import warnings
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import numpy as np

from scratch import quirks
from scratch.context import naming
from scratch.context.all_or_nothing import all_or_nothing
from scratch.kernels.denormals import flushed_to_zero
from scratch.network.plan import Plan
from scratch.ops.graph.promotion import constant
from scratch.optimizers.base.clipping import clip_by_global_norm, clip_by_norm, clip_by_value
from scratch.optimizers.base.redefined import redefines, require_heard
from scratch.optimizers.base.settings import Settings
from scratch.optimizers.base.whole_steps import Change
from scratch.serialization.foreign import library_of
from scratch.variables.flat_storage import FlatStorage
from scratch.variables.variable import Variable

_overwritten = operator.attrgetter("overwrite_with_gradient")


def in_slices(variable: Variable) -> bool:
    """Whether the gradient of a weight came in slices that are treated one by one."""
    return variable.slices is not None and quirks.active("K32")


def with_gradients(variables: Sequence[Variable], missing: Collection[Variable]) -> list[Variable]:
    """The variables that take part in a step: those whose gradients exist. Warns of the others.

    Args:
        variables: all that are to be trained.
        missing: those on which the loss does not depend.

    Raises:
        ValueError: where none is left.
    """
    present = [v for v in variables if v not in missing]
    if not present:
        raise ValueError("No gradients provided for any variable.")
    if missing:
        warnings.warn(
            f"Gradients do not exist for variables {[v.path for v in variables if v in missing]} "
            "when minimizing the loss. If using `model.compile()`, did you forget to provide a "
            "`loss` argument?",
            stacklevel=3,
        )
    return present


class Optimizer(Settings):
    """The base of all optimizers (`keras.optimizers.Optimizer`).

    A subclass creates what it remembers in `build` and defines `update_step`, a formula for one
    weight; or it is an `ElementwiseOptimizer`, whose formula treats every number alike.

    Args:
        learning_rate: a float, a schedule, or a callable without arguments that returns one.
        weight_decay: None, or the factor of step 4.
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

    _sliced: tuple[Variable, slice] | None = None  # what is being updated, see `by_slice`
    # What a subclass redefines: whether `fit` has to make its steps through the public methods, and
    # whether gradients are clipped by another rule.
    redefines_step = _clips_otherwise = False
    _handed: Sequence[tuple[Any, Variable]] = ()  # what these get
    _begins_with_step = False  # whether what is remembered is still to begin, see `_begin`

    # What a subclass says -------------------------------------------------------------------------

    def build(self, variables: Sequence[Variable]) -> None:
        """Moves the weights into one flat vector, and creates what is remembered for them.

        A subclass extends this by its own slots.

        Raises:
            TypeError: for what is no variable of this package.
        """
        _require_variables(variables)
        require_heard(self, Optimizer)
        self._clips_otherwise = redefines(self, "_clip_gradients", Optimizer)
        if self._storage is None:
            self._storage = FlatStorage(variables)
        self._trainable_variables = list(variables)
        self._known = {v: i for i, v in enumerate(variables)}
        if self.use_ema:
            self._model_variables_moving_average = self.add_optimizer_variables(
                variables, "average"
            )
        if self.gradient_accumulation_steps:
            self._accumulated_gradients = [
                self.add_variable_from_reference(v, "gradient_accumulator") for v in variables
            ]
        self.built = True

    def update_step(self, gradient: Any, variable: Variable, learning_rate: Any) -> None:
        """Changes one weight, and what is remembered for it, in place."""
        raise NotImplementedError(f"Optimizer {type(self).__name__} does not define `update_step`")

    # A step ---------------------------------------------------------------------------------------

    def attach(self, storage: FlatStorage, eagerly: bool) -> None:
        """Works on the weights in `storage` from now on.

        What is remembered is created on the first call, and kept by later ones: a model that is
        compiled again has the same weights, or after freezing some of them, in another storage.

        Args:
            storage: the weights and their gradients.
            eagerly: whether the model was compiled with `run_eagerly` (see quirk K21).

        Raises:
            ValueError: when `storage` holds weights that the optimizer was not built for.
        """
        self.redefines_step = any(
            redefines(self, m, Optimizer) for m in ("apply", "apply_gradients")
        )
        self._redefines_scale = redefines(self, "scale_loss", Optimizer)
        if self.built:
            self._check_variables_are_known(storage.variables)
            self._storage = storage
            return
        with all_or_nothing(self), naming.scope(self):
            self._storage = storage
            self.build(storage.variables)

    def apply_gradients(self, grads_and_vars: Iterable[tuple[Any, Variable]]) -> Variable:
        """One step with gradients given as `(gradient, variable)` pairs.

        Raises:
            ValueError: when every gradient is None, or for variables that the optimizer was not
                built for.
        """
        gradients, variables = zip(*grads_and_vars, strict=True)
        self.apply(gradients, variables)
        return self._iterations

    @flushed_to_zero
    def apply(
        self, grads: Sequence[Any], trainable_variables: Sequence[Variable] | None = None
    ) -> None:
        """One step with the gradients of `trainable_variables` (default: those built for).

        A gradient of None leaves its variable out of the step, with a warning.
        """
        if not len(grads):
            return
        if trainable_variables is None:
            if not self.built:
                raise ValueError(
                    "When passing `grads` without `variables`, the optimizer must already be built "
                    "on a list of variables. Call `optimizer.build(trainable_variables)` first."
                )
            trainable_variables = self._trainable_variables
        elif not self.built:
            with all_or_nothing(self), naming.scope(self):
                self.build(list(trainable_variables))
        self._check_variables_are_known(trainable_variables)
        if len(grads) != len(trainable_variables):
            raise ValueError(f"Got {len(grads)} gradients for {len(trainable_variables)} variables")
        pairs = list(zip(trainable_variables, grads, strict=True))
        present = with_gradients([v for v, _ in pairs], {v for v, g in pairs if g is None})
        self._bring_home(v for v, _ in pairs)
        handed = {v: g for g, v in self._handed}
        for v, g in pairs:
            if g is not None:
                v.gradient[...] = g  # type: ignore[index]
                if g is not handed.get(v):
                    v.slices = copy.copy(getattr(g, "slices", None))
        assert self._storage is not None
        self.step(None if len(present) == len(self._storage.variables) else present)

    def _bring_home(self, variables: Iterable[Variable]) -> None:
        """Makes sure that the weights of a step lie in the storage."""
        assert self._storage is not None
        if not set(variables) <= set(self._storage.variables):
            self._storage = FlatStorage(self._trainable_variables)
        elif not self._storage.at_home:
            self._storage.adopt()

    def step_in_fit(self, only: Sequence[Variable] | None = None) -> None:
        """The step of `fit`, through the public methods where a subclass redefines them.

        Args:
            only: see `step`.
        """
        if not self.redefines_step:
            self.step(only)
            return
        assert self._storage is not None
        self._handed = _handed_over(self._storage.variables, only)
        try:
            self.apply_gradients(zip(*zip(*self._handed, strict=True), strict=True))
        finally:
            self._handed = ()

    def step(self, only: Sequence[Variable] | None = None) -> None:
        """One step with the gradients that lie in the storage: made whole, or not at all.

        Args:
            only: the weights that take part; None for all in the storage.
        """
        if self._begins_with_step:
            self._begin()
        self.whole.make(self._changes(only))

    def _begin(self) -> None:
        """What is remembered begins now, in the first step: where Keras builds the optimizer."""
        self._begins_with_step = False

    def _changes(self, only: Sequence[Variable] | None) -> list[Change]:
        """What a step changes. Gradients alone are scaled and clipped on the way."""
        storage = self._storage
        assert storage is not None
        variables = storage.variables if only is None else only
        changes = []
        if any(map(_overwritten, variables)):
            overwritten = [v for v in variables if v.overwrite_with_gradient]
            arrays = [*(v.array for v in overwritten), *self._accumulators_of(overwritten)]
            changes.append(Change(arrays, lambda: self._overwrite_with_gradients(overwritten)))
            variables = [v for v in variables if not v.overwrite_with_gradient]
        if variables:
            if self.loss_scale_factor is not None:
                storage.gradients /= storage.gradients.dtype.type(self.loss_scale_factor)
            if self.gradient_accumulation_steps:
                for v in variables:
                    v.slices = None  # what is added up is whole gradients
                arrays = [storage.gradients, *(a.array for a in self._accumulated_gradients)]
                changes.append(Change(arrays, lambda: self._accumulate(variables)))
            elif self._clips_otherwise or self.clipvalue or self.clipnorm or self.global_clipnorm:
                self._clip(variables)
            if not self.gradient_accumulation_steps or self._completes_accumulation:
                changes += self._updates(variables)
            if self.use_ema:
                averages = [a.array for a in self._model_variables_moving_average if a is not None]
                weights = [storage.values] if self._overwrites_now else []
                changes.append(Change(averages + weights, self._average))
            for v in variables:
                if v.constraint is not None:
                    changes.append(Change([v.array], functools.partial(_constrain, v)))
        t = self._iterations.array
        changes.append(Change([t], functools.partial(np.add, t, 1, t)))
        return changes

    def plan_step(self, plan: Plan) -> bool:
        """The lines of a step of all weights; whether there are any."""
        return False

    def _accumulators_of(self, variables: Sequence[Variable]) -> list[np.ndarray]:
        if not self.gradient_accumulation_steps:
            return []
        return [self._accumulated_gradients[self._get_variable_index(v)].array for v in variables]

    def _accumulate(self, variables: Sequence[Variable]) -> None:
        """Adds up gradients; when enough have come, their mean is in the storage, clipped."""
        enough = self._completes_accumulation
        for v, total in zip(variables, self._accumulators_of(variables), strict=True):
            g = v.gradient
            assert g is not None
            if enough:
                g += total
                g /= self.gradient_accumulation_steps
            else:
                total += g
        if enough:
            for accumulator in self._accumulated_gradients:
                accumulator.array[...] = 0
            self._clip(variables)

    @property
    def _completes_accumulation(self) -> bool:
        steps = self.gradient_accumulation_steps
        return not steps or (int(self._iterations.array) + 1) % steps == 0

    def _overwrite_with_gradients(self, variables: Sequence[Variable]) -> None:
        """Sets variables to their gradients; under accumulation, to the largest of them."""
        for v in variables:
            if not self.gradient_accumulation_steps:
                v.assign(v.gradient)
                continue
            total = self._accumulated_gradients[self._get_variable_index(v)].array
            assert v.gradient is not None
            np.maximum(total, v.gradient, out=total)
            if self._completes_accumulation:
                v.assign(total)
                total[...] = 0

    def _clip(self, variables: Sequence[Variable]) -> None:
        if self._clips_otherwise:
            self._clip_redefined(variables)
            return
        assert self._storage is not None
        slices = {v: v.slices for v in variables if v.slices is not None and in_slices(v)}
        if self.clipvalue and len(variables) == len(self._storage.variables) and not slices:
            self._clip_gradients([self._storage.gradients])  # entry by entry: all in one call
        else:
            apart = {v: s.values.copy() for v, s in slices.items()}
            gradients = [apart.get(v, v.gradient) for v in variables]
            self._clip_gradients([g for g in gradients if g is not None])
            for v, s in slices.items():
                s.values = apart[v]
                v.gradient = s.add_up(out=v.gradient)  # type: ignore[arg-type]

    def _clip_redefined(self, variables: Sequence[Variable]) -> None:
        given = [v.gradient.copy() for v in variables]  # type: ignore[union-attr]
        for v, g in zip(variables, self._clip_gradients(given), strict=True):
            if not np.array_equal(g, v.gradient):  # type: ignore[arg-type]
                v.gradient[...] = g  # type: ignore[index]
                v.slices = None

    def _clip_gradients(self, gradients: list[np.ndarray]) -> list[np.ndarray]:
        """Clips in place."""
        if self.clipnorm and self.clipnorm > 0:
            clip_by_norm(gradients, self.clipnorm)
        elif self.global_clipnorm and self.global_clipnorm > 0:
            clip_by_global_norm(gradients, self.global_clipnorm)
        elif self.clipvalue and self.clipvalue > 0:
            clip_by_value(gradients, self.clipvalue)
        return gradients

    def _updates(self, variables: Sequence[Variable]) -> list[Change]:
        """Decay and update, weight by weight, in one change: of whatever the formula remembers."""
        assert self._storage is not None
        lr = self._rate_now()

        def update() -> None:
            for v in variables:
                self._sliced = (v, slice(None)) if in_slices(v) else None
                decay = self._weight_decay_of(v)
                if decay is not None:
                    v.array -= v.array * constant(decay, v) * lr
                self.update_step(v.gradient, v, self.learning_rate)

        return [Change([self._storage.values, *(v.array for v in self._variables)], update)]

    def by_slice(self, f: np.ufunc, g: np.ndarray, out: np.ndarray | None = None) -> np.ndarray:
        """f(g), f even, for the gradient `g` of the weights that are being updated.

        Of rows that were looked up, the sum of f over the slices of the gradient (quirk K32).
        """
        if self._sliced is None:
            return f(g, out=out)
        variable, part = self._sliced
        slices = variable.slices
        assert slices is not None
        whole = slices.add_up(np.empty_like(variable.array), f(slices.values))
        return np.add(whole.reshape(-1)[part].reshape(g.shape), 0, out=out)

    @property
    def _overwrites_now(self) -> bool:
        done, every = int(np.asarray(self.iterations)), self.ema_overwrite_frequency
        return bool(every) and (done + 1) % every == 0  # type: ignore[operator]

    def _average(self) -> None:
        """Moves the averages: at first they are the weights themselves."""
        done = int(np.asarray(self.iterations))
        overwrite = self._overwrites_now
        for v, average in self._averaged():
            momentum = v.array.dtype.type(self.ema_momentum if done else 0.0)
            average.array *= momentum
            average.array += (1 - momentum) * v.array
            if overwrite:
                v.assign(average.array)

    def _averaged(self) -> list[tuple[Variable, Variable]]:
        """The weights that have an average, each with it."""
        averages = self._model_variables_moving_average
        pairs = zip(self._trainable_variables, averages, strict=True)
        return [(v, average) for v, average in pairs if average is not None]

    def finalize_variable_values(self, var_list: Iterable[Variable] | None = None) -> None:
        """At the end of `fit`: the averaged weights replace the weights, where there are any.

        Args:
            var_list: the weights, each of which becomes its own average; None for all.

        Raises:
            RuntimeError: where a subclass makes steps of its own, which moved no average.
        """
        if self.use_ema:
            if self.redefines_step and not int(self._iterations.array):
                raise RuntimeError(
                    f"Optimizer {self.name!r} has `use_ema=True`, but its `apply` (or "
                    "`apply_gradients`) never calls that of its base, which moves the averages: "
                    "they are zeros, and would replace the weights now. The weights were left as "
                    "they are. Call `super().apply(...)`, or leave `use_ema` out"
                )
            chosen = set(self._trainable_variables if var_list is None else var_list)
            self.whole.make(
                [
                    Change([v.array], functools.partial(v.assign, average.array))
                    for v, average in self._averaged()
                    if v in chosen
                ]
            )


def _handed_over(
    variables: Sequence[Variable], only: Collection[Variable] | None
) -> list[tuple[np.ndarray | None, Variable]]:
    """Copies of the gradients of the weights that take part, None for the others."""
    present = set(variables if only is None else only)
    return [(v.gradient.copy() if v in present else None, v) for v in variables]  # type: ignore[union-attr]


def _constrain(variable: Variable) -> None:
    variable.assign(variable.constraint(variable))  # type: ignore[misc]


def _require_variables(variables: Sequence[Any]) -> None:
    for v in variables:
        if not isinstance(v, Variable):
            library = library_of(v)
            whose = "" if library is None else f", of {library},"
            raise TypeError(
                f"An optimizer changes variables of this package. Received: {type(v).__name__}"
                f"{whose} which it cannot change. Make it with keras.Variable(...), or "
                "layer.add_weight(...)"
            )
