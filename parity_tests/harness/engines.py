"""An engine: a library, the way it computes, its precision and its device. A case in, a record out.

    scratch   hand      the hand-derived backward methods, those that training uses
              graph     derivatives of the definitions' computational graph
              complex   the complex step
    tf        eager     tf.keras, step by step
              graph     inside tf.function, as users run it
              xla       compiled by XLA
    jax       eager     Keras on JAX, step by step
              jit       compiled, as users run it
    torch     eager     Keras on torch

Keras runs in worker processes, because its backend is fixed when it is imported. All engines with
the same environment share one worker, which lives as long as this process does.
"""

import atexit
import contextlib
import functools
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from parity_tests import cases
from parity_tests.harness import backends, derivatives, scenarios
from parity_tests.harness.backends import Environment
from parity_tests.harness.case import Case
from parity_tests.harness.derivatives import compiled as compiled
from parity_tests.harness.record import Record
from parity_tests.harness.worker import Worker, WorkerError

MODES = {
    "scratch": ("hand", "graph", "complex"),
    "tf": ("eager", "graph", "xla"),
    "jax": ("eager", "jit"),
    "torch": ("eager",),
}
PRECISIONS = ("float64", "float32")


@dataclass(frozen=True)
class Engine:
    """One way of computing.

    Args:
        library: `"scratch"`, `"tf"`, `"jax"` or `"torch"`.
        mode: see above.
        precision: `"float32"` or `"float64"`.
        environment: variables of the worker process, on top of the backend's own.
        device: `"cpu"` or `"gpu"`.
        left_standing: quirks of the backend that are not mended: `("K3",)` shows JAX and torch as
            users meet them in float64.
    """

    library: str
    mode: str
    precision: str = "float64"
    environment: Environment = ()
    device: str = "cpu"
    left_standing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """`tf graph float32`."""
        extra = "" if self.device == "cpu" else f" {self.device}"
        extra += "".join(f" with {quirk}" for quirk in self.left_standing)
        extra += "".join(f" {key}={value}" for key, value in self.environment)
        return f"{self.library} {self.mode} {self.precision}{extra}"

    @property
    def unavailable(self) -> str:
        """Why this engine cannot run here; empty when it can."""
        return _why_not(self.library, self.device)

    def run(self, function: str, *args: Any, **kwargs: Any) -> Any:
        """Calls `"module:function"(library, engine, ...)` where the engine lives."""
        if self.library == "scratch":
            return run_here(self, function, *args, **kwargs)
        return self._worker().call(f"{__name__}:run_here", self, function, *args, **kwargs)

    def record(self, case: Case, scenario: str, **options: Any) -> Record:
        """What the engine finds; remembered, but for `scratch`, which a test may have changed."""
        if self.library == "scratch":
            return measure_here(self, case, scenario, **options)
        return _remembered(self, case.name, scenario, tuple(sorted(options.items())))

    def _worker(self) -> Worker:
        own = backends.environment(self.library, self.precision, self.device)
        return _worker(self.library, own + self.environment)


@functools.cache
def _worker(library: str, environment: Environment) -> Worker:
    worker = Worker(dict(environment), name=f"Keras on {backends.KERAS_NAMES[library]}")
    atexit.register(worker.close)
    return worker


@functools.cache
def _why_not(library: str, device: str) -> str:
    reason = backends.missing(library, device)
    if reason or device == "cpu":
        return reason
    engine = Engine(library, MODES[library][0], "float32", device=device)
    try:
        seen = engine.run(f"{__name__}:devices_of")
    except WorkerError as error:
        return f"the backend does not start with the GPU: {str(error).splitlines()[-1]}"
    words = ("gpu", "cuda", "nvidia")
    on_gpu = any(word in name.lower() for name in seen for word in words) or len(seen) > 1
    return "" if on_gpu else f"{backends.KERAS_NAMES[library]} sees only {', '.join(seen)}"


@functools.cache
def _remembered(engine: Engine, name: str, scenario: str, options: tuple) -> Record:
    worker = engine._worker()
    return worker.call(f"{__name__}:measure_named", engine, name, scenario, **dict(options))


def measure_named(engine: Engine, name: str, scenario: str, **options: Any) -> Record:
    """Finds the case by its name and measures it; runs in a worker."""
    return measure_here(engine, cases.find(name), scenario, **options)


def measure_here(engine: Engine, case: Case, scenario: str, **options: Any) -> Record:
    """Measures in this process."""
    with settings(engine) as keras:
        compile_settings = {
            "run_eagerly": engine.mode == "eager",
            "jit_compile": engine.mode in ("xla", "jit"),
        }
        if scenario == "gradients":
            return derivatives.gradients(keras, engine, case, compile_settings)
        return getattr(scenarios, scenario)(keras, case, compile_settings, **options)


def run_here(engine: Engine, function: str, *args: Any, **kwargs: Any) -> Any:
    """Calls a function of (library, engine, ...) in this process."""
    module, name = function.split(":")
    with settings(engine) as keras:
        return getattr(importlib.import_module(module), name)(keras, engine, *args, **kwargs)


@contextlib.contextmanager
def settings(engine: Engine) -> Iterator[Any]:
    """The engine's library, with names started afresh and the precision set."""
    keras = backends.load(engine.library, engine.device)
    before = keras.config.floatx()
    # Collecting garbage would take longer than most cases.
    keras.utils.clear_session(free_memory=False)
    keras.config.set_floatx(engine.precision)
    try:
        with backends.mended(engine.library, engine.left_standing):
            yield keras
    finally:
        keras.config.set_floatx(before)


def devices_of(keras: Any, engine: Engine) -> list[str]:
    """The devices that the backend sees; runs in a worker."""
    return backends.devices(engine.library)


HAND = Engine("scratch", "hand")
GRAPH = Engine("scratch", "graph")
COMPLEX = Engine("scratch", "complex")
TF = Engine("tf", "graph")
TAPE = Engine("tf", "eager")
XLA = Engine("tf", "xla")
JAX = Engine("jax", "jit")
JAX_EAGER = Engine("jax", "eager")
TORCH = Engine("torch", "eager")
NO_ONEDNN = (("TF_ENABLE_ONEDNN_OPTS", "0"),)
QUIET = backends.environment("tf", "float32")


def all_engines(device: str = "cpu") -> tuple[Engine, ...]:
    """Every engine, in both precisions; the complex step knows float64 alone."""
    return tuple(
        Engine(library, mode, precision, device=device)
        for library, modes in MODES.items()
        for mode in modes
        for precision in PRECISIONS
        if (mode, precision) != ("complex", "float32")
        if (library, device) != ("scratch", "gpu")
    )
