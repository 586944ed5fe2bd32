"""Callbacks of both libraries, driven with one fake model and one sequence of logs."""

import contextlib
import io
import math
import warnings
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scratch
from parity_tests.harness.outcomes import same
from parity_tests.harness.tolerances import derivative

keras = pytest.importorskip("tensorflow").keras

HOOKS = [
    *(
        f"on_{mode}_{moment}"
        for mode in ("train", "test", "predict")
        for moment in ("begin", "end")
    ),
    *(
        f"on_{mode}_{moment}"
        for mode in ("batch", "epoch", "train_batch", "test_batch", "predict_batch")
        for moment in ("begin", "end")
    ),
]


class FakeModel:
    """Weights that name the epoch they were taken in, and a record of what is done to them."""

    def __init__(self, metrics=()):
        self.epoch = -1
        self.stop_training = False
        self.restored = None
        self.history: Any = None
        self.optimizer: Any = None
        self.metrics = list(metrics)

    def get_weights(self):
        return [np.full(3, float(self.epoch))]

    def set_weights(self, weights):
        self.restored = [w.copy() for w in weights]


class FakeMetric:
    def __init__(self, name, direction=None):
        self.name = name
        if direction:
            self._direction = direction


def keras_metrics(metrics):
    """Keras looks for directions only inside the object that `compile` makes."""
    from keras.src.trainers.compile_utils import CompileMetrics

    class Compiled(CompileMetrics):
        def __init__(self):
            self.inner = metrics

        metrics = property(lambda self: self.inner)

    return [Compiled()]


def run_epochs(library, make_callback, logs, metrics=()):
    """Everything that can be seen of a callback over a sequence of epochs."""
    model = FakeModel(keras_metrics(metrics) if library is keras else metrics)
    seen = []
    out = io.StringIO()
    with (
        contextlib.redirect_stdout(out),
        warnings.catch_warnings(record=True) as caught,
    ):
        warnings.simplefilter("always")
        callback = make_callback(library.callbacks)
        callbacks = library.callbacks.CallbackList(
            [callback], add_history=True, model=model, verbose=0, epochs=len(logs), steps=1
        )
        callbacks.on_train_begin()
        for epoch, epoch_logs in enumerate(logs):
            model.epoch = epoch
            callbacks.on_epoch_begin(epoch)
            callbacks.on_epoch_end(epoch, epoch_logs)
            state = {k: vars(callback).get(k) for k in ("wait", "stopped_epoch", "best_epoch")}
            seen.append((epoch, repr(callback.best), model.stop_training, state))
            if model.stop_training:
                break
        callbacks.on_train_end(epoch_logs)
    return {
        "epochs": seen,
        "min_delta": callback.min_delta,
        "restored": None if model.restored is None else model.restored[0].tolist(),
        "best_weights": None if not callback.best_weights else callback.best_weights[0].tolist(),
        "printed": out.getvalue(),
        "warnings": [(w.category, str(w.message)) for w in caught],
        "history": repr(model.history.history),
        "epoch": model.history.epoch,
    }


def same_epochs(make_callback, logs, metrics=()):
    ours = run_epochs(scratch, make_callback, logs, metrics)
    theirs = run_epochs(keras, make_callback, logs, metrics)
    assert ours == theirs
    return ours


# EarlyStopping -----------------------------------------------------------------------------------

losses = st.one_of(
    st.sampled_from([0.5, 0.5 + 1e-9, 0.5 + 1e-7, 0.4, 0.4 - 1e-9, 0.6, 0.0, 1.0, -1.0]),
    st.sampled_from([math.nan, math.inf, -math.inf]),
    # Nothing near zero: TensorFlow compares numbers under 1e-38 as zeros.
    st.floats(0.01, 10).map(lambda v: round(v, 3)),
)


@settings(max_examples=150, deadline=None)
@given(
    values=st.lists(losses, min_size=1, max_size=10),
    patience=st.integers(0, 3),
    min_delta=st.sampled_from([0, 0.1, -0.1, 1e-3, 1e-9, 0.25]),
    mode=st.sampled_from(["auto", "min", "max"]),
    baseline=st.sampled_from([None, 0.5, 0.5 + 1e-9, 2, math.nan]),
    restore=st.booleans(),
    start=st.integers(0, 3),
    verbose=st.integers(0, 1),
)
def test_early_stopping_decides_alike(
    values, patience, min_delta, mode, baseline, restore, start, verbose
):
    def make(callbacks):
        return callbacks.EarlyStopping(
            monitor="val_loss",
            patience=patience,
            min_delta=min_delta,
            mode=mode,
            baseline=baseline,
            restore_best_weights=restore,
            start_from_epoch=start,
            verbose=verbose,
        )

    same_epochs(make, [{"loss": 1.0, "val_loss": value} for value in values])


def test_early_stopping_stops_and_restores():
    def make(callbacks):
        return callbacks.EarlyStopping(patience=2, restore_best_weights=True, verbose=1)

    seen = same_epochs(make, [{"val_loss": v} for v in (3, 1, 2, 2, 0)])
    assert len(seen["epochs"]) == 4
    assert seen["restored"] == [1, 1, 1]
    assert "Epoch 4: early stopping" in seen["printed"]


@pytest.mark.parametrize("patience", [0, 1, 2])
def test_the_first_epoch_never_stops(patience):
    """Not even where its value is none that could be better than another."""
    seen = same_epochs(
        lambda callbacks: callbacks.EarlyStopping(patience=patience),
        [{"val_loss": math.nan}] * 4,
    )
    assert len(seen["epochs"]) == max(2, patience + 1)


def test_values_apart_by_less_than_float32_are_a_tie():
    def make(callbacks):
        return callbacks.EarlyStopping(patience=3)

    seen = same_epochs(make, [{"val_loss": 0.5 - i * 1e-9} for i in range(6)])
    assert len(seen["epochs"]) == 4


@pytest.mark.parametrize("library", [keras, scratch], ids=["keras", "scratch"])
def test_a_value_beyond_float32_cannot_be_compared(library):
    callback = library.callbacks.EarlyStopping("loss", mode="min")
    callback.on_train_begin()
    callback.on_epoch_end(0, {"loss": 1e300})
    with pytest.raises(ValueError, match="float32|out of range"):
        callback.on_epoch_end(1, {"loss": 1e200})
    assert callback.best == 1e300


@pytest.mark.parametrize("logs", [{}, {"loss": 1.0}, {"loss": 1.0, "accuracy": 0.5}])
def test_a_missing_metric_is_warned_of(logs):
    seen = same_epochs(lambda callbacks: callbacks.EarlyStopping(), [logs] * 2)
    assert len(seen["warnings"]) == 2


def test_an_unknown_mode_is_warned_of():
    seen = same_epochs(lambda c: c.EarlyStopping(mode="down"), [{"val_loss": 1.0}] * 2)
    assert len(seen["warnings"]) == 1


@pytest.mark.parametrize("monitor", ["accuracy", "val_accuracy", "val_hinge"])
def test_auto_mode_asks_the_metric(monitor):
    metrics = [FakeMetric("accuracy", "up"), FakeMetric("hinge", "down")]
    logs = [{monitor: v} for v in (0.1, 0.2, 0.3, 0.3, 0.1, 0.2)]
    seen = same_epochs(lambda c: c.EarlyStopping(monitor=monitor, patience=1), logs, metrics)
    assert len(seen["epochs"]) == (2 if "hinge" in monitor else 4)


@pytest.mark.parametrize("metrics", [[], [FakeMetric("other", "up")], [FakeMetric("accuracy")]])
def test_auto_mode_refuses_to_guess(metrics):
    for library in (scratch, keras):
        with pytest.raises(ValueError, match="callback received monitor=val_accuracy"):
            run_epochs(
                library,
                lambda c: c.EarlyStopping(monitor="val_accuracy"),
                [{"val_accuracy": 1.0}],
                metrics,
            )


@pytest.mark.parametrize("metric", ["accuracy", "mse"])
def test_auto_mode_knows_the_metrics_of_a_real_model(metric):
    x = np.linspace(-1, 1, 40, dtype="float32").reshape(20, 2)
    y = (x.sum(axis=1) > 0).astype("float32").reshape(20, 1)
    directions = []
    for library in (scratch, keras):
        layers = [library.layers.Input((2,)), library.layers.Dense(1, activation="sigmoid")]
        model = library.Sequential(layers)
        model.compile("sgd", "binary_crossentropy", metrics=[metric])
        callback = library.callbacks.EarlyStopping(monitor=f"val_{metric}", min_delta=0.25)
        model.fit(x, y, validation_data=(x, y), verbose=0, callbacks=[callback])
        directions.append(callback.min_delta)
    assert directions[0] == directions[1] == (0.25 if metric == "accuracy" else -0.25)


def test_a_callback_serves_a_second_training():
    for library in (scratch, keras):
        callback = library.callbacks.EarlyStopping(monitor="loss", patience=1, min_delta=0.1)
        runs = [
            run_epochs(library, lambda _, c=callback: c, [{"loss": v} for v in (3, 2, 2, 1)])
            for _ in range(2)
        ]
        assert runs[0] == runs[1]
        assert len(runs[0]["epochs"]) == 3


@settings(max_examples=80, deadline=None)
@given(
    trainings=st.lists(st.lists(losses, min_size=1, max_size=6), min_size=2, max_size=3),
    patience=st.integers(0, 3),
    baseline=st.sampled_from([None, 0.5, 0.05]),
    start=st.integers(0, 2),
)
def test_early_stopping_begins_anew(trainings, patience, baseline, start):
    """A callback that has served others decides as a fresh one, and as Keras's."""

    def make(callbacks):
        return callbacks.EarlyStopping(
            patience=patience, baseline=baseline, start_from_epoch=start, restore_best_weights=True
        )

    decided = []
    for library in (scratch, keras):
        served = make(library.callbacks)
        for values in trainings:
            logs = [{"val_loss": value} for value in values]
            runs = (run_epochs(library, lambda _, c=served: c, logs),
                    run_epochs(library, make, logs))  # fmt: skip
            assert runs[0] == runs[1]
        decided.append(runs[0])
    assert decided[0] == decided[1]


# ReduceLROnPlateau -------------------------------------------------------------------------------


def reduced(library, values, settings):
    """The rate and the counters after each epoch, and what is printed."""
    model = FakeModel()
    model.optimizer = library.optimizers.SGD(0.5)
    callback = library.callbacks.ReduceLROnPlateau("loss", verbose=1, **settings)
    callback.set_model(model)
    seen, out = [], io.StringIO()
    with contextlib.redirect_stdout(out):
        for _ in range(2):  # trainings
            callback.on_train_begin()
            for epoch, value in enumerate(values):
                logs = {"loss": value}
                callback.on_epoch_end(epoch, logs)
                rate = float(np.asarray(model.optimizer.learning_rate))
                seen.append((rate, callback.wait, callback.cooldown_counter, logs))
    return seen, out.getvalue()


@settings(max_examples=80, deadline=None)
@given(
    values=st.lists(losses, min_size=1, max_size=10),
    factor=st.sampled_from([0.5, 0.1, 0.75]),
    patience=st.integers(0, 3),
    cooldown=st.integers(0, 3),
    min_lr=st.sampled_from([0.0, 0.1, 0.2, 0.3, 0.01]),
    min_delta=st.sampled_from([0, 0.1, 1e-4]),
    mode=st.sampled_from(["auto", "min", "max"]),
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # Keras's, of the newest NumPy
def test_rates_are_reduced_alike(values, **options):
    assert repr(reduced(scratch, values, options)) == repr(reduced(keras, values, options))


# Order of hooks ----------------------------------------------------------------------------------


def recorder(library, record, name, hooks=HOOKS):
    """A callback that overrides the given hooks and writes down how they are called."""

    def make(hook):
        def with_index(self, index, logs=None):
            record.append((name, hook, index, dict(logs)))

        def without(self, logs=None):
            record.append((name, hook, dict(logs)))

        return with_index if "batch" in hook or "epoch" in hook else without

    return type("Recorder", (library.callbacks.Callback,), {h: make(h) for h in hooks})()


def drive(callbacks, evaluate=True, mode="train"):
    """What fit, evaluate or predict call, with logs of several types."""
    if mode == "train":
        callbacks.on_train_begin()
        for epoch in range(2):
            callbacks.on_epoch_begin(epoch)
            run_batches(callbacks, "train")
            if evaluate:
                run_batches(callbacks, "test")
            callbacks.on_epoch_end(epoch, {"loss": np.float32(0.25), "accuracy": 1})
        callbacks.on_train_end({"loss": 0.5})
    else:
        run_batches(callbacks, mode)


def run_batches(callbacks, mode):
    if mode != "train":
        getattr(callbacks, f"on_{mode}_begin")()
    for batch in range(3):
        getattr(callbacks, f"on_{mode}_batch_begin")(batch)
        logs = {"loss": np.float32(batch), "b": {"z": 1, "a": np.float64(0.5)}, "accuracy": 0}
        getattr(callbacks, f"on_{mode}_batch_end")(batch, logs)
    if mode != "train":
        getattr(callbacks, f"on_{mode}_end")({"loss": 1} if mode == "test" else None)


@pytest.mark.parametrize("mode", ["train", "test", "predict"])
@pytest.mark.parametrize(
    "hooks", [HOOKS, ["on_batch_begin", "on_batch_end"], ["on_train_batch_end"], ["on_test_end"]]
)
def test_hooks_run_in_the_same_order_with_the_same_logs(mode, hooks):
    records = []
    for library in (scratch, keras):
        record: list[tuple] = []
        nested = [recorder(library, record, "a"), [recorder(library, record, "b", hooks)]]
        callbacks = library.callbacks.CallbackList(
            nested, add_history=True, model=FakeModel(), verbose=0, epochs=2, steps=3
        )
        drive(callbacks, mode=mode)
        records.append(record)
        types = [type(c).__name__ for c in callbacks.callbacks]
        assert types == ["Recorder", "Recorder", "History"]
    assert records[0] == records[1]
    assert records[0]


def test_batch_hooks_by_their_old_names():
    for library in (scratch, keras):
        record: list[tuple] = []
        callbacks = library.callbacks.CallbackList([recorder(library, record, "a")])
        callbacks.on_batch_begin(3)
        callbacks.on_batch_end(3, {"loss": 1})
        assert record == [("a", "on_batch_begin", 3, {}), ("a", "on_batch_end", 3, {"loss": 1.0})]


def test_defaults_are_added_once_and_in_order():
    def kinds(library, own=(), **kwargs):
        callbacks = library.callbacks.CallbackList(list(own), **kwargs)
        return [type(c).__name__ for c in callbacks.callbacks]

    for library in (scratch, keras):
        c = library.callbacks
        assert kinds(library) == []
        both = {"add_history": True, "add_progbar": True, "verbose": 1, "epochs": 1, "steps": 2}
        assert kinds(library, **both) == ["History", "ProgbarLogger"]
        assert kinds(library, [c.ProgbarLogger()], **both) == ["ProgbarLogger", "History"]
        assert kinds(library, [c.History(), c.Callback()], **both) == [
            "History",
            "Callback",
            "ProgbarLogger",
        ]


def test_parameters_and_model_reach_all_callbacks():
    for library in (scratch, keras):
        own = library.callbacks.Callback()
        assert own.params is None
        assert own.model is None
        model = FakeModel()
        callbacks = library.callbacks.CallbackList(
            own, add_history=True, model=model, epochs=1, steps=2, verbose=0
        )
        assert own.params == callbacks.params == {"epochs": 1, "steps": 2, "verbose": 0}
        assert own.model is callbacks.model is model
        assert model.history is callbacks.callbacks[-1]


def test_an_end_without_a_begin_is_refused():
    for library in (scratch, keras):
        with pytest.raises(ValueError, match="called without"):
            library.callbacks.CallbackList().on_train_end()


# Nobody listens, nothing is called ---------------------------------------------------------------


def listening(own=(), **kwargs):
    callbacks = scratch.callbacks.CallbackList(
        list(own), add_history=True, add_progbar=True, model=FakeModel(), epochs=1, **kwargs
    )
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    return [mode for mode in ("train", "test", "predict") if callbacks.wants_batch_hooks(mode)]


def test_batch_hooks_are_wanted_only_by_those_who_listen(capsys):
    c = scratch.callbacks
    assert listening(verbose=0, steps=3) == []
    assert listening(verbose=2, steps=3) == []
    assert listening(verbose=2, steps=None) == ["train", "predict"]  # to count the steps
    assert listening(verbose=1, steps=3) == ["train", "predict"]  # validation draws nothing
    assert listening(verbose="auto", steps=3) == ["train", "predict"]
    assert listening([c.EarlyStopping()], verbose=0, steps=3) == []
    assert listening([c.TerminateOnNaN()], verbose=0, steps=3) == ["train"]
    hook = {"on_test_batch_begin": lambda batch, logs: None}
    assert listening([c.LambdaCallback(**hook)], verbose=0, steps=3) == ["test"]
    with pytest.raises(ValueError, match="mode must be one of"):
        c.CallbackList().wants_batch_hooks("validation")


def test_logs_are_computed_only_for_those_who_look(capsys):
    calls = []

    def logs():
        calls.append(1)
        return {"loss": 0.5}

    def steps_with(own, verbose):
        calls.clear()
        callbacks = scratch.callbacks.CallbackList(
            own, add_progbar=True, model=FakeModel(), verbose=verbose, epochs=1, steps=1000
        )
        callbacks.on_train_begin()
        callbacks.on_epoch_begin(0)
        for batch in range(1000):
            callbacks.on_train_batch_begin(batch)
            callbacks.on_train_batch_end(batch, logs)
        return len(calls)

    assert steps_with([], 0) == steps_with([], 2) == 0
    assert steps_with([], 1) < 100
    seen = []
    watcher = scratch.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: seen.append((batch, logs["loss"]))
    )
    assert steps_with([watcher], 1) == 1000
    assert seen == [(batch, 0.5) for batch in range(1000)]


def test_a_changed_progress_bar_is_always_called():
    class Quiet(scratch.callbacks.ProgbarLogger):
        batches = 0

        def on_train_batch_end(self, batch, logs=None):
            self.batches += 1

    bar = Quiet()
    callbacks = scratch.callbacks.CallbackList([bar], verbose=0, epochs=1, steps=5)
    callbacks.on_train_begin()
    callbacks.on_epoch_begin(0)
    assert callbacks.wants_batch_hooks("train")
    for batch in range(5):
        callbacks.on_train_batch_end(batch, {})
    assert bar.batches == 5


# The small ones ----------------------------------------------------------------------------------


def test_lambda_callback_calls_its_functions():
    records = []
    for library in (scratch, keras):
        record: list[tuple] = []

        def make(hook, record=record):
            if "batch" in hook or "epoch" in hook:
                return lambda index, logs: record.append((hook, index, logs))
            return lambda logs: record.append((hook, logs))

        callback = library.callbacks.LambdaCallback(**{hook: make(hook) for hook in HOOKS})
        for mode in ("train", "test", "predict"):
            drive(library.callbacks.CallbackList([callback], model=FakeModel()), mode=mode)
        records.append(record)
    assert records[0] == records[1]
    assert {entry[0] for entry in records[0]} == set(HOOKS) - {"on_batch_begin", "on_batch_end"}


@settings(max_examples=50, deadline=None)
@given(values=st.lists(losses, max_size=5), raise_error=st.booleans())
def test_terminate_on_nan(values, raise_error):
    results = []
    for library in (scratch, keras):
        model = FakeModel()
        out = io.StringIO()
        callback = library.callbacks.TerminateOnNaN(raise_error=raise_error)
        callbacks = library.callbacks.CallbackList([callback], model=model)
        stopped: list[bool | str] = []
        with contextlib.redirect_stdout(out):
            try:
                for batch, value in enumerate(values):
                    callbacks.on_train_batch_end(batch, {"loss": value})
                    stopped.append(model.stop_training)
                callbacks.on_train_batch_end(9, {"accuracy": math.nan})
            except RuntimeError as error:
                stopped.append(str(error))
        results.append((stopped, out.getvalue()))
    assert results[0] == results[1]


def test_a_history_goes_on():
    """Given to two trainings it keeps the metrics of both, and the epochs of the second."""
    x = np.linspace(-1, 1, 12, dtype="float32").reshape(4, 3)

    def call(k):
        model = k.Sequential([k.Input((3,)), k.layers.Dense(1, kernel_initializer="ones")])
        model.compile(k.optimizers.SGD(0.1), "mse", metrics=["mae"])
        own = k.callbacks.History()
        first = model.fit(
            x, x[:, :1], epochs=2, verbose=0, callbacks=[own], validation_data=(x, x[:, 1:2])
        )
        seen = [first is own, list(own.history), own.epoch]
        second = model.fit(x, x[:, :1], initial_epoch=2, epochs=4, verbose=0, callbacks=[own])
        third = model.fit(x, x[:, :1], verbose=0)
        return (
            seen, second is own, own.epoch, {n: np.array(v) for n, v in own.history.items()},
            third is own, third.epoch, model.history is third, own.params,
        )  # fmt: skip

    same(call, scratch, keras, derivative("float32"), may_fail=False)


def test_messages_go_to_the_log_if_wanted(capsys, caplog):
    scratch.utils.disable_interactive_logging()
    try:
        assert not scratch.utils.is_interactive_logging_enabled()
        with caplog.at_level("INFO", logger="scratch"):
            callback = scratch.callbacks.EarlyStopping(monitor="loss", verbose=1)
            run_epochs(scratch, lambda _: callback, [{"loss": 1.0}] * 3)
    finally:
        scratch.utils.enable_interactive_logging()
    assert caplog.messages == ["Epoch 2: early stopping"]
    assert capsys.readouterr().out == ""
