"""Sends the requests of a recording to an emulator, and compares the answers."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pa_emulator.compare.files import Files
from pa_emulator.compare.routes import is_harmless
from pa_emulator.compare.services import Services
from pa_emulator.compare.shapes import Difference, Shapes, placeholders
from pa_emulator.compare.world import Reply, World
from pa_emulator.handle import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pa_emulator.compare.recording import Content, Line, Recording

THROTTLED = 429
WAIT = 30
"""Seconds that a 429 asks to wait, if the recorded one does not say."""
SECONDS = re.compile("[0-9]{1,7}")
HEADERS = ("retry-after", "allow", "www-authenticate", "location")
ALLOWS = re.compile(r"account only allows (\d{1,3})")
MANY_WEBAPPS = 100
BEGINNINGS = {"zip": b"PK\x03\x04", "gzip": b"\x1f\x8b", "sqlite": b"SQLite format 3\0"}

SITE = "to the site: a recording has no app that could answer"
NO_ANSWER = "without an answer"
COMMAND = "that may run a command"
ODD_PATH = "with .. in the path"


@dataclass(frozen=True, slots=True)
class Played:
    """A request that was sent, the emulator's answer, and the differences."""

    line: Line
    reply: Reply
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """`skipped` maps a reason to the number of requests that were not sent."""

    recording: Recording
    played: tuple[Played, ...]
    skipped: Counter[str]

    @property
    def differences(self) -> int:
        return sum(len(each.differences) for each in self.played)


def compare(recording: Recording) -> Comparison:
    """Play a recording against an emulator of its own."""
    with Emulator(programs=False, rate_limit=0, webapps=_allowed(recording.lines)) as emulator:
        return play(recording, emulator)


def play(recording: Recording, emulator: Emulator) -> Comparison:
    """Play a recording against an emulator that is empty, hosts nothing and has no rate limit."""
    player = _Player(World(emulator, _custom_domains(recording.lines)), recording.lines)
    played = tuple(player.play())
    return Comparison(recording, played, player.skipped)


def _allowed(lines: Sequence[Line]) -> int:
    """Return how many web apps the account may have, as its refusal says."""
    for line in lines:
        found = ALLOWS.search(json.dumps(line.json)) if line.rest_is("webapps/") else None
        if found:
            return max(1, int(found[1]))
    return MANY_WEBAPPS


def _custom_domains(lines: Sequence[Line]) -> frozenset[str]:
    """Return the domains whose reload reported a missing CNAME: only custom domains need one."""
    found = (
        line.rest.split("/")[1]
        for line in lines
        if line.to == "api" and line.rest.endswith("/reload/") and "cname_error" in str(line.json)
    )
    return frozenset(found)


@dataclass(slots=True)
class _Player:
    world: World
    lines: Sequence[Line]
    known: set[str] = field(default_factory=set)
    skipped: Counter[str] = field(default_factory=Counter)

    def play(self) -> Iterator[Played]:
        lines = [line for line in self.lines if line.to == "api"]
        files = Files(self.world, self.known)
        services = Services(self.world, self.known, lines)
        self.skipped[SITE] += len(self.lines) - len(lines)
        for line in lines:
            reason = _reason_to_skip(line, self._path(line))
            reply = None
            if reason:
                self.skipped[reason] += 1
            else:
                services.prepare(line)
                files.prepare(line)
                reply = self._send(line, services)
                more = tuple(files.differences(line))
                yield Played(line, reply, (*self._differences(line, reply), *more))
            services.learn(line, reply)
            files.learn(line)

    def _path(self, line: Line) -> str:
        own = f"/api/{line.version}/user/{self.world.emulator.username}/"
        return own + self.world.rest(line.rest)

    def _send(self, line: Line, services: Services) -> Reply:
        form = None if line.form is None else dict(line.form)
        if form and line.is_good:
            services.put_virtualenv(form.get("virtualenv_path"))
        self.known |= placeholders(f"{line.path} {line.query} {form}")
        if line.status == THROTTLED:
            wait = line.headers.get("retry-after", "")
            seconds = int(wait) if SECONDS.fullmatch(wait) else WAIT
            self.world.emulator.add_fault(throttle=seconds, times=1)
        return self.world.call(
            line.method,
            self._path(line),
            query={key: self.world.there(text) for key, text in line.query.items()},
            form=form and {key: self.world.there(text) for key, text in form.items()},
            upload=_filler(line.upload) if line.upload else None,
        )

    def _differences(self, line: Line, reply: Reply) -> Iterator[Difference]:
        if line.status != reply.status:
            yield Difference("status", str(line.status), str(reply.status))
        recorded = line.headers.get("content-type", "").partition(";")[0].strip()
        if recorded != reply.type:
            yield Difference("content type", recorded or "none", reply.type or "none")
        for name in HEADERS:
            has, found = name in line.headers, name in reply.headers
            if has != found and not (name == "allow" and reply.status != 405):
                yield Difference("header", _has(name, has=has), _has(name, has=found))
        yield from self._bodies(line, reply)

    def _bodies(self, line: Line, reply: Reply) -> Iterator[Difference]:
        is_file = line.method == "GET" and line.rest.startswith("files/path/")
        recorded, found = _kind_recorded(line), _kind(reply)
        if is_file and "JSON" not in {recorded, found}:
            return
        if recorded != found:
            yield Difference("body", recorded, found)
        elif recorded == "JSON":
            shapes = Shapes(frozenset(self.known))
            own = json.loads(self.world.back(json.dumps(reply.json())))
            both_folders = is_file and line.is_good and isinstance(line.json, dict)
            if both_folders and isinstance(own, dict):
                yield from shapes.entries(line.json, own)
            else:
                yield from shapes.differences(line.json, own)


def _reason_to_skip(line: Line, path: str) -> str:
    if line.status is None:
        return NO_ANSWER
    if ".." in line.path.split("/"):
        return ODD_PATH
    if not is_harmless(line.method, path):
        return COMMAND
    return ""


def _filler(upload: Content) -> bytes:
    """Return filler of the same kind and length."""
    begin = BEGINNINGS.get(upload.kind, b"")
    if upload.kind == "json" and upload.size > 1:
        return b'"' + b"x" * (upload.size - 2) + b'"'
    return (begin + b"x" * (upload.size - len(begin)))[: upload.size]


def _has(name: str, *, has: bool) -> str:
    return f"has {name}" if has else f"lacks {name}"


def _kind_recorded(line: Line) -> str:
    if line.body:
        return "JSON"
    kind = line.content.kind if line.content else "empty"
    if kind == "json" and "json" in line.headers.get("content-type", ""):
        return "JSON"
    return {"empty": "empty", "page": "a page"}.get(kind, "something else")


def _kind(reply: Reply) -> str:
    if not reply.body:
        return "empty"
    if reply.is_json:
        return "JSON"
    is_page = reply.type == "text/html" or reply.body.lstrip()[:1] == b"<"
    return "a page" if is_page else "something else"
