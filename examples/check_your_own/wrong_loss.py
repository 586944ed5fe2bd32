"""Softmax and cross-entropy in one, on the scores z, as a student may write it. One thing is wrong.

parity check examples/check_your_own/wrong_loss.py --like categorical_crossentropy --from_logits
"""

import numpy as np


def softmax(z):
    """Probabilities, row by row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def loss(y, z):
    """The mean cross-entropy of a batch with one-hot labels."""
    p = np.clip(softmax(z), 1e-12, 1)
    return -np.mean(np.sum(y * np.log(p), axis=1))


def gradient(y, z):
    """dL/dz, of the shape of z."""
    return softmax(z) - y
