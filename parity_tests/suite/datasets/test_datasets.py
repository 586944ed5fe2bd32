"""Fashion-MNIST comes from the right place, byte for byte, or not at all; drawn data never change.

Most tests use a tiny stand-in of the same form (the checksums are swapped with it), so they need
neither the real files nor a network; those that read the real files skip without
$FASHION_MNIST_DIR.
"""

import gzip
import hashlib
import http.server
import io
import os
import threading
import time
import urllib.error
import urllib.request
from email.message import Message
from pathlib import Path

import numpy as np
import pytest

from scratch.datasets import (
    DataUnavailableError,
    WrongFileError,
    fashion_mnist,
    idx,
    sources,
)
from scratch.datasets.drawn import garments, silhouettes, soccer_balls
from scratch.datasets.known_file import KnownFile
from scratch.files import download

SHAPES = ((6, 28, 28), (6,), (3, 28, 28), (3,))
URLOPEN = urllib.request.urlopen
IMAGES = "train-images-idx3-ubyte.gz"


def pack(array: np.ndarray) -> bytes:
    """The IDX bytes of an array of unsigned bytes."""
    return bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes() + array.tobytes()


@pytest.fixture
def contents(monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    """IDX contents of a stand-in for the data set, by file name; the loader knows its checksums."""
    draws = np.random.Generator(np.random.PCG64(5))
    packed = [pack(draws.integers(0, 256, shape, dtype=np.uint8)) for shape in SHAPES]
    files = tuple(
        KnownFile(known.name, shape, hashlib.sha256(content).hexdigest())
        for known, shape, content in zip(fashion_mnist.FILES, SHAPES, packed, strict=True)
    )
    monkeypatch.setattr(fashion_mnist, "FILES", files)
    return {f"{known.name}.gz": content for known, content in zip(files, packed, strict=True)}


@pytest.fixture
def folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """The three places, all empty, and no network."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    monkeypatch.setattr(sources, "PACKAGES", tmp_path / "share")
    monkeypatch.setenv("FASHION_MNIST_DIR", str(tmp_path / "own"))

    def no_network(url: str, timeout: float) -> None:
        raise urllib.error.URLError(OSError(101, "Network is unreachable"))

    monkeypatch.setattr(urllib.request, "urlopen", no_network)
    return {
        "cache": tmp_path / "keras" / "datasets" / "fashion-mnist",
        "package": tmp_path / "share" / "fashion-mnist",
        "own": tmp_path / "own",
    }


def fill(folder: Path, contents: dict[str, bytes]) -> None:
    """Write the four files, packed, into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(gzip.compress(content))


class Answer(io.BytesIO):
    """What a server sends; `announced` is its Content-Length."""

    def __init__(self, body: bytes, announced: int | None = None):
        super().__init__(body)
        self.headers = Message()
        self.headers["Content-Length"] = str(len(body) if announced is None else announced)


def same(a, b) -> bool:
    """Whether two results of load_data agree in every respect."""
    flat_a, flat_b = [*a[0], *a[1]], [*b[0], *b[1]]
    return all(
        x.shape == y.shape
        and x.dtype == y.dtype
        and x.tobytes() == y.tobytes()
        and x.flags.writeable == y.flags.writeable
        for x, y in zip(flat_a, flat_b, strict=True)
    )


def keras_load(home: Path, monkeypatch: pytest.MonkeyPatch):
    """What Keras's own loader returns with that folder as its home."""
    keras = pytest.importorskip("keras")
    from keras.src.backend import config

    monkeypatch.setattr(config, "_KERAS_DIR", str(home))  # Keras reads $KERAS_HOME at import only
    return keras.datasets.fashion_mnist.load_data()


# ---------------------------------------------------------------- the same as Keras


def test_agrees_with_keras_on_the_stand_in(contents, folders, tmp_path, monkeypatch):
    fill(folders["cache"], contents)
    assert same(fashion_mnist.load_data(), keras_load(tmp_path / "keras", monkeypatch))


@pytest.mark.skipif(
    not os.environ.get("FASHION_MNIST_DIR"), reason="FASHION_MNIST_DIR names no folder"
)
def test_agrees_with_keras_on_the_real_data(tmp_path, monkeypatch):
    real = Path(os.environ["FASHION_MNIST_DIR"])
    home = tmp_path / "keras"
    cache = home / "datasets" / "fashion-mnist"
    cache.mkdir(parents=True)
    for known in fashion_mnist.FILES:
        (cache / f"{known.name}.gz").symlink_to(real / f"{known.name}.gz")
    monkeypatch.setenv("KERAS_HOME", str(home))
    assert fashion_mnist.locate() == cache
    ours = fashion_mnist.load_data()
    assert [a.shape for a in (*ours[0], *ours[1])] == [f.shape for f in fashion_mnist.FILES]
    assert (np.bincount(ours[0][1]) == 6000).all() and (np.bincount(ours[1][1]) == 1000).all()
    assert same(ours, keras_load(home, monkeypatch))


# ---------------------------------------------------------------- where the files come from


def test_search_order(contents, folders, monkeypatch):
    assert fashion_mnist.locate() is None
    for place in ("own", "package", "cache"):  # each goes before those filled so far
        fill(folders[place], contents)
        assert fashion_mnist.locate() == folders[place]
    (folders["cache"] / IMAGES).unlink()
    assert fashion_mnist.locate() == folders["package"]  # a place counts when it has all four


def test_without_keras_home_the_cache_is_in_the_home(monkeypatch, tmp_path):
    monkeypatch.delenv("KERAS_HOME", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert sources.cache_folder("fashion-mnist") == tmp_path / ".keras/datasets/fashion-mnist"


def test_plain_files_are_accepted(contents, folders):
    folders["own"].mkdir()
    for name, content in contents.items():
        (folders["own"] / name.removesuffix(".gz")).write_bytes(content)
    (x, y), _ = fashion_mnist.load_data()
    assert x.tobytes() == contents[IMAGES][16:] and y.shape == (6,)


# ---------------------------------------------------------------- files that are refused


def damaged(content: bytes) -> dict[str, tuple[bytes, str]]:
    packed = gzip.compress(content)
    flipped = bytearray(packed)
    flipped[len(flipped) // 2] ^= 0xFF
    other = bytearray(content)
    other[-1] ^= 1
    return {
        "empty": (b"", "holds 0 bytes"),
        "truncated": (packed[: len(packed) // 2], "truncated"),
        "trailer cut": (packed[:-4], "truncated"),
        "damaged": (bytes(flipped), "SHA-256|not an intact gzip|truncated"),
        "no gzip": (b"<html>Please log in</html>", "not an intact gzip file"),
        "shorter content": (gzip.compress(content[:-1]), "truncated or another file"),
        "longer content": (gzip.compress(content + b"\0"), "holds more than"),
        "other data set": (gzip.compress(bytes(other)), "of another data set"),
        "bomb": (gzip.compress(bytes(30_000_000)), "holds more than"),
        "huge on disk": (bytes(100_000), "100,000 bytes on disk"),
    }


@pytest.mark.parametrize("fault", damaged(b"content"))
def test_a_wrong_file_is_refused_and_left_alone(fault, contents, folders):
    fill(folders["cache"], contents)
    fill(folders["own"], contents)  # a good copy further on doesn't hide it
    path = folders["cache"] / IMAGES
    body, complaint = damaged(contents[IMAGES])[fault]
    path.write_bytes(body)
    with pytest.raises(WrongFileError, match=complaint) as caught:
        fashion_mnist.load_data()
    message = str(caught.value)
    assert isinstance(caught.value, ValueError)
    assert message.startswith(str(path)) and "Expected: " in message and "Delete it" in message
    assert path.read_bytes() == body


def test_what_is_no_regular_file_is_refused(contents, folders):
    fill(folders["cache"], contents)
    path = folders["cache"] / IMAGES
    path.unlink()
    path.symlink_to(folders["cache"] / "nowhere")
    with pytest.raises(WrongFileError, match="can't be read .a link to .*nowhere"):
        fashion_mnist.load_data()
    path.unlink()
    path.symlink_to(path)
    with pytest.raises(WrongFileError, match="can't be read"):
        fashion_mnist.load_data()
    path.unlink()
    path.mkdir()
    with pytest.raises(WrongFileError, match="is a folder"):
        fashion_mnist.load_data()
    path.rmdir()
    os.mkfifo(path)  # opening it would wait for a writer forever
    with pytest.raises(WrongFileError, match="is a named pipe"):
        fashion_mnist.load_data()


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "not an IDX file"),
        (b"\0\0\7\1", "not an IDX file"),
        (b"\0\0\x08\3\0\0\0\1", "ends inside its IDX header"),
        (b"\0\0\x08\1\0\0\0\2a", "announces an array of shape .2,., which takes 10 bytes"),
        (b"\0\0\x08\1\xff\xff\xff\xffa", "announces"),
    ],
)
def test_idx_headers_are_checked(content, complaint):
    with pytest.raises(ValueError, match=complaint):
        idx.read(content, "file")


# ---------------------------------------------------------------- download


def serve(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Answer]) -> list[str]:
    """Answer requests from `answers`, by file name; returns the list of addresses asked for."""
    asked: list[str] = []

    def urlopen(url: str, timeout: float) -> Answer:
        asked.append(url)
        return answers[url.rsplit("/", 1)[1]]

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    return asked


def test_download_fills_the_cache_once(contents, folders, monkeypatch, capsys):
    answers = {name: Answer(gzip.compress(content)) for name, content in contents.items()}
    asked = serve(monkeypatch, answers)
    first = fashion_mnist.load_data()
    assert all(url.startswith("https://storage.googleapis.com/tensorflow/") for url in asked)
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("Downloading data from https://") == 4
    assert sorted(p.name for p in folders["cache"].iterdir()) == sorted(contents)
    assert same(fashion_mnist.load_data(), first) and len(asked) == 4


def test_a_server_may_stall_for_twenty_seconds(monkeypatch):
    limits: list[float] = []

    def urlopen(url: str, timeout: float) -> Answer:
        limits.append(timeout)
        return Answer(b"all")

    monkeypatch.setattr(urllib.request, "urlopen", urlopen)
    assert b"".join(download.pieces("https://somewhere/file")) == b"all"
    assert limits == [20.0]


def test_download_fetches_only_what_is_missing(contents, folders, monkeypatch):
    fill(folders["cache"], contents)
    (folders["cache"] / IMAGES).unlink()
    asked = serve(monkeypatch, {IMAGES: Answer(gzip.compress(contents[IMAGES]))})
    fashion_mnist.load_data()
    assert len(asked) == 1


@pytest.mark.parametrize("fault", damaged(b"content"))
def test_a_wrong_download_leaves_nothing(fault, contents, folders, monkeypatch):
    body, _ = damaged(contents[IMAGES])[fault]
    serve(monkeypatch, {IMAGES: Answer(body)})
    with pytest.raises(DataUnavailableError, match="The download was deleted|larger than"):
        fashion_mnist.load_data()
    assert list(folders["cache"].iterdir()) == []


@pytest.mark.parametrize("error", [ConnectionResetError(104, "reset by peer"), KeyboardInterrupt()])
def test_an_interrupted_download_leaves_nothing(error, contents, folders, monkeypatch):
    class Breaks(Answer):
        pieces = 0

        def read(self, size=-1):
            if self.pieces:
                raise error
            self.pieces += 1
            return super().read(100)

    serve(monkeypatch, {IMAGES: Breaks(gzip.compress(contents[IMAGES]))})
    expected = DataUnavailableError if isinstance(error, OSError) else KeyboardInterrupt
    with pytest.raises(expected):
        fashion_mnist.load_data()
    assert list(folders["cache"].iterdir()) == []


def test_a_connection_that_closes_early_is_noticed(contents, folders, monkeypatch):
    body = gzip.compress(contents[IMAGES])
    serve(monkeypatch, {IMAGES: Answer(body, announced=len(body) + 5)})
    with pytest.raises(DataUnavailableError, match="the connection closed after"):
        fashion_mnist.load_data()
    assert list(folders["cache"].iterdir()) == []


@pytest.mark.parametrize("sent", [1.0, 0.5])
def test_download_from_a_real_server(sent, contents, folders, monkeypatch):
    """Through urllib and a socket: all of each file, or a connection that closes half-way."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            body = gzip.compress(contents[self.path.rsplit("/", 1)[1]])
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: int(sent * len(body))])

        def log_message(self, *_):
            pass

    monkeypatch.setattr(urllib.request, "urlopen", URLOPEN)
    monkeypatch.setenv("no_proxy", "*")
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            monkeypatch.setattr(fashion_mnist, "ORIGIN", f"http://127.0.0.1:{server.server_port}/")
            if sent == 1:
                (x, _), _ = fashion_mnist.load_data()
                assert x.tobytes() == contents[IMAGES][16:]
            else:
                with pytest.raises(DataUnavailableError, match="could not be downloaded"):
                    fashion_mnist.load_data()
                assert list(folders["cache"].iterdir()) == []
        finally:
            server.shutdown()
            thread.join()


def test_what_a_killed_download_left_is_removed(contents, folders, monkeypatch):
    folders["cache"].mkdir(parents=True)
    left = folders["cache"] / f".{IMAGES}.00000000.tmp"
    left.write_bytes(b"half")
    serve(monkeypatch, {name: Answer(gzip.compress(content)) for name, content in contents.items()})
    fashion_mnist.load_data()
    assert not left.exists()


def test_offline_says_where_it_looked_and_what_to_do(contents, folders):
    with pytest.raises(DataUnavailableError) as caught:
        fashion_mnist.load_data()
    message = str(caught.value)
    for part in (
        *map(str, folders.values()),
        "Network is unreachable",
        "FASHION_MNIST_DIR",
        IMAGES,
    ):
        assert part in message


def test_a_server_that_never_answers_is_given_up_soon(contents, folders, monkeypatch):
    late = Answer(b"")

    def slow(url: str, timeout: float) -> Answer:
        time.sleep(1.5)
        return late

    monkeypatch.setattr(urllib.request, "urlopen", slow)
    monkeypatch.setattr(download, "CONNECT_SECONDS", 0.05)
    start = time.monotonic()
    with pytest.raises(DataUnavailableError, match="no answer within 0.05 seconds"):
        fashion_mnist.load_data()
    assert time.monotonic() - start < 1.2
    deadline = time.monotonic() + 5
    while not late.closed and time.monotonic() < deadline:
        time.sleep(0.02)
    assert late.closed  # the answer that came too late is not left open


def test_a_refusing_server_is_quoted(contents, folders, monkeypatch):
    def refuse(url: str, timeout: float) -> Answer:
        raise urllib.error.HTTPError(url, 403, "Forbidden", Message(), io.BytesIO())

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    with pytest.raises(DataUnavailableError, match="the server answered 403 Forbidden"):
        fashion_mnist.load_data()


# ---------------------------------------------------------------- drawn data


def test_silhouettes_never_change(monkeypatch):
    x, y = silhouettes.draw(1000, stream=7)
    assert x.shape == (1000, 28, 28) and x.dtype == y.dtype == np.uint8 and y.shape == (1000,)
    assert (np.bincount(y) == 100).all()
    assert hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest() == SILHOUETTES


def test_drawing_leaves_the_global_random_state_alone():
    before = np.random.get_state()
    silhouettes.draw(20, stream=3)
    soccer_balls.draw(10, stream=3)
    after = np.random.get_state()
    assert all(np.array_equal(a, b) for a, b in zip(before, after, strict=True))


def test_silhouettes_have_the_form_of_the_real_data():
    (x, y), (x_test, y_test) = silhouettes.load_data()
    assert [a.shape for a in (x, y, x_test, y_test)] == [f.shape for f in fashion_mnist.FILES]
    assert (np.bincount(y) == 6000).all() and (np.bincount(y_test) == 1000).all()
    assert len(np.unique(y[:100])) == 10  # in random order
    assert not (x[:10_000] == x_test).all(axis=(1, 2)).any()
    assert silhouettes.CLASS_NAMES == fashion_mnist.CLASS_NAMES
    # A nearest-mean rule beats guessing by far and doesn't get everything: neither noise nor a toy.
    means = np.stack([x[y == k].mean(axis=0).ravel() for k in range(10)])
    flat = x_test.reshape(len(x_test), -1).astype(np.float64)
    distance = (means**2).sum(axis=1) - 2 * flat @ means.T
    accuracy = (distance.argmin(axis=1) == y_test).mean()
    assert 0.5 < accuracy < 0.9


def test_soccer_balls_never_change():
    x, y = soccer_balls.draw(100, stream=7)
    assert x.shape == (100, 64, 64, 3) and x.dtype == np.uint8 and y.sum() == 50
    assert hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest() == SOCCER_BALLS


def test_the_fallback_is_announced_and_a_damaged_file_is_not_papered_over(
    contents, folders, monkeypatch
):
    monkeypatch.setattr(silhouettes, "load_data", lambda: ((None, None), (None, None)))
    drawn = garments.load()
    assert drawn.note is not None and drawn.note.startswith("NOT Fashion-MNIST")
    assert "not Fashion-MNIST" in drawn.name and "Network is unreachable" in drawn.note
    fill(folders["own"], contents)
    real = garments.load()
    assert (real.name, real.source, real.note) == ("Fashion-MNIST", str(folders["own"]), None)
    (folders["own"] / IMAGES).write_bytes(b"")
    with pytest.raises(WrongFileError):
        garments.load()


SILHOUETTES = "aa951d6b600f433087dd191c937c45a896161eebc8f6722c5fbf27e6f1211c6e"
SOCCER_BALLS = "999fe370e6db76255ea45cdcff7183013ce712bffba00446653ca81678023964"
