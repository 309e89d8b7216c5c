"""The WSGI file by itself, as a web worker runs it."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import stat
import sys
import tarfile
from pathlib import Path

import pytest

from tests.pa_deploy.loader.packages import packages
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, in_soak, one_in


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def refusal(account: Account) -> str:
    """Why the last release was refused, which must not have gone live."""
    status = account.status()
    assert status["state"] == "refused", status
    assert status["live"] != status["id"]
    return f"{status['step']}: {status['error']}"


def packed(files: dict[str, object], *members: tarfile.TarInfo) -> bytes:
    """An archive whose manifest is as given and whose members hold `x`."""
    content = io.BytesIO()
    head = json.dumps({"files": files, "deleted": []}).encode()
    with tarfile.open(fileobj=content, mode="w:gz") as tar:
        first = tarfile.TarInfo("manifest.json")
        first.size = len(head)
        tar.addfile(first, io.BytesIO(head))
        for member in members:
            member.size = 1 if member.isreg() else 0
            tar.addfile(member, io.BytesIO(b"x"))
    return content.getvalue()


def digest_of(files: object) -> str:
    text = json.dumps(files, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def test_before_the_first_release_it_serves_what_was_there(account: Account) -> None:
    answer = account.start()

    assert (answer.body, answer.headers, answer.errors) == ("before", {}, "")


def test_a_release_goes_live_and_says_which_it_is(account: Account) -> None:
    release = account.put(hello("one"))

    answer = account.start()

    assert answer.status == "200 OK"
    assert answer.body == "one"
    assert answer.headers == {"Content-Type": "text/plain", "X-Release": release}
    assert account.live() == release
    assert account.status()["state"] == "live"


def test_what_was_uploaded_is_removed_when_it_is_in_place(account: Account) -> None:
    account.serve()

    assert account.names("incoming") == []


def test_a_second_start_finds_nothing_to_do(account: Account) -> None:
    release = account.deploy(hello("one"), run=["date >> ../../../ran"])

    answer = account.start()

    assert answer.headers["X-Release"] == release
    assert len((account.base / "ran").read_text().splitlines()) == 1


def test_a_change_makes_a_release_out_of_the_one_before(account: Account) -> None:
    large = "y" * (9 * 1024 * 1024)
    first = account.deploy(hello("one", gone="x", same=large))

    second = account.deploy(hello("two", same=large), base=first)

    assert account.start().body == "two"
    assert not account.released("gone").exists()
    one, two = (account.code(each) / "same" for each in (first, second))
    assert one.samefile(two)


@pytest.mark.soak
def test_nothing_but_new_settings_needs_no_files(account: Account) -> None:
    first = account.serve()
    old = account.record(first)
    part = account.upload(packed({}), "x")
    account.point("second", base=first, digest=digest_of(old["files"]), parts=[part])

    assert account.start().headers["X-Release"] == "second"


@pytest.mark.soak
def test_a_database_in_the_code_is_not_one_file_with_the_old_one(account: Account) -> None:
    first = account.deploy(hello("one", **{"db.sqlite3": "data"}))

    second = account.deploy(hello("two", **{"db.sqlite3": "data"}), base=first)

    one, two = (account.code(each) / "db.sqlite3" for each in (first, second))
    assert not one.samefile(two)


@pytest.mark.soak
def test_what_is_to_be_copied_is_not_one_file_with_the_old_one(account: Account) -> None:
    first = account.deploy(hello("one", tracked="x"))

    account.deploy(
        hello("two", tracked="x"), base=first, copied=[""], run=["echo changed > tracked"]
    )

    assert account.released("tracked").read_text() == "changed\n"
    assert (account.code(first) / "tracked").read_text() == "x"


def test_a_base_that_was_changed_on_the_server_is_noticed(account: Account) -> None:
    first = account.deploy(hello("one", code="x"))
    account.released("code").write_text("changed by hand")
    account.put(hello("two", code="x"), base=first, discard=["code"])

    assert account.start().headers["X-Release"] == first
    assert refusal(account) == "unpack: code differs from what was sent"


@pytest.mark.soak
def test_a_base_that_is_gone_is_noticed(account: Account) -> None:
    first = account.serve()
    account.put(hello("two"), base=first)
    account.file(f"records/{first}.json").unlink()

    account.spawn().communicate(timeout=60)

    assert refusal(account).startswith("unpack: ")


@pytest.mark.soak
def test_modes_are_kept_to_the_executable_bit(account: Account) -> None:
    account.deploy(hello("one", tool="#!/bin/sh\n"))

    modes = [account.released(name).stat().st_mode for name in ("text", "tool")]
    assert [stat.S_IMODE(mode) for mode in modes] == [0o644, 0o755]


@pytest.mark.soak
def test_links_in_the_release_are_kept(account: Account) -> None:
    account.deploy(hello("one", **{"sub/link": "-> ../text"}))

    assert account.released("sub/link").read_text() == "one"


def test_changed_files_have_a_new_time(account: Account) -> None:
    """Or a browser would be told that it has the newest style sheet."""
    account.serve()

    assert account.released("text").stat().st_mtime > 1_600_000_000


def test_a_release_without_an_app_has_static_files_only(account: Account) -> None:
    release = account.put({"index.html": "hello"}, app="")

    answer = account.start()

    assert answer.status == "404 Not Found"
    assert answer.headers["X-Release"] == release


@pytest.mark.parametrize(
    ("command", "body"),
    one_in(
        2,
        [
            ("echo '<p>Gone' > 404.html", "<p>Gone\n"),
            ("ln -s ../../../pointer.json 404.html", "Not Found\n"),
            ("ln -s index.html 404.html", "hello"),
            ("mkdir 404.html", "Not Found\n"),
        ],
    ),
)
def test_its_own_page_is_served_for_what_is_not_there(
    account: Account, command: str, body: str
) -> None:
    account.put({"index.html": "hello"}, app="", run=[command])

    answer = account.start()

    assert (answer.status, answer.body) == ("404 Not Found", body)


@pytest.mark.soak
def test_links_that_have_not_changed_are_kept_in_a_change(account: Account) -> None:
    links = {"link": "-> text", "folder": "-> sub", "sub/a": "x"}
    first = account.deploy(hello("one", **links))

    account.deploy(hello("two", **links), base=first)

    assert account.released("link").read_text() == "two"
    assert account.released("folder").readlink() == Path("sub")


@pytest.mark.soak
@pytest.mark.parametrize("change", first_of(["other", "removed", "folder"]))
def test_a_link_to_the_live_release_that_was_changed_by_hand_is_put_back(
    account: Account, change: str
) -> None:
    first = account.serve()
    second = account.deploy(hello("two"))
    current = account.base / "current"
    current.unlink()
    if change == "folder":
        current.mkdir()
    elif change == "other":
        current.symlink_to(f"releases/{first}")

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("two", second)
    assert account.live() == second


# --- commands and their surroundings


def test_commands_run_in_the_new_release_with_the_app_s_python_and_env(account: Account) -> None:
    first = account.serve()
    version = "python -c 'import sys; print(tuple(sys.version_info[:2]))'"
    run = ["cat text > made", version, 'echo "$GREETING"']

    account.deploy(hello("two"), base=first, run=run, env={"GREETING": "hello"})

    assert account.released("made").read_text() == "two"
    output = account.status()["output"].splitlines()
    assert str(tuple(sys.version_info[:2])) in output
    assert "hello" in output


@pytest.mark.soak
def test_the_app_finds_its_env(account: Account) -> None:
    app = (
        "import os\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [os.environ['GREETING'].encode()]\n"
    )
    account.put({"mysite.py": app}, env={"GREETING": "hello"})

    assert account.start().body == "hello"
    assert account.start().body == "hello"


def test_only_the_account_can_read_anything(account: Account) -> None:
    account.put(hello("one"), env={"SECRET": "x"})

    account.start()

    folders = [account.base, *(each for each in account.base.glob("*") if each.is_dir())]
    folders += [*account.base.glob("releases/*/"), *account.base.glob("releases/*/code")]
    assert {stat.S_IMODE(each.stat().st_mode) for each in folders} == {0o700}
    files = [account.base / "output.log", *account.base.glob("*.json")]
    files += [*account.base.glob("records/*"), *account.base.glob("secrets/*")]
    assert len(files) == 8
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_folder_that_is_not_there_yet_is_made_and_closed(account: Account) -> None:
    """Secrets wait for that, and nothing but the loader may have been uploaded yet."""
    shutil.rmtree(account.base)
    account.base.mkdir()
    account.install()

    account.spawn().communicate(timeout=60)

    assert account.status()["layout"] == 2
    assert stat.S_IMODE(account.file("secrets").stat().st_mode) == 0o700


def test_the_output_of_commands_is_kept(account: Account) -> None:
    account.deploy(hello("one"), run=["echo to stdout; echo to stderr >&2"])

    status = account.status()
    assert status["output"].startswith(
        "$ run: echo to stdout; echo to stderr >&2\nto stdout\nto stderr\n$ import: mysite:app\n"
    )
    assert status["output_bytes"] == len(status["output"])


@pytest.mark.soak
def test_of_much_output_the_end_is_kept(account: Account) -> None:
    account.deploy(hello("one"), run=["seq 100000"])

    status = account.status()
    assert "\n100000\n" in status["output"]
    assert len(status["output"]) == 64 * 1024 < status["output_bytes"]


def test_a_command_that_fails_stops_the_release(account: Account) -> None:
    first = account.serve()
    account.put(hello("two"), run=["echo before; exit 3", "touch ../../../second"], base=first)

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("one", first)
    assert refusal(account) == "run: echo before; exit 3: it ended with exit code 3"
    assert "before\n" in account.status()["output"]
    assert not (account.base / "second").exists()


@pytest.mark.soak
def test_a_command_that_hangs_is_ended(account: Account) -> None:
    first = account.serve()
    account.put(hello("two"), run=["sleep 1000 & sleep 1000"], seconds=1, base=first)

    assert account.start().headers["X-Release"] == first
    assert (
        refusal(account)
        == "run: sleep 1000 & sleep 1000: it was ended after 1 s, as its time was over"
    )


@pytest.mark.soak
def test_what_a_command_leaves_in_the_background_is_ended(account: Account) -> None:
    account.deploy(hello("one"), run=["sleep 1000 & echo $! > pid"])

    pid = int(account.released("pid").read_text())
    assert not Path(f"/proc/{pid}").exists() or _is_dead(pid)


def _is_dead(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"


# --- what cannot be imported


@pytest.mark.soak
@pytest.mark.parametrize(
    ("files", "said"),
    [
        in_soak(({"mysite.py": "def app(:\n"}, "SyntaxError")),
        in_soak(({"mysite.py": "import no_such_package\n"}, "No module named 'no_such_package'")),
        in_soak(({"mysite.py": "application = 1\n"}, "the module mysite has no app")),
        ({"mysite.py": "app = {}\n"}, "mysite:app is an object of the class dict, not an app"),
        in_soak(({"other.py": ""}, "No module named 'mysite'")),
        in_soak(({"mysite.py": "raise SystemExit(4)\n"}, "SystemExit: 4")),
        in_soak(({"mysite.py": "import os; os.abort()\n"}, "it ended with exit code -6")),
    ],
)
def test_an_app_that_cannot_be_imported_is_refused(
    account: Account, files: dict[str, str], said: str
) -> None:
    first = account.serve()
    account.put(files)

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("one", first)
    assert refusal(account).startswith(("import: mysite:app: ", "app: mysite:app: "))
    assert said in refusal(account)


def test_an_import_that_hangs_is_ended(account: Account) -> None:
    account.put({"mysite.py": "import time; time.sleep(1000)\n"}, seconds=1)

    assert account.start().body == "before"
    assert refusal(account) == "import: mysite:app: it was ended after 1 s, as its time was over"


@pytest.mark.soak
def test_a_refused_release_is_not_tried_again_at_the_next_start(account: Account) -> None:
    account.put(hello("one"), run=["date >> ../../../ran; exit 1"])
    account.start()
    account.start()

    assert len((account.base / "ran").read_text().splitlines()) == 1


@pytest.mark.soak
def test_a_refused_release_is_tried_again_when_it_is_asked_for_anew(account: Account) -> None:
    account.put(hello("one"), run=["test -e ../../../ready"])
    account.start()
    (account.base / "ready").touch()

    release = account.put(hello("one"), run=["test -e ../../../ready"])

    assert account.start().headers["X-Release"] == release


# --- shared paths


def test_a_shared_path_is_filled_by_the_first_release_and_outlives_it(account: Account) -> None:
    shared = ["db.sqlite3", "media/"]
    first = account.deploy(hello("one", **{"db.sqlite3": "seed", "media/a": "seed"}), shared=shared)
    account.released("db.sqlite3").write_text("rows")
    account.released("media/b").write_text("upload")

    account.deploy(hello("two", **{"db.sqlite3": "seed", "media/a": "new seed"}), shared=shared)

    assert account.live() != first
    assert account.released("db.sqlite3").read_text() == "rows"
    assert account.names("shared/media") == ["a", "b"]
    assert account.released("media/a").read_text() == "seed"


@pytest.mark.soak
@pytest.mark.parametrize(
    ("shared", "path"),
    [
        ("store.json", "store.json"),
        in_soak(("media/", "media/a")),
        ("media/", "media/deep/b"),
        in_soak(("deep/er/store.txt", "deep/er/store.txt")),
        in_soak(("media/deep", "media/deep/b")),
    ],
)
def test_what_is_shared_later_is_no_file_of_the_former_release(
    account: Account, shared: str, path: str
) -> None:
    paths = ("store.json", "media/a", "media/deep/b", "deep/er/store.txt")
    files = hello("one", **dict.fromkeys(paths, "seed"))
    first = account.deploy(files, copied=[".sqlite3"])
    second = account.deploy({**files, "text": "two"}, base=first, shared=[shared])

    with account.released(path).open("a") as file:
        file.write(" and rows")

    assert (account.base / "shared" / path).stat().st_nlink == 1
    assert (account.code(second) / path).read_text() == "seed and rows"
    assert (account.code(first) / path).read_text() == "seed"
    assert not account.names("unpacking")


@pytest.mark.soak
def test_a_shared_folder_brings_its_links_and_modes(account: Account) -> None:
    files = {"media/run": "#!/bin/sh\n", "media/link": "-> run"}

    account.deploy(hello("one", **files), shared=["media/"])

    media = account.base / "shared" / "media"
    assert (media / "link").readlink() == Path("run")
    assert os.access(media / "run", os.X_OK)


@pytest.mark.soak
def test_a_shared_path_that_nothing_brings(account: Account) -> None:
    account.deploy(hello("one"), shared=["deep/db.sqlite3", "media/"])

    account.released("deep/db.sqlite3").write_text("rows")
    account.released("media/a").write_text("upload")
    assert (account.base / "shared" / "deep" / "db.sqlite3").read_text() == "rows"


# --- archives that are damaged or hostile


def hostile(account: Account, *members: tarfile.TarInfo, files: dict[str, object]) -> None:
    part = account.upload(packed(files, *members), "x")
    account.point("hostile", digest=digest_of(files), parts=[part])


X = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


@pytest.mark.parametrize("name", first_of(["../evil", "a/../../../evil", "{root}/evil"]))
def test_a_member_that_leads_out_is_refused(account: Account, tmp_path: Path, name: str) -> None:
    path = name.format(root=tmp_path)
    hostile(account, tarfile.TarInfo(f"files/{path}"), files={path: ["file", 1, X]})

    assert account.start().body == "before"
    assert refusal(account) == f"unpack: {Path(path).parent} leads out of the release"
    assert not list(tmp_path.rglob("evil"))


@pytest.mark.soak
def test_a_member_that_the_manifest_does_not_have_is_refused(account: Account) -> None:
    hostile(account, tarfile.TarInfo("files/extra"), files={})

    account.start()

    assert "extra, but its manifest does not" in refusal(account)


@pytest.mark.parametrize("kind", first_of([tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE]))
def test_a_member_that_is_no_file_is_refused(account: Account, kind: bytes) -> None:
    member = tarfile.TarInfo("files/a")
    member.type, member.linkname = kind, "/etc/passwd"
    hostile(account, member, files={"a": ["file", 1, X]})

    account.start()

    assert refusal(account).startswith("unpack: ")


@pytest.mark.parametrize(
    "links",
    first_of(
        [
            {"out": "/etc"},
            {"out": "../.."},
            {"here": ".", "out": "here/.."},
            {"a": "b/..", "b": "c", "c": "."},
        ]
    ),
)
def test_a_link_that_leads_out_is_refused(account: Account, links: dict[str, str]) -> None:
    hostile(account, files={name: ["link", 0, target] for name, target in links.items()})

    account.start()

    assert refusal(account).endswith("leads out of the release")


def test_a_file_that_is_not_what_the_manifest_says_is_refused(account: Account) -> None:
    hostile(account, tarfile.TarInfo("files/a"), files={"a": ["file", 1, "0" * 64]})

    account.start()

    assert refusal(account) == "unpack: a differs from what was sent"


def test_a_file_that_the_archive_lacks_is_refused(account: Account) -> None:
    hostile(account, files={"a": ["file", 1, X]})

    account.start()

    assert refusal(account).startswith("unpack: ")


@pytest.mark.parametrize("damage", first_of(["cut", "changed", "empty", "missing"]))
def test_a_damaged_archive_is_refused(account: Account, damage: str) -> None:
    account.put(hello("one", big=os.urandom(50_000).hex()))
    part = account.base / account.pointer["code"]["parts"][0]
    content = part.read_bytes()
    half = len(content) // 2
    if damage == "missing":
        part.unlink()
    else:
        changed = content[:half] + bytes([content[half] ^ 1]) + content[half + 1 :]
        part.write_bytes({"cut": content[:half], "changed": changed, "empty": b""}[damage])

    assert account.start().body == "before"
    assert refusal(account).startswith("unpack: ")
    assert account.names("releases") == []


@pytest.mark.soak
def test_another_manifest_than_the_pointer_s_is_refused(account: Account) -> None:
    account.put(hello("one"), digest="0" * 64)

    account.start()

    assert refusal(account) == "unpack: the manifest differs from the one that was sent"


@pytest.mark.soak
def test_a_gzip_bomb_of_a_member_is_no_file_of_the_manifest(account: Account) -> None:
    part = account.upload(gzip.compress(b"\0" * 1_000_000), "x")
    account.point("bomb", digest="0" * 64, parts=[part])

    assert account.start().body == "before"
    assert refusal(account).startswith("unpack: ")


@pytest.mark.soak
@pytest.mark.parametrize("text", first_of(["", "{", "[]", "null", '{"id": 1}', '{"nonce": "x"}']))
def test_a_pointer_that_makes_no_sense_takes_nothing_down(account: Account, text: str) -> None:
    first = account.serve()
    (account.base / "pointer.json").write_text(text)

    assert account.start().headers["X-Release"] == first


# --- keeping and pruning


def test_of_refused_releases_nothing_stays_but_their_packages(account: Account) -> None:
    """They would fill the disk one by one; the packages are needed when the code is corrected."""
    first = account.serve()
    wanted = packages(account)
    account.put(hello("two"), base=first, run=["exit 1"], environment=wanted)

    account.start()

    assert {name.partition(".")[0] for name in account.names("releases")} == {first}
    assert account.names("incoming") == []
    assert account.names("distributions") == [*wanted["distributions"]]
    assert account.names("environments") == [wanted["id"], f"{wanted['id']}.json"]


@pytest.mark.soak
def test_only_the_listed_releases_are_kept_and_the_one_before(account: Account) -> None:
    ids = [account.deploy(hello(str(number))) for number in range(5)]

    kept = {name.partition(".")[0] for name in account.names("releases")}
    assert kept == set(ids[2:])


@pytest.mark.soak
def test_a_release_that_is_still_there_goes_live_again_without_files(account: Account) -> None:
    first = account.serve()
    account.deploy(hello("two"))

    account.point(first)

    assert account.start().body == "one"
    assert account.status()["previous"] != first


@pytest.mark.soak
def test_a_release_that_is_not_there_any_more_is_refused(account: Account) -> None:
    first = account.serve()
    account.point("unknown")

    assert account.start().headers["X-Release"] == first
    assert refusal(account).startswith("unpack: ")


# --- what somebody has put in the place of our files


@pytest.mark.soak
@pytest.mark.parametrize(
    "name", one_in(3, ["boot.json", "boot.lock", "loader.lock", "status.json", "output.log"])
)
def test_a_folder_in_the_place_of_a_file_is_moved_away(account: Account, name: str) -> None:
    account.deploy(hello("one"))
    account.put(hello("two"))
    account.file(name).unlink()
    account.file(name).mkdir()
    (account.file(name) / "theirs").write_text("kept")

    assert account.start().body == "two"

    (moved,) = account.file("backups").glob(f"{name}.*.replaced")
    assert (moved / "theirs").read_text() == "kept"


@pytest.mark.soak
@pytest.mark.parametrize("name", one_in(2, ["unpacking", "files", "bin"]))
def test_a_file_in_the_place_of_a_folder_is_moved_away(account: Account, name: str) -> None:
    account.deploy(hello("one"))
    shutil.rmtree(account.file(name), ignore_errors=True)
    account.file(name).write_text("kept")

    assert account.deploy(hello("two")) == account.live()


@pytest.mark.soak
def test_an_app_cannot_name_another_release(account: Account) -> None:
    own = hello("one")["mysite.py"].replace("[(", "[('X-Release', '1.2.3'), (")

    release = account.deploy({"mysite.py": own, "text": "one"})

    assert account.start().headers["X-Release"] == release
