"""Make changes on PythonAnywhere, one request after the other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, cast

from pa_deploy.api import Api, Rows
from pa_deploy.errors import DeployError, NotKept
from pa_deploy.loader_files import is_loader, is_untouched, replaced_name
from pa_deploy.model import (
    Actual,
    Change,
    Changeable,
    Create,
    Delete,
    NewWebapp,
    Release,
    Resource,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    Webapp,
    WsgiFile,
)
from pa_deploy.plan import same_setting
from pa_deploy.report import words

MOST_NOTED = 20
"""How many WSGI files are remembered: a rollback may put a former one back."""


def keep_former(api: Api, wsgi_file: bytes | None, path: str) -> None:
    """Keep what the WSGI file is before the first release takes its place, once."""
    if wsgi_file is not None and not is_loader(wsgi_file) and api.files.read(path) is None:
        api.files.upload(path, wsgi_file)


def batches(changes: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    """Changes that go into one request: all settings but the Python version, which goes alone."""

    def together(item: tuple[int, Change]) -> tuple[str, int]:
        index, change = item
        after = _after(change)
        if isinstance(after, Setting) and after.name != "python_version":
            return ("settings", 0)
        return ("alone", index)

    for _, group in groupby(enumerate(changes), key=together):
        yield tuple(change for _, change in group)


@dataclass(slots=True)
class Changer:
    """Makes changes of one web app. `actual` is its state, as the answers have told it so far.

    `warn` gets what people should know beside that.
    """

    api: Api
    domain: str
    actual: Actual
    warn: Callable[[str], None]

    def make(self, batch: tuple[Change, ...]) -> None:
        """Send the request for one of `batches`; a release must be uploaded before.

        Raises NotKept if an answer shows another value than was written, and Unclear if a request
        that must not be repeated has no clear answer: then look again.
        """
        change = batch[0]
        if isinstance(change, Delete):
            self._delete_row(change.before)
            return
        match change.after:
            case NewWebapp() as new:
                self._create_webapp(new)
            case Setting():
                self._set(tuple(cast("Setting", _after(each)) for each in batch))
            case StaticFile() | StaticHeader() as row:
                self._put_row(change, row)
            case WsgiFile() as file:
                self._install(file)
            case Release() as release:
                self.actual = replace(self.actual, release=release)
            case SharedFile() as file:
                self._share(file)

    def _create_webapp(self, new: NewWebapp) -> None:
        self.api.webapps.create(new.domain, new.python_version)
        webapp = Webapp(domain=new.domain, python_version=new.python_version)
        self.actual = replace(self.actual, webapp=webapp, static_files=(), static_headers=())

    def _install(self, file: WsgiFile) -> None:
        if file.keep_as is not None:
            present = self.actual.wsgi_file
            content = present.content if present else self.api.files.read(file.path)
            keep_former(self.api, content, file.keep_as)
            self._keep_edited(file, content)
        if file.note is not None:
            self._keep_unknown(file, file.note)
        if file.loader is not None:
            self.api.files.upload(*file.loader)
        self.api.files.upload(file.path, cast("bytes", file.content))
        self.actual = replace(self.actual, wsgi_file=file)

    def _keep_unknown(self, file: WsgiFile, note: str) -> None:
        """Keep a WSGI file that pa-deploy has not made, and note that it makes this one."""
        present = self.actual.wsgi_file.content if self.actual.wsgi_file else None
        noted = (self.api.files.read(note) or b"").split() if present else []
        if present and not is_untouched(present) and _digest(present) not in noted:
            place = self._keep_copy(file.path, file.backups, present)
            self.warn(
                f"pa-deploy has not written the present {file.path}, as far as it knows. A copy is "
                f"kept in {place}."
            )
        own = _digest(cast("bytes", file.content))
        others = [each for each in noted if each != own][-MOST_NOTED:]
        self.api.files.upload(note, b"\n".join([*others, own]))

    def _keep_copy(self, path: str, backups: str, content: bytes) -> str:
        """Keep a WSGI file among the backups; where it is."""
        place = f"{backups}/{replaced_name(path, content)}"
        self.api.files.upload(place, content)
        return place

    def _keep_newer(self, file: WsgiFile, content: bytes) -> None:
        """Keep a WSGI file that has served since pa-deploy's was left; a detach puts it back."""
        kept = self.api.files.read(str(file.keep_as))
        if kept is None or kept == content:
            return
        place = self._keep_copy(file.path, file.backups, kept)
        self.api.files.upload(str(file.keep_as), content)
        self.warn(
            f"{file.path} was replaced after the first release. pa-deploy saved this version; "
            f"`pa-deploy release detach` restores it. The older copy is {place}."
        )

    def _keep_edited(self, file: WsgiFile, content: bytes | None) -> None:
        """Keep what somebody has made of a WSGI file of pa-deploy's, and say where."""
        if content is None or is_untouched(content):
            return
        if not is_loader(content):
            self._keep_newer(file, content)
            return
        place = self._keep_copy(file.path, file.backups, content)
        self.warn(
            f"Somebody edited {file.path} since pa-deploy wrote it. pa-deploy writes it anew, and "
            f"keeps the edited file as {place}. Put such changes into the module of `app`."
        )

    def _share(self, file: SharedFile) -> None:
        shared = SharedFile(file.path, self.api.files.share(file.path))
        known = self.actual.shared_files or ()
        self.actual = replace(self.actual, shared_files=(*known, shared))

    def _set(self, settings: tuple[Setting, ...]) -> None:
        known = self.actual.webapp
        version = known.python_version if known else ""
        webapp = self.api.webapps.patch(self.domain, settings, version)
        for wanted in settings:
            kept = Setting(wanted.name, getattr(webapp, wanted.name))
            if not same_setting(kept, wanted):
                raise _not_kept(wanted, kept)
        self.actual = replace(self.actual, webapp=webapp)

    def _put_row(self, change: Create | Update, row: StaticFile | StaticHeader) -> None:
        known = self._rows(row)
        if isinstance(change, Create):
            kept = self._table(row).create(self.domain, row)
            rows = (*known, kept)
        else:
            number = _id(cast("StaticFile | StaticHeader", change.before))
            kept = self._table(row).patch(self.domain, number, row)
            rows = tuple(kept if each.id == number else each for each in known)
        if kept != row:
            raise _not_kept(row, kept)
        self._keep(row, rows)

    def _delete_row(self, row: StaticFile | StaticHeader) -> None:
        self._table(row).delete(self.domain, _id(row))
        self._keep(row, tuple(each for each in self._rows(row) if each.id != row.id))

    def _table(self, row: StaticFile | StaticHeader) -> Rows[Any]:
        is_file = isinstance(row, StaticFile)
        return self.api.static_files if is_file else self.api.static_headers

    def _rows(self, like: StaticFile | StaticHeader) -> tuple[Any, ...]:
        is_file = isinstance(like, StaticFile)
        return (self.actual.static_files if is_file else self.actual.static_headers) or ()

    def _keep(self, like: StaticFile | StaticHeader, rows: tuple[Any, ...]) -> None:
        if isinstance(like, StaticFile):
            self.actual = replace(self.actual, static_files=rows)
        else:
            self.actual = replace(self.actual, static_headers=rows)


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).hexdigest().encode()


def _after(change: Change) -> Resource | None:
    return None if isinstance(change, Delete) else change.after


def _id(row: StaticFile | StaticHeader) -> int:
    return cast("int", row.id)


def _not_kept(wanted: Changeable, kept: Changeable) -> DeployError:
    """In the words of the plan, which show no password."""
    return NotKept(
        f"PythonAnywhere accepted {words.name(wanted)}: {words.value(wanted)}, "
        f"but its answer shows: {words.after(Update(wanted, kept))}.",
        cause="PythonAnywhere ignores values that it does not know or that your plan does not "
        "allow.",
        advice="Compare the value with what the Web tab offers.",
    )
