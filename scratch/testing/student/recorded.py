"""What somebody's code changes in place, although others still need it."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from scratch.testing.student.names import plain

NAMED = {"x": "x", "dy": "dy", "kernel": "the weights", "bias": "the weights"}


class Record:
    """The arrays before and after a pass.

    Attributes:
        changes: what was found, each once: `"backward changes dy"`.
    """

    def __init__(self, owner: Any) -> None:
        self.owner = owner
        self.changes: list[str] = []
        self._stage = ""
        self._given: dict[str, np.ndarray] = {}
        self._kept: dict[str, tuple[np.ndarray, np.ndarray]] = {}

    def before(self, stage: str, **arrays: np.ndarray) -> None:
        """Remembers what is handed to a pass, and what the object keeps."""
        self._stage = stage
        self._given = {name: array.copy() for name, array in arrays.items()}
        self._kept = {
            name: (array, array.copy())
            for name, array in _arrays(self.owner).items()
            if not _is_gradient(name)
        }

    def after(self, **arrays: np.ndarray) -> None:
        """Looks what has become of it."""
        handed = [name for name in arrays if not _equal(arrays[name], self._given.get(name))]
        said = [f"{self._stage} changes {NAMED.get(name, name)}" for name in handed]
        if self._stage == "backward" and "the weights" not in "".join(said):
            said += [
                f"backward changes self.{name}"
                for name, (array, copy) in self._kept.items()
                if not _equal(array, copy)
            ]
        self.changes += [change for change in dict.fromkeys(said) if change not in self.changes]

    def no_longer(self, quantities: Mapping[str, np.ndarray], named: Mapping[str, str]) -> None:
        """Looks whether an attribute that is named after a quantity holds another one.

        Args:
            quantities: in somebody's layout, by their plain names: x, z and y.
            named: what each is, in words.
        """
        for name, array in _arrays(self.owner).items():
            meant = plain(name)
            if meant not in ("x", "z") or array.shape != quantities[meant].shape:
                continue
            if np.allclose(array, quantities[meant]):
                continue
            holds = (n for n, q in quantities.items()
                     if q.shape == array.shape and np.allclose(array, q))  # fmt: skip
            other = next(holds, None)
            change = f"self.{name} no longer holds {named[meant]}"
            change += f", but {named[other]}" if other else ""
            if change not in self.changes:
                self.changes.append(change)


def _arrays(owner: Any) -> dict[str, np.ndarray]:
    attributes = getattr(owner, "__dict__", {})
    return {name: value for name, value in attributes.items() if isinstance(value, np.ndarray)}


def _is_gradient(name: str) -> bool:
    return plain(name).startswith(("d", "grad", "g")) or plain(name).endswith("grad")


def _equal(array: np.ndarray, before: np.ndarray | None) -> bool:
    if before is None or array.dtype.kind not in "fiub":
        return True
    return np.array_equal(array, before, equal_nan=array.dtype.kind == "f")
