"""The site's password is hidden if only PythonAnywhere knows it: no input has it."""

from __future__ import annotations

import base64
import json

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.terminal import Terminal

PASSWORD = "c0rrect-horse"
BASIC = base64.b64encode(f"carol:{PASSWORD}".encode()).decode()


@pytest.fixture(autouse=True)
def _protected(pa: Emulator) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    hosted.api(
        pa,
        "PATCH",
        f"webapps/{DOMAIN}/",
        password_protection_enabled="true",
        password_protection_username="carol",
        password_protection_password=PASSWORD,
    )


@pytest.mark.parametrize("said", [PASSWORD, BASIC, json.dumps({"carol": PASSWORD})])
@pytest.mark.parametrize("debug", [[], ["--debug", "true"]])
def test_an_error_that_quotes_it_does_not_show_it(
    terminal: Terminal, pa: Emulator, said: str, debug: list[str]
) -> None:
    body = json.dumps({"detail": f"it was {said}"})
    pa.add_fault(method="PATCH", path="/webapps/", status=400, body=body)

    shown = terminal.type("deploy", "--virtualenv", "none", "--force-https", "true", *debug)

    assert "it was " in shown.out + shown.err
    assert "***" in shown.out + shown.err
    assert said not in shown.out + shown.err
    assert PASSWORD not in shown.out + shown.err
