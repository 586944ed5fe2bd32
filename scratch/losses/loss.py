"""A loss: how wrong a prediction is, one number for a batch.

    values_i = L(y_i, p_i)           the definition, in ops, one value per sample
    loss     = sum_i f_i values_i    the reduction, see `reduction`; masks count in f
    dvalues  = f
    dp       = (dL/dp) dvalues       hand-derived, beside each definition

Labels y are never differentiated.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from scratch import config, ops
from scratch.context.compiled_settings import Watched
from scratch.context.naming import auto_name
from scratch.losses.defined import Defined
from scratch.losses.reduction import (
    as_weighted,
    counts_all_alike,
    sample_factors,
    standardize_reduction,
)
from scratch.network.masks import get_keras_mask
from scratch.network.node import Node
from scratch.network.pairs import pair_of
from scratch.network.plan import TOTAL, Plan
from scratch.ops.errors import InvalidArgumentError
from scratch.serialization import deserialize_keras_object, serialize_keras_object


class Loss(Watched):
    """The base of all losses (`keras.losses.Loss`). A subclass defines `call`, in ops.

    Args:
        name: default: the class's name in snake case.
        reduction: `"sum_over_batch_size"` (the mean over all losses), `"sum"`, `"mean"`,
            `"mean_with_sample_weight"`, `"none"` or None. No losses at all stay an empty array.
        dtype: in which the loss is computed, a name or a policy; default `config.floatx()`.

    Raises:
        ValueError: for an unknown reduction.
    """

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        self.name = name or auto_name(type(self).__name__)
        self.reduction = standardize_reduction(reduction)
        self._dtype = np.dtype(getattr(dtype, "compute_dtype", dtype) or config.floatx()).name

    @property
    def dtype(self) -> str:
        """The type in which the loss is computed."""
        return self._dtype

    def reads_in_steps(self, name: str, value: Any) -> bool:
        """Whether a step reads an attribute anew: `call` is run once."""
        return name == "reduction" and type(self).__call__ is Loss.__call__

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The definition: (batch, ...) twice -> one value per sample, in ops."""
        raise NotImplementedError(f"Loss {type(self).__name__} does not define `call`")

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The reduced loss, of arrays or of symbols.

        Args:
            y_true: labels.
            y_pred: predictions; a mask that travels with them counts.
            sample_weight: one weight per sample, or None.

        Returns:
            A scalar; one value per sample where `reduction` is None.
        """
        mask = get_keras_mask(y_pred)
        y_true, y_pred = self._tensors(y_true), self._tensors(y_pred)
        values = ops.convert_to_tensor(self.call(y_true, y_pred))
        weighted = values * self._factors(values, sample_weight, mask)
        if self.reduction in (None, "none"):
            return as_weighted(weighted, sample_weight)
        empty = not isinstance(weighted, ops.Symbol) and weighted.shape == (0,)
        return weighted if empty else ops.sum(weighted)

    def _tensors(self, x: Any) -> Any:
        if isinstance(x, Mapping):
            return {key: self._tensors(value) for key, value in x.items()}
        return ops.convert_to_tensor(x, self.dtype)

    def _factors(self, values: Any, weight: Any, mask: Any) -> Any:
        of_values = get_keras_mask(values)
        if None in values.shape and weight is mask is of_values is None:
            ones = ops.ones_like(values)  # how large the batch is, only the evaluation will know
            mean = self.reduction not in (None, "none", "sum")
            return ones / ops.cast(ops.size(values), self.dtype) if mean else ones
        if mask is not None and of_values is not None:
            of_values = ops.logical_and(mask, of_values)
        mask = mask if of_values is None else of_values
        return sample_factors(tuple(values.shape), weight, mask, self.reduction, self._dtype)

    def forward(
        self,
        y_true: np.ndarray,
        y_pred: np.ndarray,
        sample_weight: Any,
        node: Node,
        logits: np.ndarray | None = None,
    ) -> Any:
        """The reduced loss of a batch, fast; keeps in `node` what `backward` needs.

        Args:
            y_true, y_pred, sample_weight: see `__call__`.
            node: the memory.
            logits: what stands before the activation that gave `y_pred`, where the definition may
                read it.
        """
        node.z = logits
        mask = get_keras_mask(y_pred)
        if type(self).__call__ is not Loss.__call__:
            return self._forward_called(y_true, y_pred, sample_weight, mask, node)
        y_true = np.asarray(y_true, self._dtype)
        if y_pred.dtype.kind == "f":
            y_pred = y_pred.astype(self._dtype, copy=False)
        values = self.forward_values(y_true, y_pred, node)
        factors = self._factors(values, sample_weight, mask)
        fits = factors.shape == values.shape
        node.saved["factors"] = factors if fits else ops.sum_to_shape(factors, values.shape)
        weighted = values * factors
        if self.reduction in (None, "none"):
            return as_weighted(weighted, sample_weight)
        return np.add.reduce(weighted, axis=None)

    def backward(self, node: Node) -> tuple[np.ndarray | None, np.ndarray | None]:
        """dL/d(y_pred) and dL/d(logits) for the last `forward`, None where there is none.

        `node.dvariables` is dL/dw for every weight that the definition itself reads.
        """
        node.dvariables = {}
        if type(self).__call__ is not Loss.__call__:
            return Loss.backward_values(self, node.saved["factors"], node)
        return self.backward_values(node.saved["factors"], node)

    def _forward_called(self, y: Any, p: Any, weight: Any, mask: Any, node: Node) -> Any:
        """The loss as a redefined `__call__` defines it, the reduction included."""
        given = {"y_pred": p, "y_true": np.asarray(y)}
        if weight is not None:
            given["sample_weight"] = np.asarray(weight)
        if mask is not None:
            given["mask"] = np.asarray(mask)
        value = self._by_definition(self, given, node)
        node.saved["factors"] = np.ones_like(value)
        return value[()]

    def _by_definition(self, definition: Callable, given: dict[str, Any], node: Node) -> Any:
        if node.z is not None:
            given["logits"] = node.z
        if "defined" not in node.saved:
            node.saved["defined"] = Defined(definition, bool(node.saved.get("eagerly")))
        defined = node.saved["defined"]
        return defined.forward(given, node.training)

    def forward_values(self, y_true: np.ndarray, y_pred: np.ndarray, node: Node) -> np.ndarray:
        """One value per sample; here: by the network that `call` defines.

        Where `node.z` holds what stands before the activation of the output, `call` may read it.
        """
        return self._by_definition(self.call, {"y_pred": y_pred, "y_true": y_true}, node)

    def backward_values(
        self, dvalues: np.ndarray, node: Node
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """As `backward`, from dL/d(values); here: by the network that `call` defines."""
        found = node.saved["defined"].backward(dvalues)
        node.dvariables = node.saved["defined"].dvariables
        return found["y_pred"], found.get("logits")

    def plan_forward(
        self, plan: Plan, node: Node, y: str, p: str, logits: str | None = None
    ) -> str | None:
        """The lines of `forward`, for batches like the last one; returns the name of the loss.

        None where that one had sample weights or a mask, or where weights were read.
        """
        prediction, (labels, _) = node.inputs[0].y, node.inputs[-1].y
        own, factors = type(self), node.saved["factors"]
        if (
            own.__call__ is not Loss.__call__
            or own.forward is not Loss.forward
            or own.backward is not Loss.backward
            or self.reduction in (None, "none")
            or prediction.dtype != self._dtype
            or node.dvariables
            or node.saved["eagerly"]
            or not counts_all_alike(factors, factors.shape, self.reduction, self._dtype)
        ):
            return None
        if labels.dtype != self._dtype:
            y, given = plan.result("labels"), y
            dtype = plan.name(self._dtype, "dtype")
            plan.line(f"{y} = {given}.astype({dtype})")
        if logits is not None:
            plan.line(f"{self._plan_node(plan, node)}.z = {logits}")
        plan.kept[node] = {"y_true": y, "y_pred": p, "logits": logits}
        values = self.plan_values(plan, node, (y, p), (labels, prediction))
        multiply, total = plan.name(np.multiply, "multiply"), plan.name(TOTAL, "total")
        factor, loss = plan.name(factors, "factors"), plan.result("loss")
        plan.line(f"{loss} = {total}({multiply}({values}, {factor}), None)")
        return loss

    def plan_values(
        self, plan: Plan, node: Node, names: tuple[str, str], like: tuple[np.ndarray, np.ndarray]
    ) -> str:
        """The line of `forward_values`, for labels and predictions like these."""
        found = self._plan_graph(node)
        if found is not None:
            graph, inputs = found
            given, arrays = self._plan_arguments(plan, node, inputs)
            (values,) = graph.program.plan(plan, given, arrays)
            return values
        forward = plan.name(self.forward_values, f"{self.name}_forward")
        values = plan.result("losses")
        plan.line(f"{values} = {forward}({', '.join(names)}, {self._plan_node(plan, node)})")
        return values

    def plan_backward(self, plan: Plan, node: Node) -> tuple[str | None, str | None]:
        """The lines of `backward`; returns the names of dL/d(y_pred) and dL/d(logits)."""
        found = self._plan_graph(node)
        if found is not None:
            graph, inputs = found
            program, exists = graph.derivative((), [name != "y_true" for name in inputs])
            given, arrays = self._plan_arguments(plan, node, inputs)
            factors = node.saved["factors"]
            products = program.plan(
                plan, [*given, plan.name(factors, "factors")], [*arrays, factors]
            )
            there = [name for name, exists in zip(inputs, exists, strict=True) if exists]
            slopes = dict(zip(there, products, strict=True))
            return slopes.get("y_pred"), slopes.get("logits")
        like = self.backward_values(node.saved["factors"], node)
        backward = plan.name(self.backward_values, f"{self.name}_backward")
        factors = plan.name(node.saved["factors"], "factors")
        dp, dz = plan.result("d_predictions"), plan.result("d_logits")
        plan.line(f"{dp}, {dz} = {backward}({factors}, {self._plan_node(plan, node)})")
        return None if like[0] is None else dp, None if like[1] is None else dz

    def _plan_graph(self, node: Node) -> Any:
        """What `Defined.graph` finds, where a step calls nothing else."""
        own = type(self)
        by_definition = (
            "defined" in node.saved
            and node.pair is None
            and own.forward_values in (Loss.forward_values, LossFunctionWrapper.forward_values)
            and own.backward_values in (Loss.backward_values, LossFunctionWrapper.backward_values)
        )
        return node.saved["defined"].graph() if by_definition else None

    def _plan_arguments(
        self, plan: Plan, node: Node, inputs: list[str]
    ) -> tuple[list[str], list[np.ndarray]]:
        """What lines call the arguments of the definition, and what these were last."""
        prediction, (labels, _) = node.inputs[0].y, node.inputs[-1].y
        last = {"y_true": labels.astype(self._dtype), "y_pred": prediction, "logits": node.z}
        return [plan.kept[node][name] for name in inputs], [last[name] for name in inputs]

    def _plan_node(self, plan: Plan, node: Node) -> str:
        return plan.name(node, f"{self.name}_node")

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this loss again."""
        return {"name": self.name, "reduction": self.reduction}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Loss":
        """Builds a loss from `get_config`'s dictionary."""
        return cls(**config)


class LossFunctionWrapper(Loss):
    """A loss made of a function `fn(y_true, y_pred, **kwargs) -> one value per sample`.

    Args:
        fn: the function, in ops.
        reduction, name, dtype: see `Loss`.
        kwargs: passed on to `fn`.
    """

    _unsaved: tuple[str, ...] = ()  # arguments that Keras leaves out of its configs

    def __init__(
        self,
        fn: Callable,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, reduction=reduction, dtype=dtype)
        self.fn = fn
        self.fn_kwargs = kwargs
        vars(self).update(kwargs)  # `loss.from_logits`, as in Keras

    def reads_in_steps(self, name: str, value: Any) -> bool:
        by_hand = self.made_of is not None and pair_of(self.fn) is not None
        return super().reads_in_steps(name, value) or (name == "fn" and by_hand)

    @property
    def made_of(self) -> Callable | None:
        """The function, where it alone says what the loss is; None where a method is redefined."""
        own = type(self)
        if own.call is not LossFunctionWrapper.call or own.__call__ is not Loss.__call__:
            return None
        return None if "call" in vars(self) else self.fn

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The definition, applied to arguments whose ranks agree."""
        y_true, y_pred = squeeze_or_expand(y_true, y_pred)
        return self.fn(y_true, y_pred, **self.fn_kwargs)

    def forward_values(self, y_true: np.ndarray, y_pred: np.ndarray, node: Node) -> np.ndarray:
        """One value per sample, by the function's hand-derived pair where it has one."""
        if node.saved.get("fn") is not self.fn:
            fn = self.made_of
            node.pair = None if fn is None or node.z is not None else pair_of(fn)
            node.saved["fn"] = self.fn
        if node.pair is None:
            return super().forward_values(y_true, y_pred, node)
        node.saved["shape"] = y_pred.shape
        y_true, y_pred = squeeze_or_expand(y_true, y_pred)
        return node.pair.forward(y_true, y_pred, node, **self.fn_kwargs)

    def backward_values(
        self, dvalues: np.ndarray, node: Node
    ) -> tuple[np.ndarray | None, np.ndarray | None]:
        """As `backward`, from dL/d(values); by the hand-derived pair where there is one."""
        if node.pair is None:
            return super().backward_values(dvalues, node)
        dp = node.pair.backward(dvalues, node, **self.fn_kwargs)
        return dp.reshape(node.saved["shape"]), None

    def plan_values(
        self, plan: Plan, node: Node, names: tuple[str, str], like: tuple[np.ndarray, np.ndarray]
    ) -> str:
        """The lines of `forward_values`, for labels and predictions like these."""
        if not self._plans_pair(node):
            return super().plan_values(plan, node, names, like)
        after = squeeze_or_expand(*like)
        if any(a is not b for a, b in zip(after, like, strict=True)):
            agree = plan.name(squeeze_or_expand, "squeeze_or_expand")
            given, names = names, (plan.result("labels"), plan.result("predictions"))
            plan.line(f"{', '.join(names)} = {agree}({', '.join(given)})")
        pair, (labels, p) = node.pair, names
        forward, settings = pair.forward, self._plan_settings(plan)
        look_up = getattr(pair, "look_up", None)
        if look_up is not None:  # apart, for its numbers are found anew in each batch
            called, forward = plan.name(look_up, f"{self.name}_look_up"), pair.forward_at
            places = plan.result("places")
            plan.line(f"{places} = {called}({labels}, {p}{settings})")
            labels = places
        called, values = plan.name(forward, f"{self.name}_forward"), plan.result("losses")
        plan.line(f"{values} = {called}({labels}, {p}, {self._plan_node(plan, node)}{settings})")
        return values

    def plan_backward(self, plan: Plan, node: Node) -> tuple[str | None, str | None]:
        if not self._plans_pair(node):
            return super().plan_backward(plan, node)
        backward = plan.name(node.pair.backward, f"{self.name}_backward")
        factors, dp = plan.name(node.saved["factors"], "factors"), plan.result("d_predictions")
        node_name, settings = self._plan_node(plan, node), self._plan_settings(plan)
        call = f"{backward}({factors}, {node_name}{settings})"
        plan.line(f"{dp} = {call}.reshape({node.saved['shape']})")
        return dp, None

    def _plans_pair(self, node: Node) -> bool:
        """Whether the hand-derived pair alone is what a step calls."""
        own, base = type(self), LossFunctionWrapper
        return (
            node.pair is not None
            and own.forward_values is base.forward_values
            and own.backward_values is base.backward_values
        )

    def _plan_settings(self, plan: Plan) -> str:
        """The last arguments of a call of the pair."""
        if not self.fn_kwargs:
            return ""
        return f", **{plan.name(self.fn_kwargs, f'{self.name}_settings')}"

    def get_config(self) -> dict[str, Any]:
        """The arguments that build this loss again, as far as Keras saves them."""
        config = super().get_config()
        if type(self) is LossFunctionWrapper:
            config["fn"] = serialize_keras_object(self.fn)
        kept = {k: v for k, v in self.fn_kwargs.items() if k not in self._unsaved}
        return {**config, **serialize_keras_object(kept)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> "Loss":
        return cls(**(deserialize_keras_object(config) if "fn" in config else config))

    def __repr__(self) -> str:
        return f"<LossFunctionWrapper({self.fn}, kwargs={self.fn_kwargs})>"


def require_fit(y: np.ndarray, p: np.ndarray, compiled: bool = True) -> None:
    """Whether labels and predictions can be compared entry by entry.

    Args:
        y, p: labels and predictions.
        compiled: whether this is a training step, in which TensorFlow knows the shapes of all but
            the batch beforehand.

    Raises:
        ValueError: when they cannot, and that is known beforehand.
        InvalidArgumentError: when they cannot.
    """
    if y.shape == p.shape:
        return
    try:
        np.broadcast_shapes(y.shape, p.shape)
    except ValueError:
        error = ValueError if compiled and y.ndim == p.ndim else InvalidArgumentError
        raise error(
            f"y_true of shape {y.shape} does not fit y_pred of shape {p.shape}: expected labels of "
            f"shape {p.shape}. Change the labels, or the width of the model's last layer"
            + (
                ". (The model gives several axes besides the batch: is a `Flatten()` missing?)"
                if p.ndim > y.ndim == 2
                else ""
            )
        ) from None


def squeeze_or_expand(a: Any, b: Any) -> tuple[Any, Any]:
    """Makes ranks that differ by one agree, where a trailing axis of size 1 allows it.

    (n,) and (n, 1) both become (n, 1); otherwise the axis of size 1 is dropped.
    """
    if len(a.shape) == len(b.shape) + 1:
        b, a = squeeze_or_expand(b, a)
    elif len(b.shape) == len(a.shape) + 1 and b.shape[-1] == 1:
        if len(a.shape) == 1:
            a = (np if isinstance(a, np.ndarray) else ops).expand_dims(a, -1)
        else:
            b = (np if isinstance(b, np.ndarray) else ops).squeeze(b, -1)
    return a, b
