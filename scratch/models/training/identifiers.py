"""What a name in `compile` stands for, once the shapes of labels and outputs are known.

`"accuracy"` means binary, sparse or categorical accuracy, and `"crossentropy"` the loss of that
kind, depending on shapes:

    outputs (n, 1)                               binary
    labels (n,) or (n, 1), outputs (n, k)        sparse categorical
    otherwise                                    categorical
"""

from typing import Any

from scratch import losses, metrics
from scratch.context.naming import to_snake_case
from scratch.losses.loss import Loss, LossFunctionWrapper
from scratch.metrics.mean import MeanMetricWrapper
from scratch.metrics.metric import Metric

Shape = tuple[int | None, ...]


def kind_of_labels(y_shape: Shape, p_shape: Shape) -> str:
    """`"binary"`, `"sparse_categorical"` or `"categorical"`, see above."""
    if p_shape[-1] == 1:
        return "binary"
    if len(y_shape) < len(p_shape) or y_shape[-1] == 1:
        return "sparse_categorical"
    return "categorical"


def resolve_loss(identifier: Any, y_shape: Shape, p_shape: Shape) -> Loss:
    """The loss object that `identifier`, as given to `compile`, stands for.

    Raises:
        ValueError: for a name that is not known.
    """
    name = None
    if isinstance(identifier, str):
        name = identifier
        if identifier.lower() in ("crossentropy", "ce"):
            identifier = f"{kind_of_labels(y_shape, p_shape)}_crossentropy"
    found = losses.get(identifier)
    if isinstance(found, Loss):
        return found
    return LossFunctionWrapper(found, name=name or _name_of(found))


def resolve_metric(identifier: Any, y_shape: Shape, p_shape: Shape) -> Metric:
    """The metric object that `identifier`, as given to `compile`, stands for.

    Raises:
        ValueError: for None, or a name that is not known.
    """
    if identifier is None:
        raise ValueError("Expected metric, received `None`")
    found = identifier
    if str(identifier).lower() in ("accuracy", "acc"):
        found = f"{kind_of_labels(y_shape, p_shape)}_accuracy"
    elif str(identifier).lower() in ("crossentropy", "ce"):
        found = f"{kind_of_labels(y_shape, p_shape)}_crossentropy"
    found = metrics.get(found)
    if not isinstance(found, Metric):
        found = MeanMetricWrapper(found, name=_name_of(found))
    if isinstance(identifier, str):
        found.name = identifier
    return found


def _name_of(thing: Any) -> str:
    return to_snake_case(getattr(thing, "__name__", None) or type(thing).__name__)
