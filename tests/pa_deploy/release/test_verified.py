"""Only a release that was seen live and healthy comes back."""

from __future__ import annotations

import json
import os
import shutil
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pa_deploy.model import ReleaseRow, ReleaseStatus
from pa_deploy.release import switch
from pa_deploy.release.shipping import rows
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.pa_deploy.release.shipper import WSGI, Shipper
from tests.pa_deploy.release.test_broken import visitors
from tests.soak import first_of

if TYPE_CHECKING:
    from pa_emulator import Emulator
    from tests.runner import Done, Runner
    from tests.terminal import Terminal

FLAPPING = """\
from itertools import count
from pathlib import Path
tries = count()
def app(environ, start_response):
    text = Path(__file__).with_name('text').read_text()
    status = text if text == '200 OK' else '50%d Bad' % (next(tries) % 4)
    start_response(status, [])
    return [text.encode()]
"""
"""Its answers are never healthy for long, and no two in a row are the same."""


def push_bad(job: Job, text: str, **inputs: str) -> Done:
    """Push a release that passes no health check, and is not tried before."""
    done = job.push({"mysite.py": FLAPPING, "text": text}, preflight="false", **inputs)
    assert done.exit_code == 8, done.log
    return done


def push_and_end(job: Job, number: signal.Signals, text: str = "bad") -> str:
    """Push a release that is not healthy, and end the run while it asks the site; the log."""
    folder = job.runner.workspace / "site"
    (folder / "mysite.py").write_text(FLAPPING)
    (folder / "text").write_text(text)
    given = {"source": "site", "app": "mysite:app", "python_version": "3.13", "preflight": "false"}
    log = ""
    with job.runner.start(health_timeout="100", health_text="never there", **given) as process:
        assert process.stdout
        for line in process.stdout:
            log += line
            if "asking again" in line:
                process.send_signal(number)
    return log


def live(job: Job) -> str:
    return Path(job.pa.path(f"{BASE}/current")).resolve().parent.name


def marks(job: Job) -> dict[str, bool | None]:
    """What the loader has noted of each release."""
    status = json.loads(job.pa.path(f"{BASE}/status.json").read_text())
    return {row["id"]: row["verified"] for row in status["releases"]}


def test_a_deploy_after_a_lost_status_knows_which_releases_were_healthy(
    runner: Runner, pa: Emulator
) -> None:
    job = Job(runner, pa)
    job.push(hello("one"))
    push_bad(job, "two", rollback="false")
    before = marks(job)
    pa.path(f"{BASE}/status.json").unlink()

    job.push(hello("three"))

    assert set(before.items()) < set(marks(job).items())
    assert sorted(map(bool, before.values())) == [False, True]


def test_a_deploy_that_was_healthy_is_noted(runner: Runner, pa: Emulator) -> None:
    job = Job(runner, pa)
    job.push(hello("one"))

    assert marks(job) == {live(job): True}


@pytest.mark.soak
def test_without_a_health_check_to_be_live_is_enough(job: Job) -> None:
    assert job.push(hello("two"), health_check="none").exit_code == 0

    assert set(marks(job).values()) == {True}


@pytest.mark.soak
def test_a_rollback_skips_a_release_that_was_never_healthy(job: Job) -> None:
    push_bad(job, "left", rollback="false")
    done = push_bad(job, "bad")

    assert "Rolled back" in done.errors[0]
    assert visit(job.pa).text == "one"


@pytest.mark.soak
@pytest.mark.parametrize("number", first_of([signal.SIGINT, signal.SIGTERM]))
def test_a_signal_while_the_site_is_asked_brings_back_the_healthy_one(
    job: Job, number: signal.Signals
) -> None:
    former = live(job)

    log = push_and_end(job, number)

    assert f"PythonAnywhere was asked to go back to release {former}" in log
    assert visit(job.pa).text == "one", log
    assert not list(Path(job.pa.path(f"{BASE}/lock")).iterdir())


def test_a_signal_before_the_switch_was_seen_brings_back_the_healthy_one(
    job: Job, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = live(job)

    def switched(*given: Any, **more: Any) -> object:  # noqa: ANN401
        switch(*given, **more)
        os.kill(os.getpid(), signal.SIGTERM)
        return None

    monkeypatch.setattr("pa_deploy.deploy.delivery.switch", switched)
    monkeypatch.chdir(job.runner.workspace)
    job.write({"text": "bad", "mysite.py": FLAPPING})

    words = ("--source", "site", "--app", "mysite:app", "--preflight", "false")
    done = terminal.type("deploy", *words, "--python-version", "3.13")

    assert done.exit_code == 143
    assert f"PythonAnywhere was asked to go back to release {former}" in done.err
    assert visit(job.pa).text == "one"


class TestARunThatWasKilledWhileItAsked:
    """Its release is live, and nobody has seen it healthy."""

    @pytest.mark.soak
    def test_the_next_run_asks_before_it_replaces_it(self, job: Job) -> None:
        push_and_end(job, signal.SIGKILL, "200 OK")

        push_bad(job, "bad", lock="false")

        assert visit(job.pa).text == "200 OK"

    @pytest.mark.soak
    def test_the_next_bad_one_goes_back_behind_it(self, job: Job) -> None:
        push_and_end(job, signal.SIGKILL)

        push_bad(job, "worse", lock="false")

        assert visit(job.pa).text == "one"

    @pytest.mark.soak
    def test_a_second_run_of_it_goes_back_behind_it(self, job: Job) -> None:
        push_and_end(job, signal.SIGKILL)

        done = push_bad(job, "bad", lock="false")

        assert visit(job.pa).text == "one", done.log


@pytest.mark.soak
def test_a_release_that_was_rolled_back_is_no_target(job: Job, terminal: Terminal) -> None:
    push_bad(job, "bad")
    (bad,) = [release for release, mark in marks(job).items() if not mark]

    by_name = terminal.type("rollback", "--to", bad)
    by_age = terminal.type("rollback")

    assert by_name.exit_code == 5
    assert f"Release {bad} was never seen healthy" in by_name.err
    assert "no other one was seen healthy" in by_age.err
    assert visit(job.pa).text == "one"


@pytest.mark.soak
def test_a_site_that_answers_no_signed_request_is_noted_as_well(
    runner: Runner, pa: Emulator
) -> None:
    given = {"source": "site", "python_version": "3.13", "static_files": "/ = ."}
    (runner.workspace / "site").mkdir()
    (runner.workspace / "site" / "index.html").write_text("<p>one</p>")

    done = runner.run(health_check=f"https://{DOMAIN}/index.html", **given)

    assert done.exit_code == 0, done.log
    said = json.loads(pa.path(f"{BASE}/verified.json").read_text())
    assert said["release"] == live(Job(runner, pa))


LIVE_ONLY = """\
try:
    import uwsgi
    STATUS = '500 Live'
except ImportError:
    STATUS = '200 OK'
def app(environ, start_response):
    start_response(STATUS, [])
    return [b'bad']
"""
"""An app that does well in the try."""


@pytest.mark.soak
@pytest.mark.parametrize("mapping", first_of(["/s/ = static", ""]))
def test_the_site_of_before_comes_back_if_an_earlier_run_has_ended_halfway(
    shipper: Shipper, runner: Runner, mapping: str
) -> None:
    old = "def application(e, s):\n    s('200 OK', [])\n    return [b'the old site']\n"
    pa = shipper.pa
    shutil.rmtree(shipper.folder, ignore_errors=True)
    pa.path(WSGI).write_text(old)
    shipper.install()  # all that the earlier run has done
    shipper.reload()
    assert visit(pa).text == "the old site"
    files = {"mysite.py": LIVE_ONLY, "static/a.css": "body { color: teal }"}

    done = Job(runner, pa).push(files, static_files=mapping)

    assert done.exit_code == 8, done.log
    assert visit(pa).text == "the old site"
    assert "Rolled back: the former configuration is live again." in done.errors[0]


def row(name: str, *, verified: bool | None = True, bad: bool = False) -> ReleaseRow:
    return ReleaseRow(name, "2026-01-31T00:00:00Z", bad, verified)


@pytest.mark.parametrize(
    ("others", "kept"),
    [
        ([row("b", verified=False), row("a")], ["new", "b", "a"]),
        ([row("b", bad=True), row("a"), row("z")], ["new", "b", "a"]),
        ([row("b"), row("a")], ["new", "b"]),
        ([row("b", verified=None), row("a")], ["new", "b"]),
        ([row("b", verified=False)], ["new", "b"]),
    ],
)
def test_the_one_to_go_back_to_is_kept_whatever_keep_releases_says(
    others: list[ReleaseRow], kept: list[str]
) -> None:
    status = ReleaseStatus(live=others[0].id, releases=tuple(others))

    assert [each.id for each in rows(status, row("new", verified=False), 2)] == kept


@pytest.mark.soak
def test_a_release_that_was_left_for_the_site_of_before_does_not_come_back(
    runner: Runner, pa: Emulator
) -> None:
    old = "def application(e, s):\n    s('200 OK', [])\n    return [b'the old site']\n"
    (runner.workspace / "wsgi.py").write_text(old)
    assert runner.run(python_version="3.13", wsgi_file="wsgi.py").exit_code == 0
    job = Job(runner, pa)
    push_bad(job, "bad")
    assert visit(pa).text == "the old site"

    with visitors(pa) as seen:
        done = job.push(hello("good"), run="sleep 1")

    assert done.exit_code == 0, done.log
    assert {text for _, _, text in seen.answers} <= {"the old site", "good", ""}
    assert visit(pa).text == "good"
