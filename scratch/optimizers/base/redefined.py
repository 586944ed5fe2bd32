"""What a subclass of an optimizer may redefine of a step, as in Keras.

    apply_gradients, apply     the whole step: `fit` makes it through them
    update_step                the formula for one weight
    scale_loss                 the loss whose gradients the step gets
    learning_rate, build       and whatever else those call

A built-in optimizer changes all weights in place, at once, and asks nobody for what Keras asks
other methods for. Where a subclass redefines one of those, an error says so.
"""

from typing import Any

import numpy as np

from scratch import ops

# From a method that would not be called to the one that decides so, and that may be redefined.
_GONE_AROUND = {
    "assign": "update_step",
    "assign_add": "update_step",
    "assign_sub": "update_step",
    "add_variable_from_reference": "build",
    "_apply_weight_decay": "apply",
    "_backend_apply_gradients": "apply",
    "_backend_increment_gradient_accumulators": "apply",
    "_backend_reset_gradient_accumulators": "apply",
    "_backend_update_step": "apply",
    "_filter_empty_gradients": "apply",
    "_overwrite_model_variables_with_average_value": "apply",
    "_overwrite_variables_directly_with_gradients": "apply",
    "_update_model_variables_moving_average": "apply",
}


def redefines(thing: Any, method: str, base: type) -> bool:
    """Whether `thing` has another `method` than the class `base` gives it."""
    return method in vars(thing) or getattr(type(thing), method) is not getattr(base, method)


def require_heard(optimizer: Any, base: type) -> None:
    """Checks that a step calls whatever a subclass has redefined.

    Args:
        optimizer: an instance of it.
        base: the base of all optimizers.

    Raises:
        NotImplementedError: where it does not.
    """
    mro = type(optimizer).__mro__
    for method, caller in _GONE_AROUND.items():
        given = next(c for c in (*mro, object) if method in vars(c) or c is object)
        calling = next(c for c in mro if caller in vars(c))
        if not issubclass(base, given) and mro.index(given) < mro.index(calling):
            raise NotImplementedError(
                f"Optimizer {optimizer.name!r} redefines `{method}`, which the `{caller}` of "
                f"{calling.__name__} does not call: redefine `{caller}` too, or in its place"
            )


def slope(scale_loss: Any, loss: Any) -> Any:
    """d(scale_loss)/d(loss) at `loss`, a number.

    Raises:
        NotImplementedError: for a loss that is not reduced and whose entries are scaled each in
            its own way.
    """
    loss = np.asarray(loss)
    symbol = ops.Symbol.leaf("loss", loss.shape, loss.dtype.name)
    (derivative,) = ops.gradient(ops.sum(scale_loss(symbol)), [symbol], unconnected="zero")
    found = np.broadcast_to(ops.evaluate(derivative, {symbol: loss}), loss.shape).reshape(-1)
    if not (found == found[:1]).all():
        raise NotImplementedError(
            "`scale_loss` is redefined and not a constant factor: the loss must be reduced"
        )
    return found[0] if found.size else 1
