"""What is measured: plain values, which every peer turns into its own program.

The data have the shape of Fashion-MNIST, or of a playground; what is in the pictures does not move
the time. Labels follow from the inputs, so that there is something to learn and a wrong gradient
would show in the loss.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from math import prod

import numpy as np

from parity_tests.commands.bench.stacks import STACKS, Stack

LECTURE = (784, 300, 100, 10)
WIDE = (784, 1024, 1024, 10)
SMALL = (2, 8, 8, 1)
RATES = {"sgd": 0.01, "adam": 0.001}  # Keras's defaults, and so are Adam's
BETAS = (0.9, 0.999)


@dataclass(frozen=True)
class Work:
    """One thing to do.

    Attributes:
        name: unique in a run.
        kind: `"fit"`, counted by the epoch; `"evaluate"`, `"predict"` or `"call"`, by the call.
        sizes: inputs, units of each layer, outputs: one sigmoid, or a softmax over several.
        batch: rows of a batch.
        samples: a multiple of `batch`, so that no peer compiles twice.
        optimizer: `"sgd"` or `"adam"`.
        epsilon: Adam's. PyTorch adds it after the bias correction, the others before; so one that
            is next to nothing shows whether all else is equal.
        shuffle: each peer draws an order of its own; False: the same order for all.
        stack: where there are pictures, what they go through before the first of the `sizes`.
        own: `"loss"` or `"metric"`: written by a user, in `keras.ops`, in the built-in one's place.
        askers: how many threads of a program call at once.
        quantile: which of the calls' times counts, where there are several askers.
        threads: that a peer may compute with; None: as many as the run says; 0: all.
    """

    name: str
    kind: str = "fit"
    sizes: tuple[int, ...] = LECTURE
    batch: int = 32
    samples: int = 9_600
    optimizer: str = "sgd"
    epsilon: float = 1e-7
    shuffle: bool = True
    stack: Stack | None = None
    own: str = ""
    askers: int = 1
    quantile: float = 0.5
    threads: int | None = None

    @property
    def binary(self) -> bool:
        """Whether there are two classes, told apart by one sigmoid."""
        return self.sizes[-1] == 1

    @property
    def hidden(self) -> str:
        """The activation of the hidden layers: the playground's, or the lecture's."""
        return "tanh" if self.binary else "relu"

    @property
    def inputs(self) -> tuple[int, ...]:
        """The shape of one sample."""
        return self.stack.picture if self.stack else self.sizes[:1]

    @property
    def products(self) -> list[tuple[int, int, int]]:
        """Of each layer's matrix product, forwards, for one batch: rows, inputs, outputs."""
        rows = min(self.batch, self.samples)
        windows = self.stack.products if self.stack else []
        return [(rows * places, n, m) for places, n, m in windows] + [
            (rows, n, m) for n, m in pairwise(self.sizes)
        ]

    @property
    def steps(self) -> int:
        """The number of batches in an epoch, or in a call."""
        return -(-self.samples // self.batch)

    @property
    def layers(self) -> int:
        """The number of Dense layers."""
        return len(self.sizes) - 1


SAMPLES = {1: 500, 32: 9_600, 128: 19_200, 512: 25_600, 4096: 32_768}
"""Of an epoch, by batch size: enough steps for the time to be that of steps."""

FITS = [
    Work(f"{optimizer} {batch}", batch=batch, samples=samples, optimizer=optimizer)
    for optimizer in ("sgd", "adam")
    for batch, samples in SAMPLES.items()
]
OTHER_NETWORKS = [
    Work(f"{name} {optimizer}", sizes=sizes, samples=samples, optimizer=optimizer)
    for name, sizes, samples in (("small", SMALL, 9_600), ("wide", WIDE, 3_200))
    for optimizer in ("sgd", "adam")
]
OWN = [Work(f"small sgd, own {what}", sizes=SMALL, own=what) for what in ("loss", "metric")]
CALLS = [
    Work("evaluate 10000", "evaluate", samples=10_000),
    Work("predict 1", "predict", samples=1),
    Work("predict 32", "predict", samples=32),
    Work("predict 10000", "predict", samples=10_000),
    Work("call 1", "call", samples=1),
]
# Programs that answer several people at once: what most of them wait, and one in twenty.
ASKED_AT_ONCE = [
    Work(f"predict 1, {askers} at once, {quantile:.0%}", "predict", samples=1, askers=askers,
         quantile=quantile)
    for askers in (2, 8) for quantile in (0.5, 0.95)
]  # fmt: skip
PICTURES = [
    Work(
        f"{name}, {kind} {batch}", kind, (stack.outputs, 10), batch,
        steps * batch if kind == "fit" else batch, "adam", stack=stack,
    )
    for name, stack in STACKS.items()
    for kind in ("fit", "predict")
    for batch, steps in ((32, 40), (256, 6))
]  # fmt: skip
UNDER_LOAD = [
    replace(work, name=f"{work.name}, under load")
    for work in [*FITS, *OTHER_NETWORKS, *OWN, *CALLS, *ASKED_AT_ONCE, *PICTURES]
]
THREADED = [
    replace(work, name=f"{work.name}, {threads or 'all'} threads", threads=threads)
    for work in FITS
    if work.batch in (32, 512)
    for threads in (1, 2, 0)
]
LOOKED_AT = {
    "sgd 32",
    "sgd 512",
    "adam 32",
    "small sgd",
    "small sgd, own loss",
    "small sgd, own metric",
    "predict 1",
    "call 1",
    "cnn, fit 32",
    "predict 1, 8 at once, 95%",
    *(f"{name}, under load" for name in ("sgd 32", "adam 32", "small sgd")),
    *(f"sgd 32, {threads} threads" for threads in (1, 2, "all")),
}  # with --quick


def data(work: Work) -> tuple[np.ndarray, np.ndarray]:
    """Inputs (samples, *inputs) in float32, and class numbers (samples,)."""
    draws = np.random.default_rng(0)
    n = prod(work.inputs)
    x = draws.random((work.samples, n), dtype="float32")
    directions = draws.standard_normal((n, work.sizes[-1]), dtype="float32")
    scores = (x - np.float32(0.5)) @ directions
    y = (scores[:, 0] > 0).astype("int64") if work.binary else scores.argmax(axis=1)
    return x.reshape(-1, *work.inputs), y


def initial_weights(work: Work) -> list[np.ndarray]:
    """`[W1, b1, W2, b2, ...]` in float32: Glorot's uniform, and zeros. A stack's come first."""
    draws = np.random.default_rng(1)
    weights = work.stack.weights(draws) if work.stack else []
    for n, m in pairwise(work.sizes):
        limit = np.sqrt(6 / (n + m))
        weights.append(draws.uniform(-limit, limit, (n, m)).astype("float32"))
        weights.append(np.zeros(m, "float32"))
    return weights
