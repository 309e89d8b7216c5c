"""Holds our client to the contract that the emulator is held to.

For each request that is ours to make, a server gives the answer that the contract says the real API
gives; then the request must have been the contract's, and the client must have understood. The key
`client` in the data says how: `returns`, `warns`, True, False, None, or the name of an error.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

import pytest

from pa_deploy import errors
from pa_deploy.api import Api
from pa_deploy.model import Setting, StaticFile, StaticHeader
from pa_emulator.verify.cases import Answer, Case, Request, filled, load
from tests.pa_deploy.api.test_api import connect
from tests.scripted_server import Received, Reply, ScriptedServer

VALUES = {
    "user": "alice",
    "home": "/home/alice",
    "domain": "alice.pythonanywhere.com",
    "wsgi": "/var/www/alice_pythonanywhere_com_wsgi.py",
    "root": "/home/alice/work",
    "folder": "/home/alice/work/1",
    "nowhere": "none-alice.pythonanywhere.com",
    "console": "1",
    "row": "1",
}
OURS = [
    replace(case, request=filled(case.request, VALUES), answer=filled(case.answer, VALUES))
    for case in load()
    if case.client
]
SOMETHING: dict[str, object] = {
    "<any>": "anything",
    "<text>": "a text",
    "<id>": 7,
    "<number>": 100,
    "<list>": [],
}
SETTINGS = {
    "python_version": "python_version",
    "virtualenv_path": "virtualenv",
    "force_https": "force_https",
    "source_directory": "source_directory",
}
BASE = "/api/v0/user/alice/"


def request_of(api: Api, case: Case) -> Callable[[], object]:  # noqa: C901, PLR0911, PLR0912 - one case an endpoint
    """The call of ours that makes the case's request."""
    request, fields = case.request, case.request.fields
    path = (request.query or fields).get("path", "")
    match request.method, *request.path.rstrip("/").split("/"):
        case "GET", "webapps":
            return api.webapps.list
        case "POST", "webapps":
            return lambda: api.webapps.create(fields["domain_name"], "3.10")
        case "GET", "webapps", domain:
            return lambda: api.webapps.show(domain)
        case "PATCH", "webapps", domain:
            return lambda: api.webapps.patch(domain, settings_of(fields))
        case "DELETE", "webapps", domain:
            return lambda: api.webapps.delete(domain)
        case "POST", "webapps", domain, "reload":
            return lambda: api.webapps.reload(domain)
        case "PUT", "webapps", domain:
            return lambda: api.webapps.put(domain, settings_of(fields))
        case _, "webapps", domain, ("static_files" | "static_headers") as kind, *row:
            return request_of_row(getattr(api, kind), kind, domain, case, row)
        case "GET", "files", "tree":
            return lambda: api.files.tree(path)
        case "POST", "files", "sharing":
            return lambda: api.files.share(path)
        case "GET", "files", "sharing":
            return lambda: api.files.shared(path)
        case "DELETE", "files", "sharing":
            return lambda: api.files.unshare(path)
        case "GET", "files", "path", *parts:
            is_directory = bool(case.answer.body)
            read = api.files.entries if is_directory else api.files.read
            return lambda: read("/" + "/".join(parts))
        case "POST", "files", "path", *parts:
            return lambda: api.files.upload("/" + "/".join(parts), str(request.content).encode())
        case "DELETE", "files", "path", *parts:
            return lambda: api.files.delete("/" + "/".join(parts))
        case "GET", "cpu":
            return api.cpu.daily_limit
        case "GET", "consoles":
            return api.consoles.list
        case "GET", "consoles", "shared_with_you":
            return api.consoles.shared_with_you
        case "GET", "consoles", number:
            return lambda: api.consoles.show(int(number))
        case "DELETE", "consoles", number:
            return lambda: api.consoles.kill(int(number))
        case _:
            raise AssertionError(case.name)


def settings_of(fields: Mapping[str, str]) -> tuple[Setting, ...]:
    return tuple(
        Setting(SETTINGS[name], value == "true" or value)  # type: ignore[arg-type]
        for name, value in fields.items()
    )


def request_of_row(
    rows: Any,  # noqa: ANN401 - of either kind
    kind: str,
    domain: str,
    case: Case,
    number: list[str],
) -> Callable[[], object]:
    """The call that makes a request about the rows of a web app, or about the one by its number."""
    make = StaticFile if kind == "static_files" else StaticHeader
    match case.request.method, *number:
        case "GET", row:
            return lambda: rows.show(domain, int(row))
        case "PUT", row:
            return lambda: rows.put(domain, int(row), make(**case.request.fields))
        case "PATCH", row:
            return lambda: rows.patch(domain, int(row), make(**case.request.fields))
        case "DELETE", row:
            return lambda: rows.delete(domain, int(row))
        case "POST", *_:
            return lambda: rows.create(domain, make(**case.request.fields))
        case _:
            return lambda: rows.list(domain)


def reply_of(answer: Answer) -> Reply:
    body = (answer.text or "") if answer.body is None else json.dumps(concrete(answer.body))
    kind = answer.type or "json"
    content_type = kind if "/" in kind else f"application/{kind}"
    return Reply(status=answer.status, body=body, content_type=content_type)


def concrete(body: Any) -> Any:  # noqa: ANN401 - JSON of any shape
    """Something in the place of what may be anything."""
    if isinstance(body, dict):
        return {name: concrete(value) for name, value in body.items()}
    if isinstance(body, list):
        return [concrete(value) for value in body]
    return SOMETHING.get(body, body) if isinstance(body, str) else body


def outcome_of(call: Callable[[], object]) -> tuple[str, object]:
    try:
        result = call()
    except errors.DeployError as error:
        return type(error).__name__, None
    return "returns", result


def check_request(sent: Received, wanted: Request) -> None:
    parts = urlsplit(sent.path)
    assert (sent.method, parts.path) == (wanted.method, BASE + wanted.path)
    assert dict(parse_qsl(parts.query)) == wanted.query
    if wanted.content is not None:
        assert b'name="content"' in sent.body
        assert wanted.content.encode() in sent.body
    else:
        fields = {name: str(value) for name, value in wanted.fields.items()}
        assert dict(parse_qsl(sent.body.decode())) == fields


@pytest.mark.parametrize("case", OURS, ids=lambda case: case.name)
def test_our_client_asks_as_the_contract_says_and_understands_the_answer(
    server: ScriptedServer, case: Case
) -> None:
    server.answers(reply_of(case.answer))

    word, result = outcome_of(request_of(connect(server.url), case))

    check_request(server.received[0], case.request)
    match case.client:
        case "returns":
            assert word == "returns"
        case "warns":
            assert isinstance(result, str)
        case "True" | "False" | "None" as value:
            assert (word, str(result)) == ("returns", value)
        case error:
            assert word == error


class Called:
    """Stands for the Api, and notes which methods are called."""

    def __init__(self, names: tuple[str, ...] = ()) -> None:
        self.names = names
        self.seen: set[tuple[str, ...]] = set()

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a service or a method
        inner = Called((*self.names, name))
        inner.seen = self.seen
        return inner

    def __call__(self, *_: object) -> None:
        self.seen.add(self.names)


def test_every_endpoint_of_ours_has_a_case(server: ScriptedServer) -> None:
    services = {
        name: type(each) for name, each in vars(connect(server.url)).items() if name != "username"
    }
    ours = {
        (service, name)
        for service, kind in services.items()
        for name, method in vars(kind).items()
        if callable(method) and not name.startswith("_")
    }
    called = Called()

    for case in OURS:
        request_of(cast("Api", called), case)()

    assert ours - called.seen == set()
