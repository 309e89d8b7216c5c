"""The account on the emulator as a scenario finds it; nothing here is measured."""

from __future__ import annotations

from collections.abc import Sequence

import requests

from pa_emulator import Emulator

DOMAIN = "alice.pythonanywhere.com"
WEBAPP = f"webapps/{DOMAIN}/"
MAPPINGS = (("/static/", "/home/alice/mysite/static"), ("/media/", "/home/alice/mysite/media"))
MINUTE_CALLS = 30
"""After so many calls to one endpoint the rate limit is cleared; it is 40 a minute."""


def account(path: str) -> str:
    """The path of an endpoint."""
    return f"/api/v0/user/alice/{path}"


def api(emulator: Emulator, method: str, path: str, /, **form: str) -> requests.Response:
    answer = requests.request(
        method,
        emulator.url + account(path),
        headers={"Authorization": f"Token {emulator.token}"},
        data=form,
        verify=str(emulator.ca),
        timeout=60,
    )
    answer.raise_for_status()
    return answer


def empty(emulator: Emulator) -> None:
    """No web app, no file, no call in any rate limit."""
    emulator.reset()
    emulator.clear_faults()


def configured(emulator: Emulator, mappings: Sequence[tuple[str, str]] = MAPPINGS) -> None:
    """A web app as a deploy would have made it."""
    empty(emulator)
    api(emulator, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    api(emulator, "PATCH", WEBAPP, source_directory="/home/alice/mysite")
    for number, (url, path) in enumerate(mappings, start=1):
        api(emulator, "POST", f"{WEBAPP}static_files/", url=url, path=path)
        if not number % MINUTE_CALLS:
            emulator.clear_rate_limit()
    api(emulator, "POST", f"{WEBAPP}reload/")
    emulator.clear_rate_limit()


def without_webapp(emulator: Emulator, domains: Sequence[str]) -> None:
    """As `empty`; and a missing web app answers the 404 that the official library waits for."""
    empty(emulator)
    for domain in domains:
        path = account(f"webapps/{domain}/")
        emulator.add_fault(method="GET", path=path, status=404, times=1)
