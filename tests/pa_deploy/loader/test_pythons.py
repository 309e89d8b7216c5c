"""The WSGI file under every Python of this machine from 3.8 up."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.pa_deploy.release.account import Account, hello
from tests.soak import one_in

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


def test_a_virtualenv_s_python_is_the_one_of_the_commands(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    account = Account(tmp_path, str(tmp_path / "venv" / "bin" / "python"))

    account.deploy(hello("one"), run=["python -c 'import sys; print(sys.prefix)' > prefix"])

    assert account.released("prefix").read_text().strip() == str(tmp_path / "venv")
