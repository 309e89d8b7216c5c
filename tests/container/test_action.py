"""The action as the runner runs it: exit code, annotations, outputs, summary, masking, and what
the account is like afterwards.
"""

from __future__ import annotations

import signal
import subprocess

from pa_emulator import Emulator
from tests import hosted
from tests.actions_runner import ENGINE, Step
from tests.container.conftest import SITE, Deploy

BROKEN_APP = "raise ImportError('no such module: é %0A ::error::x ##[error]y')\n"
FOREVER = {"health-text": "never there", "health-timeout": "300"}
MAPPINGS = [("/static/", "/home/alice/static"), ("/media/", "/home/alice/media")]
UGLY = "::error::x\r\n##[set-env name=PATH]x\n%0A 100% 'q' \"q\" `q` $(x) é \u2028::add-mask::e\n"


def writes(pa: Emulator) -> list[str]:
    calls = [each["method"] for each in pa.requests() if each["method"] != "GET"]
    pa.clear_requests()
    return calls


def only_error(step: Step) -> str:
    """A failed run makes one annotation of its own, and none by accident."""
    errors = step.messages("error")
    assert len(errors) == 1, errors
    assert "❌" in step.summary
    return errors[0]


def test_a_first_deploy(deploy: Deploy, pa: Emulator) -> None:
    step = deploy.run(SITE)

    assert (step.exit_code, step.conclusion, step.annotations) == (0, "success", ()), step.log
    assert {"created": "true", "healthy": "true"}.items() <= step.outputs.items()
    assert "✅ Create" in step.summary
    assert hosted.mappings(pa) == MAPPINGS


def test_an_unchanged_second_deploy(deploy: Deploy, pa: Emulator) -> None:
    deploy.run(SITE)
    writes(pa)

    step = deploy.run({**SITE, "reload": "auto"})

    assert (step.conclusion, step.annotations) == ("success", ())
    assert {"changed": "false", "reloaded": "false"}.items() <= step.outputs.items()
    assert "Nothing had to be changed" in step.summary
    assert writes(pa) == []


def test_a_plan(deploy: Deploy, pa: Emulator) -> None:
    step = deploy.run({**SITE, "mode": "plan"})

    assert (step.conclusion, step.annotations) == ("success", ())
    assert (step.outputs["changed"], len(step.outputs["digest"])) == ("true", 64)
    assert "📋" in step.summary
    assert writes(pa) == []


def test_a_site_that_stays_unhealthy(deploy: Deploy, pa: Emulator) -> None:
    (deploy.workspace / "wsgi.py").write_text(BROKEN_APP)

    step = deploy.run({**SITE, "wsgi-file": "wsgi.py", "health-timeout": "1"})

    assert (step.exit_code, step.conclusion) == (8, "failure")
    assert "not healthy" in only_error(step)
    assert step.outputs["healthy"] == "false"
    assert "##[group]New lines in the error log" in step.log
    assert "no such module" in step.log
    assert "no such module" in step.summary
    assert (step.outputs["created"], hosted.mappings(pa)) == ("true", MAPPINGS)


def test_a_wrong_token(deploy: Deploy, pa: Emulator) -> None:
    step = deploy.run({**SITE, "token": "0" * 40})

    assert (step.exit_code, step.conclusion) == (4, "failure")
    assert "token" in only_error(step)
    assert step.outputs["changed"] == "false"
    assert writes(pa) == []


def test_a_path_in_the_workspace_is_given_as_the_host_s(deploy: Deploy) -> None:
    """As `${{ github.workspace }}/out/report.json` is."""
    deploy.run({**SITE, "mode": "plan", "report": f"{deploy.workspace}/out/report.json"})

    assert (deploy.workspace / "out" / "report.json").is_file()


def test_a_canceled_run_ends_by_the_first_signal(deploy: Deploy, pa: Emulator) -> None:
    running = deploy.start({**SITE, **FOREVER})
    running.wait_for("Reload ")

    sent = running.cancel()
    step = running.finish()

    deploy.insist(step)
    assert (sent, step.exit_code, step.conclusion) == ([signal.SIGINT], 130, "cancelled")
    assert "Interrupted by SIGINT" in only_error(step)
    assert step.summary.rstrip().endswith("</sub>"), "its last part is missing"
    assert (step.outputs["created"], step.outputs["reloaded"]) == ("true", "true")
    assert hosted.mappings(pa) == MAPPINGS


def test_a_container_that_is_stopped_reports_too(deploy: Deploy, pa: Emulator) -> None:
    """`docker stop` sends SIGTERM, which a process of number 1 ignores if it has no handler."""
    running = deploy.start({**SITE, **FOREVER})
    running.wait_for("Reload ")

    stop = [ENGINE, "stop", "--time", "30", running.container]
    subprocess.run(stop, check=True, capture_output=True)
    step = running.finish()

    deploy.insist(step)
    assert (step.exit_code, step.conclusion) == (143, "failure")
    assert "Interrupted by SIGTERM" in only_error(step)
    assert step.summary.rstrip().endswith("</sub>"), "its last part is missing"
    assert (step.outputs["created"], step.outputs["reloaded"]) == ("true", "true")
    assert hosted.mappings(pa) == MAPPINGS


def test_after_a_kill_the_next_run_goes_on(deploy: Deploy, pa: Emulator) -> None:
    running = deploy.start({**SITE, **FOREVER})
    running.wait_for("Reload ")

    subprocess.run([ENGINE, "kill", running.container], check=True, capture_output=True)
    killed = running.finish()
    deploy.insist(killed)
    writes(pa)
    step = deploy.run(SITE)

    assert (killed.exit_code, killed.conclusion, killed.summary) == (137, "failure", "")
    assert (step.conclusion, step.outputs["changed"]) == ("success", "false")
    assert writes(pa) == ["POST"]  # the reload


def test_text_of_all_kinds_arrives_and_is_no_command(deploy: Deploy, pa: Emulator) -> None:
    text = UGLY * (100 * 1024 // len(UGLY.encode()))
    mappings = "# é 雪\r\n/é/ = ~/sté 雪 %41 'a' \"b\" ::error::x\r\n\r\n"

    step = deploy.run(
        {**SITE, "static-files": mappings, "health-text": text, "health-timeout": "1"}
    )

    assert step.exit_code == 8, step.log
    assert "not healthy" in only_error(step)
    assert hosted.mappings(pa) == [("/é/", "/home/alice/sté 雪 %41 'a' \"b\" ::error::x")]
    assert "sté 雪 %41" in step.outputs["plan"]


def test_bad_input_of_a_hundred_kibibytes_is_one_annotation(deploy: Deploy, pa: Emulator) -> None:
    text = UGLY * (100 * 1024 // len(UGLY.encode()))

    step = deploy.run({**SITE, "static-files": text, "statc-files": "x"})

    assert (step.exit_code, step.conclusion) == (2, "failure")
    assert "static-files, line 1" in only_error(step)
    assert "Unexpected input(s) 'statc-files'" in step.messages("warning")[0]
    assert (step.outputs["changed"], pa.requests()) == ("false", [])


def test_a_hostile_environment_changes_nothing(deploy: Deploy) -> None:
    (deploy.workspace / "requests.py").write_text("raise SystemExit('hijacked')")
    env = {
        "PATH": "/utter-nonsense",
        "PYTHONPATH": "/github/workspace",
        "PYTHONHOME": "/github/workspace",
        "LD_LIBRARY_PATH": "/opt/hostedtoolcache/Python/3.9.0/x64/lib",
        "LC_ALL": "C",
        "CI": "1",
    }

    step = deploy.run({**SITE, "static-files": "/é/ = ~/é"}, env=env, flags=("--read-only",))

    assert (step.conclusion, step.annotations) == ("success", ()), step.log
    assert "/é/" in step.log


def test_any_user_will_do_though_the_runner_s_files_are_closed_to_it(deploy: Deploy) -> None:
    step = deploy.run(SITE, flags=("--user", "12345:12345"))

    assert (step.conclusion, step.outputs, step.summary) == ("success", {}, "")
    assert [each.split(": ")[0] for each in step.messages("warning")] == [
        "Cannot write to the file that GITHUB_OUTPUT names",
        "Cannot write to the file that GITHUB_STEP_SUMMARY names",
    ]


def test_the_entrypoint_can_be_named(deploy: Deploy) -> None:
    """As with `entrypoint:` in a workflow, which runners in Kubernetes insist on."""
    program = "/usr/local/bin/pa-deploy"

    step = deploy.run({**SITE, "entrypoint": program}, flags=("--entrypoint", program))

    assert (step.conclusion, step.annotations) == ("success", ()), step.log


def test_a_command_can_be_given(image: str) -> None:
    command = [ENGINE, "run", "--rm", image, "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert "pa-deploy" in done.stdout
