"""`consoles/` as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.emulator.client import Client


def test_a_created_console_shows_all_its_fields(alice: Client) -> None:
    answer = alice.post("consoles/", data={"executable": "python3.10"})
    assert answer.status_code == 201
    assert answer.json() == {
        "id": 1,
        "user": "alice",
        "executable": "python3.10",
        "arguments": "",
        "working_directory": None,
        "name": "Python3.10 console 1",
        "console_url": "/user/alice/consoles/1/",
        "console_frame_url": "/user/alice/consoles/1/frame/",
    }
    assert alice.get("consoles/").json() == [answer.json()]
    assert alice.get("consoles/1/").json() == answer.json()


def test_kill_is_204_then_404(alice: Client) -> None:
    alice.post("consoles/", data={"executable": "bash"})
    assert alice.delete("consoles/1/").status_code == 204
    assert alice.delete("consoles/1/").json() == {"detail": "Not found."}


def test_anothers_console_is_404(alice: Client, bob: Client) -> None:
    alice.post("consoles/", data={"executable": "bash"})
    assert bob.get("consoles/1/").status_code == 404


def test_nobody_shares_a_console_at_first(alice: Client) -> None:
    assert alice.get("consoles/shared_with_you/").json() == []


def test_console_limit_is_a_page(free: Client) -> None:
    for _ in range(2):
        assert free.post("consoles/", data={"executable": "bash"}).status_code == 201
    answer = free.post("consoles/", data={"executable": "bash"})
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Console limit reached" in answer.text
