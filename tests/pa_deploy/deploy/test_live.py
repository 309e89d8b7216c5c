"""Why a site is not healthy: the likely cause that a failed run tells."""

from __future__ import annotations

import pytest

from pa_deploy.deploy.live import likely_cause
from pa_deploy.model import Health, HealthCheck
from tests.hosted import DOMAIN
from tests.runner import Runner

URL = f"https://{DOMAIN}/"
TOO_SLOW = "The site was too slow: no answer within"


def cause(detail: str, timeout: float = 60, waited: float = 60) -> str:
    health = Health(healthy=False, url=URL, detail=detail, status=None, seconds=1, attempts=1)
    check = HealthCheck(url=URL, statuses=((200, 399),), text=None, timeout_seconds=timeout)
    return likely_cause(health, check, waited)


@pytest.mark.parametrize("detail", ["no answer in time", "no whole answer in time"])
@pytest.mark.parametrize(
    ("timeout", "waited", "said"),
    [
        (60, 61.2, "within 61 s. Give it longer: `health-timeout: 120`."),
        (5, 5, "within 5 s. Give it longer: `health-timeout: 120`."),
        (300, 300, "within 300 s. Give it longer: `health-timeout: 600`."),
    ],
)
def test_a_site_that_is_too_slow(detail: str, timeout: float, waited: float, said: str) -> None:
    told = cause(f"no answer: {detail}", timeout, waited)

    assert told.startswith(TOO_SLOW)
    assert told.endswith(said)


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ("Name or service not known", "does not point to PythonAnywhere yet"),
        ("no connection within 10 s", "does not point to PythonAnywhere yet"),
        ("TLS failed (certificate verify failed)", "its certificate is missing"),
        ("the connection broke before the answer was whole", "closed the connection"),
    ],
)
def test_another_site_without_an_answer_is_not_called_slow(detail: str, said: str) -> None:
    told = cause(f"no answer: {detail}")

    assert said in told
    assert TOO_SLOW not in told


@pytest.mark.parametrize(
    ("logged", "said"),
    [
        (f"Invalid HTTP_HOST header: '{DOMAIN}'.", "The app refuses its own address. Add"),
        ("You may need to add it to ALLOWED_HOSTS.", "The app refuses its own address. Add"),
        ("something else", "The app may refuse its own address. With Django, add"),
    ],
)
@pytest.mark.usefixtures("pa")
def test_an_app_that_refuses_its_own_address(runner: Runner, logged: str, said: str) -> None:
    (runner.workspace / "wsgi.py").write_text(
        "def application(environ, start_response):\n"
        f"    environ['wsgi.errors'].write({logged!r} + chr(10))\n"
        "    start_response('400 Bad Request', [])\n"
        "    return [b'']\n"
    )

    done = runner.run(python_version="3.13", wsgi_file="wsgi.py", health_timeout="1")

    assert done.exit_code == 8
    assert f"{said} '{DOMAIN}' to ALLOWED_HOSTS." in done.errors[0]
