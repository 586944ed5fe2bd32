"""Seconds per epoch of the lecture's network, in scratch and in tf.keras, in one run.

    python -m examples.benchmark            or: parity bench
    python -m examples.benchmark --quick    a look, in half a minute

How it is measured: each library lives in a process of its own, and they take turns, so that a
machine that grows slower or faster meets both. A turn is one `fit` without progress bar and
without validation; its first epoch pays for set-up and is left out. Printed are the median and the
range of all epochs that count.

The floor is what no implementation on this BLAS can beat: the matrix products of an epoch and
nothing else,

    forward   x W      (batch, n) (n, m)          for each layer
    backward  x^T dz   (n, batch) (batch, m)      for each layer
              dz W^T   (batch, m) (m, n)          for each layer but the first
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from itertools import pairwise
from typing import Any

import numpy as np

from parity_tests.harness.worker import Worker

HERE = "examples.benchmark"  # as a program it is called __main__; its workers need its name
SIZES = (784, 300, 100, 10)
BATCH = 32
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
ENGINES = {"scratch": "scratch", "tensorflow": "tf.keras"}


def turn(library: str, optimizer: str, samples: int, epochs: int) -> list[float]:
    """In a worker: seconds of each epoch of one fit, the first left out."""
    from keras_models.fashion_mnist import build, compile_settings
    from parity_tests.main_job.train import library as load

    keras: Any = load(library)
    keras.utils.clear_session()
    keras.utils.set_random_seed(1)
    model = build(keras)
    model.compile(**{**compile_settings(keras), "optimizer": optimizer})

    class Clock(keras.callbacks.Callback):
        """Notes how long each epoch takes."""

        def __init__(self) -> None:
            super().__init__()
            self.seconds: list[float] = []

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds.append(time.perf_counter() - self._start)

    clock = Clock()
    x, y = _images(samples)
    model.fit(x, y, epochs=epochs + 1, batch_size=BATCH, callbacks=[clock], verbose=0)
    return clock.seconds[1:]


def floor(samples: int, epochs: int) -> list[float]:
    """In a worker: seconds of each epoch's matrix products, the first left out."""
    draws = np.random.default_rng(0)

    def drawn(rows: int, columns: int) -> np.ndarray:
        return draws.standard_normal((rows, columns), dtype="float32")

    x = [drawn(BATCH, n) for n in SIZES]
    W = [drawn(n, m) for n, m in pairwise(SIZES)]
    z, dW, dx = ([np.empty_like(a) for a in arrays] for arrays in (x[1:], W, x))
    layers = range(len(W))
    seconds = []
    for _ in range(epochs + 1):
        start = time.perf_counter()
        for _ in range(-(-samples // BATCH)):
            for i in layers:
                np.matmul(x[i], W[i], out=z[i])
            for i in reversed(layers):
                np.matmul(x[i].T, x[i + 1], out=dW[i])
                if i > 0:
                    np.matmul(x[i + 1], W[i].T, out=dx[i])
        seconds.append(time.perf_counter() - start)
    return seconds[1:]


def _images(samples: int) -> tuple[np.ndarray, np.ndarray]:
    # Random pixels: the time does not depend on what is in the pictures.
    draws = np.random.default_rng(0)
    return draws.random((samples, 28, 28), dtype="float32"), draws.integers(0, 10, samples)


def import_seconds(library: str) -> float:
    """Seconds that a fresh interpreter takes to import a library that was imported before."""
    program = f"import time; t = time.perf_counter(); import {library}; "
    program += "print(time.perf_counter() - t)"
    environment = {**os.environ, **ENVIRONMENT}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users' interpreters keep what they compile
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
    return float(done.stdout.split()[-1])


def _line(name: str, seconds: list[float], per: str = "epoch") -> str:
    spread = f"{min(seconds):.2f} to {max(seconds):.2f}"
    return f"  {name:24} {statistics.median(seconds):8.2f} s/{per}   {spread}, n = {len(seconds)}"


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3, help="turns of each library")
    parser.add_argument("--epochs", type=int, default=2, help="epochs of a turn that count")
    parser.add_argument("--samples", type=int, default=55_000)
    parser.add_argument("--optimizers", nargs="+", default=["sgd", "adam"])
    parser.add_argument("--quick", action="store_true", help="2 rounds on 6,400 samples")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.rounds, chosen.epochs, chosen.samples = 2, 1, 6_400

    steps = -(-chosen.samples // BATCH)
    print(f"Network {'-'.join(map(str, SIZES))}, float32, {steps:,} steps of {BATCH} an epoch")
    print(f"{os.cpu_count()} processors, NumPy {np.__version__}, Python {sys.version.split()[0]}\n")
    times = {name: [import_seconds(name) for _ in range(chosen.rounds)] for name in ENGINES}
    for name in ENGINES:
        print(_line(f"import {name}", times[name], "start"))
    share = statistics.median(times["scratch"]) / statistics.median(times["tensorflow"])
    print(f"  scratch imports in {100 * share:.0f} % of TensorFlow's time\n", flush=True)

    size = (chosen.samples, chosen.epochs)
    with Worker(ENVIRONMENT, "scratch") as ours, Worker(ENVIRONMENT, "tf.keras") as theirs:
        workers = {"scratch": ours, "tensorflow": theirs}
        for optimizer in chosen.optimizers:
            found: dict[str, list[float]] = {"floor": [], **{name: [] for name in ENGINES}}
            for _ in range(chosen.rounds):
                for name, worker in workers.items():
                    found[name] += worker.call(f"{HERE}:turn", name, optimizer, *size)
                found["floor"] += ours.call(f"{HERE}:floor", *size)
            print(optimizer)
            for name, shown in ENGINES.items():
                print(_line(shown, found[name]))
            print(_line("matrix products alone", found["floor"]))
            middle = {name: statistics.median(values) for name, values in found.items()}
            ratio = middle["tensorflow"] / middle["scratch"]
            above = middle["scratch"] / middle["floor"]
            print(f"  scratch is {ratio:.2f} times as fast, at {above:.2f} times the floor\n",
                  flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
