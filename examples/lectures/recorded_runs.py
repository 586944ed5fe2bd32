"""The lecture's listing, all of its 30 epochs, from many seeds, in both libraries.

    python -m examples.lectures.recorded_runs --seeds 10

One run takes a minute in scratch and several in tf.keras: too long for a walk-through of two
minutes. So the runs are made once, by this command, and kept in `recorded_runs.json`; it goes on
where it stopped. The walk-through repeats the first hundred steps of one of them, in both
libraries, and compares: a record that no longer holds is found out.
"""

import argparse
import functools
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

RECORD = Path(__file__).with_name("recorded_runs.json")
LIBRARIES = ("scratch", "tf.keras")
EPOCHS = 30
STEPS = 100


def run(keras: Any, seed: int) -> dict[str, Any]:
    """Trains the listing's network from `seed`; the history, and what `evaluate` gives at last."""
    model, images = _start(keras, seed)
    start = time.perf_counter()
    history = model.fit(
        images.x_train, images.y_train, epochs=EPOCHS, validation_data=images.valid, verbose=0
    )
    seconds = time.perf_counter() - start
    loss, accuracy = model.evaluate(images.x_test, images.y_test, verbose=0)
    return {
        "seed": seed,
        "data": images.name,
        "epochs": EPOCHS,
        "first steps": first_steps(keras, seed),
        "history": {name: list(map(float, values)) for name, values in history.history.items()},
        "loss": float(loss),
        "accuracy": float(accuracy),
        "seconds": round(seconds, 1),
    }


def first_steps(keras: Any, seed: int) -> float:
    """The mean loss of the first `STEPS` steps of the run from `seed`."""
    model, images = _start(keras, seed)
    history = model.fit(images.x_train, images.y_train, steps_per_epoch=STEPS, verbose=0)
    return float(history.history["loss"][0])


def _start(keras: Any, seed: int) -> tuple[Any, Any]:
    """The network, seeded and compiled, and the images."""
    from keras_models.fashion_mnist import build, compile_settings

    keras.utils.set_random_seed(seed)
    model = build(keras)
    model.compile(**compile_settings(keras))
    return model, _images()


@functools.cache
def _images() -> Any:
    """The lecture's data, read once."""
    from keras_models.fashion_mnist import data

    return data(announce=lambda note: None)


def recorded(library: str) -> list[dict[str, Any]]:
    """The runs of one library, in the order of their seeds."""
    return sorted(_read()[library], key=lambda run: run["seed"])


def load(library: str) -> Any:
    """The library of that name, with Keras's names: scratch or tf.keras."""
    if library == "scratch":
        import scratch

        return scratch
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from tensorflow import keras  # type: ignore[import-untyped, unused-ignore]

    return keras


def main() -> None:
    """Trains the runs that are missing from the record."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10, help="how many: 1, 2, 3, ...")
    chosen = parser.parse_args()
    for library, seed in _missing(range(1, chosen.seeds + 1)):
        found = run(load(library), seed)
        if found["data"] != "Fashion-MNIST":
            parser.error(f"the lecture's run is on Fashion-MNIST; this machine has {found['data']}")
        runs = _read()
        runs[library].append(found)
        RECORD.write_text(json.dumps(runs, indent=1) + "\n")
        print(
            f"{library:9} seed {seed:3}   loss {found['loss']:.4f}   accuracy "
            f"{found['accuracy']:.4f}   {found['seconds']:.0f} s",
            flush=True,
        )


def _missing(seeds: range) -> Iterator[tuple[str, int]]:
    for library in LIBRARIES:
        there = {found["seed"] for found in _read()[library]}
        yield from ((library, seed) for seed in seeds if seed not in there)


def _read() -> dict[str, list[dict[str, Any]]]:
    if not RECORD.exists():
        return {library: [] for library in LIBRARIES}
    return json.loads(RECORD.read_text())


if __name__ == "__main__":
    main()
