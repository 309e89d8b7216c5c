"""`consoles/`: as rows, and as programs."""

from __future__ import annotations

import os
import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from tests.pa_emulator.client import Client
from tests.pa_emulator.waiting import eventually
from tests.soak import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator


NOT_STARTED = {
    "error": "Console not yet started. Please load it (or its iframe) in a browser first"
}


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


@pytest.fixture(scope="module")
def unlimited() -> Iterator[Emulator]:
    """An emulator that may be asked again and again until a program has answered."""
    with Emulator(rate_limit=0, hosting=False) as running:
        yield running


@pytest.fixture
def typist(unlimited: Emulator) -> Iterator[Client]:
    """An account with an open bash console, whose id is 1."""
    unlimited.reset()
    client = Client(unlimited)
    client.post("consoles/", data={"executable": "bash"})
    unlimited.open_console(1)
    yield client
    client.session.close()


def _await_content(client: Client, path: str) -> str:
    def look() -> str:
        answer = client.get(f"files/path{path}")
        return answer.text if answer.status_code == 200 else ""

    return eventually(look)


def _await_output(client: Client, text: str) -> str:
    def look() -> str:
        output: str = client.get("consoles/1/get_latest_output/").json()["output"]
        return output if text in output else ""

    found = eventually(look)
    assert found
    return found


def test_before_a_browser_opens_it_it_is_412(alice: Client) -> None:
    alice.post("consoles/", data={"executable": "bash"})
    typed = alice.post("consoles/1/send_input/", data={"input": "ls\n"})
    assert (typed.status_code, typed.json()) == (412, NOT_STARTED)
    read = alice.get("consoles/1/get_latest_output/")
    assert (read.status_code, read.json()) == (412, NOT_STARTED)


def test_an_open_console_runs_what_is_typed(typist: Client) -> None:
    answer = typist.post("consoles/1/send_input/", data={"input": "echo $((6 * 7))\n"})
    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    assert "Preparing execution environment... OK" in _await_output(typist, "42\r\n")


def test_a_console_starts_at_home_with_the_accounts_environment(typist: Client) -> None:
    typist.post(
        "consoles/1/send_input/", json={"input": "pwd; echo t=$API_TOKEN s=$PYTHONANYWHERE_SITE\n"}
    )
    output = _await_output(typist, "s=www.pythonanywhere.com")
    assert "\r/home/alice\r\n" in output or str(typist.pa.path("/home/alice")) in output
    assert f"t={typist.pa.token}" in output


@pytest.fixture
def mounting(typist: Client) -> Client:
    """The same, if a console sees PythonAnywhere's paths on this machine."""
    typist.post("consoles/1/send_input/", data={"input": "echo home=$HOME'.'\n"})
    if "home=/home/alice." not in _await_output(typist, "alice.\r\n"):
        pytest.skip("this machine allows no mount namespace")
    return typist


@pytest.mark.parametrize(
    "path", first_of(["/home/alice/x", "/var/www/x", "/var/log/x"]), ids=["home", "www", "log"]
)
def test_a_console_sees_the_accounts_folders_where_pythonanywhere_has_them(
    mounting: Client, path: str
) -> None:
    mounting.pa.path(path).write_text("from the API\n")

    mounting.post("consoles/1/send_input/", data={"input": f"cat {path}; echo do''ne\n"})

    assert "from the API\r\n" in _await_output(mounting, "done\r\n")


def test_a_console_sees_no_other_accounts_home(mounting: Client) -> None:
    mounting.pa.add_user("bob")

    mounting.post("consoles/1/send_input/", data={"input": "ls -d /home/bob; echo do''ne\n"})

    assert "No such file" in _await_output(mounting, "done\r\n")


def test_a_console_has_a_terminal_of_its_own(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "bash -c \"echo go''ing; sleep 7777\"\n"})
    _await_output(typist, "going\r\n")

    typist.post("consoles/1/send_input/", data={"input": "\x03"})
    typist.post("consoles/1/send_input/", data={"input": "echo co''de=$? > /dev/tty\n"})

    assert "code=130" in _await_output(typist, "code=1")


def test_a_console_begins_in_the_folder_that_was_asked_for(typist: Client) -> None:
    typist.pa.path("/home/alice/a b").mkdir()
    typist.post("consoles/", data={"executable": "bash", "working_directory": "/home/alice/a b"})
    typist.pa.open_console(2)

    typist.post("consoles/2/send_input/", data={"input": "pwd > ~/where\n"})

    assert _await_content(typist, "/home/alice/where").endswith("/home/alice/a b\n")


def test_output_is_its_last_part(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "seq 1000; echo the''end\n"})
    assert len(_await_output(typist, "theend")) <= 500


def test_what_is_written_in_a_console_is_a_file(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "echo hi > ~/x; echo do''ne\n"})
    _await_output(typist, "done")
    assert typist.read("/home/alice/x") == "hi\n"


def test_input_is_wanted(typist: Client) -> None:
    assert typist.post("consoles/1/send_input/", json={}).status_code == 400


def test_opening_twice_is_opening_once(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "a=5\n"})
    typist.pa.open_console(1)
    typist.post("consoles/1/send_input/", data={"input": "echo $a$a\n"})
    _await_output(typist, "55")


def test_killing_ends_the_program(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "echo pid''=$$; echo e''nd\n"})
    output = _await_output(typist, "end\r\n")
    pid = int(re.findall(r"pid=(\d+)", output)[0])
    assert typist.delete("consoles/1/").status_code == 204
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_python_console_runs_python(typist: Client) -> None:
    typist.delete("consoles/1/")
    typist.pa.reset()
    typist.post("consoles/", data={"executable": "python3.13"})
    typist.pa.open_console(1)
    typist.post("consoles/1/send_input/", data={"input": "print(6 * 7)\n"})
    _await_output(typist, "42\r\n")


def test_a_shared_console_is_listed_and_can_be_used(typist: Client) -> None:
    bob = Client(typist.pa, "bob", typist.pa.add_user("bob"))
    typist.pa.share_console(1, "bob")
    assert [row["id"] for row in bob.get("consoles/shared_with_you/").json()] == [1]
    assert bob.get("consoles/").json() == []
    bob.post("consoles/1/send_input/", data={"input": "echo by''bob\n"})
    _await_output(bob, "bybob")
    bob.session.close()


def test_send_input_allows_120_a_minute(alice: Client) -> None:
    alice.post("consoles/", data={"executable": "bash"})
    statuses = [alice.post("consoles/1/send_input/").status_code for _ in range(121)]
    assert statuses == [412] * 120 + [429]


def _typed(client: Client, line: str) -> int:
    """Type a line that prints `pid=N;` and return N."""
    client.post("consoles/1/send_input/", data={"input": line + "\n"})
    return int(re.findall(r"pid=(\d+);", _await_output(client, ";\r\n"))[-1])


JOBS = {
    "background": "sleep 7777 & echo pid''=$!';'",
    "session": "python3 -c 'import subprocess as s; "
    'p = s.Popen(["sleep", "7777"], start_new_session=True); print(f"pid={p.pid};", flush=True); '
    "p.wait()'",
}


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
@pytest.mark.parametrize("job", first_of(JOBS))
def test_killing_ends_its_jobs(typist: Client, job: str) -> None:
    pid = _typed(typist, JOBS[job])
    assert typist.delete("consoles/1/", timeout=20).status_code == 204
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_input_that_nobody_reads_holds_nobody(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "echo go''ing; sleep 7777\n"})
    _await_output(typist, "going")
    lines = "echo 0123456789\n" * 12_500
    answer = typist.post("consoles/1/send_input/", data={"input": lines}, timeout=20)
    assert answer.json() == {"status": "OK"}


def test_input_that_had_to_wait_arrives(typist: Client) -> None:
    typist.post("consoles/1/send_input/", data={"input": "wc -c > ~/count\n"})
    lines = "0123456789abcde\n" * 12_500
    typist.post("consoles/1/send_input/", data={"input": f"{lines}\x04"}, timeout=20)
    # The echo of the input may come after what the command prints, and push it out of sight.
    assert _await_content(typist, "/home/alice/count") == "200000\n"


def test_a_console_opens_though_the_home_has_been_removed(typist: Client) -> None:
    shutil.rmtree(typist.pa.path("/home/alice"))
    typist.post("consoles/", data={"executable": "bash"})
    typist.pa.open_console(2)
    assert typist.pa.path("/home/alice").is_dir()
