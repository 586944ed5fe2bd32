"""Callbacks that count batches: told of each, or of the last of several that ran at once."""

import os
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scratch
from scratch.callbacks.batch_counter import BatchCounter

keras = pytest.importorskip("tensorflow").keras


def last_of_each(batches, together):
    """The numbers that hooks are given: of every `together`-th batch, and beyond a ragged end."""
    return range(together - 1, -(-batches // together) * together, together)


@settings(max_examples=60, deadline=None)
@given(
    epochs=st.lists(st.integers(1, 9), min_size=1, max_size=4),
    together=st.integers(1, 4),
    every=st.integers(1, 7),
)
def test_it_is_time_after_so_many_batches(epochs, together, every):
    """Each call stands for `together` batches; what has reached `every` begins anew."""
    counter, since, counted = BatchCounter(every), 0, []
    for batches in epochs:
        for batch in last_of_each(batches, together):
            since += together
            counted.append(counter.is_time(batch) == (since >= every))
            since = 0 if since >= every else since
    assert all(counted)


class Saving:
    """A model that writes down where it was to be saved, and makes no file."""

    def __init__(self):
        self.saved: list[tuple[str, str]] = []
        self.metrics: list[Any] = []
        self.optimizer, self.built = None, True

    def save(self, path, overwrite=True):
        self.saved.append(("whole", path))

    def save_weights(self, filepath, overwrite=True):
        self.saved.append(("weights", filepath))

    path = property(lambda self: None)


def driven(library, make, told):
    """What a callback saves in some epochs, each given as its batches and its logs at the end."""
    model = Saving()
    callback = make(library.callbacks)
    callback.set_model(model)
    callback.set_params({"epochs": len(told), "steps": None})
    callback.on_train_begin()
    for epoch, (batches, logs) in enumerate(told):
        callback.on_epoch_begin(epoch)
        for batch in batches:
            callback.on_train_batch_end(batch, dict(logs))
        callback.on_epoch_end(epoch, dict(logs))
    return model.saved, callback.best


@settings(max_examples=60, deadline=None)
@given(
    told=st.lists(
        st.tuples(st.integers(1, 7), st.sampled_from([0.5, 0.25, 0.75, 1.0, 0.5 - 1e-9])),
        min_size=1, max_size=5,
    ),
    together=st.integers(1, 3),
    save_freq=st.one_of(st.just("epoch"), st.integers(1, 6)),
    best=st.booleans(),
    weights=st.booleans(),
    mode=st.sampled_from(["min", "max", "auto"]),
    threshold=st.sampled_from([None, 0.5, 0.3]),
)  # fmt: skip
def test_a_checkpoint_is_written_when_keras_writes_it(
    told, together, save_freq, best, weights, mode, threshold
):
    if save_freq != "epoch" and best and mode == "auto":
        mode = "min"  # which is found out at the end of an epoch: too late
    at_batches = "" if save_freq == "epoch" else "-{batch}"
    name = f"folder/{{epoch}}{at_batches}-{{loss:.2f}}.{'weights.h5' if weights else 'keras'}"
    epochs = [(last_of_each(n, together), {"loss": loss}) for n, loss in told]

    def make(callbacks):
        return callbacks.ModelCheckpoint(
            name, "loss", save_best_only=best, save_weights_only=weights, mode=mode,
            save_freq=save_freq, initial_value_threshold=threshold,
        )  # fmt: skip

    def found(library):
        try:
            return driven(library, make, epochs)
        except TypeError:  # asked which value is better before it has learnt it
            return "not known yet"

    assert found(scratch) == found(keras)


def test_what_is_better_is_learnt_at_the_end_of_an_epoch():
    def make(callbacks):
        return callbacks.ModelCheckpoint(
            "a.keras", "q", save_best_only=True, mode="min", save_freq=1
        )

    with pytest.raises(TypeError, match="before the end of the first epoch"):
        driven(scratch, make, [(range(2), {"q": 1.0})])


@settings(max_examples=30, deadline=None)
@given(
    losses=st.lists(st.sampled_from([0.5, 0.25, 0.75, 1.0]), min_size=1, max_size=8),
    every=st.integers(1, 3),
    mode=st.sampled_from(["min", "max", "auto"]),
)
def test_k42_what_is_better_may_be_known_from_the_start(losses, every, mode):
    """Without the quirk a file is written wherever the best of those looked at is beaten."""
    model = Saving()
    with scratch.quirks.without("K42"):
        saves = scratch.callbacks.ModelCheckpoint(
            "{batch}.keras", "loss", save_best_only=True, mode=mode, save_freq=every
        )
        saves.set_model(model)
        saves.on_epoch_begin(0)
        for batch, loss in enumerate(losses):
            saves.on_train_batch_end(batch, {"loss": loss})
    better, expected, best = (max if mode == "max" else min), [], None
    for batch in range(every - 1, len(losses), every):
        if best is None or (better(losses[batch], best) != best):
            best = losses[batch]
            expected.append(("whole", f"{batch + 1}.keras"))
    assert model.saved == expected


@pytest.mark.parametrize("weights", [True, False])
def test_a_metric_of_several_numbers_saves_what_is_asked_for(weights):
    def make(callbacks):
        path = "a.weights.h5" if weights else "a.keras"
        return callbacks.ModelCheckpoint(
            path, "q", save_best_only=True, mode="min", save_weights_only=weights
        )

    told = [([0], {"q": np.array([1.0, 2.0])})]
    with pytest.warns(UserWarning, match="scalar value"):
        ours = driven(scratch, make, told)
    with pytest.warns(UserWarning, match="scalar value"):
        assert ours == driven(keras, make, told)
    assert ours[0] == [("weights", "a.weights.h5") if weights else ("whole", "a.keras")]


def test_a_folder_appears_with_the_first_file(tmp_path):
    """None is made for an epoch that is no better than the best."""
    model = Saving()
    path = str(tmp_path / "{epoch}" / "best.weights.h5")
    saves = scratch.callbacks.ModelCheckpoint(
        path, "loss", save_best_only=True, save_weights_only=True, mode="min"
    )
    saves.set_model(model)
    for epoch, loss in enumerate([0.5, 0.75, 0.25]):
        saves.on_epoch_end(epoch, {"loss": loss})
    assert sorted(os.listdir(tmp_path)) == ["1", "3"]


@settings(max_examples=40, deadline=None)
@given(
    epochs=st.lists(st.integers(1, 7), min_size=1, max_size=3),
    together=st.integers(1, 3),
    save_freq=st.one_of(st.just("epoch"), st.integers(1, 6)),
)
def test_a_backup_is_written_when_keras_writes_it(epochs, together, save_freq):
    """And says the same epoch and batch."""
    noted = []
    for library in (scratch, keras):
        callback = library.callbacks.BackupAndRestore("folder", save_freq)
        places: list[tuple[int, int]] = []
        writes = "_write" if library is scratch else "_save_model"

        def note(*_, c=callback, places=places, ours=library is scratch):
            batch = (c._counter.last or 0) if ours else c._last_batch_seen
            places.append((c._current_epoch, batch))

        setattr(callback, writes, note)
        for epoch, batches in enumerate(epochs):
            for batch in last_of_each(batches, together):
                callback.on_train_batch_end(batch)
            callback.on_epoch_end(epoch)
        noted.append(places)
    assert noted[0] == noted[1]


@settings(max_examples=40, deadline=None)
@given(
    epochs=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    together=st.integers(1, 4),
    save_freq=st.integers(1, 7),
)
def test_k43_without_it_every_batch_counts(epochs, together, save_freq):
    """A backup is due whenever `save_freq` batches or more have been executed since the last."""
    made: list[int] = []
    executed = since = 0
    with scratch.quirks.without("K43"):
        callback = scratch.callbacks.BackupAndRestore("folder", save_freq)
        vars(callback)["_save"] = lambda: made.append(executed)
        expected = []
        for batches in epochs:
            for batch in last_of_each(batches, together):
                executed, since = executed + together, since + together
                if since >= save_freq:
                    expected.append(executed)
                    since = 0
                callback.on_train_batch_end(batch)
            callback.on_epoch_end(0)
    assert made == expected
