"""Gives the emulator the web apps, rows and consoles that a recording shows to be there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pa_emulator.choices import DEFAULT_PYTHON, PYTHON_VERSIONS
from pa_emulator.compare import before
from pa_emulator.compare.before import as_object, domain_of
from pa_emulator.compare.shapes import placeholders

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pa_emulator.compare.recording import Line
    from pa_emulator.compare.world import Reply, World

WEBAPP = re.compile(r"webapps/([^/]+)/(.*)")
ROW = re.compile(r"(webapps/[^/]+/static_(?:files|headers)|consoles)/(?:(\d+)/?)?")
SETTINGS = (
    *("source_directory", "working_directory", "virtualenv_path", "force_https"),
    *("password_protection_enabled", "password_protection_username"),
    "password_protection_password",
)
OTHERS = "bob"
"""The account whose consoles are shared."""


@dataclass(slots=True)
class Services:
    """`webapps` is whether a web app is there, by the recording's domain; `created` are those that
    the recording has created. `listed` are the lists whose rows the emulator has. `unclear` are the
    lists that a request without a clear answer may have changed.
    """

    world: World
    known: set[str]
    lines: Sequence[Line]
    webapps: dict[str, bool] = field(default_factory=dict)
    created: set[str] = field(default_factory=set)
    listed: set[str] = field(default_factory=set)
    unclear: set[str] = field(default_factory=set)
    is_unclear: bool = False
    is_begun: bool = False

    def prepare(self, line: Line) -> None:
        """Make the emulator's services as they were before this request."""
        if line.rest.startswith("webapps/"):
            self._prepare_webapps(line)
        if line.rest.startswith("consoles/shared_with_you") and isinstance(line.json, list):
            self._share_consoles(line.json)
        row = ROW.fullmatch(line.rest)
        if row and line.tells and not line.is_missing:
            self._prepare_rows(line, row[1], row[2])

    def learn(self, line: Line, reply: Reply | None) -> None:
        """Note what this request shows. `reply` is the emulator's answer, None if it had none."""
        if line.rest == "webapps/" and line.method == "POST":
            self._learn_creation(line)
        webapp = WEBAPP.fullmatch(line.rest)
        if webapp and not webapp[2] and line.method == "DELETE" and line.is_good:
            self.webapps[webapp[1]] = False
            self.listed = {each for each in self.listed if webapp[1] not in each}
        row = ROW.fullmatch(line.rest)
        if row and line.method != "GET" and (line.status is None or line.status >= 500):
            self.listed.discard(row[1])
            self.unclear.add(row[1])
        elif row and line.method == "POST" and not row[2] and reply is not None and line.is_good:
            self.listed.add(row[1])
            self._map(row[1], line.json, _json(reply))

    def _learn_creation(self, line: Line) -> None:
        domain = (line.form or {}).get("domain_name", "")
        said = line.json if isinstance(line.json, dict) else {}
        if line.status is None or line.status >= 500:
            self.is_unclear = True
        elif line.is_good:
            self.webapps[domain] = True
            if said.get("status") != "ERROR":
                self.created.add(domain)
        elif domain not in self.webapps:
            self.webapps[domain] = said.get("error_type") == "webapp_exists"

    def _prepare_webapps(self, line: Line) -> None:
        if not self.is_begun:
            self.is_begun = True
            for domain in before.webapps(self.lines):
                self._settle(domain, there=True)
        if line.rest == "webapps/" and line.method == "GET":
            rows = line.json if line.is_good and isinstance(line.json, list) else []
            for row in rows:
                self._settle(domain_of(row), there=True)
            if rows or line.json == []:
                self._remove_unlisted({domain_of(row) for row in rows})
        elif line.rest == "webapps/" and line.method == "POST":
            soft = isinstance(line.json, dict) and line.json.get("status") == "ERROR"
            self._settle((line.form or {}).get("domain_name", ""), there=line.is_good and soft)
        else:
            webapp = WEBAPP.fullmatch(line.rest)
            if webapp and line.tells:
                self._settle(webapp[1], there=not line.is_missing)

    def _remove_unlisted(self, listed: set[str]) -> None:
        """After an unclear creation, the list shows whether it happened."""
        if self.is_unclear:
            self.is_unclear = False
            for domain in listed ^ {name for name, there in self.webapps.items() if there}:
                self.webapps.pop(domain, None)
                self._settle(domain, there=domain in listed)

    def _settle(self, domain: str, *, there: bool) -> None:
        """Create or remove the web app, unless its state is known already."""
        if not domain or domain in self.webapps:
            return
        self.webapps[domain] = there
        name = self.world.there(domain)
        if not there:
            self._call("DELETE", f"webapps/{name}/")
            return
        fields = self._first_fields(domain)
        version = str(fields.get("python_version", ""))
        version = version if version in PYTHON_VERSIONS else DEFAULT_PYTHON
        python = f"python{version.replace('.', '')}"
        self._call("POST", "webapps/", {"domain_name": name, "python_version": python})
        self.put_virtualenv(fields.get("virtualenv_path"))
        settings = {key: _form(fields[key]) for key in SETTINGS if key in fields}
        self.known |= placeholders(str(settings))
        if settings:
            there_settings = {key: self.world.there(text) for key, text in settings.items()}
            self._call("PATCH", f"webapps/{name}/", there_settings)

    def put_virtualenv(self, path: object) -> None:
        """Make a folder that the emulator takes for a virtualenv of any Python."""
        if isinstance(path, str) and path:
            self.world.make_file(f"{path}/pyvenv.cfg", 0)

    def _first_fields(self, domain: str) -> Mapping[str, Any]:
        """Return the fields of a web app that the recording shows before it changes them."""
        for line in self.lines:
            is_own = line.rest == f"webapps/{domain}/"
            rows = line.json if line.rest == "webapps/" or is_own else None
            for row in rows if isinstance(rows, list) else [rows]:
                if domain_of(row) == domain:
                    fields = as_object(row).items()
                    return {key: value for key, value in fields if key not in (line.form or {})}
            if is_own and line.method in {"PUT", "PATCH"}:
                break
        return {}

    def _prepare_rows(self, line: Line, scope: str, row: str | None) -> None:
        is_list = line.method == "GET" and not row and isinstance(line.json, list)
        is_new = any(scope.startswith(f"webapps/{domain}/") for domain in self.created)
        if scope not in self.listed and (is_list or not is_new):
            self.listed.add(scope)
            there = before.rows(scope, (each for each in self.lines if each.number >= line.number))
            for each in there:
                if (scope, str(each.get("id"))) not in self.world.ids:
                    self._make_row(scope, each)
            if is_list and scope in self.unclear:
                self._remove_rows(scope, {str(each.get("id")) for each in there})
        if row and (scope, row) not in self.world.ids:
            self._make_row(scope, {**(line.form or {}), "id": row, **as_object(line.json)})

    def _remove_rows(self, scope: str, listed: set[str]) -> None:
        """After an unclear deletion, the list shows whether it happened."""
        self.unclear.discard(scope)
        for (own, recorded), number in self.world.ids.items():
            if own == scope and recorded not in listed:
                self._call("DELETE", f"{self.world.there(scope)}/{number}/")

    def _make_row(self, scope: str, recorded: object, token: str = "") -> int | None:
        """Create a row as it was recorded, and note its id."""
        fields = {
            key: self.world.there(value)
            for key, value in as_object(recorded).items()
            if isinstance(value, str) and key not in {"id", "user"}
        }
        self.known |= placeholders(str(fields))
        form = {**_least(scope), **fields}
        reply = self._call("POST", f"{self.world.there(scope)}/", form, token)
        return self._map(scope, recorded, _json(reply))

    def _map(self, scope: str, recorded: object, made: object) -> int | None:
        recorded_id, own = as_object(recorded).get("id"), as_object(made).get("id")
        if recorded_id is None or not isinstance(own, int):
            return None
        self.world.ids[scope, str(recorded_id)] = own
        return own

    def _share_consoles(self, shown: list[object]) -> None:
        scope = "consoles/shared_with_you"
        if scope in self.listed or not shown:
            return
        self.listed.add(scope)
        token = self.world.emulator.add_user(OTHERS)
        for each in shown:
            form = {"executable": str(as_object(each).get("executable", "bash"))}
            reply = self.world.call(
                "POST", f"/api/v0/user/{OTHERS}/consoles/", form=form, token=token
            )
            own = self._map("consoles", each, _json(reply))
            if own is not None:
                self.world.emulator.share_console(own, self.world.emulator.username)

    def _call(
        self, method: str, rest: str, form: Mapping[str, str] | None = None, token: str = ""
    ) -> Reply:
        path = f"/api/v0/user/{self.world.emulator.username}/{rest}"
        return self.world.call(method, path, form=form, token=token)


def _json(reply: Reply) -> object:
    try:
        return reply.json()
    except ValueError:
        return None


def _form(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value or "")


def _least(scope: str) -> dict[str, str]:
    """Return the fields that a row must have."""
    if scope == "consoles":
        return {"executable": "bash"}
    if scope.endswith("static_headers"):
        return {"url": "/", "name": "Cache-Control", "value": "text"}
    return {"url": "/", "path": "/home"}
