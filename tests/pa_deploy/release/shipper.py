"""Ships releases to the emulator by pa_deploy.release alone, without plan and settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import requests

from pa_deploy.api import Api
from pa_deploy.clock import Deadline, SystemClock
from pa_deploy.dependencies import Surroundings
from pa_deploy.hosts import find_host
from pa_deploy.layout import Layout
from pa_deploy.loader_files import loader_zip
from pa_deploy.model import ReleaseStatus, Run, Secret, WantedRelease, WsgiFile
from pa_deploy.reconcile.former import keep_what_was_there
from pa_deploy.release import (
    Bundle,
    Destination,
    activate,
    choose,
    choose_environment,
    detach,
    insist_on_live,
    look_ahead,
    make_bundle,
    note_verified,
    point_back,
    read_code,
    read_status,
    request_key,
)
from pa_deploy.release.shipping import ship
from pa_deploy.transport import Http, Piece, Transport
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api
from tests.pa_deploy.release.account import hello

WSGI = "/var/www/alice_pythonanywhere_com_wsgi.py"
PYTHON = "3.13"
KEPT: dict[str, Path] = {}
"""Copies of the folders of accounts that `serve` has made, by what they serve."""


@dataclass
class Shipper:
    """An account with a web app that serves releases. `log` is what was announced."""

    pa: Emulator
    source: Path
    log: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.source.mkdir(parents=True, exist_ok=True)
        host = find_host(self.pa.url, self.pa.url)
        deadline = Deadline(SystemClock(), 120)
        transport = Transport(
            host,
            Secret(self.pa.token),
            Http(deadline),
            announce=self.log.append,
            user_agent="tests",
        )
        self.account = Destination(
            api=Api(transport, self.pa.username),
            layout=Layout.of(self.pa.username, DOMAIN),
            deadline=deadline,
            doing=lambda *_: None,
            announce=self.log.append,
            warn=self.log.append,
            keep_lock=lambda: None,
            run=Run(),
            ask=self._ask,
            request_key=request_key(Secret(self.pa.token), DOMAIN),
        )
        self.folder = self.pa.path(self.account.layout.base)

    def _ask(self, headers: Mapping[str, str], _logins: object) -> bytes | None:
        answer = requests.get(
            self.pa.url,
            headers={"Host": DOMAIN, **headers},
            timeout=30,
            allow_redirects=False,
        )
        return answer.content if "X-Pa-Deploy" in answer.headers else None

    def create(self) -> None:
        api(self.pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
        self.install()

    def install(self) -> None:
        api, layout = self.account.api, self.account.layout
        files = api.files
        present = WsgiFile(path=WSGI, content=files.read(WSGI))
        new = WsgiFile(
            path=WSGI, content=layout.wsgi_file(), keep_as=layout.before, backups=layout.backups
        )
        keep_what_was_there(api, new, present, print)
        files.upload(layout.loader, loader_zip())
        files.upload(WSGI, layout.wsgi_file())

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            file = self.source / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)

    def ship(self, files: Mapping[str, str], **wanted: Any) -> ReleaseStatus:  # noqa: ANN401
        """Write the files into the source, and ship it until it is live and noted as healthy."""
        self.write(files)
        given = {"source": self.source, "app": "mysite:app", **wanted}
        with tempfile.TemporaryDirectory() as scratch:
            bundle = self.read(WantedRelease(**given), Path(scratch))
            shipment = look_ahead(self.account, bundle, self.status())
            nonce = ship(self.account, shipment, Path(scratch))
            reached = activate(self.account, nonce, shipment, Path(scratch))
        insist_on_live(reached)
        return note_verified(self.account, reached)

    def serve(self, text: str) -> str:
        """Have this new account as `ship` of `hello(text)` leaves one: by a copy; the id."""
        if text not in KEPT:
            self.ship(hello(text))
            kept = Path(tempfile.mkdtemp())
            atexit.register(shutil.rmtree, kept, ignore_errors=True)
            KEPT[text] = shutil.copytree(self.folder, kept / "folder", symlinks=True)
        else:
            self.write(hello(text))
            shutil.copytree(KEPT[text], self.folder, symlinks=True, dirs_exist_ok=True)
            self.reload()
        return self.status().live

    def read(self, wanted: WantedRelease, scratch: Path) -> Bundle:
        """What is to be shipped."""
        token = Secret(self.pa.token)
        around = Surroundings(workspace=self.source, scratch=scratch, environ=os.environ)
        deadline = self.account.deadline
        tell = self.log.append
        place = (PYTHON, "")
        environment = choose_environment(wanted, place, around, deadline, tell, tell, token)
        return make_bundle(wanted, read_code(wanted, token), environment, token, place)

    def rollback(self, release: str | None = None) -> ReleaseStatus:
        status = self.status()
        row = choose(status, release)
        reached = activate(self.account, point_back(self.account, row, status))
        insist_on_live(reached)
        return reached

    def detach(self) -> bool:
        return detach(self.account, WSGI)

    def reload(self) -> object:
        return self.account.api.webapps.reload(DOMAIN)

    def status(self) -> ReleaseStatus:
        return read_status(self.account)

    def released(self, path: str) -> Path:
        """A path of the live release, on this machine."""
        return self.folder / "current" / path

    def break_off_at_upload(self, fatal: int) -> None:
        """Let the run end where it would upload that part of an archive; once."""
        files = self.account.api.files
        real, sent = files.upload, 0

        def upload(path: str, content: bytes | Piece) -> bool:
            nonlocal sent
            sent += "/incoming/" in path
            if sent == fatal:
                files.upload = real  # type: ignore[method-assign]
                raise KeyboardInterrupt
            return real(path, content)

        files.upload = upload  # type: ignore[method-assign]


def calls(pa: Emulator) -> list[str]:
    base = f"/api/v0/user/{pa.username}/"
    found = [f"{call['method']} {call['path'].removeprefix(base)}" for call in pa.requests()]
    pa.clear_requests()
    return found


def writes(pa: Emulator) -> list[str]:
    return [call for call in calls(pa) if not call.startswith("GET ")]


def releases(path: str) -> str:
    return f"files/path/home/alice/.pa-deploy/{DOMAIN}/{path}"
