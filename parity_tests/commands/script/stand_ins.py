"""Data of the same form, where a data set of Keras cannot be had: drawn from a fixed seed.

Each is a file like the real one, which both libraries read with loaders of their own.
"""

import importlib
import json
import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

SEED = 7


def use(library: str, folder: Path) -> None:
    """From now on, the loaders of a library read the files in a folder, made where missing."""
    if library == "scratch":
        from scratch.datasets.kept import Kept

        def path(self: Kept, cached_as: str | None = None) -> str:
            return str(_MAKE[self.folder.replace("-", "_")](folder, self.name))

        Kept.path = path  # type: ignore[method-assign]
        os.environ.pop("MNIST_DIR", None)  # whose files would come before
        return
    for name, make in _MAKE.items():
        module: Any = importlib.import_module(f"keras.src.datasets.{name}")
        module.get_file = _fetcher(folder, make)


def _fetcher(folder: Path, make: Callable[[Path, str], Path]) -> Callable[..., str]:
    def get_file(fname: str, origin: str, **_: Any) -> str:
        return str(make(folder, origin.rpartition("/")[2]))

    return get_file


def _kept(make: Callable[[Path, np.random.Generator], None]) -> Callable[[Path, str], Path]:
    """Makes a file once."""

    def find(folder: Path, name: str) -> Path:
        path = folder / name
        if not path.exists():
            folder.mkdir(parents=True, exist_ok=True)
            make(path, np.random.default_rng(SEED))
        return path

    return find


def _images(rng: np.random.Generator, n: int, shape: tuple[int, ...]) -> tuple[Any, Any]:
    """Noise around one picture a class."""
    y = rng.integers(0, 10, n).astype("uint8")
    classes = rng.integers(0, 200, (10, *shape))
    return (classes[y] + rng.integers(0, 56, (n, *shape))).astype("uint8"), y


def _mnist(path: Path, rng: np.random.Generator) -> None:
    (x_train, y_train), (x_test, y_test) = (
        _images(rng, 60_000, (28, 28)),
        _images(rng, 10_000, (28, 28)),
    )
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def _texts(rng: np.random.Generator, n: int, classes: int) -> tuple[Any, Any]:
    """Word numbers after Zipf's law; each class has words of its own."""
    y, x = rng.integers(0, classes, n), np.empty(n, object)
    for i, label in enumerate(y):
        words = np.minimum(rng.zipf(1.3, rng.integers(20, 200)), 9_000)
        words[::4] = 20 + 37 * label + rng.integers(0, 30, len(words[::4]))
        x[i] = words.tolist()
    return x, y


def _imdb(path: Path, rng: np.random.Generator) -> None:
    if path.suffix == ".json":
        path.write_text(json.dumps({f"word{i}": i for i in range(1, 9_001)}))
        return
    (x_train, y_train), (x_test, y_test) = _texts(rng, 25_000, 2), _texts(rng, 25_000, 2)
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)


def _reuters(path: Path, rng: np.random.Generator) -> None:
    if path.suffix == ".json":
        _imdb(path, rng)
        return
    x, y = _texts(rng, 11_228, 46)
    np.savez(path, x=x, y=y)


def _table(rows: int, columns: int, low: float, high: float) -> Callable[..., None]:
    def make(path: Path, rng: np.random.Generator) -> None:
        x = rng.gamma(2.0, size=(rows, columns)) * rng.uniform(0.1, 300, columns)
        y = (x / x.mean(0)).mean(1)
        y = low + (high - low) * (y - y.min()) / np.ptp(y)
        np.savez(path, x=x, y=y)

    return make


def _cifar(labels: tuple[str, ...], parts: dict[str, int], inside: str) -> Callable[..., Path]:
    def find(folder: Path, name: str) -> Path:
        home = folder / name.partition(".")[0]
        rng = np.random.default_rng(SEED)
        for part, n in parts.items():
            path = home / inside / part
            if not path.exists():
                path.parent.mkdir(parents=True, exist_ok=True)
                x, y = _images(rng, n, (3072,))
                held = {b"data": x, **{label.encode(): y.tolist() for label in labels}}
                path.write_bytes(pickle.dumps(held, protocol=3))
        return home

    return find


_MAKE: dict[str, Callable[[Path, str], Path]] = {
    "mnist": _kept(_mnist),
    "imdb": _kept(_imdb),
    "reuters": _kept(_reuters),
    "boston_housing": _kept(_table(506, 13, 5, 50)),
    "california_housing": _kept(_table(20_640, 8, 15_000, 500_000)),
    "cifar10": _cifar(
        ("labels",),
        {**{f"data_batch_{i}": 10_000 for i in range(1, 6)}, "test_batch": 10_000},
        "cifar-10-batches-py",
    ),
    "cifar100": _cifar(
        ("fine_labels", "coarse_labels"), {"train": 50_000, "test": 10_000}, "cifar-100-python"
    ),
}
