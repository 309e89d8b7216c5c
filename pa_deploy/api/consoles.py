"""The endpoints under `consoles/`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pa_deploy.api.answers import ask, check, many
from pa_deploy.model import Console
from pa_deploy.transport import Call, Method, Transport


class Consoles:
    """Consoles of one account."""

    def __init__(self, transport: Transport, base: str) -> None:
        self._transport = transport
        self._base = f"{base}consoles/"

    def list(self) -> tuple[Console, ...]:
        """GET consoles/."""
        return self._many("", "listing the consoles")

    def shared_with_you(self) -> tuple[Console, ...]:
        """GET consoles/shared_with_you/."""
        return self._many("shared_with_you/", "listing the consoles shared with you")

    def show(self, console_id: int) -> Console:
        """GET consoles/{id}/; NotFound if there is none."""
        call = self._call("GET", f"{console_id}/", f"reading console {console_id}")
        return ask(self._transport, call, _console)

    def kill(self, console_id: int) -> None:
        """DELETE consoles/{id}/ ends the console and its process; NotFound if there is none."""
        call = self._call("DELETE", f"{console_id}/", f"killing console {console_id}")
        check(call, self._transport.send(call))

    def _many(self, path: str, what: str) -> tuple[Console, ...]:
        call = self._call("GET", path, what)
        return ask(self._transport, call, many(_console))

    def _call(self, method: Method, path: str, what: str) -> Call:
        return Call(method=method, path=self._base + path, what=what, wants_json=method != "DELETE")


def _console(body: Mapping[str, Any]) -> Console:
    return Console(
        id=int(body["id"]),
        user=str(body.get("user") or ""),
        name=str(body.get("name") or ""),
        executable=str(body.get("executable") or ""),
        working_directory=str(body.get("working_directory") or ""),
        url=str(body.get("console_url") or ""),
    )
