"""One engine trains. The same lines for both libraries: only the import differs.

These functions are called in a process of the engine's own (see `harness.worker`).
"""

import platform
import time
from typing import Any

import numpy as np

from keras_models import load
from parity_tests.commands.main_job.faults import planted, seed_for_weights
from parity_tests.commands.main_job.job import Job, Run, Setting, Weights, take_over
from parity_tests.commands.main_job.plain import readable_bars, silent_start


def library(name: str) -> Any:
    """The module that is called `keras` from here on."""
    if name == "scratch":
        import scratch

        return scratch
    with silent_start():
        import tensorflow as tf

        tf.constant(0)  # its devices are looked for when they are first needed
    return tf.keras


def new_model(keras: Any, job: Job, setting: Setting, precision: str, **options: Any) -> Any:
    """The job's model, seeded, built and compiled, in a session started afresh."""
    keras.utils.clear_session()
    keras.config.set_floatx(precision)
    fault = job.fault if setting.library == "scratch" else None
    keras.utils.set_random_seed(seed_for_weights(job.seed, fault))
    example = load(job.model)
    model = example.build(keras)
    if fault == "seed":
        keras.utils.set_random_seed(job.seed)
    settings = {**example.compile_settings(keras), **options}
    if job.optimizer is not None:
        settings["optimizer"] = job.optimizer
    model.compile(**settings, jit_compile=setting.xla)
    return model


def run(job: Job, setting: Setting, verbose: int = 1) -> Run:
    """Trains, evaluates and predicts as the job says, with Keras's own progress bars."""
    keras, data = library(setting.library), take_over(job)
    with planted(job.fault if setting.library == "scratch" else None), readable_bars():
        model = new_model(keras, job, setting, job.precision)
        diary = _diary(keras)
        weights = [model.get_weights()]
        history = model.fit(
            data.x_train,
            data.y_train,
            epochs=job.epochs,
            batch_size=job.batch_size,
            validation_data=data.valid,
            callbacks=[diary],
            verbose=verbose,
        )
        test = model.evaluate(data.x_test, data.y_test, verbose=0, return_dict=True)
        outputs = np.asarray(model.predict(data.x_test, verbose=0))
    return Run(
        names=weight_names(model),
        initializers=_initializers(model),
        weights=weights + diary.weights,
        history={name: [float(v) for v in values] for name, values in history.history.items()},
        seconds=diary.seconds,
        test={name: float(value) for name, value in test.items()},
        outputs=outputs,
        steps=-(-len(data.x_train) // job.batch_size),
        optimizer={k: _plain(v) for k, v in model.optimizer.get_config().items()},
        versions=_versions(setting.library),
    )


def weight_names(model: Any) -> list[str]:
    """`["dense/kernel", "dense/bias", ...]`, in the order of `get_weights`."""
    return [f"{layer.name}/{v.name}" for layer in model.layers for v in layer.weights]


def _initializers(model: Any) -> list[str]:
    """For each weight the class of its initializer."""
    return [
        type(getattr(layer, f"{v.name}_initializer", None)).__name__
        for layer in model.layers
        for v in layer.weights
    ]


def _diary(keras: Any) -> Any:
    class Diary(keras.callbacks.Callback):
        """Notes, for each epoch, how long it took and the weights at its end."""

        def __init__(self) -> None:
            super().__init__()
            self.weights: list[Weights] = []
            self.seconds: list[float] = []

        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self._start = time.perf_counter()

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            self.seconds.append(time.perf_counter() - self._start)
            self.weights.append(self.model.get_weights())

    return Diary()


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _versions(library_name: str) -> dict[str, str]:
    found = {"Python": platform.python_version(), "NumPy": np.__version__}
    if library_name == "scratch":
        import scratch

        return found | {"scratch": scratch.release}
    import keras
    import tensorflow

    return found | {"TensorFlow": tensorflow.__version__, "Keras": keras.__version__}
