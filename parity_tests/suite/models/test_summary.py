"""A model's summary, character by character."""

import functools
import io
import sys

import numpy as np
import pytest

import scratch
from scratch.models import text_table

keras = pytest.importorskip("tensorflow").keras


@pytest.fixture(autouse=True)
def a_console_of_80_columns(monkeypatch):
    for name in ("FORCE_COLOR", "NO_COLOR", "COLORTERM", "TTY_COMPATIBLE", "JPY_PARENT_PID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "80")
    # rich remembers how a style is written, although that depends on the terminal.
    style = pytest.importorskip("rich.style").Style
    style.parse.cache_clear()
    style._add.cache_clear()


@functools.cache
def built(build, library):
    """A model, built once: looking at it does not change it."""
    library.utils.clear_session()  # names count from the start
    return build(library)


def lecture(keras):
    return keras.Sequential(
        [
            keras.layers.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(300, activation="relu"),
            keras.layers.Dense(100, activation="relu"),
            keras.layers.Dense(10, activation="softmax"),
        ]
    )


def unbuilt(keras):
    return keras.Sequential([keras.layers.Dense(300), keras.layers.Dense(10)], name="unbuilt")


def unbuilt_with_weightless_layers(keras):
    layers = keras.layers
    return keras.Sequential(
        [layers.Flatten(), layers.Dropout(0.5), layers.Activation("relu"), layers.Dense(1)]
    )


def all_layers(keras):
    model = keras.Sequential(name="with_a_rather_long_name_that_goes_on_and_on")
    model.add(keras.layers.Input((1228,)))
    model.add(keras.layers.Dense(1000, name="a_very_long_layer_name_that_fits_on_no_line_at_all"))
    model.add(keras.layers.Activation("relu"))
    model.add(keras.layers.Dropout(0.25, name="drop out"))
    model.add(keras.layers.Dense(3, use_bias=False, trainable=False))
    return model


def compiled(keras):
    model = lecture(keras)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def trained(keras):
    model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(2)])
    model.compile("adam", "mse")
    model.fit(np.zeros((4, 3), "float32"), np.zeros((4, 2), "float32"), verbose=0)
    return model


def empty(keras):
    return keras.Sequential()


MODELS = [lecture, unbuilt, all_layers, compiled, trained, empty]


def captured(library, build, **arguments):
    pieces: list[str] = []
    built(build, library).summary(print_fn=pieces.append, **arguments)
    assert len(pieces) == 1
    return pieces[0]


def same(build, **arguments):
    ours = captured(scratch, build, **arguments)
    assert ours == captured(keras, build, **arguments)
    return ours


@pytest.mark.parametrize("build", MODELS)
@pytest.mark.parametrize("show_trainable", [False, True])
def test_same_text(build, show_trainable):
    assert "Total params" in same(build, show_trainable=show_trainable)


def test_it_says_what_the_lecture_shows():
    text = same(lecture)
    for line in (
        'Model: "sequential"',
        " Total params: 266,610 (1.02 MB)",
        " Trainable params: 266,610 (1.02 MB)",
        " Non-trainable params: 0 (0.00 B)",
    ):
        assert line in text.splitlines()


@pytest.mark.parametrize("line_length", [*range(20, 60), 76, 80, 81, 88, 100, 120, 200])
@pytest.mark.parametrize("show_trainable", [False, True])
def test_same_text_at_every_width(line_length, show_trainable):
    arguments = {"line_length": line_length, "show_trainable": show_trainable}
    results = []
    for library in (scratch, keras):
        try:
            results.append(captured(library, all_layers, **arguments))
        except ValueError as error:
            results.append(str(error).split(".")[0].split(":")[0])
    assert results[0] == results[1]


@pytest.mark.parametrize("columns", [10, 30, 60, 79, 92, 120])
def test_same_text_on_every_console(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    results = []
    for library in (scratch, keras):
        try:
            results.append(captured(library, all_layers))
        except ValueError as error:
            results.append(str(error).split(".")[0].split(":")[0])
    assert results[0] == results[1]


@pytest.mark.parametrize(
    "positions", [[0.2, 0.7, 1.0], [0.33, 0.55, 0.67], [0.2, 0.4, 0.6, 1.0], [0.5, 0.9, 1.2]]
)
def test_positions(positions):
    same(lecture, positions=positions)
    if positions[-1] <= 1:
        same(lecture, positions=positions, show_trainable=True, line_length=100)


def test_too_few_positions_are_refused():
    with pytest.raises(ValueError, match="needs a position"):
        built(lecture, scratch).summary(positions=[0.5, 1.0])


@pytest.mark.parametrize(
    "layer_range", [["dense", "dense_1"], ["flatten", "dense$"], ["dense_2", "flatten"], [".", "."]]
)
def test_a_range_of_layers(layer_range):
    same(lecture, layer_range=layer_range)


@pytest.mark.parametrize("layer_range", [["dense"], ["dense", 3], ["conv", "dense"]])
def test_wrong_ranges_are_refused(layer_range):
    for library in (scratch, keras):
        with pytest.raises(ValueError, match="Received"):
            built(lecture, library).summary(layer_range=layer_range, print_fn=str)


def one_layer_built_by_hand(keras):
    layer = keras.layers.Dense(4)
    layer.build((None, 3))
    return keras.Sequential([layer, keras.layers.Dense(2)])


def test_layers_without_weights_need_no_building():
    assert "(unbuilt)" in same(unbuilt_with_weightless_layers, show_trainable=True)


def test_half_the_layers_built():
    assert "16" in same(one_layer_built_by_hand, show_trainable=True)


# On standard output ------------------------------------------------------------------------------


class Terminal(io.StringIO):
    def isatty(self):
        return True


def printed(library, build, out, monkeypatch, **arguments):
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", out)
        built(build, library).summary(**arguments)
    return out.getvalue()


@pytest.mark.parametrize("build", MODELS)
@pytest.mark.parametrize("term", ["xterm-256color", "xterm", "dumb"])
def test_same_colors(build, term, monkeypatch):
    monkeypatch.setenv("TERM", term)
    for show_trainable in (False, True):
        ours, theirs = (
            printed(lib, build, Terminal(), monkeypatch, show_trainable=show_trainable)
            for lib in (scratch, keras)
        )
        assert ours == theirs
        assert ("\x1b[" in ours) == (term != "dumb")


@pytest.mark.parametrize(
    "environment",
    [{"COLORTERM": "truecolor"}, {"NO_COLOR": "1"}, {"FORCE_COLOR": ""}, {"COLUMNS": "44"}],
)
def test_same_colors_in_other_terminals(environment, monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    for arguments in ({"line_length": 40}, {"line_length": 100}):
        ours, theirs = (
            printed(library, all_layers, Terminal(), monkeypatch, **arguments)
            for library in (scratch, keras)
        )
        assert ours == theirs


def test_no_colors_on_a_pipe(monkeypatch):
    ours, theirs = (
        printed(library, all_layers, io.StringIO(), monkeypatch) for library in (scratch, keras)
    )
    assert ours == theirs
    assert "\x1b" not in ours


def test_an_encoding_without_box_characters(monkeypatch):
    written = []
    for library in (scratch, keras):
        raw = io.BytesIO()
        out = io.TextIOWrapper(raw, encoding="latin-1")
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", out)
            built(lecture, library).summary()
            out.flush()
        written.append(raw.getvalue())
    assert written[0] == written[1]


def test_it_goes_to_the_log_if_wanted(caplog, capsys):
    scratch.utils.disable_interactive_logging()
    try:
        with caplog.at_level("INFO", logger="scratch"):
            built(lecture, scratch).summary()
    finally:
        scratch.utils.enable_interactive_logging()
    assert caplog.messages == [captured(keras, lecture)]
    assert capsys.readouterr().out == ""


# Models inside models ----------------------------------------------------------------------------


class Part:
    """The least that a layer shows of itself; models as layers come with their own class."""

    built = True
    trainable = True
    weights = ()
    trainable_weights = ()
    non_trainable_weights = ()

    def __init__(self, name, shape, layers=()):
        self.name, self.output_shape, self.layers = name, shape, list(layers)

    def count_params(self):
        return 0


def test_nested_models_are_expanded():
    inner = Part("inner", (None, 3), [Part("a", (None, 2)), Part("b", (None, 3))])
    model = Part("outer", (None, 3), [Part("c", [(None, 1), (None, 2)]), inner])
    pieces: list[str] = []
    scratch.models.summary.summary(model, print_fn=pieces.append, expand_nested=True)
    rows = [line for line in pieces[0].splitlines() if "Part" in line]
    assert [row.split("│")[1].strip() for row in rows] == [
        "c (Part)",
        "inner (Part)",
        "└ a (Part)",
        "└ b (Part)",
    ]
    assert "[(None, 1), (None, 2)]" in rows[0]
    pieces.clear()
    scratch.models.summary.summary(model, print_fn=pieces.append)
    assert "└ a" not in pieces[0]


# The table itself, against the library that Keras draws with -------------------------------------


@pytest.mark.parametrize("fold", [False, True])
@pytest.mark.parametrize("justify", ["left", "right", "center"])
def test_wrapping_is_that_of_rich(justify, fold):
    text_of = pytest.importorskip("rich.text").Text
    console = pytest.importorskip("rich.console").Console(width=80)
    generator = np.random.default_rng(7)
    for _ in range(200):
        string = "".join(generator.choice(list("ab_ (,) "), size=generator.integers(0, 40)))
        width = int(generator.integers(1, 15))
        theirs = text_of(string).wrap(
            console, width, justify=justify, overflow="fold" if fold else "ellipsis"
        )
        ours = text_table.wrap(text_table.styled(string), width, justify, fold)
        assert ["".join(c for c, _ in line) for line in ours] == [line.plain for line in theirs]
