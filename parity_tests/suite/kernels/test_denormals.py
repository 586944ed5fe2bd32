"""Denormals are zero inside the block, and where no switch is known nothing changes but time."""

import threading
from unittest.mock import patch

import numpy as np
import pytest

import scratch as keras
from scratch.kernels import denormals

SMALLEST = np.finfo("float32").tiny
known = pytest.mark.skipif(not denormals.KNOWN, reason="no switch for denormals on this platform")


def halved():
    """Half of the smallest number with all its digits: a denormal, or zero where it is flushed."""
    return float((np.full(64, SMALLEST, "float32") * np.float32(0.5))[0])


@known
def test_flushed_in_this_thread_alone_and_put_back():
    inside, elsewhere = threading.Event(), []

    def other():
        inside.wait(60)
        elsewhere.append(halved())

    thread = threading.Thread(target=other)
    thread.start()  # before the block: a thread born inside inherits the switch
    with denormals.FlushToZero() as flush:
        assert halved() == 0.0
        assert flush.paused(halved)() == SMALLEST / 2
        assert halved() == 0.0
        inside.set()
        thread.join()
    assert halved() == SMALLEST / 2
    assert elsewhere == [SMALLEST / 2]


@pytest.mark.parametrize("missing", ["_PLACE", "C"])
def test_without_a_switch_they_stay(missing):
    with patch.object(denormals, missing, None), denormals.FlushToZero() as flush:
        assert halved() == SMALLEST / 2
        assert flush.paused(halved) is halved
        assert list(flush.fetched(iter([1, 2]))) == [1, 2]
    assert halved() == SMALLEST / 2


def test_a_training_ends_on_the_same_bits_without_the_switch():
    def weights():
        keras.utils.set_random_seed(3)
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "tanh")])
        model.compile("adam", "mse")
        x = np.random.default_rng(3).normal(size=(32, 4)).astype("float32")
        before = model.get_weights()
        model.fit(x, x[:, :3], epochs=3, verbose=0)
        assert not np.array_equal(before[0], model.get_weights()[0])
        return [w.tobytes() for w in model.get_weights()]

    with_it = weights()
    with patch.object(denormals, "_PLACE", None), patch.object(denormals, "C", None):
        assert weights() == with_it
