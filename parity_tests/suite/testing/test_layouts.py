"""The layout is found, not asked for: right in each that is taught, wrong with each mistake."""

import pytest

from parity_tests.suite.testing.dense_layouts import MISTAKES, source, styles
from parity_tests.suite.testing.students import spoiled
from scratch.testing import check_layer

STYLES = styles()


def checked(style, mistake=""):
    """Dense with tanh in one style, as it is written and as it is found."""
    code = spoiled(source(style, mistake))
    if style.form == "cache":
        pair = code["affine_tanh_forward"], code["affine_tanh_backward"]
        return check_layer(pair, "dense", activation="tanh")
    return check_layer(code["Layer"], "dense", activation="tanh")


@pytest.mark.parametrize("style", STYLES, ids=str)
def test_right_in_every_layout(style):
    result = checked(style).raise_if_wrong()
    assert set(result.right) == {"output", "dW", "db", "dx"}
    notes = " ".join(result.notes)
    assert ("samples in columns" in notes) == style.columns
    assert ("takes the mean" in notes) == style.mean
    # Told apart only where somebody's code has made it: names of sizes that mean nothing do not.
    assert ("(units, inputs)" in notes) == style.transposed


@pytest.mark.parametrize("mistake", MISTAKES)
def test_wrong_in_some_layouts(mistake):
    """Other ones for each mistake, so that together they are nearly all."""
    for style in STYLES[list(MISTAKES).index(mistake) :: 24]:
        assert not checked(style, mistake), f"{style}: {source(style, mistake)}"


@pytest.mark.parametrize("mistake", MISTAKES)
def test_wrong_in_every_layout(mistake):
    for style in STYLES:
        assert not checked(style, mistake), f"{style}: {source(style, mistake)}"


def test_there_are_enough_of_them():
    assert len(STYLES) > 100
    assert len(MISTAKES) > 12
