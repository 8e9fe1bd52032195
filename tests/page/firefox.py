"""Firefox by its own protocol, Marionette, which needs no driver beside the browser.

Playwright drives the Firefox that it brings along, and not the one of a system: that one answers
``emulation.setMediaFeaturesOverride`` with "unknown command" (Firefox 153 ESR, Playwright 1.65).
"""

from __future__ import annotations

import base64
import json
import shutil
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

PROGRAM = shutil.which("firefox") or shutil.which("firefox-esr")
_PREFERENCES = {
    "marionette.port": 0,  # any that is free; MarionetteActivePort in the profile has it
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "dom.w3c_touch_events.enabled": 1,
    "layout.css.prefers-color-scheme.content-override": 1,  # light
    "ui.prefersReducedMotion": 1,  # time goes where a test puts it
}
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
_ERRORS = """return Services.console.getMessageArray()
    .filter((one) => one instanceof Ci.nsIScriptError)
    .filter((one) => (one.sourceName ?? "").startsWith("file:")).map((one) => one.errorMessage)"""
# The page gets these sizes whatever the frame of the window takes.
_SIZE = """gBrowser.selectedBrowser.style.cssText =
    `min-width:0;width:${arguments[0]}px;max-width:${arguments[0]}px;
     min-height:0;height:${arguments[1]}px;max-height:${arguments[1]}px;flex:none`"""


class Firefox:
    """A Firefox without a window and without a network, with an own profile in ``folder``."""

    def __init__(self, folder: Path) -> None:
        assert PROGRAM is not None
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in _PREFERENCES.items()]
        (folder / "user.js").write_text("\n".join(lines), encoding="utf-8")
        started = [PROGRAM, "--headless", "--marionette", "--remote-allow-system-access"]
        self._process = subprocess.Popen(
            [*started, "--no-remote", "--profile", str(folder)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self._socket: socket.socket | None = None
        try:
            self._socket = socket.create_connection(("127.0.0.1", _port(folder)), timeout=120)
            self._asked = 0
            self._read()  # who is there
            self.version = self.send("WebDriver:NewSession")["capabilities"]["browserVersion"]
            self.send("WebDriver:SetWindowRect", width=2000, height=1400)
            self.inside("Services.io.offline = true")
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._process.terminate()
        self._process.wait(60)

    # --- the protocol: the length of a message, a colon, the message ------------------------------

    def send(self, command: str, **given: Any) -> Any:
        """What a command answers. RuntimeError with Firefox's own words for one that fails."""
        self._asked += 1
        assert self._socket is not None
        message = json.dumps([0, self._asked, command, given]).encode()
        self._socket.sendall(b"%d:%b" % (len(message), message))
        _, _, error, answer = self._read()
        if error is not None:
            raise RuntimeError(f"{command}: {error['message']}")
        return answer

    def _read(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._some(1)
        message = b""
        while len(message) < int(length[:-1]):
            message += self._some(int(length[:-1]) - len(message))
        return json.loads(message)

    def _some(self, most: int) -> bytes:
        assert self._socket is not None
        found = self._socket.recv(most)
        if not found:
            raise RuntimeError("Firefox has ended")
        return found

    # --- a page ---------------------------------------------------------------------------------

    def open(self, path: Path, width: int, height: int, *, dark: bool = False) -> None:
        """Open a file in a new tab, which knows of no guess that was made before."""
        (old,) = self.send("WebDriver:GetWindowHandles")
        new = self.send("WebDriver:NewWindow", type="tab")["handle"]
        self.send("WebDriver:SwitchToWindow", handle=old)
        self.send("WebDriver:CloseWindow")
        self.send("WebDriver:SwitchToWindow", handle=new)
        scheme = "layout.css.prefers-color-scheme.content-override"
        self.inside(f"Services.prefs.setIntPref('{scheme}', {0 if dark else 1})")
        self.inside(_SIZE, width, height)
        self.inside("Services.console.reset()")
        self.send("WebDriver:Navigate", url=path.resolve().as_uri())
        self.until("document.getElementById('line') !== null")
        assert self.get("[innerWidth, innerHeight]") == [width, height]

    def inside(self, script: str, *given: Any) -> Any:
        """The value that a script of the browser itself returns."""
        self.send("Marionette:SetContext", value="chrome")
        try:
            return self.send("WebDriver:ExecuteScript", script=script, args=given)["value"]
        finally:
            self.send("Marionette:SetContext", value="content")

    def get(self, expression: str) -> Any:
        """The value of an expression in the page; of a promise, what it comes to."""
        script = f"return ({expression})"
        return self.send("WebDriver:ExecuteScript", script=script, args=[], sandbox=None)["value"]

    def until(self, expression: str) -> None:
        for _ in range(600):
            if self.get(expression):
                return
            time.sleep(0.05)
        raise AssertionError(expression)

    def errors(self) -> list[str]:
        """What the console has of the page since it was opened."""
        return list(self.inside(_ERRORS))

    def _find(self, selector: str) -> str:
        found = self.send("WebDriver:FindElement", using="css selector", value=selector)
        return str(found["value"][_ELEMENT])

    def click(self, selector: str) -> None:
        self.send("WebDriver:ElementClick", id=self._find(selector))

    def type(self, selector: str, text: str) -> None:
        """Put a text where another one stood; \\ue007 is the Enter key, as WebDriver has it."""
        one = self._find(selector)
        self.send("WebDriver:ElementClear", id=one)
        self.send("WebDriver:ElementSendKeys", id=one, text=text)

    def press(self, key: str) -> None:
        keys = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self._act({"type": "key", "id": "keys", "actions": keys})

    def tap(self, selector: str) -> None:
        """Touch the middle of an element."""
        one = self._find(selector)
        self.get(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})"
        )
        actions = [
            {"type": "pointerMove", "x": 0, "y": 0, "origin": {_ELEMENT: one}},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        kind = {"pointerType": "touch"}
        self._act({"type": "pointer", "id": "finger", "parameters": kind, "actions": actions})

    def _act(self, one: dict[str, Any]) -> None:
        self.send("WebDriver:PerformActions", actions=[one])
        self.send("WebDriver:ReleaseActions")

    def picture(self) -> bytes:
        """The page as PNG."""
        return base64.b64decode(self.send("WebDriver:TakeScreenshot", full=False)["value"])

    def printed(self) -> bytes:
        """The page as PDF, on the paper that its style sheet asks for."""
        page = {"width": 33.867, "height": 19.05}  # cm, of 1280 x 720 pixels
        margin = dict.fromkeys(("top", "bottom", "left", "right"), 0)
        print_ = self.send("WebDriver:Print", page=page, margin=margin, background=True)
        return base64.b64decode(print_["value"])


def _port(folder: Path) -> int:
    told = folder / "MarionetteActivePort"
    for _ in range(1200):
        if told.exists() and (text := told.read_text(encoding="ascii").strip()):
            return int(text)
        time.sleep(0.1)
    raise RuntimeError("Firefox does not start")
