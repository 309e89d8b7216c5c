"""Environments that are composed of packages are complete, and shared by releases."""

from __future__ import annotations

import errno
import json
import os
import py_compile
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pa_deploy.loader.composing import Composing
from pa_deploy.loader.environment import Environment
from pa_deploy.loader.files import Home
from tests.pa_deploy.loader.packages import GREETED, GREETING, packages
from tests.pa_deploy.loader.test_pythons import PYTHONS
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, in_soak

INFO = "greeting-1.0.dist-info"
METADATA = "Metadata-Version: 2.1\nName: greeting\nVersion: 1.0\n"
ENTRY_POINTS = "[console_scripts]\ngreet = greeting:main\n[shop.plugins]\nred = greeting:TEXT\n"
PROGRAM = "#!python\nimport sys, greeting\nprint(sys.executable, greeting.TEXT)\n"
NSPKG = (
    "import sys, types, os;p = os.path.join(sys._getframe(1).f_locals['sitedir'], *('old',));"
    "m = sys.modules.setdefault('old', types.ModuleType('old'));"
    "mp = m.__dict__.setdefault('__path__', []);(p not in mp) and mp.append(p)\n"
)
"""As setuptools writes it for a namespace package of pkg_resources' kind."""
WHOLE = {
    **GREETING,
    f"{INFO}/METADATA": METADATA,
    f"{INFO}/entry_points.txt": ENTRY_POINTS,
    f"{INFO}/RECORD": "greeting.py,,\n../../../share/greeting/data,,\n",
    ".data/bin/greet": PROGRAM,
    ".data/share/greeting/data": "some data",
    ".data/include/site/python3.13/greeting/greeting.h": "int x;\n",
    "by_path.pth": "elsewhere\n",
    "elsewhere/found_by_path.py": "x = 1\n",
    "by_import.pth": "import sys; sys.from_pth = 'ran'\n",
    "native/one.py": "x = 1\n",
    "old/one.py": "x = 1\n",
    "old-one-nspkg.pth": NSPKG,
}
OTHER = {"native/two.py": "x = 2\n", "old/two.py": "x = 2\n", "old-two-nspkg.pth": NSPKG}
FACTS: dict[str, str] = {
    "a path in a .pth file": "__import__('found_by_path').x == 1",
    "an import in a .pth file": "sys.from_pth == 'ran'",
    "a native namespace package": "(imp('native.one').x, imp('native.two').x) == (1, 2)",
    "a namespace package of setuptools": "(imp('old.one').x, imp('old.two').x) == (1, 2)",
    "the version of a package": "metadata.version('greeting') == '1.0'",
    "an entry point": "[e.load() for e in points() if e.name == 'red'] == ['from a package']",
    "a data file by its package": "metadata.files('greeting')[1].read_text() == 'some data'",
    "a data file by the prefix": "exists(join(sys.prefix, 'share/greeting/data'))",
    "a header": "exists(join(sys.prefix, 'include/site/python3.13/greeting/greeting.h'))",
    "Python's own modules first": "'site-packages' not in imp('uuid').__file__",
}
ASK = """\
import sys
from importlib import import_module as imp, metadata
from os.path import exists, join

def points():
    found = metadata.entry_points()
    return found.select(group="shop.plugins") if hasattr(found, "select") else found["shop.plugins"]

def wrong(facts):
    return [name for name in facts if not eval(facts[name])]
"""
APP = """\
import facts, json
def app(environ, start_response):
    start_response("200 OK", [])
    return [json.dumps(facts.wrong(json.load(open("facts.json")))).encode()]
"""


@pytest.fixture
def account(tmp_path: Path) -> Account:
    return Account(tmp_path)


def environment(account: Account) -> Path:
    """The folder of the only one."""
    (folder,) = (each for each in account.file("environments").iterdir() if each.is_dir())
    return folder


def modules(account: Account) -> Path:
    (folder,) = environment(account).glob("lib/python*/site-packages")
    return folder


class TestItIsComplete:
    @pytest.fixture
    def files(self) -> dict[str, str]:
        return {"mysite.py": APP, "facts.py": ASK, "facts.json": json.dumps(FACTS)}

    @pytest.mark.parametrize("version", first_of(PYTHONS))
    def test_for_the_app_and_the_commands(
        self, account: Account, files: dict[str, str], version: str
    ) -> None:
        account.python = PYTHONS[version]
        ask = "import facts, json; print(facts.wrong(json.load(open('facts.json'))))"
        shadow = {"uuid.py": "x = 1\n"}

        account.put(
            files,
            environment=packages(account, {**WHOLE, **shadow}, OTHER),
            run=[f'python -c "{ask}" > told', "greet > greeted", "tool > tooled"],
        )

        assert json.loads(account.start().body) == []
        assert account.released("told").read_text() == "[]\n"
        assert account.released("tooled").read_text() == "tool\n"
        python, _, text = account.released("greeted").read_text().partition(" ")
        assert text == "from a package\n"
        assert os.path.realpath(python) == os.path.realpath(PYTHONS[version])

    @pytest.mark.soak
    def test_a_program_needs_nothing_of_its_surroundings(self, account: Account) -> None:
        account.deploy(GREETED, environment=packages(account, WHOLE))

        program = environment(account) / "bin/greet"
        done = subprocess.run([program], capture_output=True, text=True, check=True, env={})

        assert done.stdout.endswith(" from a package\n")

    @pytest.mark.soak
    @pytest.mark.parametrize("folder", first_of(["a b", "x" * 120]))
    def test_wherever_it_is(self, tmp_path: Path, folder: str) -> None:
        (tmp_path / folder).mkdir()
        account = Account(tmp_path / folder)

        account.deploy(GREETED, environment=packages(account, WHOLE), run=["greet > greeted"])

        assert account.released("greeted").read_text().endswith(" from a package\n")

    @pytest.mark.soak
    def test_beside_a_virtual_environment_of_the_user(self, account: Account) -> None:
        home = account.folder / "virtualenv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
        (site,) = home.glob("lib/python*/site-packages")
        (site / "greeting.py").write_text("TEXT = 'of the user'\n")
        (site / "more.py").write_text("")
        account.python = str(home / "bin/python")

        account.deploy(
            {**GREETED, "check.py": "import greeting, more; print(greeting.TEXT)\n"},
            environment=packages(account),
            run=["python check.py > checked"],
        )

        assert account.start().body == "from a package"
        assert account.released("checked").read_text() == "from a package\n"


class TestItIsShared:
    def test_two_releases_have_one(self, account: Account) -> None:
        account.deploy(GREETED, environment=packages(account))
        before = modules(account).stat().st_ino

        account.deploy({**GREETED, "new": ""}, environment=packages(account, sent=False))

        assert modules(account).stat().st_ino == before

    @pytest.mark.soak
    def test_its_files_need_no_room(self, account: Account) -> None:
        wanted = packages(account, WHOLE, OTHER)
        account.deploy(GREETED, environment=wanted)

        for digest in wanted["distributions"]:
            folder = account.file("distributions", digest)
            for file in (path for path in folder.rglob("*") if path.is_file()):
                is_program = file.read_text().startswith("#!python")
                assert file.stat().st_nlink == (1 if is_program else 2), file

    @pytest.mark.soak
    def test_another_one_has_the_same_files(self, account: Account) -> None:
        first = packages(account, GREETING)
        account.deploy(GREETED, environment=first)
        second = packages(account, GREETING, OTHER, sent=(1,))

        account.deploy({**GREETED, "new": ""}, environment=second)

        digest = next(iter(first["distributions"]))
        assert account.start().body == "from a package"
        assert account.file("distributions", digest, "greeting.py").stat().st_nlink == 3

    def test_python_writes_its_caches_into_the_environment_alone(self, account: Account) -> None:
        account.deploy(
            GREETED, environment=packages(account), variables={"PYTHONPYCACHEPREFIX": ""}
        )

        assert not list(account.file("distributions").rglob("__pycache__"))

    @pytest.mark.parametrize("change", ["", in_soak("# changed\n")])
    def test_another_one_has_the_same_bytecode_of_files_that_are_the_same(
        self, account: Account, change: str
    ) -> None:
        account.deploy(GREETED, environment=packages(account, GREETING))
        (module,) = account.file("environments").glob("*/lib/*/*/greeting.py")
        cache = Path(py_compile.compile(str(module)) or "")
        with module.open("a") as file:
            file.write(change)

        account.deploy({**GREETED, "new": ""}, environment=packages(account, GREETING, OTHER))

        others = {*account.file("environments").rglob(cache.name)} - {cache}
        assert any(each.samefile(cache) for each in others) is not bool(change)

    @pytest.mark.soak
    def test_of_a_file_that_two_packages_have_it_is_the_later_one_s(self, account: Account) -> None:
        other = {"greeting.py": "TEXT = 'from another one'\n"}

        account.deploy(GREETED, environment=packages(account, GREETING, other))

        assert account.start().body == "from another one"


class TestItIsRemoved:
    @pytest.mark.soak
    def test_with_its_packages_if_no_release_needs_it(self, account: Account) -> None:
        account.deploy(GREETED, environment=packages(account))
        for number in range(3):
            account.deploy(hello(str(number)))

        assert account.names("environments") == account.names("distributions") == []

    @pytest.mark.soak
    def test_not_if_a_kept_release_needs_it(self, account: Account) -> None:
        first = account.deploy(GREETED, environment=packages(account))
        account.deploy({**GREETED, "new": ""}, environment=packages(account, GREETING, OTHER))
        account.deploy(hello("two"))

        assert len(account.names("environments")) == 4
        account.point_back(first)
        assert account.start().body == "from a package"


class TestWithoutHardLinks:
    @pytest.mark.soak
    @pytest.mark.parametrize("number", [errno.EPERM, errno.EXDEV, errno.ENOTSUP, errno.EMLINK])
    def test_there_are_copies_and_their_size_is_told(
        self, account: Account, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        wanted = packages(account)
        account.deploy(GREETED, environment=wanted)
        said = composed_anew(account, wanted, monkeypatch, number)

        assert account.start().body == "from a package"
        size = sum(len(text) for text in GREETING.values())
        words = "so 2 files of the packages were copied"
        assert said == [f"This disk has no hard links here, so {words}, {size} bytes"]

    @pytest.mark.parametrize("number", first_of([errno.ENOSPC, errno.EDQUOT]))
    def test_a_full_disk_is_no_reason_for_copies(
        self, account: Account, monkeypatch: pytest.MonkeyPatch, number: int
    ) -> None:
        wanted = packages(account)
        account.deploy(GREETED, environment=wanted)

        with pytest.raises(OSError, match=os.strerror(number)):
            composed_anew(account, wanted, monkeypatch, number)


def composed_anew(
    account: Account, wanted: dict[str, Any], monkeypatch: pytest.MonkeyPatch, number: int
) -> list[str]:
    """Compose the only environment anew, on a disk whose links fail so; what was said."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    shutil.rmtree(environment(account))
    account.file(f"environments/{wanted['id']}.json").unlink()
    said: list[str] = []
    own = Environment(Home(str(account.base)), wanted["id"])
    with monkeypatch.context() as patch:
        patch.setattr(os, "link", fail)
        Composing(own, wanted["distributions"], said.append).carry_out()
    return said


def test_a_package_that_differs_from_its_digest_is_refused(account: Account) -> None:
    wanted = packages(account)
    digest = next(iter(wanted["distributions"]))
    other = packages(account, {"greeting.py": "TEXT = 'evil'\n"})
    (name,) = other["distributions"]
    wanted["archive"] = other["archive"]
    wanted["distributions"] = {digest: "a", name: "b"}
    account.put(GREETED, environment=wanted)

    account.start()

    assert account.status()["step"] == "damaged: dependencies"
    assert account.names("environments") == []


@pytest.mark.soak
def test_what_a_killed_composition_has_left_is_gone_on_with(account: Account) -> None:
    wanted = packages(account, WHOLE)
    account.deploy(GREETED, environment=wanted)
    (modules(account) / "greeting.py").unlink()
    (modules(account) / "greeting.py").write_text("half")
    (modules(account) / "native").rename(modules(account) / "native.py")
    shutil.rmtree(environment(account) / "bin")
    account.file(f"environments/{wanted['id']}.json").unlink()
    before = (modules(account) / "old/one.py").stat().st_ino

    account.deploy({**GREETED, "new": ""}, environment=packages(account, WHOLE), run=["greet"])

    assert (modules(account) / "native/one.py").read_text() == WHOLE["native/one.py"]
    assert (modules(account) / "old/one.py").stat().st_ino == before
