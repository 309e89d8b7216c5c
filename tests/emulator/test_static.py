"""Static mappings and headers of hosted sites."""

from __future__ import annotations

import pytest

from tests.emulator.client import DOMAIN, WSGI, Client, wsgi_saying

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
    [
        {"url": "no slash", "path": "/home/alice/x"},
        {"url": "/a=b/", "path": "@(/etc/passwd)"},
        {"url": "/s/", "path": "$(HOME)"},
        {"url": "/t/", "path": "/etc"},
    ],
)
def test_odd_mappings_leave_the_site_up(alice: Client, row: dict[str, str]) -> None:
    alice.create()
    alice.post(FILES, json=row)
    assert alice.reload().status_code == 200
    assert "Hello" in alice.visit().text
    assert alice.visit("/t/hostname").status_code == 404


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
