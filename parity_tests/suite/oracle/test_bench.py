"""`parity bench`: the arithmetic of its tables on made-up times, and a very small real run.

No time is asserted: how fast things are is what the command is for.
"""

import json
import math
import threading
from contextlib import ExitStack
from functools import cache
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

import scratch
from keras_models.cnn import build as keras_cnn
from parity_tests.__main__ import app
from parity_tests.commands.bench import (
    conduct,
    floors,
    footprint,
    growth,
    measure,
    peers,
    pictures,
    tables,
    targets,
    turns,
)
from parity_tests.commands.bench.measure import Spread
from parity_tests.commands.bench.peers.keras_like import KerasLike
from parity_tests.commands.bench.stacks import Convolution, Pooling, Stack
from parity_tests.commands.bench.targets import Target
from parity_tests.commands.bench.work import PICTURES, SMALL, Work, data, initial_weights
from parity_tests.harness.tolerances import derivative, kappa_of, trajectory
from parity_tests.harness.worker import Worker, WorkerError

# Tables -------------------------------------------------------------------------------------------

SECONDS = {
    "sgd 32": {"scratch": [1.0, 1.1, 0.9], "tf": [4.4, 4.0, 4.5], "products": [0.7, 0.75, 0.8]},
    "sgd 32, under load": {"scratch": [2.0], "tf": [3.0]},
}
FIGURES = {
    "seconds": SECONDS,
    "works": {
        "sgd 32": {"kind": "fit", "steps": 1000},
        "sgd 32, under load": {"kind": "fit", "steps": 1000},
    },
    "peers": {"scratch": "scratch", "tf": "tf.keras", "products": "matrix products alone"},
    "footprint": {
        "scratch": {"import": [0.1, 0.2], "first_model": [0.2, 0.2], "installed": 9e7,
                    "packages": 3, "peak": 2e8},
        "tf": {"import": [3.0, 6.6], "first_model": [4.0, 8.0], "installed": 2e9,
               "packages": 30, "peak": 5e8},
    },
    "growth": {"overhead": {"scratch": {"per_step": 1e-4, "per_layer": 14e-6}}},
    "optimizer_steps": {"adam": {"floor": [4e-4], "step": [1e-3], "bytes": [7e6],
                                 "bandwidth": [2e10]}},
}  # fmt: skip


def test_a_spread_is_a_median_and_a_range():
    found = measure.spread([3.0, 1.0, 2.0])
    assert found == Spread(2.0, 1.0, 3.0)
    assert found.percent == 50


def test_a_ratio_is_that_of_medians_its_range_that_of_rounds():
    assert measure.ratios([4.4, 4.0, 4.5], [1.0, 1.1, 0.9]) == Spread(4.4, 4.0 / 1.1, 4.5 / 0.9)


def test_targets_are_reached_or_not_or_were_not_measured():
    rows = {row["title"]: row for row in targets.judged(FIGURES)}
    expected = {
        "SGD, batch 32: tf.keras / scratch": (4.4, True),
        "SGD, batch 32: PyTorch / scratch": (None, None),
        "Adam, batch 32: tf.keras / scratch": (None, None),
        "SGD, batch 32, under load: tf.keras / scratch": (1.5, False),
        "import to a first model: tf.keras / scratch": (30, True),
    }
    for title, (value, reached) in expected.items():
        assert rows[title]["reached"] is reached, title
        assert rows[title]["value"] == (None if value is None else pytest.approx(value)), title


def test_a_bound_itself_counts_as_reached():
    target = Target("", 2.0, lambda figures: Spread(2.0, 2.0, 2.0))
    assert target.judged({})["reached"] is True


def test_every_target_and_column_names_a_work_that_is_measured():
    works = {w.name for group in conduct.GROUPS for w in conduct.Settings().works(group)}
    shown = {name for names in tables.COLUMNS.values() for name in names}
    assert shown == {
        w.name
        for g in ("fit", "predict", "pictures", "load", "threads")
        for w in conduct.Settings().works(g)
    }
    everything = {name: {key: [1.0] for key in peers.PEERS} for name in works}
    full = {**FIGURES, "seconds": everything}
    assert all(row["reached"] is not None for row in targets.judged(full))
    assert len(works) == sum(  # no name twice
        len(conduct.Settings().works(group)) for group in conduct.GROUPS
    )


def test_every_peer_has_a_colour_of_its_own():
    assert set(pictures.COLOURS) == set(peers.PEERS)
    assert len(set(pictures.COLOURS.values())) == len(peers.PEERS)


def test_the_tables_say_time_per_step_and_ratio():
    figures = {**FIGURES, "targets": targets.judged(FIGURES)}
    shown = {grid.title: grid for grid in tables.grids(figures)}
    training = shown["Training with SGD: time per step, by batch size"]
    assert training.columns == ("", "32")
    assert training.rows[0] == ("scratch", "1.00 ms ±10%")
    assert training.rows[1] == ("tf.keras", "4.40 ms ±6%  4.40 ×")  # noqa: RUF001
    cost = shown["What it costs to have it"].rows[1]
    assert cost[3:] == ("2.00 GB in 30 packages", "500 MB")
    assert "not measured" in {row[2] for row in shown["Targets"].rows}


def test_the_line_through_depths_is_found_again():
    points = growth.AXES[growth.OVERHEAD]
    seconds = {
        work.name: {
            "products": [work.steps * 1e-6 * work.layers],
            "scratch": [work.steps * (50e-6 + 6e-6 * work.layers)],
        }
        for _, work in points
    }
    found = growth.overhead(points, seconds, "scratch")
    assert found == pytest.approx({"per_step": 50e-6, "per_layer": 5e-6})


# Measurements -------------------------------------------------------------------------------------


@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_the_floor_of_a_step_is_positive(optimizer):
    found = floors.optimizer_step(optimizer, SMALL)
    weights = sum(w.size for w in initial_weights(Work("", sizes=SMALL)))
    assert found["bytes"] == {"sgd": 12, "adam": 28}[optimizer] * weights
    assert found["floor"] == found["bytes"] / found["bandwidth"]
    assert all(value > 0 for value in found.values())


class Clockwork:
    """Stands for a peer's process: its turns take 1, 2, 3, ... seconds, unless it breaks."""

    def __init__(self, diary, name, breaks=""):
        self.diary, self.name, self.breaks, self.turns = diary, name, breaks, 0

    def call(self, function, *arguments):
        what = function.split(":")[1]
        if what == self.breaks:
            raise WorkerError("it broke\nfor a reason")
        if what == "turn":
            self.diary.append(self.name)
            self.turns += 1
            return float(self.turns)
        return None


def test_turns_are_interleaved_and_a_broken_peer_is_left_out(monkeypatch):
    monkeypatch.setattr(measure, "PAUSE", 0)
    diary: list[str] = []
    failures: list[tuple] = []
    names = {"scratch": "", "tf": "", "torch": "turn", "jax": "prepare"}
    processes: dict[str, Any] = {
        name: Clockwork(diary, name, breaks) for name, breaks in names.items()
    }
    found = measure.interleaved(
        [Work("one")], processes, 3, failed=lambda *what: failures.append(what)
    )
    assert found == {"one": {"scratch": [1, 2, 3], "tf": [1, 2, 3]}}
    assert diary == ["scratch", "tf", "tf", "scratch", "scratch", "tf"]
    assert failures == [("jax", "one", "for a reason"), ("torch", "one", "for a reason")]


def test_several_ask_at_once():
    """Each as often as it is said; and whoever waits for the other is timed with the wait."""
    together, calls = threading.Barrier(2), []

    def call():
        together.wait(10)
        calls.append(threading.get_ident())

    took = turns._at_once(2, 5, call)
    assert len(took) == len(calls) == 10
    assert len(set(calls)) == 2
    assert all(s > 0 for s in took)


def test_a_quantile_of_the_calls_is_what_a_turn_gives(monkeypatch):
    monkeypatch.setattr(turns, "_at_once", lambda askers, times, call: [1.0, 2.0, 3.0, 4.0, 9.0])
    for quantile, expected in ((0.5, 3.0), (0.95, 8.0)):
        work = Work("", "predict", samples=1, sizes=SMALL, askers=4, quantile=quantile)
        turns.prepare("scratch", work)
        assert turns.turn() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("seconds", "steps", "warmed", "times"),
    [(1e-4, 1, 1_000, 2_000), (1e-4, 300, 4, 2_000), (0.3, 1, 4, 1), (5.0, 1_000, 1, 1)],
)
def test_everyone_is_warm_before_the_first_turn(monkeypatch, seconds, steps, warmed, times):
    """After a thousand steps or a second; then a turn is as long as it has to be."""
    fits = []

    class Doing:
        def fit(self, epochs):
            fits.append(epochs)
            return [seconds] * epochs

    monkeypatch.setattr(peers, "make", lambda key, work: Doing())
    turns.prepare("scratch", Work("", samples=32 * steps))
    assert fits == [1] * warmed
    assert turns.turn() == pytest.approx(seconds)
    assert fits[-1] == times


def test_threads_are_those_of_the_work(monkeypatch):
    started = []

    class Process(Clockwork):
        def __init__(self, environment, key):
            super().__init__([], key)
            self.given = environment["OPENBLAS_NUM_THREADS"]

        def __enter__(self):
            return self

        def __exit__(self, *error):
            pass

        def call(self, function, *arguments):
            if function.endswith(":limit"):
                started.append((self.given, *arguments))
            return super().call(function, *arguments)

    monkeypatch.setattr(conduct, "Worker", Process)
    monkeypatch.setattr(measure, "PAUSE", 0)
    settings = conduct.Settings(groups=("threads",), peers=("scratch",), rounds=2, quick=True)
    found = conduct.conduct(settings)
    every = len(conduct.processors())
    assert started == [("1", 1), ("2", 2), (str(every), every)]
    assert set(found["seconds"]) == {f"sgd 32, {n} threads" for n in (1, 2, "all")}


def earlier(folder):
    """A checkout whose `scratch` says so."""
    (folder / "scratch").mkdir()
    (folder / "scratch" / "__init__.py").write_text("def whose() -> str:\n    return 'earlier'\n")
    return folder


def test_an_earlier_scratch_stands_in_for_this_one(tmp_path):
    with Worker(peers.environment(peers.BEFORE, 1), peers.BEFORE) as process:
        process.call(f"{measure.TURNS}:stand_in", str(earlier(tmp_path)))
        assert process.call("scratch:whose") == "earlier"


def test_an_earlier_scratch_takes_part_where_it_is_given(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(conduct, "conduct", lambda settings, note: asked.append(settings))
    monkeypatch.setattr("parity_tests.commands.bench.tables.markdown", lambda figures: "")
    monkeypatch.setattr("parity_tests.commands.bench.pictures.save", lambda figures, folder: [])
    monkeypatch.setattr("parity_tests.commands.bench.command._show", lambda screen, figures: None)
    for given in ([], ["--before", str(earlier(tmp_path))]):
        done = CliRunner().invoke(app, ["bench", *given, "--output", str(tmp_path / "out")])
        assert done.exit_code == 0, done.output
    assert [settings.before for settings in asked] == ["", str(tmp_path)]
    assert [peers.BEFORE in conduct.taking_part(settings) for settings in asked] == [False, True]


def test_a_folder_without_scratch_is_refused(tmp_path):
    done = CliRunner().invoke(app, ["bench", "--before", str(tmp_path)])
    assert done.exit_code == 2
    assert "there is no scratch in" in " ".join(done.output.replace("│", " ").split())


def test_nobody_is_asked_for_what_he_cannot_do():
    processes: dict[str, Any] = {name: Clockwork([], name) for name in ("scratch", "sklearn")}
    of_pictures = Work("two", sizes=(PICTURE.outputs, 10), stack=PICTURE)
    found = measure.interleaved([Work("one", "call"), of_pictures], processes, 1)
    assert found == {"one": {"scratch": [1]}, "two": {"scratch": [2]}}


def test_the_networks_on_pictures_are_those_that_their_names_say():
    cnn = next(w for w in PICTURES if w.name == "cnn, fit 32")
    model = KerasLike(cnn, "scratch", "auto").model
    shapes, own = ([w.shape for w in m.get_weights()] for m in (keras_cnn(scratch), model))
    assert own == shapes
    assert cnn.products == [(32 * 676, 9, 32), (32 * 121, 288, 64), (32, 1600, 10)]


def test_the_products_take_time():
    assert all(s > 0 for s in peers.make("products", Work("", sizes=SMALL, samples=64)).fit(2))


def test_an_installed_package_counts_with_what_it_requires():
    ours, packages = footprint.installed_size("scratch")
    tf, more = footprint.installed_size("tf")
    assert tf > ours > 1_000_000
    assert more > packages >= 3


def test_a_small_run_writes_tables_numbers_and_plots(tmp_path, monkeypatch):
    monkeypatch.setitem(growth.AXES, growth.OVERHEAD, growth.AXES[growth.OVERHEAD][:3])
    done = CliRunner().invoke(app, [
        "bench", "--quick", "--rounds", "1", "--peers", "scratch,tf,products",
        "--only", "growth,optimizer", "--threads", "1", "--markdown", "--output", str(tmp_path),
        "--json", str(tmp_path / "more.json"),
    ])  # fmt: skip
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "bench.json").read_text())
    assert found == json.loads((tmp_path / "more.json").read_text())
    for seconds in found["seconds"].values():
        assert set(seconds) == {"scratch", "tf", "products"}
        assert all(s > 0 for values in seconds.values() for s in values)
    judged = {row["title"]: row["reached"] for row in found["targets"]}
    assert judged["import to a first model: tf.keras / scratch"] is None
    assert "| tf.keras |" in (tmp_path / "bench.md").read_text()
    assert (tmp_path / "growth.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("option", ["--only", "--peers"])
def test_a_wrong_name_is_told_the_right_ones(option):
    done = CliRunner().invoke(app, ["bench", option, "everything"])
    assert done.exit_code == 2
    assert "scratch" in done.output or "footprint" in done.output


def test_others_keep_the_processors_busy_and_go():
    with conduct.busy(2) as others:
        assert [other.poll() for other in others] == [None, None]
    assert all(other.poll() is not None for other in others)


# The peers do the same job ------------------------------------------------------------------------

PICTURE = Stack(
    (11, 11, 3), (Convolution(16, 2), Pooling("max"), Convolution(32, 2), Pooling("average"))
)
JOBS = [
    Work("relu, softmax, sgd", samples=960, shuffle=False),
    Work("tanh, sigmoid, adam", sizes=SMALL, samples=960, optimizer="adam", epsilon=1e-12,
         shuffle=False),
    Work("convolutions and both poolings, adam", sizes=(PICTURE.outputs, 10), batch=8,
         samples=1_920, optimizer="adam", epsilon=1e-12, shuffle=False, stack=PICTURE),
]  # fmt: skip


def losses(work, probabilities):
    """Of the training data, before and after an epoch."""
    y = data(work)[1]
    for p in np.asarray(probabilities, "float64"):
        right = np.where(y, p[:, 0], 1 - p[:, 0]) if work.binary else p[np.arange(len(y)), y]
        yield -np.log(right).mean()


@pytest.fixture(scope="module")
def ours():
    return {work: list(losses(work, turns.probabilities("scratch", work))) for work in JOBS}


@pytest.fixture(scope="module")
def process_of():
    """A process for each library, started when it is first needed."""
    with ExitStack() as stack:

        @cache
        def process(library, module):
            key = next(
                k for k, p in peers.PEERS.items() if (p.library, p.module) == (library, module)
            )
            return stack.enter_context(Worker(peers.environment(key, 1), key))

        yield process


@pytest.mark.parametrize("key", peers.ALTERNATIVES)
def test_everyone_ends_near_the_same_loss(ours, process_of, key):
    if why := peers.missing(key):
        pytest.skip(why)
    process = process_of(peers.PEERS[key].library, peers.PEERS[key].module)
    for work in filter(peers.PEERS[key].can, JOBS):
        found = process.call("parity_tests.commands.bench.turns:probabilities", key, work)
        before, after = losses(work, found)
        assert ours[work][0] - ours[work][1] > 0.01
        of_a_pass = derivative("float32", terms=math.prod(work.inputs)).relative
        of_the_weights = trajectory(work.steps, kappa_of(work.optimizer), "float32").relative
        assert math.isclose(before, ours[work][0], rel_tol=of_a_pass), work.name
        assert math.isclose(after, ours[work][1], rel_tol=of_a_pass + of_the_weights), work.name
