from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pa_deploy.release import reloads
from pa_emulator import Emulator
from tests.hosted import DOMAIN, api

if TYPE_CHECKING:
    from tests.pa_deploy.release.job import Job
    from tests.pa_deploy.release.shipper import Shipper
    from tests.runner import Runner


@pytest.fixture
def shipper(pa: Emulator, tmp_path: Path) -> Shipper:
    """An account whose web app serves releases, and none so far."""
    from tests.pa_deploy.release.shipper import Shipper  # noqa: PLC0415 - it is for Linux

    made = Shipper(pa, tmp_path / "source")
    made.create()
    return made


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is waited for on PythonAnywhere takes a moment here."""
    monkeypatch.setattr(reloads, "PAUSES", (0.2,) * 20)


@pytest.fixture(scope="module")
def pushed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where an account with the release `one` is kept, once there is one."""
    return tmp_path_factory.mktemp("pushed")


@pytest.fixture
def job(runner: Runner, pa: Emulator, pushed: Path) -> Job:
    """The first one pushes; the others have a copy of what came of it."""
    from tests.pa_deploy.release.account import hello  # noqa: PLC0415 - as above
    from tests.pa_deploy.release.job import BASE, Job  # noqa: PLC0415
    from tests.pa_deploy.release.shipper import WSGI  # noqa: PLC0415

    made = Job(runner, pa)
    folder, wsgi = pa.path(BASE), pa.path(WSGI)
    if (pushed / "folder").exists():
        made.write(hello("one"))
        api(pa, "POST", "webapps/", domain_name=DOMAIN, python_version="python313")
        shutil.copytree(pushed / "folder", folder, symlinks=True)
        shutil.copy(pushed / "wsgi.py", wsgi)
        api(pa, "POST", f"webapps/{DOMAIN}/reload/")
    else:
        assert made.push(hello("one")).exit_code == 0
        shutil.copy(wsgi, pushed / "wsgi.py")
        shutil.copytree(folder, pushed / "folder", symlinks=True)
    return made
