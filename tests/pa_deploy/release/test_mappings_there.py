"""Mappings that are on PythonAnywhere already, and would show what a release has."""

from __future__ import annotations

import pytest

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import Shipper, writes
from tests.runner import Runner
from tests.soak import first_of, in_soak
from tests.terminal import Terminal

BASE = f"/home/alice/.pa-deploy/{DOMAIN}"
APP = {"source": ".", "app": "mysite:app", "python_version": "3.13"}


@pytest.fixture
def job(runner: Runner, pa: Emulator) -> Runner:
    """A job with an app, for a web app that has mappings already."""
    for name, text in hello("hello").items():
        file = runner.workspace / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (runner.workspace / "static").mkdir()
    (runner.workspace / "static" / "a.css").write_text("")
    api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
    api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    return runner


def add(pa: Emulator, url: str, path: str) -> None:
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url=url, path=path)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/home/alice", "shows all files of the account"),
        (f"{BASE}/secrets", "where pa-deploy keeps secrets"),
        (f"{BASE}/current", "would show the source of the app"),
        (f"{BASE}/current/../../records", "leads through pa-deploy's folder"),
    ],
)
@pytest.mark.parametrize("given", first_of([{}, {"static_files": "/static/ = static"}]))
def test_a_deploy_stops_before_it_writes(
    job: Runner, pa: Emulator, path: str, said: str, given: dict[str, str]
) -> None:
    add(pa, "/all/", path)
    pa.clear_requests()

    done = job.run(**APP, **given, lock="false", env="KEY=secret-4711")

    assert (done.exit_code, writes(pa)) == (2, [])
    assert said in done.errors[0]
    assert f"pa-deploy static-files remove 1 --domain {DOMAIN}" in done.errors[0]


@pytest.mark.soak
@pytest.mark.parametrize(
    "given",
    [
        in_soak({"static_files": "/all/ = static"}),
        {"static_files": "/static/ = static", "prune": "true"},
    ],
)
def test_what_the_run_replaces_or_deletes_does_not_count(
    job: Runner, pa: Emulator, given: dict[str, str]
) -> None:
    add(pa, "/all/", "/home/alice")

    assert job.run(**APP, **given).exit_code == 0


@pytest.mark.soak
def test_a_rollback_does_not_show_the_source_of_an_older_app(
    shipper: Shipper, pa: Emulator, terminal: Terminal
) -> None:
    app = shipper.serve("one")
    (shipper.source / "index.html").write_text("static")
    shipper.ship({}, app="")
    add(pa, "/", f"{BASE}/current")

    done = terminal.type("rollback", "--to", app)

    assert (done.exit_code, "would show the source of the app" in done.err) == (5, True)
    assert shipper.status().live != app
    assert visit(pa, "/mysite.py").status_code == 404


def test_a_run_that_fails_before_its_release_is_waited_for_withdraws_it(
    job: Runner, pa: Emulator
) -> None:
    assert job.run(**APP).exit_code == 0

    done = job.run(**APP, variables="CHANGED=yes", share_files="~/nothing-here.txt")

    assert done.exit_code == 5
    assert "Withdrew the release" in done.log
    assert not pa.path(f"{BASE}/pointer.json").exists()
