"""Plants every fault, one after the other, and notes who caught it, when, and by how much."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity_tests.harness import battery
from parity_tests.harness.blame import Diagnosis, diagnose
from parity_tests.harness.faults import (
    FAULTS,
    KERAS_FAULTS,
    KERAS_NULL_CHANGES,
    NULL_CHANGES,
    Fault,
)
from parity_tests.harness.record import step_of, without_step

LIBRARIES = {
    "scratch": (FAULTS, NULL_CHANGES),
    "keras": (KERAS_FAULTS, KERAS_NULL_CHANGES),
}


@dataclass(frozen=True)
class Caught:
    """One line of the table.

    Args:
        library: where the fault was planted, `"scratch"` or `"keras"`.
        fault: its name.
        component: where it really is; empty for a null change.
        caught: whether anything turned red.
        named: whether the blame fell on the component.
        blamed: on what it fell.
        red: how many cases turned red, of how many.
        of: how many cases were run.
        case, quantity: the clearest witness.
        step: after how many steps it saw the fault; None outside a run of steps.
        margin: how many times what is allowed; infinite where equality is asked for.
        seconds: how long it took.
        said: the witness in full.
    """

    library: str
    fault: str
    component: str
    caught: bool
    named: bool
    blamed: tuple[str, ...]
    red: int
    of: int
    case: str
    quantity: str
    step: int | None
    margin: float
    seconds: float
    said: str

    @property
    def right(self) -> bool:
        """Whether the suite did what it should: catch and name it; or leave a null change."""
        return (self.caught and self.named) if self.component else not self.caught

    def as_json(self) -> dict[str, Any]:
        """The line as plain values for a file; an infinite margin becomes null."""
        margin = self.margin if np.isfinite(self.margin) else None
        return {**self.__dict__, "margin": margin, "right": self.right}


def planted(library: str, fault: Fault, lanes: tuple | None = None) -> Caught:
    """Plants a fault and runs the battery, or some lanes of it."""
    begin = time.perf_counter()
    if library == "keras":
        results = battery.run_keras(fault, lanes)
    else:
        with fault.plant():
            results = battery.run(lanes)
    return _line(library, fault, diagnose(results), len(results), time.perf_counter() - begin)


def _line(library: str, fault: Fault, found: Diagnosis, of: int, seconds: float) -> Caught:
    row = found.witness
    return Caught(
        library,
        fault.name,
        fault.component,
        found.caught,
        any(_means(tag, fault.component) for tag in found.blamed),
        tuple(sorted(found.blamed)),
        len(found.red) + len(found.raised),
        of,
        row.case if row else next(iter(found.raised), ""),
        without_step(row.quantity) if row else "error" * bool(found.raised),
        step_of(row.quantity) if row else None,
        row.used if row else (float("inf") if found.caught else 0.0),
        seconds,
        str(found),
    )


def _means(tag: str, component: str) -> bool:
    """Whether a tag is the component, or the component with an option of its own."""
    return tag == component or tag.startswith(f"{component} ")


def everything(only: str = "") -> Iterator[tuple[str, Fault]]:
    """All faults and null changes whose name, component or library holds `only`."""
    for library, groups in LIBRARIES.items():
        for fault in (fault for group in groups for fault in group):
            if only.lower() in f"{library} {fault.name} {fault.component}".lower():
                yield library, fault
