"""What every test gets: clean names and seeds, quiet TensorFlow, the real data, the report."""

import os
import random
from pathlib import Path

# Before anything imports NumPy or TensorFlow. Test processes side by side share the cores: BLAS
# threads that wait for each other by spinning would make all of them many times slower.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1" if "PARITY_GPU" not in os.environ else "0")

_BESIDE = Path(__file__).resolve().parents[2] / "shared" / "fashion-mnist"
if "FASHION_MNIST_DIR" not in os.environ and _BESIDE.is_dir():
    os.environ["FASHION_MNIST_DIR"] = str(_BESIDE)

import numpy as np  # noqa: E402
import pytest  # noqa: E402

from parity_tests.commands.unchanged import messages  # noqa: E402
from parity_tests.harness.report import Report  # noqa: E402


@pytest.fixture(autouse=True)
def start_afresh():
    """No test sees another's names, float type or seeds."""
    import scratch

    scratch.utils.clear_session(free_memory=False)
    scratch.config.set_floatx("float32")
    random.seed(20)
    np.random.seed(20)
    yield
    scratch.config.set_floatx("float32")


@pytest.fixture(autouse=True)
def the_words_of_errors(request):
    """Errors that a test provokes speak as they did when their words were recorded."""
    with pytest.MonkeyPatch.context() as patch:
        caught = messages.caught(patch)
        yield
    if folder := os.environ.get("PARITY_MESSAGES"):
        messages.note(folder, request.node.name, caught)
    else:
        before = messages.recorded().get(request.node.name, [])
        assert [said for said in before if said not in caught] == [], caught


@pytest.fixture
def keras_afresh():
    """Keras in this process begins its names anew too."""
    import keras

    keras.utils.clear_session(free_memory=False)


@pytest.fixture
def report(record_property):
    """Takes comparisons; the summary shows how much of their bounds they use."""
    return Report(record_property)


def pytest_runtest_setup(item):
    """Skips tests marked `gpu` where there is no GPU."""
    if item.get_closest_marker("gpu") and "PARITY_GPU" not in os.environ:
        pytest.skip("needs a GPU: set PARITY_GPU=1 where TensorFlow can use one")


def pytest_terminal_summary(terminalreporter):
    """Prints the table of headroom."""
    properties = [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == "parity" and getattr(report, "when", "") == "call"
    ]
    for line in Report.summary(properties):
        terminalreporter.write_line(line)
