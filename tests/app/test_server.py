"""The command, and the server that only this machine's own browser reaches."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from afterban.app import server
from afterban.cli import main
from afterban.errors import AfterbanError, MissingExtra
from afterban.page.state import json_of, start_of


def asked(scope: dict[str, Any]) -> list[Any]:
    """What a guarded application that always says yes answers."""
    sent: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"a", b"b")]})
        await send({"type": "http.response.body", "body": b"yes"})

    async def receive() -> dict[str, str]:
        return {"type": "websocket.connect"}

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(server.guarded(app)(scope, receive, send))
    return sent


def scope(host: str, origin: str | None = None, kind: str = "http") -> dict[str, Any]:
    headers = [(b"host", host.encode())]
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    return {"type": kind, "headers": headers}


@pytest.mark.parametrize("host", ["127.0.0.1:8265", "localhost:8265"])
def test_the_own_browser_is_let_in_with_a_policy(host: str) -> None:
    for origin in (None, f"http://{host}"):
        start, _ = asked(scope(host, origin))
        assert start["status"] == 200
        headers = dict(start["headers"])
        assert headers[b"a"] == b"b"
        policy = headers[b"content-security-policy"].decode()
        assert policy.startswith("default-src 'self' ")
        assert f"ws://{host};" in policy
        assert "https:" not in policy
        assert "*" not in policy


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("example.org", None),
        ("127.0.0.1.example.org:8265", None),
        ("", None),
        ("127.0.0.1:8265", "https://example.org"),
        ("127.0.0.1:8265", "http://127.0.0.1:9999"),
        # Another port is another site, also where host and origin agree.
        ("127.0.0.1:9999", None),
        ("127.0.0.1:9999", "http://127.0.0.1:9999"),
        ("localhost:9999", "http://localhost:9999"),
        ("127.0.0.1", "http://127.0.0.1"),
        ("127.0.0.1:8265", "null"),
    ],
)
def test_others_are_refused(host: str, origin: str | None) -> None:
    start, _ = asked(scope(host, origin))
    assert start["status"] == 403
    assert asked(scope(host, origin, "websocket")) == [{"type": "websocket.close", "code": 1008}]


def test_two_hosts_or_origins_are_refused() -> None:
    for name in (b"host", b"origin"):
        twice = scope("127.0.0.1:8265", "http://127.0.0.1:8265")
        twice["headers"].append((name, b"example.org"))
        start, _ = asked(twice)
        assert start["status"] == 403


def test_the_port_is_the_one_that_is_served() -> None:
    async def nothing(*_: Any) -> None:
        return None

    def status(host: str, port: int) -> int:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200})

        asyncio.run(server.guarded(app, port)(scope(host), nothing, send))
        return int(sent[0]["status"])

    assert status("127.0.0.1:4711", 4711) == 200
    assert status("127.0.0.1:8265", 4711) == 403
    assert status("localhost", 80) == 200  # browsers leave this one out


def test_it_says_who_else_can_open_it_and_guards_the_port_that_it_got(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pytest.importorskip("marimo", reason="the page is not installed (pip install 'afterban[app]')")
    import uvicorn

    from afterban.app import answers, widget

    guarded: list[int] = []
    monkeypatch.setattr(server, "notebook", guarded.append)
    monkeypatch.setattr(answers, "warm_up", lambda: None)
    monkeypatch.setattr(widget, "opened_with", None)
    monkeypatch.setattr(uvicorn, "Config", lambda *_, **__: None)

    class Server:
        def __init__(self, config: Any) -> None:
            del config

        def run(self, sockets: list[socket.socket]) -> None:
            sockets[0].close()

    monkeypatch.setattr(uvicorn, "Server", Server)
    told: list[str] = []
    server.serve(port=0, browser=False, say=told.append)
    assert "Other users of this machine can open it" in told[1]
    (port,) = guarded
    assert f"http://127.0.0.1:{port}/" in told[0]


def test_a_port_that_is_taken_is_told() -> None:
    first = server.open_port(0)
    try:
        assert first.getsockname()[0] == "127.0.0.1"
        number = first.getsockname()[1]
        with pytest.raises(AfterbanError, match=rf"port {number} cannot be used .*`--port 0`"):
            server.open_port(number)
    finally:
        first.close()


def test_a_missing_package_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(server, "find_spec", lambda name: None if name == "marimo" else object())
    with pytest.raises(MissingExtra, match=r"pip install 'afterban\[app\]'"):
        server.require()
    assert main(["app"]) == 2
    told = capsys.readouterr().err
    assert "pip install 'afterban[app]'" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "No such file"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"{}", "no state of the page"),
        (json_of(start_of()).replace('"1d"', '"5h"').encode(), "no value of `speed`"),
    ],
)
def test_a_bad_state_file_is_one_line(
    content: bytes | None, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("marimo", reason="the page is not installed (pip install 'afterban[app]')")
    file = tmp_path / "mine.json"
    if content is not None:
        file.write_bytes(content)
    assert main(["app", "--no-browser", "--state", str(file)]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "mine.json" in error
    assert error.count("\n") == 1


def test_a_state_file_without_end_is_not_read_to_it() -> None:
    with pytest.raises(AfterbanError, match="/dev/zero is too large"):
        server.read_state(Path("/dev/zero"))


def test_a_state_file_may_begin_with_a_mark_of_its_encoding(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text(json_of(start_of("names")), encoding="utf-8-sig")
    assert server.read_state(file) == start_of("names")


def test_an_empty_name_is_no_state_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--no-browser", "--state", ""]) == 2
    assert "no file or folder is named" in capsys.readouterr().err


@pytest.mark.parametrize("port", ["-1", "65536", "x"])
def test_a_port_that_is_none_is_told(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["app", "--port", port]) == 2
    assert "--port" in capsys.readouterr().err


def test_the_script_of_the_page_says_the_port_once() -> None:
    from afterban.cli import page

    assert page.app.__defaults__ is not None
    assert page.app.__defaults__[0] == server.PORT


@pytest.fixture
def running(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    pytest.importorskip("marimo", reason="the page is not installed (pip install 'afterban[app]')")
    process = subprocess.Popen(
        [sys.executable, "-m", "afterban", "app", "--no-browser", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=os.environ,
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.communicate()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_it_quietly(running: subprocess.Popen[str], number: int) -> None:
    assert running.stdout is not None
    line = running.stdout.readline()
    port = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
    assert port is not None
    assert "Other users of this machine can open it there too" in running.stdout.readline()
    with socket.create_connection(("127.0.0.1", int(port[1])), timeout=20) as one:
        one.sendall(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port[1]}\r\n\r\n".encode())
        assert one.recv(100).startswith(b"HTTP/1.1 200")
    running.send_signal(number)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 0
    assert "Traceback" not in out + err
    assert err.strip() == ""
