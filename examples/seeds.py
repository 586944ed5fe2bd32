"""How much does the seed alone move the result? The lecture's run, once for every seed.

    python -m examples.seeds --seeds 8 --jobs 4
    python -m examples.seeds --model cnn

One run proves little: the lecture's 0.8851 is one draw from the distribution that this prints.
"""

import argparse
import importlib
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

LECTURE, LECTURE_EPOCHS = 0.8851, 30


def accuracy(seed: int, name: str, epochs: int, samples: int | None) -> float:
    """Test accuracy of a network of `keras_models`, trained in scratch from `seed`."""
    import scratch as keras

    chosen = importlib.import_module(f"keras_models.{name}")
    images = chosen.data(announce=lambda note: None)
    few = slice(samples)
    keras.utils.set_random_seed(seed)
    model = chosen.build(keras)
    model.compile(**chosen.compile_settings(keras))
    x, y = images.x_train[few], images.y_train[few]
    model.fit(x, y, batch_size=chosen.BATCH_SIZE, epochs=epochs, verbose=0)
    return model.evaluate(images.x_test[few], images.y_test[few], verbose=0, return_dict=True)[
        "accuracy"
    ]


def main() -> None:
    """Trains and prints one line for each seed, then the distribution."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8, help="how many: 1, 2, 3, ...")
    parser.add_argument("--model", choices=["fashion_mnist", "cnn"], default="fashion_mnist")
    parser.add_argument("--epochs", type=int, help="default: the lecture's 30, or the model's own")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--samples", type=int, help="train on the first few only")
    chosen = parser.parse_args()

    model = importlib.import_module(f"keras_models.{chosen.model}")
    lecture = chosen.model == "fashion_mnist"
    epochs = chosen.epochs or (LECTURE_EPOCHS if lecture else model.EPOCHS)
    name = model.data().name  # fetches what has to be fetched, and announces what has to be said
    # Every job is one process with one thread: that is faster than threads that share a network
    # this small. The variables are read when a job's own NumPy is imported.
    for library in ("OPENBLAS", "OMP", "MKL", "VECLIB"):
        os.environ[f"{library}_{'MAXIMUM' if library == 'VECLIB' else 'NUM'}_THREADS"] = "1"
    print(f"{name}, {chosen.model}, epochs: {epochs}, jobs: {chosen.jobs}")
    seeds = range(1, chosen.seeds + 1)
    train = partial(accuracy, name=chosen.model, epochs=epochs, samples=chosen.samples)
    found = []
    start = time.perf_counter()
    with _pool(chosen.jobs) as pool:
        for seed, value in zip(seeds, pool.map(train, seeds), strict=True):
            found.append(value)
            print(f"  seed {seed:3}   test accuracy {value:.4f}", flush=True)
    spread = statistics.stdev(found) if len(found) > 1 else float("nan")
    print(f"{len(found)} seeds in {time.perf_counter() - start:.0f} s")
    print(f"  mean {statistics.mean(found):.4f}   standard deviation {spread:.4f}")
    print(f"  from {min(found):.4f} to {max(found):.4f}")
    if lecture:
        print(f"  the lecture's run {LECTURE}: {_in_deviations(found, spread)}")


def _pool(jobs: int) -> ProcessPoolExecutor:
    import multiprocessing

    # Started afresh: a fork would inherit this process's NumPy and its threads.
    return ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn"))


def _in_deviations(found: list[float], spread: float) -> str:
    if not spread > 0:
        return "too few seeds to say how near"
    away = (LECTURE - statistics.mean(found)) / spread
    return f"{away:+.1f} standard deviations from the mean"


if __name__ == "__main__":
    main()
