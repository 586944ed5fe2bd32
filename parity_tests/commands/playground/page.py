"""The built page: packed in a wheel; in a clone made by npm, whenever its sources are newer."""

import shutil
import subprocess
from pathlib import Path

from parity_tests.commands.playground import place

SECONDS = 150  # of one command of npm
_SOURCES = ("src", "index.html", "package.json", "package-lock.json", "vite.config.js", "public")


class NoPageError(RuntimeError):
    """There is no built page, and it cannot be built here; the text says what to do."""


def page() -> Path:
    """The folder of the built page, after it was built where that is needed.

    Raises:
        NoPageError: where npm is missing, or fails.
    """
    web = place.folder() / "web"
    built = web / "dist"
    if place.folder() == place.PACKED:
        if not built.is_dir():
            raise NoPageError(
                "This wheel was built where npm was missing, without the page: build it where npm "
                "is, or run `parity playground` in a clone"
            )
        return built
    if not _is_new(web, built):
        build(web)
    return built


def _is_new(web: Path, built: Path) -> bool:
    """Whether the page was built after its last change."""
    index = built / "index.html"
    if not index.is_file():
        return False
    sources = [web / name for name in _SOURCES]
    files = [f for s in sources for f in (s.rglob("*") if s.is_dir() else [s]) if f.is_file()]
    return max(f.stat().st_mtime for f in files) <= index.stat().st_mtime


def build(web: Path) -> None:
    """Builds the page by npm.

    Raises:
        NoPageError: where npm is missing, or fails.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise NoPageError("The page is built by npm, which is missing: install Node.js, then again")
    commands = [[npm, "run", "--silent", "build"]]
    if not (web / "node_modules").is_dir():
        words = ["ci", "--silent", "--no-fund", "--no-audit", "--fetch-retries=1"]
        commands.insert(0, [npm, *words])
    for command in commands:
        try:
            done = subprocess.run(
                command, cwd=web, capture_output=True, text=True, check=False, timeout=SECONDS
            )
        except subprocess.TimeoutExpired as error:
            said = f"`npm {command[1]}` took more than {SECONDS} seconds in {web}"
            raise NoPageError(said) from error
        if done.returncode:
            said = (done.stdout + done.stderr).strip()[-2000:]
            raise NoPageError(f"`npm {' '.join(command[1:])}` failed in {web}:\n{said}")
