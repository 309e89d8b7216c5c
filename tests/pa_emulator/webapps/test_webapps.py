"""`webapps/`: list, create, show, change, delete, enable, disable."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import DOMAIN, WSGI, Client

FORBIDDEN = {"detail": "You do not have permission to perform this action."}
ONE = f"webapps/{DOMAIN}/"


def test_a_new_account_has_none(alice: Client) -> None:
    assert alice.get("webapps/").json() == []


def test_creation_answers_ok_as_text_json(alice: Client) -> None:
    answer = alice.create()
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    assert answer.headers["Content-Type"] == "text/json"


def test_creation_by_json(alice: Client) -> None:
    body = {"domain_name": DOMAIN, "python_version": "python313"}
    assert alice.post("webapps/", json=body).json() == {"status": "OK"}


def test_a_created_app_shows_all_its_fields(alice: Client) -> None:
    alice.create(python="python310")
    expiry = (datetime.now(tz=UTC).date() + timedelta(days=90)).isoformat()
    assert alice.get("webapps/").json() == [
        {
            "id": 1,
            "user": "alice",
            "domain_name": DOMAIN,
            "python_version": "3.10",
            "source_directory": "/var/www",
            "working_directory": "/home/alice/",
            "virtualenv_path": "",
            "expiry": expiry,
            "force_https": False,
            "password_protection_enabled": False,
            "password_protection_username": "",
            "password_protection_password": "",
        }
    ]
    assert alice.get(ONE).json() == alice.get("webapps/").json()[0]


@pytest.mark.parametrize(
    "version", ["python39", "python310", "python311", "python312", "python313", "python314"]
)
def test_every_offered_python_can_be_asked_for(alice: Client, version: str) -> None:
    assert alice.create(python=version).status_code == 200


@pytest.mark.parametrize("version", ["python27", "3.13", "python315", ""])
def test_a_python_not_offered_is_400(alice: Client, version: str) -> None:
    answer = alice.create(python=version)
    assert answer.status_code == 400
    assert answer.json() == {"python_version": [f'"{version}" is not a valid choice.']}


def test_creation_wants_both_fields(alice: Client) -> None:
    answer = alice.post("webapps/", data={})
    needed = ["This field is required."]
    assert answer.status_code == 400
    assert answer.json() == {"domain_name": needed, "python_version": needed}


def test_creation_overwrites_the_wsgi_file(alice: Client) -> None:
    alice.upload(WSGI, "mine")
    alice.create()
    assert "HELLO WORLD" in alice.read(WSGI)


def test_domains_are_lower_cased(alice: Client) -> None:
    alice.create("Alice.PythonAnywhere.com")
    assert alice.get("webapps/").json()[0]["domain_name"] == DOMAIN


def test_domain_that_is_none_is_400(alice: Client) -> None:
    assert alice.create("no domain/..").status_code == 400


@pytest.mark.parametrize(
    "domain",
    [
        "localhost",
        "www.example.localhost",
        "127.0.0.1",
        "8.8.8.8",
        "www.pythonanywhere.com",
        "EU.pythonanywhere.com",
    ],
)
def test_a_domain_that_could_never_be_served_is_400(alice: Client, domain: str) -> None:
    answer = alice.create(domain)
    assert answer.status_code == 400
    assert answer.json() == {"domain_name": ["Enter a valid domain name."]}


def test_creating_it_twice_is_a_soft_error(alice: Client) -> None:
    alice.create()
    answer = alice.create()
    assert (answer.status_code, answer.json()["status"]) == (200, "ERROR")
    assert set(answer.json()) == {"status", "error_type", "error_message"}


def test_anothers_domain_is_403(alice: Client, bob: Client) -> None:
    alice.create("www.example.com")
    answer = bob.create("www.example.com")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


def test_anothers_subdomain_is_403(bob: Client) -> None:
    assert bob.create(DOMAIN).status_code == 403


def test_a_second_subdomain_form_is_allowed(alice: Client) -> None:
    assert alice.create(f"blog-{DOMAIN}").status_code == 200


def test_plan_limit_is_400_in_its_words(free: Client) -> None:
    free.create("fred.pythonanywhere.com")
    answer = free.create("fred.pythonanywhere.com")
    assert answer.status_code == 400
    assert answer.json()["error_message"] == (
        "You cannot create any more webapps - your account only allows 1"
    )


def test_free_accounts_have_no_other_domain(free: Client) -> None:
    answer = free.create("www.example.com")
    assert (answer.status_code, answer.json()["status"]) == (400, "ERROR")
    assert free.get("webapps/").json() == []


def test_free_apps_expire_after_a_month(free: Client) -> None:
    free.create("fred.pythonanywhere.com")
    expiry = (datetime.now(tz=UTC).date() + timedelta(days=30)).isoformat()
    assert free.get("webapps/").json()[0]["expiry"] == expiry


def test_reading_an_app_that_is_not_there_is_404(alice: Client) -> None:
    answer = alice.get("webapps/nothing.pythonanywhere.com/")
    assert (answer.status_code, answer.json()) == (404, {"detail": "Not found."})


@pytest.mark.parametrize("method", ["PATCH", "PUT", "DELETE"])
def test_writing_an_app_that_is_not_there_is_403(alice: Client, method: str) -> None:
    answer = alice(method, "webapps/nothing.pythonanywhere.com/")
    assert (answer.status_code, answer.json()) == (403, FORBIDDEN)


@pytest.mark.parametrize(("mode", "status"), [("404", 404), ("403", 403)])
def test_missing_webapp_has_one_answer_for_all_methods(mode: str, status: int) -> None:
    with Emulator(missing_webapp=mode, hosting=False) as pa:
        client = Client(pa)
        answers = {client(method, ONE).status_code for method in ("GET", "PATCH", "PUT", "DELETE")}
        answers.add(client.reload().status_code)
        client.session.close()
    assert answers == {status}


@pytest.mark.parametrize("is_plain", [True, False])
def test_the_page_of_a_new_app_may_have_another_title(*, is_plain: bool) -> None:
    with Emulator(plain_hello=is_plain, hosting=False) as pa:
        client = Client(pa)
        client.create()
        text = pa.path("/var/www/alice_pythonanywhere_com_wsgi.py").read_text()
        client.session.close()
    assert ("<title>PythonAnywhere hosted web application</title>" in text) is not is_plain


@pytest.mark.parametrize("method", ["GET", "PATCH", "PUT", "DELETE"])
def test_anothers_app_is_as_one_that_is_not_there(alice: Client, bob: Client, method: str) -> None:
    alice.create()
    assert bob(method, ONE).status_code == bob(method, "webapps/nothing.example.com/").status_code
    assert len(alice.get("webapps/").json()) == 1


def test_patch_changes_what_is_sent_and_answers_all(alice: Client) -> None:
    alice.create()
    before = alice.get(ONE).json()
    answer = alice.patch(ONE, data={"source_directory": "/home/alice/mysite"})
    assert answer.status_code == 200
    assert answer.json() == before | {"source_directory": "/home/alice/mysite"}
    assert alice.get(ONE).json() == answer.json()


def test_put_takes_part_of_the_fields_too(alice: Client) -> None:
    alice.create()
    answer = alice.put(ONE, data={"python_version": "3.12"})
    assert (answer.status_code, answer.json()["python_version"]) == (200, "3.12")


@pytest.mark.parametrize("value", ["true", "True", "1", "on"])
def test_booleans_in_forms(alice: Client, value: str) -> None:
    alice.create()
    assert alice.patch(ONE, data={"force_https": value}).json()["force_https"] is True


def test_patch_wants_a_dotted_python(alice: Client) -> None:
    alice.create()
    answer = alice.patch(ONE, data={"python_version": "python310"})
    assert answer.status_code == 400
    assert answer.json() == {"python_version": ['"python310" is not a valid choice.']}


def test_unknown_and_read_only_fields_are_ignored(alice: Client) -> None:
    alice.create()
    before = alice.get(ONE).json()
    answer = alice.patch(ONE, data={"bogus": "x", "expiry": "2099-01-01", "domain_name": "y.z"})
    assert (answer.status_code, answer.json()) == (200, before)


def test_password_comes_back_in_clear(alice: Client) -> None:
    alice.create()
    answer = alice.patch(ONE, data={"password_protection_password": "s3cret"})
    assert answer.json()["password_protection_password"] == "s3cret"


def test_virtualenv_that_is_none_is_400(alice: Client) -> None:
    alice.create()
    answer = alice.patch(ONE, data={"virtualenv_path": "/home/alice/.virtualenvs/none"})
    assert answer.status_code == 400
    assert answer.json() == {"virtualenv_path": ["Warning: No virtualenv detected at this path."]}


def test_virtualenv_of_another_python_is_400(alice: Client) -> None:
    alice.create(python="python310")
    alice.upload("/home/alice/old/pyvenv.cfg", "version = 2.7.18\n")
    answer = alice.patch(ONE, data={"virtualenv_path": "/home/alice/old"})
    assert answer.json() == {
        "virtualenv_path": [
            "This virtualenv seems to have the wrong Python version (2.7 instead of 3.10)."
        ]
    }


def test_virtualenv_is_checked_against_the_python_before_the_request(alice: Client) -> None:
    alice.create(python="python39")
    alice.upload("/home/alice/new/pyvenv.cfg", "version = 3.14.0\n")
    both = {"python_version": "3.14", "virtualenv_path": "/home/alice/new"}
    assert alice.patch(ONE, data=both).status_code == 400
    assert alice.patch(ONE, data={"python_version": "3.14"}).status_code == 200
    assert alice.patch(ONE, data=both).status_code == 200


def test_virtualenv_can_be_cleared(alice: Client) -> None:
    alice.create()
    assert alice.patch(ONE, data={"virtualenv_path": ""}).status_code == 200


def test_delete_is_204_and_keeps_files(alice: Client) -> None:
    alice.create()
    answer = alice.delete(ONE)
    assert (answer.status_code, answer.content) == (204, b"")
    assert alice.get("webapps/").json() == []
    assert "HELLO WORLD" in alice.read(WSGI)


def test_disable_and_enable(alice: Client) -> None:
    alice.create()
    assert alice.post(ONE + "disable/").json() == {"status": "OK"}
    assert alice.post(ONE + "enable/").json() == {"status": "OK"}


def test_enabling_what_is_enabled_is_400(alice: Client) -> None:
    alice.create()
    answer = alice.post(ONE + "enable/")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith("You cannot create any more webapps - ")


@pytest.mark.parametrize("action", ["enable", "disable"])
def test_free_accounts_may_not_switch(free: Client, action: str) -> None:
    free.create("fred.pythonanywhere.com")
    answer = free.post(f"webapps/fred.pythonanywhere.com/{action}/")
    assert answer.status_code == 403


def test_reloading_a_disabled_app_is_500(alice: Client) -> None:
    alice.create()
    alice.post(ONE + "disable/")
    assert alice.reload().status_code == 500


def test_reloading_no_app_is_403(alice: Client) -> None:
    assert alice.reload().status_code == 403
