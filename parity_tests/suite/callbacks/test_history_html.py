"""What a notebook shows of a training: curves and a table, whatever the values are."""

import math
import pickle
import xml.etree.ElementTree as ET

import numpy as np
import pytest

import scratch as keras
from scratch.callbacks.history_html import page, ticks

SVG = "{http://www.w3.org/2000/svg}"


def table(html):
    """The texts of the rows, head included."""
    return [["".join(cell.itertext()) for cell in row] for row in ET.fromstring(html).iter("tr")]


def curves(html):
    """How many points each curve of each chart has."""
    charts = list(ET.fromstring(html).iter(f"{SVG}svg"))
    return [
        [len(line.attrib["points"].split()) for line in chart.iter(f"{SVG}polyline")]
        for chart in charts
    ]


def trained(**options):
    keras.utils.set_random_seed(1)
    model = keras.Sequential([keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    x = np.ones((8, 2), "float32")
    return model.fit(x, x[:, :1], verbose=0, **options)


def test_a_row_an_epoch_and_a_chart_a_metric():
    history = trained(epochs=3)
    head, *rows = table(history._repr_html_())
    assert head == ["epoch", "loss", "mae"]
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[1] for row in rows] == [f"{v:.4f}" for v in history.history["loss"]]
    assert curves(history._repr_html_()) == [[3], [3]]


def test_a_validation_now_and_then_stands_at_its_epochs():
    history = trained(epochs=6, validation_split=0.5, validation_freq=[2, 5])
    head, *rows = table(history._repr_html_())
    assert [bool(row[head.index("val_loss")]) for row in rows] == [0, 1, 0, 0, 1, 0]
    assert curves(history._repr_html_()) == [[6, 2], [6, 2]]


def test_a_training_that_goes_on_is_counted_on():
    history = trained(epochs=5, initial_epoch=3)
    assert [row[0] for row in table(history._repr_html_())] == ["epoch", "4", "5"]


def test_a_copy_shows_the_same():
    history = trained(epochs=3)
    history.set_model(None)
    assert pickle.loads(pickle.dumps(history))._repr_html_() == history._repr_html_()


def test_before_the_first_epoch():
    assert "No epochs" in keras.callbacks.History()._repr_html_()


def test_names_and_texts_are_escaped():
    html = page({"<b>": [1.0, 2.0], "told": ["<i>", "&"]}, {})
    assert table(html) == [["epoch", "<b>", "told"], ["1", "1.0000", "<i>"], ["2", "2.0000", "&"]]
    assert curves(html) == [[2]]


def test_a_value_that_is_not_finite_leaves_a_gap():
    html = page({"loss": [1.0, 0.5, math.nan, 0.25, 0.2, math.inf, 0.1]}, {})
    assert curves(html) == [[2, 2]]
    assert len(list(ET.fromstring(html).iter(f"{SVG}circle"))) == 1
    assert curves(page({"loss": [math.nan]}, {})) == []


def test_a_value_beyond_what_can_be_subtracted_leaves_a_gap():
    assert curves(page({"loss": [1e308, 1.0, 2.0, -1e308]}, {})) == [[2]]


def test_a_history_that_a_user_changed():
    history = trained(epochs=3)
    history.history["loss"] = [0.5]
    assert [row[1] for row in table(history._repr_html_())] == ["loss", "0.5000", "", ""]


def test_a_long_table_shows_both_ends():
    _, *rows = table(page({"loss": [1 / (i + 1) for i in range(1000)]}, {}))
    assert [row[0] for row in rows[9:12]] == ["10", "980 more epochs", "991"]
    assert rows[-1][0] == "1000"


@pytest.mark.parametrize(("epochs", "shown"), [(40, 40), (41, 21)])
def test_forty_epochs_are_shown_whole(epochs, shown):
    _, *rows = table(page({"loss": [1 / (i + 1) for i in range(epochs)]}, {}))
    assert len(rows) == shown


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0.0, 1.0, [0.0, 0.5, 1.0]),
        (0.31, 0.69, [0.3, 0.4, 0.5, 0.6, 0.7]),
        (-2.0, 6.5, [-5.0, 0.0, 5.0, 10.0]),
        (1e-3, 1e-3, [1e-3, 1.5e-3]),
        (0.0, 0.0, [0.0, 0.5]),
    ],
)
def test_marks_are_round(low, high, marks):
    assert np.array_equal(np.round(ticks(low, high), 12), marks)


@pytest.mark.parametrize(
    ("low", "high"),
    [(-1e300, 1e300), (0.0, 5e-324), (1e16, 1e16 + 2), (5e-324, 5e-324), (-3.4e38, 3.4e38)],
)
def test_marks_of_extreme_values(low, high):
    marks = ticks(low, high)
    assert 2 <= len(marks) <= 50
    assert marks[0] < marks[-1]
    assert curves(page({"loss": [low, high]}, {})) == [[2]]


def test_marks_of_epochs_are_whole():
    assert ticks(1, 3, whole=True) == [1, 2, 3]
