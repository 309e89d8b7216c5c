"""`pa-emulator compare`: what it finds, of a server that lies and of one that does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.api import Api
from pa_deploy.errors import DeployError
from pa_deploy.model import Setting, StaticFile
from pa_deploy.transport import Call
from pa_emulator import Emulator
from pa_emulator.compare.command import run
from pa_emulator.compare.player import Played, compare, play
from pa_emulator.compare.recording import read
from pa_emulator.config import PLANS
from tests.liar import LIES, Liar
from tests.pa_deploy.exchanges.rig import DOMAIN, Recorded
from tests.soak import first_of, in_soak

HEADER = '{"pa_deploy_recording": 1}\n'
TRUTH = "the truth"
NAMED = {
    "creation of a web app is 201": "POST webapps/: status",
    "a web app lacks a key": "GET webapps/DOMAIN/: key",
    "a web app has a key more": "GET webapps/DOMAIN/: key",
    "null in place of text": "GET webapps/DOMAIN/: kind of .source_directory",
    "a list in place of an object": "GET webapps/DOMAIN/: kind",
    "an object in place of a list": "GET consoles/shared_with_you/: kind",
    "a number as text": "GET cpu/: kind of .daily_cpu_limit_seconds",
    "ids are texts": "POST webapps/DOMAIN/static_files/: kind of .id",
    "JSON is called text/html": "GET webapps/: content type",
    "another error_type": "POST webapps/: value of .error_type",
    "a reload is 409": "POST webapps/DOMAIN/reload/: status",
    "a new file is 200": "POST files/path/home/USER/name-1.txt: status",
    "a listing without types": "GET files/path/home/USER/.pa-deploy/: key of .name-2.txt",
    "a missing web app is 403": "GET webapps/DOMAIN/: status",
    "an empty body": "POST files/sharing/: body",
    "a redirect": "GET files/tree/: status",
    "other words in an error": "GET files/path/home/USER/name-1.txt: value of .detail",
    "a deletion that did nothing": "GET webapps/DOMAIN/static_files/: count",
}
"""For each lie, the request at which it shows, and what is found there."""


def call(api: Api, method: Any, path: str) -> Callable[[], object]:  # noqa: ANN401 - as of Call
    what = f"trying {path}"
    base = "/api/v0/user/alice/"
    return lambda: api.files._transport.send(
        Call(method=method, path=base + path, what=what, wants_json=False)
    )


def visit_everything(api: Api) -> None:
    """Make calls of each kind; what they answer does not matter here."""
    home = "/home/alice"
    row = StaticFile("/static/", f"{home}/static")
    for step in (
        lambda: api.webapps.show(DOMAIN),
        api.webapps.list,
        lambda: api.webapps.create(DOMAIN, "3.13"),
        lambda: api.webapps.create(f"other-{DOMAIN}", "3.13"),
        lambda: api.webapps.patch(DOMAIN, (Setting("force_https", True),)),  # noqa: FBT003
        lambda: api.webapps.show(DOMAIN),
        lambda: api.static_files.create(DOMAIN, row),
        lambda: api.static_files.list(DOMAIN),
        lambda: api.static_files.delete(DOMAIN, 1),
        lambda: api.static_files.list(DOMAIN),
        lambda: api.files.read(f"{home}/mine.txt"),
        lambda: api.files.upload(f"{home}/mine.txt", b"mine"),
        lambda: api.files.read(f"{home}/mine.txt"),
        lambda: api.files.upload(f"{home}/.pa-deploy/inner.txt", b"inner"),
        call(api, "GET", "files/path/home/alice/.pa-deploy/"),
        lambda: api.files.shared(f"{home}/mine.txt"),
        lambda: api.files.share(f"{home}/mine.txt"),
        lambda: api.files.share(f"{home}/mine.txt"),
        lambda: api.files.tree(home),
        lambda: api.files.tree(f"{home}/none"),
        api.consoles.shared_with_you,
        call(api, "GET", "cpu/"),
        call(api, "GET", "default_python3_version/"),
        lambda: api.webapps.reload(DOMAIN),
        lambda: api.files.delete(f"{home}/mine.txt"),
        lambda: api.files.delete(f"{home}/mine.txt"),
        lambda: api.webapps.delete(DOMAIN),
    ):
        with suppress(DeployError):
            step()


@pytest.fixture(scope="module")
def small() -> Any:  # noqa: ANN401 - a generator
    """An account that may have one web app."""
    with Emulator(plan="paid", webapps=1, hosting=False, rate_limit=0) as running:
        yield running


def found(played: tuple[Played, ...]) -> set[str]:
    """Where the answers differ, and in what."""
    return {
        f"{each.line.method} {each.line.rest}: {difference.what}"
        + (f" of {difference.where}" if difference.where else "")
        for each in played
        for difference in each.differences
    }


@pytest.mark.parametrize("lie", first_of([TRUTH, *LIES]))
def test_a_lie_is_found_and_the_truth_has_no_difference(
    small: Emulator, lie: str, tmp_path: Path
) -> None:
    small.reset()
    with Liar(small.url, LIES.get(lie)) as liar:
        recorded = Recorded(tmp_path / "r.jsonl", liar.url, small.token)
        visit_everything(recorded.api)
    small.reset()

    differences = found(play(read(tmp_path / "r.jsonl"), small).played)

    assert {NAMED[lie]} <= differences if lie != TRUTH else not differences


def test_each_lie_has_its_place() -> None:
    assert NAMED.keys() == LIES.keys()


def write(file: Path, *lines: dict[str, Any]) -> Path:
    told = [{"to": "api", "method": "GET", "seconds": 0.1, **line} for line in lines]
    file.write_text(HEADER + "".join(f"{json.dumps(line)}\n" for line in told))
    return file


def at(path: str, status: int, body: object = None, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - keys of a line
    told = {"path": f"/api/v0/user/USER/{path}", "status": status, "headers": {}, **more}
    json_type = {"content-type": "application/json"}
    return told if body is None else {**told, "headers": json_type, "body": body}


WEBAPP = {
    "id": 4711,
    "user": "USER",
    "domain_name": "DOMAIN",
    "python_version": "3.10",
    "source_directory": "/home/USER/name-1",
    "working_directory": "/home/USER/",
    "virtualenv_path": "/home/USER/.virtualenvs/name-2",
    "expiry": "2031-01-01",
    "force_https": True,
    "password_protection_enabled": True,
    "password_protection_username": "text-1",
    "password_protection_password": "text-2",
}
NEW_WEBAPP = {
    **WEBAPP,
    "source_directory": "/var/www",
    "virtualenv_path": "",
    "force_https": False,
    "password_protection_enabled": False,
    "password_protection_username": "",
    "password_protection_password": "",
}
ROW = {"id": 815, "url": "/static/", "path": "/home/USER/name-3"}
HEADER_ROW = {"id": 4, "url": "/static/", "name": "Cache-Control", "value": "text-1"}
CONSOLE = {
    "id": 99,
    "user": "USER",
    "executable": "bash",
    "arguments": "",
    "working_directory": None,
    "name": "Bash console 99",
    "console_url": "/user/USER/consoles/99/",
    "console_frame_url": "/user/USER/consoles/99/frame/",
}
GONE = {"detail": "Not found."}


def named(domain: str) -> dict[str, Any]:
    """A web app that cannot be taken for the one at DOMAIN."""
    return {**WEBAPP, "domain_name": domain, "id": 1, "force_https": False}


SITUATIONS = {
    "a web app that is there": [at("webapps/DOMAIN/", 200, WEBAPP)],
    "a web app that a change shows": [
        at("webapps/DOMAIN/static_files/", 200, []),
        at("webapps/DOMAIN/", 200, WEBAPP, method="PATCH", form={"force_https": "true"}),
    ],
    "rows that are there": [
        at("webapps/DOMAIN/static_files/", 200, [ROW, {**ROW, "id": 7}]),
        at("webapps/DOMAIN/static_files/7/", 200, {**ROW, "id": 7}),
        at("webapps/DOMAIN/static_files/8/", 404, GONE),
        {**at("webapps/DOMAIN/static_files/815/", 204), "method": "DELETE"},
        at("webapps/DOMAIN/static_files/", 200, [{**ROW, "id": 7}]),
    ],
    "a row that no list has shown": [
        {**at("webapps/DOMAIN/static_files/815/", 200, ROW)},
        {**at("webapps/DOMAIN/static_files/815/", 204), "method": "DELETE"},
    ],
    "consoles that are there": [
        at("consoles/", 200, [CONSOLE]),
        at("consoles/99/", 200, CONSOLE),
        {**at("consoles/99/", 204), "method": "DELETE"},
        at("consoles/99/", 404, GONE),
    ],
    "consoles of others": [
        at("consoles/shared_with_you/", 200, [{**CONSOLE, "user": "text-1",
           "console_url": "/user/user-1/consoles/99/",
           "console_frame_url": "/user/user-1/consoles/99/frame/"}]),
    ],
    "a web app at a domain of ones own": [
        at("webapps/DOMAIN/", 200, WEBAPP),
        at("webapps/DOMAIN/reload/", 409, {"status": "error", "error": "cname_error"},
           method="POST"),
    ],
    "several web apps": [
        at("webapps/", 200, [WEBAPP, {**WEBAPP, "domain_name": "DOMAIN-2", "id": 1},
           {**WEBAPP, "domain_name": "DOMAIN-3.pythonanywhere.com", "id": 2}]),
        at("webapps/DOMAIN-2/static_files/", 200, []),
    ],
    "the web app of the run is not the first one": [
        at("webapps/DOMAIN/", 200, WEBAPP),
        at("webapps/", 200, [named("DOMAIN-2.pythonanywhere.com"), WEBAPP]),
    ],
    "a refused web app is not the first one": [
        {**at("webapps/", 200, {"status": "ERROR", "error_type": "webapp_exists",
           "error_message": "You already have a web app at DOMAIN"}, method="POST",
           form={"domain_name": "DOMAIN", "python_version": "python310"}),
         "headers": {"content-type": "text/json"}},
        at("webapps/", 200, [named("DOMAIN-2"), WEBAPP]),
    ],
    "a web app is created beside another one": [
        {**at("webapps/", 200, {"status": "OK"}, method="POST",
           form={"domain_name": "DOMAIN", "python_version": "python310"}),
         "headers": {"content-type": "text/json"}},
        at("webapps/", 200, [{**WEBAPP, "domain_name": "DOMAIN-2", "id": 1}, NEW_WEBAPP]),
    ],
    "three web apps, visited the last one first": [
        at("webapps/DOMAIN-3/", 200, named("DOMAIN-3")),
        at("webapps/DOMAIN/", 200, WEBAPP),
        at("webapps/", 200, [named("DOMAIN-2"), WEBAPP, named("DOMAIN-3")]),
    ],
    "the last row is asked for first": [
        at("webapps/DOMAIN/static_files/7/", 200, {**ROW, "id": 7, "url": "/media/"}),
        at("webapps/DOMAIN/static_files/", 200, [ROW, {**ROW, "id": 7, "url": "/media/"}]),
    ],
    "the last header is deleted first": [
        {**at("webapps/DOMAIN/static_headers/9/", 204), "method": "DELETE"},
        at("webapps/DOMAIN/static_headers/", 200, [HEADER_ROW, {**HEADER_ROW, "id": 5}]),
    ],
    "a row is made beside others": [
        {**at("webapps/DOMAIN/static_files/", 201, {**ROW, "id": 900}, method="POST",
           form={"url": "/static/", "path": "/home/USER/name-3"})},
        at("webapps/DOMAIN/static_files/", 200,
           [{**ROW, "id": 3, "url": "/media/"}, {**ROW, "id": 900}]),
    ],
    "the last console is asked for first": [
        at("consoles/99/", 200, CONSOLE),
        at("consoles/", 200, [{**CONSOLE, "id": 12, "arguments": "-x"}, CONSOLE]),
    ],
    "a row that may have been made": [
        at("webapps/DOMAIN/static_files/", 200, []),
        {"path": "/api/v0/user/USER/webapps/DOMAIN/static_files/", "method": "POST",
         "fault": "no answer in time", "form": {"url": "/static/", "path": "/home/USER/name-3"}},
        at("webapps/DOMAIN/static_files/", 200, [ROW]),
    ],
    "a row that may have been deleted": [
        at("webapps/DOMAIN/static_files/", 200, [ROW, {**ROW, "id": 7}]),
        {"path": "/api/v0/user/USER/webapps/DOMAIN/static_files/815/", "method": "DELETE",
         "fault": "no answer in time"},
        at("webapps/DOMAIN/static_files/", 200, [{**ROW, "id": 7}]),
    ],
    "a rate limit before anything is known": [
        {**at("webapps/DOMAIN/", 429, {"detail": "Request was throttled. Expected available in "
           "3 seconds."}), "headers": {"content-type": "application/json", "retry-after": "3"}},
        at("webapps/DOMAIN/", 404, GONE),
    ],
    "a file that appears by itself": [
        at("files/path/home/USER/.pa-deploy/DOMAIN/status.json", 404,
           {"detail": "No such file or directory: /home/USER/.pa-deploy/DOMAIN/status.json"}),
        {**at("files/path/home/USER/.pa-deploy/DOMAIN/status.json", 200),
         "headers": {"content-type": "application/octet-stream"},
         "content": {"kind": "json", "bytes": 100, "digest": "a"}},
    ],
    "a rate limit": [
        {**at("cpu/", 429, {"detail": "Request was throttled. Expected available in 3 seconds."}),
         "headers": {"content-type": "application/json", "retry-after": "3"}},
    ],
    "a request without an answer, and what came of it": [
        {**at("webapps/", 200, []), },
        {"path": "/api/v0/user/USER/webapps/", "method": "POST", "fault": "no answer in time",
         "form": {"domain_name": "DOMAIN", "python_version": "python310"}},
        at("webapps/", 200, [WEBAPP]),
        at("webapps/DOMAIN/static_files/", 200, []),
    ],
}  # fmt: skip
"""Answers that PythonAnywhere gives to accounts that have something already."""


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_the_first_answers_show_is_there(
    fresh: Emulator, situation: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "r.jsonl", *SITUATIONS[situation])

    assert found(play(read(file), fresh).played) == set()


@pytest.mark.parametrize(
    ("answer", "difference"),
    [
        ({**WEBAPP, "expiry": "soon"}, "kind of .expiry"),
        ({**WEBAPP, "expiry": "2030-02-02T00:00:00Z"}, "kind of .expiry"),
        ({**WEBAPP, "working_directory": ""}, "kind of .working_directory"),
        ({**WEBAPP, "python_version": "python310"}, "kind of .python_version"),
        ({**WEBAPP, "id": "4711"}, "kind of .id"),
        ({**WEBAPP, "force_https": 1}, "kind of .force_https"),
        ({**WEBAPP, "domain_name": "/DOMAIN/"}, "kind of .domain_name"),
    ],
)
def test_kinds_are_compared(
    fresh: Emulator, answer: dict[str, Any], difference: str, tmp_path: Path
) -> None:
    file = write(tmp_path / "r.jsonl", at("webapps/DOMAIN/", 200, WEBAPP),
                 at("webapps/DOMAIN/", 200, answer))  # fmt: skip

    assert found(play(read(file), fresh).played) == {f"GET webapps/DOMAIN/: {difference}"}


def upload(digest: str, status: int) -> dict[str, Any]:
    content = {"kind": "text", "bytes": 9, "digest": digest}
    path = "files/path/home/USER/name-1.txt"
    return {**at(path, status), "method": "POST", "upload": content}


def reading(digest: str) -> dict[str, Any]:
    return {
        **at("files/path/home/USER/name-1.txt", 200),
        "headers": {"content-type": "application/octet-stream"},
        "content": {"kind": "text", "bytes": 9, "digest": digest},
    }


@pytest.mark.parametrize(
    ("lines", "differences"),
    [
        ([upload("a", 201), reading("a"), upload("b", 200), reading("b")], set()),
        ([upload("a", 201), reading("b")], {"content"}),
        ([upload("a", 201), upload("a", 201)], {"status"}),
        ([upload("a", 201), at("files/path/home/USER/name-1.txt", 404, GONE)],
         {"status", "content type", "body"}),
    ],
)  # fmt: skip
def test_what_the_recording_has_uploaded_is_as_it_was_uploaded(
    fresh: Emulator, lines: list[dict[str, Any]], differences: set[str], tmp_path: Path
) -> None:
    played = play(read(write(tmp_path / "r.jsonl", *lines)), fresh).played

    assert {each.what for one in played for each in one.differences} >= differences
    assert bool(found(played)) == bool(differences)


@pytest.mark.parametrize(
    ("changed", "difference"),
    [
        ({"kind": "page"}, "kind of the content"),
        ({"kind": "binary"}, "kind of the content"),
        ({"bytes": 10}, "bytes of the content"),
        ({"digest": "b"}, "content"),
    ],
    ids=str,
)
@pytest.mark.parametrize("place", ["name-1.txt", "name-2.txt"])
def test_equal_digests_mean_equal_contents(
    fresh: Emulator, changed: dict[str, Any], difference: str, place: str, tmp_path: Path
) -> None:
    read_back = reading("a")
    read_back["path"] = read_back["path"].replace("name-1.txt", place)
    read_back["content"] |= changed
    file = write(tmp_path / "r.jsonl", upload("a", 201), read_back)

    differences = found(play(read(file), fresh).played)

    unknown = place == "name-2.txt" and "digest" in changed
    assert differences == (
        set() if unknown else {f"GET files/path/home/USER/{place}: {difference}"}
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"colour": "red"}, "colour"),
        in_soak(({"colour": "red", "b": None}, "b, colour")),
        in_soak(
            ({"headers": {"content-type": "application/json", "server": "x"}}, "headers.server")
        ),
        ({"upload": {"kind": "text", "bytes": 1, "name": "x"}}, "upload.name"),
        in_soak(({"content": {"kind": "text", "bytes": 1, "name": "x"}}, "content.name")),
    ],
)
def test_what_it_does_not_know_in_a_line_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], more: dict[str, Any], told: str
) -> None:
    run([str(write(tmp_path / "r.jsonl", {**at("webapps/", 200, []), **more}))])

    said = f"Not compared: {told} in line 2, unknown to this pa-emulator.\n"
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ({"to": "site", "path": "https://DOMAIN/", "status": 200}, "to the site"),
        ({"path": "/api/v0/user/USER/cpu/", "fault": "no answer in time"}, "without an answer"),
        (at("files/path/home/USER/../user-1/x", 404, GONE), "with .. in the path"),
        (
            at("schedule/", 201, {}, method="POST", form={"command": "x"}),
            "that may run a command",
        ),
        (at("consoles/1/send_input/", 200, {}, method="POST"), "that may run a command"),
        (at("always_on/", 201, {}, method="POST"), "that may run a command"),
    ],
)
def test_what_is_not_sent_is_told(
    fresh: Emulator, line: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    comparison = play(read(write(tmp_path / "r.jsonl", line)), fresh)

    assert comparison.played == ()
    assert [why for why, count in comparison.skipped.items() if count] == [
        why for why in comparison.skipped if why.startswith(reason)
    ]


@pytest.mark.parametrize(
    "path",
    ["/home/USER/a/../../../../escaped", "/etc/escaped", "/home/../escaped", "/var/lib/escaped"],
)
def test_no_recording_writes_outside_the_account(
    fresh: Emulator, path: str, tmp_path: Path
) -> None:
    lines = [
        {**at("files/tree/", 200, [path, f"{path}/"]), "query": {"path": path}},
        {
            **at("files/sharing/", 200, {"url": "/user/USER/shares/name-1/"}),
            "query": {"path": path},
        },
        reading("a") | {"path": f"/api/v0/user/USER/files/path{path}"},
    ]

    play(read(write(tmp_path / "r.jsonl", *lines)), fresh)

    assert list(fresh.root.rglob("escaped")) + list(fresh.root.parent.glob("escaped")) == []


def test_the_command_says_what_differs_and_where(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(tmp_path / "r.jsonl", at("webapps/", 200, []), at("webapps/DOMAIN/", 403, GONE))

    code = run([str(file)])

    out = capsys.readouterr().out
    assert code == 1
    assert "line 3: GET webapps/DOMAIN/\n" in out
    assert " ".join(out.split()).endswith(
        "status recorded: 403 emulator: 404 2 requests compared: 1 difference."
    )


def test_the_number_of_web_apps_is_that_of_the_refusal(tmp_path: Path) -> None:
    allowed = PLANS["free"].webapps
    text = f"You cannot create any more webapps - your account only allows {allowed}"
    refusal = {"status": "ERROR", "error_type": "webapp_limit_reached", "error_message": text}
    form = {"domain_name": "DOMAIN-2", "python_version": "python310"}
    file = write(
        tmp_path / "r.jsonl",
        at("webapps/", 200, [WEBAPP]),
        {
            **at("webapps/", 400, refusal, method="POST", form=form),
            "headers": {"content-type": "text/json"},
        },
    )

    assert found(compare(read(file)).played) == set()
