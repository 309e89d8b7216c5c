"""API v1 `websites/`: its objects and refusals, and that ASGI apps are served."""

from __future__ import annotations

import base64
import os
import socket
from typing import TYPE_CHECKING, Any

import pytest
import requests

from pa_emulator.hosting.pythons import own_version
from tests.pa_emulator.client import DOMAIN, Client
from tests.pa_emulator.raw import connected
from tests.pa_emulator.waiting import eventually
from tests.pa_emulator.websites.asgi_apps import APPS, AsgiApp
from tests.soak import first_of

if TYPE_CHECKING:
    from pa_emulator import Emulator

SITES = "../../../v1/user/alice/websites/"
ONE = f"{SITES}{DOMAIN}/"
# A server that answers each connection with what it was asked.
ECHO = """python3 -uc "
import os, socket
print('pid', os.getpid())
server = socket.socket(socket.AF_UNIX)
server.bind(os.environ['DOMAIN_SOCKET'])
server.listen()
while True:
    visitor = server.accept()[0]
    asked = visitor.recv(65536)
    visitor.sendall(b'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\n' + asked)
    visitor.close()
"
"""


def create(client: Client, command: str = ECHO, **fields: Any) -> requests.Response:  # noqa: ANN401
    return client.post(
        SITES, json={"domain_name": DOMAIN, "webapp": {"command": command}, **fields}
    )


def pids(client: Client, count: int) -> list[int]:
    """Which processes have begun, as the server log has it."""
    path = client.pa.path(f"/var/log/{DOMAIN}.server.log")

    def look() -> list[int]:
        found = [int(line[4:]) for line in path.read_text().splitlines() if line[:4] == "pid "]
        return found if len(found) >= count else []

    return eventually(look)


def test_a_website_shows_itself(alice: Client) -> None:
    answer = create(alice, "sleep 1000", enabled=True)
    number = answer.json()["id"]
    assert answer.status_code == 201
    assert answer.json() == {
        "id": number,
        "user": "alice",
        "domain_name": DOMAIN,
        "enabled": True,
        "webapp": {
            "id": number,
            "command": "sleep 1000",
            "domains": [{"domain_name": DOMAIN, "enabled": True}],
        },
        "logfiles": {
            "access": f"/var/log/{DOMAIN}.access.log",
            "server": f"/var/log/{DOMAIN}.server.log",
            "error": f"/var/log/{DOMAIN}.error.log",
        },
    }
    assert alice.get(SITES).json() == [answer.json()]
    assert alice.get(ONE).json() == answer.json()
    assert alice.get("webapps/").json() == []


def test_a_domain_of_ones_own_has_a_cname(alice: Client) -> None:
    answer = create(alice, "sleep 1000", domain_name="WWW.example.com").json()
    assert answer["domain_name"] == "www.example.com"
    assert answer["webapp"]["domains"][0]["cname"].endswith(".pythonanywhere.com")


@pytest.mark.parametrize("path", [SITES, SITES.rstrip("/")])
def test_the_last_slash_may_be_missing(alice: Client, path: str) -> None:
    body = {"domain_name": DOMAIN, "webapp": {"command": "sleep 1000"}}
    assert alice.post(path, json=body).status_code == 201
    assert alice.post(f"{ONE}reload").json() == {"status": "OK"}


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (
            {},
            {"domain_name": ["This field is required."], "webapp": ["This field is required."]},
        ),
        (
            {"domain_name": DOMAIN, "webapp": {}},
            {"webapp": {"command": ["This field is required."]}},
        ),
        (
            {"domain_name": "no domain", "webapp": {"command": "x"}},
            {"domain_name": ["Enter a valid domain name."]},
        ),
    ],
)
def test_what_makes_no_website_is_refused(
    alice: Client, body: dict[str, Any], errors: dict[str, Any]
) -> None:
    answer = alice.post(SITES, json=body)
    assert (answer.status_code, answer.json()) == (400, errors)


def test_a_second_website_of_a_domain_is_400(alice: Client) -> None:
    create(alice, "sleep 1000")
    answer = create(alice, "sleep 1000")
    assert (answer.status_code, answer.json()) == (
        400,
        {"domain_name": ["domain with this domain name already exists."]},
    )


@pytest.mark.parametrize("plan", ["free", "paid"])
def test_a_domain_is_a_web_app_or_a_website(alice: Client, plan: str) -> None:
    alice.pa.add_user("alice", token=alice.pa.token, plan=plan)
    alice.create()
    assert create(alice).status_code == 403
    alice.delete(f"webapps/{DOMAIN}/")
    assert create(alice, "sleep 1000").status_code == 201
    assert alice.create().status_code == 403


@pytest.mark.parametrize("domain", ["bob.pythonanywhere.com", "www.pythonanywhere.com"])
@pytest.mark.usefixtures("bob")
def test_anothers_domain_is_refused(alice: Client, domain: str) -> None:
    assert create(alice, "x", domain_name=domain).status_code in {400, 403}
    assert alice.get(SITES).json() == []


def test_a_free_account_has_one_site_in_all(free: Client) -> None:
    base = SITES.replace("alice", "fred")
    body = {"domain_name": "fred.pythonanywhere.com", "webapp": {"command": "sleep 1000"}}
    assert free.post(base, json=body | {"domain_name": "www.example.com"}).status_code == 403
    assert free.post(base, json=body).status_code == 201
    second = free.post(base, json=body | {"domain_name": "x-fred.pythonanywhere.com"})
    assert second.status_code == 403
    assert free.create("x-fred.pythonanywhere.com").status_code == 400


@pytest.mark.parametrize(
    ("method", "path"), [("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "reload/")]
)
def test_an_unknown_website_is_404(alice: Client, method: str, path: str) -> None:
    answer = alice(method, ONE + path, json={})
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize("app", first_of(APPS.values()), ids=list(APPS))
def test_asgi_apps_are_served(alice: Client, app: AsgiApp) -> None:
    for name, text in app.files.items():
        alice.upload(f"/home/alice/site/{name}", text)
    assert create(alice, app.command).status_code == 201
    answer = alice.visit(app.path)
    assert (answer.status_code, answer.text) == (200, app.answer)


def test_body_headers_and_logs_of_an_asgi_app(alice: Client) -> None:
    app = APPS["plain"]
    alice.upload("/home/alice/site/plain.py", app.files["plain.py"])
    create(alice, app.command)
    body = os.urandom(300_000)
    answer = alice.visit("/up?a=1", method="POST", data=body, headers={"User-Agent": "me"})
    assert answer.headers["x-length"] == "300000"
    assert answer.headers["x-got-x-forwarded-proto"] == "https"
    assert answer.headers["x-got-x-forwarded-for"] == "127.0.0.1"
    assert alice.visit("/up", method="HEAD").text == ""
    assert "imported\n" in alice.read(f"/var/log/{DOMAIN}.server.log")
    assert "serving /up\n" in alice.read(f"/var/log/{DOMAIN}.error.log")
    access = alice.read(f"/var/log/{DOMAIN}.access.log")
    assert '"POST /up?a=1 HTTP/1.1" 200 9 "-" "me" "127.0.0.1" response-time=' in access


def test_websockets_reach_an_asgi_app(alice: Client) -> None:
    app = APPS["plain"]
    alice.upload("/home/alice/site/plain.py", app.files["plain.py"])
    create(alice, app.command)
    with connected(alice.pa) as connection:
        connection.settimeout(30)
        key = base64.b64encode(b"0123456789abcdef").decode()
        connection.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {DOMAIN}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        head = _until(connection, b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 ")
        connection.sendall(bytes([0x81, 0x80 | 5, 0, 0, 0, 0]) + b"hello")
        assert _until(connection, b"olleh").endswith(b"\x81\x05olleh")
    path = alice.pa.path(f"/var/log/{DOMAIN}.access.log")
    assert eventually(lambda: '"GET /ws HTTP/1.1" 101 ' in path.read_text())


def _until(connection: socket.socket, end: bytes) -> bytes:
    received = b""
    while not received.endswith(end):
        chunk = connection.recv(65536)
        assert chunk, received
        received += chunk
    return received


def test_reload_starts_a_new_process(alice: Client) -> None:
    create(alice)
    assert alice.visit("/").status_code == 200
    answer = alice.post(f"{ONE}reload/")
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    assert alice.visit("/").status_code == 200
    assert len(set(pids(alice, 2))) == 2


def test_a_disabled_website_is_not_served(alice: Client) -> None:
    create(alice)
    assert alice.patch(ONE, json={"enabled": False}).json()["enabled"] is False
    assert f"The website at {DOMAIN} is disabled." in alice.visit("/").text
    alice.patch(ONE, json={"enabled": True})
    assert alice.visit("/").status_code == 200


@pytest.mark.parametrize(
    ("change", "key"),
    first_of(
        [
            ({"webapp": {"command": "other"}}, "webapp"),
            ({"webapp": {"command": "other"}, "enabled": False}, "webapp"),
            ({"webapp": "other"}, "webapp"),
            ({"domain_name": "www.example.com"}, "domain_name"),
        ]
    ),
)
def test_what_cannot_be_changed_is_refused(alice: Client, change: dict[str, Any], key: str) -> None:
    before = create(alice, "sleep 1000").json()
    answer = alice.patch(ONE, json=change)
    assert (answer.status_code, list(answer.json())) == (400, [key])
    assert alice.get(ONE).json() == before


def test_a_website_can_be_sent_back_whole(alice: Client) -> None:
    whole = create(alice, "sleep 1000").json()
    answer = alice.patch(ONE, json=whole | {"enabled": False})
    assert (answer.status_code, answer.json()["enabled"]) == (200, False)


@pytest.mark.parametrize(
    ("option", "scheme"), first_of([("", "http"), (" --forwarded-allow-ips='*'", "https")])
)
def test_the_app_s_server_decides_whether_it_believes_in_https(
    alice: Client, option: str, scheme: str
) -> None:
    app = "async def app(scope, receive, send):\n    raise SystemError(scope['scheme'])\n"
    alice.upload("/home/alice/site/plain.py", app)
    create(alice, f"{APPS['plain'].command}{option}")
    alice.visit("/")
    path = alice.pa.path(f"/var/log/{DOMAIN}.error.log")
    assert eventually(lambda: f"SystemError: {scheme}\n" in path.read_text())


def test_a_deleted_website_is_not_served_and_its_logs_stay(alice: Client) -> None:
    create(alice)
    alice.visit("/")
    assert alice.delete(ONE).status_code == 204
    assert "Coming Soon" in alice.visit("/").text
    assert "GET / HTTP" in alice.read(f"/var/log/{DOMAIN}.access.log")


@pytest.mark.parametrize(
    "python", first_of(["python", "python3", f"python{own_version()}", "env python"])
)
def test_python_is_on_path(alice: Client, python: str) -> None:
    create(alice, ECHO.replace("python3 ", f"{python} "))
    assert alice.visit("/").status_code == 200


@pytest.mark.parametrize(
    "command", first_of(["exit 1", "no-such-program", "echo early >&2; false"])
)
def test_a_command_that_ends_is_502(alice: Client, command: str) -> None:
    create(alice, command)
    assert alice.visit("/").status_code == 502


@pytest.mark.soak
def test_a_command_that_ends_is_started_again(alice: Client) -> None:
    create(alice, ECHO + "exit 1")
    (first,) = pids(alice, 1)
    os.kill(first, 9)
    pa_advance_until_served(alice)
    assert len(pids(alice, 2)) == 2


def pa_advance_until_served(client: Client) -> None:
    """Move the clock over the pause before the next start."""

    def look() -> bool:
        client.pa.advance(2)
        return client.visit("/").status_code == 200

    assert eventually(look)


def test_the_socket_is_where_pythonanywhere_has_it(alice: Client) -> None:
    place = f"/var/sockets/{DOMAIN}/app.sock"
    create(alice, ECHO.replace("os.environ['DOMAIN_SOCKET']", f"'{place}'"))
    assert alice.visit("/").status_code == 200
    assert alice.pa.path(place).is_socket()


@pytest.mark.parametrize(
    ("domain", "before", "after"),
    first_of(
        [
            (DOMAIN, "pythonanywhere-subdomain", "pythonanywhere-subdomain"),
            ("www.example.com", "none", "letsencrypt-auto-renew"),
        ]
    ),
)
def test_a_certificate_of_its_own(alice: Client, domain: str, before: str, after: str) -> None:
    create(alice, "sleep 1000", domain_name=domain)
    ssl = f"../../../v1/user/alice/domains/{domain}/ssl/"
    assert alice.get(ssl).json()["cert_type"] == before
    answer = alice.post(ssl, json={"cert_type": "letsencrypt-auto-renew"})
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    assert alice.get(ssl).json()["cert_type"] == after
    assert alice.delete(ssl).json() == {"status": "OK"}
    assert alice.get(ssl).json()["cert_type"] == before


def test_a_reset_ends_websites(pa: Emulator, alice: Client) -> None:
    create(alice)
    (pid,) = pids(alice, 1)
    pa.reset()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
