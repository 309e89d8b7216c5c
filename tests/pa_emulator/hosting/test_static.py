"""Static mappings and headers of hosted sites."""

from __future__ import annotations

import base64

import pytest

from pa_emulator.hosting.pages import not_found
from tests.pa_emulator.client import DOMAIN, WSGI, Client, wsgi_saying
from tests.soak import diagonal, first_of, one_in

FILES = f"webapps/{DOMAIN}/static_files/"


def test_static_files_are_served_after_reload(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.host(wsgi_saying("app"))
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    assert alice.visit("/static/a.css").text == "app"
    alice.reload()
    answer = alice.visit("/static/a.css")
    assert (answer.text, answer.headers["Content-Type"]) == ("css", "text/css")


def test_a_missing_static_file_falls_through_to_the_app(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.create()
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    alice.upload(WSGI, wsgi_saying("app"))
    alice.reload()
    assert alice.visit("/static/none.css").text == "app"


def test_mappings_are_tried_in_the_order_of_rows(alice: Client) -> None:
    alice.upload("/home/alice/one/both", "one")
    alice.upload("/home/alice/two/both", "two")
    alice.upload("/home/alice/two/second", "second")
    alice.create()
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/one/"})
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/two/"})
    alice.reload()
    assert alice.visit("/s/both").text == "one"
    assert alice.visit("/s/second").text == "second"


def test_the_shorter_url_wins_if_it_is_first(alice: Client) -> None:
    alice.upload("/home/alice/all/deep/x", "shorter")
    alice.upload("/home/alice/deep/x", "longer")
    alice.create()
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/all/"})
    alice.post(FILES, json={"url": "/s/deep/", "path": "/home/alice/deep/"})
    alice.reload()
    assert alice.visit("/s/deep/x").text == "shorter"


def test_index_html_is_served_for_a_folder(alice: Client) -> None:
    alice.upload("/home/alice/site/index.html", "index")
    alice.create()
    alice.post(FILES, json={"url": "/", "path": "/home/alice/site/"})
    alice.reload()
    assert alice.visit("/").text == "index"


@pytest.mark.parametrize(
    "row",
    first_of(
        [
            {"url": "/a=b/", "path": "@(/etc/passwd)"},
            {"url": "no slash", "path": "/home/alice/x"},
            {"url": "/s/", "path": "$(HOME)"},
            {"url": "/t/", "path": "/etc"},
        ]
    ),
)
def test_odd_mappings_leave_the_site_up(alice: Client, row: dict[str, str]) -> None:
    alice.create()
    alice.post(FILES, json=row)
    assert alice.reload().status_code == 200
    assert "Hello" in alice.visit().text
    assert alice.visit("/t/hostname").status_code == 404


def test_a_mapping_that_cannot_be_served_is_in_the_server_log(alice: Client) -> None:
    alice.create()
    alice.post(FILES, json={"url": "/a=b/", "path": "/home/alice"})
    alice.reload()
    log = alice.read(f"/var/log/{DOMAIN}.server.log")
    assert 'static mapping ["/a=b/", "/home/alice"] cannot be served\n' in log


def test_a_mapped_folder_may_have_an_equals_sign(alice: Client) -> None:
    alice.upload("/home/alice/a=b/x", "here")
    alice.create()
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/a=b"})
    alice.reload()
    assert alice.visit("/s/x").text == "here"


def test_a_password_protects_pages_and_static_files_after_reload(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.host(wsgi_saying("hi"))
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    _configure(
        alice,
        password_protection_enabled=True,
        password_protection_username="foo",
        password_protection_password="bar",
    )
    assert alice.visit().status_code == 200
    alice.reload()
    answer = alice.visit()
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")
    assert alice.visit("/static/a.css").status_code == 401
    good = {"Authorization": "Basic Zm9vOmJhcg=="}
    assert alice.visit(headers=good).text == "hi"
    assert alice.visit("/static/a.css", headers=good).text == "css"
    for bad in ("Basic Zm9vOmJheg==", "Basic \xff", "Bearer x"):
        assert alice.visit(headers={"Authorization": bad}).status_code == 401


def test_static_headers_go_to_static_files_only(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.create()
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    rows = f"webapps/{DOMAIN}/static_headers/"
    alice.post(rows, json={"url": "/static/", "name": "X-Here", "value": "yes"})
    alice.post(rows, json={"url": "/other/", "name": "X-There", "value": "no"})
    alice.post(rows, json={"url": "/static/", "name": "X Bad", "value": "a\r\nb"})
    alice.reload()
    static = alice.visit("/static/a.css").headers
    assert static["X-Here"] == "yes"
    assert not {"X-There", "X Bad"} & set(static)
    assert not {"X-Here", "X-Emulator-App"} & set(alice.visit("/static/none").headers)


def test_a_static_file_that_has_not_changed_is_304(alice: Client) -> None:
    alice.upload("/home/alice/static/a.css", "css")
    alice.create()
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/static"})
    alice.reload()
    seen = alice.visit("/static/a.css").headers["Last-Modified"]
    again = alice.visit("/static/a.css", headers={"If-Modified-Since": seen})
    assert again.status_code == 304


def _configure(client: Client, **fields: object) -> None:
    assert client.patch(f"webapps/{DOMAIN}/", json=fields).status_code == 200


@pytest.mark.parametrize(
    ("folder", "name"),
    first_of(
        [
            ("/.emulator", "db.sqlite3"),
            ("/", ".emulator/db.sqlite3"),
            ("/home/alice/../../.emulator", "db.sqlite3"),
            ("/home/bob", "README.txt"),
            ("/home", "bob/README.txt"),
            ("/var/www", "bob_pythonanywhere_com_wsgi.py"),
            ("/var/log", "bob.pythonanywhere.com.error.log"),
            ("/home/alice/out", "README.txt"),
        ]
    ),
)
def test_what_is_not_the_accounts_is_not_mapped(
    alice: Client, bob: Client, folder: str, name: str
) -> None:
    bob.create("bob.pythonanywhere.com")
    alice.pa.path("/home/alice/out").symlink_to(alice.pa.path("/home/bob"))
    alice.host(wsgi_saying("app"))
    alice.post(FILES, json={"url": "/s/", "path": folder})
    alice.reload()
    assert alice.visit(f"/s/{name}").text in {"app", not_found()}


@pytest.mark.parametrize(
    ("target", "link", "visited"),
    diagonal(
        ["/home/alice2/README.txt", "/.emulator/db.sqlite3"], [("x", "x"), ("index.html", "")]
    ),
)
def test_a_link_in_a_mapped_folder_does_not_lead_out(
    alice: Client, target: str, link: str, visited: str
) -> None:
    alice.pa.add_user("alice2")
    alice.host(wsgi_saying("app"))
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice"})
    alice.pa.path("/home/alice").joinpath(link).symlink_to(alice.pa.path(target))
    alice.reload()
    assert alice.visit(f"/s/{visited}").text in {"app", not_found()}


@pytest.mark.soak
def test_a_mapped_folder_that_becomes_a_link_does_not_lead_out(alice: Client, bob: Client) -> None:
    bob.upload("/home/bob/secret", "bob's")
    alice.host(wsgi_saying("app"))
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/later"})
    alice.reload()
    alice.pa.path("/home/alice/later").symlink_to(alice.pa.path("/home/bob"))
    assert alice.visit("/s/secret").text in {"app", not_found()}


def test_a_link_within_the_mapped_folder_is_followed(alice: Client) -> None:
    alice.upload("/home/alice/s/a", "a")
    alice.pa.path("/home/alice/s/b").symlink_to("a")
    alice.create()
    alice.post(FILES, json={"url": "/s/", "path": "/home/alice/s"})
    alice.reload()
    assert alice.visit("/s/b").text == "a"


def test_a_mapping_through_a_link_follows_what_the_app_made_of_it_when_it_was_loaded(
    alice: Client,
) -> None:
    """uWSGI follows links at the first request, and the app is loaded before that."""
    alice.upload("/home/alice/one/a.css", "one")
    alice.upload("/home/alice/two/a.css", "two")
    switch = (
        "import os\n"
        "link = '/home/alice/current'\n"
        "now = 'two' if os.path.lexists(link) else 'one'\n"
        "os.symlink(now, link + '.new')\n"
        "os.replace(link + '.new', link)\n"
    )
    alice.host(switch + wsgi_saying("app"))
    alice.post(FILES, json={"url": "/static/", "path": "/home/alice/current"})
    alice.reload()

    assert alice.visit("/static/a.css").text == "two"


@pytest.mark.parametrize(
    ("given", "status"),
    one_in(
        3, [("123456789", 200), ("12345678", 200), ("12345678 and all else", 200), ("1234567", 401)]
    ),
)
def test_eight_characters_of_a_password_count(alice: Client, given: str, status: int) -> None:
    """Text of the Web tab of 2026 (api-facts R10)."""
    alice.create()
    fields = {
        "password_protection_enabled": True,
        "password_protection_username": "fred",
        "password_protection_password": "12345678 and more",
    }
    assert alice.patch(f"webapps/{DOMAIN}/", json=fields).status_code == 200
    alice.reload()
    credentials = base64.b64encode(f"fred:{given}".encode()).decode()
    answer = alice.visit(headers={"Authorization": f"Basic {credentials}"})
    assert answer.status_code == status
