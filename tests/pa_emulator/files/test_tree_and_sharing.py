"""`files/tree/` and `files/sharing/`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from tests.pa_emulator.client import DOMAIN, WSGI

if TYPE_CHECKING:
    from tests.pa_emulator.client import Client


def test_tree_shows_folders_with_a_slash(alice: Client) -> None:
    alice.upload("/home/alice/foo/bar.txt", "")
    assert alice.get("files/tree/", params={"path": "/home/alice"}).json() == [
        "/home/alice/README.txt",
        "/home/alice/foo/",
        "/home/alice/foo/bar.txt",
    ]


def test_tree_skips_dotfiles_and_links(alice: Client) -> None:
    alice.upload("/home/alice/d/.git/x", "")
    alice.pa.path("/home/alice/d/link").symlink_to("/etc")
    assert alice.get("files/tree/", params={"path": "/home/alice/d"}).json() == []


def test_tree_ends_two_levels_down(alice: Client) -> None:
    alice.upload("/home/alice/d/1/2/3/x", "")
    assert alice.get("files/tree/", params={"path": "/home/alice/d"}).json() == [
        "/home/alice/d/1/",
        "/home/alice/d/1/2/",
    ]


def test_tree_ends_at_a_thousand(alice: Client) -> None:
    folder = alice.pa.path("/home/alice/many")
    folder.mkdir()
    for number in range(1001):
        (folder / str(number)).touch()
    assert len(alice.get("files/tree/", params={"path": "/home/alice/many"}).json()) == 1000


def test_tree_of_nothing_is_400(alice: Client) -> None:
    answer = alice.get("files/tree/", params={"path": "/home/alice/no"})
    assert (answer.status_code, answer.json()) == (
        400,
        {"detail": "/home/alice/no does not exist"},
    )


def test_tree_of_a_file_is_400(alice: Client) -> None:
    answer = alice.get("files/tree/", params={"path": "/home/alice/README.txt"})
    assert answer.json() == {"detail": "/home/alice/README.txt is not a directory"}


def test_tree_shows_the_logs(alice: Client) -> None:
    alice.create()
    logs = alice.get("files/tree/", params={"path": "/var/log/"}).json()
    assert logs == [f"/var/log/{DOMAIN}.{kind}.log" for kind in ("access", "error", "server")]


def test_sharing_is_201_then_200(alice: Client) -> None:
    path = {"path": "/home/alice/README.txt"}
    first = alice.post("files/sharing/", json=path)
    second = alice.post("files/sharing/", data=path)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first.json()["url"].startswith("/user/alice/shares/")


def test_sharing_status_and_end(alice: Client) -> None:
    path = {"path": "/home/alice/README.txt"}
    url = alice.post("files/sharing/", json=path).json()
    assert alice.get("files/sharing/", params=path).json() == url
    assert alice.delete("files/sharing/", params=path).status_code == 204
    assert alice.get("files/sharing/", params=path).status_code == 404
    assert alice.delete("files/sharing/", params=path).status_code == 404


def test_sharing_wants_a_path(alice: Client) -> None:
    answer = alice.post("files/sharing/", json={})
    assert answer.status_code == 400
    assert answer.json() == {"error": "required field (path) not found"}


def test_sharing_nothing_is_404(alice: Client) -> None:
    assert alice.post("files/sharing/", json={"path": "/home/alice/no"}).status_code == 404


def test_a_shared_file_is_anyones(alice: Client) -> None:
    alice.upload("/home/alice/x", "for all")
    url = alice.post("files/sharing/", json={"path": "/home/alice/x"}).json()["url"]
    answer = alice.session.get(alice.pa.url + url, headers={"Authorization": ""})
    assert answer.text == "for all"


def test_tree_of_a_link_to_a_shared_folder_shows_the_accounts_files(
    alice: Client, bob: Client
) -> None:
    alice.create()
    bob.create("bob.pythonanywhere.com")
    alice.pa.path("/home/alice/www").symlink_to(alice.pa.path("/var/www"))
    tree = alice.get("files/tree/", params={"path": "/home/alice/www"}).json()
    assert tree == ["/home/alice/www/" + WSGI.rpartition("/")[2]]


def test_a_shared_pipe_is_404(alice: Client) -> None:
    os.mkfifo(alice.pa.path("/home/alice/pipe"))
    url = alice.post("files/sharing/", json={"path": "/home/alice/pipe"}).json()["url"]
    assert alice.session.get(alice.pa.url + url, timeout=5).status_code == 404
