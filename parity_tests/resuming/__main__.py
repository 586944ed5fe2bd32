"""The command; see the package."""

import argparse
import os
import sys
import time
from typing import Any

for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
    os.environ.setdefault(threads, "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import scratch  # noqa: E402
from parity_tests.resuming import page  # noqa: E402
from parity_tests.resuming.process import in_process  # noqa: E402
from parity_tests.resuming.running import (  # noqa: E402
    TOTAL,
    differing,
    lasting,
    straight,
    sweep,
    temporary,
)
from parity_tests.resuming.setups import SETUPS, Setup  # noqa: E402

CHAIN = tuple(range(3, TOTAL, 4))  # killed again and again


def swept(setup: Setup) -> str:
    """The verdict on a set-up in `scratch`, with every kill and with a chain of them."""
    found = sweep(scratch, setup, [*range(TOTAL + 1), CHAIN])
    return page.EXACT if not found else f"differs: {found}"


def killed(setup: Setup) -> str:
    """The verdict on a set-up whose process is killed in earnest, in the middle of an epoch."""
    expected = straight(scratch, setup, exact=True)
    with temporary() as folder:
        if in_process(setup.name, folder, 13) is not None:
            raise AssertionError(f"{setup.name}: its process was not killed")
        found = in_process(setup.name, folder)
    assert found is not None
    return page.verdict(differing(expected, found))


def without(k: Any, setup: Setup) -> str:
    """The verdict on a set-up without an exact mode."""
    try:
        return page.verdict(lasting(k, setup))
    except ImportError:  # Keras's TensorBoard needs TensorBoard
        return "not installed"


def main() -> int:
    """Exit status: 0 where everything that should be exact is."""
    parser = argparse.ArgumentParser(prog="python -m parity_tests.resuming", description=__doc__)
    parser.add_argument("names", nargs="*", help="of set-ups; default: all")
    parser.add_argument("--processes", action="store_true", help="kill real processes, once each")
    parser.add_argument("--page", action="store_true", help="write the table, Keras's column too")
    options = parser.parse_args()
    chosen = [s for s in SETUPS if s.name in options.names or not options.names]
    if not chosen:
        parser.error(f"no set-up has such a name; there are {[s.name for s in SETUPS]}")
    began, exact, rows = time.time(), 0, {}
    for setup in chosen:
        said = killed(setup) if options.processes else swept(setup)
        exact += said == page.EXACT
        beside = []
        if options.page:
            import keras

            beside = [without(k, setup) for k in (scratch, keras)]
            rows[setup.name] = (said, *beside)
        print(" | ".join([setup.name, said, *beside]), flush=True)
    kills = "1 process each" if options.processes else f"{TOTAL + 2} kills each"
    print(f"{exact} of {len(chosen)} exact, {kills}, {time.time() - began:.0f} s")
    if options.page and len(rows) == len(SETUPS):
        page.write(rows)  # type: ignore[arg-type]
    return int(exact != len(chosen))


if __name__ == "__main__":
    sys.exit(main())
