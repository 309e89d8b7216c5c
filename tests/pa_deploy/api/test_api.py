"""One method per endpoint, against the emulator; odd shapes against a scripted server."""

from __future__ import annotations

import random
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_deploy.api import Api
from pa_deploy.clock import Deadline
from pa_deploy.errors import (
    DeployError,
    NotFound,
    Refused,
    ReloadDoubtful,
    ReloadFailed,
    Unauthorized,
    Unclear,
    Unreachable,
)
from pa_deploy.hosts import find_host
from pa_deploy.model import Secret, Setting, StaticFile, StaticHeader
from pa_deploy.transport import Http, Piece, Transport
from pa_emulator import Emulator
from tests import hosted
from tests.fake_clock import FakeClock
from tests.hosted import DOMAIN
from tests.scripted_server import Reply, ScriptedServer, json_reply


def connect(url: str, token: str = "token", username: str = "alice") -> Api:
    http = Http(Deadline(FakeClock(), 600))
    transport = Transport(
        find_host(url, url),
        Secret(token),
        http,
        announce=lambda _: None,
        user_agent="test/1",
    )
    return Api(transport, username)


@pytest.fixture
def api(pa: Emulator) -> Api:
    return connect(pa.url, pa.token)


@pytest.fixture
def webapp(api: Api) -> Api:
    """An account with one web app."""
    api.webapps.create(DOMAIN, "3.10")
    return api


@pytest.fixture
def scripted(server: ScriptedServer) -> Api:
    return connect(server.url)


def new_console(pa: Emulator) -> int:
    return int(hosted.api(pa, "POST", "consoles/", executable="bash").json()["id"])


def test_a_created_web_app_is_listed_with_its_version_in_dots(webapp: Api) -> None:
    assert [(each.domain, each.python_version) for each in webapp.webapps.list()] == [
        (DOMAIN, "3.10")
    ]


def test_a_web_app_is_shown(webapp: Api) -> None:
    assert webapp.webapps.show(DOMAIN).working_directory == "/home/alice/"


def test_a_missing_web_app_is_not_found_whether_it_answers_403_or_404(api: Api) -> None:
    for call, status in ((api.webapps.show, 404), (api.webapps.delete, 403)):
        with pytest.raises(NotFound, match=f"answered {status}") as caught:
            call("missing.pythonanywhere.com")
        assert caught.value.cause.startswith("There is no such web app on this account")


@pytest.mark.parametrize("verb", ["put", "patch"])
def test_settings_are_written_and_answered(webapp: Api, verb: str) -> None:
    settings = (Setting("force_https", value=True), Setting("source_directory", "/home/alice/x"))

    after = getattr(webapp.webapps, verb)(DOMAIN, settings)

    assert (after.force_https, after.source_directory) == (True, "/home/alice/x")


def test_a_deleted_web_app_is_gone(webapp: Api) -> None:
    webapp.webapps.delete(DOMAIN)

    assert webapp.webapps.list() == ()


def test_reloading_has_nothing_to_warn_of(webapp: Api) -> None:
    assert webapp.webapps.reload(DOMAIN) is None


def test_rows_are_created_shown_changed_and_deleted(webapp: Api) -> None:
    table = webapp.static_files
    row = table.create(DOMAIN, StaticFile("/s/", "/home/alice/s"))
    assert row.id is not None

    assert table.show(DOMAIN, row.id) == row
    assert table.put(DOMAIN, row.id, StaticFile("/t/", "/t")) == StaticFile("/t/", "/t")
    assert table.patch(DOMAIN, row.id, StaticFile("/u/", "/u")) == StaticFile("/u/", "/u")
    table.delete(DOMAIN, row.id)
    assert table.list(DOMAIN) == ()


def test_headers_are_created_shown_changed_and_deleted(webapp: Api) -> None:
    table = webapp.static_headers
    row = table.create(DOMAIN, StaticHeader("/s/", "X-A", "1"))
    assert row.id is not None

    assert table.show(DOMAIN, row.id) == row
    assert table.put(DOMAIN, row.id, StaticHeader("/s/", "X-A", "2")).value == "2"
    assert table.patch(DOMAIN, row.id, StaticHeader("/s/", "X-A", "3")).value == "3"
    table.delete(DOMAIN, row.id)
    assert table.list(DOMAIN) == ()


def test_deleting_a_row_that_is_gone_is_no_error(webapp: Api) -> None:
    webapp.static_files.delete(DOMAIN, 999)


def test_a_file_is_new_and_then_overwritten(api: Api) -> None:
    assert api.files.upload("/home/alice/a b#?%.txt", b"one") is True
    assert api.files.upload("/home/alice/a b#?%.txt", b"\x00two") is False
    assert api.files.read("/home/alice/a b#?%.txt") == b"\x00two"


def test_a_piece_of_a_large_file_is_uploaded_in_little_memory(
    api: Api, pa: Emulator, tmp_path: Path
) -> None:
    content = random.Random(1).randbytes(20_000_000)
    file = tmp_path / "large"
    file.write_bytes(content)
    tracemalloc.start()

    api.files.upload("/home/alice/large", Piece(file, 1000, 19_000_000))

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert pa.path("/home/alice/large").read_bytes() == content[1000:19_001_000]
    assert most < 4_000_000


def test_an_upload_is_repeated_whole(scripted: Api, server: ScriptedServer, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abcdef")
    server.answers(Reply(status=503), Reply(status=201))

    scripted.files.upload("/home/alice/file", Piece(tmp_path / "file", 1, 4))

    bodies = [each.body for each in server.received]
    assert [body.split(b"\r\n")[3] for body in bodies] == [b"bcde", b"bcde"]


def test_an_empty_file_can_be_uploaded(api: Api) -> None:
    api.files.upload("/home/alice/empty", b"")

    assert api.files.read("/home/alice/empty") == b""


def test_a_missing_file_is_none(api: Api) -> None:
    assert api.files.read("/home/alice/missing") is None


def test_the_entries_of_a_directory_have_a_type(api: Api) -> None:
    api.files.upload("/home/alice/d/f", b"")

    entries = api.files.entries("/home/alice/d")

    assert entries is not None
    assert entries["f"]["type"] == "file"


def test_a_missing_directory_has_no_entries(api: Api) -> None:
    assert api.files.entries("/home/alice/missing") is None


def test_a_file_is_deleted_once(api: Api) -> None:
    api.files.upload("/home/alice/f", b"")

    assert (api.files.delete("/home/alice/f"), api.files.delete("/home/alice/f")) == (True, False)


def test_a_tree_shows_directories_with_a_slash(api: Api) -> None:
    api.files.upload("/home/alice/d/f", b"")

    assert {"/home/alice/d/", "/home/alice/d/f"} <= set(api.files.tree("/home/alice"))


def test_the_tree_of_a_missing_directory_is_refused(api: Api) -> None:
    with pytest.raises(Refused, match="does not exist"):
        api.files.tree("/home/alice/missing")


def test_a_file_is_shared_until_it_is_not(api: Api) -> None:
    api.files.upload("/home/alice/f", b"")
    link = api.files.share("/home/alice/f")

    assert link.startswith("/user/alice/shares/")
    assert (api.files.share("/home/alice/f"), api.files.shared("/home/alice/f")) == (link, link)
    assert (api.files.unshare("/home/alice/f"), api.files.unshare("/home/alice/f")) == (True, False)
    assert api.files.shared("/home/alice/f") is None


def test_consoles_are_listed_and_shown(api: Api, pa: Emulator) -> None:
    number = new_console(pa)

    assert [each.id for each in api.consoles.list()] == [number]
    assert api.consoles.show(number).executable == "bash"


def test_no_console_is_shared_with_a_new_account(api: Api) -> None:
    assert api.consoles.shared_with_you() == ()


def test_a_killed_console_is_gone(api: Api, pa: Emulator) -> None:
    number = new_console(pa)
    api.consoles.kill(number)

    with pytest.raises(NotFound):
        api.consoles.show(number)


def test_a_wrong_token_is_unauthorized(pa: Emulator) -> None:
    with pytest.raises(Unauthorized, match="Invalid token"):
        connect(pa.url, "0" * 40).webapps.list()


def test_a_creation_may_be_refused_with_status_200(scripted: Api, server: ScriptedServer) -> None:
    body = {"status": "ERROR", "error_type": "x", "error_message": "You cannot have that."}
    server.answers(json_reply(body))

    with pytest.raises(Refused, match="You cannot have that"):
        scripted.webapps.create(DOMAIN, "3.13")


def test_a_creation_is_asked_for_in_the_api_s_own_words(
    scripted: Api, server: ScriptedServer
) -> None:
    server.answers(Reply(body='{"status":"OK"}', content_type="text/json"))

    scripted.webapps.create(DOMAIN, "3.10")

    assert server.received[0].body == f"domain_name={DOMAIN}&python_version=python310".encode()


WORKED = [("cname_error", "no CNAME record"), ("slow_startup_error", "within 20 s")]
SHAPES: list[Callable[[str], Reply]] = [
    lambda name: json_reply({"status": "error", "error": name}, 409),
    lambda name: json_reply({"detail": "See below.", "errors": [{"code": name}]}, 409),
    lambda name: json_reply([name], 409),
    lambda name: json_reply(name.upper(), 409),
    lambda name: Reply(status=409, body=f"<html><title>{name}</title></html>"),
    lambda name: Reply(status=409, body=f"Conflict: {name}."),
    lambda name: json_reply({"status": "error", "error": name}, 500),
    lambda name: json_reply({"status": "ERROR", "error_type": name}, 200),
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(("name", "said"), WORKED)
def test_a_reload_error_that_means_reloaded_is_a_warning(
    scripted: Api, server: ScriptedServer, name: str, said: str, shape: Callable[[str], Reply]
) -> None:
    server.answers(shape(name))

    assert said in str(scripted.webapps.reload(DOMAIN))


@pytest.mark.parametrize(
    "reply",
    [
        *(shape(name) for name in ("virtualenv_error", "generic_error") for shape in SHAPES),
        json_reply({"status": "error", "error": "slow"}),
        json_reply({"error": "quota_error"}, 409),
        json_reply({"error": "not_cname_error"}, 409),
        json_reply({"errors": ["cname_error", "generic_error"]}, 409),
        json_reply(None, 409),
        Reply(status=409),
    ],
)
def test_any_other_error_of_a_reload_is_doubtful(
    scripted: Api, server: ScriptedServer, reply: Reply
) -> None:
    server.answers(reply)

    with pytest.raises(ReloadDoubtful):
        scripted.webapps.reload(DOMAIN)


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(status=500), ReloadFailed),
        (json_reply({"error": "other"}, 400), ReloadFailed),
        (json_reply({"detail": "cname_error"}, 401), Unauthorized),
        (json_reply({"detail": "cname_error"}, 403), NotFound),
        (json_reply({"detail": "cname_error"}, 404), NotFound),
    ],
)
def test_a_reload_that_is_refused_has_failed(
    scripted: Api, server: ScriptedServer, reply: Reply, error: type[DeployError]
) -> None:
    server.answers(reply)

    with pytest.raises(error) as caught:
        scripted.webapps.reload(DOMAIN)
    assert type(caught.value) is error


NO = json_reply({"detail": "You do not have permission to perform this action."}, 403)
PAGE = Reply(status=403, body="<h1>Forbidden</h1>", content_type="text/html")


@pytest.mark.parametrize(
    ("ask", "reply", "said"),
    [
        (lambda api: api.webapps.list(), NO, "The token is not for the account alice."),
        (lambda api: api.webapps.list(), PAGE, "A proxy or a firewall may have sent it."),
        (lambda api: api.files.read("/home/bob/x"), NO, "This account may not use that path"),
        (lambda api: api.files.share("/home/bob/x"), NO, "This account may not use that path"),
        (lambda api: api.files.upload("/x", b"x"), PAGE, "A proxy or a firewall"),
        (lambda api: api.consoles.show(7), NO, "The console belongs to somebody else"),
        (lambda api: api.webapps.show(DOMAIN), NO, "no such web app on this account, or your plan"),
        (lambda api: api.webapps.reload(DOMAIN), NO, "or your plan does not allow this"),
        (lambda api: api.static_files.list(DOMAIN), NO, "no such web app on this account"),
        (lambda api: api.webapps.create(DOMAIN, "3.13"), NO, "your plan allows no more web apps"),
    ],
)
def test_a_403_is_explained_by_what_was_asked_for(
    scripted: Api, server: ScriptedServer, ask: Callable[[Api], object], reply: Reply, said: str
) -> None:
    server.answers(reply)

    with pytest.raises(DeployError) as caught:
        ask(scripted)
    assert said in caught.value.cause


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (json_reply({"detail": "d"}, 400), "d"),
        (json_reply({"error": "e"}, 400), "e"),
        (json_reply({"error_message": "m"}, 400), "m"),
        (json_reply({"message": "g", "code": "c"}, 400), "g"),
        (json_reply({"url": ["This field is required."]}, 400), "url: This field is required."),
        (json_reply({"non_field_errors": ["No."]}, 400), "No."),
        (json_reply(["a", "b"], 400), "a b"),
        (Reply(status=400, body="<html><title>Bad\n thing</title></html>"), "Bad thing"),
        (Reply(status=400, body=""), "(no reason given)"),
        (Reply(status=400, body="x" * 999), "x" * 300 + "…"),
    ],
)
def test_the_reason_is_one_sentence_whatever_the_body(
    scripted: Api, server: ScriptedServer, reply: Reply, said: str
) -> None:
    server.answers(reply)

    with pytest.raises(Refused) as caught:
        scripted.webapps.list()
    assert caught.value.what.endswith(f": {said}")


def test_an_upload_that_is_refused_may_be_for_want_of_room(
    scripted: Api, server: ScriptedServer
) -> None:
    server.answers(json_reply({"detail": "Cannot write to /home/alice/f"}, 400))

    with pytest.raises(Refused, match="disk is full"):
        scripted.files.upload("/home/alice/f", b"")


@pytest.mark.parametrize("body", ["null", "{}", "[1]", '[{"id": 1}]', '"x"'])
def test_a_list_of_unknown_shape_is_no_empty_list(
    scripted: Api, server: ScriptedServer, body: str
) -> None:
    server.answers(Reply(body=body))

    with pytest.raises(Unreachable, match="cannot read PythonAnywhere's answer"):
        scripted.webapps.list()


def test_a_created_row_of_unknown_shape_is_unclear(scripted: Api, server: ScriptedServer) -> None:
    server.answers(json_reply({"ok": True}, 201))

    with pytest.raises(Unclear):
        scripted.static_files.create(DOMAIN, StaticFile("/s/", "/x"))


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 500])
def test_every_error_says_what_was_asked(
    scripted: Api, server: ScriptedServer, status: int
) -> None:
    server.answers(json_reply({"detail": "no"}, status))

    with pytest.raises(DeployError, match=f"answered {status} to listing the web apps: no"):
        scripted.webapps.list()
