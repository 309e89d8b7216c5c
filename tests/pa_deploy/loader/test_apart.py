"""What commands make of an environment is their release's alone."""

from __future__ import annotations

import os
import shlex
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pa_deploy.dependencies import wheels
from tests.pa_deploy.dependencies.index import Index, serving
from tests.pa_deploy.dependencies.sdists import make_sdist
from tests.pa_deploy.loader.packages import packages
from tests.pa_deploy.loader.test_installing import install
from tests.pa_deploy.release.account import Account, hello, preparers
from tests.pa_emulator.waiting import eventually
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


DEP = {
    "1.0": {"dep.py": "VERSION = '1.0'\n", "dep-1.0.dist-info/METADATA": "Name: dep\n"},
    "2.0": {"dep.py": "VERSION = '2.0'\n", "extra.py": "", "dep-2.0.dist-info/METADATA": "a\n"},
}
UPGRADE = """\
import dep, os
site = os.path.dirname(dep.__file__)
os.unlink(dep.__file__)
os.rename(site + "/dep-1.0.dist-info", site + "/dep-2.0.dist-info")
os.makedirs(site + "/extra/__pycache__")
for name in ("dep.py", "extra/__init__.py", "extra/__pycache__/a.pyc"):
    open(site + "/" + name, "w").write("VERSION = '2.0'")
"""
"""What `pip install` does to an environment."""
DEPENDENT = {
    "mysite.py": "import dep\n"
    "def app(environ, start_response):\n"
    "    start_response('200 OK', [])\n"
    "    return [dep.VERSION.encode()]\n",
    "upgrade.py": UPGRADE,
}


def names_in_site(account: Account, *, shared: bool = False) -> set[str]:
    """Of the only environment; or of that which is not one release's alone."""
    found = account.file("environments").glob("*/lib/*/site-packages")
    (site,) = (each for each in found if not shared or "-" not in each.parts[-4])
    return {each.name for each in site.iterdir() if each.name != "__pycache__"}


class TestACommandThatFails:
    """After one that has changed the environment of the live release."""

    @pytest.fixture
    def before(self, account: Account) -> set[str]:
        account.deploy(DEPENDENT, environment=packages(account, DEP["1.0"]))
        return names_in_site(account)

    def refused(self, account: Account, *run: str) -> None:
        wanted = packages(account, DEP["1.0"], sent=False)
        account.put({**DEPENDENT, "new": str(run)}, environment=wanted, run=list(run))
        account.boot()
        assert account.wait_for_preparer() == "refused"

    @pytest.mark.parametrize("end", ["false", in_soak("exit 3")])
    def test_leaves_the_live_one_as_it_was(
        self, account: Account, before: set[str], end: str
    ) -> None:
        self.refused(account, "python upgrade.py", end)

        assert account.start().body == "1.0"
        assert names_in_site(account) == before
        assert not [name for name in account.names("environments") if name.count(".") > 1]

    def test_leaves_nothing_for_later_ones(self, account: Account, before: set[str]) -> None:
        self.refused(account, "python upgrade.py", "false")

        wanted = packages(account, DEP["1.0"], sent=False)
        account.deploy({**DEPENDENT, "new": "2"}, environment=wanted, run=["true"])

        assert account.start().body == "1.0"
        assert names_in_site(account) == before


class TestAPreparerThatIsKilled:
    """After a command has changed the environment of the live release."""

    @pytest.fixture
    def go(self, account: Account) -> Path:
        """A file for which a command of the killed one waits."""
        account.deploy(DEPENDENT, environment=packages(account, DEP["1.0"]))
        self.before = names_in_site(account)
        mark, go = account.base / "mark", account.base / "go"
        wait = f"touch {mark}; until test -e {go}; do sleep 0.05; done"
        wanted = packages(account, DEP["1.0"], sent=False)
        run = ["python upgrade.py", wait]
        account.put({**DEPENDENT, "new": "1"}, environment=wanted, run=run)
        account.boot()
        assert eventually(mark.exists)
        for process in preparers(account.base):
            os.kill(process, signal.SIGKILL)
        return go

    def test_has_a_successor_that_goes_on(self, account: Account, go: Path) -> None:
        go.touch()

        assert account.start().body == "2.0"
        assert names_in_site(account, shared=True) == self.before

    @pytest.mark.soak
    def test_leaves_nothing_for_another_release(self, account: Account, go: Path) -> None:
        go.touch()
        account.wait_for_preparer()

        wanted = packages(account, DEP["1.0"], sent=False)
        account.put({**DEPENDENT, "new": "2"}, environment=wanted)

        assert account.start().body == "1.0"
        assert names_in_site(account) == self.before

    @pytest.mark.soak
    def test_leaves_nothing_if_no_run_waits(self, account: Account, go: Path) -> None:
        go.touch()
        account.wait_for_preparer()
        os.utime(account.file("pointer.json"), (0, 0))

        assert account.boot().body == "1.0"
        assert names_in_site(account) == self.before


class TestACommandThatWritesInPlace:
    """To a file of a package, which is one with that of the live release."""

    @pytest.mark.parametrize("end", [["true"], in_soak(["false"])])
    def test_has_the_package_sent_again(self, account: Account, end: list[str]) -> None:
        first = account.deploy(app("one"), environment=packages(account, PACKAGE))
        others = [{"other.py": ""}] if end == ["true"] else []
        wanted = packages(account, PACKAGE, *others, sent=(1,))
        run = [*by("write"), *end]
        account.put(app("two"), environment=wanted, run=run)
        account.boot()
        assert account.wait_for_preparer() == "refused"
        assert account.status()["step"] == "damaged: dependencies"
        assert len(account.names("distributions")) == len(others)

        account.put(app("two"), environment=packages(account, PACKAGE, *others), run=run)
        account.boot()

        assert account.wait_for_preparer() == ("ready" if others else "refused")
        assert account.status()["step"] == ("" if others else "run: false")
        assert account.boot().body == (SHOWN["write"] if others else PRISTINE)
        account.point_back(first)
        assert account.start().body == PRISTINE


class TestAnEnvironmentThatPipHasFilled:
    @pytest.fixture
    def index(self, tmp_path: Path) -> Iterator[Index]:
        make_sdist(tmp_path / "index/dep", "dep", "1.0", {"dep.py": "VERSION = '1.0'\n"})
        with serving({"dep": tmp_path / "index/dep"}) as made:
            yield made

    def test_is_put_right(self, account: Account, index: Index) -> None:
        account.deploy(DEPENDENT, environment=install(index, "dep"))
        before = names_in_site(account)

        run = ["python upgrade.py", "false"]
        account.put({**DEPENDENT, "new": "1"}, environment=install(index, "dep"), run=run)
        account.boot()

        assert account.wait_for_preparer() == "refused"
        assert account.start().body == "1.0"
        assert names_in_site(account) == before
