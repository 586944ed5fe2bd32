"""Where the channels of an image are: behind all its axes, or before them."""

from typing import Any


def standardize_data_format(data_format: Any) -> str:
    """`"channels_last"` for None, else the name itself, in lower case.

    Raises:
        ValueError: for anything but `"channels_last"` and `"channels_first"`.
    """
    data_format = "channels_last" if data_format is None else str(data_format).lower()
    if data_format not in ("channels_last", "channels_first"):
        raise ValueError(
            "The `data_format` argument must be one of {'channels_first', 'channels_last'}. "
            f"Received: data_format={data_format}"
        )
    return data_format
