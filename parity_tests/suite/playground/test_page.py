"""The page in a browser, over both transports: what is painted is what the session says."""

import json
import os
from urllib.parse import quote

import numpy as np
import pytest

from parity_tests.suite.playground import browsing
from parity_tests.suite.playground.playing import PRESETS, Session, ask, dense, unpacked

TRANSPORTS = ("worker", "socket")


@pytest.fixture(scope="module")
def chrome():
    with browsing.browser() as found:
        yield found


@pytest.fixture(scope="module")
def addresses(tmp_path_factory):
    with (
        browsing.static_site(tmp_path_factory.mktemp("site")) as static,
        browsing.served() as server,
    ):
        yield {"worker": static, "socket": server}


@pytest.fixture(params=TRANSPORTS)
def page(request, chrome, addresses):
    """An open page; in the end nothing has gone wrong on it, and nobody else was asked."""
    context = chrome.new_context(viewport={"width": 1440, "height": 1000})
    found = browsing.Page(context.new_page(), addresses[request.param])
    yield found.open()
    context.close()
    assert found.errors == []
    assert found.outside == []


def behind(state):
    """What is written behind the address to open a state."""
    return "#" + quote(json.dumps(state))


def test_pixels_are_the_engines_numbers(page):
    # A hidden unit of tanh, and the output as probabilities, after some steps.
    page.page.get_by_label("A step is").select_option("epochs")
    page.press("Step")
    session = Session()
    made = ask(session, "new", state={})
    page.wait_for_step(ask(session, "step", epochs=1)["step"])
    maps = unpacked(session.frame())["maps"]
    for at, place in enumerate(made["layout"]["maps"]):
        if place["kind"] == "input":
            continue
        column = [layer["name"] for layer in made["layers"]].index(place["layer"])
        shown = page.pixels(f"canvas[data-column='{column}'][data-unit='{place['unit']}']")
        share = 2 * maps[at] - 1 if place["kind"] == "output" else maps[at]
        assert np.ptp(maps[at]) > 0.1, "a map that shows something"
        # A level of 256 and a shade of 512 are the steps of the picture.
        assert np.abs(shown - browsing.colours(share)).max() <= 2, place


OUTPUT = "canvas[data-map=output]"


def at_rest(page):
    """The large map, when it is painted finely."""
    page.until("document.querySelector('canvas[data-map=output]').width === 100")
    return page.pixels(OUTPUT)


def test_an_edited_weight_changes_the_output(page):
    before = at_rest(page)
    page.page.locator(".neuron").nth(2).click()  # the first unit of the first hidden layer
    page.page.wait_for_timeout(500)
    assert not np.array_equal(at_rest(page), before), "the unit's own map"
    page.press("Show the output")
    page.page.locator(".neuron").nth(2).focus()
    page.page.keyboard.press("Enter")
    field = page.page.locator(".unit-weights input").first
    field.fill("2.5")
    field.press("Enter")
    page.press("Show the output")
    page.page.wait_for_timeout(500)
    after = at_rest(page)
    session = Session()
    ask(session, "new", state={"resolution": 100})
    ask(session, "edit", weight="dense_1/kernel", index=[0, 0], value=2.5)
    expected = browsing.colours(2 * unpacked(session.frame())["maps"][-1] - 1)
    assert np.abs(after - before).max() > 10
    assert np.abs(after - expected).max() <= 2


def test_an_edge_is_edited_where_it_is_clicked(page):
    canvas = page.page.locator(".net .edges")
    box = canvas.bounding_box()
    units = [page.page.locator(".neuron").nth(n).bounding_box() for n in (0, 2)]
    # In the middle between two columns an edge is halfway between its ends.
    x = (units[0]["x"] + units[0]["width"] + units[1]["x"]) / 2 - box["x"]
    y = (units[0]["y"] + units[1]["y"] + units[0]["height"]) / 2 - box["y"]
    canvas.hover(position={"x": x, "y": y})
    assert "w = " in page.page.locator(".net .tip").inner_text()
    canvas.click(position={"x": x, "y": y})
    asked = page.page.locator(".ask")
    assert "dense_1/kernel[0, 0]" in asked.inner_text()
    asked.locator("input").fill("-3")
    asked.locator("input").press("Enter")
    page.page.locator(".neuron").nth(2).click()
    assert page.page.locator(".unit-weights input").first.input_value() == "-3"


def test_a_link_brings_everything_back(page):
    page.preset("spiral")
    page.press("Step")
    page.wait_for_step(1)
    page.page.get_by_label("with weights").check()
    page.press("Copy link")
    page.until("location.hash.length > 20")
    page.page.wait_for_timeout(500)
    painted = at_rest(page)
    page.open(page.page.evaluate("location.hash"))
    assert page.page.locator("#data-set").input_value() == "spiral"
    assert np.array_equal(at_rest(page), painted)


def test_every_preset_trains(page):
    for name in PRESETS:
        page.preset(name)
        page.press("Step")
        page.wait_for_step(1)


def test_points_of_ones_own(page):
    page.press("Clear all")
    plane = page.page.locator(".plane .points")
    plane.click(position={"x": 80, "y": 80})
    page.page.get_by_label("A click adds a point of").select_option("1")
    plane.click(position={"x": 200, "y": 200})
    page.panel("Points")
    page.until("document.querySelectorAll('#panel tbody tr').length === 2")
    plane.click(position={"x": 81, "y": 81}, modifiers=["Shift"])
    page.until("document.querySelectorAll('#panel tbody tr').length === 1")
    assert page.page.locator("#data-set").input_value() == "points"


def test_points_from_a_file_and_back(page):
    text = "a,b,label\n1,2,0\n-3,4,1\n2,-1,1\n0.5,0.25,0\n"
    page.page.locator("input[type=file]").first.set_input_files(
        {"name": "points.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.until("document.querySelector('#data-set').value === 'points'")
    page.panel("Points")
    page.until("document.querySelectorAll('#panel tbody tr').length === 4")
    with page.page.expect_download() as waiting:
        page.press("Save CSV")
    written = waiting.value.path().read_text().splitlines()
    rows = [tuple(float(one) for one in line.split(",")[:3]) for line in written[1:]]
    assert sorted(rows) == [(-3, 4, 1), (0.5, 0.25, 0), (1, 2, 0), (2, -1, 1)]


@pytest.mark.parametrize("name", ["perceptron", "autoencoder"])
def test_what_is_drawn_over_the_plane(page, name):
    assert not page.pixels(".plane .over", alpha=True).any(), (
        "nothing of a network of several units"
    )
    page.preset(name)
    page.page.wait_for_timeout(800)
    before = page.pixels(".plane .over", alpha=True)
    assert before.any(), "a line, or arrows"
    page.press("Step")
    page.wait_for_step(1)
    page.page.wait_for_timeout(800)
    assert not np.array_equal(page.pixels(".plane .over", alpha=True), before)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_phone_needs_no_sideways_scrolling(chrome, addresses, dark):
    context = chrome.new_context(
        viewport={"width": 400, "height": 800}, color_scheme="dark" if dark else "light"
    )
    page = browsing.Page(context.new_page(), addresses["worker"]).open()
    for tab in page.page.get_by_role("tab").all():
        tab.click()
        page.page.wait_for_timeout(100)
        width = page.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 400, tab.inner_text()
    assert page.errors == []
    context.close()


def test_a_teacher_hides_controls(chrome, addresses):
    context = chrome.new_context()
    page = browsing.Page(context.new_page(), addresses["socket"]).open("?hide=data,layers,panels")
    assert page.page.get_by_role("heading", name="Network").count() == 1
    assert page.page.get_by_role("heading", name="Data").count() == 0
    assert page.page.get_by_role("button", name="Add layer").count() == 0
    assert page.page.get_by_role("tab").count() == 0
    # A state may say so too.
    page.open(behind({"hidden_controls": ["training"]}))
    assert page.page.get_by_role("heading", name="Training").count() == 0
    assert page.page.get_by_role("heading", name="Data").count() == 1
    # And single controls of a card.
    page.open(behind({"hidden_controls": ["noise", "rate", "own_points", "stop", "steps"]}))
    for name in ("Noise", "Learning rate, exactly", "A click adds a point of", "How long it plays",
                 "How many at a press"):  # fmt: skip
        assert page.page.get_by_label(name).count() == 0, name
    for name in (
        "#data-set",
        ".card-training select",
        ".run select",
        ".card-data input[type=range]",
    ):
        assert page.page.locator(name).count() >= 1, name
    page.page.locator(".plane .points").click()
    assert page.page.locator("#data-set").input_value() == "circle", "a click adds nothing"
    context.close()


SEVEN = {
    "features": ["x", "y", "x^2", "y^2", "x*y", "sin(x)", "sin(y)"],
    "layers": dense(8, 8, 8, 8),
    "data": {"name": "spiral"},
}


def frames_a_second(page, least):
    """Plays; the frames of a second are at least so many, unless others keep the machine busy."""
    page.press("▶ Play")
    page.page.wait_for_timeout(5000)
    measured = float(page.measured("framesPerSecond"))
    page.press("❚❚ Pause")
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if measured < least and load > processors:
        pytest.skip(f"{measured:.0f} frames a second, load {load:.1f} on {processors} processors")
    assert measured >= least


@pytest.mark.parametrize(
    ("state", "least"),
    [({"layers": dense(8, 8)}, 40), (SEVEN, 20)],
    ids=["2-8-8-1", "7-8-8-8-8-1"],
)
def test_frames_a_second_in_the_static_page(chrome, addresses, state, least):
    context = chrome.new_context(viewport={"width": 1440, "height": 1000})
    page = browsing.Page(context.new_page(), addresses["worker"]).open(behind(state))
    assert page.page.locator("canvas[data-column='1']").first.get_attribute("width") == "40"
    frames_a_second(page, least)
    context.close()


def test_frames_a_second_with_both_engines(chrome, addresses):
    pytest.importorskip("tensorflow")
    context = chrome.new_context(viewport={"width": 1440, "height": 1000})
    state = {"layers": dense(8, 8), "engines": ["scratch", "tf"]}
    page = browsing.Page(context.new_page(), addresses["socket"]).open(behind(state))
    page.until("document.querySelector('.badge').innerText.includes('tf.keras')")
    frames_a_second(page, 25)
    context.close()


def test_discretized(page):
    at_rest(page)
    page.page.get_by_label("Discretize").check()
    page.page.wait_for_timeout(600)
    painted = at_rest(page)
    found = {tuple(one) for one in np.unique(painted.reshape(-1, 3), axis=0)}
    sure = {tuple(browsing.NEGATIVE), tuple(browsing.POSITIVE)}
    assert sure <= found <= sure | {tuple(browsing.ZERO)}


def test_the_first_frame_comes_soon_after_python_itself(chrome, addresses):
    context = chrome.new_context()
    page = browsing.Page(context.new_page(), addresses["worker"]).open()
    milestones = json.loads(page.measured("milestones"))
    context.close()
    assert 0 < milestones["numpy"] < milestones["session"] < milestones["firstFrame"]
    assert milestones["firstFrame"] <= 1.5 * milestones["numpy"]
