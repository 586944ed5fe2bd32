"""Somebody's code, spoiled, and what is said of it."""

import numpy as np


def spoiled(source, *changes):
    """Somebody's code after some of its text was replaced."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    names = {"np": np}
    exec(source, names)
    return names


def names(catalogue):
    """What the mistakes of a catalogue are called."""
    return {mistake.name for mistake in catalogue}


def assert_diagnosed(result, name):
    """The mistake is found, and called by its name."""
    assert not result
    assert result.diagnoses == [name], str(result)
