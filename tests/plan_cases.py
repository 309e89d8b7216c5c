"""The cases in tests/plans/*.json, as values for the plan and as a state of the emulator.

A case has inputs (`wanted`, `policy`), a state (`actual`), and what must come of them: `changes`
and `notes` as a person reads them and whether to `reload`, or why it is `refused`; and, where that
says more, parts of the state `after`. In `wanted` the input `wsgi-file` has the file's text.

`actual` has, each if it is there: `webapp` (null, or what differs from an untouched one, by the
names of the inputs; `expires-in` days), `static-files` and `static-headers` (lines, in order),
`wsgi-file` (text, null = deleted), `files` (paths), `shared-files`, `gone` (deleted at the end),
and `missing`: then the paths that the web app uses are looked for, and those must be missing.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from pa_deploy.inputs import parse
from pa_deploy.model import (
    Actual,
    PasswordProtection,
    Plan,
    Policy,
    SharedFile,
    StaticFile,
    StaticHeader,
    WantedWebapp,
    Webapp,
    WsgiFile,
)
from pa_deploy.plan import sentence
from pa_deploy.settings.resolve import resolve
from pa_deploy.settings.sources import Given
from tests.hosted import DOMAIN

FOLDER = Path(__file__).parent / "plans"
REQUIRED = {"token": "t", "username": "alice"}
WSGI_PATH = f"/var/www/{DOMAIN.replace('.', '_')}_wsgi.py"
TODAY = date(2026, 3, 1)
FAR_DAYS = 300


@dataclass(frozen=True)
class Case:
    name: str
    data: dict[str, Any]

    @property
    def actual(self) -> dict[str, Any]:
        found = self.data["actual"]
        assert isinstance(found, dict)
        return found


def load() -> list[Case]:
    return [
        Case(f"{file.stem}: {data['case']}", data)
        for file in sorted(FOLDER.glob("*.json"))
        for data in json.loads(file.read_text())
    ]


def inputs_of(case: Case, workspace: Path) -> tuple[WantedWebapp, Policy]:
    given = {**REQUIRED, **case.data["wanted"], **case.data.get("policy", {})}
    if "wsgi-file" in given:
        (workspace / "wsgi.py").write_bytes(given["wsgi-file"].encode())
        given["wsgi-file"] = "wsgi.py"
    settings = resolve(Given.of(given, {}, workspace))
    return settings.wanted, settings.policy


def static_file(line: str, number: int | None = None) -> StaticFile:
    url, _, path = line.partition(" = ")
    return StaticFile(url, path, number)


def static_header(line: str, number: int | None = None) -> StaticHeader:
    url, _, rest = line.partition(" ")
    name, _, value = rest.partition(": ")
    return StaticHeader(url, name, value, number)


def webapp_of(actual: dict[str, Any]) -> Webapp | None:
    given = actual.get("webapp", {})
    if given is None:
        return None
    return Webapp(
        domain=DOMAIN,
        python_version=given.get("python-version", "3.13"),
        source_directory=given.get("source-directory", "/var/www"),
        working_directory=given.get("working-directory", "/home/alice/"),
        virtualenv=given.get("virtualenv", ""),
        force_https=given.get("force-https") == "true",
        password_protection=login_of(given),
        expiry=TODAY + timedelta(days=given.get("expires-in", FAR_DAYS)),
    )


def login_of(given: dict[str, str]) -> PasswordProtection:
    return parse.password_protection(given.get("password-protection", "none"))


def actual_of(case: Case, wanted: WantedWebapp) -> Actual:
    """The state as a look at PythonAnywhere would find it."""
    actual = case.actual
    files = [static_file(line, i) for i, line in enumerate(actual.get("static-files", ()), 1)]
    headers = [static_header(line, i) for i, line in enumerate(actual.get("static-headers", ()), 1)]
    text = actual.get("wsgi-file", "hello world")
    content = None if text is None else text.encode()
    shared = [SharedFile(path, "/user/alice/shares/x/") for path in actual.get("shared-files", ())]
    seen = Actual(
        observed_on=TODAY,
        webapp=webapp_of(actual),
        static_files=None if wanted.static_files is None else tuple(files),
        static_headers=None if wanted.static_headers is None else tuple(headers),
        wsgi_file=wanted.wsgi_file and WsgiFile(path=WSGI_PATH, content=content),
        shared_files=None if wanted.share_files is None else tuple(shared),
        missing_paths=tuple(actual.get("missing", ())),
    )
    if seen.webapp is None:
        seen = replace(seen, static_files=(), static_headers=())
    return seen


def said(plan: Plan) -> dict[str, Any]:
    """What a case says of a plan."""
    return {
        "changes": [sentence(change) for change in plan.changes],
        "notes": [str(note) for note in plan.notes],
        "reload": plan.reload,
    }


def must_be_said(case: Case, expiry: date | None) -> dict[str, Any]:
    return {
        "changes": case.data["changes"],
        "notes": [note.replace("EXPIRY", str(expiry)) for note in case.data["notes"]],
        "reload": case.data["reload"],
    }
