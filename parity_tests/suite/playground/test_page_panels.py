"""The panels of the page: what each shows is what the session says, over both transports."""

import io
import json
import re

import numpy as np
import pytest

from parity_tests.harness.tolerances import FEW_ROUNDINGS, FOUR_DIGITS, THREE_DIGITS
from parity_tests.suite.playground import browsing
from parity_tests.suite.playground.browsing import number, numbers
from parity_tests.suite.playground.playing import Session, ask

LAST = re.compile(r"(?<=\.\d{12})\d+")


def beginning():
    """What the page begins a test with, here."""
    session = Session()
    ask(session, "preset", name="circle")
    return session


def saved(page, press):
    """What a click saves: its name and bytes."""
    with page.page.expect_download() as waiting:
        press()
    return waiting.value.suggested_filename, waiting.value.path().read_bytes()


def test_a_step_forward_and_backward(page):
    panel = page.panel("A step, slowly")
    session = beginning()
    row = ask(session, "microscope")["rows"][0]
    seen = ask(session, "microscope", rows=[row])
    page.until("document.querySelector('.phase') !== null")
    assert f"Point {row} enters" in panel.inner_text()
    following = panel.get_by_role("button", name="Next ▶")
    following.click()
    following.click()
    # Forward, layer by layer: the activations of what has been reached stand at the units.
    shown = page.page.locator(".neuron .value").all_inner_texts()
    expected = [*seen["input"][0], *seen["layers"][0]["a"][0], *seen["layers"][1]["a"][0]]
    assert np.allclose([number(one) for one in shown], expected, rtol=THREE_DIGITS, atol=0)
    panel.get_by_role("button", name="Backward").click()
    # The loss flows back: dL/dz of the output, and dL/dw on its edges.
    last = seen["layers"][-1]
    shown = page.page.locator(".neuron .value").all_inner_texts()
    assert np.allclose(number(shown[-1]), last["dL_dz"][0][0], rtol=THREE_DIGITS, atol=0)
    page.page.locator(".neuron").last.click()
    page.until("document.querySelectorAll('.equations .equation').length >= 4")
    on_edges = [number(one) for one in page.page.locator(".edge-text").all_inner_texts()]
    assert np.allclose(
        on_edges, np.ravel(last["weights"]["output/kernel"]["dL_dw"]), rtol=THREE_DIGITS
    )


def test_equations_have_their_numbers(page):
    page.panel("A step, slowly")
    page.page.locator(".neuron").nth(2).click()
    page.press("Next ▶")
    page.until("document.querySelector('.equations')?.innerText.includes('tanh')")
    session = beginning()
    row = ask(session, "microscope")["rows"][0]
    told = ask(session, "equation", of="z", rows=[row], layer="dense_1", unit=0)
    lines = page.page.locator(".equations .in").all_inner_texts()
    assert numbers(lines[0]) == pytest.approx(numbers(told["numbers"].partition("=")[2]))
    # The sum on the page comes to what stands behind its equals sign.
    terms = numbers(lines[0])
    total = sum(a * b for a, b in zip(terms[:-2:2], terms[1:-2:2], strict=True)) + terms[-2]
    assert total == pytest.approx(terms[-1], rel=2 * FOUR_DIGITS)


def test_the_update_and_the_way_back(page):
    panel = page.panel("A step, slowly")
    panel.get_by_role("button", name="The batch", exact=True).click()
    panel.get_by_role("button", name="Update", exact=True).click()
    page.until("document.querySelectorAll('#panel tbody tr').length >= 25")
    page.until("document.querySelector('#panel').innerText.includes('Samples of the batch')")
    session = beginning()
    seen = ask(session, "microscope")
    first = seen["layers"][0]["weights"]["dense_1/kernel"]
    cells = panel.locator("tbody tr").first.locator("td").all_inner_texts()
    assert cells[0] == "dense_1/kernel[0, 0]"
    expected = [first["before"][0][0], first["dL_dw"][0][0]]
    assert np.allclose([number(one) for one in cells[1:3]], expected, rtol=FOUR_DIGITS)
    before = page.page.locator(".neuron").count()
    panel.get_by_role("button", name="Take the step ↷").click()
    page.wait_for_step(1)
    page.until("document.querySelector('#panel input[type=range]') !== null")
    panel.get_by_role("slider").press("Home")
    page.wait_for_step(0)
    assert page.page.locator(".neuron").count() == before
    panel.get_by_role("slider").press("End")
    page.wait_for_step(1)


@pytest.mark.parametrize("optimizer", ["SGD", "RMSprop", "Adam", "Adagrad", "Ftrl"])
def test_arithmetic_comes_to_what_the_optimizer_comes_to(page, optimizer):
    page.page.get_by_label("Optimizer", exact=True).select_option(optimizer)
    panel = page.panel("Update")
    page.until("name => document.querySelector('#panel h3')?.innerText.startsWith(name)", optimizer)
    rows = {
        row.locator("th").inner_text(): [number(one) for one in row.locator("td").all_inner_texts()]
        for row in panel.locator("tbody tr").all()
    }
    # The last line that gives w gives what stands in the table behind the step.
    line = panel.locator(".lines li").filter(has_text=re.compile(r"^w\s*←")).last
    assert number(line.locator("strong").inner_text().strip("= ")) == pytest.approx(rows["w"][1])
    assert rows["w"][0] != rows["w"][1]


def test_a_planted_mistake_is_caught(page):
    panel = page.panel("Gradient check")
    page.until("document.querySelectorAll('#panel .ok').length >= 4")
    assert panel.locator(".no").count() == 0
    panel.get_by_label("Plant a mistake").select_option("tanh_slope")
    page.until("document.querySelector('#panel .notice.good') !== null")
    assert "Caught" in panel.locator(".notice").inner_text()
    assert panel.locator(".no").count() >= 3
    panel.get_by_label("Plant a mistake").select_option("leaky_slope")
    page.until("document.querySelector('#panel .notice:not(.good)') !== null")
    assert "leaky_relu" in panel.locator(".notice").inner_text(), "what it needs to show"


def test_the_step_of_a_difference(page):
    panel = page.panel("Gradient check")
    page.until("document.querySelectorAll('#panel .uplot canvas').length === 1")
    slider = panel.get_by_role("slider", name="h")
    row = panel.locator("tbody tr").filter(has_text="by differences").first

    def error_at(key):
        slider.press(key)
        page.page.wait_for_timeout(600)
        return number(row.locator("td").nth(1).inner_text())

    middle = number(row.locator("td").nth(1).inner_text())
    large, small = error_at("End"), error_at("Home")
    assert large > 1000 * middle, "too large an h"
    assert small > 1000 * middle, "too small an h"


def test_health_names_dead_units(page):
    page.preset("dead_units")
    panel = page.panel("Health")
    page.until("document.querySelectorAll('#panel tbody tr').length >= 3")
    assert "0, 1, 2, 3" in panel.locator("tbody tr").first.inner_text()


def test_health_shows_gradients_that_vanish(page):
    page.preset("vanishing")
    panel = page.panel("Health")
    page.until("document.querySelectorAll('#panel tbody tr').length === 8")
    norms = [
        number(row.locator("td").nth(1).inner_text()) for row in panel.locator("tbody tr").all()
    ]
    assert norms[0] < norms[-1] / 100
    panel.get_by_role("button", name="Compare beginnings over 200 steps").click()
    page.until("document.querySelectorAll('.initializations tbody tr').length === 6")
    assert "HeNormal" in panel.locator(".initializations").inner_text()


def test_a_race(page):
    panel = page.panel("Race")
    panel.get_by_role("button", name="Race").click()
    page.until("document.querySelector('canvas.slice') !== null")
    assert panel.locator("tbody tr").count() == 4
    painted = page.pixels("canvas.slice")
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) > 100, "heights and paths"


def test_two_engines_recorded(pages):
    page = pages["worker"]
    page.afresh("xor")
    panel = page.panel("Two engines")
    page.page.get_by_label("Speed").select_option("epochs")
    for _ in range(2):
        page.press("Step")
    page.until("document.querySelector('#panel .ok') !== null")
    assert "recorded run of tf.keras" in panel.inner_text()
    assert "within the bound at every step" in panel.inner_text()
    page.page.get_by_label("Batch size").press("ArrowRight")
    page.until("document.querySelector('#panel').innerText.includes('no recording')")


def test_two_engines_live(pages):
    pytest.importorskip("tensorflow")
    page = pages["socket"]
    page.afresh("xor")
    panel = page.panel("Two engines")
    panel.get_by_label("Run tf.keras beside scratch").check()
    page.until("document.querySelectorAll('#panel tbody tr').length === 4")
    page.page.get_by_label("A step is").select_option("epochs")
    for epoch in range(1, 4):
        page.press("Step")
        page.until(
            "epoch => document.querySelector('.meter dd').innerText === String(epoch)", epoch
        )
    page.until("document.querySelector('#panel').innerText.includes('step 39')")
    assert "within the bound at every step" in panel.inner_text()
    differences = [
        number(row.locator("td").nth(1).inner_text()) for row in panel.locator("tbody tr").all()
    ]
    assert 0 < max(differences) < 16 * FEW_ROUNDINGS
    painted = page.pixels("canvas[data-map=difference]")
    assert len(np.unique(painted.reshape(-1, 3), axis=0)) > 3
    name, content = saved(page, panel.get_by_role("button", name="Save as a case").click)
    assert name.startswith("xor_sgd_")
    assert json.loads(content)["loss"] == "binary_crossentropy"
    panel.get_by_label("Run tf.keras beside scratch").uncheck()
    page.until("document.querySelectorAll('#panel tbody tr').length === 0")


def test_smaller_questions(page):
    panel = page.panel("Explore")
    page.until("document.querySelector('#panel pre')?.innerText.includes('dense_1 (Dense)')")
    session = beginning()
    told = ask(session, "summary")
    assert f"{told['parameters']} parameters" in panel.inner_text()
    panel.get_by_role("button", name="Try them").click()
    take = panel.get_by_role("button", name=re.compile("^Take"))
    take.wait_for()
    best = ask(session, "sweep", steps=30)["best"]
    assert number(take.inner_text().split()[-1]) == pytest.approx(best, rel=10 * THREE_DIGITS)
    take.click()
    page.until("document.querySelector('.rate input[type=number]').value !== '0.03'")


def test_code_and_files(page):
    panel = page.panel("Code and files")
    page.until("document.querySelector('#panel pre').innerText.includes('keras.Sequential')")
    assert "from tensorflow import keras" in panel.locator("pre").inner_text()
    panel.get_by_role("button", name="scratch", exact=True).click()
    page.until("document.querySelector('#panel pre').innerText.includes('import scratch as keras')")
    session = beginning()
    name, content = saved(page, panel.get_by_role("button", name="Save", exact=True).click)
    assert name == "playground.py"
    expected = ask(session, "export", what="code", library="scratch", weights=False)["text"]
    # Points come from sines, of which browsers round some otherwise in the last digit.
    assert LAST.sub("", content.decode()) == LAST.sub("", expected)
    name, content = saved(page, panel.get_by_role("button", name="Weights (.npz)").click)
    with np.load(io.BytesIO(content)) as held:
        ours = {
            n: v.numpy() for n, v in zip(session.run.names, session.run.model.weights, strict=True)
        }
        assert all(np.array_equal(held[key], ours[key]) for key in ours)
    # The same file, read back after some training, brings the first weights again.
    page.press("Step")
    page.wait_for_step(1)
    panel.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": "application/zip", "buffer": content}
    )
    page.page.locator(".neuron").nth(2).click()
    first = page.page.locator(".unit-weights input").first
    page.page.wait_for_timeout(500)
    assert float(first.input_value()) == pytest.approx(
        ours["dense_1/kernel"][0, 0], rel=16 * FEW_ROUNDINGS
    )


def test_a_link_of_tensorflow_playground(page):
    panel = page.panel("Links")
    panel.get_by_label("Link or JSON").fill(
        "https://playground.tensorflow.org/#activation=relu&batchSize=7&dataset=spiral"
        "&regularization=L2&learningRate=0.1&regularizationRate=0.01&noise=10"
        "&networkShape=5,3&seed=0.5&percTrainData=70&problem=classification"
    )
    panel.get_by_role("button", name="Open", exact=True).click()
    page.until("document.querySelector('#data-set').value === 'spiral'")
    assert page.page.get_by_label("Learning rate, exactly").input_value() == "0.1"
    assert page.page.get_by_label("Penalty on kernels").input_value() == "L2"
    units = [one.inner_text() for one in page.page.locator(".net .units .number").all()]
    assert units == ["5", "3"]


def test_a_run_that_ends_says_which_layer(page):
    page.preset("too_fast")
    page.press("▶ Play")
    notice = page.page.locator(".notice").first
    notice.wait_for()
    assert "of the layer dense_1" in notice.inner_text()
    page.press("Reset")
    page.press("Step")
    page.wait_for_step(1)


def test_classes(page):
    page.preset("pinwheel")
    page.page.get_by_label("A step is").select_option("epochs")
    page.press("Step")
    panel = page.panel("Classes")
    session = Session()
    ask(session, "preset", name="pinwheel")
    page.wait_for_step(ask(session, "step", epochs=1)["step"])
    expected = ask(session, "confusion", of="test")["matrix"]
    page.until("document.querySelectorAll('.confusion tbody tr').length === 6")
    page.page.wait_for_timeout(400)
    rows = panel.locator(".confusion tbody tr").all()[:-1]
    shown = [[int(one) for one in row.locator("td").all_inner_texts()[:-1]] for row in rows]
    assert shown == expected


def test_two_faces(page):
    state = {
        "layers": [
            {"class": "Dense", "units": 4},
            {"class": "BatchNormalization"},
            {"class": "Dropout", "rate": 0.5},
        ],
        "kernel_regularizer": {"class": "L2", "l2": 0.01},
    }
    panel = page.panel("Links")
    panel.get_by_label("Link or JSON").fill(json.dumps(state))
    panel.get_by_role("button", name="Open", exact=True).click()
    page.until("document.querySelector('.net').innerText.includes('Dropout')")
    panel = page.panel("A step, slowly")
    panel.get_by_role("button", name="The batch", exact=True).click()
    page.until("document.querySelector('.mask') !== null")
    session = Session()
    ask(session, "new", state=state)
    seen = ask(session, "microscope")
    mask = panel.locator(".mask tbody tr").first.locator("td").all_inner_texts()
    expected = ["0 dropped" if one == 0 else "2.00" for one in seen["layers"][2]["mask"][0]]
    assert mask == expected
    assert "moving variance" in panel.inner_text()
    penalty = page.page.locator(".meter").filter(has_text="penalty").inner_text()
    assert number(penalty.split()[-1]) == pytest.approx(seen["penalty"], rel=THREE_DIGITS)


def test_a_lesson_is_passed(page):
    panel = page.panel("Lessons")
    panel.get_by_role("button", name="A line suffices").click()
    page.until("document.querySelector('#panel article') !== null")
    assert "hidden layer" in panel.locator("article").inner_text()
    page.panel("Lessons")
    for _ in range(2):
        page.page.get_by_role(
            "button", name=re.compile("^Remove dense|^One unit less")
        ).first.click()
        page.page.wait_for_timeout(300)
    while page.page.get_by_role("button", name=re.compile("^Remove dense|^One unit less")).count():
        page.page.get_by_role(
            "button", name=re.compile("^Remove dense|^One unit less")
        ).first.click()
        page.page.wait_for_timeout(150)
    page.press("▶ Play")
    page.until("document.querySelector('#panel .notice.good') !== null")
    assert "logistic regression" in panel.inner_text()
    page.press("❚❚ Pause")


def test_a_tiny_cnn(page):
    page.preset("strokes")
    page.until("document.querySelector('.cnn .filter canvas')?.width === 3")
    session = Session()
    ask(session, "preset", name="strokes")
    told = ask(session, "feature_maps", row=0)
    painted = page.pixels(".cnn .map .filter canvas")
    filter_ = np.array(told["layers"][0]["filters"][0][0])
    expected = browsing.colours(filter_ / np.abs(filter_).max())
    assert np.abs(painted - expected).max() <= 2
    page.press("Step")
    page.wait_for_step(1)
    page.page.wait_for_timeout(400)
    assert not np.array_equal(page.pixels(".cnn .map .filter canvas"), painted), "it has learned"


def test_by_keyboard_alone(page):
    # From the top of the page to the run's buttons, a unit of the network, and the tabs.
    page.page.locator("h1").click()
    seen = []
    for _ in range(120):
        page.page.keyboard.press("Tab")
        active = page.page.evaluate(
            """() => {
                const now = document.activeElement;
                const name = now.getAttribute("aria-label") ?? now.innerText;
                return [name, getComputedStyle(now).outlineStyle];
            }"""
        )
        seen.append(active[0])
        if active[0] == "Lessons":
            break
    names = " ".join(name or "" for name in seen)
    assert "Play" in names
    assert "dense_1[0]" in names
    assert active == ["Lessons", "solid"], "the focus is seen"
    page.page.keyboard.press("ArrowRight")
    assert (
        page.page.get_by_role("tab", name="A step, slowly").get_attribute("aria-selected") == "true"
    )
