"""Sessions behind a WebSocket, and the page that talks to them.

    GET /                  the built page
    GET /python.zip ...    what the page needs to compute by itself: see `site`
    WebSocket /session     text: a command as JSON, and its answer; "frame": bytes

A connection has a session of its own, which ends with it, or when nothing was asked for a while. A
question is answered before the next is read: who asks too much, waits. Only pages of this very
server may ask, by the names that were given to it.
"""

import asyncio
import json
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from .fields import RefusedError, parsed
from .session import Session

MESSAGE = 2_000_000  # bytes of a command
SESSIONS = 16
IDLE = 30 * 60.0  # seconds
# The page may load and ask what comes from here, and nothing else.
POLICY = (
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; worker-src 'self' blob:; frame-ancestors 'none'"
)


class Headers:
    """Adds to every answer what a browser shall not do with it.

    Args:
        app: what answers.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def sent(message: Any) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    *message["headers"],
                    (b"content-security-policy", POLICY.encode()),
                    (b"x-content-type-options", b"nosniff"),
                    (b"cache-control", b"no-cache"),
                ]
            await send(message)

        await self.app(scope, receive, sent)


class Sessions:
    """Who is connected.

    Args:
        engine: of the sessions.
        idle: seconds without a question after which one ends.
    """

    def __init__(self, engine: str, idle: float) -> None:
        self.engine, self.idle, self.open = engine, idle, 0

    async def talk(self, socket: WebSocket) -> None:
        """A connection from its beginning to its end."""
        host, origin = socket.headers.get("host", ""), socket.headers.get("origin")
        if origin is not None and origin not in (f"http://{host}", f"https://{host}"):
            await socket.close(1008, "Only this server's own page may ask")
            return
        await socket.accept()
        if self.open >= SESSIONS:
            await socket.close(1013, f"{SESSIONS} sessions are open already")
            return
        self.open += 1
        try:
            session = await run_in_threadpool(Session, self.engine)
            while True:
                message = await asyncio.wait_for(socket.receive(), self.idle)
                if message["type"] == "websocket.disconnect":
                    return
                await self._answer(socket, session, message.get("text") or "")
        except TimeoutError:
            await socket.close(1000, "Nothing was asked for a long time")
        except WebSocketDisconnect:
            return
        finally:
            self.open -= 1

    async def _answer(self, socket: WebSocket, session: Session, text: str) -> None:
        if text == "frame":
            await socket.send_bytes(await run_in_threadpool(session.frame))
            return
        if len(text) > MESSAGE:
            answer = {"ok": False, "error": f"A command may have {MESSAGE:,} characters"}
        else:
            try:
                answer = await run_in_threadpool(session.command, parsed(text))
            except RefusedError as error:
                answer = {"ok": False, "error": str(error)}
        await socket.send_text(json.dumps(answer, allow_nan=False))


KINDS = {".mjs": "text/javascript", ".js": "text/javascript", ".json": "application/json",
         ".wasm": "application/wasm", ".zip": "application/zip"}  # fmt: skip


def _file(path: str, content: Path | bytes) -> Any:
    def answer(request: Request) -> Response:
        data = content if isinstance(content, bytes) else content.read_bytes()
        kind = KINDS.get(Path(path).suffix, "application/octet-stream")
        return Response(data, media_type=kind)

    return answer


def application(
    page: Path | None,
    files: dict[str, Path | bytes],
    engine: str = "scratch",
    hosts: tuple[str, ...] = ("127.0.0.1", "localhost"),
    idle: float = IDLE,
) -> Starlette:
    """What uvicorn serves.

    Args:
        page: the folder of the built page; None to serve sessions alone.
        files: what lies beside the page: by its address, a path or its bytes.
        engine: `"scratch"`, or `"tf"` for both.
        hosts: the names by which the server may be called.
        idle: see `Sessions`.
    """
    routes: list[Any] = [WebSocketRoute("/session", Sessions(engine, idle).talk)]
    routes += [Route(f"/{path}", _file(path, content)) for path, content in files.items()]
    if page is not None:
        routes.append(Mount("/", StaticFiles(directory=page, html=True)))
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(Headers),
            Middleware(TrustedHostMiddleware, allowed_hosts=list(hosts)),
        ],
    )
