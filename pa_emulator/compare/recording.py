"""Reads a recording: a header, then one JSON object for each exchange."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pa_emulator.compare.source import BadSource, read_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

MARK = "pa_deploy_recording"
VERSION = 1
KEYS = {
    "": {
        *("to", "method", "path", "query", "form", "upload", "seconds", "status", "headers"),
        *("body", "content", "bytes", "fault", "sent"),
    },
    "headers": {"content-type", "retry-after", "allow", "www-authenticate", "location"},
    "upload": {"kind", "bytes", "digest"},
    "content": {"kind", "bytes", "digest"},
}
"""What pa-deploy writes in a line, and in the objects in it."""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
DEEPEST = 50
HALF = re.compile("[\ud800-\udfff]")
LARGEST_LINE = 16 * 1024 * 1024
LARGEST_FILE = 100 * 1024 * 1024


class BadRecording(Exception):
    """The file cannot be read; the message names the line and the next step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """The kind, size and digest that a recording has for a file or a page."""

    kind: str
    size: int
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One exchange. `body` is the JSON of the answer, in a tuple; `content` is any other body.

    `status` is None if there was no answer. `number` counts the lines of the file from 1. `unknown`
    are keys that this version of pa-deploy does not write.
    """

    number: int
    to: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    upload: Content | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: tuple[Any, ...] = ()
    content: Content | None = None
    unknown: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        return self.path.split("/")[2]

    @property
    def rest(self) -> str:
        """The path behind the account's name, as `webapps/DOMAIN/`."""
        return self.path.split("/", 5)[5]

    def rest_is(self, rest: str) -> bool:
        return self.to == "api" and self.rest == rest

    @property
    def is_good(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_missing(self) -> bool:
        """Whether the thing does not exist or belongs to another account."""
        return self.status in {403, 404}

    @property
    def tells(self) -> bool:
        """Whether the answer is about the request, not about token, rate limit or a failure."""
        return self.status is not None and self.status not in {401, 429} and self.status < 500

    @property
    def json(self) -> Any:  # noqa: ANN401 - whatever the server sent
        return self.body[0] if self.body else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """`left_out` is the number of missing exchanges, as it says itself. `damage` says what is wrong
    with its end; empty if nothing is.
    """

    lines: tuple[Line, ...]
    left_out: int = 0
    damage: str = ""


def read(file: Path) -> Recording:
    """Read a file, up to the cut if it is cut off. Raises BadRecording."""
    try:
        raw = read_text(file).split(b"\n")
    except BadSource as error:
        raise BadRecording(str(error)) from None
    rows = list(enumerate(raw, start=1))
    while rows and not rows[-1][1].strip():
        rows.pop()
    _check_header(rows[0][1] if rows else b"")
    lines: list[Line] = []
    left_out = 0
    for number, text in rows[1:]:
        try:
            value = _object(text)
            if "not_recorded" in value:
                left_out += 1
            else:
                lines.append(_line(number, value))
        except ValueError as error:
            said = f"line {number}: {error}"
            if number != rows[-1][0]:
                raise BadRecording(
                    f"{said}. The file is damaged there. Record again, or delete this line and all "
                    f"below it to compare the {_exchanges(number - 2)} above it."
                ) from None
            return Recording(lines=tuple(lines), left_out=left_out, damage=said)
    return Recording(lines=tuple(lines), left_out=left_out)


def _exchanges(count: int) -> str:
    return "exchange" if count == 1 else f"{count} exchanges"


def _check_header(text: bytes) -> None:
    try:
        version = _object(text).get(MARK)
    except ValueError:
        version = None
    if version is None:
        raise BadRecording(
            "line 1: this is not the header of a recording. "
            "`pa-deploy … --record FILE` writes recordings."
        )
    if version != VERSION:
        raise BadRecording(
            f"line 1: the recording has format {version!r}, and this pa-emulator reads format "
            f"{VERSION}. Use the pa-emulator that came with the pa-deploy that wrote it."
        )


def _object(text: bytes) -> dict[str, Any]:
    if len(text) > LARGEST_LINE:
        raise ValueError("it is longer than 16 MiB")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError("it is not JSON") from None
    if not isinstance(value, dict):
        raise ValueError("it is not a JSON object")  # noqa: TRY004 - like all other errors here
    if _is_deep(value):
        raise ValueError(f"its values are nested in more than {DEEPEST} levels")
    if HALF.search(json.dumps(value, ensure_ascii=False)):
        raise ValueError("it has half a character (a surrogate)")
    return value


def _is_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(DEEPEST):
        inner = [each.values() if isinstance(each, dict) else each for each in level]
        level = [one for each in inner if not isinstance(each, str) for one in _items(each)]
    return bool(level)


def _items(value: object) -> Iterable[object]:
    return value if isinstance(value, Iterable) else ()


def _line(number: int, value: dict[str, Any]) -> Line:
    to = _text(value, "to")
    path = _text(value, "path")
    if to not in {"api", "site"}:
        raise ValueError('"to" is neither "api" nor "site"')
    is_call = path.startswith(("/api/v0/user/USER/", "/api/v1/user/USER/"))
    if to == "api" and not is_call:
        raise ValueError('"path" does not begin with /api/v0/user/USER/ or /api/v1/user/USER/')
    if _text(value, "method") not in METHODS:
        raise ValueError('"method" is not an HTTP method')
    if "status" not in value and "fault" not in value:
        raise ValueError('it has neither "status" nor "fault"')
    return Line(
        number=number,
        to=to,
        method=value["method"],
        path=path,
        query=_texts(value, "query") or {},
        form=_texts(value, "form"),
        upload=_content(value, "upload"),
        status=_status(value),
        headers=_texts(value, "headers") or {},
        body=(value["body"],) if "body" in value else (),
        content=_content(value, "content"),
        unknown=tuple(_unknown(value)),
    )


def _unknown(value: dict[str, Any]) -> Iterator[str]:
    for part, known in KEYS.items():
        inner = value.get(part) if part else value
        found = inner.keys() - known if isinstance(inner, dict) else ()
        yield from (f"{part}.{key}".lstrip(".") for key in sorted(found))


def _text(value: dict[str, Any], key: str) -> str:
    found = value.get(key)
    if not isinstance(found, str):
        raise ValueError(f'"{key}" is missing or not a text')  # noqa: TRY004 - as above
    return found


def _texts(value: dict[str, Any], key: str) -> dict[str, str] | None:
    found = value.get(key)
    if found is None:
        return None
    if not isinstance(found, dict) or not all(isinstance(each, str) for each in found.values()):
        raise ValueError(f'"{key}" is not an object whose values are texts')
    return found


def _status(value: dict[str, Any]) -> int | None:
    found = value.get("status")
    if found is None:
        return None
    if type(found) is not int or not 100 <= found <= 599:
        raise ValueError('"status" is not an HTTP status')
    return found


def _content(value: dict[str, Any], key: str) -> Content | None:
    found = value.get(key)
    if found is None:
        return None
    if not isinstance(found, dict):
        raise ValueError(f'"{key}" is not an object')  # noqa: TRY004 - as above
    size = found.get("bytes")
    if type(size) is not int or not 0 <= size <= LARGEST_FILE:
        raise ValueError(f'"bytes" of "{key}" is not a whole number from 0 to 100 MiB')
    return Content(kind=_text(found, "kind"), size=size, digest=str(found.get("digest", "")))
