"""What is written in a release after the site has left it is told, by the next run or `check`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosted import visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.soak import first_of
from tests.terminal import Terminal

SHARED = {"shared": "state.json"}


def live(job: Job) -> Path:
    """The folder of the live release, which stays that of this one."""
    return job.pa.path(f"{BASE}/releases/{visit(job.pa).headers['X-Release']}/code")


def upload(left: Path) -> str:
    """As a request does that was under way at the switch; the path."""
    (left / "uploads").mkdir()
    (left / "uploads" / "photo.jpg").write_bytes(b"photo")
    return "uploads/photo.jpg"


def save(left: Path) -> str:
    """As a program does that saves by renaming; this takes the place of a link to `shared/`."""
    (left / "state.json.tmp").write_text("precious")
    (left / "state.json.tmp").replace(left / "state.json")
    return "state.json"


def change(left: Path) -> str:
    (left / "text.new").write_text("more")
    (left / "text.new").replace(left / "text")
    return "text"


@pytest.fixture
def left(job: Job) -> Path:
    """The folder of a release that the site has just left."""
    assert job.push(hello("one"), **SHARED).exit_code == 0
    folder = live(job)
    assert job.push(hello("two"), **SHARED).exit_code == 0
    return folder


@pytest.mark.soak
@pytest.mark.parametrize("write", first_of([upload, save, change]))
@pytest.mark.parametrize("keep", first_of(["5", "2"]))
def test_the_next_run_tells_it(job: Job, left: Path, write: object, keep: str) -> None:
    assert callable(write)
    path = write(left)

    done = job.push(hello("three"), **SHARED, keep_releases=keep)

    assert done.exit_code == 0, done.log
    (warning,) = done.warnings
    assert f"in release {left.parent.name} after the site had left it: {path}." in warning
    place = f"{BASE}/releases/{left.parent.name}/code" if keep == "5" else f"{BASE}/backups"
    assert f"They are in {place}" in warning
    assert warning.strip(":") in done.summary


@pytest.mark.soak
@pytest.mark.parametrize(
    ("mode", "text"), first_of([("check", "two"), ("check", "x"), ("plan", "x")])
)
def test_a_run_that_writes_nothing_tells_it_too(job: Job, left: Path, mode: str, text: str) -> None:
    upload(left)

    done = job.push(hello(text), **SHARED, mode=mode)

    assert done.exit_code == (3 if (mode, text) == ("check", "x") else 0), done.log
    assert "uploads/photo.jpg" in done.warnings[-1]


@pytest.mark.soak
def test_a_rollback_tells_it_too(job: Job, terminal: Terminal) -> None:
    job.push(hello("two"))
    left = live(job)
    job.push(hello("three"))
    upload(left)

    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert "uploads/photo.jpg" in done.err


@pytest.mark.soak
def test_what_was_left_on_purpose_is_not_told_again(job: Job) -> None:
    left = live(job)
    upload(left)
    assert job.push(hello("two"), discard_changes="uploads/").exit_code == 0

    done = job.push(hello("three"))

    assert (done.exit_code, done.warnings) == (0, ()), done.log


@pytest.mark.soak
def test_what_may_be_left_behind_is_not_told(job: Job) -> None:
    left = live(job)
    assert job.push(hello("two")).exit_code == 0
    upload(left)

    done = job.push(hello("three"), discard_changes="uploads/")

    assert (done.exit_code, done.warnings) == (0, ()), done.log


WRITES_AND_FAILS = """\
import os
try:
    import uwsgi
    STATUS = '500 Live'
except ImportError:
    STATUS = '200 OK'
def app(environ, start_response):
    os.makedirs('uploads', exist_ok=True)
    with open('uploads/photo.jpg', 'w') as file:
        file.write('photo')
    start_response(STATUS, [])
    return [b'bad']
"""


@pytest.mark.soak
def test_what_a_release_has_that_is_rolled_back_is_in_the_summary(job: Job) -> None:
    done = job.push({"mysite.py": WRITES_AND_FAILS}, preflight="false")

    assert done.exit_code == 8, done.log
    assert visit(job.pa).text == "one"
    (warning,) = done.warnings
    assert "has files that the live release does not have: uploads/photo.jpg." in warning
    assert "uploads/photo.jpg" in done.summary


LEAVES = """\
def app(environ, start_response):
    with open('LEFT/order.txt', 'w') as file:
        file.write('late')
    start_response('200 OK', [])
    return [b'two']
"""


def test_what_is_written_before_the_run_ends_is_told_by_it(job: Job) -> None:
    """As by a request that takes longer than the switch."""
    left = live(job)

    done = job.push({"mysite.py": LEAVES.replace("LEFT", str(left))}, preflight="false")

    assert done.exit_code == 0, done.log
    (warning,) = done.warnings
    assert f"in release {left.parent.name} after the site had left it: order.txt." in warning
