"""Folders below each other by the thousand: more than Python's own functions can descend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pa_emulator.client import Client

HOME = "files/path/home/alice"
DEEP = "/home/alice/" + "d/" * 1000 + "x"


def dig(folder: Path) -> None:
    """Make them as a console's program would."""
    for _ in range(1000):
        folder /= "d"
        folder.mkdir()


def test_a_deep_file_is_written_and_read(alice: Client) -> None:
    assert alice.upload(DEEP, "deep").status_code == 201
    assert alice.read(DEEP) == "deep"


@pytest.mark.soak
def test_deep_folders_are_deleted(alice: Client) -> None:
    dig(alice.pa.path("/home/alice"))
    assert alice.delete(f"{HOME}/d").status_code == 204
    assert not alice.pa.path("/home/alice/d").exists()


def test_deep_folders_count_in_the_quota(alice: Client) -> None:
    dig(alice.pa.path("/home/alice"))
    assert alice.upload("/home/alice/x", "x").status_code == 201


def test_a_reset_removes_deep_folders(alice: Client) -> None:
    dig(alice.pa.path("/home/alice"))
    alice.pa.reset()
    assert not alice.pa.path("/home/alice/d").exists()
