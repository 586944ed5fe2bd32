"""Graphs of layers, subclassed models and layers with nothing but `call`, in both libraries.

Logs, weights, predictions and the printed summary of a fit from one seed; derivatives by hand, by
graph and by complex step; configs that travel.
"""

import io
import json
from contextlib import redirect_stdout
from typing import Any

import numpy as np
import pytest

import scratch
from parity_tests.cases.graphs import BY_NAME, CASES, GraphCase
from parity_tests.harness import engines, outcomes, tolerances
from parity_tests.harness.case import Case
from parity_tests.harness.comparison import compare
from parity_tests.harness.engines import Engine
from scratch import testing, tree

STATIC = [case for case in CASES if case.static]
OWN_CLASSES = (
    "subclassed",
    "own loss",
    "own loss of two",
    "own loss of weights",
    "own steps",
    "call only",
    "sampled",
    "dropped",
    "in batches",
    "nested",
)
# A layer inside two models that are one inside the other becomes two in a config.
FUNCTIONAL = [case for case in CASES if case.name not in OWN_CLASSES]


def _leaves(outputs: Any) -> list[np.ndarray]:
    return [np.asarray(y) for y in tree.flatten(outputs)]


def fitted(keras: Any, engine: Engine, name: str) -> dict[str, Any]:
    """Three epochs, and what can be seen after them."""
    keras.utils.set_random_seed(11)
    model, arguments = BY_NAME[name].make(keras)
    history = model.fit(**arguments, epochs=3, verbose=0, **_batched(arguments))
    steps = int(np.asarray(model.optimizer.iterations))
    means = [np.array(v) for metric in model.metrics for v in metric.variables]
    record: dict[str, Any] = {
        f"log/{key}": np.asarray(values, "float64") for key, values in history.history.items()
    }
    record |= {f"state/{i}": value for i, value in enumerate(means)}
    record["order/log"] = np.array(list(history.history))
    for variable in model.weights:
        record[f"weights/{variable.path}/step {steps}"] = np.array(variable)
    record["order/weights"] = np.array([v.path for v in model.weights])
    record["order/layers"] = np.array([layer.name for layer in model.layers])
    record["order/metrics"] = np.array(model.metrics_names)
    if "steps_per_epoch" not in arguments:
        rest = {key: value for key, value in arguments.items() if key != "x"}
        found = model.evaluate(arguments["x"], **rest, batch_size=5, verbose=0)
        record["evaluate/as list"] = np.asarray(found, "float64")
        for i, y in enumerate(_leaves(model.predict(arguments["x"], batch_size=5, verbose=0))):
            record[f"output/{i}"] = y
        for i, y in enumerate(_leaves(model.predict_on_batch(arguments["x"]))):
            record[f"output/on batch {i}"] = y
    text = io.StringIO()
    with redirect_stdout(text):
        model.summary(expand_nested=True, print_fn=lambda line, **_: text.write(line + "\n"))
    record["order/summary"] = np.array(text.getvalue().splitlines())
    return record


def _nothing(_: Any) -> Any:
    """What a case is made of that is only a name."""


def _batched(arguments: dict[str, Any]) -> dict[str, Any]:
    return {} if "steps_per_epoch" in arguments else {"batch_size": 8}


# Of these both libraries warn.
@pytest.mark.filterwarnings("ignore:Gradients do not exist for variables:UserWarning")
@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed:UserWarning")
@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_fit(case: GraphCase, precision: str, report: Any) -> None:
    expected, actual = (
        Engine(library, mode, precision).run(f"{__name__}:fitted", case.name)
        for library, mode in (("tf", "graph"), ("scratch", "hand"))
    )
    as_case = Case(case.name, _nothing, _nothing, _nothing, silent=case.silent)
    found = compare(as_case, expected, actual, lambda name: tolerances.rule(name, precision, 12))
    report.check(f"graphs, {precision}", as_case, found)


@pytest.mark.parametrize("case", STATIC, ids=[case.name for case in STATIC])
def test_three_derivatives(case: GraphCase) -> None:
    with engines.settings(engines.HAND) as keras:
        keras.utils.set_random_seed(12)
        model, arguments = case.make(keras)
        given = [arguments["x"], arguments["y"], arguments.get("sample_weight")]
        loss, _, by_hand, _ = testing.by_hand(model, *given)
        again = testing.by_hand(model, *given)[2]
        value, by_graph = testing.by_graph(model, *given)
        by_step = testing.by_complex_step(model, *given)
        bound = tolerances.derivative().relative
        assert abs(loss - value) <= bound * abs(value)
        assert len(by_hand) == len(model.trainable_variables) > 0
        for a, same, b, c in zip(by_hand, again, by_graph, by_step, strict=True):
            assert a.tobytes() == same.tobytes()
            assert np.abs(c).max() > 0 or case.name == "no loss for one"
            assert np.abs(a - b).max() <= bound * max(1, np.abs(b).max())
            assert np.abs(a - c).max() <= bound * max(1, np.abs(c).max())


def described(keras: Any, engine: Engine, name: str) -> str:
    """The model as JSON."""
    keras.utils.set_random_seed(11)
    return BY_NAME[name].make(keras)[0].to_json()


def revived(keras: Any, engine: Engine, text: str, weights: list, x: Any) -> list[np.ndarray]:
    """What a model from JSON predicts with these weights."""
    model = keras.models.model_from_json(text)
    model.set_weights(weights)
    return _leaves(model.predict(x, verbose=0))


def _made_of(*given: str, **named: str) -> Any:
    """What becomes of `Model`'s arguments: the class, or an error."""

    def call(k: Any) -> str:
        x = k.Input((2,))
        ends = {"x": x, "y": k.layers.Dense(1)(x), "name": "named"}
        arguments = [ends[what] for what in given]
        return type(
            k.Model(*arguments, **{key: ends[what] for key, what in named.items()})
        ).__name__

    return call


ARGUMENTS = {
    "none": _made_of(),
    "one": _made_of("x"),
    "two": _made_of("x", "y"),
    "three": _made_of("x", "y", "name"),
    "one and outputs": _made_of("x", outputs="y"),
    "both by name": _made_of(inputs="x", outputs="y"),
    "inputs alone": _made_of(inputs="x"),
    "outputs alone": _made_of(outputs="y"),
    "a name": _made_of(name="name"),
}


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_which_arguments_make_a_graph(arguments: str) -> None:
    outcomes.same(ARGUMENTS[arguments], scratch, pytest.importorskip("keras"))


@pytest.mark.parametrize("case", FUNCTIONAL, ids=[case.name for case in FUNCTIONAL])
def test_configs_travel(case: GraphCase) -> None:
    """The same JSON from both; each reads the other's; clones compute the same."""
    texts = {
        library: Engine(library, "graph").run(f"{__name__}:described", case.name)
        for library in ("scratch", "tf")
    }
    assert json.loads(texts["scratch"])["config"] == json.loads(texts["tf"])["config"]
    with engines.settings(engines.HAND) as keras:
        model, arguments = case.make(keras)
        x, weights = arguments["x"], model.get_weights()
        expected = _leaves(model.predict(x, verbose=0))
        copy = keras.models.clone_model(model)
        copy.set_weights(weights)
        for y, wanted in zip(_leaves(copy.predict(x, verbose=0)), expected, strict=True):
            assert y.tobytes() == wanted.tobytes()
    here = f"{__name__}:revived"
    there = Engine("tf", "graph").run(here, texts["scratch"], weights, x)
    back = Engine("scratch", "hand").run(here, texts["tf"], weights, x)
    bound = tolerances.derivative().relative
    for found in (there, back):
        for y, wanted in zip(found, expected, strict=True):
            assert np.abs(y - wanted).max() <= bound * np.abs(wanted).max()
