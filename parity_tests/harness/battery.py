"""The battery: cases enough to catch every planted fault, quick enough to run for each of them.

Lanes are pairs of a case and a scenario. What Keras says is computed once; `scratch` answers anew
every time. With a fault in Keras it is the other way round.
"""

import functools
from collections.abc import Iterable
from typing import Any

from parity_tests import cases
from parity_tests.harness import checks, engines, tolerances
from parity_tests.harness.blame import SCENARIOS
from parity_tests.harness.case import Case
from parity_tests.harness.comparison import Comparison, compare
from parity_tests.harness.engines import HAND, TAPE
from parity_tests.harness.faults.fault import Fault
from parity_tests.harness.record import Record
from parity_tests.harness.tags import tags

Lane = tuple[Case, str]
Results = dict[Lane, Comparison | Exception]

LIMIT = 11  # steps: after the learning rates have changed, and a ragged batch has passed
SKIP = ("default", "dyadic", "compiled again", "frozen", "weights set", "schedulefree")
IN_FULL = ("sgd", "rmsprop", "adam")  # of the other optimizers, the plain case is enough
FITS = (
    "plain", "one row a batch", "not shuffled", "shuffled in batches", "sample weight",
    "class weight", "validation split", "validation data", "validation every second epoch",
    "initial epoch", "steps per epoch", "dropout",
    "dropout, shuffled in batches", "regularized", "momentum",
)  # fmt: skip


@functools.cache
def lanes() -> tuple[Lane, ...]:
    """The lanes of the battery: which cases are measured, in which way."""
    static = [
        case
        for module in (
            "layers",
            "convolution",
            "pooling",
            "margins",
            "activations",
            "losses",
            "regularizers",
        )
        for case in cases.of(module)
        if case.group != "dropout" and case.in_float64 == "anywhere"
    ]
    trained = [
        c
        for c in cases.of("optimizers")
        if (c.group in IN_FULL or c.name.endswith(("/plain", "/shrinkage")))
        and not any(word in c.name for word in SKIP)
    ]
    trained += [c for c in cases.of("layers") if c.group == "dropout"]
    # TensorFlow's in_top_k takes float32 only.
    trained += [c for c in cases.of("metrics") if "top k" not in c.name]
    fits = [cases.find(f"fit/{name}") for name in FITS] + cases.of("stopped")
    return (
        *((case, "initial") for case in cases.of("drawn")),
        *((case, "gradients") for case in static),
        *((case, "training") for case in trained),
        *((case, "fitting") for case in fits),
    )


def concerning(component: str, most: int = 1_000, neighbours: int = 2) -> tuple[Lane, ...]:
    """The lanes that exercise a component, and others that share everything but it.

    Args:
        component: a tag.
        most: at most so many of each scenario, evenly spread, and those that are named after it;
            of derivatives four times as many.
        neighbours: how many others for each tag of theirs: without green cases no blame.
    """
    chosen: dict[Lane, None] = {}
    for scenario in SCENARIOS:
        here = [lane for lane in lanes() if lane[1] == scenario]
        knows = [lane for lane in here if component in tags(lane[0])]
        limit = 4 * most if scenario == "gradients" else most  # those cost next to nothing
        own = [lane for lane in knows if lane[0].group == component]
        knows = own + knows[:: max(1, -(-len(knows) // limit))]
        chosen |= dict.fromkeys(knows)
        for tag in {tag for lane in knows for tag in tags(lane[0])}:
            others = [ln for ln in here if tag in tags(ln[0]) and component not in tags(ln[0])]
            chosen |= dict.fromkeys(others[:neighbours])
    return tuple(chosen)


def run(some: Iterable[Lane] | None = None) -> Results:
    """Compares `scratch`, as it is now, with Keras."""
    found: Results = {}
    for case, scenario in lanes() if some is None else some:
        try:
            expected = TAPE.record(case, scenario, **_options(scenario))
            found[case, scenario] = _compare(case, scenario, expected, _scratch(case, scenario))
        except Exception as error:
            found[case, scenario] = error
    return found


def run_keras(fault: Fault, some: Iterable[Lane] | None = None) -> Results:
    """Compares Keras with a fault in it with `scratch`."""
    asked = list(lanes() if some is None else some)
    found: Results = {}
    for start in range(0, len(asked), 8):  # a few at a time: answers are kept until they are sent
        few = asked[start : start + 8]
        names = [(case.name, scenario) for case, scenario in few]
        answers = TAPE.run(f"{__name__}:measure_with_fault", fault.name, names)
        for (case, scenario), answer in zip(few, answers, strict=True):
            if isinstance(answer, Exception):
                found[case, scenario] = answer
            else:
                expected = _known_scratch(case, scenario)
                found[case, scenario] = _compare(case, scenario, expected, answer)
    return found


def measure_with_fault(keras: Any, engine: Any, fault: str, names: list[tuple[str, str]]) -> list:
    """In Keras's process: plants the fault, measures, and takes it out again."""
    from parity_tests.harness.faults import in_keras

    planted = next(f for f in in_keras.FAULTS + in_keras.NULL_CHANGES if f.name == fault)
    answers: list[Record | Exception] = []
    with planted.plant():
        for name, scenario in names:
            try:
                answers.append(engines.measure_named(engine, name, scenario, **_options(scenario)))
            except Exception as error:
                answers.append(RuntimeError(f"{type(error).__name__}: {error}"))
    return answers


def _options(scenario: str) -> dict[str, Any]:
    return {"limit": LIMIT} if scenario == "training" else {}


def _scratch(case: Case, scenario: str) -> Record:
    return HAND.record(case, scenario, **_options(scenario))


@functools.cache
def _known_scratch(case: Case, scenario: str) -> Record:
    return _scratch(case, scenario)


def _compare(case: Case, scenario: str, expected: Record, actual: Record) -> Comparison:
    steps: int | None = None
    only: tuple[str, ...] = ()
    if scenario == "initial":
        # With weights of its own, a layer's output is more than a mask: it rounds.
        only = ("initial/",) if any(n.startswith("initial/") for n in expected) else ("mask/",)
        if "orthogonal" in tags(case):
            return compare(case, expected, actual, lambda name: tolerances.ORTHOGONAL, only)
    elif scenario == "fitting":
        steps = int(expected[next(n for n in expected if n.endswith("/iteration"))])
    rule = checks.trajectory_rule(case, "float64", steps)
    if scenario == "gradients":
        rule = functools.partial(tolerances.rule, precision="float64")
    return compare(case, expected, actual, rule, only)
