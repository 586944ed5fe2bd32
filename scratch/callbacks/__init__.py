"""What to do at the moments of a training (`keras.callbacks`)."""

from scratch.callbacks.callback import Callback
from scratch.callbacks.callback_list import CallbackList
from scratch.callbacks.early_stopping import EarlyStopping
from scratch.callbacks.history import History
from scratch.callbacks.lambda_callback import LambdaCallback
from scratch.callbacks.monitor_callback import MonitorCallback
from scratch.callbacks.progbar_logger import ProgbarLogger
from scratch.callbacks.terminate_on_nan import TerminateOnNaN

__all__ = [
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "MonitorCallback",
    "ProgbarLogger",
    "TerminateOnNaN",
]
