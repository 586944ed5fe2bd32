"""`parity playground`: the playground in a browser, or as a site for any static host."""

import importlib.util
import json
import socket
import sys
import threading
import webbrowser
from pathlib import Path
from typing import Annotated, Any

import typer

from parity_tests.commands.playground import place
from parity_tests.commands.playground.page import NoPageError, page

NEEDED = ("starlette", "uvicorn", "websockets")


def playground(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any that is free.")] = 8021,
    open_it: Annotated[bool, typer.Option("--open/--no-open", help="Open a browser.")] = True,
    host: Annotated[str, typer.Option(help="Who may reach it; by default this machine.")] = (
        "127.0.0.1"
    ),
    static: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Write a site instead: no server needed.")
    ] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Make the recorded runs of tf.keras again.")
    ] = False,
    pyodide: Annotated[
        Path | None, typer.Option(help="With --static: a folder with Pyodide and NumPy for it.")
    ] = None,
) -> None:
    """A small network in the browser, and every number of every step."""
    if record:
        place.module("recording").record()
        return
    if host in ("0.0.0.0", "::", ""):
        # A page elsewhere could then ask in the name of any host that leads here.
        sys.exit(f"--host {host}: name the address by which the others reach this machine")
    try:
        built = page()
    except NoPageError as error:
        sys.exit(str(error))
    if static is not None:
        _write(static, built, pyodide)
        return
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        sys.exit(
            f"The server needs {', '.join(missing)}. Install them with\n"
            "    pip install '.[playground]'\n"
            "or write a site that needs no server: parity playground --static DIR"
        )
    serve(built, host, port, open_it)


def _write(target: Path, built: Path, pyodide: Path | None) -> None:
    site = place.module("site")
    folders = [pyodide] if pyodide else []
    try:
        names = site.write(target, built, place.TESTS, [*folders, *place.pyodide_folders()])
    except (OSError, RuntimeError, ValueError) as error:
        sys.exit(f"The site cannot be written: {error}")
    size = sum((target / name).stat().st_size for name in names)
    print(f"{len(names)} files, {size / 1e6:.1f} MB, in {target}. To see it:")
    print(f"    python -m http.server --bind 127.0.0.1 --directory {target}")


def application(built: Path | None, host: str = "127.0.0.1", **options: Any) -> Any:
    """What is served, with both engines where TensorFlow is installed.

    Args:
        built: the folder of the page; None for sessions alone.
        host: one more name by which the server may be called.
        options: see `server.application`.
    """
    server = place.module("server")
    both = importlib.util.find_spec("tensorflow") is not None
    files = {"playground.json": json.dumps({"transport": "socket"}).encode()}
    hosts = tuple(dict.fromkeys(["127.0.0.1", "localhost", host]))
    return server.application(built, files, "tf" if both else "scratch", hosts, **options)


def serve(built: Path, host: str, port: int, open_it: bool) -> None:
    """Serves until Ctrl-C."""
    import uvicorn

    # asyncio sends small answers at once only over a socket that names its protocol: without it
    # each frame waits 40 ms for the receipt of the answer before it.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((host, port))
        except OSError as error:
            sys.exit(f"{host}:{port} cannot be had: {error.strerror}. Try --port 0")
        listening.listen(64)  # who comes before the server is ready, waits
        address = f"http://{host}:{listening.getsockname()[1]}/"
        print(f"The playground is at {address} (Ctrl-C ends it)", flush=True)
        if open_it:
            threading.Timer(0.5, webbrowser.open, [address]).start()
        settings = uvicorn.Config(
            application(built, host),
            log_level="warning",
            ws_max_size=place.module("server").MESSAGE,
            ws_per_message_deflate=False,
        )
        uvicorn.Server(settings).run([listening])
