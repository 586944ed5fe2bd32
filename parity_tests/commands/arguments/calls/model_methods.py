"""The methods of models: their parts, their steps, their files."""

import io
import sys
from pathlib import Path
from typing import Any

import numpy as np

from parity_tests.commands.arguments.calls import material
from parity_tests.commands.arguments.calls.call import Call


def _own(k: Any) -> Any:
    class Own(k.Model):
        def __init__(self) -> None:
            super().__init__()
            self.inner = k.layers.Dense(2, kernel_initializer=material.starting(k))

        def call(self, inputs: Any) -> Any:
            return self.inner(inputs)

    return Own()


def _built(k: Any, method: Any, given: dict[str, Any]) -> Any:
    model = _own(k)
    method(model, **given)
    return [w.shape for w in model.weights]


def _compiled(k: Any, method: Any, given: dict[str, Any]) -> Any:
    model = k.Sequential(
        [k.Input((3,)), k.layers.Dense(2, kernel_initializer=material.starting(k))]
    )
    method(model, **given)
    return material.trained(model)


def _called(k: Any, method: Any, given: dict[str, Any]) -> dict[str, Any]:
    model = material.small_model(k, metrics=["mae"], weighted_metrics=["mse"])
    found = method(model, **given)
    return {"result": found, "weights": model.get_weights()}


def _layer(k: Any, method: Any, given: dict[str, Any]) -> str:
    model = material.small_model(k)
    model.add(k.layers.Dense(2, name="second"))
    return method(model, **given).name


def _from_config(k: Any, method: Any, given: dict[str, Any]) -> Any:
    return method(**given)(material.X)


def _exported(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """Whether there is a file, or the words of the refusal."""
    model = material.small_model(k)
    try:
        method(model, **given)
    except ValueError as error:
        return str(error)
    return [path.name for path in Path().iterdir()]


def _saved(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """Saves under the name that is given, where there is a file already, and under two others.

    Whoever is asked whether that file may be overwritten says no.
    """
    model = material.small_model(k)
    Path(given["filepath"]).write_text("old")
    seen = {}
    for path in (given["filepath"], "folder", "parts.weights.json"):
        keyboard, sys.stdin = sys.stdin, io.StringIO("n\n")
        try:
            method(model, **{**given, "filepath": path})
            found = Path(path)
            kept = found.is_file() and found.read_bytes() == b"old"
            seen[path] = "kept" if kept else "folder" if found.is_dir() else "file"
            if kept:
                found.unlink()  # it is no HDF5 file
        except ValueError:
            seen[path] = "refused"
        finally:
            sys.stdin = keyboard
    if set(seen.values()) == {"refused"}:
        raise ValueError("none of the three")
    return seen


def _loaded(k: Any, method: Any, given: dict[str, Any]) -> Any:
    """Loads a file of the model's shape, or one with other weights, and one of another shape."""
    for name, units in (("same", 2), ("other", 2), ("wider", 4)):
        model = k.Sequential([k.Input((3,)), k.layers.Dense(units, name="first")])
        factor = 2.0 if name == "other" else 1.0
        model.set_weights([np.full(w.shape, factor, "float32") for w in model.get_weights()])
        model.save_weights(f"{name}.weights.h5")
    model = material.small_model(k)
    method(model, **given)
    try:
        method(model, **{**given, "filepath": "wider.weights.h5"})
        skipped = True
    except ValueError:
        skipped = False
    return [model.get_weights(), skipped]


def _summary(k: Any, method: Any, given: dict[str, Any]) -> Any:
    inner = k.Sequential([k.Input((4,)), k.layers.Dense(4, name="deep")], name="inner")
    frozen = k.layers.Dense(4, name="a_layer_with_quite_a_long_name", trainable=False)
    model = k.Sequential([k.Input((3,)), frozen, inner, k.layers.Dense(2, name="last")], name="m")
    lines: list[str] = []
    method(model, **{"print_fn": lines.append, **given})
    return "\n".join(lines)


_BATCH = (material.X, material.Y)
_OTHER_BATCH = (material.OTHER_X, material.OTHER_Y)
_LOSS = {"x": material.X, "y": material.Y, "y_pred": material.OTHER_Y}
_OTHER_LOSS = {
    "x": material.OTHER_X,
    "y": 2 * material.Y,
    "y_pred": 3 * material.OTHER_Y,
    "sample_weight": material.WEIGHTS,
}
_SAVED_SHAPE: dict[str, Any] = {"input_shape": (None, 3)}


def _functional_config(activation: str) -> Any:
    def made(k: Any) -> Any:
        x = k.Input((3,), name="x")
        layer = k.layers.Dense(2, activation, kernel_initializer="ones", name="first")
        return k.Model(x, layer(x), name="model").get_config()

    return made


def _compile_config(loss: str) -> Any:
    def made(k: Any) -> Any:
        model = k.Sequential([k.Input((3,)), k.layers.Dense(2)])
        model.compile(k.optimizers.SGD(0.1), loss)
        return model.get_compile_config()

    return made


def _with_own_layer(k: Any) -> Any:
    x = k.Input((3,), name="x")
    return k.Model(x, material.times(k, 2.0)(name="times")(x), name="model").get_config()


MODEL_METHODS = {
    "Model.build_from_config": Call(
        {"config": _SAVED_SHAPE}, {"config": {"input_shape": (None, 4)}}, look=_built
    ),
    "Model.compile_from_config": Call(
        {"config": _compile_config("mse")}, {"config": _compile_config("mae")}, look=_compiled
    ),
    "Model.compute_loss": Call(_LOSS, {**_OTHER_LOSS, "training": False}, look=_called),
    "Model.compute_metrics": Call(_LOSS, _OTHER_LOSS, look=_called),
    "Model.from_config": Call(
        {"config": _functional_config("tanh")},
        {
            "config": _functional_config("relu"),
            "custom_objects": lambda k: {"Times": material.times(k, 3.0)},
        },
        {
            "custom_objects": {
                "config": _with_own_layer,
                "custom_objects": lambda k: {"Times": material.times(k, 2.0)},
            }
        },
        _from_config,
    ),
    "Model.get_layer": Call(
        {"name": "first"},
        {"name": "second", "index": 1},
        {"index": {"name": None, "index": 0}},
        _layer,
    ),
    "Model.load_weights": Call(
        {"filepath": "same.weights.h5"},
        {"filepath": "other.weights.h5", "skip_mismatch": True},
        look=_loaded,
    ),
    "Model.predict_on_batch": Call({"x": material.X}, {"x": material.OTHER_X}, look=_called),
    "Model.predict_step": Call({"data": _BATCH}, {"data": _OTHER_BATCH}, look=_called),
    "Model.export": Call(
        {"filepath": "model"},
        {
            "filepath": "other",
            "format": "pickle",
            "verbose": False,
            "input_signature": lambda k: [k.layers.InputSpec(shape=(2, 3))],
        },
        look=_exported,
    ),
    "Model.save": Call(
        {"filepath": "model.keras"},
        {"filepath": "other.keras", "overwrite": False, "zipped": False},
        look=_saved,
    ),
    "Model.save_weights": Call(
        {"filepath": "model.weights.h5"},
        {"filepath": "other.weights.h5", "overwrite": False, "max_shard_size": 1e-5},
        look=_saved,
    ),
    "Model.summary": Call(
        {},
        {
            "line_length": 60,
            "positions": [0.2, 0.5, 0.8, 1.0],
            "print_fn": lambda text: print("printed", len(text)),
            "expand_nested": True,
            "show_trainable": True,
            "layer_range": ["inner", "last"],
        },
        look=_summary,
    ),
    "Model.test_step": Call({"data": _BATCH}, {"data": _OTHER_BATCH}, look=_called),
    "Model.train_step": Call({"data": _BATCH}, {"data": _OTHER_BATCH}, look=_called),
}
