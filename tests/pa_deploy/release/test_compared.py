"""A run whose release is live already: what is missing of it, and what was written in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosted import visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.soak import first_of


def live(job: Job, path: str = "") -> Path:
    return job.pa.path(f"{BASE}/releases/{visit(job.pa).headers['X-Release']}/code") / path


def change_code(job: Job) -> Path:
    """Change the app by hand, as on the Files tab."""
    file = live(job, "mysite.py")
    file.write_text(file.read_text() + "# by hand\n")
    return file


@pytest.fixture
def job(job: Job) -> Job:
    """With the key of signed requests, which the copy of the account lacks."""
    assert job.push({}, reload="always").exit_code == 0
    return job


def test_what_was_deleted_is_put_back(job: Job) -> None:
    live(job, "text").unlink()

    done = job.push({})

    assert done.exit_code == 0, done.log
    assert visit(job.pa).text == "one"


def test_changed_code_stops_the_run(job: Job) -> None:
    file = change_code(job)

    done = job.push({})

    assert done.exit_code == 9
    assert "Code of the live release was changed: mysite.py." in done.errors[0]
    assert "by hand" in file.read_text()


def test_changed_code_that_may_be_left_behind_is_replaced(job: Job) -> None:
    file = change_code(job)

    done = job.push({}, discard_changes="mysite.py")

    assert done.exit_code == 0, done.log
    assert "by hand" not in file.read_text()


@pytest.mark.parametrize("change", first_of([change_code, lambda job: live(job, "new").touch()]))
def test_check_names_it(job: Job, change: object) -> None:
    assert callable(change)
    change(job)

    done = job.push({}, mode="check")

    assert done.exit_code == 3, done.log
    assert "differs from your inputs" in done.errors[0]


def test_a_file_of_the_app_is_only_warned_of(job: Job) -> None:
    live(job, "uploads").mkdir()
    live(job, "uploads/photo.jpg").write_bytes(b"photo")

    done = job.push({})

    assert done.exit_code == 0, done.log
    assert "uploads/photo.jpg" in done.warnings[-1]
    assert "shared: uploads/" in done.warnings[-1]


def test_the_site_tells_without_a_request_to_the_api(job: Job) -> None:
    job.pa.clear_requests()

    job.push(hello("one"))

    paths = [call["path"] for call in job.pa.requests()]
    assert not [path for path in paths if "/records/" in path or path.endswith("pointer.json")]
