"""Real plans and real reports have the shapes that docs/schema says."""

from __future__ import annotations

import json
import re
import signal
from typing import Any

import pytest
from hypothesis import given
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry, Resource

from pa_deploy.model import Actual, Policy, WantedWebapp
from pa_deploy.plan import plan_json
from pa_emulator import Emulator
from tests import hosted
from tests.pa_deploy.plan.test_whole_properties import ANY_ACTUAL, POLICIES, WANTED, checked_plan
from tests.pa_deploy.release.account import hello
from tests.places import ROOT
from tests.runner import Runner, await_line
from tests.terminal import Terminal

DOCS = ROOT / "docs"
SCHEMAS = {
    name: json.loads((DOCS / "schema" / f"{name}.schema.json").read_text())
    for name in ("plan", "report")
}
REGISTRY: Registry[Any] = Registry().with_resources(
    (schema["$id"], Resource.from_contents(schema)) for schema in SCHEMAS.values()
)
SITE = {
    "python_version": "3.13",
    "virtualenv": "site",
    "password_protection": "carol:s3cret",
    "static_files": "/static/ = ~/static",
    "static_headers": "/static/ X-A: 1",
    "wsgi_file": "wsgi.py",
    "share_files": "~/a.txt",
}
WSGI = """\
def application(environ, start_response):
    start_response("200 OK", [])
    return [b"x"]
"""


def check(name: str, data: object) -> None:
    Draft202012Validator(SCHEMAS[name], registry=REGISTRY).validate(data)


def report_of(runner: Runner, exit_code: int, **inputs: str) -> dict[str, Any]:
    """The report of a run that must end so, checked."""
    done = runner.run(**inputs, report="report.json")
    assert done.exit_code == exit_code, done.log
    plans = json.loads(done.outputs["plan"] or "[]")
    for plan in plans if isinstance(plans, list) else [plans]:
        if plan is not None:
            check("plan", plan)
    return read_report(runner)


def read_report(runner: Runner) -> dict[str, Any]:
    report = json.loads((runner.workspace / "report.json").read_text())
    check("report", report)
    assert isinstance(report, dict)
    return report


@pytest.fixture
def site(runner: Runner, pa: Emulator) -> Runner:
    hosted.make_virtualenv(pa, "site")
    pa.path("/home/alice/a.txt").write_text("a")
    (runner.workspace / "wsgi.py").write_text(WSGI)
    return runner


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@given(ANY_ACTUAL, WANTED, POLICIES)
def test_every_plan_is_valid(actual: Actual, wanted: WantedWebapp, policy: Policy) -> None:
    plan = checked_plan(actual, wanted, policy)

    if plan is not None:
        check("plan", json.loads(json.dumps(plan_json(plan))))


def test_the_plan_in_the_documentation_is_valid() -> None:
    for block in re.findall(r"```json\n(.*?)```", (DOCS / "plan.md").read_text(), re.DOTALL):
        check("plan", json.loads(block))


def test_the_plan_that_the_command_prints_is_valid(terminal: Terminal) -> None:
    check("plan", json.loads(terminal.type("plan", "--json", "--python-version", "3.13").out))


def test_reports_of_a_first_a_second_and_a_planned_run(site: Runner) -> None:
    planned = report_of(site, 0, **SITE, mode="plan")
    first = report_of(site, 0, **SITE)
    second = report_of(site, 0, **SITE, reload="never")

    kinds = {change["kind"] for change in first["plan"]["changes"]}
    # No web app has a WSGI file of its own and releases.
    assert kinds | {"release"} == set(SCHEMAS["plan"]["$defs"]["kind"]["enum"])
    assert {each["kind"] for each in second["plan"]["unchanged"]} == kinds - {"webapp"}
    assert planned["plan"]["digest"] == first["plan"]["digest"]


def test_reports_of_releases_that_are_shipped_and_refused(site: Runner) -> None:
    release = {"source": "code", "app": "mysite:app", "python_version": "3.13"}
    (site.workspace / "code").mkdir()
    for name, text in hello("one").items():
        (site.workspace / "code" / name).write_text(text)

    shipped = report_of(site, 0, **release)
    again = report_of(site, 0, **release)
    refused = report_of(site, 9, **{**release, "app": "mysite:nothing"})

    live = shipped["release"]["live"]
    assert {"kind": "release", "id": live} in again["plan"]["unchanged"]
    assert (refused["release"]["state"], refused["release"]["live"]) == ("refused", live)
    assert "the module mysite has no nothing" in refused["release"]["output"][-1]


@pytest.mark.soak
def test_a_report_of_updates_and_deletes(site: Runner) -> None:
    report_of(site, 0, **SITE, reload="never")
    other = {"virtualenv": "none", "password_protection": "none", "static_headers": "none"}

    other |= {"static_files": "/static/ = ~/other", "reload": "never"}
    report = report_of(site, 0, **{**SITE, **other})

    assert {change["action"] for change in report["plan"]["changes"]} == {"update", "delete"}


def test_reports_of_several_web_apps(site: Runner) -> None:
    two = '[[webapp]]\ndomain = "{}"\n' * 2
    config = two.format(hosted.DOMAIN, "www.example.com") + 'python-version = "3.13"\n'
    (site.workspace / "pa-deploy.toml").write_text(config)

    planned = report_of(site, 2, mode="plan")
    made = report_of(site, 0, python_version="3.13", share_files="~/a.txt", reload="never")

    assert [each["plan"] is None for each in planned["webapps"]] == [True, False]
    assert (planned["digest"], made["created"], made["healthy"]) == (None, True, None)


def test_a_report_of_drift(site: Runner) -> None:
    assert report_of(site, 3, **SITE, mode="check")["changed"] is True


def test_a_report_of_bad_input(site: Runner) -> None:
    assert report_of(site, 2, static_files="x")["plan"] is None


def test_a_report_of_a_refused_token(site: Runner) -> None:
    report_of(site, 4, token="0" * 40, python_version="3.13")


def test_a_report_of_a_refusal_midway(site: Runner, pa: Emulator) -> None:
    pa.add_fault(method="PATCH", path=".*", status=400, body="{}", times=1)

    assert report_of(site, 5, **SITE)["undone"]


def test_a_report_of_a_virtualenv_that_is_missing(site: Runner) -> None:
    assert report_of(site, 2, **{**SITE, "virtualenv": "nowhere"})["undone"]


def test_a_report_of_a_failed_reload(site: Runner, pa: Emulator) -> None:
    pa.add_fault(method="POST", path=".*/reload/", status=500, body="{}", times=1)

    report_of(site, 7, **SITE)


def test_a_report_of_an_unhealthy_site(site: Runner) -> None:
    report = report_of(site, 8, **SITE, health_text="never there", health_timeout="1")

    assert report["health"]["healthy"] is False


def test_a_report_of_another_plan_than_the_expected(site: Runner) -> None:
    report_of(site, 10, **SITE, expect_digest="0" * 64)


@pytest.mark.soak
def test_a_report_of_a_run_that_was_interrupted(site: Runner, pa: Emulator) -> None:
    pa.add_fault(method="POST", path=".*/static_files/$", delay=30, times=1)
    process = site.start(**SITE, report="report.json")
    await_line(process, "Create web app", "(")

    process.send_signal(signal.SIGTERM)
    site.finish(process)

    assert read_report(site)["failure"]["exit_code"] == 143


@pytest.mark.parametrize(
    "broken",
    [
        {"version": 2},
        {"digest": "short"},
        {"changes": [{"action": "create", "kind": "webapp"}]},
        {"changes": [{"action": "create", "kind": "shared-file", "after": {"url": "/"}}]},
        {"changes": [{"action": "delete", "kind": "shared-file", "after": {"path": "/"}}]},
        {"unchanged": [{"kind": "static-file", "url": "/"}]},
        {"surprise": 1},
    ],
)
def test_the_schema_refuses_what_is_no_plan(broken: dict[str, object]) -> None:
    plan = {
        "version": 1, "domain": "d", "digest": "0" * 64, "changes": [], "unchanged": [],
        "notes": [], "reload": True,
    }  # fmt: skip
    check("plan", plan)

    with pytest.raises(ValidationError):
        check("plan", {**plan, **broken})
