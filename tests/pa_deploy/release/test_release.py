"""Releases shipped to the emulator, served by uWSGI."""

from __future__ import annotations

import json
import random
import re
import threading
from dataclasses import replace
from functools import partial

import pytest

from pa_deploy.bundle import write_archive
from pa_deploy.errors import ReleaseRefused
from pa_deploy.model import Secret
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api, visit
from tests.pa_deploy.release.account import hello
from tests.pa_deploy.release.shipper import Shipper, calls, releases
from tests.soak import in_soak


def test_a_release_goes_live(shipper: Shipper, pa: Emulator) -> None:
    status = shipper.ship(hello("one"))

    answer = visit(pa)
    assert (answer.text, answer.headers["X-Release"]) == ("one", status.live)


def test_a_change_travels_alone(shipper: Shipper, pa: Emulator) -> None:
    shipper.serve("one")
    shipper.ship({"big.txt": "x" * 500_000})  # has brought the key of signed requests
    first = shipper.status().live
    calls(pa)

    shipper.ship({"text": "two"})

    assert visit(pa).text == "two"
    made = calls(pa)
    assert re.sub("incoming/[0-9a-f]{64}", "incoming/…", "\n".join(made)).split("\n") == [
        f"GET {releases('status.json')}",
        f"GET {releases(f'records/{first}.json')}",
        f"POST {releases('incoming/…')}",
        f"POST {releases('pointer.json')}",
        f"POST webapps/{DOMAIN}/reload/",
        f"GET {releases('status.json')}",
    ]
    assert "Code: 1 of 3 files are new or changed" in shipper.log
    sent = next(line for line in reversed(shipper.log) if line.startswith("Upload archive"))
    assert int(re.sub(r"\D", "", sent)) < 1000


@pytest.mark.soak
def test_an_old_release_that_is_still_there_is_not_sent_again(
    shipper: Shipper, pa: Emulator
) -> None:
    first = shipper.serve("one")
    shipper.ship(hello("two"))
    calls(pa)

    assert shipper.ship(hello("one")).live == first
    assert visit(pa).text == "one"
    assert len([call for call in calls(pa) if call.startswith("POST files/")]) == 1


@pytest.mark.soak
def test_a_base_that_was_changed_on_the_server_makes_all_travel(
    shipper: Shipper, pa: Emulator
) -> None:
    shipper.ship(hello("one", other="x"))
    shipper.released("other").write_text("changed by hand")

    shipper.ship(hello("two", other="x"), discard_changes=("other",))

    assert visit(pa).text == "two"
    assert shipper.released("other").read_text() == "x"
    assert any("Uploading all of it again" in line for line in shipper.log)


@pytest.mark.soak
def test_a_large_archive_travels_in_parts_and_goes_on_after_a_break(
    shipper: Shipper, pa: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = partial(write_archive, part_bytes=500_000)
    monkeypatch.setattr("pa_deploy.release.shipping.write_archive", small)
    noise = random.Random(1).randbytes(1_000_000).hex()
    shipper.break_off_at_upload(3)
    with pytest.raises(KeyboardInterrupt):
        shipper.ship(hello("one", big=noise))
    calls(pa)

    shipper.ship({})

    assert visit(pa).text == "one"
    uploads = [call for call in calls(pa) if call.startswith(f"POST {releases('incoming/')}")]
    assert len(uploads) == 1
    assert sum("is already on PythonAnywhere" in line for line in shipper.log) == 2


def test_env_reaches_the_app_and_the_commands_and_nothing_else(
    shipper: Shipper, pa: Emulator
) -> None:
    app = (
        "import os\n"
        "def app(environ, start_response):\n"
        "    start_response('200 OK', [])\n"
        "    return [os.environ['GREETING'].encode()]\n"
    )
    env = (("GREETING", Secret("good morning")),)

    shipper.ship({"mysite.py": app}, env=env, run=('test "${#GREETING}" = 12',))

    assert visit(pa).text == "good morning"
    files = [file for file in shipper.folder.rglob("*") if file.is_file()]
    having = [file for file in files if b"good morning" in file.read_bytes()]
    assert having == [shipper.folder / "secrets" / f"{shipper.status().live}.json"]
    assert not [line for line in shipper.log if "good morning" in line]


@pytest.mark.soak
def test_another_env_is_another_release(shipper: Shipper) -> None:
    app = hello("one")
    first = shipper.ship(app, env=(("KEY", Secret("one")),)).live

    assert shipper.ship(app, env=(("KEY", Secret("two")),)).live != first


@pytest.mark.soak
def test_output_of_commands_is_shown(shipper: Shipper) -> None:
    shipper.ship(hello("one"), run=("echo migrating; echo done",))

    assert [line for line in shipper.log if line.startswith("| ")][:3] == [
        "| $ run: echo migrating; echo done",
        "| migrating",
        "| done",
    ]


@pytest.mark.soak
def test_output_is_shown_while_commands_run(
    shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command ends when its output was seen."""
    go = shipper.folder / "go"

    class Log(list[str]):
        def append(self, line: str) -> None:
            if line == "| waiting":
                go.touch()

    monkeypatch.setattr(shipper, "log", Log())
    monkeypatch.setattr(shipper, "account", replace(shipper.account, announce=shipper.log.append))

    shipper.ship(hello("one"), run=(f"echo waiting; until test -e {go}; do sleep 0.05; done",))

    assert go.exists()


@pytest.mark.soak
def test_a_release_that_another_deploy_replaces_is_not_waited_for(
    shipper: Shipper, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a rollback with `lock: false` does."""
    first = shipper.serve("one")
    pointer = shipper.folder / "pointer.json"
    webapps = shipper.account.api.webapps
    real = webapps.reload
    threads: list[threading.Thread] = []

    def reload() -> None:
        threads.append(threading.Thread(target=real, args=[DOMAIN]))
        threads[-1].start()

    class Log(list[str]):
        def append(self, line: str) -> None:
            if line == "| waiting":
                given = json.loads(pointer.read_text())
                pointer.write_text(json.dumps({**given, "id": first, "nonce": "other", "run": []}))
                reload()

    monkeypatch.setattr(shipper, "log", Log())
    monkeypatch.setattr(shipper, "account", replace(shipper.account, announce=shipper.log.append))
    monkeypatch.setattr(webapps, "reload", lambda _: reload())

    with pytest.raises(ReleaseRefused, match="Another deploy or rollback replaced release"):
        shipper.ship({"text": "two"}, run=("echo waiting; sleep 5",))

    for thread in threads:
        thread.join()
    assert json.loads(pointer.read_text())["nonce"] == "other"


@pytest.mark.soak
def test_the_former_release_serves_when_the_new_one_is_refused(
    shipper: Shipper, pa: Emulator
) -> None:
    first = shipper.serve("one")

    with pytest.raises(ReleaseRefused) as refused:
        shipper.ship({"mysite.py": "import no_such_package\n"})

    assert refused.value.exit_code == 9
    assert '"mysite:app" could not be imported' in str(refused.value)
    assert f"Release {first} is still the live one" in str(refused.value)
    assert any("No module named 'no_such_package'" in line for line in shipper.log)
    answer = visit(pa)
    assert (answer.text, answer.headers["X-Release"]) == ("one", first)


@pytest.mark.soak
def test_what_was_there_before_serves_when_the_first_release_is_refused(
    shipper: Shipper, pa: Emulator
) -> None:
    with pytest.raises(ReleaseRefused, match="visitors see what they saw before"):
        shipper.ship({"mysite.py": "syntax error"})

    assert "Hello, World!" in visit(pa).text


@pytest.mark.soak
def test_static_files_are_those_of_the_live_release(shipper: Shipper, pa: Emulator) -> None:
    path = f"{shipper.account.layout.current}/static"
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/static/", path=path)
    shipper.ship(hello("one", **{"static/a.css": "one"}))
    assert visit(pa, "/static/a.css").text == "one"

    shipper.ship(hello("two", **{"static/a.css": "two"}))
    assert visit(pa, "/static/a.css").text == "two"

    shipper.rollback()
    assert visit(pa, "/static/a.css").text == "one"


def test_a_release_without_an_app_serves_its_files(shipper: Shipper, pa: Emulator) -> None:
    path = shipper.account.layout.current
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/", path=path)

    shipper.ship({"index.html": "hello", "a/b.txt": "b"}, app="")

    assert visit(pa).text == "hello"
    assert visit(pa, "/a/b.txt").text == "b"
    assert visit(pa, "/missing").status_code == 404


@pytest.mark.soak
def test_a_shared_folder_can_be_mapped(shipper: Shipper, pa: Emulator) -> None:
    path = f"{shipper.account.layout.current}/media"
    api(pa, "POST", f"webapps/{DOMAIN}/static_files/", url="/media/", path=path)
    shipper.ship(hello("one"), shared=("media/",))
    shipper.released("media/upload.txt").write_text("upload")

    shipper.ship(hello("two"), shared=("media/",))

    assert visit(pa, "/media/upload.txt").text == "upload"


@pytest.mark.soak
def test_shared_files_are_not_sent_again(shipper: Shipper) -> None:
    shared = ("media/", "db.sqlite3")
    shipper.ship(hello("one", **{"media/seed": "x", "db.sqlite3": "seed"}), shared=shared)
    shipper.released("media/seed").write_text("changed")

    shipper.ship(hello("two"), shared=shared)

    assert "Code: 1 of 2 files are new or changed" in shipper.log
    assert shipper.released("media/seed").read_text() == "changed"


@pytest.mark.soak
def test_a_status_that_somebody_changed_is_as_none(shipper: Shipper, pa: Emulator) -> None:
    shipper.serve("one")
    (shipper.folder / "status.json").write_text(json.dumps({"live": 1}))

    shipper.ship(hello("two"))

    assert visit(pa).text == "two"


@pytest.mark.soak
@pytest.mark.parametrize(
    ("said", "announced"),
    [
        ("ping_timeout", "The reload took too long (ping_timeout). Checking whether"),
        in_soak(("busy", "to reloading alice.pythonanywhere.com: busy. Checking whether")),
        in_soak(("Busy now.", "to reloading alice.pythonanywhere.com: Busy now. Checking whether")),
    ],
)
def test_a_reload_without_a_good_answer_is_told_in_whole_sentences(
    shipper: Shipper, pa: Emulator, said: str, announced: str
) -> None:
    shipper.serve("one")
    body = json.dumps({"status": "error", "error": said})
    pa.add_fault(method="POST", path="*/reload/", status=409, body=body, work=True)

    shipper.ship(hello("two"))

    assert any(f"{announced} the release is starting." in line for line in shipper.log)
