"""What PythonAnywhere makes of changes, as a value: it knows nothing of plans."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import count
from typing import TypeVar

from pa_deploy.model import (
    Actual,
    Change,
    Create,
    Delete,
    NewWebapp,
    Setting,
    SharedFile,
    StaticFile,
    StaticHeader,
    Update,
    Webapp,
    WsgiFile,
)

Row = TypeVar("Row", StaticFile, StaticHeader)
HELLO = b"hello world"


def after(changes: Iterable[Change], state: Actual) -> Actual:
    numbers = count(1000)
    for change in changes:
        match change:
            case Create(NewWebapp(domain, version)):
                state = _with_new_webapp(state, domain, version)
            case Create(Setting(name, value)) | Update(_, Setting(name, value)):
                assert state.webapp is not None
                state = replace(state, webapp=replace(state.webapp, **{name: value}))  # type: ignore[arg-type]
            case Create(WsgiFile() as file) | Update(_, WsgiFile() as file):
                state = replace(state, wsgi_file=file)
            case Create(SharedFile(path)):
                shared = SharedFile(path, f"/user/alice/shares/{next(numbers)}/")
                state = replace(state, shared_files=(*(state.shared_files or ()), shared))
            case _:
                state = _with_rows(change, state, next(numbers))
    return state


def _with_new_webapp(state: Actual, domain: str, version: str) -> Actual:
    """Creating a web app overwrites its WSGI file (API page)."""
    assert state.webapp is None
    assert not state.static_files
    assert not state.static_headers
    webapp = Webapp(
        domain=domain,
        python_version=version,
        source_directory="/var/www",
        working_directory="/home/alice/",
    )
    file = state.wsgi_file and replace(state.wsgi_file, content=HELLO)
    return replace(state, webapp=webapp, static_files=(), static_headers=(), wsgi_file=file)


def _with_rows(change: Change, state: Actual, number: int) -> Actual:
    row = change.before if isinstance(change, Delete) else change.after
    if isinstance(row, StaticFile):
        files = after_rows(change, state.static_files or (), number)
        return replace(state, static_files=files)
    assert isinstance(row, StaticHeader)
    return replace(state, static_headers=after_rows(change, state.static_headers or (), number))


def after_rows(change: Change, rows: tuple[Row, ...], number: int) -> tuple[Row, ...]:
    """Rows stay in their place, new ones come last; only an id finds a row."""
    match change:
        case Create(StaticFile() | StaticHeader() as row):
            return (*rows, replace(row, id=number))  # type: ignore[arg-type]
        case Update(StaticFile(id=id) | StaticHeader(id=id), row):
            assert id in [each.id for each in rows]
            new = replace(row, id=id)  # type: ignore[arg-type]
            return tuple(new if each.id == id else each for each in rows)  # type: ignore[misc]
        case Delete(StaticFile(id=id) | StaticHeader(id=id)):
            assert id in [each.id for each in rows]
            return tuple(each for each in rows if each.id != id)
        case other:
            raise AssertionError(other)
