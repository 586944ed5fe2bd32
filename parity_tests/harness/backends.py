"""A backend: what Keras computes with, and the settings that make a comparison with it fair.

A backend is fixed when Keras is imported, and much of its behaviour when the backend itself is:
which devices it sees, whether it knows float64, in which order its kernels sum. All that is said by
the environment of its process; what can be said only by a call is said right after the import.

On a GPU full float32 is forced (a tensor core's TF32 keeps 11 bits of 24) and kernels that add in
no fixed order are refused. On a CPU kernels repeat themselves without being told to; there
TensorFlow's `enable_op_determinism` is left alone, because it changes what is computed (quirk K6)
and users run the default.
"""

import contextlib
import functools
import importlib
import importlib.metadata
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from parity_tests.commands.main_job.plain import silent_start

Environment = tuple[tuple[str, str], ...]

KERAS_NAMES = {"tf": "tensorflow", "jax": "jax", "torch": "torch"}
DEVICES = ("cpu", "gpu")
QUIRKS_OF_BACKENDS = ("K3",)
"""Quirks that can be mended in the backend itself; all others are imitated in `scratch`."""

_HIDE_GPUS: Environment = (("CUDA_VISIBLE_DEVICES", "-1"),)
_REPEATABLE_GPU: Environment = (
    ("XLA_FLAGS", "--xla_gpu_deterministic_ops=true"),
    ("CUBLAS_WORKSPACE_CONFIG", ":4096:8"),
    ("TF_FORCE_GPU_ALLOW_GROWTH", "true"),
    ("XLA_PYTHON_CLIENT_PREALLOCATE", "false"),
)


def environment(library: str, precision: str, device: str = "cpu") -> Environment:
    """What a worker's process needs in its environment before anything is imported."""
    common: Environment = (
        ("KERAS_BACKEND", KERAS_NAMES[library]),
        ("TF_CPP_MIN_LOG_LEVEL", "3"),
        *(_HIDE_GPUS if device == "cpu" else _REPEATABLE_GPU),
    )
    if library != "jax":
        return common
    return (
        *common,
        ("JAX_ENABLE_X64", "1" if precision == "float64" else "0"),
        ("JAX_PLATFORMS", "cpu" if device == "cpu" else "cuda"),
        ("JAX_DEFAULT_MATMUL_PRECISION", "highest"),
    )


def missing(library: str, device: str = "cpu") -> str:
    """Why a backend cannot be used here; empty when it can. Nothing is imported."""
    if library == "scratch":
        return "" if device == "cpu" else "scratch computes with NumPy, on a CPU"
    for name in ("keras", KERAS_NAMES[library]):
        if importlib.util.find_spec(name) is None:
            return f"{name} is not installed (pip install 'keras-from-scratch[{_extra(name)}]')"
    if device == "gpu" and not any(Path(p).exists() for p in ("/dev/nvidia0", "/dev/dxg")):
        return "this machine shows no NVIDIA GPU"
    return ""


def _extra(name: str) -> str:
    return name if name in ("jax", "torch") else "parity"


@functools.cache
def load(library: str, device: str = "cpu") -> Any:
    """The library that answers to Keras's names, set up for a comparison.

    Raises:
        RuntimeError: when this process holds Keras on another backend already.
    """
    if library == "scratch":
        import scratch

        return scratch
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("KERAS_BACKEND", KERAS_NAMES[library])
    if device == "cpu":
        os.environ.update(_HIDE_GPUS)
    with silent_start():
        import keras

    if keras.backend.backend() != KERAS_NAMES[library]:
        raise RuntimeError(
            f"This process holds Keras on {keras.backend.backend()}; an engine on "
            f"{KERAS_NAMES[library]} lives in a worker of its own: call Engine.run."
        )
    if device == "gpu":
        _force_full_float32(library)
    return keras


def _force_full_float32(library: str) -> None:
    if library == "tf":
        import tensorflow as tf

        tf.config.experimental.enable_tensor_float_32_execution(False)
        tf.config.experimental.enable_op_determinism()
    elif library == "jax":
        import jax

        jax.config.update("jax_default_matmul_precision", "highest")
    else:
        import torch

        torch.backends.cuda.matmul.allow_tf32 = False
        torch.backends.cudnn.allow_tf32 = False
        torch.use_deterministic_algorithms(True)


@contextlib.contextmanager
def mended(library: str, left_standing: tuple[str, ...] = ()) -> Iterator[None]:
    """Keras on another backend than TensorFlow, without quirk K3: float64 stays float64.

    Keras's table of result types sends float64 to float32 there. Layers read the table when they
    are built and when they are called, so the entry is put right around both.
    """
    if library == "scratch" or "K3" in left_standing:
        yield
        return
    table = importlib.import_module("keras.src.backend.common.dtypes").BIT64_TO_BIT32_DTYPE
    before = table["float64"]
    table["float64"] = "float64"
    try:
        yield
    finally:
        table["float64"] = before


def devices(library: str) -> list[str]:
    """The devices that the backend sees, in its own words. In the backend's process."""
    if library == "tf":
        import tensorflow as tf

        return [device.name for device in tf.config.list_logical_devices()]
    if library == "jax":
        import jax

        return [str(device) for device in jax.devices()]
    if library == "torch":
        import torch

        gpus = [torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())]
        return ["cpu", *gpus]
    return ["cpu"]


def versions(library: str) -> dict[str, str]:
    """The versions of what computes. Nothing is imported."""
    names = ["numpy"] if library == "scratch" else ["keras", KERAS_NAMES[library]]
    return {name: importlib.metadata.version(name) for name in names}
