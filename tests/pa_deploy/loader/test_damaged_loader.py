"""If the loader's zip is damaged or gone, a former loader serves, and a deploy brings it back."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pa_deploy.loader_files import loader_name
from tests.pa_deploy.release.account import Account, hello
from tests.soak import one_in

FORMER = "former"


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"import", b"export", 1))


def empty(path: Path) -> None:
    path.write_bytes(b"")


DAMAGES: dict[str, Callable[[Path], None]] = {
    "deleted": Path.unlink,
    "cut": cut,
    "changed": change,
    "emptied": empty,
}


@pytest.fixture
def served(tmp_path: Path) -> Account:
    """An account with a live release."""
    account = Account(tmp_path)
    account.serve()
    return account


def keep_former(account: Account) -> str:
    """Put a loader there that differs from the one that the WSGI file names; its name."""
    return account.put_loader(b"# former\n")


@pytest.mark.parametrize("damage", one_in(2, DAMAGES))
def test_a_former_loader_serves(served: Account, damage: str) -> None:
    former = keep_former(served)
    DAMAGES[damage](served.file("loader", loader_name()))

    assert served.start().body == "one"
    assert served.status()["loader"] == former


@pytest.mark.parametrize("damage", one_in(2, reversed(DAMAGES)))
def test_without_another_the_error_says_what_to_do(served: Account, damage: str) -> None:
    DAMAGES[damage](served.file("loader", loader_name()))

    errors = served.spawn().communicate(timeout=60)[1]

    assert "pa-deploy's loader in" in errors
    assert "is missing or damaged. Deploy again." in errors


def test_a_file_of_somebody_else_is_not_imported(served: Account) -> None:
    shutil.copy(served.file("loader", loader_name()), served.file("loader", "mine.zip"))
    served.file("loader", loader_name()).unlink()

    assert "is missing or damaged" in served.spawn().communicate(timeout=60)[1]


def test_of_the_others_the_newest_is_kept(served: Account) -> None:
    names = [served.put_loader(text, age) for text, age in ((b"# a\n", 30), (b"# b\n", 20))]

    served.deploy(hello("two"))

    assert sorted(served.names("loader")) == sorted([loader_name(), names[1]])


@pytest.mark.soak
def test_the_app_does_not_find_the_loader_on_its_path(served: Account) -> None:
    served.deploy(
        {
            "mysite.py": "import sys\n"
            "def app(environ, start_response):\n"
            "    start_response('200 OK', [])\n"
            "    zips = [each for each in sys.path if each.endswith('.zip') and '/base/' in each]\n"
            "    return [repr(zips).encode()]\n"
        }
    )

    assert served.start().body == "[]"
