"""What it costs to have a library at all: to import it, to install it, to train with it in memory.

`import` is timed until it returns, and until a first model stands: a library that loads its parts
when they are first asked for must not look faster than it is.
"""

import importlib
import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

from parity_tests.commands.bench import peers
from parity_tests.commands.bench.work import Work
from parity_tests.harness.worker import Worker

_KERAS_MODEL = (
    "dense = keras.layers.Dense; keras.Sequential([keras.layers.Input((784,)), "
    "dense(300, activation='relu'), dense(100, activation='relu'), "
    "dense(10, activation='softmax')])"
)
_TORCH_MODEL = (
    "nn = torch.nn; nn.Sequential(nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), "
    "nn.ReLU(), nn.Linear(100, 10))"
)
_JAX_MODEL = (
    "draw = jax.nn.initializers.glorot_uniform(); "
    "[(draw(jax.random.key(n), (n, m)), jax.numpy.zeros(m)) "
    "for n, m in ((784, 300), (300, 100), (100, 10))]"
)
PROGRAMS = {
    "scratch": ("import scratch as keras", _KERAS_MODEL),
    peers.FAST: ("import scratch as keras", _KERAS_MODEL),
    "tf": ("import tensorflow", "keras = tensorflow.keras; " + _KERAS_MODEL),
    "keras-jax": ("import keras", _KERAS_MODEL),
    "keras-torch": ("import keras", _KERAS_MODEL),
    "torch": ("import torch", _TORCH_MODEL),
    "jax": ("import jax", _JAX_MODEL),
    "sklearn": (
        "from sklearn.neural_network import MLPClassifier",
        "MLPClassifier((300, 100))",
    ),
}
"""By peer: what it imports, and how its first model is made."""

DISTRIBUTIONS = {
    "scratch": ("keras-from-scratch",),
    peers.FAST: ("keras-from-scratch", "numba"),
    "tf": ("tensorflow",),
    "keras-jax": ("keras", "jax"),
    "keras-torch": ("keras", "torch"),
    "torch": ("torch",),
    "jax": ("jax",),
    "sklearn": ("scikit-learn",),
}


def import_seconds(key: str, threads: int) -> tuple[float, float]:
    """Seconds until a fresh interpreter has imported a peer, and until its first model stands."""
    imports, model = PROGRAMS[key]
    program = (
        "from time import perf_counter as now; begin = now()\n"
        f"{imports}\nimported = now() - begin\n{model}\nprint([imported, now() - begin])"
    )
    environment = {**os.environ, **peers.environment(key, threads)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # users' interpreters keep what they compile
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True
    )
    first, second = json.loads(done.stdout.splitlines()[-1])
    return first, second


def peak_memory(key: str, work: Work, threads: int) -> int:
    """Bytes that a process of a peer needs at most while it does `work`."""
    with Worker(peers.environment(key, threads), key) as process:
        process.call("parity_tests.commands.bench.turns:limit", threads)
        return process.call("parity_tests.commands.bench.turns:peak", key, work)


def installed_size(key: str) -> tuple[int, int]:
    """Bytes on disk of a peer's packages and of all that they require, and how many packages."""
    found: dict[str, int] = {}
    waiting = list(DISTRIBUTIONS[key])
    while waiting:
        name = _canonical(waiting.pop())
        if name in found:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # required elsewhere only, or left out by whoever installed it
        found[name] = sum(map(_bytes, _files(distribution)))
        waiting += list(_required(distribution))
    return sum(found.values()), len(found)


def _required(distribution: importlib.metadata.Distribution) -> Iterator[str]:
    for text in distribution.requires or ():
        requirement = Requirement(text)
        if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
            yield requirement.name


def _files(distribution: importlib.metadata.Distribution) -> list[Path]:
    """A package's files; of one installed in editable mode, those of the folder it stands for."""
    text = distribution.read_text("direct_url.json") or "{}"
    if json.loads(text).get("dir_info", {}).get("editable"):
        return list(Path(str(importlib.import_module("scratch").__file__)).parent.rglob("*"))
    return [Path(str(file.locate())) for file in distribution.files or ()]


def _bytes(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")
