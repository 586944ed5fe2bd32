"""The coverage table tells the truth about names, about what is tested, and about what is not."""

import pytest

import scratch
from parity_tests import coverage

pytestmark = pytest.mark.quick


@pytest.mark.parametrize(
    ("name", "thing", "mentioned"),
    [
        ("Dense", scratch.layers.Dense, True),
        ("NoSuchLayer", object(), False),
    ],
)
def test_a_name_counts_as_exercised_only_where_the_suite_names_it(name, thing, mentioned):
    assert coverage._is_mentioned("layers", name, thing) is mentioned


def test_what_is_left_out_has_a_reason():
    assert coverage.left_out("layers", "Conv2D") == "convolution and pooling"
    assert coverage.left_out("layers", "Dense") is None


def test_what_is_missing_or_in_no_case_is_named():
    sets = [frozenset(names) for names in ({"A", "B", "C"}, {"A", "B"}, {"A"}, set())]
    row = coverage.Row("layers", *sets)
    assert row.missing == ["B"]
    assert row.untested == ["A"]
    assert "| `layers` | 3 | 2 | 1 | 0 |" in coverage.markdown([row])
