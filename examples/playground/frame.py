"""A frame as bytes: see `protocol`. Maps have a byte a number, and a scale and an offset each."""

import struct
from collections.abc import Sequence

import numpy as np

from .protocol import VERSION

HEAD = struct.Struct("<10I6d")


def packed(
    counts: Sequence[int],
    numbers: Sequence[float],
    values: np.ndarray,
    weights: np.ndarray,
    maps: np.ndarray,
) -> bytes:
    """A frame.

    Args:
        counts: sequence, epoch, step, flags.
        numbers: loss, test_loss, penalty, metric, test_metric, learning_rate.
        values: (n,).
        weights: (n,).
        maps: (number of maps, rows, columns).
    """
    n, rows, columns = maps.shape
    flat = maps.reshape(n, rows * columns).astype("float32")
    low, high = (flat.min(axis=1), flat.max(axis=1)) if n else (np.empty(0), np.empty(0))
    if not np.isfinite(high - low).all():  # that training has stopped, a flag says
        flat = np.where(np.isfinite(flat), flat, 0)
        low, high = flat.min(axis=1), flat.max(axis=1)
    scale = (high - low) / 255
    flat -= low[:, None]
    flat *= (1 / np.where(scale > 0, scale, 1))[:, None]
    flat += 0.5  # what follows cuts off
    head = HEAD.pack(VERSION, *counts, len(weights), len(values), n, columns, rows, *numbers)
    return b"".join(
        (
            head,
            np.asarray(values, "<f8").tobytes(),
            np.asarray(weights, "<f4").tobytes(),
            np.stack([scale, low], axis=1).astype("<f4").tobytes(),
            flat.astype("u1").tobytes(),
        )
    )


def unpacked(data: bytes) -> dict:
    """What a frame says, for tests and for other programs than the page."""
    head = HEAD.unpack_from(data)
    _, sequence, epoch, step, flags, n_weights, n_values, n, columns, rows = head[:10]
    at = HEAD.size

    def take(count: int, kind: str) -> np.ndarray:
        nonlocal at
        found = np.frombuffer(data, kind, count, at)
        at += found.nbytes
        return found

    values, weights = take(n_values, "<f8"), take(n_weights, "<f4")
    scales = take(2 * n, "<f4").reshape(n, 2)
    levels = take(n * rows * columns, "u1").reshape(n, rows, columns)
    names = ("loss", "test_loss", "penalty", "metric", "test_metric", "learning_rate")
    return {
        "version": head[0], "sequence": sequence, "epoch": epoch, "step": step, "flags": flags,
        **dict(zip(names, head[10:], strict=True)),
        "values": values, "weights": weights,
        "maps": scales[:, 1, None, None] + scales[:, 0, None, None] * levels,
    }  # fmt: skip
