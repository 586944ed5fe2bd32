"""Keras's data sets through its own loaders and ours: the same small files, the same results."""

import hashlib
import importlib
import io
import json
import pickle
import tarfile
import urllib.error
import urllib.request
from pathlib import Path

import numpy as np
import pytest

import scratch
from scratch import datasets
from scratch.datasets import DataUnavailableError, cifar, kept, sources

SHARED = Path(__file__).resolve().parents[4] / "shared" / "mnist"


@pytest.fixture
def no_network(tmp_path, monkeypatch):
    """Empty places, and a network that is not there."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(sources, "PACKAGES", tmp_path / "share")

    def refuse(url: str, timeout: float) -> None:
        raise urllib.error.URLError(OSError(101, "Network is unreachable"))

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    return tmp_path


def loaders(name: str, path: Path, monkeypatch):
    """The module of each library, where both find that file."""
    pytest.importorskip("keras")
    theirs = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(theirs, "get_file", lambda *args, **kwargs: str(path))
    monkeypatch.setattr(kept.Kept, "path", lambda self, cached_as=None: str(path))
    return theirs, getattr(scratch.datasets, name)


def require_same(a, b) -> None:
    """The same structure, types, shapes and numbers; an array of lists as one."""
    for x, y in zip([*a[0], *a[1]], [*b[0], *b[1]], strict=True):
        assert (type(x), x.dtype, x.shape) == (type(y), y.dtype, y.shape)
        if x.dtype == object:
            assert [list(row) for row in x] == [list(row) for row in y]
        else:
            np.testing.assert_array_equal(x, y, strict=True)
        assert x.flags.writeable


def texts(n: int, seed: int, longest: int = 12) -> np.ndarray:
    rng = np.random.default_rng(seed)
    found = np.empty(n, object)
    found[:] = [rng.integers(1, 40, rng.integers(2, longest)).tolist() for _ in range(n)]
    return found


WORDS = [
    {},
    {"num_words": 20},
    {"num_words": 20, "skip_top": 5},
    {"num_words": 20, "oov_char": None},
    {"maxlen": 8},
    {"seed": 7, "maxlen": 6},
    {"start_char": None},
    {"start_char": None, "index_from": 0},
    {"start_char": 9, "index_from": 10, "oov_char": 8},
    {"start_char": None, "index_from": 0, "oov_char": None, "skip_top": 3},
]


@pytest.mark.parametrize("options", WORDS, ids=str)
def test_imdb(options, tmp_path, monkeypatch):
    path = tmp_path / "imdb.npz"
    labels = np.arange(25) % 2
    np.savez(path, x_train=texts(25, 1), y_train=labels, x_test=texts(15, 2), y_test=labels[:15])
    theirs, _ = loaders("imdb", path, monkeypatch)
    require_same(datasets.imdb.load_data(**options), theirs.load_data(**options))


def test_imdb_has_no_review_that_short(tmp_path, monkeypatch):
    path = tmp_path / "imdb.npz"
    np.savez(path, x_train=texts(5, 1), y_train=np.ones(5), x_test=texts(5, 2), y_test=np.ones(5))
    for library in loaders("imdb", path, monkeypatch):
        with pytest.raises(ValueError, match="no sequence was kept. Increase maxlen"):
            library.load_data(maxlen=2)


@pytest.mark.parametrize("options", [*WORDS, {"test_split": 0.5}], ids=str)
def test_reuters(options, tmp_path, monkeypatch):
    path = tmp_path / "reuters.npz"
    np.savez(path, x=texts(40, 3), y=np.arange(40) % 46)
    theirs, _ = loaders("reuters", path, monkeypatch)
    require_same(datasets.reuters.load_data(**options), theirs.load_data(**options))


def test_texts_of_one_length_become_a_matrix(tmp_path, monkeypatch):
    """As in Keras, whose array of lists NumPy makes."""
    path = tmp_path / "reuters.npz"
    x = np.empty(4, object)
    x[:] = [[1, 2, 3]] * 4
    np.savez(path, x=x, y=np.arange(4))
    theirs, _ = loaders("reuters", path, monkeypatch)
    (found, _), _ = datasets.reuters.load_data()
    require_same(datasets.reuters.load_data(), theirs.load_data())
    assert found.shape == (3, 4)


@pytest.mark.parametrize("name", ["imdb", "reuters"])
def test_the_index_of_words(name, tmp_path, monkeypatch):
    path = tmp_path / "words.json"
    path.write_text(json.dumps({"the": 1, "and": 2}))
    theirs, _ = loaders(name, path, monkeypatch)
    ours = {"imdb": datasets.imdb.get_word_index, "reuters": datasets.reuters.get_word_index}[name]
    assert ours() == theirs.get_word_index() == {"the": 1, "and": 2}


def test_the_topics():
    keras = pytest.importorskip("keras")
    names = datasets.reuters.get_label_names()
    assert names == keras.datasets.reuters.get_label_names() and len(names) == 46


HOUSES = [{}, {"test_split": 0.5}, {"test_split": 0.0}, {"seed": 1}]


@pytest.mark.parametrize("options", HOUSES, ids=str)
def test_boston_housing(options, tmp_path, monkeypatch):
    path = tmp_path / "boston_housing.npz"
    rng = np.random.default_rng(1)
    np.savez(path, x=rng.normal(size=(31, 13)), y=rng.normal(size=31))
    theirs, _ = loaders("boston_housing", path, monkeypatch)
    require_same(datasets.boston_housing.load_data(**options), theirs.load_data(**options))


@pytest.mark.parametrize("options", [*HOUSES, {"version": "small"}], ids=str)
def test_california_housing(options, tmp_path, monkeypatch):
    path = tmp_path / "california_housing.npz"
    rng = np.random.default_rng(1)
    x, y = rng.normal(size=(701, 8)).astype("float32"), rng.normal(size=701).astype("float32")
    np.savez(path, x=x, y=y)
    theirs, _ = loaders("california_housing", path, monkeypatch)
    require_same(datasets.california_housing.load_data(**options), theirs.load_data(**options))


@pytest.mark.parametrize("wrong", [{"test_split": 1}, {"version": "huge"}], ids=str)
def test_what_california_housing_does_not_have(wrong, tmp_path, monkeypatch):
    path = tmp_path / "california_housing.npz"
    np.savez(path, x=np.ones((5, 8)), y=np.ones(5))
    said = []
    for library in loaders("california_housing", path, monkeypatch):
        with pytest.raises(ValueError, match="argument|Argument") as caught:
            library.load_data(**wrong)
        said.append(str(caught.value))
    assert said[0] == said[1]


def batch(n: int, seed: int, **labels) -> bytes:
    """Names as byte strings; in protocol 2, Python 3 would write these as calls of a function."""
    data = np.random.default_rng(seed).integers(0, 256, (n, 3072), dtype=np.uint8)
    return pickle.dumps({b"data": data, **{k.encode(): v for k, v in labels.items()}}, protocol=3)


@pytest.fixture
def image_format():
    pytest.importorskip("keras")
    import keras

    def use(data_format):
        for library in (keras, scratch):
            library.config.set_image_data_format(data_format)

    yield use
    use("channels_last")


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
def test_cifar10(data_format, tmp_path, monkeypatch, image_format):
    folder = tmp_path / "cifar-10-batches-py"
    folder.mkdir()
    for i in range(1, 6):
        labels = [(i * k) % 10 for k in range(10_000)]
        (folder / f"data_batch_{i}").write_bytes(batch(10_000, i, labels=labels))
    (folder / "test_batch").write_bytes(batch(7, 6, labels=[1, 2, 3, 4, 5, 6, 7]))
    image_format(data_format)
    theirs, _ = loaders("cifar10", tmp_path, monkeypatch)
    require_same(datasets.cifar10.load_data(), theirs.load_data())


@pytest.mark.parametrize("options", [{}, {"label_mode": "coarse"}], ids=str)
def test_cifar100(options, tmp_path, monkeypatch, image_format):
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()
    labels = {"fine_labels": [5, 99, 0, 7], "coarse_labels": [1, 19, 0, 3]}
    (folder / "train").write_bytes(batch(4, 1, **labels))
    (folder / "test").write_bytes(batch(4, 2, **labels))
    theirs, _ = loaders("cifar100", tmp_path, monkeypatch)
    require_same(datasets.cifar100.load_data(**options), theirs.load_data(**options))


def test_what_cifar100_does_not_have():
    with pytest.raises(ValueError, match='must be one of `"fine"`, `"coarse"`'):
        datasets.cifar100.load_data(label_mode="medium")


def test_a_batch_that_asks_for_more_than_data_is_refused(tmp_path):
    class Runs:
        def __reduce__(self):
            return print, ("hello",)

    path = tmp_path / "data_batch_1"
    path.write_bytes(pickle.dumps({b"data": Runs()}, protocol=2))
    with pytest.raises(ValueError, match="it asks for `builtins.print|__builtin__.print"):
        cifar.read_batch(str(path))


# Where they are found -----------------------------------------------------------------------------


def test_mnist_from_its_four_files_is_kerass(no_network, monkeypatch, tmp_path):
    """The real data: by the archive that Keras reads, which is made of the four files here."""
    keras = pytest.importorskip("keras")
    if not SHARED.is_dir():
        pytest.skip("needs MNIST's four files beside the clone")
    monkeypatch.setenv("MNIST_DIR", str(SHARED))
    ours = datasets.mnist.load_data()
    (x_train, y_train), (x_test, y_test) = ours
    path = tmp_path / "mnist.npz"
    np.savez(path, x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    monkeypatch.setattr("keras.src.datasets.mnist.get_file", lambda *args, **kwargs: str(path))
    require_same(ours, keras.datasets.mnist.load_data())
    assert x_train.shape == (60_000, 28, 28) and y_test[:5].tolist() == [7, 2, 1, 0, 4]


NAMES = (
    "mnist", "cifar10", "cifar100", "imdb", "reuters", "boston_housing", "california_housing",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_without_a_network_it_says_where_it_looked(name, no_network):
    with pytest.raises(DataUnavailableError, match="Network is unreachable") as caught:
        getattr(scratch.datasets, name).load_data()
    variable = name.upper() + "_DIR"
    for part in (str(no_network / "keras"), str(no_network / "share"), variable, "https://"):
        assert part in str(caught.value)


def test_a_file_of_the_folder_that_is_named_is_used(no_network, monkeypatch):
    """If it has the checksum; another is not."""
    folder = no_network / "own"
    folder.mkdir()
    np.savez(folder / "boston_housing.npz", x=np.ones((10, 13)), y=np.arange(10.0))
    monkeypatch.setenv("BOSTON_HOUSING_DIR", str(folder))
    with pytest.raises(DataUnavailableError, match="BOSTON_HOUSING_DIR: .* has another checksum"):
        datasets.boston_housing.load_data()
    digest = hashlib.sha256((folder / "boston_housing.npz").read_bytes()).hexdigest()
    districts = datasets.boston_housing.DISTRICTS
    changed = kept.Kept(districts.title, districts.url, digest, districts.folder)
    monkeypatch.setattr(datasets.boston_housing, "DISTRICTS", changed)
    (x, y), _ = datasets.boston_housing.load_data()
    assert x.shape == (8, 13) and sorted(y) != list(y)


def test_an_archive_of_the_folder_that_is_named_is_unpacked_into_the_cache(no_network, monkeypatch):
    folder, packed = no_network / "own", io.BytesIO()
    folder.mkdir()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for part in ("train", "test"):
            content = batch(2, 1, fine_labels=[3, 4])
            info = tarfile.TarInfo(f"cifar-100-python/{part}")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    (folder / "cifar-100-python.tar.gz").write_bytes(packed.getvalue())
    monkeypatch.setenv("CIFAR100_DIR", str(folder))
    images = datasets.cifar100.IMAGES
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    changed = kept.Kept(images.title, images.url, digest, images.folder, images.unpacked)
    monkeypatch.setattr(datasets.cifar100, "IMAGES", changed)
    (x, y), _ = datasets.cifar100.load_data()
    assert x.shape == (2, 32, 32, 3) and y.tolist() == [[3], [4]]
    cache = no_network / "keras" / "datasets" / "cifar-100-python-target"
    assert sorted(p.name for p in cache.rglob("*")) == ["cifar-100-python", "test", "train"]
