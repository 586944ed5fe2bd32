"""A job: what both engines are asked to do. A run: what one of them brings back."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from keras_models.data import Data

Weights = list[np.ndarray]


@dataclass(frozen=True)
class Job:
    """One training, to be done by every engine.

    Args:
        model: a name of `keras_models.MODELS`.
        epochs: passes over the training data.
        batch_size: samples of a step.
        seed: for `set_random_seed`.
        optimizer: a Keras name in place of the model's own optimizer, or None.
        precision: `"float32"` or `"float64"`.
        float64_steps, float32_steps: lengths of the two stretches.
        float32_rows: of a batch of the float32 stretch, where that is not `batch_size`: the fewer
            units with a bend there are, the later one of them takes another side.
        fault: a name of `faults.FAULTS` with which `scratch` is spoilt, or None.
        folder: where `hand_over` has put the data.
    """

    model: str
    epochs: int
    batch_size: int
    seed: int = 42
    optimizer: str | None = None
    precision: str = "float32"
    float64_steps: int = 200
    float32_steps: int = 500
    float32_rows: int | None = None
    fault: str | None = None
    folder: str = ""


@dataclass(frozen=True)
class Setting:
    """One way to run an engine: the library, and what TensorFlow lets one choose.

    Args:
        library: `"scratch"` or `"tensorflow"`.
        onednn: whether TensorFlow may use oneDNN's kernels, as it does by default.
        xla: whether XLA compiles the steps.
        instructions: the newest instruction set that oneDNN may use; None for what there is.
    """

    library: str
    onednn: bool = True
    xla: bool = False
    instructions: str | None = None

    @property
    def name(self) -> str:
        """The name that reports use."""
        if self.library == "scratch":
            return "scratch"
        if self.xla:
            return "tf.keras with XLA"
        if self.instructions:
            return f"tf.keras limited to {self.instructions}"
        return "tf.keras" if self.onednn else "tf.keras without oneDNN"

    @property
    def environment(self) -> dict[str, str]:
        """Variables of its process. The CPU for both: a GPU would be another comparison."""
        chosen = {"ONEDNN_MAX_CPU_ISA": self.instructions} if self.instructions else {}
        return chosen | {
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "CUDA_VISIBLE_DEVICES": "-1",
            "TF_ENABLE_ONEDNN_OPTS": "1" if self.onednn else "0",
        }


SCRATCH = Setting("scratch")
TENSORFLOW = Setting("tensorflow")
# TensorFlow in other settings, from the same seed: how far it parts from itself is its noise.
# AVX2 is what it would use of its own accord on a processor without AVX-512.
TWINS = (
    Setting("tensorflow", onednn=False),
    Setting("tensorflow", xla=True),
    Setting("tensorflow", instructions="AVX2"),
)


@dataclass(frozen=True)
class Run:
    """What a training was like.

    Attributes:
        names: of the weights, `dense/kernel`, in order.
        initializers: of the weights, by class name.
        weights: before the first epoch and after every one.
        history: what `fit` returned.
        seconds: of every epoch, validation included.
        test: what `evaluate` returned for the test data.
        outputs: what `predict` returned for the test data.
        steps: optimizer steps of an epoch.
        optimizer: its configuration.
        versions: of the packages at work.
    """

    names: list[str]
    initializers: list[str]
    weights: list[Weights]
    history: dict[str, list[float]]
    seconds: list[float]
    test: dict[str, float]
    outputs: np.ndarray
    steps: int
    optimizer: dict[str, object]
    versions: dict[str, str]


def hand_over(data: Data, folder: Path) -> None:
    """Writes the arrays of `data` into `folder`: all engines read the same files."""
    for field, value in data._asdict().items():
        if isinstance(value, np.ndarray):
            np.save(folder / f"{field}.npy", value)


def take_over(job: Job) -> Data:
    """The arrays that were handed over, floating-point numbers in the job's precision."""
    arrays = {
        field: np.load(Path(job.folder) / f"{field}.npy")
        for field, kind in Data.__annotations__.items()
        if kind is np.ndarray
    }
    return Data(**arrays, name="", source="").astype(job.precision)


def shortened(data: Data, samples: int | None) -> Data:
    """At most `samples` training samples, and a fifth as many for validation and test."""
    if samples is None:
        return data
    few = max(1, samples // 5)
    return data._replace(
        x_train=data.x_train[:samples],
        y_train=data.y_train[:samples],
        x_valid=data.x_valid[:few],
        y_valid=data.y_valid[:few],
        x_test=data.x_test[:few],
        y_test=data.y_test[:few],
    )
