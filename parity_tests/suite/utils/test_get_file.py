"""`get_file` beside Keras's: where the file goes, what a hash does, what is unpacked.

The origin is a file of this machine, which both libraries fetch like any other.
"""

import hashlib
import http.server
import os
import tarfile
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

import scratch
from scratch.datasets import DataUnavailableError
from scratch.files.archives import UnsafeArchiveError


@pytest.fixture(params=["keras", "scratch"])
def library(request):
    return pytest.importorskip(request.param)


@pytest.fixture
def origin(tmp_path):
    folder = tmp_path / "origin"
    folder.mkdir()
    (folder / "inside.txt").write_bytes(b"content")
    with tarfile.open(folder / "data.tar.gz", "w:gz") as archive:
        archive.add(folder / "inside.txt", "inside.txt")
    (tmp_path / "cache").mkdir()
    return folder


CASES: dict[str, tuple[dict[str, Any], str]] = {
    "a file": ({}, "inside.txt"),
    "under another name": ({"fname": "b.txt"}, "inside.txt"),
    "elsewhere in the cache": ({"cache_subdir": "deep/er"}, "inside.txt"),
    "an archive": ({}, "data.tar.gz"),
    "unpacked": ({"extract": True}, "data.tar.gz"),
    "unpacked under a name": ({"extract": True, "fname": "data"}, "data.tar.gz"),
    "unpacked under a name with a dot": ({"extract": True, "fname": "d.tar.gz"}, "data.tar.gz"),
    "untar": ({"untar": True}, "data.tar.gz"),
    "a format": ({"extract": True, "archive_format": "tar"}, "data.tar.gz"),
    "formats": ({"extract": True, "archive_format": ["zip", "tar"]}, "data.tar.gz"),
}


@pytest.mark.parametrize("name", CASES)
def test_where_it_goes(name, origin, tmp_path):
    keras = pytest.importorskip("keras")
    options, file = CASES[name]
    found = []
    for library in (keras, scratch):
        cache = tmp_path / "cache" / library.__name__
        cache.mkdir()
        for _ in range(2):  # the second time from the cache
            path = library.utils.get_file(
                origin=(origin / file).as_uri(), cache_dir=cache, **options
            )
        files = {p.relative_to(cache): p.read_bytes() for p in cache.rglob("*") if p.is_file()}
        found.append((type(path), os.path.relpath(path, cache), files))
    assert found[0] == found[1]


def test_what_is_no_archive_warns(library, origin, tmp_path):
    with pytest.warns(UserWarning, match="Could not extract archive"):
        library.utils.get_file(
            origin=(origin / "inside.txt").as_uri(), cache_dir=tmp_path / "cache", extract=True
        )


def test_in_the_cache_it_is_not_fetched_again(library, origin, tmp_path):
    def get(**options):
        path = library.utils.get_file(
            origin=(origin / "inside.txt").as_uri(), cache_dir=tmp_path / "cache", **options
        )
        return Path(path).read_bytes()

    assert get() == b"content"
    (origin / "inside.txt").write_bytes(b"changed")
    assert get() == b"content"
    assert get(force_download=True) == b"changed"


@pytest.mark.parametrize("algorithm", ["md5", "sha256"])
def test_a_file_in_the_cache_with_another_hash_is_fetched_anew(
    algorithm, library, origin, tmp_path, capsys
):
    get = library.utils.get_file
    address, cache = (origin / "inside.txt").as_uri(), tmp_path / "cache"
    path = get(origin=address, cache_dir=cache)
    (origin / "inside.txt").write_bytes(b"changed")
    wanted = hashlib.new(algorithm, b"changed").hexdigest()
    get(origin=address, cache_dir=cache, file_hash=wanted, hash_algorithm=algorithm)
    assert Path(path).read_bytes() == b"changed"
    assert "so we will re-download the data" in capsys.readouterr().out


@pytest.mark.parametrize("options", [{"file_hash": "0" * 64}, {"md5_hash": "0" * 32}], ids=str)
def test_a_wrong_hash(options, library, origin, tmp_path):
    with pytest.raises(ValueError, match="Incomplete or corrupted file detected"):
        library.utils.get_file(
            origin=(origin / "inside.txt").as_uri(), cache_dir=tmp_path / "cache", **options
        )


def test_a_wrong_download_is_not_kept(origin, tmp_path):
    """Keras keeps it."""
    with pytest.raises(ValueError, match="It was not kept"):
        scratch.utils.get_file(
            origin=(origin / "inside.txt").as_uri(),
            cache_dir=tmp_path / "cache",
            file_hash="0" * 64,
        )
    assert not any(p.is_file() for p in (tmp_path / "cache").rglob("*"))


@pytest.mark.parametrize(
    "options",
    [{}, {"origin": "https://example.org/"}, {"fname": "a/b", "origin": "https://example.org/c"}],
    ids=str,
)
def test_refusals(options, tmp_path):
    keras, said = pytest.importorskip("keras"), []
    for library in (keras, scratch):
        with pytest.raises(ValueError, match="Please specify|no longer accepted") as caught:
            library.utils.get_file(cache_dir=tmp_path, **options)
        said.append(str(caught.value).replace("'.Please", "'. Please"))
    assert said[0] == said[1]


def test_what_can_not_be_had(library, tmp_path, monkeypatch):
    def refuse(url, *args, **kwargs):
        raise urllib.error.URLError(OSError(101, "Network is unreachable"))

    monkeypatch.setattr(urllib.request, "urlopen", refuse)
    expected = DataUnavailableError if library is scratch else Exception
    with pytest.raises(expected, match="unreachable"):
        library.utils.get_file(origin="https://example.org/a.txt", cache_dir=tmp_path)
    assert not any(p.is_file() for p in tmp_path.rglob("*"))


def test_a_connection_that_breaks_leaves_what_was_there(tmp_path, monkeypatch):
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", "1000")
            self.end_headers()
            self.wfile.write(bytes(500))

        def log_message(self, *_):
            pass

    monkeypatch.setenv("no_proxy", "*")
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "a.txt").write_bytes(b"before")
    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            with pytest.raises(DataUnavailableError, match="closed after 500 of 1,000 bytes"):
                scratch.utils.get_file(
                    origin=f"http://127.0.0.1:{server.server_port}/a.txt",
                    cache_dir=tmp_path,
                    force_download=True,
                )
        finally:
            server.shutdown()
            thread.join()
    assert [p.read_bytes() for p in (tmp_path / "datasets").iterdir()] == [b"before"]


def test_a_hostile_archive(origin, tmp_path):
    with tarfile.open(origin / "evil.tar", "w") as archive:
        archive.add(origin / "inside.txt", "../../evil.txt")
    with pytest.raises(UnsafeArchiveError, match="would be written outside"):
        scratch.utils.get_file(
            origin=(origin / "evil.tar").as_uri(), cache_dir=tmp_path / "cache", extract=True
        )
    assert not list(tmp_path.rglob("evil.txt"))


def test_its_home_is_kerass(origin, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    path = scratch.utils.get_file(origin=(origin / "inside.txt").as_uri())
    assert path == str(tmp_path / "home" / "datasets" / "inside.txt")
