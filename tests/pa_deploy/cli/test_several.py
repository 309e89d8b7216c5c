"""A config file in the workspace, and several web apps in one run, against the emulator."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests import hosted
from tests.hosted import DOMAIN
from tests.runner import Runner, await_line
from tests.soak import first_of
from tests.terminal import Terminal

SECOND = "www.example.com"
BOTH = f"{DOMAIN}\n{SECOND}"
TWO = f"""
python-version = "3.13"

[[webapp]]
domain = "{DOMAIN}"
static-files = {{ "/a/" = "~/a" }}

[[webapp]]
domain = "{SECOND}"
static-files = {{ "/b/" = "~/b" }}
"""
BROKEN = TWO.replace("static-files = {", 'virtualenv = "nowhere"\nstatic-files = {', 1)


@pytest.fixture
def two(runner: Runner) -> Runner:
    write(runner, TWO)
    return runner


def write(runner: Runner, text: str) -> None:
    (runner.workspace / "pa-deploy.toml").write_text(text)


def webapps(pa: Emulator) -> list[str]:
    return [each["domain_name"] for each in hosted.api(pa, "GET", "webapps/").json()]


def writes(pa: Emulator) -> list[str]:
    """The API calls since the last look that were no reads."""
    found = [f"{each['method']} {each['path']}" for each in pa.requests()]
    pa.clear_requests()
    return [each for each in found if not each.startswith("GET ")]


def test_inputs_are_read_from_the_config_file(runner: Runner, pa: Emulator) -> None:
    write(runner, 'python-version = "3.13"\nhealth-text = "nowhere"\nreport = "report.json"\n')

    done = runner.run(health_text="Hello")

    assert (done.exit_code, webapps(pa)) == (0, [DOMAIN])
    assert (runner.workspace / "report.json").exists()


def test_a_secret_in_the_config_file_is_not_shown(runner: Runner, pa: Emulator) -> None:
    write(runner, 'token = "Hu5hHu5h"\n')

    done = runner.run()

    shown = [line for line in done.log.splitlines() if not line.startswith("::add-mask")]
    assert (done.exit_code, pa.requests()) == (2, [])
    assert "pa-deploy.toml, line 1: token: it is a secret" in done.errors[0]
    assert "Hu5hHu5h" not in "\n".join(shown) + done.summary
    assert "::add-mask::Hu5hHu5h" in done.log


def test_two_web_apps_go_live(two: Runner, pa: Emulator) -> None:
    pa.clear_requests()
    done = two.run(report="report.json")
    requests = len(pa.requests())

    assert (done.exit_code, webapps(pa)) == (0, [DOMAIN, SECOND]), done.log
    assert {
        "url": f"https://{DOMAIN}/\nhttps://{SECOND}/",
        "domain": BOTH,
        "created": "true",
        "changed": "true",
        "reloaded": "true",
        "healthy": "true",
        "requests": str(requests),
    }.items() <= done.outputs.items()
    plans = json.loads(done.outputs["plan"])
    assert [each["domain"] for each in plans] == [DOMAIN, SECOND]
    report = json.loads((two.workspace / "report.json").read_text())
    assert [each["domain"] for each in report["webapps"]] == [DOMAIN, SECOND]
    assert (report["requests"], report["exit_code"]) == (requests, 0)


@pytest.mark.soak
def test_log_and_summary_have_a_part_for_each_web_app(two: Runner) -> None:
    done = two.run()

    assert f"=== {DOMAIN} (1 of 2) ===" in done.log
    assert f"=== {SECOND} (2 of 2) ===" in done.log
    headings = [line for line in done.summary.splitlines() if line.startswith("#")]
    assert [each.partition(":")[0] for each in headings] == [
        "## ✅ 2 web apps",
        f"### ✅ {DOMAIN}",
        f"### ✅ {SECOND}",
    ]
    assert headings[0].startswith("## ✅ 2 web apps: 4 changes made")


@pytest.mark.soak
def test_a_second_run_writes_nothing(two: Runner, pa: Emulator) -> None:
    two.run()
    pa.clear_requests()

    done = two.run(reload="auto")

    assert (done.exit_code, writes(pa)) == (0, [])
    assert (done.outputs["changed"], done.outputs["reloaded"]) == ("false", "false")


def test_a_failure_in_one_does_not_hide_the_others(runner: Runner, pa: Emulator) -> None:
    write(runner, BROKEN)

    done = runner.run()

    assert done.exit_code == 5
    assert len(done.errors) == 1
    assert done.errors[0].startswith(f"title={DOMAIN}: Bad input")
    assert "2 web apps: 1 as wanted, 1 failed" in done.log
    rows = hosted.api(pa, "GET", f"webapps/{SECOND}/static_files/").json()
    assert [row["url"] for row in rows] == ["/b/"]
    assert "## ❌ 2 web apps" in done.summary
    assert f"### ✅ {SECOND}" in done.summary


@pytest.mark.soak
def test_the_first_failure_has_the_exit_code(runner: Runner) -> None:
    write(runner, f'{TWO}wsgi-file = "wsgi.py"\nhealth-timeout = 1\n')
    (runner.workspace / "wsgi.py").write_text("import a_package_that_is_missing\n")
    assert runner.run().exit_code == 8

    write(runner, f'{BROKEN}wsgi-file = "wsgi.py"\nhealth-timeout = 1\n')
    done = runner.run()

    assert (done.exit_code, len(done.errors)) == (5, 2)
    assert done.outputs["healthy"] == "false"


def test_after_a_refused_token_nothing_more_is_asked(two: Runner, pa: Emulator) -> None:
    pa.clear_requests()
    done = two.run(token="0" * 40)

    paths = {each["path"].rpartition("webapps/")[2] for each in pa.requests()}
    assert done.exit_code == 4
    assert not any(SECOND in path for path in paths)
    assert [error.partition("::")[0] for error in done.errors] == [
        f"title={DOMAIN}: Token refused",
        f"title={SECOND}: Not begun",
    ]
    assert "2 web apps: 1 failed, 1 not begun" in done.log


@pytest.mark.parametrize(("slow", "states"), first_of([(1, "❌❌"), (2, "✅❌")]))
def test_an_interrupt_ends_the_run_where_it_is(
    two: Runner, pa: Emulator, slow: int, states: str
) -> None:
    domain = BOTH.splitlines()[slow - 1]
    two.run()
    pa.add_fault(method="POST", path=f".*{domain}/reload/", delay=30, times=1)
    process = two.start()
    await_line(process, f"Plan for {domain}")

    process.send_signal(signal.SIGTERM)
    done = two.finish(process)

    headings = [line for line in done.summary.splitlines() if line.startswith("### ")]
    assert done.exit_code == 143
    assert "".join(each.split()[1] for each in headings) == states
    assert ("Not begun" in done.summary) is (slow == 1)


def test_the_plans_that_were_seen_are_the_plans_that_are_applied(two: Runner, pa: Emulator) -> None:
    digest = two.run(mode="plan").outputs["digest"]
    pa.clear_requests()

    done = two.run(expect_digest=digest)
    requests = len(pa.requests())

    assert (done.exit_code, webapps(pa)) == (0, [DOMAIN, SECOND]), done.log
    assert (done.outputs["digest"], done.outputs["requests"]) == (digest, str(requests))
    assert "2 web apps: 4 changes made" in done.log


def test_nothing_is_written_if_one_plan_is_another(two: Runner, pa: Emulator) -> None:
    digest = two.run(mode="plan").outputs["digest"]
    hosted.api(pa, "POST", "webapps/", domain_name=SECOND, python_version="python313")
    pa.clear_requests()

    done = two.run(expect_digest=digest)

    assert (done.exit_code, writes(pa)) == (10, [])
    assert len(done.errors) == 1
    assert done.errors[0].startswith(f"title={DOMAIN}, {SECOND}: Not the expected plan")
    assert digest in done.errors[0]


def test_nothing_is_written_if_one_cannot_be_planned(runner: Runner, pa: Emulator) -> None:
    write(runner, TWO.replace('python-version = "3.13"', "").replace(
        f'domain = "{DOMAIN}"', f'domain = "{DOMAIN}"\npython-version = "3.13"'
    ))  # fmt: skip

    done = runner.run(expect_digest="0" * 64)

    assert (done.exit_code, writes(pa)) == (2, [])
    assert done.outputs["digest"] == ""
    assert "2 web apps: 1 failed, 1 not begun" in done.log


@pytest.mark.soak
def test_a_web_app_that_changes_after_the_plans_were_seen_is_left_alone(
    two: Runner, pa: Emulator
) -> None:
    """The first reload takes until somebody has changed the second web app by hand."""
    digest = two.run(mode="plan").outputs["digest"]
    pa.add_fault(method="POST", path=f".*{DOMAIN}/reload/", delay=30, times=1)
    process = two.start(expect_digest=digest, health_timeout="3")
    await_line(process, "Create static file mapping /a/", "(")
    hosted.api(pa, "POST", "webapps/", domain_name=SECOND, python_version="python312")
    pa.clear_faults()  # hangs up, and the reload is sent again

    done = two.finish(process)

    assert done.exit_code == 10
    assert done.errors[0].startswith(f"title={SECOND}: Not the expected plan")
    assert "2 web apps: 1 as wanted, 1 failed" in done.log


@pytest.mark.soak
def test_check_looks_at_all_of_them(two: Runner, pa: Emulator) -> None:
    two.run()
    digest = two.run(mode="plan").outputs["digest"]
    assert two.run(mode="check", expect_digest=digest).exit_code == 0
    for domain in (DOMAIN, SECOND):
        row = hosted.api(pa, "GET", f"webapps/{domain}/static_files/").json()[0]
        hosted.api(pa, "DELETE", f"webapps/{domain}/static_files/{row['id']}/")
    pa.clear_requests()

    done = two.run(mode="check")
    expected = two.run(mode="check", expect_digest=done.outputs["digest"])
    other = two.run(mode="check", expect_digest="0" * 64)

    assert (done.exit_code, len(done.errors), writes(pa)) == (3, 2, [])
    assert (expected.exit_code, len(expected.errors)) == (3, 2)
    assert (other.exit_code, len(other.errors)) == (10, 1)


def test_a_domain_chooses_one_of_them(two: Runner, pa: Emulator) -> None:
    done = two.run(domain=SECOND, report="report.json")

    assert (done.exit_code, webapps(pa)) == (0, [SECOND])
    assert done.outputs["domain"] == SECOND
    assert json.loads((two.workspace / "report.json").read_text())["domain"] == SECOND


@pytest.fixture
def in_repository(terminal: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    (tmp_path / "pa-deploy.toml").write_text(TWO)
    monkeypatch.chdir(tmp_path)
    return terminal


def test_the_plans_as_json_are_a_list(in_repository: Terminal) -> None:
    shown = in_repository.type("plan", "--json")

    assert [each["domain"] for each in json.loads(shown.out)] == [DOMAIN, SECOND]


@pytest.mark.parametrize(
    "words",
    ["status", "reload", "logs", "webapps show", "webapps delete --yes", "static-files list"],
)
def test_a_command_about_one_of_several_asks_which(in_repository: Terminal, words: str) -> None:
    shown = in_repository.type(*words.split())

    assert shown.exit_code == 2
    assert f"several web apps: {DOMAIN}, {SECOND}. Name one of them with --domain." in shown.err


def test_a_command_takes_one_of_several(in_repository: Terminal, pa: Emulator) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=SECOND, python_version="python313")

    shown = in_repository.type("webapps", "show", "--domain", SECOND)

    assert shown.out.splitlines()[0].split() == ["domain_name", SECOND]


def test_a_command_about_the_account_needs_no_domain(in_repository: Terminal) -> None:
    assert in_repository.type("webapps", "list").exit_code == 0


def test_a_command_reads_the_account_from_the_file(
    in_repository: Terminal, tmp_path: Path, pa: Emulator
) -> None:
    hosted.api(pa, "POST", "webapps/", domain_name=SECOND, python_version="python313")
    (tmp_path / "site.toml").write_text(
        f'domain = "{DOMAIN}"\n[environments.e]\nusername = "alice"\ndomain = "{SECOND}"\n'
    )
    del in_repository.environ["PYTHONANYWHERE_USERNAME"]

    shown = in_repository.type("webapps", "show", "--config", "site.toml", "--environment", "e")

    assert shown.out.splitlines()[0].split() == ["domain_name", SECOND]
