"""What every test gets: clean names and seeds, quiet TensorFlow, real data, a tier, the report."""

import os
import random
import sys
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

from parity_tests import tiers  # noqa: E402
from parity_tests.commands.unchanged import messages  # noqa: E402
from parity_tests.harness import seconds  # noqa: E402
from parity_tests.harness.report import Report  # noqa: E402
from parity_tests.harness.worker import Worker  # noqa: E402


def afresh():
    """Forgets names, float type and what follows from it, and seeds, of the test before."""
    import scratch

    scratch.utils.clear_session(free_memory=False)
    scratch.config.set_floatx("float32")
    random.seed(20)
    np.random.seed(20)


@pytest.fixture(autouse=True)
def start_afresh():
    """No test sees another's names, float type or seeds, nor those of what its module shares."""
    afresh()


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


SUITE = Path(__file__).with_name("suite")
FRAMEWORKS = {"tensorflow", "keras", "jax", "torch"}


def first_alone(config):
    """Whether this run is `pytest -m first`."""
    return config.option.markexpr == "first"


def pytest_ignore_collect(collection_path, config):
    """`pytest -m first` does not import the files of other tests: they import TensorFlow."""
    if first_alone(config) and collection_path.name.startswith("test_"):
        return not tiers.has_first(collection_path.relative_to(SUITE).as_posix()) or None
    return None


def name_of(item):
    """A test as `tiers.py` names it."""
    return f"{item.path.relative_to(SUITE).as_posix()}::{item.originalname}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    """Marks each test with its tier, before `-m` chooses."""
    given = [(name_of(item), getattr(item, "callspec", None)) for item in items]
    found = tiers.of((name, spec.params if spec else {}) for name, spec in given)
    for item, tier in zip(items, found, strict=True):
        item.add_marker(tier)


@pytest.fixture(autouse=True)
def no_framework_in_the_first_tier(request):
    """A test of the first tier that needs TensorFlow has no place there."""
    yield
    if first_alone(request.config):
        assert not FRAMEWORKS & set(sys.modules)
        assert not Worker.pids


class Spent:
    """Adds to each report what the test cost: its tier, its room, its CPU seconds."""

    def __init__(self):
        self.before = 0.0

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item):
        """Notes what has been spent so far; before the first test, on what all of them need."""
        now = seconds.used()
        if not self.before:
            item.user_properties.append(("cpu", ("", "to begin", now)))
        self.before = now

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item, call):
        """Notes what has been spent since."""
        if call.when == "teardown":
            tier = next(tier for tier in tiers.TIERS if item.get_closest_marker(tier))
            spent = seconds.used() - self.before
            item.user_properties.append(("cpu", (tier, tiers.room(name_of(item)), spent)))


def pytest_configure(config):
    """Every process that runs tests notes what they cost."""
    config.pluginmanager.register(Spent())


def pytest_runtest_setup(item):
    """Skips tests marked `gpu` where there is no GPU."""
    afresh()  # what a module shares is made before the fixtures of a test
    if item.get_closest_marker("gpu") and "PARITY_GPU" not in os.environ:
        pytest.skip("needs a GPU: set PARITY_GPU=1 where TensorFlow can use one")


def noted(terminalreporter, what, when):
    """What tests have noted under a name, taken from their reports of one phase."""
    return [
        value
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", ())
        if name == what and getattr(report, "when", "") == when
    ]


def pytest_terminal_summary(terminalreporter, config):
    """Prints the table of headroom, and what the tiers cost where the whole suite was asked for."""
    properties = noted(terminalreporter, "parity", "call")
    for line in Report.summary(properties):
        terminalreporter.write_line(line)
    if config.args_source is not config.ArgsSource.ARGS or "PARITY_TIERS" in os.environ:
        summary = tiers.Summary(noted(terminalreporter, "cpu", "teardown"))
        for line in summary.lines():
            terminalreporter.write_line(line)
        for line in summary.over():
            terminalreporter.write_line(line, red=True, bold=True)
