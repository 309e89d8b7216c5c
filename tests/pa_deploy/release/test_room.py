"""A release for which there is no room is refused before anything of it is sent."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.hosted import visit
from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import serving
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import BASE, Job
from tests.runner import Done, Runner
from tests.soak import in_soak

MIB = 1024 * 1024


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(username="alice", plan="free", rate_limit=0) as running:
        yield running


@pytest.fixture
def job(runner: Runner, pa: Emulator) -> Job:
    return Job(runner, pa)


def uploads(pa: Emulator) -> list[str]:
    """What was uploaded, but for tickets of the lock."""
    sent = [call["path"] for call in pa.requests() if call["method"] == "POST"]
    return [path for path in sent if "/lock/" not in path]


def push(job: Job, text: str, packages: dict[str, int], **inputs: str) -> Done:
    """A release with packages of so many MiB that cannot be compressed."""
    folder = job.runner.workspace / "site" / "wheels"
    for name, size in packages.items():
        noise = random.Random(name).randbytes(size * MIB // 2).hex()
        wheels.make(folder, name, "1.0", {f"{name}.txt": noise})
    lines = ["--no-index", "--find-links wheels", *packages, ""]
    files = {**hello(text), "requirements.txt": "\n".join(lines)}
    return job.push(files, requirements="site/requirements.txt", exclude="wheels", **inputs)


@pytest.fixture
def heavy(tmp_path: Path) -> Iterator[str]:
    """The lines of six packages, of which an index says that each has 100 MB."""
    names = [f"heavy{number}" for number in range(6)]
    for name in names:
        wheels.make(tmp_path / name, name, "1.0", {f"{name}.py": ""})
    with serving({name: tmp_path / name for name in names}) as index:
        yield "\n".join([f"--index-url {index.url}/sized/", *names, ""])


def test_what_a_free_account_has_no_room_for_is_not_even_fetched(job: Job, heavy: str) -> None:
    files = {**hello("one"), "requirements.txt": heavy}

    done = job.push(files, requirements="site/requirements.txt")

    assert done.exit_code == 2, done.log
    assert "the wheels of the packages need 573 MiB" in done.errors[0]
    assert "more than 512 MiB, the limit of a free account" in done.errors[0]
    assert "heavy0==1.0 96 MiB" in done.errors[0]
    assert [call["path"] for call in job.pa.requests()] == ["/api/v0/user/alice/cpu/"]


@pytest.mark.parametrize(
    ("limit", "exit_code"), [("none", 0), in_soak(("1GB", 0)), in_soak(("500MB", 2))]
)
def test_a_limit_that_is_given_wins(job: Job, heavy: str, limit: str, exit_code: int) -> None:
    files = {**hello("one"), "requirements.txt": heavy}

    done = job.push(files, requirements="site/requirements.txt", disk_limit=limit)

    assert done.exit_code == exit_code, done.log
    assert not [call for call in job.pa.requests() if call["path"].endswith("/cpu/")]


def test_a_paid_account_has_no_limit(runner: Runner, heavy: str) -> None:
    with Emulator(username="alice", plan="paid", rate_limit=0) as pa:
        paid = Runner(runner.directory / "paid", pa)
        files = {**hello("one"), "requirements.txt": heavy}

        done = Job(paid, pa).push(files, requirements="site/requirements.txt")

        assert done.exit_code == 0, done.log


def test_the_size_of_what_pip_installs_is_told_not_to_be_known(job: Job) -> None:
    files = {**hello("one"), "requirements.txt": "flask\n"}

    done = job.push(
        files, requirements="site/requirements.txt", dependencies="install", mode="plan"
    )

    assert done.exit_code == 0, done.log
    assert "how much of 512 MiB (the limit of a free account) is used. pip needs more" in done.log
    assert "needs more room for the packages. How much is not known" in done.log


def test_one_that_does_not_fit_alone_sends_nothing_at_all(job: Job) -> None:
    done = push(job, "one", {"small": 1, "large": 6}, disk_limit="6MiB")

    assert done.exit_code == 2, done.log
    assert "disk-limit: the release needs" in done.errors[0]
    assert "more than 6 MiB, `disk-limit`" in done.errors[0]
    assert "large==1.0 6.1 MiB, small==1.0 1.1 MiB" in done.errors[0]
    assert job.pa.requests() == []


def test_one_that_does_not_fit_with_its_archives_sends_nothing(job: Job) -> None:
    done = push(job, "one", {"small": 1, "large": 6}, disk_limit="8MiB")

    assert done.exit_code == 2, done.log
    assert "more than 8 MiB, `disk-limit`" in done.errors[0]
    assert uploads(job.pa) == []


def test_what_is_there_already_does_not_count_again(job: Job) -> None:
    """With the archives of all of it, it would need more than the limit."""
    packages = {"red": 3, "blue": 3}
    assert push(job, "one", packages, disk_limit="20MiB").exit_code == 0

    done = push(job, "two", {**packages, "green": 1}, disk_limit="11MiB")

    assert done.exit_code == 0, done.log


def test_one_that_does_not_fit_beside_what_is_there_sends_nothing_of_itself(job: Job) -> None:
    assert push(job, "one", {"red": 3}, disk_limit="20MiB").exit_code == 0
    done = push(job, "two", {"blue": 4}, disk_limit="20MiB")
    assert done.exit_code == 0, done.log
    assert re.search(r"needs [0-9.]+ MiB .* and [0-9.]+ MiB of 20 MiB \(`disk-", done.log)
    job.pa.clear_requests()

    done = push(job, "three", {"green": 5}, disk_limit="14MiB")

    assert done.exit_code == 2, done.log
    assert "of 14 MiB (`disk-limit`) are used" in done.errors[0]
    assert "`pa-deploy releases prune` would free nothing" in done.errors[0]
    assert uploads(job.pa) == []
    assert visit(job.pa).text == "two"


def test_the_plan_says_what_it_needs(job: Job) -> None:
    push(job, "one", {"red": 3}, disk_limit="20MiB")

    done = push(job, "two", {"blue": 4}, disk_limit="20MiB", mode="plan")

    assert done.exit_code == 0
    assert "The release needs" in done.log
    assert "The release needs" in done.summary
    done = push(job, "two", {"blue": 4}, disk_limit="8MiB", mode="plan")
    assert "This release will be refused" in done.summary


def test_what_a_killed_run_left_goes_with_the_next_one(job: Job) -> None:
    job.push(hello("one"))
    folder = job.pa.path(BASE)
    for path in ("incoming/x", "unpacking/y", "secrets/0123456789abcdef.json"):
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(b"x")

    assert job.push(hello("two")).exit_code == 0

    for place in ("incoming", "unpacking", "secrets"):
        assert not list((folder / place).iterdir())


def test_what_a_killed_run_left_goes_with_a_run_that_ships_nothing(job: Job) -> None:
    job.push(hello("one"))
    folder = job.pa.path(BASE)
    for path in ("incoming/x", "unpacking/y/z", "distributions/d/file", "releases/r/code/x"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(b"x" * MIB)

    done = job.push(hello("one"))

    assert done.exit_code == 0
    assert "Deleted what interrupted runs had left on PythonAnywhere: 4.1 MiB" in done.log
    places = ("incoming", "unpacking", "distributions")
    assert [each for place in places for each in (folder / place).iterdir()] == []
    assert not (folder / "releases" / "r").exists()
    assert "Deleted" not in job.push(hello("one")).log
