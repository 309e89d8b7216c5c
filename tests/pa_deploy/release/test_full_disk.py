"""A full disk is named as that, what was uploaded is taken back, and the way back stays open."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from pa_deploy.bundle import write_archive
from pa_deploy.errors import DiskFull, Interrupted, Refused, ServerFailed, Unreachable
from pa_deploy.model import Secret
from pa_deploy.transport import Content
from pa_emulator import Emulator
from tests.hosted import visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.job import Job
from tests.pa_deploy.release.shipper import Shipper
from tests.runner import Runner
from tests.soak import diagonal, first_of, one_in
from tests.terminal import Terminal

DISK_BYTES = 512 * 1024 * 1024
FULL = "The account's disk is full"
ENV = (("KEY", Secret("the value of a secret")),)


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(username="alice", plan="free", rate_limit=0) as running:
        yield running


def fill(pa: Emulator, room: int) -> None:
    """Leave so many bytes on the disk of the account."""
    home = pa.path("/home/alice")
    used = sum(each.lstat().st_size for each in home.rglob("*") if each.is_file())
    with (home / "big").open("wb") as file:
        file.truncate(DISK_BYTES - used - room)


def incoming(shipper: Shipper) -> list[str]:
    return sorted(each.name for each in (shipper.folder / "incoming").glob("*"))


@pytest.fixture
def live(shipper: Shipper) -> str:
    return shipper.ship(hello("one"), env=ENV).live


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Files whose archive travels in five parts."""
    small = partial(write_archive, part_bytes=500_000)
    monkeypatch.setattr("pa_deploy.release.shipping.write_archive", small)
    return hello("two", big=random.Random(1).randbytes(2_000_000).hex())


@pytest.mark.soak
@pytest.mark.parametrize("room", first_of([0, 100, 3000]))
def test_a_run_on_a_full_disk_says_so_and_leaves_nothing(
    runner: Runner, pa: Emulator, room: int
) -> None:
    job = Job(runner, pa)
    assert job.push(hello("one"), env="KEY=the-value-of-a-secret").exit_code == 0
    before = tree(pa)
    fill(pa, room)
    noise = random.Random(1).randbytes(100_000).hex()

    done = job.push({"text": "two", "noise": noise}, env="KEY=another-value-of-it")

    assert done.exit_code == 5, done.log
    assert FULL in done.errors[0]
    assert "Files page" in done.errors[0]
    assert "username" not in done.errors[0]
    assert tree(pa) == before
    assert visit(pa).text == "one"


def tree(pa: Emulator) -> set[str]:
    folder = pa.path("/home/alice/.pa-deploy")
    return {str(each) for each in folder.rglob("*") if "__pycache__" not in str(each)}


@pytest.mark.soak
@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("room", first_of([300_000, 700_000, 1_300_000]))
def test_the_parts_of_a_run_that_finds_the_disk_full_are_taken_back(
    shipper: Shipper, pa: Emulator, small_parts: dict[str, str], room: int
) -> None:
    fill(pa, room)

    with pytest.raises(DiskFull, match=FULL):
        shipper.ship(small_parts, env=ENV)

    assert incoming(shipper) == []
    assert visit(pa).text == "one"


@pytest.mark.soak
@pytest.mark.parametrize(
    ("path", "status", "body", "error"),
    one_in(
        8,
        [
            (path, *answer)
            for path in ("pointer.json", "secrets/", "incoming/")
            for answer in (
                (500, "<h1>Server Error (500)</h1>", DiskFull),
                (400, '{"detail": "Cannot write to it"}', Refused),
                (400, '{"detail": "Disk quota exceeded"}', DiskFull),
                (403, '{"detail": "[Errno 122] Disk quota exceeded"}', DiskFull),
                (400, '{"detail": "OSError: No space left on device"}', DiskFull),
                (507, "", DiskFull),
            )
        ],
    ),
)
def test_what_was_uploaded_is_taken_back_whatever_is_refused(
    shipper: Shipper, pa: Emulator, live: str, path: str, status: int, body: str, error: type
) -> None:
    pa.add_fault(method="POST", path=path, status=status, body=body)

    with pytest.raises(error) as raised:
        shipper.ship(hello("two"), env=ENV)

    assert raised.type is error
    assert incoming(shipper) == []
    assert [each.stem for each in (shipper.folder / "secrets").iterdir()] == [live]


FULL_ANSWERS = [
    (500, "<h1>Server Error (500)</h1>"),
    (507, ""),
    (400, '{"detail": "Disk quota exceeded"}'),
    (403, '{"detail": "OSError: No space left on device"}'),
]


@pytest.mark.parametrize(
    ("path", "status", "body"), diagonal(["_wsgi.py$", "wsgi_before.py$", "/lock/"], FULL_ANSWERS)
)
def test_a_full_disk_is_named_whatever_does_not_fit(
    runner: Runner, pa: Emulator, path: str, status: int, body: str
) -> None:
    pa.add_fault(method="POST", path=path, status=status, body=body, times=None)

    done = Job(runner, pa).push(hello("one"), lock="true")

    assert done.exit_code == 5, done.log
    assert FULL in done.errors[0]
    assert "had an internal error" not in done.errors[0]


@pytest.mark.parametrize(("status", "body"), first_of(FULL_ANSWERS))
@pytest.mark.soak
def test_a_full_disk_is_named_if_a_note_of_health_does_not_fit(
    runner: Runner, pa: Emulator, status: int, body: str
) -> None:
    """Neither the key of the signed request that notes it, nor the note itself."""
    path = "request-key|verified.json"
    pa.add_fault(method="POST", path=path, status=status, body=body, times=None)

    done = Job(runner, pa).push(hello("one"))

    assert done.exit_code == 0
    assert FULL in done.log


@pytest.mark.soak
@pytest.mark.usefixtures("live")
@pytest.mark.parametrize(("status", "body"), first_of(FULL_ANSWERS))
def test_a_full_disk_is_named_if_the_former_wsgi_file_does_not_fit(
    terminal: Terminal, pa: Emulator, status: int, body: str
) -> None:
    pa.add_fault(method="POST", path="_wsgi.py$", status=status, body=body)

    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 5
    assert FULL in done.err


@pytest.mark.soak
@pytest.mark.parametrize("path", first_of(["_wsgi.py$", "wsgi_before.py$", "/lock/"]))
def test_a_server_that_cannot_be_read_either_has_failed(
    runner: Runner, pa: Emulator, path: str
) -> None:
    pa.add_fault(method="POST", path=path, status=500, body="", times=None)
    pa.add_fault(method="GET", path="/home/alice$", status=500, body="", times=None)

    done = Job(runner, pa).push(hello("one"), lock="true")

    assert done.exit_code == 6, done.log
    assert FULL not in done.log


def test_a_server_that_answers_nothing_well_is_not_taken_for_a_full_disk(
    shipper: Shipper, pa: Emulator, live: str
) -> None:
    assert live
    pa.add_fault(method="POST", path="incoming/", status=500, body="")
    pa.add_fault(method="GET", path="/home/alice$", status=500, body="")

    with pytest.raises(ServerFailed):
        shipper.ship(hello("two"), env=ENV)


@pytest.mark.soak
@pytest.mark.usefixtures("live")
@pytest.mark.parametrize("fatal", first_of([2, 3, 5]))
def test_an_interrupted_run_takes_its_parts_back(
    shipper: Shipper, pa: Emulator, small_parts: dict[str, str], fatal: int
) -> None:
    stop_at_part(shipper, fatal, Interrupted("SIGINT", 2))

    with pytest.raises(Interrupted):
        shipper.ship(small_parts, env=ENV)

    assert incoming(shipper) == []
    assert visit(pa).text == "one"


@pytest.mark.soak
@pytest.mark.usefixtures("live")
def test_a_run_that_the_network_has_ended_leaves_its_parts_for_the_next(
    shipper: Shipper, small_parts: dict[str, str]
) -> None:
    stop_at_part(shipper, 3, Unreachable("The network is gone."))

    with pytest.raises(Unreachable):
        shipper.ship(small_parts, env=ENV)

    assert len(incoming(shipper)) == 2


def stop_at_part(shipper: Shipper, fatal: int, error: BaseException) -> None:
    files = shipper.account.api.files
    real, sent = files.upload, 0

    def upload(path: str, content: Content) -> bool:
        nonlocal sent
        sent += "/incoming/" in path
        if sent == fatal:
            raise error
        return real(path, content)

    files.upload = upload  # type: ignore[method-assign]


@pytest.mark.soak
def test_rollback_and_the_lock_work_on_a_full_disk(
    terminal: Terminal, shipper: Shipper, pa: Emulator, live: str
) -> None:
    shipper.ship(hello("two"), env=ENV)
    fill(pa, 0)

    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert (visit(pa).text, shipper.status().live) == ("one", live)
    assert not list((shipper.folder / "lock").iterdir())


@pytest.mark.soak
def test_rollback_makes_room_for_its_pointer(
    terminal: Terminal, shipper: Shipper, pa: Emulator, live: str
) -> None:
    shipper.ship(hello("two"), env=ENV)
    left: Path = shipper.folder / "incoming" / "left"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"x" * 100_000)
    (shipper.folder / "pointer.json").write_text("{}")
    fill(pa, 0)

    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert shipper.status().live == live


@pytest.mark.soak
def test_a_run_after_room_was_made_goes_live(shipper: Shipper, pa: Emulator, live: str) -> None:
    fill(pa, 10)
    with pytest.raises(DiskFull):
        shipper.ship(hello("two"), env=ENV)
    (pa.path("/home/alice") / "big").unlink()

    status = shipper.ship(hello("two"), env=ENV)

    assert status.previous == live
    assert json.loads((shipper.folder / "secrets" / f"{status.live}.json").read_text())
