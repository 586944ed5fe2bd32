"""Data and labels in other forms."""

from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls.call import Call
from parity_tests.commands.arguments.calls.things import X


def _parts(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    return [[np.asarray(sample) for sample in part] for part in thing(**given)]


def _kinds(k: Any, thing: Any, given: dict[str, Any]) -> Any:
    found = thing(**given)
    return [type(found).__name__, found]


_Y = X[:, :1]

DATA = {
    "utils.is_keras_tensor": Call({"x": X}, {"x": lambda k: k.Input((3,))}),
    "utils.normalize": Call(
        {"x": X.reshape(2, 2, 3)}, {"x": X.reshape(2, 2, 3) ** 2, "axis": 1, "order": 1}
    ),
    "utils.to_categorical": Call({"x": [0, 2]}, {"x": [1, 2], "num_classes": 4}),
    "utils.pack_x_y_sample_weight": Call(
        {"x": X},
        {"x": -X, "y": _Y, "sample_weight": _Y[:, 0]},
        {"sample_weight": {"y": _Y}},
        _kinds,
    ),
    "utils.unpack_x_y_sample_weight": Call({"data": (X,)}, {"data": (X, _Y)}, look=_kinds),
    "utils.split_dataset": Call(
        {"dataset": X, "left_size": 2},
        {
            "dataset": -X,
            "left_size": 1,
            "right_size": 1,
            "shuffle": True,
            "seed": 4,
            "preferred_backend": "tensorflow",
        },
        {"shuffle": {"seed": 3}, "seed": {"shuffle": True, "seed": 3}},
        _parts,
    ),
}
