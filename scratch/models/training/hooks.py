"""What a subclass of a model may redefine of a step, as in Keras.

    compute_loss       the loss of a batch, in ops: of what it says, the derivative is taken
    losses             a property: what is added to the compiled losses, in ops
    compute_metrics    what is reported of a batch
    train_step, test_step, predict_step        the whole step; `super().train_step(data)` trains

A redefined `compute_loss` is run on symbols, see `own_loss`. It may call
`super().compute_loss(...)`.
"""

from typing import Any, TypeVar

from scratch.context.stack import Stack

M = TypeVar("M")

_kept: dict[str, Any] = {}  # what a model does of itself

# In a redefined `compute_loss`: the model, and what layers add to the loss of the batch at hand.
added = Stack()
computing = Stack()  # in a redefined `compute_metrics`: the network that has computed the batch


def hook(method: M) -> M:
    """Decorator of a method of models, or of a property's, that a subclass may redefine."""
    _kept[method.__name__] = method  # type: ignore[attr-defined]
    return method


def redefined(model: Any, *hooks: str) -> bool:
    """Whether the class of `model`, or the model itself, redefines one of the hooks."""
    for name in hooks:
        found = getattr(type(model), name)
        if name in vars(model) or getattr(found, "fget", found) is not _kept[name]:
            return True
    return False


def added_at_hand(model: Any) -> list[Any] | None:
    """In the redefined `compute_loss` of `model`, what layers add to the loss; else None."""
    found = added.top
    return list(found[1]) if found is not None and found[0] is model else None
