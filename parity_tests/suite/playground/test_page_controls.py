"""The page's controls: rules, stopping, single layers, steps, and looking elsewhere."""

import json
import re

import numpy as np
import pytest

from parity_tests.harness.tolerances import A_PIXEL, FEW_ROUNDINGS, FOUR_DIGITS, THREE_DIGITS
from parity_tests.suite.playground import browsing
from parity_tests.suite.playground.browsing import MINUS, number, numbers
from parity_tests.suite.playground.playing import Session, ask


def steps(page, count, unit="batches"):
    """Takes so many steps at one press."""
    page.page.get_by_label("How many at a press").fill(str(count))
    page.page.get_by_label("How many at a press").press("Tab")
    page.page.get_by_label("A step is").select_option(unit)
    page.press("Step")


def line_said(page):
    """The line's equation on the page: a, b, c."""
    text = page.page.locator(".line-said .number").inner_text().replace(f"{MINUS} ", "-")
    return [number(one) for one in re.findall(r"-?[\d.]+(?:e-?\d+)?", text.replace(MINUS, "-"))][:3]


@pytest.mark.parametrize("preset", ["perceptron", "perceptron_averaged", "perceptron_mira"])
def test_a_rule_of_the_perceptron(page, preset):
    page.preset(preset)
    session = Session()
    ask(session, "preset", name=preset)
    page.page.wait_for_timeout(400)
    before = page.pixels(".plane .over", alpha=True)
    count = 40 if preset == "perceptron_averaged" else 5
    steps(page, count)
    page.wait_for_step(ask(session, "step", batches=count)["step"])
    line = ask(session, "line")
    assert np.allclose(
        line_said(page), [line[key] for key in "abc"], rtol=THREE_DIGITS, atol=FEW_ROUNDINGS
    )
    page.page.wait_for_timeout(400)
    after = page.pixels(".plane .over", alpha=True)
    assert not np.array_equal(after, before)
    assert (after > 0).sum() > (before > 0).sum(), "the line before stays, dashed"
    # The arithmetic of the rule, and what Keras has not.
    panel = page.panel("Update")
    page.until("document.querySelectorAll('#panel .lines li').length >= 3")
    told = ask(session, "arithmetic", weight="output/kernel", index=[0, 0])
    shown = [number(one.strip("= ")) for one in panel.locator(".lines strong").all_inner_texts()]
    expected = [one["value"] for one in told["lines"]]
    assert np.allclose(shown, expected, rtol=FOUR_DIGITS, atol=FEW_ROUNDINGS)
    assert "Keras has no such rule" in panel.inner_text()
    panel = page.panel("Two engines")
    page.until("document.querySelector('#panel').innerText.includes('Keras has no rule')")
    beside = panel.get_by_label("Run tf.keras beside scratch")
    assert not beside.count() or beside.is_disabled()
    # A step, slowly: forward, and the correction; nothing flows back.
    panel = page.panel("A step, slowly")
    phases = panel.get_by_role("group", name="Phase").get_by_role("button").all_inner_texts()
    assert phases == ["Forward", "Update"]


def test_a_rule_is_chosen_and_left_again(page):
    page.page.get_by_label("What trains").select_option("MIRA")
    page.until("document.querySelectorAll('.neuron').length === 3")
    assert page.page.get_by_label("Optimizer", exact=True).count() == 0
    assert page.page.get_by_role("button", name="Add layer").is_disabled()
    page.page.get_by_label("What trains").select_option("")
    page.page.get_by_label("Optimizer", exact=True).wait_for()
    page.preset("three_clouds")
    assert page.page.get_by_label("What trains").count() == 0


def test_it_stops_when_all_are_right(page):
    page.preset("gauss")
    page.page.get_by_label("How long it plays").select_option("all_right")
    page.page.get_by_label("Speed").select_option("batch")
    page.press("▶ Play")
    page.page.locator(".halted .notice").wait_for()
    session = Session()
    state = ask(session, "preset", name="gauss")["state"]
    ask(session, "new", state={**state, "stop": {"when": "all_right"}})
    told = ask(session, "step", epochs=50)
    assert told["halted"] in page.page.locator(".halted").inner_text()
    page.wait_for_step(told["step"])
    assert page.page.get_by_role("button", name="▶ Play").count() == 1


def test_it_begins_again_after_five_seconds(page):
    page.preset("perceptron_batch")
    page.page.get_by_label("and again").check()
    page.press("▶ Play")
    page.until("document.querySelector('.halted').innerText.includes('begins again in 5 seconds')")
    halted = int(page.measured("step"))
    page.until("document.querySelector('.halted .number')?.innerText === '3 s'")
    assert int(page.measured("step")) == halted
    page.until("document.querySelector('.halted .notice') === null")
    page.page.locator(".halted .notice").wait_for()  # the next one has ended too
    page.press("Stay here")
    page.page.get_by_role("button", name="▶ Play").wait_for()
    session = Session()
    ask(session, "preset", name="perceptron_batch")
    ask(session, "reset", seeds={"weights": 1})
    assert ask(session, "step", epochs=50)["step"] == int(page.measured("step"))


def test_steps_at_one_press(page):
    steps(page, 7)
    page.wait_for_step(7)
    steps(page, 3, "epochs")
    page.wait_for_step(39)  # the rest of the epoch, and two more of 13 batches
    steps(page, 600)
    page.wait_for_step(639)
    assert page.page.get_by_role("button", name="▶ Play").count() == 1


def test_batches_a_second(page):
    page.page.get_by_label("Speed").select_option("rate")
    field = page.page.get_by_label("Batches a second")
    field.fill("0.5")
    field.press("Tab")
    page.press("▶ Play")
    page.page.wait_for_timeout(5000)
    slow = int(page.measured("step"))
    page.press("❚❚ Pause")
    assert 1 <= slow <= 4, "at once, and every two seconds"
    field.fill("1000")
    field.press("Tab")
    page.press("▶ Play")
    page.page.wait_for_timeout(2000)
    page.press("❚❚ Pause")
    assert int(page.measured("step")) > 60
    page.page.get_by_label("Speed").select_option("epoch")


def test_a_layer_of_its_own(page):
    page.page.locator(".layer-details summary").click()
    details = page.page.locator(".layer-details")
    details.get_by_label("Layer", exact=True).select_option("dense_2")
    details.get_by_label("kernel_initializer").select_option("HeNormal")
    page.page.wait_for_timeout(400)
    details.get_by_label("kernel_regularizer").select_option("L2")
    page.page.wait_for_timeout(400)
    session = Session()
    state = {
        **ask(session, "preset", name="circle")["state"], "output": None, "loss": None,
    }  # fmt: skip
    state["layers"][1] |= {"kernel_initializer": {"class": "HeNormal"}}
    state["layers"][1] |= {"kernel_regularizer": {"class": "L2"}}
    told = ask(session, "new", state=state)
    assert told["penalty"] > 0
    penalty = page.page.locator(".meter").filter(has_text="penalty").inner_text()
    assert number(penalty.split()[-1]) == pytest.approx(told["penalty"], rel=THREE_DIGITS)
    panel = page.panel("Weights")
    kernel = panel.get_by_role("region", name="The weight dense_2/kernel")
    shown = [number(one) for one in kernel.locator(".cell").all_inner_texts()]
    expected = session.run.model.weights[2].numpy().ravel()
    assert np.allclose(shown, expected, rtol=THREE_DIGITS, atol=FEW_ROUNDINGS)
    others = panel.get_by_role("region", name="The weight dense_1/kernel")
    shown = [number(one) for one in others.locator(".cell").all_inner_texts()]
    assert np.allclose(
        shown, session.run.model.weights[0].numpy().ravel(), rtol=THREE_DIGITS, atol=FEW_ROUNDINGS
    )
    # What the layer begins with, and its penalty, are in the code that one takes home.
    page.panel("Code and files")
    page.until("document.querySelector('#panel pre').innerText.includes('HeNormal')")
    code = page.page.locator("#panel pre").inner_text()
    assert code.count("keras.initializers.HeNormal()") == 1
    assert code.count("keras.regularizers.L2(") == 1


def test_a_weight_is_edited_in_its_table(page):
    panel = page.panel("Weights")
    panel.locator('[aria-label^="output/kernel[1, 0]"]').click()
    field = panel.get_by_label("output/kernel[1, 0]", exact=True)
    field.fill("2.5")
    field.press("Enter")
    page.until(
        "[...document.querySelectorAll('.cell')].some((one) => one.innerText.trim() === '2.50')"
    )


def test_a_bias_is_edited_at_its_unit(page):
    page.page.get_by_role("button", name="Bias of dense_1[1]").click()
    asked = page.page.locator(".ask")
    assert "dense_1/bias[1]" in asked.inner_text()
    asked.locator("input").fill("-1.5")
    asked.locator("input").press("Enter")
    page.page.locator(".neuron").nth(3).click()
    assert page.page.locator(".unit-weights input").last.input_value() == "-1.5"
    page.press("Show the output")


def test_a_unit_under_the_pointer_is_shown_large(page):
    heading = page.page.locator(".card-output h2")
    assert heading.inner_text() == "Output"
    page.page.locator(".neuron").nth(3).hover()
    page.until("document.querySelector('.card-output h2').innerText === 'dense_1[1]'")
    page.page.locator("h1").hover()
    page.until("document.querySelector('.card-output h2').innerText === 'Output'")


def test_the_plane_is_moved_and_made_larger(page):
    def seen():
        """The x at the left end."""
        page.page.wait_for_timeout(300)
        page.page.locator(".plane .points").hover(position={"x": 1, "y": 150})
        text = page.page.locator(".plane ~ p.number").first.inner_text()
        return numbers(text)[0]

    assert seen() == pytest.approx(-6, abs=A_PIXEL)
    page.press("Zoom in")
    assert seen() == pytest.approx(-6 / 1.6, abs=A_PIXEL)
    page.page.get_by_role("button", name="Zoom in").press("ArrowRight")
    assert seen() == pytest.approx(-6 / 1.6 + 7.5 / 8, abs=A_PIXEL)
    plane = page.page.locator(".plane .points").bounding_box()
    points = page.page.evaluate("document.querySelector('.plane .points').ariaLabel")
    page.page.mouse.move(plane["x"] + 100, plane["y"] + 100)
    page.page.mouse.down()
    page.page.mouse.move(plane["x"] + 150, plane["y"] + 100, steps=8)
    page.page.mouse.up()
    moved = seen()
    assert moved < -6 / 1.6 + 7.5 / 8 - 0.3
    assert page.page.evaluate("document.querySelector('.plane .points').ariaLabel") == points
    page.press("All")
    assert seen() == pytest.approx(-6, abs=A_PIXEL)


def test_inputs_have_names_of_the_learners(page):
    panel = page.panel("Points")
    name = panel.get_by_label("Name of input 0")
    name.fill("height")
    name.press("Enter")
    page.until("document.querySelector('#data-set').value === 'points'")
    assert panel.get_by_label("Name of input 0").input_value() == "height"
    assert panel.get_by_label("Name of input 1").input_value() == "y"


def test_a_state_as_json_there_and_back(page):
    steps(page, 4)
    page.wait_for_step(4)
    panel = page.panel("Links")
    panel.get_by_label("with its weights").check()
    with page.page.expect_download() as waiting:
        panel.get_by_role("button", name="Save it").click()
    content = waiting.value.path().read_bytes()
    assert waiting.value.suggested_filename == "playground.json"
    session = Session()
    ask(session, "preset", name="circle")
    ask(session, "step", batches=4)
    flat = np.concatenate([np.ravel(one) for one in json.loads(content)["weights"]])
    assert np.allclose(flat, session.run.flat(), rtol=0, atol=FEW_ROUNDINGS)
    page.preset("xor")
    panel.locator("input[type=file]").set_input_files(
        {"name": "a.json", "mimeType": "application/json", "buffer": content}
    )
    page.until("document.querySelector('#data-set').value === 'circle'")
    table = page.panel("Weights").get_by_role("region", name="The weight dense_1/kernel")
    first = number(table.locator(".cell").first.inner_text())
    assert first == pytest.approx(session.run.flat()[0], rel=THREE_DIGITS)


def test_a_sample_trains_alone(page):
    panel = page.panel("A step, slowly")
    page.until("document.querySelector('.phase') !== null")
    point = panel.get_by_label("Point", exact=True)
    point.fill("5")
    point.press("Tab")
    page.until("document.querySelector('.phase')?.innerText.startsWith('Point 5 enters')")
    panel.get_by_role("button", name="Train on this sample").click()
    page.wait_for_step(1)
    session = Session()
    ask(session, "preset", name="circle")
    told = ask(session, "step", rows=[5])
    meter = page.page.locator(".meter").filter(has_text="Training loss").locator("dd").inner_text()
    assert number(meter) == pytest.approx(told["loss"], rel=THREE_DIGITS)


def test_gradients_of_single_samples(page):
    panel = page.panel("Update")
    page.until("document.querySelector('#panel')?.innerText.includes('training point alone')")
    session = Session()
    ask(session, "preset", name="circle")
    mean = ask(session, "sample_gradients", weight="dense_1/kernel", index=[0, 0])["mean"]
    text = panel.get_by_text("the mean of all is").inner_text()
    assert number(text.split()[-1].rstrip(".")) == pytest.approx(mean, rel=FOUR_DIGITS)
    assert panel.locator(".uplot canvas").count() == 1


def test_a_network_over_time(page):
    page.preset("glides")
    page.until("document.querySelector('.cnn .filter canvas')?.width === 3")
    session = Session()
    ask(session, "preset", name="glides")
    told = ask(session, "feature_maps", row=0)
    painted = page.pixels(".cnn .map .filter canvas")
    filter_ = np.array(told["layers"][0]["filters"][0][0])
    assert painted.shape[:2] == filter_.shape == (16, 3)
    expected = browsing.colours(filter_ / np.abs(filter_).max())
    assert np.abs(painted - expected).max() <= 2
    image = page.pixels(".cnn .cnn-column canvas")
    assert image.shape[:2] == (16, 12)
    page.press("Step")
    page.wait_for_step(1)
    page.page.wait_for_timeout(400)
    assert not np.array_equal(page.pixels(".cnn .map .filter canvas"), painted), "it has learned"
    panel = page.panel("A step, slowly")
    page.until("document.querySelector('#panel')?.innerText.includes('conv1d_2')")
    assert panel.get_by_role("img", name="conv1d_1, gradient of filter 3").count() == 1
    page.page.get_by_label("Class of the new layer").select_option("Conv1D")
    page.press("Add layer")
    page.until("document.querySelector('.layer-list').innerText.match(/Conv1D/g).length === 3")
    # Back to the plane, whose network has other layers.
    page.page.locator("#data-set").select_option("circle")
    page.until("document.querySelectorAll('.neuron').length > 3")
