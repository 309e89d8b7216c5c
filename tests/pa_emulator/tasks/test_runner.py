"""How an account's command runs, with a mount namespace and without."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from pa_emulator.namespaces import Namespaces
from pa_emulator.paths import make_folders, make_home, under
from pa_emulator.tasks.runner import Runner
from tests.soak import first_of

if TYPE_CHECKING:
    from pathlib import Path

    from pa_emulator.accounts.models import Account

LOG = "/var/log/x.log"


class Alice:
    """As much of an account as a command needs."""

    username = "alice"
    home = "/home/alice"
    token = "t"


@pytest.fixture
def mounted(tmp_path: Path) -> Runner:
    root = tmp_path / "a root"
    make_folders(root)
    make_home(root, "alice")
    runner = Runner(root, lambda: ["alice"], Namespaces(root, lambda _: {}, root), is_on=True)
    if not runner.command(cast("Account", Alice), "true").sees_paths:
        pytest.skip("this machine allows no mount namespace")
    return runner


@pytest.fixture(params=["mounted", "translated"])
def runner(request: pytest.FixtureRequest, tmp_path: Path) -> Runner:
    if request.param == "mounted":
        found: Runner = request.getfixturevalue("mounted")
        return found
    root = tmp_path / "a root"
    make_folders(root)
    namespaces = Namespaces(root, lambda _: {}, root)
    namespaces._allowed["alice"] = False
    return Runner(root, lambda: ["alice"], namespaces, is_on=True)


def said(runner: Runner, text: str) -> tuple[str, int]:
    """What a command says, and its exit code."""
    run = runner.start(runner.command(cast("Account", Alice), text), LOG)
    code = run.wait()
    run.end()
    log = under(runner._root, LOG)
    return log.read_text() if log.exists() else "", code


@pytest.mark.parametrize(
    ("text", "output", "code"),
    first_of(
        [
            ("pwd", "/home/alice\n", 0),
            ("cat /home/alice/x ~/x; exit 3", "filefile", 3),
            ("cat < /home/alice/x > /var/www/copy && cat /var/www/copy", "file", 0),
            ("/home/alice/job.py", "/home/alice\n", 0),
            ("~/job.py", "/home/alice\n", 0),
            ("job.py", "/home/alice\n", 0),
            ("no-such-program 2> /dev/null", "", 127),
            ("false\n", "", 1),
            ("echo one; echo two >&2", "one\ntwo\n", 0),
            ("echo " + "x" * 200_000, "bash: Argument list too long\n", 126),
        ]
    ),
    ids=lambda value: str(value)[:20],
)
def test_a_command_finds_the_account_where_pythonanywhere_has_it(
    runner: Runner, text: str, output: str, code: int
) -> None:
    home = under(runner._root, "/home/alice")
    make_home(runner._root, "alice")
    (home / "x").write_text("file")
    (home / "job.py").write_text("import os\nprint(os.getcwd())\n")
    assert said(runner, text) == (output, code)


def test_a_script_that_names_the_home_finds_it(mounted: Runner) -> None:
    home = under(mounted._root, "/home/alice")
    (home / "job.py").write_text("print(open('/home/alice/x').read(), __file__)\n")
    (home / "x").write_text("file")
    assert said(mounted, "job.py") == ("file /home/alice/job.py\n", 0)
    assert said(mounted, "ls /var/log /home/alice")[1] == 0


def test_what_else_is_there_stays(runner: Runner) -> None:
    text, code = said(runner, "ls -d /var/lib /var/tmp /usr/bin /tmp")
    assert (text, code) == ("/tmp\n/usr/bin\n/var/lib\n/var/tmp\n", 0)
