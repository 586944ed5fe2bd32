"""An engine: a library, the way it computes, and its precision. It turns a case into a record.

    scratch   hand      the hand-derived backward methods, those that training uses
              graph     derivatives of the definitions' computational graph
              complex   the complex step
    tf        eager     tf.keras, step by step
              graph     inside tf.function, as users run it
              xla       compiled by XLA

TensorFlow runs in a worker process, because much of it is fixed when it is imported; all TensorFlow
engines with the same environment share one worker, which lives as long as this process does.
"""

import atexit
import contextlib
import functools
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from parity_tests import cases
from parity_tests.harness import scenarios
from parity_tests.harness.case import Case
from parity_tests.harness.record import Record
from parity_tests.harness.worker import Worker

ENTRIES = 60  # of a gradient, found by complex steps: each costs a pass
QUIET = (("TF_CPP_MIN_LOG_LEVEL", "3"), ("CUDA_VISIBLE_DEVICES", "-1"))


@dataclass(frozen=True)
class Engine:
    """One way of computing.

    Args:
        library: `"scratch"` or `"tf"`.
        mode: see above.
        precision: `"float32"` or `"float64"`.
        environment: variables of the worker process.
    """

    library: str
    mode: str
    precision: str = "float64"
    environment: tuple[tuple[str, str], ...] = ()

    @property
    def name(self) -> str:
        """`tf graph float32`."""
        extra = "".join(f" {key}={value}" for key, value in self.environment)
        return f"{self.library} {self.mode} {self.precision}{extra}"

    def run(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Calls `"module:function"(library, engine, ...)` where the engine lives."""
        if self.library == "tf":
            worker = _worker(self.environment)
            return worker.call(f"{__name__}:run_here", self, function, *args, **kwargs)
        return run_here(self, function, *args, **kwargs)

    def record(self, case: Case, scenario: str, **options: Any) -> Record:
        """What the engine finds; remembered, but for `scratch`, which a test may have changed."""
        if self.library == "scratch":
            return measure_here(self, case, scenario, **options)
        return _remembered(self, case.name, scenario, tuple(sorted(options.items())))


@functools.cache
def _worker(environment: tuple[tuple[str, str], ...]) -> Worker:
    worker = Worker(dict(QUIET + environment), name="tensorflow")
    atexit.register(worker.close)
    return worker


@functools.cache
def _remembered(engine: Engine, name: str, scenario: str, options: tuple) -> Record:
    worker = _worker(engine.environment)
    return worker.call(f"{__name__}:measure_named", engine, name, scenario, **dict(options))


def measure_named(engine: Engine, name: str, scenario: str, **options: Any) -> Record:
    """In a worker: finds the case and measures it."""
    return measure_here(engine, cases.find(name), scenario, **options)


def measure_here(engine: Engine, case: Case, scenario: str, **options: Any) -> Record:
    """Measures in this process."""
    with settings(engine) as keras:
        compile_settings = {
            "run_eagerly": engine.mode == "eager",
            "jit_compile": engine.mode == "xla",
        }
        if scenario == "gradients":
            return _GRADIENTS[engine.library](keras, engine, case, compile_settings)
        return getattr(scenarios, scenario)(keras, case, compile_settings, **options)


def run_here(engine: Engine, function: str, *args: Any, **kwargs: Any) -> Any:
    """Calls a function of (library, engine, ...) in this process."""
    import importlib

    module, name = function.split(":")
    with settings(engine) as keras:
        return getattr(importlib.import_module(module), name)(keras, engine, *args, **kwargs)


@contextlib.contextmanager
def settings(engine: Engine) -> Iterator[Any]:
    """The engine's library, with names started afresh and the precision set."""
    keras = _library(engine.library)
    before = keras.config.floatx()
    keras.utils.clear_session(**({"free_memory": False} if engine.library == "tf" else {}))
    keras.config.set_floatx(engine.precision)
    try:
        yield keras
    finally:
        keras.config.set_floatx(before)


@functools.cache
def _library(name: str) -> Any:
    if name == "scratch":
        import scratch

        return scratch
    os.environ.update(QUIET)
    import keras

    # enable_op_determinism is not called: TensorFlow's CPU kernels repeat themselves without it,
    # and it changes what is computed (the softmax cross-entropy of labels that do not sum to 1
    # gets another derivative), while users run the default.
    return keras


def _scratch_gradients(keras: Any, engine: Engine, case: Case, settings: dict[str, Any]) -> Record:
    from scratch import testing

    model, (x, y, weight) = compiled(keras, case, settings)
    names = scenarios.named_trainable(model)
    record: Record = {}
    if engine.mode == "hand":
        kept = [None if a is None else a.copy() for a in (x, y, weight)]
        loss, output, gradients, dx = testing.by_hand(model, x, y, weight)
        again = testing.by_hand(model, x, y, weight)
        _same_bits(
            "backward twice", [loss, output, dx, *gradients], [*again[:2], again[3], *again[2]]
        )
        _same_bits("inputs unchanged", kept, [x, y, weight])
        record |= {"output": output, "loss": np.asarray(loss)}
        if dx is not None:
            record["gradient/x"] = dx
    elif engine.mode == "graph":
        loss, gradients = testing.by_graph(model, x, y, weight)
        record["loss"] = np.asarray(loss)
    else:
        return _complex_step(model, names, x, y, weight, case)
    return record | {f"gradient/{n}": g for n, g in zip(names, gradients, strict=True)}


def _complex_step(model: Any, names: list[str], x: Any, y: Any, weight: Any, case: Case) -> Record:
    """Every entry of small gradients; of large ones a sample, marked by NaN elsewhere."""
    from scratch import testing

    draw, entries = case.generator(9), []
    for v in model.trainable_variables:
        all_of_it = list(np.ndindex(v.shape))
        few = draw.permutation(len(all_of_it))[:ENTRIES]
        entries.append([all_of_it[i] for i in sorted(few)])
    found = testing.by_complex_step(model, x, y, weight, entries=entries)
    record: Record = {}
    for name, v, where, values in zip(
        names, model.trainable_variables, entries, found, strict=True
    ):
        array = np.full(v.shape, np.nan)
        for index, value in zip(where, values, strict=True):
            array[index] = value
        record[f"gradient/{name}"] = array
    return record


def _same_bits(what: str, first: list[Any], second: list[Any]) -> None:
    for a, b in zip(first, second, strict=True):
        if a is not None and np.asarray(a).tobytes() != np.asarray(b).tobytes():
            raise AssertionError(f"{what}: not the same bits")


def _tf_gradients(keras: Any, engine: Engine, case: Case, settings: dict[str, Any]) -> Record:
    import tensorflow as tf

    model, (x, y, weight) = compiled(keras, case, settings)
    x = tf.constant(x.astype(engine.precision))
    weight = None if weight is None else tf.constant(weight.astype(engine.precision))

    def derive(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = model(x, training=False)
            loss = model.compute_loss(x=x, y=y, y_pred=output, sample_weight=weight)
        unconnected = tf.UnconnectedGradients.ZERO
        variables = [v.value for v in model.trainable_variables]
        return output, loss, tape.gradient(loss, [x, *variables], unconnected_gradients=unconnected)

    if engine.mode != "eager":
        derive = tf.function(derive, jit_compile=engine.mode == "xla")
    output, loss, (dx, *gradients) = derive(x)
    names = scenarios.named_trainable(model)
    return {"output": output.numpy(), "loss": loss.numpy(), "gradient/x": dx.numpy()} | {
        f"gradient/{n}": g.numpy() for n, g in zip(names, gradients, strict=True)
    }


def compiled(keras: Any, case: Case, settings: dict[str, Any]) -> tuple[Any, tuple]:
    """The case's model with its weights, and its data."""
    model = scenarios.with_case_weights(case, scenarios.build(keras, case))
    scenarios.compile_model(keras, case, model, **settings)
    return model, case.data()


_GRADIENTS = {"scratch": _scratch_gradients, "tf": _tf_gradients}

HAND = Engine("scratch", "hand")
GRAPH = Engine("scratch", "graph")
COMPLEX = Engine("scratch", "complex")
TF = Engine("tf", "graph")
TAPE = Engine("tf", "eager")
XLA = Engine("tf", "xla")
NO_ONEDNN = (("TF_ENABLE_ONEDNN_OPTS", "0"),)
