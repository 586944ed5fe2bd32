"""The page without a server: files that any static host serves.

    index.html, assets/    the built page
    playground.json        where its session is: in a Web Worker
    python.zip             `scratch`, these files, and what says how close is close; compiled,
                           where there is Node to do it with
    pyodide/               Python for browsers, and NumPy for it: as published, by checksum

Nothing in it asks another host for anything.
"""

import hashlib
import io
import json
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import scratch

HERE = Path(__file__).parent
VERSION = "0.27.7"
NUMPY_FILE = "numpy-2.0.2-cp312-cp312-pyodide_2024_0_wasm32.whl"
# SHA-256 of what is published.
PUBLISHED = {
    "pyodide.mjs": "04c052c815abb0bf2981fa38c2dfa58e3120ee5288c956df2b2a15e301782c5f",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
    "pyodide-lock.json": "9c45b916001a750f4102fc287494f3eab215909c7535c626a20db80fd6333e2c",
    NUMPY_FILE: "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
}
# Where: the files of the npm package, and of Pyodide's own distribution.
RUNTIME = f"https://cdn.jsdelivr.net/npm/pyodide@{VERSION}/"
NUMPY = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
# What says how close is close.
_TOLERANCES = ("__init__.py", "harness/__init__.py", "harness/record.py", "harness/tolerances.py")


class WrongFileError(ValueError):
    """A file is not the one that was published."""


class CompilingError(RuntimeError):
    """The sources could not be compiled."""


def checked(name: str, data: bytes) -> bytes:
    """The content of a file of Pyodide, if it is the published one.

    Raises:
        WrongFileError: if not.
    """
    if hashlib.sha256(data).hexdigest() != PUBLISHED[name]:
        raise WrongFileError(f"{name} is not the file that was published: its SHA-256 differs")
    return data


def pyodide_files(folders: list[Path]) -> dict[str, bytes]:
    """Pyodide and NumPy, from folders that may hold them, else from where they are published.

    Args:
        folders: such as `node_modules/pyodide`.

    Raises:
        WrongFileError: for a file that is another one.
        DataUnavailableError: an OSError, where a file is not there and cannot be downloaded.
    """
    found = {}
    for name in PUBLISHED:
        path = next((folder / name for folder in folders if (folder / name).is_file()), None)
        if path is not None:
            found[name] = checked(name, path.read_bytes())
    for name in PUBLISHED.keys() - found.keys():
        fetched = scratch.utils.get_file(
            origin=(NUMPY if name == NUMPY_FILE else RUNTIME) + name,
            file_hash=PUBLISHED[name],
            cache_subdir=f"pyodide-{VERSION}",
        )
        found[name] = checked(name, Path(fetched).read_bytes())
    return found


def sources(tolerances: Path) -> Iterator[tuple[str, bytes]]:
    """Name and content of each file that Python needs there.

    Args:
        tolerances: the folder of `parity_tests`.
    """
    library = Path(scratch.__file__).parent
    for path in sorted(library.rglob("*.py")):
        if "compiled" not in path.relative_to(library).parts:  # kernels for machines with numba
            yield f"scratch/{path.relative_to(library).as_posix()}", path.read_bytes()
    yield "examples/__init__.py", b""
    for path in sorted(p for p in HERE.iterdir() if p.suffix in (".py", ".npz")):
        if path.name not in ("server.py", "site.py", "twin.py", "recording.py"):
            yield f"examples/playground/{path.name}", path.read_bytes()
    for name in _TOLERANCES:
        yield f"parity_tests/{name}", (tolerances / name).read_bytes()


def python_zip(tolerances: Path) -> bytes:
    """The archive that the page unpacks; the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sources(tolerances):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content, 8)
    return packed.getvalue()


def compiled(archive: bytes, runtime: Path) -> bytes:
    """The archive with its sources compiled, so that the page begins sooner; or as it is.

    Args:
        archive: see `python_zip`.
        runtime: the folder of Pyodide, whose Python compiles them, where Node is found.

    Raises:
        CompilingError: where they are no Python.
    """
    node = shutil.which("node")
    if node is None:
        return archive
    with tempfile.TemporaryDirectory() as folder:
        source, made = Path(folder) / "source.zip", Path(folder) / "compiled.zip"
        source.write_bytes(archive)
        command = [node, str(HERE / "compile.mjs"), str(runtime), str(source), str(made)]
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip()[-300:]
            raise CompilingError(f"Pyodide could not compile the sources: {said}")
        return made.read_bytes()


def write(target: Path, page: Path, tolerances: Path, folders: list[Path]) -> list[str]:
    """Writes the site; returns the names of its files.

    Args:
        target: a folder that is made; what is there is overwritten, nothing is deleted.
        page: the folder of the built page.
        tolerances: see `sources`.
        folders: see `pyodide_files`.
    """
    with tempfile.TemporaryDirectory() as folder:  # all is there before anything is written
        made = Path(folder) / "site"
        shutil.copytree(page, made)
        (made / "playground.json").write_text(
            json.dumps({"transport": "worker", "python": "python.zip"}) + "\n"
        )
        runtime = made / "pyodide"
        runtime.mkdir()
        for name, content in pyodide_files(folders).items():
            (runtime / name).write_bytes(content)
        (made / "python.zip").write_bytes(compiled(python_zip(tolerances), runtime))
        shutil.copytree(made, target, dirs_exist_ok=True)
    return sorted(str(p.relative_to(target)) for p in target.rglob("*") if p.is_file())
