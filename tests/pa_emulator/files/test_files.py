"""`files/path…`: read, list, upload and delete."""

from __future__ import annotations

import os
import shutil
import socket
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from pa_emulator.files import store
from pa_emulator.files.download import Snapshot
from tests.pa_emulator.client import Client

if TYPE_CHECKING:
    from pathlib import Path

    from pa_emulator import Emulator

HOME = "files/path/home/alice"


def test_new_file_is_201_and_overwritten_200(alice: Client) -> None:
    assert alice.upload("/home/alice/x.txt", "1").status_code == 201
    assert alice.upload("/home/alice/x.txt", "2").status_code == 200
    assert alice.read("/home/alice/x.txt") == "2"


def test_uploads_are_found_under_root(alice: Client) -> None:
    alice.upload("/home/alice/x.txt", b"\x00\xff")
    assert alice.pa.path("/home/alice/x.txt").read_bytes() == b"\x00\xff"


def test_missing_parents_are_made(alice: Client) -> None:
    assert alice.upload("/home/alice/a/b/c.txt", "").status_code == 201


def test_empty_files_are_fine(alice: Client) -> None:
    alice.upload("/home/alice/empty", "")
    assert alice.read("/home/alice/empty") == ""


def test_files_are_octet_streams(alice: Client) -> None:
    alice.upload("/home/alice/x.json", "{}")
    answer = alice.get(HOME + "/x.json")
    assert answer.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("name", ["a b.txt", "a#b", "50%", "what?", "ü.txt", "a+b", "%2F"])
def test_names_that_need_escapes(alice: Client, name: str) -> None:
    alice.pa.path(f"/home/alice/{name}").write_text("here")
    listing = alice.get(HOME + "/").json()
    url = listing[name]["url"]
    assert alice.session.get(url).text == "here"


def test_a_double_slash_is_tolerated(alice: Client) -> None:
    assert alice.get("files/path//home/alice/README.txt").status_code == 200


def test_missing_file_is_404_in_its_words(alice: Client) -> None:
    answer = alice.get("files/path/home/alice/no")
    assert answer.status_code == 404
    assert answer.json() == {"detail": "No such file or directory: /home/alice/no"}


def test_a_folder_lists_with_types_and_absolute_urls(alice: Client) -> None:
    alice.upload("/home/alice/d/.hidden", "")
    alice.upload("/home/alice/d/sub/x", "")
    alice.pa.path("/home/alice/d/link").symlink_to("sub")
    base = alice.base + HOME
    assert alice.get(HOME + "/d").json() == {
        ".hidden": {"type": "file", "url": f"{base}/d/.hidden"},
        "link": {"type": "symlink", "url": f"{base}/d/link"},
        "sub": {"type": "directory", "url": f"{base}/d/sub"},
    }


def test_upload_without_content_is_400(alice: Client) -> None:
    answer = alice.post(HOME + "/x", files={"other": b""})
    assert answer.status_code == 400
    assert answer.json() == {"detail": "You must provide a file with the name 'content'."}


def test_content_that_is_no_file_is_400(alice: Client) -> None:
    assert alice.post(HOME + "/x", data={"content": "text"}).status_code == 400


def test_upload_onto_a_folder_is_400(alice: Client) -> None:
    alice.upload("/home/alice/d/x", "")
    assert alice.upload("/home/alice/d", "").status_code == 400


def test_path_without_slash_is_404_and_a_page(alice: Client) -> None:
    answer = alice.get("files/pathhome/alice")
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_delete_file(alice: Client) -> None:
    alice.upload("/home/alice/x", "")
    assert alice.delete(HOME + "/x").status_code == 204
    assert alice.get(HOME + "/x").status_code == 404


def test_folders_are_deleted_with_all_in_them(alice: Client) -> None:
    alice.upload("/home/alice/d/e/f", "")
    assert alice.delete(HOME + "/d").status_code == 204
    assert not alice.pa.path("/home/alice/d").exists()


def test_deleting_a_link_keeps_its_target(alice: Client) -> None:
    alice.upload("/home/alice/d/x", "")
    alice.pa.path("/home/alice/link").symlink_to("d")
    assert alice.delete(HOME + "/link").status_code == 204
    assert alice.pa.path("/home/alice/d/x").exists()


def test_deleting_nothing_is_404(alice: Client) -> None:
    answer = alice.delete(HOME + "/no")
    assert answer.status_code == 404
    assert answer.json() == {"message": "File does not exist", "code": "not_found"}


def test_home_cannot_be_deleted(alice: Client) -> None:
    answer = alice.delete(HOME + "/")
    assert answer.status_code == 403
    assert answer.json() == {
        "message": "You do not have permission to delete this",
        "code": "forbidden",
    }


def test_beyond_the_disk_quota_is_500_and_nothing_is_written(free: Client) -> None:
    with free.pa.path("/home/fred/big").open("wb") as file:
        file.truncate(512 * 1024 * 1024)
    answer = free.upload("/home/fred/x", "x")
    assert answer.status_code == 500
    assert answer.headers["Content-Type"].startswith("text/html")
    assert not free.pa.path("/home/fred/x").exists()


def test_replacing_a_file_counts_it_once(free: Client) -> None:
    with free.pa.path("/home/fred/big").open("wb") as file:
        file.truncate(512 * 1024 * 1024 - 4096)
    assert free.upload("/home/fred/big", "x").status_code == 200


def test_an_upload_beyond_100_mib_is_413_and_a_page(alice: Client) -> None:
    host, _, port = alice.pa.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(
            f"POST /api/v0/user/alice/files/path/home/alice/x HTTP/1.1\r\nHost: {host}\r\n"
            f"Authorization: Token {alice.pa.token}\r\nContent-Length: 104857601\r\n\r\n".encode()
        )
        answer = connection.makefile("rb").read()
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"text/html" in answer


def test_a_chunked_upload_is_read(alice: Client) -> None:
    part = b'--B\r\nContent-Disposition: form-data; name="content"; filename="x"\r\n\r\n'
    body = part + b"hi\r\n--B--\r\n"
    headers = {"Content-Type": "multipart/form-data; boundary=B"}
    answer = alice.post(HOME + "/x", data=iter([body]), headers=headers)
    assert answer.status_code == 201
    assert alice.read("/home/alice/x") == "hi"


def test_names_that_are_no_utf8_are_listed(alice: Client) -> None:
    (alice.pa.path("/home/alice") / os.fsdecode(b"\xff.txt")).touch()
    assert "\ufffd.txt" in alice.get(HOME + "/").json()
    tree = alice.get("files/tree/", params={"path": "/home/alice"})
    assert "/home/alice/\ufffd.txt" in tree.json()


def test_a_pipe_is_no_file(alice: Client) -> None:
    os.mkfifo(alice.pa.path("/home/alice/pipe"))
    assert alice.get(HOME + "/pipe", timeout=5).status_code == 404


def test_upload_onto_a_pipe_is_400(alice: Client) -> None:
    os.mkfifo(alice.pa.path("/home/alice/pipe"))
    answer = alice.post(HOME + "/pipe", files={"content": b"x"}, timeout=5)
    assert answer.status_code == 400


def test_an_upload_leaves_alone_what_a_reader_has_open(alice: Client) -> None:
    alice.upload("/home/alice/x", "old")
    with alice.pa.path("/home/alice/x").open() as reader:
        alice.upload("/home/alice/x", "new")
        assert reader.read() == "old"


@pytest.mark.parametrize("later", ["", "1", "1, and 2", "1\n2\n3\n" * 10_000])
def test_a_file_that_changes_while_it_is_read_is_at_most_as_long_as_it_was(
    tmp_path: Path, later: str
) -> None:
    file = tmp_path / "log"
    file.write_text("1, and")
    with Snapshot(file.open("rb")) as snapshot:
        file.write_text(later)
        assert (snapshot.length, snapshot.read()) == (6, later[:6].encode())


def test_of_concurrent_uploads_one_is_new_and_one_is_whole(pa: Emulator) -> None:
    bodies = [bytes([65 + number]) * 1_000_000 for number in range(8)]
    with ThreadPoolExecutor(len(bodies)) as pool:
        statuses = list(
            pool.map(lambda body: Client(pa).upload("/home/alice/x", body).status_code, bodies)
        )
    assert sorted(statuses) == [200] * 7 + [201]
    assert pa.path("/home/alice/x").read_bytes() in bodies


def test_an_overwritten_file_keeps_its_mode(alice: Client) -> None:
    alice.upload("/home/alice/x", "old")
    alice.pa.path("/home/alice/x").chmod(0o751)
    alice.upload("/home/alice/x", "new")
    assert alice.pa.path("/home/alice/x").stat().st_mode & 0o777 == 0o751


def test_an_upload_that_fails_leaves_nothing(alice: Client) -> None:
    alice.pa.path("/home/alice/d").mkdir()
    assert alice.upload("/home/alice/d/" + "x" * 256, "").status_code == 400
    assert not list(alice.pa.path("/home/alice/d").iterdir())


def test_an_unfinished_upload_is_not_listed(alice: Client) -> None:
    alice.pa.path("/home/alice/d").mkdir()
    alice.pa.path("/home/alice/d/.pa-emulator-upload-0").touch()
    assert alice.get(HOME + "/d").json() == {}


class Racing:
    """An upload's content, while whose first reading someone removes the folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_first = True

    def chunks(self) -> list[bytes]:
        if self._is_first:
            shutil.rmtree(self._folder)
        self._is_first = False
        return [b"x"]


def test_an_upload_survives_the_removal_of_its_folder(tmp_path: Path) -> None:
    target = tmp_path / "a" / "b"
    assert store.write(target, Racing(target.parent))
    assert target.read_bytes() == b"x"


def test_uploads_and_removals_of_their_folder_all_succeed(pa: Emulator) -> None:
    clients = [Client(pa) for _ in range(8)]

    def work(number: int) -> set[int]:
        client = clients[number]
        if number % 4 == 0:
            return {client.delete(f"{HOME}/d").status_code for _ in range(4)}
        return {client.upload("/home/alice/d/e/x", "x").status_code for _ in range(4)}

    with ThreadPoolExecutor(len(clients)) as pool:
        statuses = set().union(*pool.map(work, range(len(clients))))
    assert statuses <= {200, 201, 204, 404}


@pytest.mark.parametrize(
    "path", ["/files/path/home/alice/x", "files//path/home/alice/x", "files/path//home///alice/x"]
)
def test_several_slashes_are_one(alice: Client, path: str) -> None:
    alice.upload("/home/alice/x", "content")
    assert alice.get(path).content == b"content"
