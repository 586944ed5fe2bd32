"""The commonest mistakes, and that the message says what to do."""

from typing import Any

import numpy as np
import pytest

import scratch as keras

layers: Any = keras.layers  # a type checker would find some of these mistakes
X = np.linspace(0, 1, 80, dtype="float32").reshape(20, 4)
CLASSES = np.arange(20) % 3
IMAGES = np.zeros((6, 28, 28), "float32")


def net(shape: Any = (4,), units: int = 3) -> Any:
    return keras.Sequential(
        [keras.Input(shape), layers.Dense(8, "relu"), layers.Dense(units, "softmax")], name="net"
    )


def fit(loss: str, x: Any, y: Any, **options: Any) -> Any:
    model = net(x.shape[1:]) if isinstance(x, np.ndarray) else keras.Sequential([layers.Dense(1)])
    model.compile("sgd", loss)
    return model.fit(x, y, verbose=0, **options)


SPARSE, DENSE = "sparse_categorical_crossentropy", "categorical_crossentropy"
MISTAKES: dict[str, tuple[Any, type[Exception], str]] = {
    "one-hot labels, a sparse loss": (
        lambda: fit(SPARSE, X, np.eye(3)[CLASSES]), ValueError, "look one-hot: use `categorical_c",
    ),
    "class numbers, a dense loss": (
        lambda: fit(DENSE, X, CLASSES), ValueError, r"to_categorical\(y, 3\)",
    ),
    "class numbers in a column, a dense loss": (
        lambda: fit(DENSE, X, CLASSES[:, None]), ValueError, r"to_categorical\(y, 3\)",
    ),
    "no Flatten, class numbers": (
        lambda: fit(SPARSE, IMAGES, np.arange(6) % 3), ValueError, r"is a `Flatten\(\)` missing",
    ),
    "no Flatten, one-hot": (
        lambda: fit(DENSE, IMAGES, np.eye(3)[np.arange(6) % 3]), ValueError, r"`Flatten\(\)` miss",
    ),
    "no Flatten, numbers": (
        lambda: fit("mse", IMAGES, np.eye(3)[np.arange(6) % 3]), ValueError, r"`Flatten\(\)` miss",
    ),
    "images where rows are meant": (
        lambda: net((784,)).predict(IMAGES, verbose=0), ValueError,
        r"'net'.*x.reshape\(len\(x\), 784",
    ),
    "a single sample": (
        lambda: net().predict(X[0], verbose=0), ValueError, r"model 'net'.*x\[None\]",
    ),
    "an old name of an option": (
        lambda: keras.optimizers.SGD(lr=0.1), ValueError, "mean `learning_rate`",
    ),
    "an option misspelt": (
        lambda: keras.optimizers.Adam(beta1=0.1), ValueError, "mean `beta_1`",
    ),
    "an old name in fit": (
        lambda: net().fit(X, nb_epoch=3), TypeError, r"fit\(\) got an unexpected.*mean `epochs`",
    ),
    "a name in compile misspelt": (
        lambda: net().compile(metric=["accuracy"]), TypeError, "mean `metrics`",
    ),
    "an argument of a layer misspelt": (
        lambda: layers.Dense(3, activations="relu"), ValueError, "mean `activation`",
    ),
    "units in quotes": (lambda: layers.Dense("10"), ValueError, "units='10'"),
    "input_shape without a comma": (
        lambda: layers.Dense(3, input_shape=3), TypeError, r"`input_shape`.*such as \(3,\)",
    ),
    "epochs in quotes": (
        lambda: fit(SPARSE, X, CLASSES, epochs="3"), TypeError, "`epochs` must be an integer.*'3'",
    ),
    "a class of layers": (
        lambda: keras.Sequential([layers.Dense]), ValueError, r"meant, Dense\(\.\.\.\)",
    ),
    "a class of optimizers": (
        lambda: net().compile(keras.optimizers.Adam), ValueError, r"write Adam\(\)",
    ),
    "a class of callbacks": (
        lambda: fit(SPARSE, X, CLASSES, callbacks=[keras.callbacks.EarlyStopping]), TypeError,
        r"keras.callbacks.EarlyStopping\(\.\.\.\)",
    ),
    "labels in words": (
        lambda: fit(SPARSE, X, np.array(["a", "b"] * 10)), ValueError, "np.unique",
    ),
    "rows of several lengths": (
        lambda: fit("mse", np.array([[1.0], [1.0, 2.0]], object)[:, None], X[:2]), ValueError,
        "array of numbers",
    ),
    "no such file": (
        lambda: keras.models.load_model("nowhere.keras"), ValueError, "File not found: .*nowhere",
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_what_to_do_is_said(mistake):
    make, error, hint = MISTAKES[mistake]
    with pytest.raises(error, match=hint):
        make()


def test_a_file_that_is_there_is_not_called_missing(tmp_path):
    path = tmp_path / "cut.keras"
    path.write_bytes(b"PK")
    with pytest.raises(ValueError, match="Not a `.keras` zip file: .* is a file of 2 bytes"):
        keras.models.load_model(path)
    (tmp_path / "a.keras").mkdir()
    with pytest.raises(ValueError, match="is a folder"):
        keras.models.load_model(tmp_path / "a.keras")


def test_an_error_in_the_first_batch_names_the_data():
    model = net()
    model.compile("sgd", SPARSE)
    with pytest.raises(ValueError, match="Invalid input shape") as error:
        model.fit(X, CLASSES, validation_data=(X[:7, :3], CLASSES[:7]), verbose=0)
    assert error.value.__notes__ == [
        "In the first batch of the validation data: x of shape (7, 3), y of shape (7,)"
    ]
    with pytest.raises(ValueError, match="Invalid input shape") as error:
        model.fit(X[:, :3], CLASSES, batch_size=4, verbose=0)
    assert error.value.__notes__ == [
        "In the first batch of the data: x of shape (20, 3), y of shape (20,)"
    ]


# Tables ------------------------------------------------------------------------------------------


class Column:
    """What pandas and polars have in common."""

    def __init__(self, values, dtype=None):
        self._values, self.dtype = values, dtype

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self._values, dtype)


class Table:
    def __init__(self, **columns):
        self._columns, self.columns = columns, list(columns)
        self.shape = (2, len(columns))

    def __getitem__(self, label):
        given = self._columns[label]
        return Column(given, np.asarray(given).dtype)

    def to_numpy(self):
        raise AssertionError("each column has a type of its own")


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (["x", "y"], "column 'b' of `x` holds text, in row 0: 'x'"),
        (np.array(["2020-01-01", "2020-01-02"], "M8[D]"), "column 'b' of `x` holds dates or times"),
        ([1, None], r"column 'b' of `x` has a missing value in row 1 \(None\)"),
        ([1, [2]], r"column 'b' of `x` holds list objects, in row 1"),
    ],
)
def test_a_column_that_holds_no_numbers_is_named(values, what):
    column = np.array(values, object) if isinstance(values, list) else values
    with pytest.raises(ValueError, match=what):
        fit("mse", Table(a=[1.0, 2.0], b=column), np.ones((2, 1)))


def test_columns_of_numbers_are_an_array():
    model = keras.Sequential([layers.Dense(1)])
    table = Table(a=[1.0, 2.0], b=np.array([1, 2], object), c=[True, False])
    y = model.predict(table, verbose=0)
    expected = model.predict(np.array([[1.0, 1, 1], [2, 2, 0]]), verbose=0)
    assert np.array_equal(y, expected)


def test_tables_of_pandas():
    pd = pytest.importorskip("pandas")
    model = keras.Sequential([layers.Dense(1)])
    model.compile("sgd", "mse")
    table = pd.DataFrame({"a": [1.0, 2.0], "n": pd.array([1, 2], dtype="Int64")})
    model.fit(table, pd.Series([1.0, 2.0]), verbose=0)
    with pytest.raises(ValueError, match="column 'n' of `x` has a missing value in row 1"):
        model.fit(table.assign(n=pd.array([1, None], dtype="Int64")), np.ones(2), verbose=0)
