"""Releases that come to no good: the job says why, and visitors never notice."""

from __future__ import annotations

import json
import shutil
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest
import requests

from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.runner import Done, Runner
from tests.soak import first_of

PAUSE_SECONDS = 0.05
"""Between two visits. Without it, they alone would keep the processors busy."""


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """A free account: a site has one worker, which is busy with the new release."""
    with Emulator(username="alice", plan="free", rate_limit=0) as running:
        yield running


@dataclass
class Visitors:
    """What visitors of the site got: status, release and beginning of the page."""

    answers: list[tuple[int, str, str]] = field(default_factory=list)
    longest_seconds: float = 0.0

    def strange(self) -> list[tuple[int, str, str]]:
        """Answers that no release gave; a reload sends some to the same page once more."""
        return [answer for answer in self.answers if not answer[1] and answer[0] != 302]


@contextmanager
def visitors(pa: Emulator) -> Iterator[Visitors]:
    """Somebody visits the site every few milliseconds, one page after the other."""
    seen, is_over = Visitors(), threading.Event()

    def walk() -> None:
        while not is_over.is_set():
            started = time.monotonic()
            answer = requests.get(
                f"{pa.url}/", headers={"Host": DOMAIN}, timeout=60, allow_redirects=False
            )
            seen.longest_seconds = max(seen.longest_seconds, time.monotonic() - started)
            release = answer.headers.get("X-Release", "")
            seen.answers.append((answer.status_code, release, answer.text[:60]))
            is_over.wait(PAUSE_SECONDS)

    thread = threading.Thread(target=walk)
    thread.start()
    try:
        yield seen
    finally:
        is_over.set()
        thread.join()


def refused(job: Job, files: Mapping[str, str], said: str, **inputs: str) -> Done:
    """A push whose release must not go live; the summary says why, and `one` is still served."""
    live = visit(job.pa).headers["X-Release"]
    with visitors(job.pa) as seen:
        done = job.push(files, **inputs)
    assert done.exit_code == 9, done.log
    assert said in done.summary.replace("&#95;", "_")
    assert said in done.log
    assert f"Release {live} is still the live one" in done.errors[0]
    assert (done.outputs["release"], done.outputs["previous-release"]) == (live, live)
    answer = visit(job.pa)
    assert (answer.text, answer.headers["X-Release"]) == ("one", live)
    assert not seen.strange()
    assert {release for _, release, _ in seen.answers} <= {live, ""}
    return done


@pytest.mark.soak
def test_a_syntax_error(job: Job) -> None:
    refused(job, {"mysite.py": "def app(:\n"}, "SyntaxError")


@pytest.mark.soak
def test_a_missing_dependency(job: Job) -> None:
    refused(job, {"mysite.py": "import no_such_package\n"}, "No module named 'no_such_package'")


@pytest.mark.soak
def test_a_wrong_app(job: Job) -> None:
    refused(job, {}, "the module mysite has no other. Set `app: mysite:app`", app="mysite:other")


@pytest.mark.soak
def test_an_app_that_is_no_callable(job: Job) -> None:
    refused(
        job, {"mysite.py": "app = {}\n"}, "mysite:app is an object of the class dict, not an app"
    )


def test_a_failing_command(job: Job) -> None:
    done = refused(job, {}, "the table is gone", run="echo the table is gone; exit 3")

    assert 'the command "echo the table is gone; exit 3" failed' in done.errors[0]


@pytest.mark.soak
def test_a_command_that_hangs(job: Job) -> None:
    """Of `timeout`, the loader leaves half a minute for the rest of the run."""
    done = refused(job, {}, "waiting", run="echo waiting; sleep 1000", timeout="35")

    assert "It took longer than `timeout` allows." in done.errors[0]


@contextmanager
def small_disk(pa: Emulator) -> Iterator[None]:
    """Releases are on a file system of 1 MiB, as if the account had no more room."""
    place = pa.path(BASE)
    kept = place.with_name("kept")
    shutil.copytree(place, kept, symlinks=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)]
    mounted = subprocess.run(mount, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        shutil.copytree(kept, place, symlinks=True, dirs_exist_ok=True)
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.soak
def test_a_disk_without_room(job: Job) -> None:
    big = "\n".join(f"{number:06}" for number in range(130_000))
    with small_disk(job.pa):
        done = refused(job, {"big.txt": big}, "No space left on device")

        assert "The account's disk is full" in done.errors[0]


@pytest.mark.soak
def test_an_archive_that_is_damaged_on_the_way(job: Job) -> None:
    """Whatever arrives in `incoming` is changed at once, each time."""
    incoming, is_over = job.pa.path(f"{BASE}/incoming"), threading.Event()

    def damage() -> None:
        while not is_over.is_set():
            for file in incoming.glob("[0-9a-f]*"):
                # What has been taken from there meanwhile is gone.
                with suppress(FileNotFoundError), file.open("r+b") as archive:
                    if archive.read(6) != b"broken":
                        archive.seek(0)
                        archive.truncate()
                        archive.write(b"broken")
            time.sleep(0.0005)

    vandal = threading.Thread(target=damage)
    vandal.start()
    try:
        done = refused(job, {"text": "two"}, "it could not be unpacked")
    finally:
        is_over.set()
        vandal.join()

    assert "Uploading all of it again" in done.log


BROKEN_PAGE = "def app(environ, start_response):\n    raise ValueError('a broken page')\n"


def test_an_app_that_answers_500_never_serves(job: Job) -> None:
    done = refused(job, {"mysite.py": BROKEN_PAGE}, "its app did not answer as it should")

    assert "ValueError: a broken page" in done.errors[0]
    assert "raise ValueError('a broken page')" in done.log


def test_an_app_that_answers_500_is_rolled_back(job: Job) -> None:
    """With `preflight: false`, or if it fails in PythonAnywhere's server alone."""
    live = visit(job.pa).headers["X-Release"]

    done = job.push({"mysite.py": BROKEN_PAGE}, preflight="false")

    assert done.exit_code == 8
    assert "a broken page" in done.summary
    assert "Rolled back: the former release and configuration are live" in done.errors[0]
    assert (done.outputs["release"], done.outputs["previous-release"]) == (live, live)
    answer = visit(job.pa)
    assert (answer.text, answer.headers["X-Release"]) == ("one", live)


@pytest.mark.soak
def test_without_rollback_an_unhealthy_release_is_left(job: Job) -> None:
    done = job.push({"mysite.py": BROKEN_PAGE}, rollback="false", preflight="false")

    assert done.exit_code == 8
    assert visit(job.pa).status_code == 500


@pytest.mark.soak
def test_a_good_release_after_a_refused_one(job: Job) -> None:
    refused(job, {"mysite.py": "def app(:\n"}, "SyntaxError")

    done = job.push(hello("two"))

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two"


@pytest.mark.soak
def test_a_good_release_after_a_rolled_back_one(job: Job) -> None:
    job.push({"mysite.py": "def app(e, s):\n    raise ValueError\n"})

    done = job.push(hello("two"))

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two"


@pytest.mark.soak
def test_what_goes_with_a_refused_release_is_taken_back(job: Job) -> None:
    job.push({"static/a.css": "one"}, static_files="/static/ = static")

    files = {"mysite.py": "def app(:\n", "other/a.css": "other"}
    refused(job, files, "SyntaxError", static_files="/static/ = other")

    assert visit(job.pa, "/static/a.css").text == "one"


@pytest.mark.soak
def test_a_first_release_that_is_refused_leaves_the_old_site(runner: Runner, pa: Emulator) -> None:
    old = "def application(e, s):\n    s('200 OK', [])\n    return [b'the old site']\n"
    (runner.workspace / "wsgi.py").write_text(old)
    assert runner.run(python_version="3.13", wsgi_file="wsgi.py").exit_code == 0

    done = Job(runner, pa).push({"mysite.py": "def app(:\n"})

    assert done.exit_code == 9
    assert "No release is live: visitors see what they saw before" in done.errors[0]
    assert visit(pa).text == "the old site"


@pytest.mark.soak
def test_a_run_that_was_broken_off_after_the_upload_is_gone_on_with(job: Job) -> None:
    """The pointer names a release that no worker has seen yet, and the next run wants the old."""
    pointer = job.pa.path(f"{BASE}/pointer.json")
    job.push({"text": "two"})
    status = json.loads(job.pa.path(f"{BASE}/status.json").read_text())
    left = json.loads(pointer.read_text())
    left |= {"nonce": "left", "id": status["previous"]}
    pointer.write_text(json.dumps(left))

    done = job.push({})

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "two"


@pytest.mark.soak
@pytest.mark.parametrize("gone", first_of(["current", "releases/ID", "records/ID.json"]))
def test_what_was_deleted_by_hand_is_brought_back_by_the_next_run(job: Job, gone: str) -> None:
    path = job.pa.path(f"{BASE}/{gone.replace('ID', visit(job.pa).headers['X-Release'])}")
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()

    done = job.push({})

    assert done.exit_code == 0, done.log
    assert "Uploading all of it again" not in done.log
    answer = visit(job.pa)
    assert (answer.text, answer.headers["X-Release"]) == ("one", done.outputs["release"])


@pytest.mark.soak
@pytest.mark.parametrize("damage", first_of(["changed", "deleted"]))
def test_a_damaged_release_is_sent_again(job: Job, damage: str) -> None:
    release = visit(job.pa).headers["X-Release"]
    assert job.push(hello("two")).exit_code == 0
    file = job.pa.path(f"{BASE}/releases/{release}/code/mysite.py")
    file.unlink()
    if damage == "changed":  # unchanged files of releases are one
        file.write_text("app = None\n")

    done = job.push(hello("one"))

    assert done.exit_code == 0, done.log
    assert "Uploading all of it again" in done.log
    assert visit(job.pa).text == "one"


@pytest.mark.soak
def test_a_command_that_does_not_heed_its_end_is_killed(job: Job) -> None:
    done = refused(job, {}, "waiting", run="trap '' TERM; echo waiting; sleep 100", timeout="35")

    assert "It took longer than `timeout` allows" in done.errors[0]


@pytest.mark.soak
def test_a_shared_file_that_is_to_be_a_directory_is_refused_with_the_reason(job: Job) -> None:
    job.push({"data": "kept"}, shared="data")
    (job.runner.workspace / "site" / "data").unlink()

    done = refused(job, {}, "could not be unpacked", shared="data/")

    assert "A path in `shared` must be a directory" in done.errors[0]
    assert job.pa.path(f"{BASE}/shared/data").read_text() == "kept"


@pytest.mark.soak
def test_a_command_that_fills_the_disk(job: Job) -> None:
    with small_disk(job.pa):
        done = refused(job, {}, "it ended with exit code", run="head -c 9000000 /dev/zero > big")

        assert "No space left on device" in done.summary
        assert job.push({"text": "two"}).exit_code == 0


@pytest.mark.soak
def test_visitors_get_one_release_or_the_other(job: Job) -> None:
    with visitors(job.pa) as seen:
        done = job.push(hello("two"))

    assert done.exit_code == 0
    assert not seen.strange()
    assert {text for status, _, text in seen.answers if status == 200} == {"one", "two"}


@pytest.mark.soak
def test_what_commands_print_hides_a_secret_that_is_a_word(job: Job) -> None:
    """Each of its lines is marked as theirs, too, whatever ends it."""
    job.runner.secrets.add("hunterseven")
    command = r'echo $WORD; printf "a\r$WORD\nhunter"; sleep 1; echo seven; exit 3'

    done = job.push(
        hello("two"), env="WORD=hunterseven", run=command, report="report.json", mode="apply"
    )

    assert done.exit_code == 9, done.log
    assert "| ***\n| a\n| ***\n| ***\n" in done.log
    assert "***" in done.summary


@pytest.mark.soak
@pytest.mark.parametrize("before", [285, 290, 295])
def test_no_half_of_a_secret_is_quoted(job: Job, before: int) -> None:
    command = f"echo {'x' * before}$WORD; exit 3"

    done = job.push(hello("two"), env="WORD=hunterseven", run=command, report="report.json")

    report = (job.runner.workspace / "report.json").read_text()
    assert "The last line of its output: xxx" in done.log
    assert "hunter" not in report + done.summary
    assert not [line for line in done.log.splitlines() if "xhunter" in line]


def test_an_upload_that_is_refused_leaves_the_account_as_it_was(
    runner: Runner, pa: Emulator
) -> None:
    """The archives come first, before the web app and its WSGI file."""
    pa.add_fault(method="POST", path="/incoming/", status=403, times=None)

    done = Job(runner, pa).push(hello("one"))

    assert done.exit_code != 0
    assert api(pa, "GET", "webapps/").json() == []
