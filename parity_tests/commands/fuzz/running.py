"""A program in one library, as a record: all that a user could see, step by step.

initial/...                 the weights before the first step
weights/.../step 3          after it; metric/... are the logs of that batch
log/...  order/history      what fit returns
slot/...                    what the optimizer remembers at the end
output                      the trained model's prediction
error/...                   what was raised instead: its class, and those above it
"""

import logging
import warnings
from typing import Any

import numpy as np

from parity_tests.commands.fuzz.program import Program
from parity_tests.harness import scenarios
from parity_tests.harness.case import Case
from parity_tests.harness.engines import Engine, measure_here
from parity_tests.harness.record import Record

AS_DRAWN = "as drawn"  # a mode: the program says whether it runs eagerly


def run(
    keras: Any, engine: Engine, program: Program, weights: list[np.ndarray] | None = None
) -> Record:
    """Runs a program.

    Args:
        keras: the library.
        engine: where it computes.
        program: what is run.
        weights: the initial weights, in place of those drawn.
    """
    record: Record = {}
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # every program is traced anew
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            watching = _watcher(keras, record, weights)
            settings, program = settings_of(engine, program)
            model, x, log = program.load()(keras, [watching], **settings)
            for name, values in log.items():
                record[f"log/{name}"] = np.array(values)
            record["order/history"] = np.array(list(log))
            scenarios.put_slots(record, model)
            record["output"] = keras.ops.convert_to_numpy(model(x))
            if program.gradients:
                record |= gradients(engine, program)
        except Exception as error:
            return {
                "error/class": np.array([cls.__name__ for cls in type(error).__mro__]),
                "error/text": np.array(str(error)),
            }
    return record


def settings_of(engine: Engine, program: Program) -> tuple[dict[str, Any], Program]:
    """More arguments of `compile`, and the program that takes them."""
    if engine.library == "scratch" or engine.mode == AS_DRAWN:
        return {}, program
    settings = {"eager": {"run_eagerly": True}, "xla": {"jit_compile": True}}
    return settings.get(engine.mode, {}), program.compiled()


def _watcher(keras: Any, record: Record, weights: list[np.ndarray] | None) -> Any:
    """A callback that writes down weights and logs."""

    class Watcher(keras.callbacks.Callback):
        step = 0

        def on_train_begin(self, logs: Any = None) -> None:
            if weights is not None:
                self.model.set_weights(weights)
            for name, variable in scenarios.named_weights(self.model):
                record[f"initial/{name}"] = np.array(variable)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.step += 1
            for name, value in (logs or {}).items():
                record[f"metric/{name}/step {self.step}"] = np.asarray(value, "float64")
            scenarios.put_weights(record, self.model, self.step)

    return Watcher()


def gradients(engine: Engine, program: Program) -> Record:
    """Output, loss and derivatives of all rows at weights of the harness's own."""

    def layers(keras: Any) -> Any:
        model = keras.Sequential(program.parts(keras).layers())
        model.build((None, *program.parts(keras).x.shape[1:]))
        return model

    def weight(draw: np.random.Generator) -> np.ndarray:
        return draw.uniform(0, 2, len(x)).astype("float32")

    import scratch

    x, y = (program.parts(scratch).x.astype("float32"), program.parts(scratch).y)
    case = Case(
        "fuzz/gradients",
        layers,
        lambda draw: x,
        lambda draw: y,
        sample_weight=weight if "sample_weight" in program.fit else None,
        loss=lambda keras: program.parts(keras).compile["loss"],
        loss_weights=program.compile.get("loss_weights"),
    )
    mode = "hand" if engine.library == "scratch" else "eager"
    found = measure_here(Engine(engine.library, mode, program.precision), case, "gradients")
    return {f"first/{name}": array for name, array in found.items()}
