"""What a session computes, bit by bit: one line of JSON for each preset and type.

    python -m examples.playground.digits

The same is printed in Pyodide, and compared: see `test_in_pyodide.py` of the suite.
"""

import json

import numpy as np

from .frame import unpacked
from .presets import PRESETS
from .session import Session

STEPS = 300
SOME = (
    "circle", "spiral", "three_clouds", "hills", "sine", "autoencoder", "perceptron",
    "perceptron_averaged", "perceptron_mira", "hinge", "strokes", "glides",
)  # fmt: skip


def hexadecimal(array: np.ndarray) -> str:
    """All bits of an array."""
    return array.tobytes().hex()


def tell() -> None:
    """Prints the lines."""
    session = Session()
    for name in SOME:
        for dtype in ("float32", "float64"):
            print(json.dumps(_line(session, name, dtype)))


def _line(session: Session, name: str, dtype: str) -> list:
    def ask(command: str, **fields: object) -> dict:
        answer = session.command({"command": command, **fields})
        assert answer["ok"], answer
        return answer

    ask("new", state={**PRESETS[name][-1], "dtype": dtype, "stop": None})
    start, points = hexadecimal(session.run.flat()), hexadecimal(np.asarray(session.run.x))
    told = ask("step", batches=STEPS)
    maps = unpacked(session.frame())["maps"]
    losses = [told["loss"], told["test_loss"], ask("microscope")["loss"]]
    end = session.run.flat().astype("float64").tolist()
    caught = ask("check", dtype=dtype)["caught"]
    return [name, dtype, start, points, end, losses, list(maps.shape), caught]


if __name__ == "__main__":
    tell()
