"""`releases prune` removes what no release needs, also on a full disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from pa_deploy.model import Secret
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import Shipper
from tests.pa_deploy.release.test_full_disk import fill
from tests.soak import in_soak
from tests.terminal import Terminal

ENV = (("KEY", Secret("the value of a secret")),)
LARGE = "x" * 200_000


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(username="alice", plan="free", rate_limit=0) as running:
        yield running


@pytest.fixture
def ids(shipper: Shipper) -> list[str]:
    """Three releases; the last one is live."""
    return [
        shipper.ship(hello(text, large=f"{text}{LARGE}"), env=ENV).live
        for text in ("one", "two", "three")
    ]


def names(shipper: Shipper, folder: str) -> list[str]:
    found = (each.stem for each in (shipper.folder / folder).iterdir())
    return sorted(name for name in found if name != "code")


def left_behind(folder: Path) -> None:
    for path in ("incoming/part", "unpacking/half/file", "distributions/digest/file"):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(LARGE)


def test_the_live_release_and_one_to_go_back_to_stay(
    terminal: Terminal, shipper: Shipper, pa: Emulator, ids: list[str]
) -> None:
    left_behind(shipper.folder)

    told = json.loads(terminal.type("releases", "prune", "--dry-run", "--json").out)

    assert names(shipper, "releases") == sorted(ids)
    assert (told["releases"], told["packages"], told["left_files"]) == ([ids[0]], 1, 2)
    assert 800_000 < told["freed_bytes"] < 900_000
    before = told["used_bytes"]

    done = terminal.type("releases", "prune", "--json")

    assert done.exit_code == 0, done.err
    told = json.loads(done.out)
    assert told["freed_bytes"] > 800_000
    assert abs(told["used_bytes"] + told["freed_bytes"] - before) < 20_000
    for folder in ("releases", "records", "files", "secrets"):
        assert names(shipper, folder) == sorted(ids[1:])
    assert (names(shipper, "incoming"), names(shipper, "distributions")) == ([], [])
    assert [row.id for row in shipper.status().releases] == [ids[2], ids[1]]
    assert terminal.type("rollback").exit_code == 0
    assert visit(pa).text == "two"


@pytest.mark.parametrize(("keep", "stay"), [("1", 1), in_soak(("3", 3)), in_soak(("50", 3))])
def test_as_many_stay_as_it_says(
    terminal: Terminal, shipper: Shipper, ids: list[str], keep: str, stay: int
) -> None:
    done = terminal.type("releases", "prune", "--keep", keep)

    assert done.exit_code == 0, done.err
    assert names(shipper, "releases") == sorted(ids[-stay:])


def test_it_works_on_a_full_disk(
    terminal: Terminal, shipper: Shipper, pa: Emulator, ids: list[str]
) -> None:
    fill(pa, 0)

    done = terminal.type("releases", "prune")

    assert done.exit_code == 0, done.err
    assert f"Removed releases {ids[0]}" in done.out
    assert names(shipper, "releases") == sorted(ids[1:])
    assert not list((shipper.folder / "lock").iterdir())
    assert visit(pa).text == "three"


@pytest.mark.parametrize("words", ["releases prune", in_soak("rollback")])
@pytest.mark.usefixtures("ids")
def test_without_the_lock_if_there_is_no_room_for_an_empty_file(
    terminal: Terminal, pa: Emulator, words: str
) -> None:
    body = '{"detail": "Disk quota exceeded"}'
    pa.add_fault(method="POST", path="/lock/", status=400, body=body, times=None)

    done = terminal.type(*words.split())

    assert done.exit_code == 0, done.err
    assert "goes on without it" in done.err


def test_what_an_app_wrote_in_a_release_is_kept(
    terminal: Terminal, shipper: Shipper, ids: list[str]
) -> None:
    (shipper.folder / "releases" / ids[0] / "code" / "upload").write_text("by a visitor")

    assert terminal.type("releases", "prune").exit_code == 0

    (kept,) = (shipper.folder / "backups").iterdir()
    assert kept.read_text() == "by a visitor"


@pytest.mark.usefixtures("ids")
def test_a_site_that_asks_for_a_password(terminal: Terminal, pa: Emulator) -> None:
    fields = {"password_protection_enabled": "true", "password_protection_username": "bob"}
    api(pa, "PATCH", f"webapps/{DOMAIN}/", **fields, password_protection_password="secret-pass")
    api(pa, "POST", f"webapps/{DOMAIN}/reload/")

    assert terminal.type("releases", "prune").exit_code == 0


@pytest.mark.usefixtures("ids")
def test_one_that_a_rollback_has_left_goes_first(
    terminal: Terminal, shipper: Shipper, ids: list[str]
) -> None:
    shipper.rollback()

    assert terminal.type("releases", "prune").exit_code == 0

    assert names(shipper, "releases") == sorted(ids[:2])


def test_a_site_that_does_not_answer(terminal: Terminal, shipper: Shipper, ids: list[str]) -> None:
    left_behind(shipper.folder)
    (shipper.folder / "request-key").unlink()

    done = terminal.type("releases", "prune")

    assert done.exit_code == 6
    assert "did not answer" in done.err
    assert names(shipper, "releases") == sorted(ids)
    assert not (shipper.folder / "incoming").exists()
