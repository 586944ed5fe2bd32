"""What a thing does with given arguments, in either library: what one can see of it.

Each kind has a probe: a function of the library, the subject and the arguments. What it returns is
flattened to arrays and texts; the configuration is kept apart.
"""

import contextlib
import inspect
import io
import os
import re
import struct
import tempfile
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from parity_tests.commands.arguments import values
from parity_tests.commands.arguments.calls import CALLS
from parity_tests.commands.arguments.signatures import at


@dataclass
class Seen:
    """What was seen: results by name, the configuration, the texts of warnings, the error."""

    results: dict[str, Any] = field(default_factory=dict)
    config: Any = None
    warned: tuple[str, ...] = ()
    error: str = ""


def observe(library: str, subject: str, given: dict[str, Any]) -> Seen:
    """Makes the subject with the arguments and looks at what it does."""
    import importlib

    k = importlib.import_module(library)
    # To collect garbage each time would take longer than all else.
    k.utils.clear_session(free_memory=False)
    k.utils.set_random_seed(7)
    probe = _probe(subject)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            results, config = probe(k, subject, {n: values.made(v, k) for n, v in given.items()})
        except Exception as error:
            return Seen(error=_class_of(error))
    texts = tuple(sorted({str(w.message) for w in caught if issubclass(w.category, UserWarning)}))
    return Seen(_flat(results), _flat(config), texts)


def _class_of(error: Exception) -> str:
    """The nearest class of Python's own: each library derives some from it."""
    return next(c.__name__ for c in type(error).__mro__ if c.__module__ == "builtins")


def _flat(thing: Any, path: str = "") -> dict[str, Any]:
    if isinstance(thing, dict):
        parts = [(str(name), part) for name, part in sorted(thing.items(), key=lambda p: str(p[0]))]
    elif isinstance(thing, list | tuple):
        parts = [("", thing)] if not thing else [(str(i), part) for i, part in enumerate(thing)]
        if not thing:
            return {path: "empty"}
    else:
        return {path: _leaf(thing)}
    return {k: v for name, part in parts for k, v in _flat(part, f"{path}/{name}").items()}


def _leaf(thing: Any) -> Any:
    if thing is None or isinstance(thing, str | bool | int | float):
        return thing
    with contextlib.suppress(Exception):
        found = np.asarray(thing)
        if found.dtype.kind in "biufc":
            return found
    return re.sub(r"0x[0-9a-f]+|scratch|keras\S*", "", type(thing).__name__)


def _probe(subject: str) -> Callable[[Any, str, dict[str, Any]], tuple[Any, Any]]:
    space = subject.split(".")[0]
    if subject in CALLS:
        return _call
    if "schedules" in subject:
        return _schedule
    if not inspect.isclass(at("scratch", subject)) and space != "Model":
        return _operation if space in ("ops", "random") else _function
    return {
        "layers": _layer, "losses": _loss, "metrics": _metric, "optimizers": _optimizer,
        "initializers": _initializer, "regularizers": _penalty, "constraints": _penalty,
        "callbacks": _callback, "Model": _method, "random": _seed_generator,
    }[space]  # fmt: skip


def _config(thing: Any) -> Any:
    try:
        return thing.get_config()
    except NotImplementedError:
        return None


def _layer(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    name = subject.split(".")[-1]
    layer = at(k.__name__, subject)(**given)
    if name == "InputLayer":
        return {"shape": layer.batch_shape, "dtype": str(layer.dtype)}, _config(layer)
    if name == "InputSpec":
        return dict(vars(layer)), None
    x = values.INPUTS.get(name, values.X)
    takes = "training" in inspect.signature(layer.call).parameters
    seen: dict[str, Any] = {"inference": layer(x)}
    seen["dtype"] = str(seen["inference"].dtype)
    if takes:
        seen["training"] = layer(x, training=True)
    if hasattr(layer, "compute_mask") and name in ("Embedding", "Masking"):
        seen["mask"] = layer.compute_mask(x, None)
    if name not in ("Embedding", "CategoryEncoding"):
        wide = [part.astype("float64") for part in x] if isinstance(x, list) else np.float64(x)
        seen["of float64"] = str(layer(wide).dtype)
    seen["losses"] = list(layer.losses)
    seen["weights"] = [np.asarray(w) for w in layer.weights]
    seen["trained"] = len(layer.trainable_weights)
    limits = [(w, getattr(w, "constraint", None)) for w in layer.weights]
    seen["limited"] = [limit(w.value) for w, limit in limits if limit is not None]
    return seen, _config(layer)


def _pair(name: str) -> tuple[Any, Any]:
    sparse = re.match("sparse|circle|categorical_?generalized", name.lower())
    if name in ("IoU", "MeanIoU"):
        return values.LABELS, values.LABELS[::-1].copy()
    if name == "BinaryIoU":
        return values.T, values.P
    return (values.LABELS if sparse else values.T), values.P


def _loss(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    loss = at(k.__name__, subject)(**given)
    y, p = _pair(subject.split(".")[-1])
    weights = np.array([1, 2, 0.5, 1, 3, 0.2], "float32")
    plain = loss(y, p)
    weighted = 0.0 if plain.shape == () and "axis" in given and given["axis"] == 0 else None
    return {
        "value": plain,
        "dtype": str(plain.dtype),
        "weighted": loss(y, p, sample_weight=weights) if weighted is None else weighted,
    }, _config(loss)


def _metric(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    name = subject.split(".")[-1]
    metric = at(k.__name__, subject)(**given)
    if name in ("Mean", "Sum"):
        metric.update_state(values.P)
    else:
        y, p = _pair(name)
        metric.update_state(y, p)
        metric.update_state(y[:3], p[:3])
    result = metric.result()
    return {
        "result": result,
        "state": [np.asarray(v).shape for v in metric.variables],
        "dtype": str(getattr(metric, "dtype", "")),
    }, _config(metric)


def _optimizer(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    optimizer = at(k.__name__, subject)(**given)
    draw = np.random.default_rng(3)
    shapes = {"kernel": (4, 3), "bias": (3,)}
    made = [
        k.Variable(draw.normal(size=shape).astype("float32"), name=name)
        for name, shape in shapes.items()
    ]
    seen: list[Any] = [optimizer.scale_loss(1.0)]
    for _ in range(4):
        optimizer.apply([draw.normal(size=v.shape).astype("float32") for v in made], made)
        seen.append([np.array(v.value) for v in made])
    optimizer.finalize_variable_values(made)
    seen.append([np.array(v.value) for v in made])
    return seen, _config(optimizer)


def _schedule(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    schedule = at(k.__name__, subject)(**given)
    return [schedule(step) for step in (0, 1, 2, 3, 4, 5, 7, 10, 15, 30)], _config(schedule)


def _initializer(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    initializer = at(k.__name__, subject)(**given)
    return initializer((4, 3), dtype="float32"), _config(initializer)


def _penalty(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    thing = at(k.__name__, subject)(**given)
    return thing(k.ops.convert_to_tensor(values.X * 2)), _config(thing)


def _function(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    name = subject.split(".")[-1]
    if subject.startswith("activations."):
        full = {"x": values.X, **given}
    else:
        y, p = _pair(name)
        full = {"y_true": y, "y_pred": p, **given}
        if y.ndim == 1 and "y_true" in given:
            full["y_true"] = np.array([0, 0, 1, 3, 2, 2])
    result = at(k.__name__, subject)(**full)
    return {"value": result, "dtype": str(result.dtype)}, None


def _operation(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    operands = given.pop("operands", ())
    if operands:
        return at(k.__name__, subject)(given["subscripts"], *operands), None
    return at(k.__name__, subject)(**given), None


def _seed_generator(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    generator = at(k.__name__, subject)(**given)
    drawn = [k.random.uniform((3,), seed=generator) for _ in range(2)]
    return [drawn, generator.state], {"name": generator.name, "config": generator.get_config()}


def _model(k: Any, **settings: Any) -> Any:
    k.utils.set_random_seed(7)
    model = k.Sequential([k.Input((6,)), k.layers.Dense(2)])
    settings = {"optimizer": "sgd", "loss": "mse", "run_eagerly": True, **settings}
    model.compile(**settings)
    return model


def _shown(text: str) -> str:
    """Printed text without numbers of time, bars and colours."""
    text = re.sub(r"\x1b\[[0-9;]*m|\x08|\r", "", text)
    text = re.sub(r"[\d.]+(us|ms|s)(/step|/epoch)?", "", text)
    return re.sub(r"[━╸╺\s]+|-?\d+\.\d+(e-?\d+)?", " ", text)


@contextlib.contextmanager
def _in_folder() -> Any:
    here, printed = os.getcwd(), io.StringIO()
    with tempfile.TemporaryDirectory() as folder, contextlib.redirect_stdout(printed):
        os.chdir(folder)
        try:
            yield Path(folder), printed
        finally:
            os.chdir(here)


def _callback(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    with _in_folder() as (folder, printed):
        y = values.X[:, :2]
        averaged = subject.endswith("SwapEMAWeights")
        settings = {"optimizer": k.optimizers.SGD(0.01, use_ema=True)} if averaged else {}
        model = _model(k, **settings)
        if subject.endswith("CSVLogger"):
            Path("log.csv").write_text("old\n")
        if subject.endswith("TerminateOnNaN"):
            model.set_weights([np.full_like(w, np.nan) for w in model.get_weights()])
        callback = at(k.__name__, subject)(**given)
        on_the_way: list[Any] = []

        def look(*_: Any, **__: Any) -> None:
            on_the_way.append([_files(folder), model.get_weights()])

        spy = k.callbacks.LambdaCallback(on_train_batch_end=look, on_epoch_end=look)
        # What is validated becomes worse while training becomes better.
        history = model.fit(
            values.X, y, epochs=4, batch_size=2, verbose=0, shuffle=False,
            validation_data=(values.X, -3 * y), callbacks=[callback, spy],
        )  # fmt: skip
        csv = {p.name: re.sub(r"\d+\.\d+", "#", p.read_text()) for p in folder.glob("*.csv")}
        return {
            "history": history.history, "files": _files(folder), "csv": csv,
            "events": _events(folder), "on the way": on_the_way,
            "weights": model.get_weights(), "printed": _shown(printed.getvalue()),
        }, None  # fmt: skip


def _files(folder: Path) -> list[str]:
    """The files, and the groups of those that are HDF5."""
    import h5py

    found = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        name = re.sub(r"events\.out\S*", "events", str(path.relative_to(folder)))
        found.append(name)
        if name.endswith(".h5"):
            with h5py.File(path) as file:
                found.append(f"{name}: {' '.join(file)}")
    return found


def _events(folder: Path) -> list[str]:
    """The tags that stand in event files: Event.summary (5), its values (1), their tags (1).

    They are read as what they are: the times and sums between them hold any bytes, and now and
    then some that look like a tag.
    """
    found = set()
    for path in folder.rglob("events*"):
        for event in _records(path.read_bytes()):
            for value in _parts(b"".join(_parts(event, 5)), 1):
                found |= {tag.decode() for tag in _parts(value, 1)}
    return sorted(found)


def _records(data: bytes) -> Iterator[bytes]:
    """The contents of a file of records: a length, its check sum, the content, its check sum."""
    while data:
        (length,) = struct.unpack_from("<Q", data)
        yield data[12 : 12 + length]
        data = data[16 + length :]


def _parts(message: bytes, wanted: int) -> Iterator[bytes]:
    """The fields with that number, of those that have a length (protocol buffers, wire type 2)."""
    at = 0

    def varint() -> int:
        nonlocal at
        number = shift = 0
        while True:
            byte, at = message[at], at + 1
            number |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return number

    while at < len(message):
        field_number, kind = divmod(varint(), 8)
        if kind == 0:
            varint()
            continue
        length = varint() if kind == 2 else {1: 8, 5: 4}[kind]
        if kind == 2 and field_number == wanted:
            yield message[at : at + length]
        at += length


def _call(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    with _in_folder() as (folder, printed):
        seen = CALLS[subject].look(k, at(k.__name__, subject), given)
        config = seen.pop("config", None) if isinstance(seen, dict) else None
        printed_text = _shown(printed.getvalue())
        return {"seen": seen, "files": _files(folder), "printed": printed_text}, config


def _method(k: Any, subject: str, given: dict[str, Any]) -> tuple[Any, Any]:
    name = subject.split(".")[-1]
    with _in_folder() as (_, printed):
        if name == "compile":
            model, name = _model(k, **given), "fit"
            given = {"x": values.X, "y": values.X[:, :2], "batch_size": 2, "verbose": 2}
        else:
            model = _model(k)
        result = getattr(model, name)(**given)
        seen = getattr(result, "history", result)
        kind = type(seen).__name__ if not hasattr(seen, "shape") else "array"
        return {
            "result": seen, "kind": kind, "weights": model.get_weights(),
            "printed": _shown(printed.getvalue()),
        }, None  # fmt: skip
