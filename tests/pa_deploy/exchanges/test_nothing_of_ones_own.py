"""A recording fails closed: of values, keys and messages only what is known to be PythonAnywhere's
stays.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml

from pa_deploy.exchanges.placeholders import Placeholders
from pa_deploy.exchanges.texts import Texts
from pa_deploy.exchanges.values import Values
from pa_deploy.transport import Call
from tests.pa_deploy.exchanges.rig import Recorded, no_ci
from tests.places import ROOT
from tests.scripted_server import ScriptedServer, json_reply

API = "127.0.0.1:8000"
CONTRACT = ROOT / "pa_emulator" / "contract"
STRONG = "Swordfish-99"
WEAK = ("1987-05-23", "true", "4711", "word", "OK", "3.11", "true", "/home")


def values(username: str = "alice") -> Values:
    hiding = no_ci(STRONG).hiding
    for secret in WEAK:
        hiding.add_weak(secret)
    names = Placeholders(username, [f"{username}.pythonanywhere.com"], API)
    return Values(names, Texts(names, hiding), hiding)


def told(value: Any, *, is_error: bool = False, username: str = "alice") -> str:  # noqa: ANN401 - JSON
    return json.dumps(values(username).redacted(value, is_error=is_error))


@pytest.mark.parametrize(
    "field",
    [
        *("password_protection_password", "password_protection_username", "token", "API_TOKEN"),
        *("secret_key", "value", "env", "private_key", "description", "client_secret"),
    ],
)
@pytest.mark.parametrize(
    "value",
    [
        "1999-01-01",
        "false",
        "77",
        "bash",
        "/home/static",
        "https://eu.pythonanywhere.com/",
        77,
        7.5,
    ],
)
def test_a_field_that_holds_secrets_is_never_told(field: str, value: object) -> None:
    shown = values().redacted({field: value})

    assert json.dumps(shown).count("text-") == 1
    assert str(value).strip("[']") not in json.dumps(shown).replace("text-1", "")


@pytest.mark.parametrize("secret", WEAK)
@pytest.mark.parametrize(
    "field",
    [
        *("force_https", "expiry", "status", "python_version", "type", "error_type", "code"),
        *("system_image", "cert_type", "interval", "what_is_new", "detail", "path"),
    ],
)
def test_a_weak_secret_is_no_value_of_any_field(secret: str, field: str) -> None:
    shown = values().redacted({field: secret})[field]

    assert shown == "text-1"


@pytest.mark.parametrize("number", [4711, 4711.0, 123456789012])
def test_a_number_can_be_a_secret(number: float) -> None:
    hiding = no_ci("123456789012").hiding
    hiding.add_weak("4711")
    hiding.add_weak("4711.0")
    names = Placeholders("alice", [], API)

    shown = Values(names, Texts(names, hiding), hiding).redacted([{"id": number}])

    assert shown == [{"id": "text-1"}]


@pytest.mark.parametrize("key", ["swordfish", "alice", "geheim_project", STRONG, "1987-05-23"])
@pytest.mark.parametrize("is_error", [True, False])
def test_a_key_that_is_not_the_apis_is_replaced(key: str, *, is_error: bool) -> None:
    assert told({key: {}}, is_error=is_error) == '{"key-1": {}}'


@pytest.mark.parametrize("field", ["error_type", "code", "system_image", "cert_type"])
@pytest.mark.parametrize("word", ["swordfish", "alice", "geheim", "my_secretproject"])
def test_a_word_that_is_not_the_apis_is_replaced(field: str, word: str) -> None:
    assert word not in told({field: word})


@pytest.mark.parametrize(
    ("text", "leaks"),
    [
        ("cannot import privproj/privat/wsgi.py now", ("priv",)),
        ("/home/alice/My Privproj/Priv Dir is not a directory", ("Priv",)),
        ("see alice.pythonanywhere.com/privarea, foo=/home/alice/a,privpart/x", ("priv", "alice")),
        ("/home/alice/o'privname/x", ("priv", "alice")),
        ("%61lice %2fhome%2falice%2fprivproj &#97;lice YWxpY2U=", ("lice", "priv", "YWxp")),
        ("shop.xn--p1ai xn--priv.xn--p1ai grüße.köln alice@grüße.köln", ("p1ai", "ü", "ö", "shop")),
        ("No such virtualenv privenv; user mallory; a$priv; xalice", ("priv", "mal", "lice")),
        ("key 4929123412341234 of 06-12345678 and 1999-12-31", ("4929", "1234", "1999")),
        ("'My priv words' and \"priv too\"", ("priv", "too")),
        ("priv\nprivé\u2028PRIV", ("priv", "PRIV", "é")),
        (f"it was {STRONG.lower()} or 4711", ("fish", "4711")),
    ],
)  # fmt: skip
def test_a_foreign_word_in_a_message_is_replaced(text: str, leaks: tuple[str, ...]) -> None:
    shown = values().texts.message(text)

    assert [leak for leak in leaks if leak in shown] == []


def messages() -> list[str]:
    """The texts of errors in the contract."""
    found: list[str] = []
    for file in CONTRACT.glob("*.yaml"):
        for case in yaml.safe_load(file.read_text()):
            answer = case.get("answer", {})
            body = answer.get("body")
            if isinstance(body, dict) and answer.get("status", 0) >= 400:
                found += [text for text in body.values() if isinstance(text, str)]
    return [text for text in found if "<" not in text]


@pytest.mark.parametrize(
    "text",
    [
        *sorted(set(messages())),
        "Console not yet started. Please load it (or its iframe) in a browser first",
        "Request was throttled. Expected available in 17 seconds.",
        "Free accounts cannot have always-on tasks. Upgrade your account.",
        "You have reached your maximum number of scheduled tasks",
        "The certificate or its private key is not valid",
        "Your account allows 5 web apps and websites, and has them all.",
        "This field may not be blank.",
        "Enter a valid domain name.",
    ],
)
def test_what_the_api_says_stays(text: str) -> None:
    names = Placeholders("alice", [], API)

    assert Texts(names, no_ci().hiding).message(text) == text


NAMES = [
    "My PrivDir",
    "a, PrivB 'PrivC'.txt",
    "x;PrivB)PrivC>PrivD",
    "PrivDir is not a directory",
    "Prívé ünd",
    "Priv%20x",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "said",
    [
        "No such file or directory: {}",
        "{} is not a directory",
        "the file {} is gone",
        '"{}" cannot be read',
        "{}: no",
        "{}/inner is bad",
    ],
)
def test_a_name_of_the_request_is_replaced_as_a_whole(
    server: ScriptedServer, tmp_path: Path, name: str, said: str
) -> None:
    path = f"/home/alice/{name}"
    server.answers(json_reply({"detail": said.format(path), "error": said.format(name)}, 404))
    recorded = Recorded(tmp_path / "r.jsonl", server.url)
    url = f"/api/v0/user/alice/files/path{quote(path)}"

    recorded.transport.send(Call(method="GET", path=url, what="x", wants_json=False))

    text = json.dumps(recorded.lines, ensure_ascii=False)
    assert [leak for leak in ("Priv", "Prív", "ünd", "alice") if leak in text] == []
    assert "/home/USER/name-1" in recorded.lines[0]["body"]["detail"]


ODD = ("deploy", "www", "pa", "py", "current", "releases", "secrets", "static", "user", "name")


@pytest.mark.parametrize("username", ODD)
def test_no_odd_username_can_be_read_back(username: str) -> None:
    def shown(own: str) -> str:
        said = (
            f"No such file or directory: /home/{own}/.pa-deploy/pointer.json",
            f"see /var/www/x.py, /home/{own}/.pa-deploy/current and deploy the user's static page",
            f"/api/v0/user/{own}/webapps/ has name python3.11 in /home/{own}/static/",
        )
        value = {"detail": list(said), "logfile": f"/user/{own}/files/var/log/x.log"}
        return told(value, is_error=True, username=own)

    assert shown(username) == shown("zebra")
