"""What stands in a recording for names, by the kinds of names and the forms they come in."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.exchanges.placeholders import Placeholders
from pa_deploy.exchanges.texts import Texts
from pa_deploy.exchanges.values import Values
from pa_deploy.transport import Answer, Call, Exchange, Fault
from tests.pa_deploy.exchanges.rig import Recorded, make_recorder, no_ci
from tests.scripted_server import Reply, ScriptedServer, json_reply

API = "127.0.0.1:8000"
COMMON_WORDS = ("home", "files", "static", "log", "not", "webapps", "user", "path", "api", "python")


def names(username: str = "alice", *domains: str) -> Placeholders:
    domain = f"{username.lower()}.pythonanywhere.com"
    return Placeholders(username, [domain, *domains], API)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/home/alice/", "/home/USER/"),
        ("/home/ALICE/x", "/home/USER/name-1"),
        ("/home/alice/alice/alice.py", "/home/USER/name-1/name-2.py"),
        ("/home/bob/x", "/home/user-1/name-1"),
        ("/var/www/alice_pythonanywhere_com_wsgi.py", "/var/www/DOMAIN_wsgi.py"),
        ("/var/www/ALICE_pythonanywhere_com_wsgi.py", "/var/www/DOMAIN_wsgi.py"),
        ("/var/www/www_shop_example_wsgi.py", "/var/www/DOMAIN-2_wsgi.py"),
        ("/var/www/other_site_com_wsgi.py", "/var/www/name-1.py"),
        ("/var/log/alice.pythonanywhere.com.error.log", "/var/log/DOMAIN.error.log"),
        ("/var/log/www.shop.example.access.log.2.gz", "/var/log/DOMAIN-2.access.log.2.gz"),
        (
            "/home/alice/.pa-deploy/alice.pythonanywhere.com/lock",
            "/home/USER/.pa-deploy/DOMAIN/lock",
        ),
        ("/home/alice/.virtualenvs/env/bin", "/home/USER/.virtualenvs/name-1/bin"),
        ("/home/alice/My Diary.docx", "/home/USER/name-1"),
        ("/home/alice/dump.tar.gz", "/home/USER/name-1.tar.gz"),
        ("/home/alice/0612345678", "/home/USER/name-1"),
        ("~/site", "~/name-1"),
        ("/home", "/home"),
        ("/", "/"),
    ],
)
def test_paths(path: str, shown: str) -> None:
    assert names("alice", "www.shop.example").path(path) == shown


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/api/v0/user/alice/webapps/", "/api/v0/user/USER/webapps/"),
        (
            "/api/v0/user/Alice/webapps/ALICE.pythonanywhere.com/static_files/17/",
            "/api/v0/user/USER/webapps/DOMAIN/static_files/17/",
        ),
        (
            "/api/v0/user/alice/files/path/home/%61lice/my%20notes.txt",
            "/api/v0/user/USER/files/path/home/USER/name-1.txt",
        ),
        ("/api/v0/user/alice/students/bob/", "/api/v0/user/USER/students/name-1/"),
        (
            "/api/v1/user/alice/domains/mine.example/ssl/",
            "/api/v1/user/USER/domains/name-1/ssl/",
        ),
        ("/api/v0/user/bob/cpu/", "/api/v0/user/user-1/cpu/"),
    ],
)
def test_paths_of_the_api(path: str, shown: str) -> None:
    assert names().api_path(path) == shown


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://alice.pythonanywhere.com/a?key=1", "https://DOMAIN/name-1?…"),
        ("https://Alice.PythonAnywhere.com/", "https://DOMAIN/"),
        ("https://me:pass@intranet.corp/x", "https://DOMAIN-2/name-1"),
        ("http://127.0.0.1:8000/api/v0/user/alice/cpu/", "http://HOST/api/v0/user/USER/cpu/"),
        ("https://www.pythonanywhere.com/login/", "https://www.pythonanywhere.com/name-1/"),
        ("/user/alice/shares/a8f3c1/", "/user/USER/shares/name-1/"),
        ("http://[broken", "text-1"),
    ],
)
def test_addresses(url: str, shown: str) -> None:
    assert names().url(url) == shown


def texts(username: str = "alice") -> Texts:
    return Texts(names(username), no_ci("hunter2secret").hiding)


def values() -> Values:
    own = names()
    return Values(own, Texts(own, no_ci().hiding), no_ci().hiding)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Not found.", "Not found."),
        ("alice may not do this", "USER may not do this"),
        ("Alice's web app", "USER's web app"),
        ("alice_x-ALICE.", "USER_x-USER."),
        ("/home/alice/secret-project is not a directory", "/home/USER/name-1 is not a directory"),
        ("No such file: /home/alice/a.py.", "No such file: /home/USER/name-1.py."),
        ('"2.6" is not a valid choice.', '"2.6" is not a valid choice.'),
        ('"my-old-env" is not a valid choice.', '"text-1" is not a valid choice.'),
        ('Method "PUT" not allowed.', 'Method "PUT" not allowed.'),
        ("You can't do this, and don't", "You can't do this, and don't"),
        ("the file 'plans.txt' is bad", "the file 'name-1.txt' is bad"),
        ("mail bob.b@corp.example now", "mail EMAIL now"),
        ("shop.example does not resolve", "DOMAIN-2 does not resolve"),
        ("alice.pythonanywhere.com is down", "DOMAIN is down"),
        ("10.0.0.46 refused it", "DOMAIN-2 refused it"),
        ("key 0123456789abcdef01234567 is bad", "key text-1 is bad"),
        ("it was hunter2secret", "it was ***"),
        (
            "see https://www.pythonanywhere.com/user/alice/",
            "see https://www.pythonanywhere.com/user/USER/",
        ),
        ("available in 17 seconds.", "available in 17 seconds."),
        ("not " * 2_500, "not " * 125),
    ],
)
def test_messages(text: str, shown: str) -> None:
    assert texts().message(text) == shown


@pytest.mark.parametrize("username", COMMON_WORDS)
def test_a_username_that_is_a_common_word_spoils_no_message(username: str) -> None:
    said = f"/home/{username}/x does not exist. Not found: no webapps, files, static path or log"

    shown = texts(username).message(said)

    assert shown == said.replace(f"/home/{username}/x", "/home/USER/name-1")


@pytest.mark.parametrize("username", COMMON_WORDS)
def test_a_username_that_is_a_common_word_spoils_no_path(username: str) -> None:
    own = names(username)

    path = f"/api/v0/user/{username}/files/path/home/{username}/static/"
    assert own.api_path(path) == "/api/v0/user/USER/files/path/home/USER/static/"
    assert own.path(f"/var/log/{username}.pythonanywhere.com.error.log") == (
        "/var/log/DOMAIN.error.log"
    )


VALUES: list[tuple[str, Any, Any]] = [
    ("python_version", "3.10", "3.10"),
    ("python_version", "python310", "python310"),
    ("python_version", "my-python", "text-1"),
    ("status", "OK", "OK"),
    ("error_type", "webapp_limit_reached", "webapp_limit_reached"),
    ("expiry", "2027-01-01", "2027-01-01"),
    ("next_reset_time", "2022-04-17T11:23:40", "2022-04-17T11:23:40"),
    ("user", "Alice", "USER"),
    ("user", "bob", "text-1"),
    ("username", "bob", "text-1"),
    ("domain_name", "shop.example", "DOMAIN-2"),
    ("force_https", False, False),
    ("id", 4711, 4711),
    ("virtualenv_path", None, None),
    ("virtualenv_path", "", ""),
    ("virtualenv_path", "/home/alice/.virtualenvs/x", "/home/USER/.virtualenvs/name-1"),
    ("password_protection_password", "bar", "text-1"),
    ("password_protection_username", "alice", "text-1"),
    ("executable", "python3.10", "python3.10"),
    ("executable", "/home/alice/run.sh", "/home/USER/name-1.sh"),
    ("arguments", "--token x", "text-1"),
    ("output", "$ cat secret\r\nsecret\r\n", "text-1"),
    ("command", "python /home/alice/bot.py", "text-1"),
    ("name", "Bash console 17", "Bash console 17"),
    ("name", "My console", "text-1"),
    ("name", "Cache-Control", "Cache-Control"),
    ("value", "max-age=60", "text-1"),
    ("what_is_new", "anything", "text-1"),
]


@pytest.mark.parametrize(("key", "value", "shown"), VALUES)
def test_values(key: str, value: object, shown: object) -> None:
    assert values().redacted({key: value}) == {key: shown}


def test_the_same_text_has_the_same_placeholder() -> None:
    shown = values().redacted([{"a": "x", "b": "y"}, {"a": "y", "b": "x"}])

    assert shown == [{"a": "text-1", "b": "text-2"}, {"a": "text-2", "b": "text-1"}]


@pytest.mark.parametrize("key", ["My Key", "a" * 100, "bob@corp.example", "KEY"])
def test_odd_keys_are_replaced(key: str) -> None:
    assert values().redacted({key: 1}) == {"key-1": 1}


READ = Call(
    method="GET", path="/api/v0/user/alice/files/path/home/alice/x", what="x", wants_json=False
)


@pytest.mark.parametrize(
    "body",
    [
        '{"card": 4111111111111111, "list": ["private words"]}',
        '["private words"]',
        '{"name": {"type": "file", "note": "private words"}}',
        '"private words"',
        "[" * 50_000,
    ],
)
def test_a_file_that_a_server_calls_json_is_a_file(
    server: ScriptedServer, tmp_path: Path, body: str
) -> None:
    server.answers(Reply(body=body))
    recorded = Recorded(tmp_path / "r.jsonl", server.url)

    recorded.transport.send(READ)

    (line,) = recorded.lines
    assert "body" not in line
    assert line["content"]["bytes"] == len(body)


@pytest.mark.parametrize(
    "reply",
    [
        Reply(body="<title>Proxy of Corp</title>", content_type="text/html", status=403),
        Reply(body="private words", content_type="text/plain", status=400),
        Reply(body="{private", status=400),
    ],
)
def test_of_a_page_nothing_but_its_kind_is_told(
    server: ScriptedServer, tmp_path: Path, reply: Reply
) -> None:
    server.answers(reply)
    recorded = Recorded(tmp_path / "r.jsonl", server.url)

    recorded.transport.send(READ)

    (line,) = recorded.lines
    assert set(line["content"]) == {"kind", "bytes", "digest"}
    assert "rivate" not in json.dumps(line)
    assert "Corp" not in json.dumps(line)


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"Retry-After": "7"}, {"retry-after": "7"}),
        ({"Location": "https://sso.corp.example/?token=abc"}, {"location": "https://DOMAIN-2/?…"}),
        ({"WWW-Authenticate": 'Basic realm="Corp"'}, {"www-authenticate": "Basic"}),
        ({"Server": "corp-proxy/1", "Set-Cookie": "session=abc", "Via": "corp"}, {}),
        ({"Retry-After": "ask Bob"}, {}),
    ],
)
def test_headers(
    server: ScriptedServer, tmp_path: Path, headers: dict[str, str], shown: dict[str, str]
) -> None:
    server.answers(Reply(status=404, body="{}", headers=headers))
    recorded = Recorded(tmp_path / "r.jsonl", server.url)

    recorded.transport.send(READ)

    assert recorded.lines[0]["headers"] == {"content-type": "application/json", **shown}


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("no answer in time", "no answer in time"),
        ("no connection within 10 s", "no connection within 10 s"),
        ("TLS failed (proxy.corp.example: bad)", "TLS failed"),
        ("the proxy refused (proxy.corp.example)", "no connection"),
        ("invalid path: /home/me/corp.pem", "no connection"),
    ],
)
def test_faults(tmp_path: Path, reason: str, shown: str) -> None:
    recorder = make_recorder(tmp_path / "r.jsonl", "http://127.0.0.1:9")

    recorder(
        Exchange(
            method="GET",
            url="http://127.0.0.1:9/api/v0/user/alice/cpu/",
            seconds=1.5,
            fault=Fault(reason, sent=False),
        )
    )

    line = json.loads((tmp_path / "r.jsonl").read_text().splitlines()[1])
    assert (line["fault"], line["sent"]) == (shown, False)


@pytest.mark.parametrize("path", ["/", "/api/health", "/api/v0/user/alice/webapps/"])
def test_of_a_page_of_the_site_nothing_but_its_length_is_told(tmp_path: Path, path: str) -> None:
    recorder = make_recorder(tmp_path / "r.jsonl", "https://www.pythonanywhere.com")
    headers = {"content-type": "application/json"}
    answer = Answer(status=200, headers=headers, body=b'{"detail": "private words"}')

    recorder(
        Exchange(
            method="GET",
            url=f"https://alice.pythonanywhere.com{path}?key=private",
            seconds=0.1,
            answer=answer,
        )
    )

    text = (tmp_path / "r.jsonl").read_text()
    line = json.loads(text.splitlines()[1])
    assert (line["to"], line["bytes"]) == ("site", len(answer.body))
    assert "private words" not in text
    assert "key=" not in text


@pytest.mark.parametrize("text", ["Grüße 漢字 \ud800", "\x00\x1b[2J", "a\u2028b\nc", '"}\n{"x": "'])
def test_each_line_is_one_json_object(server: ScriptedServer, tmp_path: Path, text: str) -> None:
    server.answers(json_reply({"detail": text, text: [text]}, status=400))
    recorded = Recorded(tmp_path / "r.jsonl", server.url)

    recorded.transport.send(READ)

    assert len(recorded.lines) == 1
    assert (tmp_path / "r.jsonl").read_text().isascii()


def test_an_exchange_that_cannot_be_told_is_counted(tmp_path: Path) -> None:
    warnings: list[str] = []
    recorder = make_recorder(tmp_path / "r.jsonl", "http://127.0.0.1:9")
    recorder._warn = warnings.append
    odd = Answer(status=200, headers={}, body=None)  # type: ignore[arg-type]

    recorder(Exchange(method="GET", url="http://x/", seconds=0, answer=odd))

    assert (tmp_path / "r.jsonl").read_text().splitlines()[1] == '{"not_recorded": "TypeError"}'
    assert warnings == ["One exchange is not in the recording (TypeError)."]
