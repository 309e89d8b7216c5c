"""What a run says that a signal has ended while it sent a release."""

from __future__ import annotations

import signal
import time

import pytest

from tests.pa_deploy.release.job import BASE, Job
from tests.runner import Done
from tests.soak import in_soak

STILL_SECONDS = 1.5
"""If the run asks for nothing in this time, it waits for what is held up."""


def interrupted_at(job: Job, path: str) -> Done:
    """A push whose run gets a signal while an upload to `path` is under way."""
    job.write({"text": "two"})
    job.pa.clear_requests()
    job.pa.add_fault(method="POST", path=path, delay=60)
    given = {"source": "site", "app": "mysite:app", "python_version": "3.13"}
    process = job.runner.start(**given)
    seen = 0
    while not seen or seen != len(job.pa.requests()):
        seen = len(job.pa.requests())
        time.sleep(STILL_SECONDS)
    process.send_signal(signal.SIGINT)
    job.pa.clear_faults()
    return job.runner.finish(process)


@pytest.mark.soak
@pytest.mark.parametrize("path", ["pointer.json", in_soak("/incoming/")])
def test_a_release_that_was_not_pointed_to_was_certainly_not_shipped(job: Job, path: str) -> None:
    live = job.pa.path(f"{BASE}/current").resolve().parent.name

    done = interrupted_at(job, path)

    assert done.exit_code == 130, done.log
    assert "Unknown whether this was done: Ship" not in done.log
    assert "Not done: Ship release" in done.log
    assert f"Interrupted by SIGINT (Ctrl-C).\nRelease {live} is live. " in done.errors[0]
    assert "Run again." in done.errors[0]
