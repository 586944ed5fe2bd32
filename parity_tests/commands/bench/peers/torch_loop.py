"""PyTorch's own way: the loop of its tutorials, on tensors that lie in memory.

No DataLoader: for data in memory it costs more than the step. As the performance guide advises,
gradients are set to None, the optimizer is fused, nothing is read back before the epoch's end, and
predictions run in inference mode. Softmax and sigmoid are part of the loss.
"""

from itertools import pairwise
from typing import Any

import numpy as np
import torch

from parity_tests.commands.bench.peers.epochs import timed
from parity_tests.commands.bench.stacks import Convolution, Stack
from parity_tests.commands.bench.work import BETAS, RATES, Work, data, initial_weights


class TorchLoop:
    """`nn.Sequential`, a loss and an optimizer."""

    def __init__(self, work: Work) -> None:
        nn = torch.nn
        hidden = nn.Tanh if work.binary else nn.ReLU
        parts = _stacked(work.stack)
        for n, m in pairwise(work.sizes):
            parts += [nn.Linear(n, m), hidden()]
        self.model = nn.Sequential(*parts[:-1]).to(memory_format=torch.channels_last)
        with torch.no_grad():
            weights = map(_turned, initial_weights(work))
            for own, given in zip(self.model.parameters(), weights, strict=True):
                own.copy_(torch.from_numpy(given))
        self.loss = nn.BCEWithLogitsLoss() if work.binary else nn.CrossEntropyLoss()
        lr = RATES[work.optimizer]
        if work.optimizer == "sgd":
            self.optimizer: Any = torch.optim.SGD(self.model.parameters(), lr=lr, fused=True)
        else:
            self.optimizer = torch.optim.Adam(
                self.model.parameters(), lr=lr, betas=BETAS, eps=work.epsilon, fused=True
            )
        x, y = data(work)
        self._work, self._x = work, _tensor(x)
        self._y = torch.from_numpy(y[:, None].astype("float32") if work.binary else y)

    def fit(self, epochs: int) -> list[float]:
        """Continues the training; returns the seconds of each epoch."""
        self.model.train()
        return timed(self._epoch, epochs)

    def _epoch(self) -> tuple[float, float]:
        rows, size = len(self._x), self._work.batch
        order = torch.randperm(rows) if self._work.shuffle else torch.arange(rows)
        total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        for chosen in order.split(size):
            x, y = self._x[chosen], self._y[chosen]
            self.optimizer.zero_grad(set_to_none=True)
            z = self.model(x)
            loss = self.loss(z, y)
            loss.backward()
            self.optimizer.step()
            total += loss.detach() * len(x)
            correct += self._right(z.detach(), y)
        return total.item() / rows, correct.item() / rows

    def _right(self, z: Any, y: Any) -> Any:
        """How many of a batch are classified rightly."""
        return (((z > 0) == (y > 0.5)) if self._work.binary else (z.argmax(dim=1) == y)).sum()

    @torch.inference_mode()
    def evaluate(self) -> tuple[float, float]:
        """Loss and accuracy, batch by batch."""
        self.model.eval()
        total, correct = torch.zeros(()), torch.zeros((), dtype=torch.int64)
        size = self._work.batch
        for x, y in zip(self._x.split(size), self._y.split(size), strict=True):
            z = self.model(x)
            total += self.loss(z, y) * len(x)
            correct += self._right(z, y)
        return total.item() / len(self._x), correct.item() / len(self._x)

    @torch.inference_mode()
    def predict(self, x: np.ndarray) -> np.ndarray:
        """Probabilities, batch by batch."""
        self.model.eval()
        logits = torch.cat([self.model(part) for part in _tensor(x).split(self._work.batch)])
        return (logits.sigmoid() if self._work.binary else logits.softmax(dim=1)).numpy()

    @torch.inference_mode()
    def call(self, x: np.ndarray) -> Any:
        """The output for one batch, `model(x)`."""
        return self.model(_tensor(x))


def _tensor(x: np.ndarray) -> Any:
    """Inputs as PyTorch counts them. Pictures keep their place in memory, "channels last"."""
    given = torch.from_numpy(x)
    return given.permute(0, 3, 1, 2) if x.ndim == 4 else given


def _turned(weight: np.ndarray) -> np.ndarray:
    """A weight with its outputs first, a kernel's channels second."""
    return weight.transpose(3, 2, 0, 1) if weight.ndim == 4 else weight.T


def _stacked(stack: Stack | None) -> list[Any]:
    """The modules of a stack; flattened, places come before channels, as for everyone else."""
    if stack is None:
        return []
    nn = torch.nn
    pools = {
        "max": lambda: nn.MaxPool2d(2),
        "average": lambda: nn.AvgPool2d(2),
        "mean": lambda: nn.AdaptiveAvgPool2d(1),
    }
    made: list[Any] = []
    for layer, shape in zip(stack.layers, stack.shapes, strict=False):
        if isinstance(layer, Convolution):
            made += [nn.Conv2d(shape[2], layer.filters, layer.side), nn.ReLU()]
        else:
            made.append(pools[layer.kind]())
    return [*made, _PlacesFirst(), nn.Flatten()]


class _PlacesFirst(torch.nn.Module):
    """(batch, channels, height, width) to (batch, height, width, channels), which moves nothing."""

    def forward(self, x: Any) -> Any:
        return x.permute(0, 2, 3, 1)
