"""Make changes on PythonAnywhere, one request after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, cast

from pa_deploy.api import Api, Rows
from pa_deploy.errors import DeployError, NotKept
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
from pa_deploy.plan import describe, same_setting
from pa_deploy.reconcile.former import keep_what_was_there


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
        keep_what_was_there(self.api, file, self.actual.wsgi_file, self.warn)
        if file.loader is not None:
            self.api.files.upload(*file.loader)
        self.api.files.upload(file.path, cast("bytes", file.content))
        self.actual = replace(self.actual, wsgi_file=file)

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


def _after(change: Change) -> Resource | None:
    return None if isinstance(change, Delete) else change.after


def _id(row: StaticFile | StaticHeader) -> int:
    return cast("int", row.id)


def _not_kept(wanted: Changeable, kept: Changeable) -> DeployError:
    """In the words of the plan, which show no password."""
    return NotKept(
        f"PythonAnywhere accepted {describe.name(wanted)}: {describe.value(wanted)}, "
        f"but its answer shows: {describe.after(Update(wanted, kept))}.",
        cause="PythonAnywhere ignores values that it does not know or that your plan does not "
        "allow.",
        advice="Compare the value with what the Web tab offers.",
    )
