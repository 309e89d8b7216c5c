"""Which Python hosts a web app, and what is said if it is another than was asked for."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from pa_emulator import Emulator
from pa_emulator.choices import PYTHON_VERSIONS
from pa_emulator.hosting.pythons import Pythons
from pa_emulator.processes import base_python
from tests.pa_emulator.client import DOMAIN, WSGI, Client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

OWN = ".".join(platform.python_version_tuple()[:2])
OTHER = next(version for version in PYTHON_VERSIONS if version != OWN)
PYUWSGI = f"pyuwsgi-{metadata.version('pyuwsgi')}-python{OTHER}"
VERSION = """
import sys
def application(environ, start_response):
    start_response('200 OK', [])
    return ['{}.{}'.format(*sys.version_info[:2]).encode()]
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder on PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _put(programs: Path, script: str) -> None:
    program = programs / f"python{OTHER}"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def _answering(version: str) -> str:
    return f"echo '{version.replace('.', ' ')} /there/python'"


def test_the_own_python_needs_no_program(programs: Path, tmp_path: Path) -> None:
    choice = Pythons(tmp_path).choose(OWN, None)
    assert (choice.python.program, choice.reason) == (base_python(), "")
    assert list(programs.iterdir()) == []


@pytest.mark.parametrize("script", [None, "exit 127", _answering("2.7"), "echo", "echo 3 x y"])
def test_a_python_that_does_not_run_is_not_there(
    programs: Path, tmp_path: Path, script: str | None
) -> None:
    if script is not None:
        _put(programs, script)
    choice = Pythons(tmp_path).choose(OTHER, None)
    assert choice.python.version == OWN
    assert choice.reason == f"no working python{OTHER} is on PATH"


def test_a_python_without_uwsgi_is_told_with_pips_reason(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    _put(programs, _answering(OTHER))
    choice = Pythons(tmp_path / "cache").choose(OTHER, None)
    assert choice.python.version == OWN
    assert choice.reason.startswith(f"there is no uWSGI for Python {OTHER}: pip install pyuwsgi")
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_python_whose_uwsgi_is_kept_hosts(programs: Path, tmp_path: Path) -> None:
    _put(programs, _answering(OTHER))
    kept = tmp_path / PYUWSGI / "pyuwsgi.some.so"
    kept.parent.mkdir()
    kept.touch()
    choice = Pythons(tmp_path).choose(OTHER, None)
    assert choice.reason == ""
    assert choice.python.program == "/there/python"
    assert choice.python.pyuwsgi == str(kept)


def test_a_virtualenvs_own_python_counts(programs: Path, tmp_path: Path) -> None:
    (tmp_path / PYUWSGI).mkdir()
    (tmp_path / PYUWSGI / "pyuwsgi.some.so").touch()
    _put(programs, _answering(OTHER))
    virtualenv = tmp_path / "env"
    (virtualenv / "bin").mkdir(parents=True)
    (virtualenv / "pyvenv.cfg").write_text(f"version = {OTHER}.1\n")
    (virtualenv / "bin" / "python").symlink_to(programs / f"python{OTHER}")
    assert Pythons(tmp_path).choose(OWN, virtualenv).python.version == OTHER


@pytest.fixture(scope="module")
def bare() -> Iterator[Emulator]:
    """An emulator on a machine without another Python."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        with Emulator() as running:
            yield running


@pytest.fixture(scope="module")
def strict() -> Iterator[Client]:
    """An account where only what is there can be asked for."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        with Emulator(strict_python=True) as running:
            client = Client(running)
            yield client
            client.session.close()


def test_what_hosts_instead_is_told_in_the_server_log(bare: Emulator) -> None:
    client = Client(bare)
    client.create(python=f"python{OTHER.replace('.', '')}")
    client.upload(WSGI, VERSION)
    client.reload()
    assert client.visit().text == OWN
    log = client.read(f"/var/log/{DOMAIN}.server.log")
    assert f"{DOMAIN} asks for Python {OTHER} but runs on {OWN}: no working python" in log
    client.session.close()


def test_strictly_a_python_that_is_not_there_is_not_offered(strict: Client) -> None:
    name = f"python{OTHER.replace('.', '')}"
    answer = strict.create(python=name)
    assert answer.status_code == 400
    assert answer.json() == {"python_version": [f'"{name}" is not a valid choice.']}


def test_strictly_the_own_python_is_offered_and_no_other_by_patch(strict: Client) -> None:
    assert strict.create(python=f"python{OWN.replace('.', '')}").status_code == 200
    answer = strict.patch(f"webapps/{DOMAIN}/", json={"python_version": OTHER})
    assert answer.json() == {"python_version": [f'"{OTHER}" is not a valid choice.']}


def test_strictly_the_reason_of_a_refusal_is_on_stderr(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nowhere")
        with Emulator(strict_python=True) as running:
            client = Client(running)
            for _ in range(2):
                client.create(python=f"python{OTHER.replace('.', '')}")
            client.create(python=f"python{OWN.replace('.', '')}")
            client.patch(f"webapps/{DOMAIN}/", json={"python_version": OTHER})
            client.session.close()
    refusal = f"pa-emulator: --strict-python refuses Python {OTHER}: no working python"
    assert capfd.readouterr().err.count(refusal) == 1
