"""Tools around models (`keras.utils`)."""

from scratch.random.seeding import set_random_seed
from scratch.utils.io import (
    disable_interactive_logging,
    enable_interactive_logging,
    is_interactive_logging_enabled,
)
from scratch.utils.labels import to_categorical
from scratch.utils.progbar import Progbar
from scratch.utils.session import clear_session

__all__ = [
    "Progbar",
    "clear_session",
    "disable_interactive_logging",
    "enable_interactive_logging",
    "is_interactive_logging_enabled",
    "set_random_seed",
    "to_categorical",
]
