"""A browser, the page over both transports, and what the tests of the page share.

The page over the socket comes from the server with whatever engines are installed; over the worker
from a folder, as any static host would serve it.
"""

import functools
import http.server
import re
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from parity_tests.commands.playground import place
from parity_tests.commands.playground.page import NoPageError, page

# One process that asks nobody for anything.
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
MINUS = "\N{MINUS SIGN}"
NUMBER = re.compile(rf"[-{MINUS}]?\d+\.?\d*(?:e[-{MINUS}]?\d+)?")
WAIT = 60_000  # milliseconds: a busy machine starts Python in a browser in half a minute

# The page's colours in light mode: of -1, 0 and 1.
NEGATIVE, ZERO, POSITIVE = (np.array(c) for c in ((224, 112, 6), (247, 247, 244), (9, 94, 168)))


def chromium() -> str:
    """The system's Chromium, or a skip that says that there is none."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    pytest.skip("No Chromium is installed")


def built() -> Path:
    """The built page, or a skip that says why there is none."""
    try:
        return page()
    except NoPageError as error:
        pytest.skip(str(error))


class _Quiet(http.server.SimpleHTTPRequestHandler):
    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map,
                      ".wasm": "application/wasm", ".mjs": "text/javascript"}  # fmt: skip

    def log_message(self, *words: Any) -> None:
        """Says nothing."""


@contextmanager
def static_site(folder: Path) -> Iterator[str]:
    """The address of the site that `parity playground --static` writes."""
    site = place.module("site")
    try:
        site.write(folder, built(), place.TESTS, place.pyodide_folders())
    except OSError as error:
        pytest.skip(f"Pyodide cannot be had: {error}")
    handler = functools.partial(_Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def served() -> Iterator[str]:
    """The address of the page with its server."""
    for name in ("starlette", "websockets"):
        pytest.importorskip(name)
    uvicorn = pytest.importorskip("uvicorn")
    from parity_tests.commands.playground.command import application

    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        settings = uvicorn.Config(
            application(built()), log_level="error", ws_per_message_deflate=False
        )
        server = uvicorn.Server(settings)
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
        finally:
            server.should_exit = True
            thread.join(20)


class Page:
    """An open page, which remembers what went wrong and whom it asked.

    Args:
        page: of Playwright.
        address: where it comes from.
    """

    def __init__(self, page: Any, address: str) -> None:
        self.page, self.address = page, address
        self.errors: list[str] = []
        self.outside: list[str] = []
        page.set_default_timeout(WAIT)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", self._heard)
        page.on("request", self._asked)

    def _heard(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(message.text)

    def _asked(self, request: Any) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.outside.append(request.url)

    def open(self, behind: str = "") -> "Page":
        """Loads the page; returns when the first frame is painted."""
        self.page.goto("about:blank")
        self.page.goto(self.address + behind)
        self.until(
            "document.documentElement.dataset.milestones?.includes('firstFrame')"
            " || document.querySelector('.opening .no') !== null"
        )
        failed = self.page.locator(".opening .no")
        assert not failed.count(), failed.inner_text()
        return self

    def measured(self, name: str) -> str:
        """What the page says of itself: `"step"`, `"framesPerSecond"`, `"milestones"`."""
        return self.page.evaluate("name => document.documentElement.dataset[name]", name)

    def until(self, expression: str, argument: Any = None) -> None:
        """Waits until an expression is true; the page's policy refuses Playwright's own way."""
        end = time.monotonic() + WAIT / 1000
        while not self.page.evaluate(expression, argument):
            assert time.monotonic() < end, f"never true: {expression}"
            self.page.wait_for_timeout(20)

    def press(self, name: str) -> None:
        """Clicks a button by its name."""
        self.page.get_by_role("button", name=name, exact=True).click()

    def panel(self, title: str) -> Any:
        """Goes to a panel; returns it."""
        self.page.get_by_role("tab", name=title, exact=True).click()
        return self.page.locator("#panel")

    def wait_for_step(self, step: int) -> None:
        """Waits until the page shows this step."""
        self.until("step => document.documentElement.dataset.step === String(step)", step)

    def preset(self, name: str) -> None:
        """Chooses a preset, and waits until it is there."""
        self.page.evaluate("delete document.documentElement.dataset.preset")
        self.page.select_option("#preset", "")
        self.page.select_option("#preset", name)
        self.until("name => document.documentElement.dataset.preset === name", name)

    def afresh(self, name: str = "circle") -> None:
        """Begins again with a preset: no unit and no panel is chosen, a step is of one batch."""
        self.panel("Lessons")
        self.page.get_by_label("A step is").select_option("batches")
        self.page.get_by_label("How many at a press").fill("1")
        self.page.get_by_label("How many at a press").press("Tab")
        chosen = self.page.get_by_role("button", name="Show the output")
        if chosen.count():
            chosen.click()
        self.preset(name)

    def pixels(self, selector: str, alpha: bool = False) -> np.ndarray:
        """The pixels of a canvas, (rows, columns, 3), or how opaque they are, (rows, columns)."""
        columns, data = self.page.evaluate(
            """selector => {
                const canvas = document.querySelector(selector);
                const { width, height } = canvas;
                const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
                return [width, Array.from(data)];
            }""",
            selector,
        )
        found = np.array(data).reshape(-1, columns, 4)
        return found[..., 3] if alpha else found[..., :3]


def number(text):
    """A number as the page writes it."""
    return float(text.replace(MINUS, "-"))


def numbers(text):
    """All numbers of a text."""
    return [number(one) for one in NUMBER.findall(text)]


def colours(share: np.ndarray) -> np.ndarray:
    """The colours of numbers from -1 to 1, (..., 3)."""
    share = np.clip(share, -1, 1)[..., None]
    return ZERO + np.abs(share) * (np.where(share < 0, NEGATIVE, POSITIVE) - ZERO)


@contextmanager
def browser() -> Iterator[Any]:
    """A browser of Playwright's."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = chromium()
    with playwright.sync_playwright() as started:
        found = started.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield found
        finally:
            found.close()
