"""From an installed wheel, outside of a clone, `parity playground` serves its page."""

import json
import os
import re
import shutil
import subprocess
import sys
import urllib.request
import venv
import zipfile
from pathlib import Path

import pytest

from parity_tests.commands.playground import command, page, place

ROOT = Path(__file__).parents[3]
BARE = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
needs_npm = pytest.mark.skipif(shutil.which("npm") is None, reason="no npm")


def run(*words, **options):
    done = subprocess.run(
        [*map(str, words)], capture_output=True, text=True, timeout=500, check=False, **options
    )
    if "Could not find a version" in done.stderr or "connection" in done.stderr.lower():
        pytest.skip("no package index can be reached")
    assert done.returncode == 0, done.stdout[-500:] + done.stderr[-1000:]
    return done.stdout


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A Python with the wheel and the extra, and the wheel."""
    folder = tmp_path_factory.mktemp("packed")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    run(*pip, "wheel", "--no-deps", "--wheel-dir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    run(*pip, "install", f"{wheel}[playground]", cwd=folder)
    return python, wheel


@needs_npm
def test_the_wheel_has_the_page_and_no_sources_of_it(installed):
    names = zipfile.ZipFile(installed[1]).namelist()
    packed = [n.removeprefix("parity_tests/packed/playground/") for n in names if "/packed/pl" in n]
    assert "web/dist/index.html" in packed
    assert any(re.fullmatch(r"web/dist/assets/.*\.js", name) for name in packed)
    assert {"session.py", "server.py", "site.py", "recordings.npz"} <= set(packed)
    assert not any("node_modules" in name or name.endswith((".tsx", ".ts")) for name in packed)


@needs_npm
def test_the_command_serves_the_page(installed):
    python, wheel = installed
    served = subprocess.Popen(
        [str(python), "-m", "parity_tests", "playground", "--no-open", "--port", "0"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=wheel.parent, env=BARE,
    )  # fmt: skip
    try:
        assert served.stdout is not None
        said = served.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+/", said)
        assert found, said
        with urllib.request.urlopen(found.group(), timeout=20) as answer:
            text = answer.read().decode()
        assert "<script" in text
        script = re.search(r'src="\./([^"]+\.js)"', text)
        assert script
        with urllib.request.urlopen(found.group() + script.group(1), timeout=20) as answer:
            assert len(answer.read()) > 10_000
        with urllib.request.urlopen(found.group() + "playground.json", timeout=20) as answer:
            assert json.load(answer) == {"transport": "socket"}
    finally:
        served.terminate()
        served.communicate(timeout=20)


@needs_npm
def test_a_site_is_written(installed, tmp_path):
    folders = place.pyodide_folders()
    if not all(any((f / n).is_file() for f in folders) for n in place.module("site").PUBLISHED):
        pytest.skip("no Pyodide here (see whole/test_thirty_two_bits.py)")
    together = tmp_path / "pyodide"
    together.mkdir()
    for name in place.module("site").PUBLISHED:
        found = next(f / name for f in folders if (f / name).is_file())
        shutil.copy(found, together / name)
    python, wheel = installed
    site = tmp_path / "site"
    run(python, "-m", "parity_tests", "playground", "--static", site, "--pyodide", together,
        cwd=wheel.parent, env=BARE)  # fmt: skip
    assert (site / "index.html").is_file()
    assert json.loads((site / "playground.json").read_text())["transport"] == "worker"
    assert {p.name for p in (site / "pyodide").iterdir()} == set(place.module("site").PUBLISHED)
    names = zipfile.ZipFile(site / "python.zip").namelist()
    ending = ".pyc" if shutil.which("node") else ".py"
    assert {f"scratch/__init__{ending}", f"examples/playground/session{ending}"} <= set(names)
    assert not any("server" in name or "twin" in name for name in names)


# Without npm, without a server, with another file ------------------------------------------------


def test_without_npm_one_line_says_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "web" / "src").mkdir(parents=True)
    for name in ("index.html", "package.json"):
        (tmp_path / "web" / name).touch()
    monkeypatch.setattr(place, "folder", lambda: tmp_path)
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(page.NoPageError, match="install Node") as caught:
        page.page()
    assert "\n" not in str(caught.value)
    built = tmp_path / "web" / "dist"
    built.mkdir()
    (built / "index.html").touch()
    os.utime(built / "index.html", (2e9, 2e9))
    assert page.page() == built
    os.utime(tmp_path / "web" / "index.html", (2.1e9, 2.1e9))  # a source is newer
    with pytest.raises(page.NoPageError):
        page.page()


def test_without_the_extra_one_line_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(command, "page", lambda: tmp_path)
    monkeypatch.setattr(command, "NEEDED", ("no_such_package",))
    with pytest.raises(SystemExit, match=r"pip install '.\[playground\]'"):
        command.playground(port=0, open_it=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", ""])
def test_every_address_at_once_is_refused(host):
    with pytest.raises(SystemExit, match="by which the others reach"):
        command.playground(port=0, open_it=False, host=host)


def test_an_address_by_name_is_answered_and_no_other():
    testclient = pytest.importorskip("starlette.testclient")
    pytest.importorskip("httpx2")
    app = command.application(None, "192.168.1.5")
    with testclient.TestClient(app, base_url="http://192.168.1.5:8021") as client:
        assert client.get("/playground.json").status_code == 200
        evil = client.get("/playground.json", headers={"host": "evil.example"})
        assert evil.status_code == 400


def test_a_file_that_is_not_the_published_one_is_refused(tmp_path):
    site = place.module("site")
    (tmp_path / "pyodide.mjs").write_text("alert(1)")
    with pytest.raises(site.WrongFileError, match=r"pyodide\.mjs"):
        site.pyodide_files([tmp_path])


def test_a_site_that_cannot_be_whole_is_not_begun(tmp_path):
    site = place.module("site")
    for folder in ("page", "pyodide"):
        (tmp_path / folder).mkdir()
    (tmp_path / "page" / "index.html").write_text("<p>")
    (tmp_path / "pyodide" / "pyodide.mjs").write_text("alert(1)")
    with pytest.raises(site.WrongFileError):
        site.write(tmp_path / "site", tmp_path / "page", place.TESTS, [tmp_path / "pyodide"])
    assert not (tmp_path / "site").exists()


def test_the_archive_is_the_same_for_the_same_files():
    site = place.module("site")
    assert site.python_zip(place.TESTS) == site.python_zip(place.TESTS)
