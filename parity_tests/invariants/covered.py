"""Which public names of the families are asked, and why the others are not."""

import fnmatch

import scratch
from parity_tests.commands import coverage
from parity_tests.invariants import judging
from parity_tests.invariants.drawing import FAMILIES
from parity_tests.invariants.invariant import INVARIANTS

# From a reason to patterns of "namespace.name".
REASONS = {
    "a base: what derives from it is asked": """
        losses.Loss losses.LossFunctionWrapper metrics.Metric metrics.MeanMetricWrapper
        layers.Layer layers.Wrapper optimizers.Optimizer optimizers.schedules.LearningRateSchedule
        initializers.Initializer regularizers.Regularizer constraints.Constraint
        callbacks.Callback callbacks.MonitorCallback utils.PyDataset utils.Sequence""",
    "it finds a thing by its name, or its config, and nothing else": """
        *.get regularizers.serialize regularizers.deserialize constraints.serialize
        constraints.deserialize""",
    "it describes inputs": "layers.Input layers.InputLayer layers.InputSpec losses.Reduction",
    "it shows something, and computes nothing": """
        callbacks.ProgbarLogger utils.Progbar utils.plot_model utils.model_to_dot
        utils.*interactive_logging* callbacks.TensorBoard""",
    "files: they have rooms of tests of their own": """
        utils.get_file utils.load_img utils.save_img utils.*_dataset_from_directory""",
    "it is what begins every sample": "utils.clear_session",
    "Keras does not publish it: Accuracy is asked": "metrics.accuracy",
    "it tells what something is": "utils.is_keras_tensor",
}


def asked() -> dict[str, int]:
    """How many invariants each public name of the families is asked, by any of its names."""
    counts: dict[int, int] = {}
    for question in judging.questions():
        family, _, name = question.subject.rpartition(".")
        thing = id(getattr(_room(family), name))
        counts[thing] = counts.get(thing, 0) + 1
    for invariant in INVARIANTS:
        for also in invariant.also:
            family, _, name = also.rpartition(".")
            thing = id(getattr(_room(family), name))
            counts[thing] = counts.get(thing, 0) + 1
    return {name: counts.get(id(thing), 0) for name, thing in _public().items()}


def reason_for(name: str) -> str | None:
    """Why a name is not asked; None where there is no reason."""
    for reason, patterns in REASONS.items():
        if any(fnmatch.fnmatchcase(name, pattern) for pattern in patterns.split()):
            return reason
    return None


def not_asked() -> dict[str, list[str]]:
    """The names that are not asked, by their reasons."""
    found: dict[str, list[str]] = {}
    for name, count in asked().items():
        if not count:
            found.setdefault(reason_for(name) or "NO REASON", []).append(name)
    return found


def _room(family: str) -> object:
    room: object = scratch
    for part in family.split("."):
        room = getattr(room, part)
    return room


def _public() -> dict[str, object]:
    return {
        f"{family}.{name}": getattr(_room(family), name)
        for family in FAMILIES
        if family != "models"
        for name in sorted(coverage.public_names("scratch", family))
    }
