"""The emulator that a recording is played against, and its names for the placeholders."""

from __future__ import annotations

import http.client
import json
import posixpath
import re
import secrets
import shutil
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from pa_emulator.handle import Emulator

DOMAIN = re.compile(r"DOMAIN(?:-(\d{1,4}))?(\.pythonanywhere\.com)?(?![\w-])")
WSGI = re.compile(r"DOMAIN(?:-(\d{1,4}))?(\.pythonanywhere\.com)?(?=_wsgi\.py)")
USER = re.compile(r"\bUSER\b")
WRITABLE = ("/home/USER/", "/var/www/", "/var/log/")
NUMBER = re.compile("[0-9]+")
TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Reply:
    """What the emulator answered. `type` is the content type without its parameters."""

    status: int
    type: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_json(self) -> bool:
        return "json" in self.type

    def json(self) -> Any:  # noqa: ANN401 - whatever it says
        return json.loads(self.body)


@dataclass(slots=True)
class World:
    """One emulator for one recording. `custom` are domains whose DNS the recording found wrong.

    `files` are paths as in the recording, with USER and DOMAIN.
    """

    emulator: Emulator
    custom: frozenset[str] = frozenset()
    ids: dict[tuple[str, str], int] = field(default_factory=dict)
    domains: dict[str, str] = field(default_factory=dict)

    def call(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] = {},
        form: Mapping[str, str] | None = None,
        upload: bytes | None = None,
        token: str = "",
    ) -> Reply:
        """Send one request, with the emulator's names."""
        headers = {"Authorization": f"Token {token or self.emulator.token}"}
        body: bytes | None = None
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
            body = urlencode(form).encode()
        if upload is not None:
            boundary = secrets.token_hex(16)
            headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
            body = _multipart(boundary, upload)
        target = quote(path) + (f"?{urlencode(query)}" if query else "")
        connection = http.client.HTTPConnection(self._netloc, timeout=TIMEOUT_SECONDS)
        try:
            connection.request(method, target, body, headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            kind = found.get("content-type", "").partition(";")[0].strip()
            return Reply(answer.status, kind, found, answer.read())
        finally:
            connection.close()

    def there(self, text: str) -> str:
        """Return the recording's text with the emulator's names."""
        text = WSGI.sub(lambda match: self._domain(match).replace(".", "_"), text)
        text = DOMAIN.sub(self._domain, text)
        return USER.sub(self.emulator.username, text)

    def back(self, text: str) -> str:
        """Return the emulator's text with the recording's placeholders."""
        for name, placeholder in sorted(self.domains.items(), key=lambda each: -len(each[0])):
            text = text.replace(name, placeholder)
            text = text.replace(f"{name.replace('.', '_')}_wsgi", f"{placeholder}_wsgi")
        return re.sub(rf"\b{self.emulator.username}\b", "USER", text)

    def rest(self, rest: str) -> str:
        """Return the path of a call behind the account's name, with the emulator's ids."""
        parts: list[str] = []
        for segment in rest.split("/"):
            scope = "/".join(rest.split("/")[: len(parts)])
            parts.append(str(self.id(scope, segment)) if NUMBER.fullmatch(segment) else segment)
        return self.there("/".join(parts))

    def id(self, scope: str, recorded: object) -> int:
        """Return the emulator's id of a row; an unused number if it has no such row."""
        return self.ids.get((scope, str(recorded)), 10**8 + int(str(recorded)[:8] or 0))

    def place(self, path: str) -> Path | None:
        """Return a file's path on this machine; None if the recording may not use it."""
        if posixpath.normpath(path) != path.rstrip("/") or "\0" in path:
            return None
        if not path.startswith(WRITABLE):
            return None
        place = self.emulator.path(self.there(path))
        try:
            place.exists()
        except OSError:  # its name is too long
            return None
        return place

    def make_file(self, path: str, size: int) -> None:
        """Make a file at this place if there is none."""
        place = self.place(path)
        if place is None or place.is_file():
            return
        self.remove(path)
        with suppress(OSError):  # a name that is too long, or a folder that is a file
            place.parent.mkdir(parents=True, exist_ok=True)
            with place.open("wb") as file:
                file.truncate(size)

    def make_folder(self, path: str) -> None:
        place = self.place(path)
        if place is not None and not place.is_dir():
            self.remove(path)
            with suppress(OSError):
                place.mkdir(parents=True)

    def remove(self, path: str) -> None:
        place = self.place(path)
        if place is None:
            return
        if place.is_dir():
            shutil.rmtree(place)
        else:
            with suppress(OSError):
                place.unlink()

    @property
    def _netloc(self) -> str:
        return urlsplit(self.emulator.url).netloc

    def _domain(self, match: re.Match[str]) -> str:
        placeholder, number, user = match[0], match[1], self.emulator.username
        name = f"{user}.pythonanywhere.com"
        if placeholder in self.custom:
            name = f"domain-{number or 1}.example.com"
        elif number:
            name = f"site{number}-{name}"
        self.domains[name] = placeholder
        return name


def _multipart(boundary: str, content: bytes) -> bytes:
    head = (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="content"; filename="content"\r\n\r\n'
    )
    return head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
