"""Stop training once the loss is no longer a finite number."""

import numpy as np

from scratch import messages
from scratch.callbacks.callback import Callback, Logs


class TerminateOnNaN(Callback):
    """Stops at a loss that is NaN or infinite (`keras.callbacks.TerminateOnNaN`).

    Args:
        raise_error: whether to raise an error in place of ending the training in good order.
    """

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_batch_end(self, batch: int, logs: Logs | None = None) -> None:
        """Looks at the loss.

        Raises:
            RuntimeError: for a loss that is not finite, if `raise_error`.
        """
        loss = (logs or {}).get("loss")
        if loss is None or np.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(
                f"NaN or Inf loss encountered at batch {batch}. Loss value: {loss}. Terminating "
                "training immediately."
            )
        messages.print_msg(f"Batch {batch}: Invalid loss, terminating training")
        self.model.stop_training = True
