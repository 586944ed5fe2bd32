"""What to do at the moments of a training (`keras.callbacks`)."""

from scratch.callbacks.backup_and_restore import BackupAndRestore
from scratch.callbacks.callback import Callback
from scratch.callbacks.callback_list import CallbackList
from scratch.callbacks.csv_logger import CSVLogger
from scratch.callbacks.early_stopping import EarlyStopping
from scratch.callbacks.history import History
from scratch.callbacks.lambda_callback import LambdaCallback
from scratch.callbacks.learning_rate_scheduler import LearningRateScheduler
from scratch.callbacks.model_checkpoint import ModelCheckpoint
from scratch.callbacks.monitor_callback import MonitorCallback
from scratch.callbacks.progbar_logger import ProgbarLogger
from scratch.callbacks.reduce_lr_on_plateau import ReduceLROnPlateau
from scratch.callbacks.swap_ema_weights import SwapEMAWeights
from scratch.callbacks.tensorboard import TensorBoard
from scratch.callbacks.terminate_on_nan import TerminateOnNaN
from scratch.context.absent import explain_absent

__all__ = [
    "BackupAndRestore",
    "CSVLogger",
    "Callback",
    "CallbackList",
    "EarlyStopping",
    "History",
    "LambdaCallback",
    "LearningRateScheduler",
    "ModelCheckpoint",
    "MonitorCallback",
    "ProgbarLogger",
    "ReduceLROnPlateau",
    "SwapEMAWeights",
    "TensorBoard",
    "TerminateOnNaN",
]

explain_absent(__name__)
