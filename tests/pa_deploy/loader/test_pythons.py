"""The WSGI file under every Python of this machine from 3.8 up."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import files
from pathlib import Path

import pytest

from pa_deploy.loader import interpreter
from pa_deploy.loader.files import Home
from tests.pa_deploy.loader.test_attempt import put
from tests.pa_deploy.release.account import Account, hello
from tests.soak import first_of, one_in

PLACES = (Path("/usr/bin"), Path("/usr/local/bin"), *Path.home().glob(".pyenv/versions/*/bin"))


def pythons() -> dict[str, str]:
    """One interpreter that runs for each version, by version, the oldest first."""
    found = {f"3.{sys.version_info[1]}": sys.executable}
    for folder in PLACES:
        for path in folder.glob("python3.*"):
            match = re.fullmatch(r"python(3\.(\d+))", path.name)
            if match and int(match[2]) >= 8 and _runs(path):
                found.setdefault(match[1], str(path))
    return dict(sorted(found.items(), key=lambda pair: int(pair[0].removeprefix("3."))))


def _runs(path: Path) -> bool:
    return subprocess.run([path, "-c", ""], capture_output=True, check=False).returncode == 0


PYTHONS = pythons()


@pytest.mark.soak
@pytest.mark.parametrize("version", one_in(5, PYTHONS))
def test_a_release_goes_live_and_is_changed_and_refused(tmp_path: Path, version: str) -> None:
    account = Account(tmp_path, PYTHONS[version])
    run = ["python -c 'import sys; print(\"%d.%d\" % sys.version_info[:2])' > version"]

    first = account.deploy(hello("one", **{"db.sqlite3": "seed"}), run=run, shared=["db.sqlite3"])
    assert account.released("version").read_text().strip() == version
    second = account.deploy(hello("two", link="-> text"), base=first)
    account.put({"mysite.py": "syntax error"}, base=second)

    answer = account.start()

    assert (answer.body, answer.headers["X-Release"]) == ("two", second)
    assert "Warning" not in answer.errors
    assert account.status()["state"] == "refused"


ASGI = """\
def create_app():
    async def app(scope, receive, send):
        await send({'type': 'http.response.start', 'status': 200, 'headers': []})
        await send({'type': 'http.response.body', 'body': b'asgi'})
    return app
"""


TYPING_EXTENSIONS = """\
from typing import *
class NotRequired:
    def __class_getitem__(cls, item):
        return item
"""
"""What a2wsgi needs of that package before Python 3.11."""


def package(name: str) -> dict[str, str]:
    """The modules of an installed package, to be files of a release."""
    paths = [path for path in files(name) or () if path.suffix == ".py"]
    return {path.as_posix(): path.read_text() for path in paths}


@pytest.mark.parametrize("version", first_of(PYTHONS))
def test_an_asgi_app_goes_live_and_its_exception_is_told(tmp_path: Path, version: str) -> None:
    account = Account(tmp_path, PYTHONS[version])
    more = {**package("a2wsgi"), "typing_extensions.py": TYPING_EXTENSIONS}
    release = account.put({"mysite.py": ASGI, **more}, app="mysite:create_app()")

    answer = account.start()

    assert (answer.body, answer.headers.get("X-Release")) == ("asgi", release), account.status()
    assert answer.errors == ""
    put(account, "async def app(scope, receive, send):\n    1 / 0\n", more)
    assert account.start().body == "asgi"
    assert account.status()["error"] == "ZeroDivisionError: division by zero"
    assert account.status()["output"].count("Traceback") == 1


@pytest.mark.soak
def test_a_virtualenv_s_python_is_the_one_of_the_commands(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    account = Account(tmp_path, str(tmp_path / "venv" / "bin" / "python"))

    account.deploy(hello("one"), run=["python -c 'import sys; print(sys.prefix)' > prefix"])

    assert account.released("prefix").read_text().strip() == str(tmp_path / "venv")


@pytest.mark.soak
def test_a_release_is_prepared_with_the_virtualenv_that_the_web_app_will_have(
    tmp_path: Path,
) -> None:
    """The live site has another one until it is reloaded."""
    account = Account(tmp_path / "alice" / ".pa-deploy")
    folder = tmp_path / "alice" / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = folder.glob("lib/python3.*/site-packages")
    (packages / "only_here.py").touch()
    account.deploy(hello("one"))
    files = {"mysite.py": "import only_here\n" + hello("")["mysite.py"]}
    account.put(files, virtualenv="/home/alice/venv", run=["python -c 'import only_here'"])

    account.boot()

    assert account.wait_for_preparer() == "ready"


@pytest.mark.soak
@pytest.mark.parametrize("missing", one_in(2, [{"virtualenv": "/no/such"}, {"python": "3.99"}]))
def test_if_that_is_not_there_the_site_s_python_prepares(
    tmp_path: Path, missing: dict[str, str]
) -> None:
    account = Account(tmp_path)
    account.put(hello("one"), **missing)

    assert account.start().body == "one"


OTHER = next((each for each in PYTHONS if PYTHONS[each] != sys.executable), "")


@pytest.mark.skipif(not OTHER, reason="this machine has one Python")
def test_a_release_is_prepared_with_the_version_that_the_web_app_will_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "bin"
    folder.mkdir(parents=True)
    (folder / f"python{OTHER}").symlink_to(PYTHONS[OTHER])
    shims = tmp_path / "shims"
    shims.mkdir()
    (shims / f"python{OTHER}").write_text("#!/bin/sh\nexit 127\n")
    (shims / f"python{OTHER}").chmod(0o755)
    monkeypatch.setenv("PATH", f"{shims}:{folder}:/nowhere")
    account = Account(tmp_path / "alice/.pa-deploy")
    insist = f"import sys\nassert sys.version_info[1] == {OTHER[2:]}\n"
    account.put(
        {"mysite.py": insist + hello("")["mysite.py"], "text": "one"}, python=OTHER, run=["true"]
    )

    account.boot()

    assert account.wait_for_preparer() in ("ready", "live"), account.status()
    assert "was not found" not in account.status()["output"]


@pytest.mark.parametrize("name", one_in(2, ["/usr/bin", "/usr/local/bin"]))
def test_the_usual_places_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    base = tmp_path / "alice/.pa-deploy/base"
    folder = tmp_path / name.strip("/")
    monkeypatch.setattr(interpreter, "PLACES", (str(folder),))
    folder.mkdir(parents=True)
    (folder / "python3.99").symlink_to(sys.executable)

    found = interpreter.python_of(Home(str(base)), "3.99", "")

    assert found == (str(folder / "python3.99"), "")


@pytest.mark.parametrize(
    ("missing", "said"),
    one_in(
        2,
        [
            ({"python": "3.99"}, "python3.99 was not found"),
            ({"virtualenv": "/home/alice/gone"}, "a Python in /home/alice/gone was not found"),
        ],
    ),
)
def test_another_python_than_the_wanted_one_is_told(
    tmp_path: Path, missing: dict[str, str], said: str
) -> None:
    account = Account(tmp_path)
    account.put(hello("one"), **missing)

    account.start()

    version = ".".join(map(str, sys.version_info[:2]))
    assert f"{said}, so Python {version} prepares this release" in account.status()["output"]
