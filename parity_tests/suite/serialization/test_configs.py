"""Losses, metrics and activations as configs: what one library writes, the other reads."""

import pytest

import scratch
from parity_tests.harness.engines import Engine

KERAS = Engine("tf", "eager", "float32")
NEEDED = {
    "IoU": {"num_classes": 3, "target_class_ids": [0, 2]},
    "MeanIoU": {"num_classes": 3},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [1]},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.25},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.25},
}
OTHERS = [
    ("losses", "Huber", {"delta": 0.5}),
    ("losses", "Tversky", {"alpha": 0.25, "axis": [1, 2], "reduction": "sum"}),
    ("losses", "CategoricalFocalCrossentropy", {"alpha": [0.25, 0.75], "label_smoothing": 0.5}),
    ("losses", "SparseCategoricalCrossentropy", {"from_logits": True, "ignore_class": 2}),
    ("metrics", "AUC", {"curve": "PR", "thresholds": [0.25, 0.5], "from_logits": True}),
    ("metrics", "AUC", {"multi_label": True, "num_labels": 2, "summation_method": "majoring"}),
    ("metrics", "FBetaScore", {"average": "micro", "beta": 2.0, "threshold": 0.5}),
    ("metrics", "Precision", {"thresholds": [0.25, 0.5], "class_id": 1}),
    ("metrics", "R2Score", {"class_aggregation": None, "num_regressors": 2}),
    ("metrics", "SparseTopKCategoricalAccuracy", {"k": 3, "from_sorted_ids": True}),
]
ABSTRACT = {"Loss", "LossFunctionWrapper", "Metric", "MeanMetricWrapper"}
NAMELESS = {"CategoricalGeneralizedCrossEntropy", "Reduction"}  # not in Keras's table of names
CLASSES = [
    (namespace, name, NEEDED.get(name, {}))
    for namespace in ("losses", "metrics")
    for name in getattr(scratch, namespace).__all__
    if isinstance(getattr(getattr(scratch, namespace), name), type)
    and name not in ABSTRACT | NAMELESS
]
FUNCTIONS = [
    name for name in scratch.activations.__all__ if name not in ("get", "serialize", "deserialize")
]


def config_of(keras, engine, namespace, name, arguments):
    """The config of an object, and of what is read back from it."""
    module = getattr(keras, namespace)
    config = module.serialize(getattr(module, name)(**arguments))
    return config, module.serialize(module.deserialize(config))


def read_and_written(keras, engine, namespace, config):
    """The config of the object that a config describes."""
    module = getattr(keras, namespace)
    return module.serialize(module.deserialize(config))


def activation_names(keras, engine, names):
    """The names that activations have in configs."""
    return [keras.activations.serialize(getattr(keras.activations, name)) for name in names]


@pytest.mark.parametrize(
    ("namespace", "name", "arguments"),
    [*CLASSES, *OTHERS],
    ids=lambda x: x if type(x) is str else "",
)
def test_the_same_config_and_each_reads_the_others(namespace, name, arguments):
    ours, again = config_of(scratch, None, namespace, name, arguments)
    theirs, _ = KERAS.run(f"{__name__}:config_of", namespace, name, arguments)
    for config in (ours, again, theirs):  # a metric's name counts how many there have been
        config["config"]["name"] = theirs["config"]["name"]
    assert ours == theirs == again
    assert read_and_written(scratch, None, namespace, theirs) == theirs
    assert KERAS.run(f"{__name__}:read_and_written", namespace, ours) == ours


def test_activations_have_the_same_names():
    ours = activation_names(scratch, None, FUNCTIONS)
    assert ours == KERAS.run(f"{__name__}:activation_names", FUNCTIONS)
    assert [scratch.activations.get(name).__name__ for name in ours] == ours
