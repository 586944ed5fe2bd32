"""What a session computes, bit by bit: one line of JSON for each preset and type.

The same program runs here and in Pyodide; the test compares what it prints.
"""

import json

import numpy as np

from examples.playground.frame import unpacked
from examples.playground.presets import PRESETS
from examples.playground.session import Session

STEPS = 300
SOME = ("circle", "spiral", "three_clouds", "hills", "sine", "autoencoder", "perceptron", "strokes")


def hexadecimal(array: np.ndarray) -> str:
    """All bits of an array."""
    return array.tobytes().hex()


session = Session()
for name in SOME:
    for dtype in ("float32", "float64"):
        state = {**PRESETS[name][-1], "dtype": dtype}
        new = session.command({"command": "new", "state": state})
        assert new["ok"], new
        start = hexadecimal(session.run.flat())
        points = hexadecimal(np.asarray(session.run.x))
        told = session.command({"command": "step", "batches": STEPS})
        assert told["ok"], told
        maps = unpacked(session.frame())["maps"]
        seen = session.command({"command": "microscope"})
        checked = session.command({"command": "check", "dtype": dtype})
        assert seen["ok"], seen
        assert checked["ok"], checked
        end = session.run.flat().astype("float64").tolist()
        losses = [told["loss"], told["test_loss"], seen["loss"]]
        line = [name, dtype, start, points, end, losses, list(maps.shape), checked["caught"]]
        print(json.dumps(line))
