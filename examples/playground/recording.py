"""Records tf.keras for the page without a server: see `recordings`, which reads the file."""

from collections.abc import Callable

import numpy as np

from .finite import quiet
from .recordings import FILE, STEPS, key_of, programme
from .run import MARKED, Run
from .samples import samples_of
from .twin import Twin


def record(announce: Callable[[str], None] = print) -> None:
    """Runs tf.keras for every entry of the programme, and writes the file."""
    losses, weights, offsets = [], [], [0]
    runs = programme()
    for number, (title, state) in enumerate(runs):
        run = Run(state, samples_of(state["data"], state["seeds"]["data"]))
        with quiet():
            found = Twin(run).train([run.batches.rows_of(step) for step in range(STEPS)])
        losses.append(found[:, 0])
        weights += [found[step - 1, 1:] for step in MARKED]
        offsets.append(offsets[-1] + len(MARKED) * (found.shape[1] - 1))
        if number % 20 == 0:
            announce(f"{number} of {len(runs)}: {title}")
    np.savez_compressed(
        FILE,
        titles=np.array([title for title, _ in runs]),
        keys=np.array([key_of(state) for _, state in runs]),
        losses=np.array(losses, "<f4"),
        weights=np.concatenate(weights).astype("<f4"),
        offsets=np.array(offsets, "<i4"),
    )
    announce(f"{len(runs)} runs, {FILE.stat().st_size:,} bytes: {FILE.name}")
