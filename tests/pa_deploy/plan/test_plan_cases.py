"""Each case in tests/plans: as a value, and for real on the emulator."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.api import Api
from pa_deploy.errors import InputError
from pa_deploy.model import Actual, Setting, WantedWebapp, Webapp
from pa_deploy.model.plan import SettingName
from pa_deploy.plan import make_plan, used_paths
from pa_deploy.reconcile import Changer, batches, find_missing, observe
from pa_deploy.report import webapp_json
from pa_emulator import Emulator
from tests.fake_clock import FakeClock
from tests.hosted import DOMAIN
from tests.pa_deploy.api.test_api import connect
from tests.plan_cases import (
    FAR_DAYS,
    WSGI_PATH,
    Case,
    actual_of,
    inputs_of,
    load,
    must_be_said,
    said,
    static_file,
    static_header,
    webapp_of,
)
from tests.soak import one_in

CASES = load()
SETTINGS: tuple[SettingName, ...] = (
    "source_directory",
    "working_directory",
    "virtualenv",
    "force_https",
    "password_protection",
)
each_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


def test_no_two_cases_say_the_same() -> None:
    names = [case.data["case"] for case in CASES]

    assert len(names) == len(set(names)) >= 60


@each_case
def test_as_a_value(case: Case, tmp_path: Path) -> None:
    wanted, policy = inputs_of(case, tmp_path)
    actual = actual_of(case, wanted)
    expiry = actual.webapp.expiry if actual.webapp else None

    if "refused" in case.data:
        with pytest.raises(InputError) as caught:
            make_plan(actual, wanted, policy)
        assert str(caught.value) == case.data["refused"]
    else:
        assert said(make_plan(actual, wanted, policy)) == must_be_said(case, expiry)


@pytest.mark.parametrize("case", one_in(6, CASES), ids=lambda case: case.name)
def test_for_real(case: Case, tmp_path: Path, pa: Emulator) -> None:
    """The emulator is brought to the state, the plan applied, and the state read back."""
    api = connect(pa.url, pa.token)
    clock = FakeClock()
    wanted, policy = inputs_of(case, tmp_path)
    _bring_about(case, wanted, api, pa)
    seen = _look(case, wanted, api, clock)

    if "refused" in case.data:
        with pytest.raises(InputError) as caught:
            make_plan(seen, wanted, policy)
        assert str(caught.value) == case.data["refused"]
        return
    plan = make_plan(seen, wanted, policy)
    assert said(plan) == must_be_said(case, seen.webapp.expiry if seen.webapp else None)

    changer = Changer(api, DOMAIN, seen, print)
    for batch in batches(plan.changes):
        changer.make(batch)
    reached = changer.actual
    found = observe(api, wanted, clock)

    assert make_plan(reached, wanted, policy).changes == ()
    assert make_plan(found, wanted, policy).changes == ()
    for part in ("static_files", "static_headers", "wsgi_file", "shared_files"):
        if getattr(found, part) is not None:
            assert _sorted(getattr(found, part)) == _sorted(getattr(reached, part))
    _check_after(case, api)


def _sorted(part: object) -> object:
    return sorted(part, key=str) if isinstance(part, tuple) else part


def _bring_about(case: Case, wanted: WantedWebapp, api: Api, pa: Emulator) -> None:
    actual = case.actual
    webapp = webapp_of(actual)
    for virtualenv in (wanted.virtualenv, webapp and webapp.virtualenv):
        if virtualenv:
            version = f"version = {sys.version_info[0]}.{sys.version_info[1]}"
            _put(pa, f"{virtualenv}/pyvenv.cfg", version)
    for path in actual.get("files", ()):
        _put(pa, path, "text")
    for path in actual.get("shared-files", ()):
        api.files.share(path)
    if webapp is not None:
        _make_webapp(webapp, actual, api)
    if "wsgi-file" in actual:
        _put_wsgi_file(actual["wsgi-file"], api, outlives=webapp is None)
    for path in actual.get("gone", ()):
        api.files.delete(path)


def _put_wsgi_file(text: str | None, api: Api, *, outlives: bool) -> None:
    """The file outlives its web app; only the account that had the app may write it."""
    if outlives:
        api.webapps.create(DOMAIN, "3.13")
    if text is None:
        api.files.delete(WSGI_PATH)
    else:
        api.files.upload(WSGI_PATH, text.encode())
    if outlives:
        api.webapps.delete(DOMAIN)


def _make_webapp(webapp: Webapp, actual: dict[str, Any], api: Api) -> None:
    api.webapps.create(DOMAIN, webapp.python_version)
    api.webapps.patch(DOMAIN, tuple(Setting(name, getattr(webapp, name)) for name in SETTINGS))
    for line in actual.get("static-files", ()):
        api.static_files.create(DOMAIN, static_file(line))
    for line in actual.get("static-headers", ()):
        api.static_headers.create(DOMAIN, static_header(line))


def _put(pa: Emulator, path: str, text: str) -> None:
    file = pa.path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def _look(case: Case, wanted: WantedWebapp, api: Api, clock: FakeClock) -> Actual:
    """As a plan looks; on a day that is as far from the expiry as the case wants it."""
    seen = observe(api, wanted, clock)
    if seen.webapp is not None:
        assert isinstance(seen.webapp.expiry, date)
        days = case.actual.get("webapp", {}).get("expires-in", FAR_DAYS)
        seen = replace(seen, observed_on=seen.webapp.expiry - timedelta(days=days))
    if "missing" in case.actual:
        paths = (path for path, _ in used_paths(seen, wanted))
        seen = replace(seen, missing_paths=find_missing(api, paths))
    return seen


def _check_after(case: Case, api: Api) -> None:
    after = dict(case.data.get("after", {}))
    if "static-files" in after:
        rows = [static_file(line) for line in after.pop("static-files")]
        assert list(api.static_files.list(DOMAIN)) == rows
    if "static-headers" in after:
        headers = [static_header(line) for line in after.pop("static-headers")]
        assert list(api.static_headers.list(DOMAIN)) == headers
    if after:
        assert after.items() <= webapp_json(api.webapps.show(DOMAIN)).items()
