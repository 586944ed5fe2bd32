"""Who is measured. Each lives in a process of its own; a module here shows what it does there.

    scratch, tf.keras, Keras on JAX and on torch    keras_like     the same lines for all of them;
                                                                   scratch twice: NumPy alone, and
                                                                   with compiled kernels
    PyTorch                                         torch_loop     the loop of its tutorials
    JAX                                             jax_step       one jitted step, buffers donated
    scikit-learn                                    sklearn_mlp    MLPClassifier
    NumPy, without a library                        by_hand        the step written out
    the matrix products alone                       products       no peer: the floor

A module's class is made from a `Work` and does it: `fit(epochs)` gives the seconds of each epoch;
`evaluate()`, `predict(x)`, which gives probabilities, and `call(x)`, which is `model(x)`, return
when they are done. All start from the same weights, in float32, with the same optimizer settings,
and count loss and accuracy while they train, as Keras does.
"""

import importlib
import importlib.util
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from parity_tests.commands.bench.work import Work
from parity_tests.harness import backends


class Doing(Protocol):
    """A peer that has its model and its data, and is ready to be timed."""

    def fit(self, epochs: int) -> list[float]:
        """Trains for so many epochs; returns the seconds of each."""

    def evaluate(self) -> Any:
        """Loss and accuracy on all data."""

    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities (n, outputs)."""

    def call(self, x: np.ndarray) -> Any:
        """The outputs of one batch, as the library's own array."""


@dataclass(frozen=True)
class Peer:
    """One way to train a network.

    Attributes:
        title: for tables.
        module, maker, options: where its class is, and what it is made with besides the work.
        library: of `harness.backends`; what its process's environment is set up for.
        needs: what must be installed besides.
        cannot: kinds of work it has no name for; `"pictures"`: it knows Dense layers alone;
            `"own"`: nothing of it is written in `keras.ops`.
        remark: what is not the same for it.
    """

    title: str
    module: str
    maker: str
    options: tuple[tuple[str, Any], ...] = ()
    library: str = "scratch"
    needs: tuple[str, ...] = ()
    cannot: tuple[str, ...] = ()
    remark: str = ""

    def can(self, work: Work) -> bool:
        """Whether it does such work."""
        asked = {work.kind, "pictures" if work.stack else "", "own" if work.own else ""}
        return not asked & set(self.cannot)


def _keras(
    title: str, library: str, jit_compile: Any, remark: str = "", needs: tuple[str, ...] = ()
) -> Peer:
    options = (("library", library), ("jit_compile", jit_compile))
    return Peer(title, "keras_like", "KerasLike", options, library, needs, remark=remark)


FAST = "scratch-fast"
BEFORE = "before"
PEERS = {
    "scratch": _keras("scratch", "scratch", "auto"),
    FAST: _keras(
        "scratch, compiled kernels", "scratch", "auto", "the same bits, by the extra [fast]",
        needs=("numba",),
    ),
    BEFORE: _keras("scratch, before", "scratch", "auto", "the checkout given by --before"),
    "tf": _keras("tf.keras", "tf", False, "its default on a CPU: a graph"),
    "tf-xla": _keras("tf.keras, XLA", "tf", True, "compile(jit_compile=True)"),
    "keras-jax": _keras("Keras on JAX", "jax", "auto"),
    "keras-torch": _keras("Keras on torch", "torch", "auto"),
    "torch": Peer("PyTorch", "torch_loop", "TorchLoop", needs=("torch",), cannot=("own",)),
    "jax": Peer("JAX, jitted step", "jax_step", "JaxStep", library="jax", needs=("jax",),
                cannot=("pictures", "own")),
    "sklearn": Peer(
        "scikit-learn", "sklearn_mlp", "SklearnMLP", needs=("sklearn",),
        cannot=("call", "pictures", "own"),
        remark="counts the loss while it trains, not the accuracy; evaluates and predicts all "
        "samples at once",
    ),
    "by-hand": Peer(
        "NumPy, by hand", "by_hand", "ByHand", cannot=("pictures", "own"),
        remark="what the step takes in NumPy where there is no library, only these networks",
    ),
    "products": Peer("matrix products alone", "products", "Products", cannot=("own",)),
}  # fmt: skip
OURS = ("scratch", FAST, BEFORE)
CHOICE = tuple(key for key in PEERS if key != BEFORE)
ALTERNATIVES = [key for key in PEERS if key not in (*OURS, "products")]


def missing(key: str) -> str:
    """Why a peer cannot be measured here; empty when it can. Nothing is imported."""
    peer = PEERS[key]
    for name in peer.needs:
        if importlib.util.find_spec(name) is None:
            extra = {"sklearn": "bench", "numba": "fast"}.get(name, name)
            return f"{name} is not installed (pip install 'keras-from-scratch[{extra}]')"
    return backends.missing(peer.library) if peer.module == "keras_like" else ""


def environment(key: str, threads: int) -> dict[str, str]:
    """What a peer's process needs in its environment: quiet, on the CPU, with so many threads."""
    library = PEERS[key].library
    shared = () if library == "scratch" else backends.environment(library, "float32")
    names = ("OMP", "OPENBLAS", "MKL")
    return {
        "CUDA_VISIBLE_DEVICES": "-1",
        "SCRATCH_KERNELS": "compiled" if key == FAST else "numpy",
        **dict(shared),
        **{f"{name}_NUM_THREADS": str(threads) for name in names},
        "TF_NUM_INTRAOP_THREADS": str(threads),
        "TF_NUM_INTEROP_THREADS": str(threads),
    }


def make(key: str, work: Work) -> Doing:
    """The peer called `key`, with its work before it. In its own process."""
    peer = PEERS[key]
    module = importlib.import_module(f"{__name__}.{peer.module}")
    return getattr(module, peer.maker)(work, **dict(peer.options))
