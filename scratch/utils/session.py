"""Starting afresh: what is left over from earlier models in the same program."""

import gc

from scratch import dtype_policies
from scratch.context import naming
from scratch.random import seeding


def clear_session(free_memory: bool = True) -> None:
    """Forgets names, the policy and the global seed generator (`keras.utils.clear_session`).

    The next `Dense` is called `dense` again. The seed that orders `fit`'s samples stays, as
    TensorFlow's does.

    Args:
        free_memory: whether to collect garbage: what only holds itself, as dropped models do.
    """
    naming.reset()
    dtype_policies.forget()
    seeding.state.generator = None
    if free_memory:
        gc.collect()
