"""A run of several web apps, as outputs, report, summary and last line."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import pytest

from pa_deploy.errors import Refused, Unhealthy
from pa_deploy.inputs import OUTPUTS
from pa_deploy.model import Failure, Outcome, SharedFile, Work
from pa_deploy.plan import plan_json
from pa_deploy.report import (
    NOT_BEGUN,
    failure_from,
    last_line,
    run_digest,
    run_exit_code,
    run_failure,
    run_json,
    run_last_line,
    run_outputs,
    run_summary_md,
)
from pa_deploy.report.encode import outcome_json
from pa_deploy.report.markdown import summary_md
from tests.pa_deploy.report.test_report import HEALTH, OUTCOME, PLAN

FIRST = OUTCOME
SECOND = replace(
    OUTCOME,
    domain="www.example.com",
    url="https://www.example.com/",
    plan=replace(PLAN, domain="www.example.com", changes=(), digest="d2" * 32),
    work=Work(),
    reload_seconds=None,
    health=None,
    shared=(
        SharedFile("/home/alice/b.txt", "https://www.pythonanywhere.com/user/alice/shares/y/"),
    ),
    expires=None,
    requests=2,
    seconds=1.04,
)
UNHEALTHY = replace(
    SECOND, health=replace(HEALTH, healthy=False), failure=failure_from(Unhealthy("bad"))
)
BAD_INPUT = Failure(title="Bad input", message="m", exit_code=2)
WAITING = replace(SECOND, plan=None, failure=Failure(title=NOT_BEGUN, message="m", exit_code=8))


def test_a_run_of_one_web_app_is_told_by_that_alone() -> None:
    one = (OUTCOME,)

    assert run_json(one) == outcome_json(OUTCOME)
    assert run_outputs(one)["plan"] == json.dumps(plan_json(PLAN), ensure_ascii=False)
    assert (run_summary_md(one), run_last_line(one)) == (summary_md(OUTCOME), last_line(OUTCOME))
    assert run_digest(one) == PLAN.digest


def test_every_declared_output_has_a_value_and_no_other() -> None:
    assert list(run_outputs((FIRST, SECOND))) == [each.name for each in OUTPUTS]


def test_outputs_are_put_together_each_in_its_way() -> None:
    found = run_outputs((FIRST, SECOND))

    assert json.loads(found.pop("plan"))[1]["domain"] == "www.example.com"
    assert json.loads(found.pop("shared-urls")) == {
        "/home/alice/a.txt": "https://www.pythonanywhere.com/user/alice/shares/x/",
        "/home/alice/b.txt": "https://www.pythonanywhere.com/user/alice/shares/y/",
    }
    assert found == {
        "url": "https://alice.pythonanywhere.com/\nhttps://www.example.com/",
        "domain": "alice.pythonanywhere.com\nwww.example.com",
        "created": "true",
        "changed": "true",
        "reloaded": "true",
        "healthy": "true",
        "rolled-back": "false",
        "digest": hashlib.sha256(f"{'d1' * 32}\n{'d2' * 32}".encode()).hexdigest(),
        "expires": "2026-04-01\n",
        "release": "",
        "previous-release": "",
        "requests": "9",
        "duration": "4.2",
    }


@pytest.mark.parametrize(
    ("outcomes", "healthy"),
    [
        ((FIRST, UNHEALTHY), "false"),
        ((UNHEALTHY, FIRST), "false"),
        ((SECOND, SECOND), ""),
        ((SECOND, FIRST), "true"),
    ],
)
def test_healthy_is_what_all_that_were_asked_are(
    outcomes: tuple[Outcome, ...], healthy: str
) -> None:
    assert run_outputs(outcomes)["healthy"] == healthy
    assert json.dumps(run_json(outcomes)["healthy"]) == (healthy or "null")


def test_without_one_of_the_plans_there_is_no_digest() -> None:
    found = run_outputs((FIRST, WAITING))

    assert (found["digest"], json.loads(found["plan"])[1]) == ("", None)
    assert run_json((FIRST, WAITING))["digest"] is None


def test_nothing_in_common_is_empty() -> None:
    assert run_outputs((SECOND, SECOND))["expires"] == ""


def test_the_report_has_all_outcomes_and_what_they_add_up_to() -> None:
    found = run_json((SECOND, FIRST, UNHEALTHY))

    assert found.pop("webapps") == [outcome_json(each) for each in (SECOND, FIRST, UNHEALTHY)]
    assert len(found.pop("digest")) == 64
    assert found == {
        "generator": "pa-deploy",
        "version": 1,
        "created": True,
        "changed": True,
        "reloaded": True,
        "healthy": False,
        "exit_code": 8,
        "requests": 11,
        "seconds": 5.29,
    }


def test_the_first_failure_is_the_run_s() -> None:
    refused = replace(SECOND, failure=failure_from(Refused("no")))

    failure = run_failure((FIRST, refused, UNHEALTHY))

    assert failure is not None
    assert failure.exit_code == 5
    assert run_failure((FIRST, SECOND)) is None


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ((replace(WAITING, failure=BAD_INPUT),), 2),
        ((replace(WAITING, failure=BAD_INPUT), WAITING), 2),
        ((replace(WAITING, failure=BAD_INPUT), FIRST), 5),
        ((FIRST, replace(WAITING, failure=BAD_INPUT)), 5),
        ((replace(FIRST, failure=BAD_INPUT),), 5),
        ((UNHEALTHY, replace(WAITING, failure=BAD_INPUT)), 8),
        ((FIRST, SECOND), 0),
    ],
)
def test_bad_input_is_the_exit_code_only_if_nothing_was_changed(
    outcomes: tuple[Outcome, ...], code: int
) -> None:
    assert run_exit_code(outcomes) == code


@pytest.mark.parametrize(
    ("mode", "outcomes", "words"),
    [
        ("apply", (FIRST, SECOND), "2 web apps: 2 changes made"),
        ("apply", (SECOND, SECOND), "2 web apps: nothing to change"),
        ("plan", (FIRST, FIRST, SECOND), "3 web apps: 4 changes planned"),
        ("plan", (SECOND, SECOND), "2 web apps: no changes planned"),
        ("check", (SECOND, SECOND), "2 web apps: no differences"),
        ("apply", (FIRST, UNHEALTHY), "2 web apps: 1 as wanted, 1 failed"),
        ("apply", (UNHEALTHY, WAITING, WAITING), "3 web apps: 1 failed, 2 not begun"),
        ("plan", (FIRST, UNHEALTHY), "2 web apps: 1 planned, 1 failed"),
        ("check", (SECOND, UNHEALTHY), "2 web apps: 1 with no differences, 1 failed"),
    ],
)
def test_the_last_line_counts(mode: str, outcomes: tuple[Outcome, ...], words: str) -> None:
    told = [replace(each, mode=mode) for each in outcomes]  # type: ignore[arg-type]

    assert run_last_line(told).startswith(f"{words} (")


@pytest.mark.parametrize(
    ("outcomes", "icon"), [((FIRST, SECOND), "✅"), ((FIRST, UNHEALTHY), "❌")]
)
def test_the_summary_has_totals_and_a_section_each(
    outcomes: tuple[Outcome, ...], icon: str
) -> None:
    text = run_summary_md(outcomes)

    assert text.startswith(f"## {icon} 2 web apps: ")
    assert f"Digest of all plans together: <code>{run_digest(outcomes)}</code>" in text
    for outcome in outcomes:
        assert f"\n#{summary_md(outcome)}" in text
