"""`password-protection`, end to end: what it does, and that its password is never seen."""

from __future__ import annotations

import base64
import json

import pytest
import requests

from pa_deploy.errors import DeployError
from pa_deploy.model import HealthCheck, PasswordProtection, Secret, Webapp
from pa_deploy.verify import with_login
from pa_deploy.verify.site import login_at
from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.pa_deploy.api.test_api import connect
from tests.runner import Runner
from tests.scripted_server import Reply, ScriptedServer
from tests.terminal import Terminal

LOGIN = "carol:c0rrect:hôrse"
SITE = {"python_version": "3.13", "password_protection": LOGIN}


def visit(pa: Emulator, login: str = "") -> int:
    headers = {"Host": DOMAIN}
    if login:
        headers["Authorization"] = f"Basic {base64.b64encode(login.encode()).decode()}"
    return requests.get(pa.url, headers=headers, timeout=30).status_code


def webapp_of(pa: Emulator) -> dict[str, object]:
    found = hosted.api(pa, "GET", f"webapps/{DOMAIN}/").json()
    assert isinstance(found, dict)
    return found


def test_the_site_asks_for_the_login_and_the_deploy_is_green(runner: Runner, pa: Emulator) -> None:
    done = runner.run(**SITE)

    assert (done.exit_code, done.outputs["healthy"]) == (0, "true"), done.log
    assert (visit(pa), visit(pa, LOGIN)) == (401, 200)


def test_the_plan_shows_the_name_and_hides_the_password(runner: Runner) -> None:
    done = runner.run(**SITE, mode="plan", report="report.json")

    assert "Set password-protection: carol:***" in done.log
    assert "<code>carol&#58;&#42;&#42;&#42;</code>" in done.summary
    assert json.loads(done.outputs["plan"])["changes"][1]["after"]["value"] == "carol:***"


def test_a_second_run_finds_nothing_to_change(runner: Runner) -> None:
    runner.run(**SITE)

    done = runner.run(**SITE, reload="auto")

    assert (done.outputs["changed"], done.outputs["healthy"]) == ("false", "true"), done.log


def test_another_password_is_a_change_that_shows_neither(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE, reload="never")

    done = runner.run(password_protection="carol:another one", reload="never")

    assert "Change password-protection: carol:*** → carol:*** (another password)" in done.log
    assert webapp_of(pa)["password_protection_password"] == "another one"


@pytest.mark.soak
def test_none_opens_the_site_again(runner: Runner, pa: Emulator) -> None:
    runner.run(**SITE)

    done = runner.run(password_protection="none")

    assert "Change password-protection: carol:*** → none" in done.log
    assert visit(pa) == 200


@pytest.mark.soak
def test_a_site_that_was_protected_before_is_asked_with_its_login_too(
    runner: Runner, pa: Emulator
) -> None:
    runner.run(**SITE)

    done = runner.run()

    assert (done.exit_code, visit(pa)) == (0, 401)


def test_the_digest_does_not_depend_on_the_password(runner: Runner) -> None:
    digests = {
        runner.run(python_version="3.13", password_protection=login, mode="plan").outputs["digest"]
        for login in ("carol:guess one", "carol:guess two")
    }

    assert len(digests) == 1


def test_a_password_that_is_not_kept_is_an_error_that_shows_neither(
    runner: Runner, pa: Emulator
) -> None:
    runner.run(python_version="3.13", password_protection="carol:before it", reload="never")
    body = json.dumps(webapp_of(pa))
    pa.add_fault(method="PATCH", path=".*/webapps/.*", status=200, body=body, times=1)

    done = runner.run(password_protection="carol:after it")

    assert done.exit_code == 5
    assert "its answer shows: carol:*** (another password)" in done.errors[0]


def test_a_refusal_that_cites_the_password_does_not_show_it(runner: Runner, pa: Emulator) -> None:
    runner.run(python_version="3.13", reload="never")
    body = json.dumps({"password_protection_password": [f'"{LOGIN.partition(":")[2]}" is short.']})
    pa.add_fault(method="PATCH", path=".*/webapps/.*", status=400, body=body, times=1)

    done = runner.run(password_protection=LOGIN)

    assert '"***" is short' in done.errors[0]


def test_an_answer_of_unknown_shape_is_not_cited(server: ScriptedServer) -> None:
    server.answers(Reply(body='[{"password_protection_password": "theirs"}]'))

    with pytest.raises(DeployError) as caught:
        connect(server.url).webapps.list()

    assert "theirs" not in f"{caught.value}{caught.value.cause}"
    assert "a list of 1" in caught.value.cause


def test_the_password_of_the_api_is_not_in_the_repr_of_a_web_app(server: ScriptedServer) -> None:
    body = {
        "domain_name": DOMAIN,
        "python_version": "3.13",
        "password_protection_enabled": True,
        "password_protection_username": "carol",
        "password_protection_password": "theirs",
    }
    server.answers(Reply(body=json.dumps([body])))

    (webapp,) = connect(server.url).webapps.list()

    assert webapp.password_protection.password.reveal() == "theirs"
    assert "theirs" not in repr(webapp)


def test_a_password_that_is_left_over_while_the_site_is_open_does_not_count(
    server: ScriptedServer,
) -> None:
    body = {
        "domain_name": DOMAIN,
        "python_version": "3.13",
        "password_protection_enabled": False,
        "password_protection_username": "carol",
        "password_protection_password": "theirs",
    }
    server.answers(Reply(body=json.dumps([body])))

    assert connect(server.url).webapps.list()[0].password_protection == PasswordProtection()


def test_status_asks_with_the_login_and_shows_no_password(
    terminal: Terminal, runner: Runner
) -> None:
    runner.run(**SITE)

    for words in (["status"], ["status", "--json"], ["webapps", "show"], ["webapps", "list"]):
        shown = terminal.type(*words)
        assert shown.exit_code == 0
        assert "carol" in shown.out
        assert LOGIN.partition(":")[2] not in shown.out + shown.err
    assert "answered 200" in terminal.type("status").out


@pytest.mark.parametrize(
    ("url", "sent"),
    [
        (f"https://{DOMAIN}/up", True),
        (f"http://{DOMAIN}/", False),
        (f"https://{DOMAIN}:8443/", False),
        ("https://www.example.com/", False),
        (f"https://{DOMAIN}.example.com/", False),
    ],
)
def test_the_login_goes_to_the_site_alone_and_never_in_clear(url: str, *, sent: bool) -> None:
    login = PasswordProtection(enabled=True, username="carol", password=Secret("s3cret"))
    webapp = Webapp(domain=DOMAIN, python_version="3.13", password_protection=login)
    check = HealthCheck(
        url=url, statuses=((200, 399),), text=None, timeout_seconds=1, domain=DOMAIN
    )

    assert login_at(with_login(check, webapp), url) == (login if sent else None)


def test_an_open_site_is_asked_without_a_login() -> None:
    check = HealthCheck(
        url=f"https://{DOMAIN}/", statuses=((200, 399),), text=None, timeout_seconds=1
    )

    assert with_login(check, Webapp(domain=DOMAIN, python_version="3.13")) == check
    assert with_login(check, None) == check


def test_a_health_check_that_gets_no_login_says_why(runner: Runner) -> None:
    done = runner.run(**SITE, health_check=f"http://{DOMAIN}/", health_timeout="1")

    assert done.exit_code == 8
    assert "only over https and only to the web app's own domain" in done.errors[0]
