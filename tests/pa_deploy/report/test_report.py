"""Plan and outcome for people and for machines."""

from __future__ import annotations

import errno
import json
import re
from dataclasses import replace
from datetime import date

import pytest

from pa_deploy.errors import Unhealthy
from pa_deploy.inputs import OUTPUTS
from pa_deploy.model import (
    Change,
    Create,
    Delete,
    Failure,
    Health,
    Mode,
    NewWebapp,
    Outcome,
    Plan,
    Release,
    Setting,
    SharedFile,
    StaticFile,
    Step,
    Update,
    Work,
    WsgiFile,
)
from pa_deploy.plan import sentence
from pa_deploy.report import (
    failure_from,
    last_line,
    plan_lines,
    redacted,
    run_outputs,
    undone_lines,
)
from pa_deploy.report.encode import outcome_json
from pa_deploy.report.markdown import summary_md

CREATE = Create(NewWebapp("alice.pythonanywhere.com", "3.13"))
CHANGE = Update(Setting("virtualenv", ""), Setting("virtualenv", "/v"))
PLAN = Plan(
    domain="alice.pythonanywhere.com",
    changes=(CREATE, CHANGE),
    unchanged=(StaticFile("/static/", "/home/alice/static"),),
    notes=("a note",),
    reload=True,
    digest="d1" * 32,
)
HEALTH = Health(
    healthy=True,
    url="https://alice.pythonanywhere.com/",
    detail="answered 200",
    status=200,
    seconds=0.08,
    attempts=1,
)
OUTCOME = Outcome(
    domain="alice.pythonanywhere.com",
    url="https://alice.pythonanywhere.com/",
    mode="apply",
    plan=PLAN,
    work=Work(steps=(Step((CREATE,), 0.5), Step((CHANGE,), 0.1))),
    reload_seconds=2.04,
    health=HEALTH,
    shared=(
        SharedFile("/home/alice/a.txt", "https://www.pythonanywhere.com/user/alice/shares/x/"),
    ),
    warnings=("a warning",),
    failure=None,
    expires=date(2026, 4, 1),
    requests=7,
    seconds=3.21,
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (CREATE, "Create web app alice.pythonanywhere.com: Python 3.13"),
        (CHANGE, "Change virtualenv: none → /v"),
        (Create(Setting("force_https", value=True)), "Set force-https: true"),
        (Create(StaticFile("/s/", "/x")), "Create static file mapping /s/: /x"),
        (Delete(StaticFile("/s/", "/x")), "Delete static file mapping /s/: /x"),
        (
            Update(StaticFile("/s/", "/x"), StaticFile("/t/", "/y")),
            "Change static file mapping /s/: /x → /t/: /y",
        ),
        (
            Create(WsgiFile(path="/w.py", content=b"12")),
            "Install WSGI file /w.py: 2 bytes, SHA-256 6b51d431…",
        ),
    ],
)
def test_a_change_is_one_sentence(change: Change, words: str) -> None:
    assert sentence(change) == words


def test_the_plan_is_read_from_top_to_bottom() -> None:
    assert list(plan_lines(PLAN)) == [
        "Plan for alice.pythonanywhere.com: 2 changes.",
        "  + Create web app alice.pythonanywhere.com: Python 3.13",
        "  ~ Change virtualenv: none → /v",
        "    static file mapping /static/ is right already: /home/alice/static",
        "  ! a note",
    ]


def test_the_last_line_tells_the_whole_run() -> None:
    assert last_line(OUTCOME) == (
        "alice.pythonanywhere.com: 2 changes made, reloaded, healthy (7 API requests, 3.2 s)"
    )


def test_every_declared_output_has_a_value_and_no_other() -> None:
    assert list(run_outputs((OUTCOME,))) == [each.name for each in OUTPUTS]


def test_outputs_are_what_a_workflow_can_compare() -> None:
    found = run_outputs((OUTCOME,))

    assert [found[name] for name in ("created", "changed", "reloaded", "healthy", "expires")] == [
        "true",
        "true",
        "true",
        "true",
        "2026-04-01",
    ]


def test_a_plan_counts_as_changed_if_it_would_change() -> None:
    planned = replace(OUTCOME, mode="plan", work=Work(), reload_seconds=None, health=None)

    assert (run_outputs((planned,))["changed"], run_outputs((planned,))["healthy"]) == ("true", "")


def test_the_report_is_json() -> None:
    assert json.loads(json.dumps(outcome_json(OUTCOME)))["plan"]["changes"][1] == {
        "action": "update",
        "kind": "setting",
        "before": {"name": "virtualenv", "value": ""},
        "after": {"name": "virtualenv", "value": "/v"},
    }


def test_the_summary_shows_before_and_after() -> None:
    row = next(line for line in summary_md(OUTCOME).splitlines() if "virtualenv" in line)

    assert row == "| ✅ Change | virtualenv | <code>none</code> | <code>/v</code> |"


def test_the_summary_of_a_failed_run_says_what_was_not_done() -> None:
    failed = replace(
        OUTCOME,
        work=Work(steps=(Step((CREATE,), 0.5),), undone=(CHANGE,)),
        failure=Failure(title="Refused", message="It said no.\nAsk again.", exit_code=5),
    )

    text = summary_md(failed)

    assert "not done" in next(line for line in text.splitlines() if "virtualenv" in line)
    assert "> It said no.<br>\n> Ask again." in text


def test_the_summary_shows_the_end_of_the_error_log_as_it_is() -> None:
    health = replace(HEALTH, healthy=False, log_tail=("```", "<b>Import</b> ::error::"))
    failed = replace(OUTCOME, health=health, failure=failure_from(Unhealthy("bad")))

    assert "````text\n```\n<b>Import</b> ::error::\n````" in summary_md(failed)


@pytest.mark.parametrize(
    "evil",
    ["</code><img src=x>", "a | b", "[x](http://evil)", "a`b", "*b* _c_", "@alice #1", "a\n\n# b"],
)
def test_no_value_becomes_markup(evil: str) -> None:
    change = Update(StaticFile("/s/", "/x"), StaticFile("/s/", evil))
    text = summary_md(replace(OUTCOME, plan=replace(PLAN, changes=(change,))))

    row = next(line for line in text.splitlines() if "mapping" in line and "Change" in line)
    value = re.findall(r"<code>(.*?)</code>", row)[1]
    assert not set(value) - {*"&#;"} & set("<>|[]()`*_@\n!")
    assert value.count("#") == value.count("&#")


def test_a_summary_without_a_plan_still_tells_the_failure() -> None:
    failure = failure_from(Unhealthy("bad"))
    empty = replace(OUTCOME, plan=None, domain="", url="", failure=failure)

    assert summary_md(empty).startswith("## ❌ Deploy: Site unhealthy\n\n> bad\n")


@pytest.mark.parametrize(
    ("mode", "title"), [("apply", "Deploy"), ("plan", "Plan"), ("check", "Check")]
)
def test_a_run_without_a_web_app_is_called_like_its_command(mode: Mode, title: str) -> None:
    failed = Outcome(mode=mode, failure=failure_from(Unhealthy("bad")))

    assert summary_md(failed).startswith(f"## ❌ {title}: Site unhealthy\n")
    assert last_line(failed).startswith(f"{title}: Site unhealthy")


def test_a_bug_says_how_to_report_it() -> None:
    failure = failure_from(KeyError("x"))

    assert (failure.exit_code, "KeyError" in failure.message, "report it" in failure.message) == (
        1,
        True,
        True,
    )


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_bug(number: int) -> None:
    failure = failure_from(OSError(number, "full", "/tmp/file"))

    assert (failure.exit_code, failure.title) == (1, "No space left")
    assert "no space left for /tmp/file.\n" in failure.message


def test_another_trouble_of_the_system_is_a_bug() -> None:
    assert "report it" in failure_from(OSError(errno.EIO, "broken")).message


def test_a_secret_is_taken_out_before_anything_is_escaped() -> None:
    row = StaticFile("/to_ken*1/", "to_ken*1")
    told = replace(OUTCOME, plan=replace(PLAN, changes=(Create(row),)))

    clean = redacted(told, lambda text: text.replace("to_ken*1", "***"))

    assert "ken" not in summary_md(clean)
    assert "static file mapping /&#42;&#42;&#42;/" in summary_md(clean)


def test_a_change_under_way_when_the_run_ended_is_unclear() -> None:
    stopped = replace(OUTCOME, work=Work(undone=(CHANGE,), unclear=(CREATE,)))

    text = summary_md(stopped)

    assert "❔ Create (unclear)" in text
    assert "⏸️ Change (not done)" in text


@pytest.mark.parametrize(
    "change",
    [
        Create(Release("2", 3, 40)),
        Update(Release("1"), Release("2", 3, 40)),
        Update(Release("1"), Release("2")),
    ],
)
def test_a_release_that_was_shipped_and_refused_is_not_live(change: Change) -> None:
    failure = Failure(title="Release refused", message="no", exit_code=9)
    plan = replace(PLAN, changes=(change,))
    told = replace(OUTCOME, plan=plan, work=Work(undone=(change,)), failure=failure)

    assert next(undone_lines(told)).startswith("Not live: release ")
    assert "⏸️ Ship (not live)" in summary_md(told)
    unsent = replace(told, failure=replace(failure, title="Out of time"))
    assert next(undone_lines(unsent)).startswith("Not done: Ship release")
