"""Weighted sums and means over all samples.

Sum    total = sum w v
Mean   total = sum w v,  count = sum w,  result = total / count
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from scratch import ops
from scratch.losses.defined import Defined
from scratch.losses.elementwise import ElementwisePair
from scratch.metrics.metric import Metric
from scratch.network.masks import get_keras_mask
from scratch.network.pairs import pair_of
from scratch.network.plan import TOTAL, Plan
from scratch.ops.errors import InvalidArgumentError
from scratch.ops.graph.logits import logits_of
from scratch.ops.graph.symbol import Symbol
from scratch.serialization import deserialize_keras_object, serialize_keras_object


class Sum(Metric):
    """The weighted sum of all values seen (`keras.metrics.Sum`)."""

    def __init__(self, name: str = "sum", dtype: Any = None) -> None:
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), np.zeros, self.dtype, name="total")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        values, _ = samplewise(values, sample_weight, np.sum, self.dtype)
        self.total.array += values.sum()

    def result(self) -> np.ndarray:
        """The weighted sum."""
        return self.total.array.copy()


class Mean(Metric):
    """The weighted mean of all values seen (`keras.metrics.Mean`); 0 before there are any."""

    def __init__(self, name: str = "mean", dtype: Any = None) -> None:
        super().__init__(dtype=dtype, name=name)
        self.total = self.add_variable((), np.zeros, self.dtype, name="total")
        self.count = self.add_variable((), np.zeros, self.dtype, name="count")

    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Adds values, each with weight 1 or `sample_weight`.

        Args:
            values: a number or an array; all axes but the first are averaged.
            sample_weight: broadcastable to the leading axes of `values`.
        """
        values, weight = samplewise(values, sample_weight, np.mean, self.dtype)
        if weight is not None:
            self.count.array += weight.sum()
        else:
            self.count.array += len(values) if values.ndim else 1
        # One rounding per batch to the metric's own type, as Keras does it.
        self.total.array += np.add.reduce(values, axis=None)

    def add(self, value: Any, weight: int) -> None:
        """Adds one number with a weight: the loss of a batch and its number of rows."""
        self.total.array += self.total.array.dtype.type(value) * weight
        self.count.array += weight

    def plan_add(self, plan: Plan, value: str, dtype: np.dtype, weight: int) -> None:
        """The lines of `add`, for a number of that type."""
        if dtype != self.total.array.dtype:
            plan.line(f"{plan.name(self.add, f'{self.name}_mean')}({value}, {weight})")
            return
        add, multiply = plan.name(np.add, "add"), plan.name(np.multiply, "multiply")
        total = plan.name(self.total.array, f"{self.name}_total")
        count = plan.name(self.count.array, f"{self.name}_count")
        plan.line(f"{add}({total}, {multiply}({value}, {weight}), {total})")
        plan.line(f"{add}({count}, {weight}, {count})")

    def result(self) -> np.ndarray:
        """The weighted mean: total / count."""
        count = self.count.array
        return self.total.array / count if count else np.zeros((), self.dtype)


def samplewise(
    values: Any, sample_weight: Any, reduce: Callable, dtype: Any
) -> tuple[np.ndarray, np.ndarray | None]:
    """Values times weights, and the weights, both with one entry for each sample.

    Args:
        values: a number or an array. A mask that travels with it counts, where there are weights.
        sample_weight: weights, or None.
        reduce: `np.mean` or `np.sum`, for the axes of a sample.
        dtype: of the results.
    """
    mask = get_keras_mask(values)
    values = np.asarray(values, dtype)
    weight = None
    if sample_weight is not None:
        weight = masked_weight(sample_weight, mask, dtype)
        assert weight is not None
        values, weight = _weighted(values, weight, reduce)
    if values.ndim > 1:
        values = reduce(values, axis=tuple(range(1, values.ndim)))
    return values, weight


def masked_weight(sample_weight: Any, mask: Any, dtype: Any) -> np.ndarray | None:
    """Weights that are 0 where the mask says so; None where there is neither."""
    if mask is None:
        return None if sample_weight is None else np.asarray(sample_weight, dtype)
    keep = np.asarray(mask).astype(dtype)
    if sample_weight is None:
        return keep
    weight = np.asarray(sample_weight, dtype)
    if keep.ndim == weight.ndim + 1 and keep.shape[-1] == 1:
        weight = weight[..., None]
    elif weight.ndim == keep.ndim + 1 and weight.shape[-1] == 1:
        weight = weight[..., 0]
    return weight * keep


def _weighted(
    values: np.ndarray, weight: np.ndarray, reduce: Callable
) -> tuple[np.ndarray, np.ndarray]:
    if weight.ndim == values.ndim + 1 and weight.shape[-1] == 1:
        if values.ndim == 1:
            values = values[:, None]
        else:
            weight = weight[..., 0]
    elif values.ndim == weight.ndim + 1 and values.shape[-1] == 1:
        values, weight = (values, weight[:, None]) if weight.ndim == 1 else (values[..., 0], weight)
    ndim = weight.ndim
    if values.ndim > ndim:
        values = reduce(values, axis=tuple(range(ndim, values.ndim)))
    weight = broadcast_weight(weight, values.shape)
    values = values * weight
    if ndim > 1:
        weight = reduce(weight, axis=tuple(range(1, ndim)))
    return values, weight


def broadcast_weight(weight: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """A weight for each of the values of that shape.

    Raises:
        InvalidArgumentError: for weights that do not fit it.
    """
    try:
        return np.broadcast_to(weight, shape)
    except ValueError:
        raise InvalidArgumentError(
            f"`sample_weight` of shape {np.shape(weight)} does not fit values of shape {shape}: "
            f"expected one weight per sample, shape ({shape[0] if shape else ''},)"
        ) from None


class MeanMetricWrapper(Mean):
    """The mean of `fn(y_true, y_pred, **kwargs)` (`keras.metrics.MeanMetricWrapper`).

    Args:
        fn: gives one value for each sample.
        name, dtype: see `Metric`.
        kwargs: passed on to `fn`.
    """

    _unsaved: tuple[str, ...] = ()  # arguments that Keras leaves out of its configs

    def __init__(
        self, fn: Callable, name: str | None = None, dtype: Any = None, **kwargs: Any
    ) -> None:
        super().__init__(name or str(getattr(fn, "__name__", "mean")), dtype)
        self.fn = fn
        if pair_of(fn) is not None:  # a loss: less is better
            self._direction = "down"
        self.fn_kwargs = kwargs
        vars(self).update(kwargs)  # `metric.threshold`, as in Keras

    @property
    def made_of(self) -> Callable | None:
        """The function, where it alone says what counts; None where `update_state` is redefined."""
        redefined = type(self).update_state is not MeanMetricWrapper.update_state
        return None if redefined or "update_state" in vars(self) else self.fn

    def update_state(  # type: ignore[override]
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Adds a batch of labels and predictions; a mask that travels with these counts."""
        mask = get_keras_mask(y_pred)
        values = self.fn(y_true, y_pred, **self.fn_kwargs)
        weighted = mask is not None or sample_weight is not None
        weight = masked_weight(sample_weight, mask, self.dtype) if weighted else None
        super().update_state(values, weight)

    def plan_update(self, plan: Plan, y: str, p: str, like: tuple[np.ndarray, np.ndarray]) -> bool:
        """The lines of `update_state` for arrays like these; whether there are any."""
        if self.made_of is None or get_keras_mask(like[1]) is not None:
            return False
        values = self.fn(*like, **self.fn_kwargs)
        if values.dtype != self.dtype or not values.ndim:
            return False
        pair: Any = pair_of(self.fn)
        if isinstance(pair, type) and issubclass(pair, ElementwisePair):
            given = [
                Symbol.leaf(name, x.shape, x.dtype) for name, x in zip("yp", like, strict=True)
            ]
            graph = ops.Program([self.fn(*given, **self.fn_kwargs)], given)
            (found,) = graph.plan(plan, [y, p], like)
        elif values.__class__ is np.ndarray:
            settings = ""
            if self.fn_kwargs:
                settings = f", **{plan.name(self.fn_kwargs, f'{self.name}_settings')}"
            found = plan.result(f"{self.name}_values")
            plan.line(f"{found} = {plan.name(self.fn, self.fn.__name__)}({y}, {p}{settings})")
        else:
            own = self._plan_definition(plan, (y, p), like, np.asarray(values))
            if own is None:
                return False
            found = own
        add, total = plan.name(np.add, "add"), plan.name(TOTAL, "total")
        counted = plan.name(self.count.array, f"{self.name}_count")
        summed = plan.name(self.total.array, f"{self.name}_total")
        if values.ndim > 1:
            axes = tuple(range(1, values.ndim))
            plan.line(f"{found} = {plan.name(np.mean, 'mean')}({found}, axis={axes})")
        plan.line(f"{add}({counted}, {len(values)}, {counted})")
        plan.line(f"{add}({summed}, {total}({found}, None), {summed})")
        return True

    def _plan_definition(
        self, plan: Plan, names: Sequence[str], like: Sequence[np.ndarray], values: np.ndarray
    ) -> str | None:
        """The lines of a function that is a graph of operations, as it is in Keras.

        None for one that looks at numbers, draws, or reads what stands before an activation.

        Args:
            plan: see `network.plan`.
            names: what lines call labels and predictions.
            like: what these were last.
            values: what the function made of them.
        """
        given = dict(zip(("y_true", "y_pred"), like, strict=True))
        logits = logits_of(like[1])
        defined = Defined(lambda y, p: self.fn(y, p, **self.fn_kwargs))
        try:
            same = defined.forward(given if logits is None else {**given, "logits": logits})
            found = defined.graph()
        except Exception:  # whatever somebody's function says of symbols
            return None
        if found is None or "logits" in found[1] or same.tobytes() != values.tobytes():
            return None
        graph, inputs = found
        called = dict(zip(given, names, strict=True))
        lines = [called[name] for name in inputs], [given[name] for name in inputs]
        return graph.program.plan(plan, *lines)[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this metric again, as far as Keras saves them."""
        config = super().get_config()
        if type(self) is MeanMetricWrapper:
            config["fn"] = serialize_keras_object(self.fn)
        kept = {k: v for k, v in self.fn_kwargs.items() if k not in self._unsaved}
        return {**config, **serialize_keras_object(kept)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Metric":
        return cls(**(deserialize_keras_object(config) if "fn" in config else config))
