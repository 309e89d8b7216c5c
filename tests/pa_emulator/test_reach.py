"""Which paths an account reaches: its home, and the WSGI files and logs of its domains."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.pa_emulator.client import DOMAIN, WSGI, Client

if TYPE_CHECKING:
    from pathlib import Path

HOME = "files/path/home/alice"
OUTSIDE = [
    "/home/bob/secret",
    "/home/alice/../bob/secret",
    "/home/alice/link/secret",
    "/etc/passwd",
    "/home/alice/../../etc/passwd",
    "/.emulator/db.sqlite3",
]


@pytest.fixture
def fenced(alice: Client, bob: Client) -> Client:
    """Alice, with a link into the home of Bob, who has a secret."""
    bob.upload("/home/bob/secret", "bob's")
    alice.pa.path("/home/alice/link").symlink_to(alice.pa.path("/home/bob"))
    return alice


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_is_read(fenced: Client, path: str) -> None:
    assert _raw(fenced, "GET", path) == 404


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_is_deleted(fenced: Client, path: str) -> None:
    assert _raw(fenced, "DELETE", path) == 404
    assert fenced.pa.path("/home/bob/secret").exists()


@pytest.mark.parametrize("path", OUTSIDE)
def test_nothing_outside_is_written(fenced: Client, path: str) -> None:
    escaped = path.replace("..", "%2e%2e")
    answer = fenced.post(f"files/path{escaped}", files={"content": b"mine"})
    assert answer.status_code == 403
    assert fenced.pa.path("/home/bob/secret").read_text() == "bob's"


def test_wsgi_files_and_logs_are_the_accounts(alice: Client) -> None:
    alice.create()
    assert alice.upload(WSGI, "x").status_code == 200
    assert alice.read(f"/var/log/{DOMAIN}.error.log") == ""
    assert alice.delete(f"files/path/var/log/{DOMAIN}.error.log").status_code == 204


def test_anothers_wsgi_files_and_logs_are_not(alice: Client, bob: Client) -> None:
    alice.create()
    assert bob.get("files/path" + WSGI).status_code == 404
    assert bob.delete("files/path" + WSGI).status_code == 404
    assert bob.get("files/path/var/www").json() == {}
    assert bob.get("files/tree/", params={"path": "/var/log"}).json() == []


def _raw(client: Client, method: str, path: str) -> int:
    """Ask with `..` escaped, or the client would take it out."""
    return client(method, "files/path" + path.replace("..", "%2e%2e")).status_code


def test_shared_folders_are_not_deleted_through_a_link(alice: Client) -> None:
    alice.create()
    alice.pa.path("/home/alice/v").symlink_to(alice.pa.path("/var"))
    assert alice.delete(HOME + "/v/www").status_code == 403
    assert alice.pa.path(WSGI).exists()


def test_home_cannot_be_deleted_through_a_link(alice: Client) -> None:
    alice.pa.path("/home/alice/h").symlink_to(alice.pa.path("/home"))
    assert alice.delete(HOME + "/h/alice").status_code == 403
    assert alice.pa.path("/home/alice").exists()


def test_a_link_to_a_shared_folder_lists_the_accounts_files(alice: Client, bob: Client) -> None:
    alice.create()
    bob.create("bob.pythonanywhere.com")
    alice.pa.path("/home/alice/www").symlink_to(alice.pa.path("/var/www"))
    assert list(alice.get(HOME + "/www").json()) == [WSGI.rpartition("/")[2]]


ACME = "www.acme.com"
ACME_WSGI = "/var/www/www_acme_com_wsgi.py"
ACME_LOG = f"/var/log/{ACME}.error.log"


@pytest.fixture
def linked(alice: Client, tmp_path: Path) -> Client:
    """Alice, with links out of root: `file` to a file, `folder` to a folder."""
    (tmp_path / "secret").write_text("not hers")
    alice.pa.path("/home/alice/file").symlink_to(tmp_path / "secret")
    alice.pa.path("/home/alice/folder").symlink_to(tmp_path)
    return alice


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_last_link_out_is_not_read(linked: Client, link: str) -> None:
    assert linked.get(f"{HOME}/{link}").status_code == 404


def test_a_last_link_out_is_not_written_through(linked: Client, tmp_path: Path) -> None:
    assert linked.upload("/home/alice/file", "hers").status_code == 403
    assert (tmp_path / "secret").read_text() == "not hers"


def test_a_last_link_out_has_no_tree(linked: Client) -> None:
    answer = linked.get("files/tree/", params={"path": "/home/alice/folder"})
    assert answer.json() == {"detail": "/home/alice/folder does not exist"}


@pytest.mark.parametrize("link", ["file", "folder"])
def test_a_last_link_out_is_not_shared(linked: Client, link: str) -> None:
    answer = linked.post("files/sharing/", json={"path": f"/home/alice/{link}"})
    assert answer.status_code == 404


def test_a_shared_file_that_becomes_a_link_out_is_no_longer_served(
    alice: Client, tmp_path: Path
) -> None:
    alice.upload("/home/alice/x", "hers")
    url = alice.post("files/sharing/", json={"path": "/home/alice/x"}).json()["url"]
    (tmp_path / "secret").write_text("not hers")
    alice.pa.path("/home/alice/x").unlink()
    alice.pa.path("/home/alice/x").symlink_to(tmp_path / "secret")
    assert alice.session.get(alice.pa.url + url).status_code == 404


@pytest.mark.parametrize("link", ["file", "folder"])
def test_of_a_last_link_out_only_the_link_is_deleted(
    linked: Client, tmp_path: Path, link: str
) -> None:
    assert linked.delete(f"{HOME}/{link}").status_code == 204
    assert not linked.pa.path(f"/home/alice/{link}").is_symlink()
    assert (tmp_path / "secret").read_text() == "not hers"


@pytest.mark.parametrize(
    "path",
    [
        "/var/www/x.txt",
        "/var/log/x.log",
        "/var/log/x/y",
        WSGI + "/x",
        "/var/www/bob_pythonanywhere_com_wsgi.py",
        f"/var/log/{DOMAIN}.other.log",
    ],
)
def test_nothing_else_is_written_in_the_shared_folders(alice: Client, path: str) -> None:
    alice.create()
    assert alice.upload(path, "x").status_code == 403
    assert not alice.pa.path(path).exists()


@pytest.mark.parametrize("ending", ["", ".1", ".2.gz"])
def test_rotated_logs_are_the_accounts_too(alice: Client, ending: str) -> None:
    alice.create()
    alice.pa.path(f"/var/log/{DOMAIN}.access.log{ending}").write_text("a line")
    assert alice.read(f"/var/log/{DOMAIN}.access.log{ending}") == "a line"


@pytest.mark.parametrize("path", [ACME_WSGI, ACME_LOG])
def test_what_a_deleted_web_app_left_is_still_its_accounts(
    alice: Client, bob: Client, path: str
) -> None:
    alice.create(ACME)
    alice.upload(ACME_WSGI, "SECRET = 'alice'")
    alice.delete(f"webapps/{ACME}/")
    assert alice.get("files/path" + path).status_code == 200
    assert bob.get("files/path" + path).status_code == 404
    assert bob.delete("files/path" + path).status_code == 404
    assert path.rpartition("/")[2] not in bob.get("files/path" + path.rpartition("/")[0]).json()


def test_a_domains_next_account_inherits_no_file(alice: Client, bob: Client) -> None:
    alice.create(ACME)
    alice.upload(ACME_WSGI, "SECRET = 'alice'")
    alice.upload(ACME_LOG, "alice's")
    alice.upload(ACME_LOG + ".1", "alice's")
    alice.delete(f"webapps/{ACME}/")
    bob.create(ACME)
    assert "Hello, World!" in bob.read(ACME_WSGI)
    assert bob.read(ACME_LOG) == ""
    assert bob.get(f"files/path{ACME_LOG}.1").status_code == 404


def test_a_domains_next_account_takes_nothing_of_a_longer_name(alice: Client, bob: Client) -> None:
    alice.create("acme.com")
    alice.create("acme.com.au")
    alice.delete("webapps/acme.com/")
    bob.create("acme.com")
    assert alice.read("/var/log/acme.com.au.error.log") == ""


def test_the_logs_of_its_own_subdomain_are_the_accounts_without_a_web_app(
    alice: Client, bob: Client
) -> None:
    alice.pa.path(f"/var/log/{DOMAIN}.error.log").write_text("a line")
    assert alice.read(f"/var/log/{DOMAIN}.error.log") == "a line"
    assert bob.get(f"files/path/var/log/{DOMAIN}.error.log").status_code == 404
