"""The maps: what every unit says over the plane, and where weights and maps stand in a frame."""

from typing import Any

import numpy as np

from .features import called, features_of
from .run import Run

FLAT = ("Dense", "BatchNormalization", "LayerNormalization")  # of these a unit has a map


def names_of_inputs(run: Run) -> list[str]:
    """What enters the network, by the learner's own names."""
    features = [called(name, run.samples.names) for name in run.state["features"]]
    return features or list(run.samples.names)


class Picture:
    """A grid over the plane, and the maps upon it.

    Args:
        run: whose.
        resolution: columns and rows; default: the state's.

    Attributes:
        described: `{kind, layer, unit, name}` of each map.
        columns, rows: of a map. Of one input there is one row, of images and sequences there are
            no maps.
    """

    def __init__(self, run: Run, resolution: int | None = None) -> None:
        size = resolution or run.state["resolution"]
        self.columns, self.rows = size, size if run.samples.drawable == 2 else 1
        self.described: list[dict[str, Any]] = []
        self._fixed = np.empty((0, 0, 0))
        self._grid = np.empty((0, 0))
        self._shown: list[int] = []
        if not run.samples.drawable:
            self.columns = self.rows = 0
            return
        x0, x1, y0, y1 = run.domain
        # The middles of the cells; the first row is the top.
        x = x0 + (np.arange(self.columns) + 0.5) * (x1 - x0) / self.columns
        y = y1 - (np.arange(self.rows) + 0.5) * (y1 - y0) / self.rows
        across, down = np.meshgrid(x, y if self.rows > 1 else [0.0])
        inputs = np.zeros((across.size, run.samples.inputs.shape[1]))
        if len(run.samples.inputs):
            inputs[:] = run.samples.inputs.mean(axis=0)  # of inputs that the picture does not show
        inputs[:, 0] = across.ravel()
        if run.samples.drawable == 2:
            inputs[:, 1] = down.ravel()
        self._grid = features_of(inputs, run.state["features"], run.state["dtype"])
        names = names_of_inputs(run)
        self._fixed = self._as_maps(self._grid[:, : len(names)])
        self.described = [
            {"kind": "input", "layer": "input", "unit": i, "name": name}
            for i, name in enumerate(names)
        ]
        for number, layer in enumerate(run.model.layers):
            if type(layer).__name__ not in FLAT:
                continue
            self._shown.append(number)
            kind = "output" if layer.name == "output" else "unit"
            self.described += [
                {"kind": kind, "layer": layer.name, "unit": i, "name": f"{layer.name}[{i}]"}
                for i in range(layer.output.shape[-1])
            ]
        if run.twin is not None:
            self.described += [
                {"kind": "difference", "layer": "output", "unit": i, "name": f"difference[{i}]"}
                for i in range(run.model.output_shape[-1])
            ]

    def _as_maps(self, values: np.ndarray) -> np.ndarray:
        return np.moveaxis(values.reshape(self.rows, self.columns, -1), 2, 0)

    def maps(self, run: Run) -> np.ndarray:
        """All maps, (number, rows, columns)."""
        if not len(self._grid):
            return self._fixed
        outputs = run.inside(self._grid)
        found = [self._fixed, *(self._as_maps(outputs[k]) for k in self._shown)]
        if run.twin is not None:
            found.append(self._as_maps(outputs[-1] - run.twin.outputs(self._grid)))
        return np.concatenate(found)

    def layers(self, run: Run) -> list[dict[str, Any]]:
        """What the network is made of, the input first."""
        names = names_of_inputs(run)
        found: list[dict[str, Any]] = [
            {
                "name": "input",
                "class": "Input",
                "units": len(names),
                "activation": None,
                "shape": list(run.x.shape[1:]),
                "names": names,
                "weights": [],
            }
        ]
        k = 0
        for layer in run.model.layers:
            own = run.names[k : k + len(layer.weights)]
            k += len(own)
            activation = getattr(layer, "activation", None)
            found.append(
                {
                    "name": layer.name,
                    "class": type(layer).__name__,
                    "units": int(layer.output.shape[-1]),
                    "activation": getattr(activation, "__name__", None),
                    "shape": [int(n) for n in layer.output.shape[1:]],
                    "weights": own,
                }
            )
        return found

    def layout(self, run: Run) -> dict[str, Any]:
        """Where everything stands in a frame."""
        weights, offset = [], 0
        for name, v in zip(run.names, run.model.weights, strict=True):
            size = int(np.prod(v.shape))
            weights.append(
                {
                    "name": name,
                    "shape": list(v.shape),
                    "offset": offset,
                    "size": size,
                    "trainable": bool(v.trainable),
                }
            )
            offset += size
        return {
            "weights": weights,
            "maps": self.described,
            "values": run.value_names(),
            "columns": self.columns,
            "rows": self.rows,
            "domain": run.domain,
        }
