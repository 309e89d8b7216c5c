"""`pa-deploy releases`, `rollback` and `release …`, as typed."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pa_emulator import Emulator
from tests.hosted import visit
from tests.release.account import hello
from tests.release.shipper import WSGI, Shipper
from tests.terminal import Terminal


@pytest.fixture
def two(shipper: Shipper) -> list[str]:
    """Two releases that went live one after the other; their ids."""
    return [shipper.ship(hello(text)).live for text in ("one", "two")]


def test_releases_are_listed_with_their_state(terminal: Terminal, two: list[str]) -> None:
    rows = json.loads(terminal.type("releases", "--json").out)

    assert [(row["id"], row["state"]) for row in rows] == [(two[1], "live"), (two[0], "kept")]


def test_no_releases(terminal: Terminal) -> None:
    assert terminal.type("releases").err == "There are no releases.\n"


def test_rollback_goes_back_and_asks_the_site(
    terminal: Terminal, pa: Emulator, two: list[str]
) -> None:
    done = terminal.type("rollback")

    assert done.exit_code == 0, done.err
    assert done.out.startswith(f"Release {two[0]} is live again: https://alice.pythonanywhere.com/")
    assert visit(pa).text == "one"


def test_rollback_to_a_release(terminal: Terminal, pa: Emulator, two: list[str]) -> None:
    done = terminal.type("rollback", "--to", two[0], "--json")

    assert json.loads(done.out) == {"release": two[0], "previous_release": two[1]}
    assert visit(pa).text == "one"


def test_a_rolled_back_release_is_listed_as_such(terminal: Terminal, two: list[str]) -> None:
    terminal.type("rollback")

    rows = json.loads(terminal.type("releases", "--json").out)

    assert [(row["id"], row["state"]) for row in rows] == [
        (two[0], "live"),
        (two[1], "rolled back"),
    ]


def test_rollback_without_a_release_is_exit_code_5(terminal: Terminal) -> None:
    done = terminal.type("rollback")

    assert done.exit_code == 5
    assert "There is no release to go back to." in done.err


def test_rollback_to_a_release_that_was_deleted_by_hand(
    terminal: Terminal, pa: Emulator, shipper: Shipper, two: list[str]
) -> None:
    shutil.rmtree(shipper.folder / "releases" / two[0])

    done = terminal.type("rollback")

    assert done.exit_code == 5
    assert f"Release {two[0]} was deleted" in done.err
    assert visit(pa).text == "two"


@pytest.mark.usefixtures("two")
def test_rollback_where_releases_are_detached_says_so_at_once(
    terminal: Terminal, shipper: Shipper
) -> None:
    terminal.type("release", "detach", "--yes")
    pointer = (shipper.folder / "release.json").read_bytes()

    done = terminal.type("rollback")

    assert done.exit_code == 5
    assert "does not serve releases" in done.err
    assert (shipper.folder / "release.json").read_bytes() == pointer


def test_rollback_to_an_unhealthy_release_is_exit_code_8(
    terminal: Terminal, shipper: Shipper
) -> None:
    broken = "def app(environ, start_response):\n    raise ValueError\n"
    shipper.ship({"mysite.py": broken})
    shipper.ship(hello("two"))

    done = terminal.type("rollback", "--timeout", "5")

    assert done.exit_code == 8
    assert "is live again, but the site is not healthy" in done.err


def test_detach_puts_the_former_wsgi_file_back(
    terminal: Terminal, pa: Emulator, shipper: Shipper, two: list[str]
) -> None:
    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 0, done.err
    assert "Hello, World!" in visit(pa).text
    assert shipper.status().live == two[1]


@pytest.mark.usefixtures("two")
def test_detach_asks_first(terminal: Terminal, pa: Emulator) -> None:
    assert terminal.type("release", "detach").exit_code == 2
    assert visit(pa).text == "two"


@pytest.mark.usefixtures("shipper")
def test_there_is_nothing_to_detach_from_without_releases(terminal: Terminal, pa: Emulator) -> None:
    pa.path(WSGI).write_text("application = None\n")

    done = terminal.type("release", "detach", "--yes")

    assert done.exit_code == 5
    assert "does not serve releases" in done.err


def test_files_of_a_release_are_listed_the_largest_first(
    offline: Terminal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("a", 1), ("b", 300), ("c", 20), ("d.pyc", 4)):
        (tmp_path / name).write_text("x" * size)
    monkeypatch.chdir(tmp_path)

    done = offline.type("release", "files", "--source", ".", "-n", "2")

    assert done.out == "b\t300\nc\t20\n"
    assert done.err == "3 files, 321 bytes\n"


def test_files_of_no_source(offline: Terminal) -> None:
    done = offline.type("release", "files")

    assert done.exit_code == 2
    assert "source: it was not given." in done.err
