"""`Emulator`: an emulator for a `with` block, in its own process."""

from __future__ import annotations

import contextlib
import http.client
import json
import ssl
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Protocol

from pa_emulator.paths import remove_folder, under

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType
    from typing import Self

STOP_SECONDS = 10


class Process(Protocol):
    """What the handle needs of a `subprocess.Popen`."""

    @property
    def pid(self) -> int: ...

    @property
    def stdin(self) -> IO[bytes] | None: ...

    @property
    def stdout(self) -> IO[bytes] | None: ...

    def terminate(self) -> None: ...

    def kill(self) -> None: ...

    def wait(self, timeout: float | None = None) -> int: ...


def started(options: Sequence[str]) -> Process:
    """Return a process that runs the command, with pipes for stdin and stdout."""
    return subprocess.Popen(  # noqa: S603 - our own options
        [sys.executable, "-m", "pa_emulator", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # Ctrl-C goes to the program that started it; that program then ends the emulator.
        start_new_session=True,
    )


class Emulator:
    """A running emulator inside `with`. If no root was given, its folder is removed at the end.

    It ends with the program that started it, even if that is killed. If the program has forked, it
    ends with the last of the processes. A killed program cannot remove the root.
    """

    def __init__(  # noqa: PLR0913 - one for each option of the command
        self,
        *,
        username: str = "alice",
        token: str | None = None,
        root: Path | str | None = None,
        plan: str | None = None,
        webapps: int | None = None,
        port: int = 0,
        tls: bool = False,
        latency_ms: int = 0,
        rate_limit: int = 40,
        missing_webapp: str = "mixed",
        hosting: bool = True,
        programs: bool = True,
        lazy_apps: bool = False,
        reload: str | None = None,
        strict_python: bool = False,
        reload_mercy: float | None = None,
        reload_seconds: str | None = None,
        raw_paths: bool = False,
        plain_hello: bool = False,
        memory_limit: int = 0,
        process_limit: int = 0,
    ) -> None:
        self._own_root = None if root else Path(tempfile.mkdtemp(prefix="pa-emulator-"))
        self.root: Path = Path(root or self._own_root or ".").resolve()
        self._options = [
            f"--username={username}",
            f"--port={port}",
            f"--root={self.root}",
            f"--latency={latency_ms}",
            f"--rate-limit={rate_limit}",
            f"--missing-webapp={missing_webapp}",
            *([f"--token={token}"] if token else []),
            *([f"--plan={plan}"] if plan else []),
            *([f"--webapps={webapps}"] if webapps is not None else []),
            *(["--tls"] if tls else []),
            *([] if hosting else ["--no-hosting"]),
            *([] if programs else ["--no-programs"]),
            *(["--lazy-apps"] if lazy_apps else []),
            *([f"--reload={reload}"] if reload else []),
            *(["--strict-python"] if strict_python else []),
            *([f"--reload-mercy={reload_mercy}"] if reload_mercy is not None else []),
            *([f"--reload-seconds={reload_seconds}"] if reload_seconds is not None else []),
            *(["--raw-paths"] if raw_paths else []),
            *(["--plain-hello"] if plain_hello else []),
            *([f"--memory-limit={memory_limit}"] if memory_limit else []),
            *([f"--process-limit={process_limit}"] if process_limit else []),
        ]
        self.url = self.username = self.token = ""
        self.ca: str | None = None

    def __enter__(self) -> Self:
        self._process = started(["--stop-with-stdin", *self._options])
        try:
            self._read_ready_line()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def _read_ready_line(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the emulator did not start. See stderr for the reason")
        ready = json.loads(line)
        self.url, self.username, self.token = ready["api"], ready["username"], ready["token"]
        self.ca = ready["ca"]

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        if self._own_root:
            with contextlib.suppress(OSError):
                remove_folder(self._own_root)

    def path(self, path: str) -> Path:
        """Return the path on this machine of a PythonAnywhere path like `/home/alice/x`."""
        return under(self.root, path)

    def requests(self) -> list[dict[str, Any]]:
        """Return the API calls so far: method, path, query, status (0 if dropped), seconds."""
        calls = self._control("GET", "requests")
        assert isinstance(calls, list)  # noqa: S101 - as the control surface answers
        return calls

    def clear_requests(self) -> None:
        self._control("DELETE", "requests")

    def clear_rate_limit(self) -> None:
        """Forget all calls that the rate limit counts, as if a minute had passed."""
        self._control("DELETE", "rate-limit")

    def add_fault(self, **fault: object) -> None:
        """Add a fault. docs/emulator.md lists its keys."""
        self._control("POST", "faults", fault)

    def clear_faults(self) -> None:
        self._control("DELETE", "faults")

    def reset(self) -> None:
        """Go back to one empty account, without a restart."""
        self._control("POST", "reset")

    def add_user(self, username: str, token: str | None = None, plan: str | None = None) -> str:
        """Add an account and return its token. Without `plan` it gets the emulator's plan."""
        wanted = {"username": username, "token": token, **({"plan": plan} if plan else {})}
        made = self._control("POST", "users", wanted)
        assert isinstance(made, dict)  # noqa: S101 - as the control surface answers
        return str(made["token"])

    def open_console(self, number: int) -> None:
        """Start a console's program. On PythonAnywhere only a browser can do that."""
        self._control("POST", f"consoles/{number}/open")

    def share_console(self, number: int, username: str) -> None:
        """Share a console with another account."""
        self._control("POST", f"consoles/{number}/share", {"with": username})

    def add_student(self, student: str, teacher: str) -> None:
        """Make an account the student of another."""
        self._control("POST", "students", {"student": student, "teacher": teacher})

    def advance(self, seconds: float) -> None:
        """Move the emulator's clock forward."""
        self._control("POST", "clock", {"advance": seconds})

    def _control(self, method: str, path: str, data: object = None) -> object:
        connection = self._connection()
        try:
            body = None if data is None else json.dumps(data)
            headers = {"Content-Type": "application/json"} if body else {}
            connection.request(method, f"/_emulator/{path}", body, headers)
            response = connection.getresponse()
            text = response.read()
        finally:
            connection.close()
        if response.status >= 400:
            raise ValueError(f"{path}: {response.status} {text.decode()}")
        return json.loads(text) if text else None

    def _connection(self) -> http.client.HTTPConnection:
        scheme, _, address = self.url.partition("://")
        if scheme == "http":
            return http.client.HTTPConnection(address)
        return http.client.HTTPSConnection(
            address, context=ssl.create_default_context(cafile=self.ca)
        )
