"""Notes about paths that are missing on PythonAnywhere, and what it costs to find them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pa_deploy.reconcile import find_missing
from pa_emulator import Emulator
from tests.pa_deploy.api.test_api import connect
from tests.pa_deploy.deploy.test_deploy import calls
from tests.runner import Runner
from tests.scripted_server import Reply, ScriptedServer
from tests.soak import first_of

HOME = "/home/alice"


def listing(*names: str) -> Reply:
    entry = {"type": "directory", "url": "https://www.pythonanywhere.com/x"}
    return Reply(body=json.dumps(dict.fromkeys(names, entry)))


def missing(server: ScriptedServer, *paths: str) -> tuple[str, ...]:
    return find_missing(connect(server.url), paths)


def asked(server: ScriptedServer) -> list[str]:
    return [request.path.partition("files/path")[2] for request in server.received]


def test_one_listing_answers_for_all_that_is_in_a_directory(server: ScriptedServer) -> None:
    server.answers(listing("a", ".virtualenvs"))

    assert missing(server, f"{HOME}/a", f"{HOME}/b/", f"{HOME}/c") == (f"{HOME}/b/", f"{HOME}/c")
    assert asked(server) == [HOME]


@pytest.mark.parametrize("path", ["none", "rel/x", ".", "", "$HOME/x"])
def test_a_path_that_is_not_absolute_is_not_judged(server: ScriptedServer, path: str) -> None:
    assert missing(server, path) == ()
    assert asked(server) == []


def test_what_is_below_a_missing_directory_is_not_asked_for(server: ScriptedServer) -> None:
    server.answers(listing("other"))

    assert missing(server, f"{HOME}/a/b/c", f"{HOME}/a") == (f"{HOME}/a/b/c", f"{HOME}/a")
    assert asked(server) == [HOME]


def test_a_directory_that_answers_404_has_nothing_in_it(server: ScriptedServer) -> None:
    server.answers(Reply(status=404, body="{}"))

    assert missing(server, f"{HOME}/a/b") == (f"{HOME}/a/b",)


def test_a_file_where_a_directory_should_be_has_nothing_in_it(server: ScriptedServer) -> None:
    server.answers(Reply(body="text", content_type="application/octet-stream"))

    assert missing(server, f"{HOME}/a/b") == (f"{HOME}/a/b",)


@pytest.mark.parametrize("path", ["/usr/lib/x", "/home/bob/x", "/home/alice", "/home/alice2/x"])
def test_what_the_account_does_not_reach_is_not_judged(server: ScriptedServer, path: str) -> None:
    assert missing(server, path, f"{HOME}/../bob/x") == ()
    assert asked(server) == []


@pytest.mark.parametrize("status", [400, 403])
def test_a_look_up_that_fails_says_nothing(server: ScriptedServer, status: int) -> None:
    server.answers(Reply(status=status, body="{}"))

    assert missing(server, f"{HOME}/a") == ()


def test_what_was_found_before_a_look_up_failed_counts(server: ScriptedServer) -> None:
    server.answers(listing("a"), Reply(status=400, body="{}"))

    assert missing(server, f"{HOME}/a/x", f"{HOME}/b") == (f"{HOME}/b",)


def test_the_number_of_look_ups_has_an_end(server: ScriptedServer) -> None:
    server.answers(*[listing() for _ in range(10)])

    missing(server, *(f"{HOME}/d{number}/x" for number in range(30)))

    assert len(asked(server)) == 10


PATHS = {
    "python_version": "3.13",
    "static_files": "/static/ = ~/site/static\n/other/ = /usr/share/doc",
    "source_directory": "~/site",
    "working_directory": "~/",
}


@pytest.mark.parametrize("mode", ["plan", "check"])
def test_a_plan_names_what_is_missing(runner: Runner, pa: Emulator, mode: str) -> None:
    pa.path(HOME).mkdir(parents=True, exist_ok=True)
    calls(pa)

    done = runner.run(**PATHS, mode=mode)

    said = f"{HOME}/site does not exist on PythonAnywhere, but `source-directory` points to it."
    assert said in done.log
    assert f"{HOME}/site/static does not exist on PythonAnywhere" in done.log
    assert done.summary.count("does not exist on PythonAnywhere") == 2
    assert min(calls(pa)) == f"GET files/path{HOME}/site"


def test_a_plan_of_paths_that_are_there_notes_nothing(runner: Runner, pa: Emulator) -> None:
    pa.path(f"{HOME}/site/static").mkdir(parents=True)

    assert "does not exist" not in runner.run(**PATHS, mode="plan").log


def looked_at(pa: Emulator) -> list[str]:
    looks = [call for call in calls(pa) if call.startswith(f"GET files/path{HOME}")]
    return [call for call in looks if not call.endswith("/lock")]


def test_a_deploy_names_what_is_missing_before_it_writes(runner: Runner, pa: Emulator) -> None:
    calls(pa)

    done = runner.run(**PATHS)

    made = calls(pa)
    assert done.exit_code == 0
    assert done.log.count(f"! {HOME}/site does not exist on PythonAnywhere") == 1
    assert done.log.index("does not exist") < done.log.index("3.13 (")
    assert f"{HOME}/site/static does not exist on PythonAnywhere" in done.summary
    first = next(number for number, call in enumerate(made) if not call.startswith("GET "))
    assert made.count(f"GET files/path{HOME}/site") == 1
    assert made.index(f"GET files/path{HOME}/site") < first


def test_a_deploy_looks_only_at_the_paths_that_it_writes(runner: Runner, pa: Emulator) -> None:
    runner.run(**PATHS)
    calls(pa)

    done = runner.run(**PATHS | {"static_files": "/media/ = ~/uploads/media"})

    assert looked_at(pa) == [f"GET files/path{HOME}/uploads"]
    assert f"{HOME}/uploads/media does not exist on PythonAnywhere" in done.log
    assert f"{HOME}/site does not exist" not in done.log


@pytest.mark.parametrize("inputs", first_of([{}, {"force_https": "true"}, {"reload": "auto"}]))
def test_a_deploy_that_writes_no_path_looks_at_none(
    runner: Runner, pa: Emulator, inputs: dict[str, str]
) -> None:
    runner.run(**PATHS)
    calls(pa)

    assert runner.run(**PATHS, lock="false", **inputs).exit_code == 0
    assert looked_at(pa) == []


@pytest.mark.parametrize(
    "status",
    first_of([{"status": 500, "body": "{}"}, {"status": 403, "body": "{}"}, {"drop": "before"}]),
)
def test_a_look_up_that_fails_does_not_fail_the_deploy(
    runner: Runner, pa: Emulator, status: dict[str, Any]
) -> None:
    virtualenv = f"{HOME}/.virtualenvs/site"
    pa.path(virtualenv).mkdir(parents=True)
    pa.path(f"{virtualenv}/pyvenv.cfg").touch()
    pa.add_fault(method="GET", path=f".*/files/path{HOME}/.*", times=None, **status)

    assert runner.run(**PATHS, virtualenv="site", lock="false").exit_code == 0


def test_a_directory_that_is_listed_anyhow_answers_for_itself(server: ScriptedServer) -> None:
    server.answers(listing("static"))

    assert missing(server, f"{HOME}/site", f"{HOME}/site/static", f"{HOME}/site/media") == (
        f"{HOME}/site/media",
    )
    assert asked(server) == [f"{HOME}/site"]


def test_an_unhealthy_run_names_what_is_missing(runner: Runner) -> None:
    done = runner.run(**PATHS, health_text="never there", health_timeout="1")

    assert done.exit_code == 8
    assert f"! {HOME}/site does not exist on PythonAnywhere" in done.log
    assert "the mapping /static/ points to it" in done.summary


def test_a_look_up_that_fails_does_not_fail_the_plan(runner: Runner, pa: Emulator) -> None:
    pa.add_fault(method="GET", path=".*/files/path/.*", status=500, body="{}", times=10)

    assert runner.run(**PATHS, mode="plan").exit_code == 0


def test_the_digest_does_not_depend_on_what_is_missing(runner: Runner, pa: Emulator) -> None:
    before = runner.run(**PATHS, mode="plan").outputs["digest"]
    pa.path(f"{HOME}/site/static").mkdir(parents=True)

    assert runner.run(**PATHS, mode="plan").outputs["digest"] == before
