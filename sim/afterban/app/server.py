"""The page on this machine: the notebook behind a small web server that only 127.0.0.1 reaches.

What the page may load is said in its own policy: nothing from anywhere else.  Requests that come
from another site, under another host's name or port, are refused.  That keeps other sites out and
not other users of the machine, who reach the same address; they are told of where it begins.

Checked by ``tests/app/test_server.py`` and ``test_browser.py``.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import webbrowser
from collections.abc import Awaitable, Callable, MutableMapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from afterban.errors import AfterbanError, MissingExtra
from afterban.page.state import LARGEST, State, from_json

INSTALL = "pip install 'afterban[app]'"
HOST = "127.0.0.1"
PORT = 8265
SLOW_TO_END = 1  # seconds that open windows get when the server ends

# The notebook's own frame around the page: no margins, no menu, and the page's background.
HEAD = """
<meta name="referrer" content="no-referrer">
<style>
html, body, #root, #App, .marimo-cell { background: #ffffff !important; }
@media (prefers-color-scheme: dark) {
  html, body, #root, #App, .marimo-cell { background: #14171c !important; }
}
#App > div, #App > div > div { padding: 0 !important; }
#App .output-area { padding: 0 !important; overflow: visible !important; max-height: none; }
#App .output-area > .output { margin: 0 !important; }
[data-testid="notebook-actions-dropdown"] { display: none !important; }
</style>
"""

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]


def require() -> None:
    """Raise MissingExtra where what the page is made with is not installed."""
    if any(find_spec(name) is None for name in ("marimo", "anywidget", "uvicorn")):
        raise MissingExtra("what the page is made with (marimo and anywidget)", INSTALL)


def read_state(file: Path) -> State:
    """The state of a file.  Raises AfterbanError, or OSError where it cannot be read."""
    with file.open("rb") as opened:  # no more of it than tells that it is too large
        content = opened.read(4 * LARGEST + 1)
    return from_json(content.decode("utf-8-sig", "replace"), str(file))


def open_port(port: int) -> socket.socket:
    """A port of this machine, any free one for 0.  Raises AfterbanError if it is taken."""
    one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        one.bind((HOST, port))
        one.listen()
    except OSError as error:
        one.close()
        raise AfterbanError(
            f"port {port} cannot be used ({error.strerror}); "
            "choose another with `--port`, or any free one with `--port 0`"
        ) from None
    return one


def notebook(port: int = PORT) -> Asgi:
    """The notebook as a web application, guarded."""
    import marimo

    builder = marimo.create_asgi_app(quiet=True, include_code=False, html_head=HEAD)
    page = Path(__file__).with_name("page.py")
    return guarded(builder.with_app(path="/", root=str(page)).build(), port)


def guarded(app: Asgi, port: int = PORT) -> Asgi:
    """The application for this machine's own browser only, with a policy on what it may load.

    port: the one that it is served on; a page of another port is another site.
    """
    own = {f"{name}:{port}" for name in (HOST, "localhost")}
    if port == 80:  # which browsers leave out
        own |= {HOST, "localhost"}

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        headers = [
            (name.decode("latin-1").lower(), value.decode("latin-1"))
            for name, value in scope["headers"]
        ]
        hosts = [value for name, value in headers if name == "host"]
        host = hosts[0] if len(hosts) == 1 else ""
        origins = {value for name, value in headers if name == "origin"}
        if host not in own or not origins <= {f"http://{host}"}:
            if scope["type"] == "websocket":
                await receive()
                await send({"type": "websocket.close", "code": 1008})
                return
            start = {"type": "http.response.start", "status": 403, "headers": []}
            await send(start)
            await send(
                {"type": "http.response.body", "body": b"this page is for this machine only"}
            )
            return

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                policy = (
                    "default-src 'self' 'unsafe-inline' 'unsafe-eval' data: blob:; "
                    f"connect-src 'self' data: blob: ws://{host}; form-action 'self'; "
                    "frame-ancestors 'none'; base-uri 'self'"
                )
                message["headers"] = [
                    *message.get("headers", ()),
                    (b"content-security-policy", policy.encode("latin-1")),
                ]
            await send(message)

        await app(scope, receive, answer)

    return guard


def serve(
    port: int = PORT,
    state: State | None = None,
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Show the page until Ctrl-C.

    port: of this machine; 0 for any that is free.
    state: what the page opens with; its first story if None.
    browser: whether to open one.
    say: called with where the page is.
    """
    require()
    listening = open_port(port)
    number = listening.getsockname()[1]
    address = f"http://{HOST}:{number}/"
    import uvicorn

    from afterban.app import answers, widget

    widget.opened_with = state
    server = uvicorn.Server(
        uvicorn.Config(
            notebook(number),
            log_level="error",
            timeout_graceful_shutdown=SLOW_TO_END,
        )
    )
    # The engine is loaded, or the first time compiled, while the browser starts.
    threading.Thread(target=answers.warm_up, daemon=True).start()
    say(f"The page is at {address} (Ctrl-C ends it)")
    say("Other users of this machine can open it there too; other machines cannot.")
    if browser:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    with contextlib.suppress(KeyboardInterrupt):  # the ordinary way to end it
        server.run(sockets=[listening])
