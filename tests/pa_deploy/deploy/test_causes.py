"""Why a site is not healthy: the likely cause that a failed run tells."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from pa_deploy.deploy.causes import likely_cause
from pa_deploy.model import Health, HealthCheck, Trouble
from tests.hosted import DOMAIN
from tests.runner import Runner
from tests.soak import first_of

URL = f"https://{DOMAIN}/"
TOO_SLOW = "The site was too slow: no answer within"


def cause(detail: str, timeout: float = 60, waited: float = 60) -> str:
    health = Health(
        healthy=False,
        url=URL,
        detail=detail,
        status=None,
        seconds=1,
        attempts=1,
        trouble="no-answer",
    )
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


DEFAULT_LOG = ("ModuleNotFoundError: No module named 'x'", "Traceback (most recent call last):")


def cause_of(status: int, *, app: str | None = "mysite:app", **more: Any) -> str:  # noqa: ANN401
    given = {"trouble": "status", "detail": f"answered {status}", **more}
    health = Health(healthy=False, url=URL, status=status, seconds=1, attempts=1, **given)
    check = HealthCheck(
        url=f"{URL}page", statuses=((200, 399),), text=None, timeout_seconds=60, domain=DOMAIN
    )
    return likely_cause(health, check, 60, app)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        (cause_of(404), "The app is running but has no page at /page."),
        (cause_of(404, app=None), "The app is running but has no page at /page."),
        (cause_of(404, app=""), "no static file mapping has a file for /page. Map a folder"),
        (cause_of(403), "Point `health-check` at a public page."),
        (cause_of(418), "does not fit `health-check` or `health-status`"),
        (cause_of(500), "Common causes: an import error"),
        (cause_of(500, log_tail=("one line of the app",)), "Common causes: an import error"),
        (cause_of(502), "The web app does not start, or all its workers are busy."),
        (cause_of(200, trouble="default-page"), "set `source` and `app`, or `wsgi-file`"),
        (cause_of(404, trouble="coming-soon"), "it may be disabled, expired or deleted"),
        (cause_of(200, trouble="text"), "does not have the text of `health-text`"),
        (cause_of(200, trouble="cached"), "A cache in front of the site answers"),
        (cause_of(200, trouble="release"), f"{DOMAIN} leads to another server"),
        (cause_of(302, trouble="redirect"), "Correct the redirects of the app"),
        (
            cause_of(302, trouble="redirect", detail="answered 302, a redirect to itself"),
            "This is normal while the web app starts.",
        ),
        (cause_of(404, trouble="static"), "The mapping does not serve the folder."),
        (
            cause_of(200, trouble="static", detail="x; the earlier mapping y hides it"),
            "Change their order or URLs.",
        ),
    ],
)
def test_what_is_told_fits_the_answer(told: str, said: str) -> None:
    assert said in told


@pytest.mark.parametrize("trouble", ["status", "error-page"])
def test_the_exception_of_the_log_is_named_with_what_helps(trouble: str) -> None:
    told = cause_of(500, trouble=trouble, log_tail=DEFAULT_LOG)

    assert told.startswith("The app fails with ModuleNotFoundError: No module named 'x'. ")
    assert "Python finds no module x." in told


def test_inputs_of_releases_are_no_help_without_one() -> None:
    told = cause_of(500, app=None, log_tail=DEFAULT_LOG)

    assert told == "The app fails with ModuleNotFoundError: No module named 'x'."


@pytest.mark.parametrize(
    ("logged", "said"),
    first_of(
        [
            (f"Invalid HTTP_HOST header: '{DOMAIN}'.", "The app refuses its own address. Add"),
            ("You may need to add it to ALLOWED_HOSTS.", "The app refuses its own address. Add"),
            ("something else", "The app may refuse its own address. With Django, add"),
        ]
    ),
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


@pytest.mark.parametrize("trouble", get_args(Trouble))
def test_each_trouble_has_a_cause(trouble: Trouble) -> None:
    assert cause_of(500, trouble=trouble).endswith((".", "`"))
