"""A plan: the names in its lines."""

import keyword

import pytest

from scratch.network.plan import Plan


def test_a_name_that_is_taken_is_counted_on():
    plan = Plan()
    wanted = ["z_2", "z", "z", "z", "y", "y"]
    assert [plan.result(name) for name in wanted] == ["z_2", "z", "z_3", "z_4", "y", "y_2"]


@pytest.mark.parametrize("wanted", ["a b", "3", "for", "é", "", "x/y:0"])
def test_any_name_can_be_wanted(wanted):
    plan = Plan()
    found = [plan.result(wanted), plan.result(wanted)]
    assert len(set(found)) == 2
    assert all(name.isidentifier() and not keyword.iskeyword(name) for name in found)


def test_one_object_has_one_name():
    plan, one, other = Plan(), [1.0], [1.0]
    assert plan.name(one, "a") == plan.name(one, "b") == "a"
    assert plan.name(other, "a") == "a_2"
    assert (plan.bound["a"], plan.bound["a_2"]) == (one, other)
    assert plan.bound["a_2"] is other
