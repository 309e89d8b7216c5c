"""An account that a newer pa-deploy has laid out: an older one refuses, its loader serves on."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest

from pa_deploy import layout, loader_files
from pa_deploy.loader import layout as loader_layout
from pa_emulator import Emulator
from tests.hosted import visit
from tests.pa_deploy.release.account import Account, hello
from tests.pa_deploy.release.job import Job
from tests.pa_deploy.release.shipper import WSGI, Shipper, writes
from tests.runner import Runner
from tests.soak import first_of, one_in
from tests.terminal import Terminal

DAMAGED = ['"3"', "-1", "0", "true", "1e3", "3.0", "99999999999999999999", "null", "[3]", "{}"]
PLACES = ["pointer.json", "status.json", "records/LIVE.json"]


def set_number(folder: Path, place: str, number: str) -> None:
    live = json.loads((folder / "status.json").read_text())["live"]
    file = folder / place.replace("LIVE", live)
    text = file.read_text()
    value = json.loads(text)
    value["layout"] = "NUMBER"
    file.write_text(json.dumps(value).replace('"NUMBER"', number))


def make_newer_loader(pa: Emulator) -> None:
    path = pa.path(WSGI)
    text = path.read_text()
    assert text.count("\nLAYOUT = 2\n") == 1
    path.write_text(text.replace("\nLAYOUT = 2\n", "\nLAYOUT = 3\n"))


def contents(folder: Path) -> dict[str, bytes]:
    files = [
        each for each in folder.rglob("*") if each.is_file() and "__pycache__" not in str(each)
    ]
    return {str(each): each.read_bytes() for each in files}


# --- commands


@pytest.mark.parametrize(
    ("mode", "place"),
    one_in(
        6,
        itertools.product(["apply", "plan"], ["status.json", "records/LIVE.json", "the WSGI file"]),
    ),
)
def test_a_deploy_refuses(
    runner: Runner, pa: Emulator, shipper: Shipper, mode: str, place: str
) -> None:
    job = Job(runner, pa)
    assert job.push(hello("one")).exit_code == 0
    if place == "the WSGI file":
        make_newer_loader(pa)
    else:
        set_number(shipper.folder, place, "3")
    before = contents(shipper.folder), pa.path(WSGI).read_bytes()

    done = job.push(hello("two"), mode=mode)

    assert done.exit_code == 10, done.log
    assert "have layout 3, and this pa-deploy knows layouts up to 2" in done.errors[0]
    assert "Use the newer pa-deploy." in done.errors[0]
    assert "Newer pa-deploy" in done.log
    assert (contents(shipper.folder), pa.path(WSGI).read_bytes()) == before
    assert visit(pa).text == "one"


@pytest.mark.soak
def test_a_deploy_of_what_is_live_refuses_a_newer_pointer(
    runner: Runner, pa: Emulator, shipper: Shipper
) -> None:
    job = Job(runner, pa)
    job.push(hello("one"))
    set_number(shipper.folder, "pointer.json", "3")

    assert job.push({}).exit_code == 10


@pytest.mark.soak
@pytest.mark.parametrize(
    ("words", "place"),
    one_in(
        9,
        itertools.product(
            ["release detach --yes", "rollback --lock false", "rollback"],
            ["the WSGI file", "status.json", "pointer.json"],
        ),
    ),
)
def test_commands_refuse(
    terminal: Terminal, pa: Emulator, shipper: Shipper, words: str, place: str
) -> None:
    for text in ("one", "two"):
        shipper.ship(hello(text))
    if place == "the WSGI file":
        make_newer_loader(pa)
    else:
        set_number(shipper.folder, place, "3")
    pa.clear_requests()

    done = terminal.type(*words.split())

    assert done.exit_code == 10, done.err
    assert "Use the newer pa-deploy." in done.err
    assert writes(pa) == []


@pytest.mark.parametrize("place", first_of(["status.json", "pointer.json"]))
def test_the_list_of_releases_refuses(terminal: Terminal, shipper: Shipper, place: str) -> None:
    shipper.serve("one")
    set_number(shipper.folder, place, "17")

    done = terminal.type("releases")

    assert done.exit_code == 10
    assert "layout 17" in done.err


@pytest.mark.soak
@pytest.mark.parametrize("number", first_of(DAMAGED))
def test_a_damaged_number_is_none(shipper: Shipper, pa: Emulator, number: str) -> None:
    shipper.serve("one")
    for place in PLACES:
        set_number(shipper.folder, place, number)

    assert shipper.ship(hello("two")).state == "live"
    assert visit(pa).text == "two"


# --- the loader


def test_loader_and_pa_deploy_mean_the_same_number() -> None:
    text = loader_files.wsgi_file("/home/alice/x")

    assert loader_files.number_of_loader(text) == layout.LAYOUT == loader_layout.LAYOUT
    assert loader_files.number_of_loader(b"LAYOUT = 9\n") == 0


@pytest.mark.parametrize("number", [*DAMAGED, "1", "2", "9999", "10000"])
def test_loader_and_pa_deploy_read_a_number_alike(number: str) -> None:
    value = json.loads(f'{{"layout": {number}}}')

    assert layout.number_in(value) == loader_layout.number_in(value)


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


@pytest.mark.soak
@pytest.mark.parametrize("place", one_in(2, PLACES))
def test_the_loader_serves_and_touches_nothing(account: Account, place: str) -> None:
    live = account.deploy(hello("one"), env={"KEY": "a"})
    account.put(hello("two"))
    set_number(account.base, place, "3")
    account.base.chmod(0o755)
    before = contents(account.base)

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("one", live)
    assert "Use the newer pa-deploy" in answer.errors
    assert contents(account.base) == before
    assert account.base.stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("gone", first_of(["current", "records/LIVE.json", "secrets/LIVE.json"]))
def test_the_loader_says_so_if_it_cannot_read_what_is_live(account: Account, gone: str) -> None:
    live = account.deploy(hello("one"), env={"KEY": "a"})
    set_number(account.base, "status.json", "3")
    account.file(gone.replace("LIVE", live)).unlink()

    out, errors = account.spawn().communicate(timeout=60)

    assert "ANSWER" not in out
    assert "have layout 3, from a newer pa-deploy" in errors


@pytest.mark.soak
@pytest.mark.parametrize(("place", "number"), first_of(itertools.product(PLACES, DAMAGED)))
def test_a_damaged_number_does_not_stop_the_loader(
    account: Account, place: str, number: str
) -> None:
    account.deploy(hello("one"))
    set_number(account.base, place, number)

    assert account.start().body == "one"
    assert account.deploy(hello("two")) == account.live()
