"""How data are made ready (`tf.keras.preprocessing`): sequences, texts; what older programs use."""

from scratch.context.absent import explain_absent
from scratch.utils.timeseries import timeseries_dataset_from_array

from . import sequence, text

__all__ = ["sequence", "text", "timeseries_dataset_from_array"]

explain_absent(__name__)
