"""The harness itself: its verdicts, its messages, and that no other file picks a tolerance."""

import ast
import warnings
from pathlib import Path

import numpy as np
import pytest

import scratch
from parity_tests import cases
from parity_tests.harness.case import Allowance, Case, classes, normal, onehot
from parity_tests.harness.comparison import compare
from parity_tests.harness.outcomes import same
from parity_tests.harness.record import step_of, without_step
from parity_tests.harness.tolerances import EXACT, SIGNAL, Bound, gamma, rule, trajectory
from scratch.ops.errors import InvalidArgumentError

HERE = Path(__file__).parents[2]
CASE = Case("adam/mlp", lambda keras: [], normal(1, 1), normal(1, 1))
BOUND = Bound(2.0**-20, "for this test")


def verdict(expected, actual, bound=BOUND, name="output", case=CASE):
    return compare(case, {name: expected}, {name: actual}, lambda _: bound).rows[0].verdict


def test_verdicts():
    one = np.ones(3)
    assert verdict(one, one) == "exact"
    assert verdict(one, one + 2.0**-21) == "close"
    assert verdict(one, one + 2.0**-19) == "different"
    assert verdict(one, one + 2.0**-52, EXACT) == "different"
    assert verdict(one, np.ones((3, 1))) == "missing"
    assert verdict(np.zeros(3), np.zeros(3)) == "vacuous"
    assert verdict(np.full(3, np.nan), np.full(3, np.nan)) == "exact"
    assert verdict(one, np.full(3, np.nan)) == "different"
    assert verdict(one * np.inf, one * np.inf) == "exact"


def test_a_quantity_on_one_side_only_is_missing():
    rows = compare(CASE, {"a": np.ones(1)}, {"b": np.ones(1)}, lambda _: BOUND).rows
    assert [row.verdict for row in rows] == ["missing", "missing"]
    with pytest.raises(AssertionError, match="nothing was compared"):
        compare(CASE, {}, {}, lambda _: BOUND).check()


def test_weights_that_do_not_move_are_vacuous():
    still = {f"weights/dense/kernel/step {t}": np.ones(2) for t in (0, 1, 2)}
    rows = compare(CASE, still, still, lambda _: BOUND).rows
    assert [row.verdict for row in rows] == ["exact", "vacuous", "vacuous"]
    moved = still | {"weights/dense/kernel/step 2": np.ones(2) + 2 * SIGNAL * BOUND.relative}
    assert not compare(CASE, moved, moved, lambda _: BOUND).failures


def test_what_is_declared_silent_must_be():
    silent = Case("x/y", lambda keras: [], normal(1, 1), normal(1, 1), silent=("output",))
    assert verdict(np.zeros(2), np.zeros(2), case=silent) == "exact"
    assert verdict(np.ones(2), np.ones(2), case=silent) == "different"


def test_a_failure_says_what_where_when_and_how_much():
    name = "weights/dense_2/kernel"
    expected = {f"{name}/step {t}": np.full((4, 8), 1.0 + t) for t in (0, 3, 4, 5)}
    actual = {key: array.copy() for key, array in expected.items()}
    for t in (4, 5):
        actual[f"{name}/step {t}"][3, 7] += 3.12 * BOUND.relative * (1 + t)
    message = compare(CASE, expected, actual, lambda _: BOUND).message()
    first, second = message.splitlines()
    assert first.startswith(
        "adam/mlp  weights/dense_2/kernel[3,7]  step 4 (first)  expected 5.0  actual 5.0"
    )
    assert first.endswith("312 % of what is allowed")
    assert "step 5  " in second


def test_an_allowance_loosens_one_quantity_and_says_why():
    case = Case("x/y", lambda keras: [], normal(1, 1), normal(1, 1),
                allowances=(Allowance("output", 4.0, because="it is a test"),))  # fmt: skip
    one = np.ones(3)
    assert verdict(one, one + 2.0**-19, case=case) == "close"
    assert verdict(one, one + 2.0**-19, name="loss", case=case) == "different"
    assert "because it is a test" in BOUND.times(4.0, "it is a test").why


def test_bounds():
    assert gamma(10, "float64") == pytest.approx(10 * 2.0**-53)
    assert trajectory(4).relative == 8 * 2 * 2.0**-53
    assert rule("initial/dense/kernel/step 0", "float32") is EXACT
    assert rule("weights/dense/kernel/step 9", "float64", 9).relative == 24 * 2.0**-53
    assert step_of("loss/step 3") == 3
    assert step_of("loss") is None
    assert without_step("loss/step 3") == "loss"


def raises(error):
    raise error


class Warned:
    """Two libraries that come to the same, but for a warning."""

    def __init__(self, aloud):
        self.aloud = aloud

    def __call__(self):
        if self.aloud:
            warnings.warn("aloud", stacklevel=2)


ALIKE = [
    (1, 1),
    (None, None),
    (float("nan"), float("nan")),
    (["a", (1,)], ["a", (1,)]),
    ({"a": np.ones(2)}, {"a": np.ones(2)}),
    (np.array([1.0, np.nan, np.inf]), np.array([1.0 + 1e-9, np.nan, np.inf])),
]
UNLIKE = [
    (1, 2),
    (1, 1.0),
    (1, True),
    (None, 0),
    ([1], (1,)),
    ([1], [1, 2]),
    ({"a": 1}, {"b": 1}),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    (np.ones(2), np.ones((2, 1))),
    (np.ones(2), np.ones(2, "float32")),
    (np.ones(2, int), np.array([1, 2])),
    (np.array([1.0, 2.0]), np.array([1.0, 2.1])),
    (np.array([1.0, np.nan]), np.array([1.0, 2.0])),
    (np.array([1.0, 2.0]), np.array([1.0, np.inf])),
    (np.array([np.inf]), np.array([-np.inf])),
    (1.0, np.ones(())),
]


def test_alike_outcomes():
    for ours, theirs in ALIKE:
        same(lambda value: value, ours, theirs, trajectory(1, precision="float32"))
    same(raises, InvalidArgumentError("a"), ValueError("b"))
    same(raises, ValueError("shapes"), InvalidArgumentError("shapes"))
    same(lambda library: library(), Warned(True), Warned(True))


@pytest.mark.parametrize(("ours", "theirs"), UNLIKE)
def test_unlike_outcomes(ours, theirs):
    with pytest.raises(AssertionError):
        same(lambda value: value, ours, theirs, trajectory(1, precision="float32"))


def test_unlike_errors_and_warnings():
    for call, ours, theirs in (
        (raises, TypeError("a"), ValueError("a")),
        (raises, ValueError("a"), IndexError("a")),
        (lambda x: x if x else raises(ValueError()), 1, 0),
        (lambda x: x if x else raises(ValueError()), 0, 1),
        (lambda library: library(), Warned(False), Warned(True)),
        (lambda library: library(), Warned(True), Warned(False)),
    ):
        with pytest.raises(AssertionError):
            same(call, ours, theirs)


def test_an_error_where_a_value_is_wanted():
    with pytest.raises(AssertionError):
        same(raises, ValueError("a"), ValueError("b"), may_fail=False)
    same(lambda value: value, 1, 1, may_fail=False)


def test_cases_have_names_and_seeds_of_their_own():
    everything = [case for module in cases.MODULES for case in cases.of(module)]
    assert len({case.name for case in everything}) == len(everything) > 250
    for case in everything:
        assert "/" in case.name
        (x, y, _), again = case.data(), case.data()
        assert x.tobytes() == again[0].tobytes()
        assert y.tobytes() == again[1].tobytes()
        assert np.array_equal(x, x.astype("float32")), "representable in float32"


def test_makers():
    draw = np.random.default_rng(0)
    assert classes(5, 3, column=True)(draw).shape == (5, 1)
    assert (onehot(5, 3)(draw).sum(axis=1) == 1).all()


# One file decides how close is close


# scratch.testing too, which judges: its bounds follow from the types, with no number of their own.
ROOMS = (HERE, HERE.parent / "scratch" / "testing")
FILES = sorted(p for room in ROOMS for p in room.rglob("*.py") if p.name != "tolerances.py")
TOLERANT = {
    "atol",
    "rtol",
    "abs",
    "rel",
    "abs_tol",
    "rel_tol",
    "decimal",
    "places",
    "maxulp",
    "nulp",
}
NAMES = ("TOL", "ULP", "SIGMA", "MARGIN", "CLOSE", "BOUND")


def bare_tolerances(tree):
    """Lines on which a number says how close is close."""
    for node in ast.walk(tree):
        if isinstance(node, ast.keyword) and node.arg in TOLERANT and _number(node.value):
            yield node.value.lineno
        if isinstance(node, ast.Compare) and isinstance(node.ops[0], ast.Lt | ast.LtE):
            limits = [c for c in node.comparators if _number(c) and 0 < abs(_value(c)) < 1e-2]
            yield from (c.lineno for c in limits)
        if isinstance(node, ast.Assign) and _number(node.value):
            for target in node.targets:
                if isinstance(target, ast.Name) and any(n in target.id.upper() for n in NAMES):
                    yield node.lineno


def _value(node):
    return eval(compile(ast.Expression(node), "a tolerance", "eval"), {"__builtins__": {}})


def _number(node):
    """Whether it is a number other than 0, or is computed from numbers alone: `2**-20`."""
    parts = [part for part in ast.walk(node) if isinstance(part, ast.expr)]
    computed = ast.Constant | ast.UnaryOp | ast.BinOp
    if not all(isinstance(part, computed) for part in parts):
        return False
    value = _value(node)
    return isinstance(value, float | int) and value


@pytest.mark.parametrize("path", FILES, ids=[str(path.relative_to(HERE.parent)) for path in FILES])
def test_no_other_file_picks_a_tolerance(path):
    if path.name == "test_harness.py":
        return  # it tests the numbers themselves
    lines = sorted(set(bare_tolerances(ast.parse(path.read_text()))))
    assert not lines, f"{path.name}: lines {lines} belong in harness/tolerances.py"


def test_the_search_for_tolerances_finds_them():
    code = "f(a, rtol=1e-3)\nassert x < 1e-6\nMY_ULPS = 4\nassert n < 30\n"
    assert sorted(bare_tolerances(ast.parse(code))) == [1, 2, 3]
    code = "f(a, rtol=2**-20)\nassert x < 3 * 2**-30\nMY_TOL = -1 / 8\nf(a, rtol=2 * BOUND)\n"
    assert sorted(bare_tolerances(ast.parse(code))) == [1, 2, 3]


# No test sees what another has left ---------------------------------------------------------------


def test_a_test_may_leave_another_float_type():
    scratch.config.set_floatx("float64")
    assert scratch.layers.Dense(1).dtype == "float64"


@pytest.fixture(scope="module")
def shared():
    """What the tests of a module share is made between two of them."""
    return scratch.layers.Dense(1)


def test_what_a_module_shares_is_made_afresh(shared):
    assert shared.dtype == "float32"
    assert shared.name == "dense"
