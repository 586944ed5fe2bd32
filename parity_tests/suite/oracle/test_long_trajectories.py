"""`parity trajectories`, on a few steps: it agrees, notices a fault, keeps what it has done."""

import pytest
from rich.console import Console

import scratch
from parity_tests.commands.trajectories import job, runs, shown, unfinished, variants, verdict
from parity_tests.commands.trajectories.verdict import Look
from parity_tests.harness.faults import FAULTS
from parity_tests.harness.tolerances import ENVELOPE, SGD_CEILING

SETTINGS = job.Settings(steps=24, samples=200)  # seven batches, the last one ragged


@pytest.fixture(scope="module")
def data():
    return runs.load(SETTINGS.samples)


@pytest.fixture(scope="module")
def worker():
    with runs.tensorflow_worker() as worker:
        yield worker


@pytest.mark.parametrize("name", ["sgd", "sgd nesterov", "rmsprop centered", "adam"])
def test_agrees(name, data, worker):
    seen: list[Look] = []
    result = job.run(name, SETTINGS, data, worker, seen.append)
    assert result.verdict.holds, result
    assert result.verdict.horizon is None
    assert result.verdict.within == SETTINGS.steps
    assert seen == result.looks
    assert [look.step for look in seen] == job.checkpoints(SETTINGS.steps)
    assert all(0 < max(look.twins) < SGD_CEILING for look in seen), "a twin sums in another order"


@pytest.mark.parametrize(
    "fault", [f for f in FAULTS if f.component == "adam"], ids=lambda f: f.name
)
def test_notices_a_fault_of_adam(fault, data, worker):
    """The twins have it too: they differ by rounding alone, and widen nothing."""
    with fault.plant():
        results = [job.run(name, SETTINGS, data, worker) for name in ("adam", "adam amsgrad")]
    assert not all(result.verdict.holds for result in results)
    assert all(max(result.looks[-1].twins) < SGD_CEILING for result in results)


def test_a_permuted_network_is_the_same_network(data):
    scratch.config.set_floatx("float64")
    initial = runs.ScratchRun("sgd", data).weights_after(0)
    twin = runs.ScratchRun("sgd", data, twin=1)
    assert all((a == b).all() for a, b in zip(twin.weights_after(0), initial, strict=True))
    inside = twin._model.get_weights()
    assert not (inside[0] == initial[0]).all()
    x = data.x[:5]
    twin._model.set_weights(inside)
    outputs = twin._model.predict(x, verbose=0)
    twin._model.set_weights(initial)
    assert abs(outputs - twin._model.predict(x, verbose=0)).max() < SGD_CEILING


def _looks(distances, twins):
    return [
        Look(10**i, d, (t, t / 2), 1.0)
        for i, (d, t) in enumerate(zip(distances, twins, strict=True))
    ]


def test_before_the_horizon_the_bound_decides_and_after_it_the_envelope():
    small, large = SGD_CEILING / 100, SGD_CEILING * 1e6
    calm = verdict.judge("adam", _looks([small, small, small], [small, small, small]))
    assert calm.holds
    assert calm.horizon is None
    chaos = verdict.judge("adam", _looks([small, large, large], [small, large, large]))
    assert chaos.holds
    assert chaos.horizon == 10
    assert chaos.within == 1
    outside = ENVELOPE * large * 1.01
    assert not verdict.judge("adam", _looks([small, large, outside], [small, large, large])).holds
    early = verdict.judge("adam", _looks([small, 2 * SGD_CEILING, large], [small, small, large]))
    assert not early.holds
    assert early.at == 10


def test_a_twin_that_returns_is_not_chaos():
    small, large = SGD_CEILING / 100, SGD_CEILING * 100
    found = verdict.judge("adam", _looks([large, small, small], [large, small, small]))
    assert found.holds
    assert found.horizon is None
    outside = ENVELOPE * large * 1.01
    assert not verdict.judge("adam", _looks([outside, small, small], [large, small, small])).holds


def test_an_optimizer_that_fit_builds_does_not_start_where_a_built_one_does(data, worker):
    """Quirk K21: both runs build it before the first step."""
    result = job.run("schedulefreeadamw", SETTINGS, data, worker)
    assert all(look.distance < ENVELOPE * max(look.twins) for look in result.looks)


def test_small_envelopes_widen_nothing():
    step, twin = 1, 2.0**-53
    limit = verdict.bound("sgd", step)
    assert ENVELOPE * twin > limit, "otherwise this test shows nothing"
    assert not verdict.judge("sgd", [Look(step, limit * 1.01, (twin,), 1.0)]).holds
    assert verdict.judge("sgd", [Look(step, limit * 0.99, (twin,), 1.0)]).holds


def test_what_proves_nothing_fails():
    small, large = SGD_CEILING / 100, SGD_CEILING * 1e6
    assert "first step" in verdict.judge("adam", _looks([small], [large])).vacuous
    assert "moved" in verdict.judge("adam", [Look(1, 0.0, (0.0,), 0.0)]).vacuous
    assert not verdict.judge("sgd", [Look(1, float("nan"), (0.0,), 1.0)]).holds


def test_every_optimizer_has_a_variant():
    made = {type(make(scratch)).__name__ for make in variants.catalogue().values()}
    offered = {
        name
        for name in scratch.optimizers.__all__
        if isinstance(getattr(scratch.optimizers, name), type) and name != "Optimizer"
    }
    assert offered <= made


def test_keeps_what_is_finished(tmp_path, monkeypatch):
    looks = _looks([1e-16], [1e-16])
    result = job.Result(
        "sgd", SETTINGS, job.source(), "data", {}, looks, {"differ": 0, "samples": 5}, 1.0
    )
    assert not job.is_done(tmp_path, "sgd", SETTINGS)
    job.keep(result, tmp_path)
    assert job.kept(tmp_path, "sgd", SETTINGS) == result
    assert job.is_done(tmp_path, "sgd", SETTINGS)
    assert not job.is_done(tmp_path, "sgd", job.Settings(SETTINGS.steps + 1, samples=200))
    fewer, more = (job.Settings(SETTINGS.steps, SETTINGS.twins + n, 200) for n in (-1, 1))
    assert job.is_done(tmp_path, "sgd", fewer)
    assert not job.is_done(tmp_path, "sgd", more)
    monkeypatch.setattr(job, "source", lambda: "another")
    assert not job.is_done(tmp_path, "sgd", SETTINGS)


@pytest.mark.parametrize("name", ["sgd averaged", "muon"])
def test_a_stopped_run_goes_on_to_the_same_digits(name, data, worker, tmp_path):
    whole = job.run(name, SETTINGS, data, worker)

    def stop(look):
        if look.step == job.checkpoints(SETTINGS.steps)[-3]:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        job.run(name, SETTINGS, data, worker, stop, tmp_path)
    (left,) = tmp_path.iterdir()
    assert unfinished.kept(left, {}) is None, "a run of other code starts anew"
    seen: list[Look] = []
    resumed = job.run(name, SETTINGS, data, worker, seen.append, tmp_path)
    assert [look.step for look in seen] == job.checkpoints(SETTINGS.steps)[-3:]
    assert resumed.looks == whole.looks
    assert resumed.decisions == whole.decisions
    job.keep(resumed, tmp_path)
    assert [path.suffix for path in tmp_path.iterdir()] == [".json"]


def test_table_figure_and_numbers():
    looks = _looks([1e-16, 1e-15], [1e-16, 1e-15])
    results = [
        job.Result(n, SETTINGS, "old", "data", {}, looks, {"differ": 3, "samples": 5}, 1.0)
        for n in ("sgd", "adam")
    ]
    screen = Console(record=True, width=150)
    screen.print(shown.table(results))
    text = screen.export_text()
    assert "adam*" in text
    assert "before the last change" in text
    assert "3 of 5" in text
    figures = shown.figures(results)
    assert figures["holds"]
    assert figures["optimizers"][1]["looks"][1]["allowed"] == SGD_CEILING
    assert sum(axes.get_visible() for axes in shown.figure(results).axes) == 2
