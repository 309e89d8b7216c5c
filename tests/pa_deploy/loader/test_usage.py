"""How many bytes are used, and how many a removal gives back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pa_deploy.loader import usage
from pa_deploy.loader.files import Home
from pa_deploy.loader.layout import FOLDER_BYTES

SIZE = 1000


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """The folder of a web app, in the home of an account that has a file beside it."""
    folder = tmp_path / "alice" / ".pa-deploy" / "site"
    folder.mkdir(parents=True)
    put(tmp_path / "alice" / "other")
    return Home(str(folder))


def put(path: Path) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x" * SIZE)
    return path


def measured(home: Home) -> tuple[int, int]:
    told = usage.measure(home)
    assert told["is_all"] is True
    return told["own"], told["used"] - told["own"]


def test_files_count_with_their_size_and_folders_as_a_block(home: Home) -> None:
    put(Path(home.base) / "below" / "one")

    assert measured(home) == (SIZE + 2 * FOLDER_BYTES, SIZE + 2 * FOLDER_BYTES)


def test_a_file_counts_once_whatever_its_links(home: Home) -> None:
    one = put(Path(home.base) / "one")
    os.link(one, one.with_name("two"))
    one.with_name("three").symlink_to("one")

    assert measured(home)[0] == SIZE + FOLDER_BYTES


def test_a_folder_of_no_account_is_measured_alone(tmp_path: Path) -> None:
    put(tmp_path / "one" / "a")
    put(tmp_path / "two" / "a")

    assert measured(Home(str(tmp_path / "one"))) == (SIZE + FOLDER_BYTES, 0)


def test_what_there_is_no_time_for_is_left_out(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "MOST_SECONDS", 0.0)

    assert usage.measure(home) == {"own": 0, "used": 0, "is_all": False}


@pytest.mark.parametrize(
    ("removed", "freed"),
    [
        (["one"], 0),
        (["one", "two"], SIZE),
        (["one", "below"], FOLDER_BYTES + SIZE),
        (["none"], 0),
        (["one", "two", "below"], FOLDER_BYTES + 2 * SIZE),
    ],
)
def test_a_file_is_free_once_all_its_links_are_gone(
    home: Home, removed: list[str], freed: int
) -> None:
    one = put(Path(home.base) / "one")
    os.link(one, one.with_name("two"))
    put(Path(home.base) / "below" / "other")

    assert usage.given_back(home.at(name) for name in removed) == freed
