"""What tf.keras does that its own documentation or its other backends do not.

`scratch` follows tf.keras to the digit, so each quirk is imitated by default; each has a
switch here, because the oracle must also be able to say what the mathematics would give:

    with scratch.quirks.without("K1"):
        model.fit(...)

The parity suite shows both sides of every row.
"""

from collections.abc import Iterator
from contextlib import contextmanager

QUIRKS: dict[str, str] = {
    "K1": "in float64 a Python float that Keras casts (beta_1, an L2 factor) goes through float32",
    "K2": "softmax or sigmoid followed by cross-entropy recovers the logits: nothing is clipped",
    "K4": "after set_random_seed every epoch and every fit sees the samples in the same order",
    "K7": "numbers below the smallest normal one are taken for zero while a model computes",
    "K20": "ScheduleFreeAdamW recovers its average with the iterate after its step, not before it",
    "K21": "a model that trains by ScheduleFreeAdamW forgets its initial weights in the first step",
    "K30": "where a model has several losses, the mean of each is one of batches, not of samples",
    "K31": "sparsemax subtracts the mean of cumulative sums, so that its result does not sum to 1",
    "K32": "where an Embedding looks a row up twice, its gradients are clipped and squared apart",
    "K33": "einsum without an arrow has its letters in the order in which they occur, not by name",
    "K34": "a set_floatx after the first layer does not reach layers, until clear_session",
    "K36": "ops.add takes an array with one long axis for a bias, and adds it along another axis",
    "K37": "jit_compile=True has XLA make the random numbers of a step: other dropout masks",
    "K40": "the second derivative of a variance takes the mean for a constant (GradientTape)",
    "K41": "image_dataset_from_directory decodes a JPEG by a fast inverse transform, not exactly",
    "K42": "ModelCheckpoint cannot tell which value is better before the end of the first epoch",
    "K43": "BackupAndRestore does not count the first of several batches that run at once",
}
_active = dict.fromkeys(QUIRKS, True)
switched = 0  # how often any was


def active(name: str) -> bool:
    """Whether the quirk called `name` is imitated at the moment."""
    return _active[name]


@contextmanager
def without(*names: str) -> Iterator[None]:
    """Switches quirks off inside a `with` block.

    Raises:
        KeyError: for a name that is not in `QUIRKS`.
    """
    global switched
    before = {name: _active[name] for name in names}
    switched += 1
    _active.update(dict.fromkeys(names, False))
    try:
        yield
    finally:
        switched += 1
        _active.update(before)
