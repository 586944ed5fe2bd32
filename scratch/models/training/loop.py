"""Passes over batches: an epoch of training, a validation, a prediction.

for every batch: on_batch_begin, one step (see `step`), on_batch_end
"""

import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import numpy as np

from scratch import config, quirks
from scratch.callbacks import CallbackList
from scratch.callbacks.callback import Logs
from scratch.callbacks.callback_list import python_logs
from scratch.data.batches import Batch, Batches
from scratch.data.epochs import Epochs
from scratch.data.streams import Stream, unpack
from scratch.kernels.denormals import FlushToZero
from scratch.models.training.compiling import Compiled
from scratch.models.training.hooks import redefined
from scratch.network.network import Network
from scratch.random.xla import compiled_by_xla

_METHOD = {"train": "fit", "test": "evaluate", "predict": "predict"}
_COMPILED_MEANWHILE = (
    "Model {0!r}: a callback called `compile()` while `{1}` was under way, so that there is no "
    "step for batch {2}. Set `stop_training` in that callback, and call `compile()` and `{1}` once "
    "more afterwards. (Keras says here: 'NoneType' object is not callable)"
)


def run_pass(
    model: Any,
    epoch: Epochs,
    callback_list: CallbackList,
    mode: str,
    compiled: Compiled | None,
    outputs: list[Any] | None = None,
    data: str = "the data",
) -> None:
    """A pass with denormal numbers taken for zero.

    Args:
        model, epoch, callback_list, mode, compiled, outputs: see `_pass`.
        data: what the batches are, in a note on an error in the first of them.
    """
    flush = FlushToZero()
    try:
        with flush:
            _pass(model, flush, epoch, callback_list, mode, compiled, outputs)
    except (TypeError, ValueError) as error:
        if epoch.begun == 1 and epoch.taken == 1 and isinstance(epoch.batches, Batches):
            error.add_note(f"In the first batch of {data}: {epoch.batches.described()}")
        raise
    finally:
        flush.__exit__()  # once more: an interrupt may have come just before the first time


def _pass(
    model: Any,
    flush: FlushToZero,
    epoch: Epochs,
    callback_list: CallbackList,
    mode: str,
    compiled: Compiled | None,
    outputs: list[Any] | None = None,
) -> None:
    """One pass over the batches of an epoch. Hooks are called only if somebody listens.

    Args:
        compiled: what the model was compiled with when the training, or the evaluation, or the
            prediction began. Its batches all count in one set of means: where a callback compiles
            the model anew, there is no next batch.
    """
    network: Any = None
    stop = {
        "train": "stop_training", "test": "stop_evaluating", "predict": "stop_predicting"
    }[mode]  # fmt: skip
    begin: Callable | None = None
    if callback_list.wants_batch_hooks(mode):
        begin = flush.paused(getattr(callback_list, f"on_{mode}_batch_begin"))
        end = flush.paused(getattr(callback_list, f"on_{mode}_batch_end"))
    take = step_of(model, mode)
    own = redefined(model, f"{mode}_step")  # it may call the model, or something else
    together = model.steps_per_execution
    step = used = epoch.first - 1
    batches = iter(epoch)
    if isinstance(epoch.batches, Stream):
        batches = flush.fetched(batches)
    for step, batch in enumerate(batches, epoch.first):
        if epoch.goes_on is not None:  # behind this batch
            with suppress(NotImplementedError):  # a model without `call`, and a step of its own
                model._step.prepare(batch, mode == "train")
            flush.paused(epoch.goes_on)()
            used = step
            if model.stop_training:
                break
            continue
        if begin and step % together == 0:
            begin(step)
            if network is not None:
                model._step.tell_changes(network)
        if model._step.compiled is not compiled:
            raise TypeError(_COMPILED_MEANWHILE.format(model.name, _METHOD[mode], step))
        if not own and (network is None or model.run_eagerly):
            # As late as Keras, which runs it now.
            network = model._step.prepare(batch, mode == "train")
        found = take(batch, network)
        if outputs is not None:
            outputs.append(found)
        elif found is not None:
            model._step.logs = found
        if begin and (step + 1) % together == 0:
            # Handed over as a function: most of the time nobody looks.
            end(step, {"outputs": outputs[-1]} if outputs else model._step.reported)
        if getattr(model, stop):
            break
    if begin and (step + 1) % together and step > used:
        last = step + together - (step + 1) % together
        end(last, {"outputs": outputs[-1]} if outputs else model._step.reported)


def step_of(model: Any, mode: str) -> Callable[[Batch, Network], Any]:
    """What is done with a batch; a redefined step returns logs, or outputs."""
    take = _plain_step_of(model, mode)
    if not model.jit_compile or not quirks.active("K37"):
        return take

    def compiled(batch: Batch, network: Network) -> Any:
        with compiled_by_xla():
            return take(batch, network)

    return compiled


def _plain_step_of(model: Any, mode: str) -> Callable[[Batch, Network], Any]:
    if redefined(model, f"{mode}_step"):
        hook = getattr(model, f"{mode}_step")

        def own(batch: Batch, network: Network) -> Any:
            given = next(n for n in (3, 2, 1) if n == 1 or batch[n - 1] is not None)
            return hook(batch[:given] if given > 1 else batch[0])

        return own
    if mode == "predict":
        return lambda batch, network: model._step.predicted(batch[0], network)
    return model._step.train_on if mode == "train" else model._step.test_on


def evaluate_pass(
    model: Any, epoch: Epochs, callback_list: CallbackList, data: str = "the data"
) -> Logs:
    """A pass that trains nothing; returns what it reports. `data`: see `run_pass`."""
    epoch.reset()
    compiled = model._step.compiled
    model.stop_evaluating = False
    callback_list.on_test_begin()
    model.reset_metrics()
    run_pass(model, epoch, callback_list, "test", compiled, data=data)
    logs = python_logs(model._step.reported())
    callback_list.on_test_end(logs)
    return logs


def callback_list_of(
    model: Any,
    callbacks: Any,
    verbose: Any,
    steps: int | None,
    epochs: int = 1,
    add_history: bool = False,
) -> CallbackList:
    """The callbacks of a pass, with the model and the progress bar; one that is there already."""
    if isinstance(callbacks, CallbackList):
        return callbacks
    return CallbackList(
        callbacks,
        add_history=add_history,
        add_progbar=verbose != 0,
        verbose=verbose,
        epochs=epochs,
        steps=steps,
        model=model,
    )


def in_order(model: Any, logs: Logs) -> Any:
    """Loss first, then the metrics as compiled, then what is left by name."""
    names = []
    for metric in model.metrics:
        inner = getattr(metric, "metrics", None)
        names += [metric.name] if inner is None else [m.name for m in inner]
    values = [logs[name] for name in names if name in logs]
    values += [logs[name] for name in sorted(logs) if name not in names]
    return values[0] if len(values) == 1 else values


def warn_of_nan(logs: Logs, batches: Any) -> None:
    """Keras trains on NaN without a word; the digits are the same here, but not the silence."""
    if not np.isnan(logs.get("loss", 0)):
        return
    for name, array in (("x", batches.x), ("y", batches.y), ("sample_weight", batches.weight)):
        if isinstance(array, np.ndarray) and array.dtype.kind == "f" and np.isnan(array).any():
            where = tuple(int(i) for i in np.argwhere(np.isnan(array))[0])
            warnings.warn(
                f"the loss is NaN because `{name}` holds {int(np.isnan(array).sum())} NaN "
                f"values, the first at {name}[{', '.join(map(str, where))}]. Expected finite "
                "numbers: remove or replace those samples",
                RuntimeWarning,
                stacklevel=3,
            )


def parts_of(data: Any) -> tuple[Any, Any, Any]:
    """`(x, y, sample_weight)` of validation data; a source of batches is x alone."""
    return unpack(data) if isinstance(data, list | tuple) else (data, None, None)


def weights_of(given: Any) -> Any:
    """Sample weights of a single batch, which may be a list of numbers, as in Keras."""
    numbers = isinstance(given, list) and all(isinstance(w, int | float) for w in given)
    return np.array(given, config.floatx()) if numbers else given


def is_due(epoch: int, frequency: int | list[int]) -> bool:
    """Whether an epoch ends in a validation; `frequency` is `fit(validation_freq=...)`."""
    if isinstance(frequency, int):
        return (epoch + 1) % frequency == 0
    if isinstance(frequency, list):
        return epoch + 1 in frequency
    raise ValueError(
        "Expected `validation_freq` to be a list or int. Received: "
        f"validation_freq={frequency} of the type {type(frequency)}."
    )
