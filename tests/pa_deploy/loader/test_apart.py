"""What commands make of an environment is their release's alone."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.loader.packages import packages
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, in_soak, one_in

PACKAGE = {
    "greeting.py": "TEXT = 'as sent'\n",
    "more.py": "",
    ".data/bin/greet": "#!python\nimport greeting\nprint(greeting.TEXT)\n",
}
APP = """\
import importlib.util
import greeting
def app(environ, start_response):
    start_response("200 OK", [])
    found = [name for name in ("more", "added") if importlib.util.find_spec(name)]
    return [" ".join([greeting.TEXT, *found]).encode()]
"""
HOW = {
    "write": "import greeting; open(greeting.__file__, 'a').write('TEXT = \"changed\"')",
    "replace": "import greeting, os; open('new', 'w').write('TEXT = \"changed\"'); "
    "os.replace('new', greeting.__file__)",
    "add": "import greeting; open(greeting.__file__.replace('greeting', 'added'), 'w')",
    "remove": "import more, os; os.unlink(more.__file__)",
}
"""What a command does to its environment."""
SHOWN = {
    "write": "changed more",
    "replace": "changed more",
    "add": "as sent more added",
    "remove": "as sent",
}
PRISTINE = "as sent more"


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def app(text: str) -> dict[str, str]:
    return {"mysite.py": APP, "text": text}


def by(how: str) -> list[str]:
    return [f"python -c {shlex.quote(HOW[how])}"]


def only_environment(account: Account) -> Path:
    (folder,) = (each for each in account.file("environments").iterdir() if each.is_dir())
    return folder


@pytest.mark.soak
@pytest.mark.parametrize("how", one_in(2, HOW))
def test_its_release_serves_with_it_and_is_gone_back_to(account: Account, how: str) -> None:
    changed = account.deploy(app("one"), environment=packages(account, PACKAGE), run=by(how))
    assert account.start().body == SHOWN[how]
    account.deploy(hello("two"))
    account.point_back(changed)

    assert account.start().body == SHOWN[how]


@pytest.mark.soak
@pytest.mark.parametrize("how", one_in(2, HOW))
def test_another_release_has_what_was_sent(account: Account, how: str) -> None:
    changed = account.deploy(app("one"), environment=packages(account, PACKAGE), run=by(how))

    account.deploy(app("two"), environment=packages(account, PACKAGE))

    assert account.start().body == PRISTINE
    account.point_back(changed)
    assert account.start().body == SHOWN[how]


@pytest.mark.parametrize("how", first_of(["add", "replace", "remove"]))
def test_the_live_release_keeps_what_was_sent(account: Account, how: str) -> None:
    """Though the commands were running in its environment."""
    account.deploy(app("one"), environment=packages(account, PACKAGE))
    wanted = packages(account, PACKAGE, sent=False)

    account.put(app("two"), environment=wanted, run=[*by(how), "exit 0"], preflight=False)
    account.boot()
    assert account.wait_for_preparer() == "ready"

    (site,) = account.file("environments", wanted["id"]).glob("lib/*/site-packages")
    names = {path.name for path in site.iterdir() if path.is_file()}
    assert {path for path in names if not path.endswith(".pth")} == {"greeting.py", "more.py"}
    assert (site / "greeting.py").read_text() == PACKAGE["greeting.py"]


@pytest.mark.soak
def test_what_an_app_has_put_there_is_no_change_by_a_command(account: Account) -> None:
    account.deploy(app("one"), environment=packages(account, PACKAGE))
    (site,) = only_environment(account).glob("lib/*/site-packages")
    (site / "added.py").write_text("")

    account.deploy(app("two"), environment=packages(account, PACKAGE, sent=False), run=["true"])

    assert account.start().body == f"{PRISTINE} added"
    assert only_environment(account).name == packages(account, PACKAGE)["id"]


@pytest.mark.soak
@pytest.mark.parametrize("again", [1, in_soak(2)])
def test_packages_can_be_installed_by_pip(account: Account, again: int) -> None:
    files = {
        "added.py": "",
        "added-1.0.dist-info/entry_points.txt": "[console_scripts]\nadd = os:abort\n",
    }
    wheels.make(account.folder / "wheels", "added", "1.0", files)
    pip = f"python -m pip install --no-index --find-links {account.folder}/wheels added"

    for number in range(again):
        account.deploy(
            app(str(number)), environment=packages(account, PACKAGE), run=[pip, "greet > greeted"]
        )

    assert account.start().body == f"{PRISTINE} added"
    assert account.released("greeted").read_text() == "as sent\n"
    record = account.record(account.live())
    program = account.file("environments", record["environment"], "bin/add")
    assert str(program.parent) in program.read_text()


@pytest.mark.soak
def test_it_is_removed_with_its_release(account: Account) -> None:
    account.deploy(app("one"), environment=packages(account, PACKAGE), run=by("add"))
    for number in range(3):
        account.deploy(hello(str(number)))

    assert account.names("environments") == account.names("distributions") == []


@pytest.mark.soak
def test_a_release_does_not_serve_again_with_a_damaged_one(account: Account) -> None:
    changed = account.deploy(app("one"), environment=packages(account, PACKAGE), run=by("add"))
    account.deploy(hello("two"))
    name = account.record(changed)["environment"]
    next(account.file("environments", name).glob("lib/*/site-packages/added.py")).unlink()
    account.point_back(changed)

    account.start()

    assert account.status()["step"] == "damaged: dependencies"
    assert account.deploy(app("one"), environment=packages(account, PACKAGE), run=by("add"))
    assert account.start().body == SHOWN["add"]
