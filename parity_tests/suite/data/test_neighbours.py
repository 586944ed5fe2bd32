"""Data as other libraries hold them: what `fit` learns from them is what Keras learns."""

import numpy as np
import pytest

import scratch
from parity_tests.harness.tolerances import FEW_ROUNDINGS

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")

X = np.linspace(-1, 1, 48, dtype="float32").reshape(16, 3)
Y = (X.sum(1, keepdims=True) > 0).astype("float32")


def memory_map(folder, name, array):
    held = np.memmap(folder / name, array.dtype, "w+", shape=array.shape)
    held[:] = array
    return np.memmap(folder / name, array.dtype, "r", shape=array.shape)


class Loader:
    """As torch's `DataLoader`: it has a length, and gives lists of what becomes arrays."""

    def __len__(self):
        return 4

    def __iter__(self):
        return ([tf.constant(X[i : i + 4]), tf.constant(Y[i : i + 4])] for i in range(0, 16, 4))


def frame(library, array):
    return library.DataFrame({f"column {i}": column for i, column in enumerate(array.T)})


def given(kind, folder):
    """What `fit` gets: data, or data and labels."""
    if kind == "NumPy's memory maps":
        return memory_map(folder, "x", X), memory_map(folder, "y", Y)
    if kind == "TensorFlow's tensors":
        return tf.constant(X), tf.constant(Y)
    if kind == "tf.data":
        return (tf.data.Dataset.from_tensor_slices((X, Y)).batch(4),)
    if kind == "tf.data, mapped and kept":
        rows = tf.data.Dataset.from_tensor_slices((X, Y)).map(lambda x, y: (x * 2, y))
        return (rows.cache().batch(4).prefetch(2),)
    if kind in ("pandas", "polars"):
        library = pytest.importorskip(kind)
        return frame(library, X), frame(library, Y)
    return (Loader(),)


KINDS = (
    "NumPy's memory maps", "TensorFlow's tensors", "tf.data", "tf.data, mapped and kept", "pandas",
    "polars",
)  # fmt: skip


def losses(library, data):
    library.utils.set_random_seed(5)
    model = library.Sequential([library.Input((3,)), library.layers.Dense(1, "sigmoid")])
    model.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(*data, batch_size=4 if len(data) > 1 else None, epochs=3, verbose=0)
    return {**history.history, "test": model.evaluate(*data, verbose=0)}


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
@pytest.mark.parametrize("kind", KINDS)
def test_it_trains_as_in_keras(kind, tmp_path):
    theirs = losses(keras, given(kind, tmp_path))
    ours = losses(scratch, given(kind, tmp_path))
    keras.utils.clear_session(free_memory=False)
    assert ours.keys() == theirs.keys()
    for name, values in theirs.items():
        assert ours[name] == pytest.approx(values, rel=FEW_ROUNDINGS)


@pytest.mark.filterwarnings("ignore:`shuffle=True` was passed")
def test_a_loader_of_batches(tmp_path):
    """Keras knows torch's by its class; here anything is a loader that can be run through."""
    ours = losses(scratch, (Loader(),))
    same = losses(scratch, given("tf.data", tmp_path))
    assert ours == same


def test_predictions_from_tensors():
    model = scratch.Sequential([scratch.layers.Dense(2)])
    from_arrays = model.predict(X, verbose=0)
    np.testing.assert_array_equal(model.predict(tf.constant(X), verbose=0), from_arrays)
    np.testing.assert_array_equal(model(tf.constant(X)).numpy(), model(X).numpy())
