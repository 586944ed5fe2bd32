"""The digits: a SHA-256 of all that the harness records of a case.

Every case, as its kind is tried: one batch's derivatives (by hand, and by the graph), steps of
training, a whole fit, or what a seed draws; in both precisions, with one BLAS thread. The digits of
a processor are its own (SIMD and BLAS kernels round in their own order), so the file says what it
was recorded on, and elsewhere there is nothing to compare.
"""

import hashlib
import warnings
from pathlib import Path

import numpy as np
import threadpoolctl

from parity_tests import cases
from parity_tests.harness.case import Case
from parity_tests.harness.engines import PRECISIONS, Engine
from parity_tests.harness.processor import simd
from parity_tests.harness.record import Record

PATH = Path(__file__).with_name("digits.tsv")
_STEPS = 11


def environment() -> str:
    """What the digits depend on besides the code."""
    pools = [p for p in threadpoolctl.threadpool_info() if p["user_api"] == "blas"]
    blas = sorted({f"{p['internal_api']} {p['version']} {p['architecture']}" for p in pools})
    return f"NumPy {np.__version__}, {', '.join(blas)}, {' '.join(simd())}"


def found(module: str) -> dict[str, str]:
    """The digests of a module's cases: by case and way, those of both precisions."""
    with threadpoolctl.threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return {
            f"{case.name}\t{scenario} {mode}": " ".join(
                digest(Engine("scratch", mode, precision), case, scenario)
                for precision in PRECISIONS
            )
            for case in cases.of(module)
            for mode, scenario in ways(module, case)
        }


def ways(module: str, case: Case) -> list[tuple[str, str]]:
    """How the cases of a module are tried: modes, each with a scenario."""
    if module == "drawn":
        return [("hand", "initial")]
    if case.fit is not None:
        return [("hand", "fitting")]
    return [("hand", "gradients"), ("graph", "gradients"), ("hand", "training")]


def digest(engine: Engine, case: Case, scenario: str) -> str:
    """Twelve hexadecimal digits for a record; the class of the error where there is none."""
    options = {"limit": _STEPS} if scenario == "training" else {}
    try:
        return _of(engine.record(case, scenario, **options))
    except ValueError as error:
        return type(error).__name__


def _of(record: Record) -> str:
    digest = hashlib.sha256()
    for name, value in record.items():
        array = np.ascontiguousarray(value)
        digest.update(f"{name} {array.dtype.str} {array.shape}\n".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:12]


def recorded() -> tuple[str, dict[str, str]]:
    """The file: what it was recorded on, and the digests by case and way."""
    first, *lines = PATH.read_text(encoding="utf-8").splitlines()
    return first, dict(line.rsplit("\t", 1) for line in lines)


def write() -> None:
    """Writes the digests of all cases to the file."""
    lines = [f"{name}\t{both}" for module in cases.MODULES for name, both in found(module).items()]
    PATH.write_text("\n".join([environment(), *lines]) + "\n", encoding="utf-8")
