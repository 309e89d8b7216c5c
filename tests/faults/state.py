"""What is on the emulator, read and written past its API: quick, and no fault gets in between."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import date
from typing import Any

from pa_deploy.model import Actual, StaticFile, StaticHeader, Webapp, WsgiFile
from pa_emulator import Emulator
from tests.hosted import DOMAIN

WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"

Row = tuple[Any, ...]


@dataclass(frozen=True, kw_only=True)
class State:
    """A web app's configuration, `files` and `headers` in their order; `live`: as it is served."""

    settings: dict[str, Any] | None
    files: tuple[Row, ...]
    headers: tuple[Row, ...]
    wsgi: str | None
    live: dict[str, Any] | None

    def actual(self) -> Actual:
        """The same as a look at PythonAnywhere would give it."""
        if self.settings is None:
            return Actual(observed_on=date(2026, 3, 1), webapp=None)
        return Actual(
            observed_on=date(2026, 3, 1),
            webapp=Webapp(
                domain=DOMAIN,
                python_version=self.settings["python_version"],
                source_directory=self.settings["source_directory"],
                working_directory=self.settings["working_directory"],
                virtualenv=self.settings["virtualenv_path"],
                force_https=bool(self.settings["force_https"]),
            ),
            static_files=tuple(StaticFile(*row) for row in self.files),
            static_headers=tuple(StaticHeader(*row) for row in self.headers),
            wsgi_file=WsgiFile(path=WSGI, content=self.wsgi.encode() if self.wsgi else None),
        )

    def is_loaded(self) -> bool:
        """Whether the last reload came after the last change to what a reload loads."""
        if self.live is None or self.settings is None:
            return False
        rows = tuple((row["url"], row["path"]) for row in self.live["mappings"])
        headers = tuple((row["url"], row["name"], row["value"]) for row in self.live["headers"])
        same = self.live["force_https"] == bool(self.settings["force_https"])
        return rows == self.files and headers == self.headers and same


def read_state(pa: Emulator) -> State:
    with closing(sqlite3.connect(pa.root / ".emulator" / "db.sqlite3", timeout=30)) as database:
        database.row_factory = sqlite3.Row
        query = "SELECT * FROM webapps_webapp WHERE domain_name = ?"
        webapp = database.execute(query, (DOMAIN,)).fetchone()
        files = _rows(database, "SELECT url, path FROM webapps_staticfile ORDER BY id")
        headers = _rows(database, "SELECT url, name, value FROM webapps_staticheader ORDER BY id")
    path = pa.path(WSGI)
    settings = dict(webapp) if webapp else None
    live = json.loads(settings.pop("live") or "null") if settings else None
    wsgi = path.read_text() if path.exists() else None
    return State(settings=settings, files=files, headers=headers, wsgi=wsgi, live=live)


def put_state(
    pa: Emulator,
    python_version: str | None,
    files: Iterable[tuple[str, str]] = (),
    headers: Iterable[tuple[str, str, str]] = (),
) -> None:
    """Nothing but this web app, loaded; no web app where `python_version` is None."""
    shutil.rmtree(pa.path("/home/alice/.pa-deploy"), ignore_errors=True)
    pa.path(WSGI).unlink(missing_ok=True)
    with closing(sqlite3.connect(pa.root / ".emulator" / "db.sqlite3", timeout=30)) as database:
        database.execute("PRAGMA synchronous = OFF")
        for table in ("staticfile", "staticheader", "webapp"):
            database.execute(f"DELETE FROM webapps_{table}")
        if python_version is not None:
            pa.path(WSGI).write_text("application = 'of before'\n")
            _insert(pa, database, python_version, list(files), list(headers))
        database.commit()


def _insert(
    pa: Emulator,
    database: sqlite3.Connection,
    python_version: str,
    files: list[tuple[str, str]],
    headers: list[tuple[str, str, str]],
) -> None:
    home = "/home/alice/"
    live = {
        "domain": DOMAIN,
        "username": "alice",
        "token": pa.token,
        "working_directory": home,
        "virtualenv_path": "",
        "workers": 2,
        "force_https": False,
        "password": None,
        "mappings": [{"url": url, "path": path} for url, path in files],
        "headers": [{"url": url, "name": name, "value": value} for url, name, value in headers],
    }
    database.execute(
        "INSERT INTO webapps_webapp VALUES (1, 1, ?, ?, '/var/www', ?, '', '2099-01-01', 0, 0, '',"
        " '', 1, ?)",
        (DOMAIN, python_version, home, json.dumps(live)),
    )
    database.executemany(
        "INSERT INTO webapps_staticfile (webapp_id, url, path) VALUES (1, ?, ?)", files
    )
    database.executemany(
        "INSERT INTO webapps_staticheader (webapp_id, url, name, value) VALUES (1, ?, ?, ?)",
        headers,
    )


def _rows(database: sqlite3.Connection, query: str) -> tuple[Row, ...]:
    return tuple(tuple(row) for row in database.execute(query))
