"""A headless Chromium, driven over a pipe by its own protocol; no driver is needed."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import tempfile
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")


def find_chromium() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


class Browser:
    """One page. `run` evaluates JavaScript in it and gives the value."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._next = 0
        self._buffer = b""
        self._session: str | None = None
        self._events: list[str | None] = []

    def __enter__(self) -> Self:
        # The browser's own children may still be writing when it is told to go.
        self._profile = tempfile.TemporaryDirectory(prefix="browser-", ignore_cleanup_errors=True)
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        # Chromium reads the protocol from descriptor 3 and writes it to 4.
        command = f'exec "$@" 3<&{theirs_in} 4>&{theirs_out}'
        profile = f"--user-data-dir={self._profile.name}"
        options = (
            profile,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            # Nothing but the pages of the test: no look-ups, no updates, no traffic of its own.
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-quic",
            "--disable-sync",
            "--no-first-run",
            "--remote-debugging-pipe",
        )
        self._process = subprocess.Popen(
            ["bash", "-c", command, "-", self._program, *options],
            pass_fds=(theirs_in, theirs_out),
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        target = self._call("Target.createTarget", url="about:blank")["targetId"]
        attached = self._call("Target.attachToTarget", targetId=target, flatten=True)
        self._session = attached["sessionId"]
        self._call("Page.enable")
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        os.close(self._out)
        os.close(self._in)
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._profile.cleanup()

    def open(self, url: str) -> None:
        self._events.clear()
        self._call("Page.navigate", url=url)
        self._await("Page.loadEventFired")

    def click(self, selector: str) -> None:
        """Click as a mouse does, and wait for the page it leads to."""
        spot = self.run(
            f"(() => {{ const e = document.querySelector({selector!r}); e.scrollIntoView();"
            "const r = e.getBoundingClientRect();"
            "return {x: r.x + r.width / 2, y: r.y + r.height / 2}; })()"
        )
        self._events.clear()
        for kind in ("mousePressed", "mouseReleased"):
            self._call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **spot)
        self._await("Page.loadEventFired")

    def run(self, expression: str) -> Any:  # noqa: ANN401 - whatever the page gives
        answer = self._call("Runtime.evaluate", expression=expression, returnByValue=True)
        return answer["result"].get("value")

    def screenshot(self) -> str:
        """The page as a PNG, in base64."""
        data: str = self._call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        return data

    def _call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._next += 1
        message: dict[str, object] = {"id": self._next, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._next:
                assert "error" not in answer, answer
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer.get("method"))

    def _await(self, event: str) -> None:
        while event not in self._events:
            self._events.append(self._read().get("method"))
        self._events.clear()

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            chunk = os.read(self._in, 65536)
            assert chunk, "the browser has ended"
            self._buffer += chunk
        line, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(line)
        return message
