"""`webapps/{domain}/ssl/` and its v1 twin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import trustme

from tests.pa_emulator.client import DOMAIN

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client

CUSTOM = "www.example.com"
SSL = f"webapps/{CUSTOM}/ssl/"


@pytest.fixture(scope="module")
def issued() -> dict[str, str]:
    """A certificate for www.example.com and its key, as the API wants them."""
    made = trustme.CA().issue_cert(CUSTOM)
    chain = b"".join(blob.bytes() for blob in made.cert_chain_pems)
    return {"cert": chain.decode(), "private_key": made.private_key_pem.bytes().decode()}


def test_a_subdomain_has_one_from_the_start(alice: Client) -> None:
    alice.create()
    answer = alice.get(f"webapps/{DOMAIN}/ssl/")
    assert (answer.status_code, answer.json()) == (200, {"cert_type": "pythonanywhere-subdomain"})


def test_a_custom_certificate_is_shown(alice: Client, issued: dict[str, str]) -> None:
    alice.create(CUSTOM)
    answer = alice.post(SSL, json=issued)
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    shown = alice.get(SSL).json()
    assert shown["subject_alternate_names"] == [CUSTOM]
    assert set(shown) == {
        "cert_type",
        "not_after",
        "issuer_name",
        "subject_name",
        "subject_alternate_names",
    }


def test_lets_encrypt(alice: Client) -> None:
    alice.create(CUSTOM)
    alice.post(SSL, json={"cert_type": "letsencrypt-auto-renew"})
    shown = alice.get(SSL).json()
    assert shown["cert_type"] == "letsencrypt-auto-renew"
    assert shown["subject_name"] == CUSTOM


@pytest.mark.parametrize("broken", ["cert", "private_key"])
def test_a_broken_one_is_400(alice: Client, issued: dict[str, str], broken: str) -> None:
    alice.create(CUSTOM)
    assert alice.post(SSL, json={**issued, broken: "none"}).status_code == 400


def test_anothers_key_is_400(alice: Client, issued: dict[str, str]) -> None:
    alice.create(CUSTOM)
    key = trustme.CA().issue_cert(CUSTOM).private_key_pem.bytes().decode()
    assert alice.post(SSL, json={**issued, "private_key": key}).status_code == 400


def test_delete(alice: Client, issued: dict[str, str]) -> None:
    alice.create(CUSTOM)
    alice.post(SSL, json=issued)
    assert alice.delete(SSL).json() == {"status": "OK"}
    assert alice.get(SSL).json() == {"cert_type": "none"}


def test_v1_is_the_same(alice: Client) -> None:
    alice.create(CUSTOM)
    url = f"{alice.pa.url}/api/v1/user/alice/domains/{CUSTOM}/ssl/"
    alice.session.post(url, json={"cert_type": "letsencrypt-auto-renew"})
    assert alice.session.get(url).json() == alice.get(SSL).json()


def test_no_app_is_404(alice: Client) -> None:
    assert alice.get(SSL).status_code == 404
