"""Numbers that are no longer finite: said in words, not in warnings."""

import warnings
from typing import Any

import numpy as np


def weight_name(variable: Any) -> str:
    """`"dense_1/kernel"`."""
    return "/".join(variable.path.split("/")[-2:])


def why_not_finite(run: Any) -> str:
    """Which layer is the first whose numbers are not finite, in a sentence."""
    where = f"Step {run.step} (epoch {run.epoch})"
    for layer, y in zip(run.model.layers, run.inside(run.x[run.last]), strict=True):
        for v in layer.weights:
            bad = ~np.isfinite(v.numpy())
            if bad.any():
                at = [int(i) for i in np.argwhere(bad)[0]]
                return (
                    f"{where}: the weight {weight_name(v)}{at} of the layer {layer.name} is "
                    f"{v.numpy()[tuple(at)]}, and training has stopped. Its last steps were "
                    "too long: a smaller learning rate, or `clipnorm`, keeps them finite."
                )
        if not np.isfinite(y).all():
            unit = int(np.argwhere(~np.isfinite(y))[0][-1])
            return (
                f"{where}: the output of unit {unit} of the layer {layer.name} is not finite, "
                "although its weights are: they have become too large. Training has stopped. "
                "A smaller learning rate helps."
            )
    return (
        f"{where}: the loss {run.state['loss']} of the layer output is not finite, and "
        "training has stopped. A smaller learning rate, or another loss for this output, helps."
    )


class quiet:  # noqa: N801 - it reads like a word
    """Numbers may overflow inside of it: what is not finite is said in words, not in warnings."""

    def __enter__(self) -> None:
        self._warnings, self._errors = warnings.catch_warnings(), np.errstate(all="ignore")
        self._warnings.__enter__()
        warnings.simplefilter("ignore")
        self._errors.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._errors.__exit__(*error)
        self._warnings.__exit__(*error)
