"""Lessons: where to begin, a goal, a hint, and a check that the learner passes.

What the page need not show is in the state's `hidden_controls`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from .fields import one_of
from .presets import PRESETS
from .report import report
from .run import Run

Said = tuple[bool, str]


@dataclass(frozen=True)
class Lesson:
    """A lesson.

    Args:
        title: of it.
        question: to answer before anything is tried; the answer is told when it is passed.
        goal: what is to be reached.
        hint: where it does not come by itself.
        answer: what was to be learned.
        begin: the state it begins with.
        check: from a run to whether it is passed, and a sentence.
    """

    title: str
    question: str
    goal: str
    hint: str
    answer: str
    begin: dict[str, Any]
    check: Callable[[Run], Said]


def _units(run: Run) -> int:
    return sum(layer.get("units", 0) for layer in run.state["layers"])


def _told(run: Run, key: str) -> float:
    value = report(run)[key]
    return float("nan") if value is None else value


def _on(run: Run, name: str) -> Said | None:
    if run.state["data"]["name"] != name:
        return False, f"This lesson is about the data {name!r}: choose them again."
    return None


def _line(run: Run) -> Said:
    wrong = _on(run, "gauss")
    if wrong:
        return wrong
    if run.state["layers"]:
        return False, "It works without any hidden layer: remove them."
    accuracy = _told(run, "test_metric")
    return accuracy >= 0.97, f"The test accuracy is {accuracy:.0%}; 97 % is the goal."


def _xor(run: Run) -> Said:
    wrong = _on(run, "xor")
    if wrong:
        return wrong
    if not set(run.state["features"]) <= {"x", "y"}:
        return False, "Only x and y, please: the product would give it away."
    accuracy = _told(run, "test_metric")
    return accuracy >= 0.95, f"The test accuracy is {accuracy:.0%}; 95 % is the goal."


def _feature(run: Run) -> Said:
    wrong = _on(run, "circle")
    if wrong:
        return wrong
    if run.state["layers"]:
        return False, "No hidden layer, please: features alone."
    accuracy = _told(run, "test_metric")
    return accuracy >= 0.97, f"The test accuracy is {accuracy:.0%}; 97 % is the goal."


def _zeros(run: Run) -> Said:
    kernel = next((v.numpy() for v in run.model.weights if v.numpy().ndim == 2), None)
    if not run.state["layers"] or kernel is None or kernel.shape[1] < 2:
        return False, "A hidden layer of two units or more, please."
    alike = bool(np.ptp(kernel, axis=1).max() == 0)
    if alike:
        return False, "All units of the first layer still have the same weights."
    loss = _told(run, "loss")
    return loss < 0.4, f"The units differ. The loss is {loss:.3f}; below 0.4 is the goal."


def _fast(run: Run) -> Said:
    wrong = _on(run, "plane")
    if wrong:
        return wrong
    if run.stopped:
        return False, run.stopped
    rate = report(run)["learning_rate"]
    loss = _told(run, "loss")
    passed = loss < 0.001 and run.step <= 300
    return passed, f"Step {run.step}, learning rate {rate:g}: the loss is {loss:.5f}."


def _vanishing(run: Run) -> Said:
    wrong = _on(run, "circle")
    if wrong:
        return wrong
    if len(run.state["layers"]) < 6:
        return False, "Six hidden layers or more, please: a deep network must learn."
    accuracy = _told(run, "metric")
    return accuracy >= 0.9, f"The accuracy is {accuracy:.0%}; 90 % is the goal."


def _overfitting(run: Run) -> Said:
    wrong = _on(run, "moons")
    if wrong:
        return wrong
    if run.state["data"]["train_share"] > 0.2:
        return False, "More points would help, but there are no more: 20 % are for training."
    if _units(run) < 32:
        return False, "The network must stay as large: 32 hidden units or more."
    test, train = _told(run, "test_loss"), _told(run, "loss")
    rested = run.epoch >= 100
    passed = rested and test - train < 0.25
    return (
        passed,
        f"After {run.epoch} epochs (of 100): loss {train:.3f}, test loss {test:.3f}.",
    )


def _perceptron(run: Run) -> Said:
    wrong = _on(run, "circle")
    if wrong:
        return wrong
    if run.rule is None:
        return False, "By a rule of the perceptron, please: choose one as what trains."
    if not run.all_right():
        return False, "Some training points are still on the wrong side."
    return True, f"All {run.train} training points are right, after {run.step} steps."


def _spiral(run: Run) -> Said:
    wrong = _on(run, "spiral")
    if wrong:
        return wrong
    loss = _told(run, "test_loss")
    return loss < 0.15, f"The test loss is {loss:.3f}; below 0.15 is the goal."


LESSONS: dict[str, Lesson] = {
    "line": Lesson(
        "A line suffices",
        "How many hidden layers do two clouds need?",
        "Tell the two clouds apart without a hidden layer.",
        "Remove the hidden layers and train: the output is a unit by itself.",
        "One unit draws a line (of equal probability): logistic regression.",
        {"data": {"name": "gauss", "noise": 0.05}},
        _line,
    ),
    "xor": Lesson(
        "XOR needs a layer",
        "Can one line divide XOR?",
        "Reach 95 % on the test points with the inputs x and y.",
        "Add a hidden layer of three or four units; a rate of 0.1 is not too fast.",
        "Each hidden unit draws a line, and the output combines them.",
        {**PRESETS["xor"][-1], "layers": []},
        _xor,
    ),
    "feature": Lesson(
        "A feature in place of a layer",
        "Which two functions of x and y make the disc easy?",
        "Reach 97 % on the disc without a hidden layer.",
        "The circle's own equation has x^2 and y^2 in it.",
        "In x^2 and y^2 the circle is a line: what is given need not be learned.",
        {"data": {"name": "circle"}, "layers": [], "optimizer": {"class": "SGD",
                                                                 "learning_rate": 0.03}},
        _feature,
    ),
    "perceptron": Lesson(
        "When Rosenblatt's rule ends",
        "Each mistake turns the line. Does it ever come to rest on a disc in a ring?",
        "Let the rule bring all training points to their side.",
        "Choose other inputs than x and y: those in which the circle's equation is linear.",
        "The rule ends where a line divides the classes, and in x^2 and y^2 one does.",
        PRESETS["perceptron_circle"][-1],
        _perceptron,
    ),
    "zeros": Lesson(
        "Why weights must not begin alike",
        "What do four units learn that begin with the same weights?",
        "Bring the loss below 0.4: change how the weights begin.",
        "Choose GlorotUniform as kernel_initializer, or edit one weight.",
        "Units that are alike get the same gradient, and stay alike for ever.",
        PRESETS["zeros"][-1],
        _zeros,
    ),
    "rate": Lesson(
        "The learning rate",
        "What happens at a rate of 10? At 0.00001?",
        "Bring the loss of the slope below 0.001 within 300 steps.",
        "Too large a rate leaps over the valley; try 0.01.",
        "A step must be shorter than the valley is wide, and not much shorter.",
        {**PRESETS["plane"][-1], "optimizer": {"class": "SGD", "learning_rate": 10.0}},
        _fast,
    ),
    "vanishing": Lesson(
        "Gradients that vanish",
        "How large is dL/dW of the first of seven sigmoid layers?",
        "Reach 90 % on the disc with six hidden layers or more.",
        "Look at the gradients by layer. Try tanh or relu, HeNormal, Adam.",
        "A sigmoid's slope is a quarter at most: seven of them leave a part in ten thousand.",
        PRESETS["vanishing"][-1],
        _vanishing,
    ),
    "overfitting": Lesson(
        "Overfitting",
        "The training loss goes to zero. Is that good?",
        "After 100 epochs: a test loss at most 0.25 above the loss, of a network as large as this.",
        "An L2 penalty of 0.03 or so, or Dropout, keeps the network from learning the noise.",
        "A penalty trades a little of the training loss for the test loss.",
        PRESETS["overfitting"][-1],
        _overfitting,
    ),
    "spiral": Lesson(
        "The two spirals",
        "Which of your choices matters most?",
        "Bring the test loss of the spirals below 0.15.",
        "Two layers of 8, Adam at 0.03, sin(x) and sin(y) among the inputs, 100 epochs.",
        "Width and an adaptive optimizer help; inputs that turn as the spirals do help most.",
        {"data": {"name": "spiral", "samples": 400}},
        _spiral,
    ),
}  # fmt: skip


def described() -> list[dict[str, Any]]:
    """What `hello` tells of them."""
    return [
        {
            "name": name, "title": one.title, "question": one.question, "goal": one.goal,
            "hint": one.hint,
        }
        for name, one in LESSONS.items()
    ]  # fmt: skip


def judged(run: Run, request: dict[str, Any]) -> dict[str, Any]:
    """What the command `check_lesson` answers."""
    name = one_of("name", request.get("name"), LESSONS)
    lesson = LESSONS[name]
    passed, said = lesson.check(run)
    return {"name": name, "passed": bool(passed), "said": said,
            "answer": lesson.answer if passed else None}  # fmt: skip
