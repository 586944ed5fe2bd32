"""The command `parity resume`."""

import time
from typing import Annotated, Any

import typer

import scratch
from parity_tests.commands.resuming import page
from parity_tests.commands.resuming.process import in_process
from parity_tests.commands.resuming.running import (
    TOTAL,
    differing,
    lasting,
    straight,
    sweep,
    temporary,
)
from parity_tests.commands.resuming.setups import SETUPS, Setup

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
    except ValueError as error:  # Keras takes no iterables but its own and TensorFlow's
        if "Unrecognized data type" in str(error):
            return "refused"
        raise


def resume(
    names: Annotated[list[str] | None, typer.Argument(help="Of set-ups; default: all.")] = None,
    processes: Annotated[bool, typer.Option(help="Kill real processes, each once.")] = False,
    write: Annotated[bool, typer.Option(help="Write the rows into the page.")] = False,
) -> None:
    """Trainings killed before every one of their steps: do they end on the same bits?"""
    chosen = [setup for setup in SETUPS if not names or setup.name in names]
    if not chosen:
        raise typer.BadParameter(f"there are the set-ups {[setup.name for setup in SETUPS]}")
    began, exact, rows = time.time(), 0, {}
    for setup in chosen:
        said = killed(setup) if processes else swept(setup)
        exact += said == page.EXACT
        beside = []
        if write:
            import keras

            beside = [without(k, setup) for k in (scratch, keras)]
            rows[setup.name] = (said, *beside)
        print(" | ".join([setup.name, said, *beside]), flush=True)
    kills = "1 process each" if processes else f"{TOTAL + 2} kills each"
    print(f"{exact} of {len(chosen)} exact, {kills}, {time.time() - began:.0f} s")
    if write:
        page.write({**page.read(), **rows})  # type: ignore[dict-item]
    raise typer.Exit(int(exact != len(chosen)))
