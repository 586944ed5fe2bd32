"""What this machine has: every engine, whether it can run, with what, and how it is set."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field

from parity_tests.harness import backends, canary
from parity_tests.harness.engines import MODES, PRECISIONS, Engine
from scratch.kernels.openblas import KNOWN


@dataclass(frozen=True)
class Entry:
    """A library on a device, with all its modes.

    Args:
        library, device: as of an engine.
        modes, precisions: what it can compute in.
        unavailable: why it cannot be used here; empty when it can, and then the rest is filled.
        versions: from a package to its version.
        devices: what the backend sees, in its own words.
        settings: what the comparison sets.
        float32: `full`, or `TF32` when the canary has found that products are rounded to it.
    """

    library: str
    device: str
    modes: tuple[str, ...]
    precisions: tuple[str, ...] = PRECISIONS
    unavailable: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    devices: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    float32: str = ""


def inventory(announce: Callable[[str], None] = lambda text: None) -> tuple[Entry, ...]:
    """All libraries on all devices. Starts a worker for each that is there.

    Args:
        announce: told what is being started.
    """
    entries = []
    for library in MODES:
        for device in backends.DEVICES:
            if (library, device) == ("scratch", "gpu"):
                continue
            announce(f"{library} on the {device}")
            entries.append(_entry(library, device))
    return tuple(entries)


def settings(library: str, device: str) -> tuple[str, ...]:
    """What a comparison sets, in words."""
    if library == "scratch":
        cut = "products cut by their shape alone" if KNOWN else "the BLAS's threads cannot be set"
        return ("quirks as on the other side", cut)
    mended = () if library == "tf" else ("K3 mended",)
    if device == "gpu":
        return ("TF32 off", "sums in a fixed order", *mended)
    if library == "tf":
        onednn = "off" if os.environ.get("TF_ENABLE_ONEDNN_OPTS") == "0" else "on"
        return (f"oneDNN {onednn} (K5)", "op determinism off (K6)")
    return ("x64 in float64", *mended) if library == "jax" else mended


def _entry(library: str, device: str) -> Entry:
    modes = MODES[library]
    engine = Engine(library, modes[0], "float32", device=device)
    if reason := engine.unavailable:
        return Entry(library, device, modes, unavailable=reason)
    error = engine.run("parity_tests.harness.canary:canary")
    return Entry(
        library,
        device,
        modes,
        versions=backends.versions(library),
        devices=tuple(engine.run("parity_tests.harness.engines:devices_of")),
        settings=settings(library, device),
        float32="full" if canary.sings(error) else "TF32",
    )
