"""A run to take home: runnable Keras code, the same for `scratch`; weights; a model's file.

The code is written from the checked state alone: classes and options of known names, numbers by
`repr`. What a learner typed goes into it nowhere.
"""

import base64
import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

import scratch

from .fields import RefusedError, flag, one_of, whole
from .microscope import untouched
from .network import described, width_of
from .perceptron import FORMULAS, Perceptron
from .protocol import CAPS, EXPORTS, FILES
from .run import Run

UNPACKED = 10_000_000  # bytes of a file of weights
_FEATURES = {"x": "x", "y": "y", "x^2": "x * x", "y^2": "y * y", "x*y": "x * y",
             "sin(x)": "np.sin(x)", "sin(y)": "np.sin(y)"}  # fmt: skip


def _configured(module: str, given: dict[str, Any]) -> str:
    options = [f"{key}={_value(value)}" for key, value in given.items() if key != "class"]
    return f"{module}.{given['class']}({', '.join(options)})"


def _value(value: Any) -> str:
    if isinstance(value, dict):
        schedule = "keras.optimizers.schedules"
        return _configured(schedule, value)
    return repr(value)


def _layer(kind: str, arguments: dict[str, Any]) -> str:
    parts = []
    for key, value in arguments.items():
        if value is None:
            continue
        if isinstance(value, dict):
            of_weights = key.endswith("regularizer")
            text = _configured(f"keras.{'regularizers' if of_weights else 'initializers'}", value)
        else:
            text = repr(value)
        parts.append(f"{key}={text}")
    return f"        keras.layers.{kind}({', '.join(parts)}),"


def _array(name: str, array: np.ndarray) -> list[str]:
    """Lines that make an array again, to the last bit."""
    if array.ndim == 1:
        rows = np.array_split(array, max(1, -(-len(array) // 12)))
        lines = ["    " + ", ".join(repr(v) for v in row.tolist()) + "," for row in rows]
    else:
        lines = [f"    {row!r}," for row in array.tolist()]
    return [f"{name} = np.array([", *lines, "])"]


def code(run: Run, library: str, epochs: int, with_weights: bool) -> str:
    """A program that makes the run again.

    Args:
        run: whose.
        library: `"keras"` or `"scratch"`: the import alone differs.
        epochs: how many it trains.
        with_weights: whether it begins with the weights of now, not with those of the seed.
    """
    state, samples = run.state, run.samples
    brought = {"keras": "from tensorflow import keras", "scratch": "import scratch as keras"}
    lines = [
        '"""A run of the playground, as Keras code."""',
        "",
        "import numpy as np",
        *([] if library == "keras" else [""]),
        brought[library],
        "",
    ]
    if state["dtype"] == "float64":
        lines += ['keras.config.set_floatx("float64")', 'keras.config.set_dtype_policy("float64")']
    lines += [f"keras.utils.set_random_seed({state['seeds']['weights']})", ""]
    lines += ["# The points, those to train on first."]
    lines += _array("points", samples.inputs)
    if state["features"]:
        chosen = ", ".join(_FEATURES[name] for name in state["features"])
        lines += ["x, y = points.T", f"inputs = np.stack([{chosen}], axis=1)"]
    else:
        lines += ["inputs = points"]
    lines += [f'inputs = inputs.astype("{state["dtype"]}")']
    if samples.labels is None:
        lines += ["targets = inputs"]
    else:
        lines += _array("targets", run.targets)
        if run.targets.dtype.kind == "f":
            lines += [f'targets = targets.astype("{state["dtype"]}")']
    lines += [
        f"x_train, y_train = inputs[:{run.train}], targets[:{run.train}]",
        f"x_test, y_test = inputs[{run.train}:], targets[{run.train}:]",
        "",
        "model = keras.Sequential(",
        "    [",
        f"        keras.Input({width_of(state, samples)!r}),",
        *(_layer(kind, arguments) for kind, arguments in described(state, samples)),
        "    ]",
        ")",
        "model.compile(",
        f"    optimizer={_configured('keras.optimizers', state['optimizer'])},",
        f"    loss={state['loss']!r},",
        *([] if state["loss_weight"] == 1 else [f"    loss_weights={state['loss_weight']!r},"]),
        ")",
    ]
    if with_weights:
        lines += ["weights = ["]
        for v in run.model.weights:
            lines += [f"    np.array({np.asarray(v.numpy()).tolist()!r}),"]
        lines += ["]", "model.set_weights(weights)"]
    order = f"np.random.default_rng([{state['seeds']['batches']}, 2, epoch]).permutation(n)"
    size = state["batch_size"]
    begins: list[str] = []
    trained = ["        model.train_on_batch(x_train[rows], y_train[rows])"]
    if run.rule is not None:
        begins, trained = _by_rule(run.rule, state["dtype"])
    lines += [
        "",
        *begins,
        "n = len(x_train)",
        f"for epoch in range({epochs}):",
        f"    order = {order if state['shuffle'] else 'np.arange(n)'}",
        f"    for start in range(0, n, {size}):",
        f"        rows = order[start : start + {size}]",
        *trained,
        "",
        'print("loss:", model.evaluate(x_train, y_train, verbose=0))',
    ]
    if run.train < len(run.x):
        lines += ['print("test loss:", model.evaluate(x_test, y_test, verbose=0))']
    return "\n".join(lines) + "\n"


def _by_rule(rule: Perceptron, dtype: str) -> tuple[list[str], list[str]]:
    """What stands before the epochs, and what a batch does: Keras has no such rule."""
    of_all, has_bias = rule.kind == "Batch", rule.has_bias
    extended = "np.append(x_train, np.ones_like(x_train[:, :1]), axis=1)"
    begins = [
        f"# Keras has no rule {rule.kind}: here it is; w is the kernel of the unit, then its bias.",
        "w = np.concatenate([weight.ravel() for weight in model.get_weights()])",
        f"extended = {extended if has_bias else 'x_train'}",
        "u, t, clip = w, 0, np.clip",
        *(f"{key} = np.{dtype}({value!r})" for key, value in rule.rule.items() if key != "class"),
    ]
    takes = "x, y = extended[rows], y_train[rows, 0]"
    lines = [f"{name} = {formula}" for name, formula in FORMULAS[rule.kind]]
    if of_all:
        batch = [" " * 8 + line for line in (takes, *lines)]
    else:
        each = "for x, y in zip(extended[rows], y_train[rows, 0]):"
        batch = [" " * 8 + each, *(" " * 12 + line for line in lines)]
    parts = "[w[:-1, None], w[-1:]]" if has_bias else "[w[:, None]]"
    return begins, [*batch, f"        model.set_weights({parts})"]


def exported(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `export` answers.

    Raises:
        RefusedError: for what cannot be written here.
    """
    kind = one_of("what", request.get("what"), EXPORTS)
    if kind == "code":
        if not run.train:
            raise RefusedError("There are no points to train on: add some")
        library = one_of("library", request.get("library", "keras"), ("keras", "scratch"))
        epochs = whole("epochs", request.get("epochs", max(1, run.epoch)), 1, CAPS["epochs"])
        with_weights = flag("weights", request.get("weights", False))
        return {"name": "playground.py", "text": code(run, library, epochs, with_weights)}
    if kind == "json":
        weights = [v.numpy().tolist() for v in run.model.weights]
        with_weights = flag("weights", request.get("weights", False))
        state = {**run.state, "weights": weights if with_weights else None}
        return {"name": "playground.json", "text": json.dumps(state, indent=1)}
    if kind == "npz":
        held = io.BytesIO()
        np.savez(held, **{n: v.numpy() for n, v in zip(run.names, run.model.weights, strict=True)})
        return _packed("playground.npz", held.getvalue())
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"playground.{kind}"
        try:
            (run.model.save if kind == "keras" else run.model.save_weights)(str(path))
        except ImportError as error:
            raise RefusedError(f"A .{kind} file cannot be written here: {error}") from error
        return _packed(path.name, path.read_bytes())


def _packed(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "base64": base64.b64encode(data).decode()}


def loaded(run: Run, request: dict[str, Any]) -> None:
    """Follows the command `load`: the weights of a file, read by `scratch` alone.

    Raises:
        RefusedError: for a file that is none, or has other weights.
    """
    name, text = request.get("name"), request.get("base64")
    if not isinstance(name, str) or not isinstance(text, str):
        raise RefusedError("`load` needs the `name` of a file, and its content as `base64`")
    kind = next((k for k in FILES if name.endswith(f".{k}")), None)
    if kind is None:
        raise RefusedError(f"A file of weights ends in {', '.join('.' + k for k in FILES)}")
    try:
        data = base64.b64decode(text, validate=True)
        arrays = _read(run, kind, data)
    except RefusedError:
        raise
    except Exception as error:  # whatever a file can do wrong
        said = (str(error).splitlines() or [type(error).__name__])[0]
        raise RefusedError(f"{name[:80]} cannot be read: {said[:300]}") from error
    run.set_weights(arrays)


def _read(run: Run, kind: str, data: bytes) -> list[Any]:
    if kind == "npz":
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(member.file_size for member in packed.infolist()) > UNPACKED:
                raise RefusedError(f"The file unpacks to more than {UNPACKED:,} bytes")
        with np.load(io.BytesIO(data), allow_pickle=False) as held:
            if set(held.files) != set(run.names):
                raise RefusedError(f"The file has other weights: {', '.join(held.files)[:200]}")
            return [held[name] for name in run.names]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"given.{kind}"
        path.write_bytes(data)
        if kind == "keras":
            return list(scratch.models.load_model(str(path)).get_weights())
        with untouched(run):
            run.model.load_weights(str(path))
            return [v.numpy().copy() for v in run.model.weights]
