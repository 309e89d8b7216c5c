"""Environments that pip fills, as the preparer makes them."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.loader.files import OUTPUT, Home
from pa_deploy.loader.installing import BEGINNING, PACKAGES, tries_with_progress
from tests.pa_deploy.dependencies.index import Index, serving
from tests.pa_deploy.dependencies.sdists import make_sdist
from tests.pa_deploy.loader.test_loader import refusal
from tests.pa_deploy.release.account import Account, hello
from tests.pa_emulator.waiting import eventually

NAMES = ("anna", "bert", "carl", "dora", "emil")
KILL = """\
import os, signal
for folder in os.listdir("/proc"):
    try:
        words = open("/proc/%s/cmdline" % folder, "rb").read().split(b"\\0")
    except OSError:
        continue
    if b"prepare" in words and any(word.startswith({base!r}) for word in words):
        os.kill(int(folder), signal.SIGKILL)
"""


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path / "account")


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    return tmp_path / "index"


@pytest.fixture
def index(packages: Path) -> Iterator[Index]:
    for name in NAMES:
        make_sdist(packages / name, name, "1.0", {f"{name}.py": ""})
    with serving({folder.name: folder for folder in packages.iterdir()}) as made:
        yield made


def install(
    index: Index, *lines: str, name: str = "0123456789abcdef", **more: object
) -> dict[str, Any]:
    """An environment that pip fills, as the pointer has it."""
    recipe = {"lines": lines, "options": [f"--index-url {index.url}/simple/"], **more}
    archive = {"parts": [], "digest": "", "base": "", "shared": [], "copied": []}
    return {
        "id": name,
        "kind": "install",
        "distributions": {},
        "archive": archive,
        "install": recipe,
    }


def kills_preparer(account: Account, *, once: bool) -> str:
    """Code of a build that kills the preparer each time, or the first time only."""
    code = KILL.format(base=bytes(account.base))
    if not once:
        return code
    mark = str(account.folder / f"killed-{os.urandom(4).hex()}")
    first = f"import os\nif not os.path.exists({mark!r}):\n    open({mark!r}, 'w').close()\n"
    return first + "".join(f"    {line}\n" for line in code.splitlines())


def start_until_decided(account: Account, most: int = 12) -> str:
    """Start workers, which start preparers; the state that is reached, and how many it took."""
    for _ in range(most):
        account.file("lease").touch()  # as a run that waits does
        account.boot()
        state = account.wait_for_preparer()
        if state in ("ready", "refused", "live"):
            return state
    return "nothing"


@pytest.mark.soak
def test_an_environment_is_filled_and_noted(account: Account, index: Index) -> None:
    account.deploy({**hello("one"), "use.py": ""}, environment=install(index, "anna", "bert==1.0"))

    note = Home(str(account.base)).read("environments/0123456789abcdef.json")
    assert (note["kind"], note["freeze"]) == ("install", ["anna==1.0", "bert==1.0"])


@pytest.mark.soak
def test_a_package_that_is_fatal_each_time_ends_the_preparation(
    account: Account, index: Index, packages: Path
) -> None:
    fatal = kills_preparer(account, once=False)
    make_sdist(packages / "carl", "carl", "1.0", {"carl.py": ""}, before=fatal)
    account.put(hello("one"), environment=install(index, "anna", "carl"))

    assert start_until_decided(account) == "refused"
    assert "its preparation was killed 3 times" in refusal(account)
    assert not account.names("environments")


@pytest.mark.soak
def test_preparers_that_come_farther_each_time_may_be_killed_often(
    account: Account, index: Index, packages: Path
) -> None:
    for name in NAMES:
        fatal = kills_preparer(account, once=True)
        make_sdist(packages / name, name, "1.0", {f"{name}.py": ""}, before=fatal)
    account.put(hello("one"), environment=install(index, *NAMES))

    assert start_until_decided(account) == "ready"


@pytest.mark.soak
def test_what_is_locked_may_have_parts_without_a_hash(
    account: Account, index: Index, packages: Path
) -> None:
    (archive,) = (packages / "anna").iterdir()
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    url = f"{index.url}/simple/bert/bert-1.0.tar.gz"
    lines = (f"anna==1.0 --hash=sha256:{digest}", f"bert @ {url}")
    locked = install(index, *lines, arguments=["--no-deps"])
    locked["install"]["options"].append("--require-hashes")

    account.deploy(hello("one"), environment=locked)

    note = Home(str(account.base)).read("environments/0123456789abcdef.json")
    assert note["freeze"][0] == "anna==1.0"
    assert note["freeze"][1].startswith("bert @ http")


@pytest.mark.soak
def test_pip_is_stopped_if_nobody_wants_the_release_any_more(
    account: Account, index: Index, packages: Path
) -> None:
    mark = account.folder / "building"
    waiting = f"import time\nopen({str(mark)!r}, 'w').close()\ntime.sleep(1000)"
    make_sdist(packages / "carl", "carl", "1.0", {"carl.py": ""}, before=waiting)
    account.put(hello("one"), environment=install(index, "anna", "carl"))
    account.boot()
    eventually(mark.exists)

    account.file("pointer.json").unlink()

    account.wait_for_preparer()
    assert not account.names("environments")
    assert not account.names("unpacking")


@pytest.mark.soak
def test_pip_has_no_more_time_than_the_commands(account: Account, index: Index) -> None:
    account.put(hello("one"), environment=install(index, "anna"), seconds=1)

    assert start_until_decided(account) == "refused"
    assert refusal(account).endswith("as its time was over")
    assert not account.names("environments")


@pytest.mark.parametrize(
    ("tries", "found"),
    [
        ([], 0),
        ([[]], 0),
        ([[PACKAGES]], 1),
        ([[PACKAGES, "Collecting a"], [PACKAGES, "Collecting a"]], 1),
        ([[PACKAGES], [PACKAGES, "Collecting a"], [PACKAGES, "Collecting a", "Collecting b"]], 3),
        ([[PACKAGES, "Collecting a"], [], [PACKAGES], [PACKAGES, "Collecting a"]], 1),
    ],
)
def test_what_counts_is_to_come_farther_than_before(
    tmp_path: Path, tries: list[list[str]], found: int
) -> None:
    rows = [
        f"$ {line}" if line == PACKAGES else line
        for one in tries
        for line in (f"$ {BEGINNING}", *one)
    ]
    (tmp_path / OUTPUT).write_text("".join(f"{line}\n" for line in ["$ run: x", *rows]))

    assert tries_with_progress(Home(str(tmp_path))) == found
