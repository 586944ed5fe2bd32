"""Starting afresh: what is left over from earlier models in the same program."""

from scratch import dtype_policies, naming
from scratch.random import seeding


def clear_session() -> None:
    """Forgets names, the policy and the global seed generator (`keras.utils.clear_session`).

    The next `Dense` is called `dense` again. The seed that orders `fit`'s samples stays, as
    TensorFlow's does.
    """
    naming.reset()
    dtype_policies.forget()
    seeding.state.generator = None
