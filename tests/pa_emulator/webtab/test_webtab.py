"""The Web tab, as text and in a browser."""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests

from tests.pa_emulator.client import DOMAIN, wsgi_saying
from tests.pa_emulator.webtab.browser import Browser, find_chromium

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client

CHROMIUM = find_chromium()


def page(client: Client, path: str = "/user/alice/webapps/") -> requests.Response:
    return requests.get(client.pa.url + path, timeout=60)


def test_an_account_without_web_apps_says_so(alice: Client) -> None:
    assert "No web apps yet" in page(alice).text


def test_configuration_mappings_headers_and_logs_are_shown(alice: Client) -> None:
    alice.host("import not_there\n")
    alice.post(f"webapps/{DOMAIN}/static_files/", json={"url": "/st/", "path": "/home/alice/st"})
    row = {"url": "/st/", "name": "X-A", "value": "b"}
    alice.post(f"webapps/{DOMAIN}/static_headers/", json=row)
    alice.visit()
    text = page(alice).text
    for shown in (DOMAIN, "/st/", "/home/alice/st", "X-A", "3.11", "not_there", "error.log"):
        assert shown in text


def test_the_password_is_not_shown(alice: Client) -> None:
    alice.create()
    fields = {"password_protection_username": "foo", "password_protection_password": "s3cret"}
    alice.patch(f"webapps/{DOMAIN}/", data=fields)
    assert "foo" in page(alice).text
    assert "s3cret" not in page(alice).text


def test_what_a_reload_would_change_is_noted(alice: Client) -> None:
    alice.host(wsgi_saying("hi"))
    assert "changed since the last reload" not in page(alice).text
    alice.patch(f"webapps/{DOMAIN}/", data={"force_https": "true"})
    assert "changed since the last reload" in page(alice).text


def test_text_from_outside_is_escaped(alice: Client) -> None:
    alice.create()
    row = {"url": "<script>alert(1)</script>", "path": '"><b>'}
    alice.post(f"webapps/{DOMAIN}/static_files/", json=row)
    assert "<script>" not in page(alice).text
    assert '"><b>' not in page(alice).text


def test_files_are_shown_as_plain_text(alice: Client) -> None:
    alice.create()
    answer = page(alice, f"/user/alice/files/var/log/{DOMAIN}.error.log")
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["Content-Type"].startswith("text/plain")


@pytest.mark.parametrize(
    "path",
    [
        "/user/nobody/webapps/",
        "/user/nobody/files/x",
        "/user/alice/files/home/alice/no",
        "/user/alice/files/etc/passwd",
        "/user/alice/files/home/bob/x",
    ],
)
def test_what_is_not_there_is_404(alice: Client, path: str) -> None:
    assert page(alice, path).status_code == 404


def test_the_front_page_leads_to_each_account(alice: Client, bob: Client) -> None:
    text = page(alice, "/").text
    assert '"/user/alice/webapps/"' in text
    assert f'"/user/{bob.base.split("/")[-2]}/webapps/"' in text


@pytest.mark.skipif(
    CHROMIUM is None, reason="no Chromium on this machine: apt-get install chromium"
)
def test_a_click_leads_to_the_hosted_page(alice: Client) -> None:
    alice.host(wsgi_saying("the hosted page"))
    with Browser(str(CHROMIUM)) as browser:
        browser.open(alice.pa.url + "/")
        browser.click("a[href='/user/alice/webapps/']")
        assert browser.run("document.querySelector('.badge').innerText") == "served"
        if folder := os.environ.get("SCREENSHOTS"):
            Path(folder, "webtab.png").write_bytes(base64.b64decode(browser.screenshot()))
        browser.click("a.site")
        assert browser.run("document.body.innerText") == "the hosted page"
        assert browser.run("location.hostname") == f"{DOMAIN}.localhost"
