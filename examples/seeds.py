"""How much does the seed alone move the result? The lecture's run, once for every seed.

    python -m examples.seeds --seeds 8 --jobs 4

One run proves little: the lecture's 0.8851 is one draw from the distribution that this prints.
"""

import argparse
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import partial

LECTURE = 0.8851


def accuracy(seed: int, epochs: int, samples: int | None) -> float:
    """Test accuracy of the lecture's network, trained in scratch from `seed`."""
    import scratch as keras
    from keras_models.fashion_mnist import build, compile_settings, data

    images = data(announce=lambda note: None)
    few = slice(samples)
    keras.utils.set_random_seed(seed)
    model = build(keras)
    model.compile(**compile_settings(keras))
    model.fit(images.x_train[few], images.y_train[few], epochs=epochs, verbose=0)
    return model.evaluate(images.x_test[few], images.y_test[few], verbose=0, return_dict=True)[
        "accuracy"
    ]


def main() -> None:
    """Trains and prints one line for each seed, then the distribution."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=8, help="how many: 1, 2, 3, ...")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--samples", type=int, help="train on the first few only")
    chosen = parser.parse_args()

    from keras_models.fashion_mnist import data

    name = data().name  # fetches what has to be fetched, and announces what has to be said
    # Every job is one process with one thread: that is faster than threads that share a network
    # this small. The variables are read when a job's own NumPy is imported.
    for library in ("OPENBLAS", "OMP", "MKL", "VECLIB"):
        os.environ[f"{library}_{'MAXIMUM' if library == 'VECLIB' else 'NUM'}_THREADS"] = "1"
    print(f"{name}, SGD, epochs: {chosen.epochs}, jobs: {chosen.jobs}")
    seeds = range(1, chosen.seeds + 1)
    train = partial(accuracy, epochs=chosen.epochs, samples=chosen.samples)
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
