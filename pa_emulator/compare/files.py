"""Gives the emulator the files that a recording shows to be there.

A file that the recording itself has written or deleted stays as the emulator has it, so that its
answers can be compared. Any other file may come from the account's owner or from an app. Such a
file becomes what the recording shows.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pa_emulator.compare.shapes import Difference, placeholders

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pa_emulator.compare.recording import Content, Line
    from pa_emulator.compare.world import World

FILES = "files/path/"
GONE = ""
ONE_CHUNK = 64 * 1024
"""A larger upload has its kind from its beginning, a file that is read from all of it."""
BEFORE = {
    "GET": {200: True, 404: False},
    "POST": {200: True, 201: False},
    "DELETE": {204: True, 404: False},
}
"""(method, status) -> whether the file was there before."""


@dataclass(slots=True)
class Files:
    """`written` are digests by path, `seen` is what a GET has shown, which an app may change.

    `contents` has the first line of each digest, as equal digests mean equal contents.
    """

    world: World
    known: set[str]
    written: dict[str, str] = field(default_factory=dict)
    seen: dict[str, bool] = field(default_factory=dict)
    shared: dict[str, bool] = field(default_factory=dict)
    contents: dict[str, tuple[int, Content]] = field(default_factory=dict)

    def prepare(self, line: Line) -> None:
        """Make the emulator's files as they were before this request."""
        if line.rest.startswith(FILES):
            self._prepare_file(line, _path(line))
        elif line.rest.startswith("files/tree"):
            self._prepare_tree(line)
        elif line.rest.startswith("files/sharing"):
            self._prepare_share(line)

    def learn(self, line: Line) -> None:
        """Note what this request and its answer show."""
        if line.rest.startswith(FILES):
            self._learn_file(line, _path(line))
        elif line.rest.startswith("files/sharing"):
            path = line.query.get("path") or (line.form or {}).get("path", "")
            self.shared[path] = line.is_good and line.method != "DELETE"
        elif line.rest.rstrip("/").endswith("/reload"):
            self._forget()

    def differences(self, line: Line) -> Iterator[Difference]:
        """Yield where a file's content contradicts the recording itself."""
        path = _path(line) if line.rest.startswith(FILES) else ""
        uploaded = self.written.get(path, GONE)
        read = line.content if line.method == "GET" and line.status == 200 else None
        if read and uploaded and read.digest and read.digest != uploaded:
            yield Difference("content", "not what was uploaded", "what was uploaded")
        for content in (line.upload, line.content):
            if content and content.digest:
                first = self.contents.setdefault(content.digest, (line.number, content))
                yield from _contradictions(content, *first)

    def _prepare_file(self, line: Line, path: str) -> None:
        if path in self.written or (line.method != "GET" and path in self.seen):
            return
        there = BEFORE.get(line.method, {}).get(line.status or 0)
        if there is False:
            self.world.remove(path)
        elif there and isinstance(line.json, dict):
            self._prepare_folder(path, line.json)
        elif there:
            place = self.world.place(path)
            if place is not None and (line.method == "GET" or not place.exists()):
                self.world.make_file(path, line.content.size if line.content else 0)

    def _prepare_folder(self, path: str, entries: dict[str, object]) -> None:
        self.world.make_folder(path)
        for name, entry in entries.items():
            inner = f"{path}/{name}"
            if inner in self.written or "/" in name:
                continue
            self.known |= placeholders(name)
            if isinstance(entry, dict) and entry.get("type") == "directory":
                self.world.make_folder(inner)
            else:
                self.world.make_file(inner, 0)

    def _prepare_tree(self, line: Line) -> None:
        path = line.query.get("path", "").rstrip("/")
        if isinstance(line.json, list) and line.is_good:
            self.world.make_folder(path)
            for each in line.json:
                self._prepare_entry(str(each))
        elif line.status == 400 and path not in self.written:
            self.world.remove(path)
            if "not a directory" in str(line.json):
                self.world.make_file(path, 0)

    def _prepare_entry(self, path: str) -> None:
        self.known |= placeholders(path)
        if path.rstrip("/") in self.written:
            return
        if path.endswith("/"):
            self.world.make_folder(path.rstrip("/"))
        else:
            self.world.make_file(path, 0)

    def _prepare_share(self, line: Line) -> None:
        path = line.query.get("path") or (line.form or {}).get("path", "")
        if line.method == "POST" and path not in self.written:
            if line.is_good:
                self.world.make_file(path, 0)
            elif line.status == 404:
                self.world.remove(path)
        if path in self.shared or line.status not in {200, 201, 204, 404}:
            return
        was_shared = line.status == (204 if line.method == "DELETE" else 200)
        url = f"/api/v0/user/{self.world.emulator.username}/files/sharing/"
        form = {"path": self.world.there(path)}
        if was_shared:
            self.world.make_file(path, 0)
            self.world.call("POST", url, form=form)
        else:
            self.world.call("DELETE", url, query=form)

    def _learn_file(self, line: Line, path: str) -> None:
        if line.method == "GET":
            if line.status in {200, 404}:
                self.seen[path] = line.status == 200
        elif line.method == "POST" and line.is_good and line.upload:
            self.written[path] = line.upload.digest
            if path.endswith("_wsgi.py"):
                self._forget()  # PythonAnywhere reloads by itself, and the app may change anything
        elif line.method == "DELETE" and line.status in {204, 404}:
            for inner in [each for each in self.written if each.startswith(f"{path}/")]:
                self.written[inner] = GONE
            self.written[path] = GONE
        else:
            self.written.pop(path, None)
            self.seen.pop(path, None)

    def _forget(self) -> None:
        self.written.clear()
        self.seen.clear()


def _contradictions(content: Content, number: int, first: Content) -> Iterator[Difference]:
    """Yield the differences from the first content with the same digest, in line `number`."""
    if content.size != first.size:
        said = f"{first.size}, as in line {number}"
        yield Difference("bytes", str(content.size), said, "the content")
    elif content.kind != first.kind and content.size <= ONE_CHUNK:
        said = f"{first.kind}, as in line {number}"
        yield Difference("kind", content.kind, said, "the content")


def _path(line: Line) -> str:
    return "/" + line.rest.removeprefix(FILES).strip("/")
