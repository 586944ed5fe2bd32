"""The bar that shows how far a run is, and a source of batches."""

import contextlib
import io
import re
from typing import Any

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _on_a_terminal(k: Any, bar: dict[str, Any], run: Any) -> str:
    """What a bar of 4 steps writes while `run` moves it; without times."""
    with contextlib.redirect_stdout(_Terminal()) as screen:
        run(k.utils.Progbar(**{"target": 4, "interval": 0, **bar}))
    text = re.sub(r"\x1b\[[0-9;]*m|\x08+", "", screen.getvalue())
    return re.sub(r"\d+(us|ms|s)", "#", text)


def _bar(k: Any, thing: Any, given: dict[str, Any]) -> str:
    def run(bar: Any) -> None:
        for step, loss in enumerate((0.5, 0.25, 1.0)):
            bar.update(step + 1, [("loss", loss), ("seen", step)])
        bar.update(4, [("loss", 0.5), ("seen", 4)], finalize=True)

    return _on_a_terminal(k, given, run)


def _moved(k: Any, method: Any, given: dict[str, Any]) -> str:
    return _on_a_terminal(k, {}, lambda bar: method(bar, **given))


def _batches(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    class Batches(thing):
        def __len__(self) -> int:
            return 2

        def __getitem__(self, index: int) -> Any:
            rows = slice(2 * index, 2 * index + 2)
            return material.X[rows], material.Y[rows]

    batches = Batches(**given)
    model = material.small_model(k)
    model.fit(batches, epochs=2, shuffle=False, verbose=0)
    names = ("workers", "use_multiprocessing", "max_queue_size")
    return {"trained": model.get_weights(), "config": {n: getattr(batches, n) for n in names}}


PROGRESS = {
    "utils.Progbar": Call(
        {"target": 4},
        {
            "target": 5,
            "width": 7,
            "verbose": 2,
            "interval": 1000.0,
            "stateful_metrics": ["loss"],
            "stateless_metrics": ["loss"],
            "unit_name": "batch",
        },
        look=_bar,
    ),
    "utils.Progbar.add": Call(
        {"n": 1, "values": [("loss", 0.5)]}, {"n": 2, "values": [("loss", 0.25)]}, look=_moved
    ),
    "utils.Progbar.update": Call(
        {"current": 1, "values": [("loss", 0.5)]},
        {"current": 2, "values": [("loss", 0.25)], "finalize": True},
        look=_moved,
    ),
    "utils.PyDataset": Call(
        {}, {"workers": 2, "use_multiprocessing": True, "max_queue_size": 3}, look=_batches
    ),
}
