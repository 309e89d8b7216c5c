"""Releases are prepared beside the live site, however PythonAnywhere reloads and imports."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from typing import TYPE_CHECKING

import pytest
import requests

from pa_deploy.errors import Interrupted, ReleaseRefused
from pa_emulator import Emulator
from tests.hosted import DOMAIN, visit
from tests.pa_deploy.release.account import hello, preparers
from tests.pa_deploy.release.shipper import Shipper, calls
from tests.pa_emulator.hosting.test_emperor import needs_uwsgi
from tests.pa_emulator.waiting import eventually
from tests.soak import in_soak

if TYPE_CHECKING:
    from collections.abc import Iterator

BEFORE_FORK = pytest.param({"lazy_apps": False}, id="import-before-fork")
LAZY = pytest.param({"lazy_apps": True}, id="lazy-apps")
TOUCH = pytest.param({"reload": "touch", "reload_mercy": 2}, id="touch", marks=needs_uwsgi)
RESTART = pytest.param({"reload": "restart", "reload_mercy": 2}, id="restart", marks=needs_uwsgi)
"""By the real emperor, the master is process 1 of a namespace if possible."""

in_all_modes = pytest.mark.parametrize(
    "emulator", [BEFORE_FORK, in_soak(LAZY), in_soak(TOUCH), in_soak(RESTART)], indirect=True
)
"""However a reload is done; `make test` does it in one way."""


@pytest.fixture(scope="module")
def emulator(request: pytest.FixtureRequest) -> Iterator[Emulator]:
    with Emulator(plan="paid", rate_limit=0, **request.param) as running:
        yield running


class Visitor(threading.Thread):
    """Asks the site again and again; `seen` are the texts, in their order, each once in a row.

    While no worker has started, PythonAnywhere redirects to the same page.
    """

    def __init__(self, pa: Emulator) -> None:
        super().__init__(daemon=True)
        self._url = pa.url
        self._end = threading.Event()
        self.seen: list[str] = []

    def run(self) -> None:
        with requests.Session() as session:
            while not self._end.is_set():
                answer = session.get(
                    f"{self._url}/", headers={"Host": DOMAIN}, timeout=60, allow_redirects=False
                )
                if answer.is_redirect:
                    continue
                text = f"{answer.status_code} {answer.text}"
                if text not in self.seen[-1:]:
                    self.seen.append(text)

    def end(self) -> list[str]:
        self._end.set()
        self.join()
        return self.seen


@in_all_modes
def test_a_visitor_sees_the_old_site_and_then_the_new_one(shipper: Shipper, pa: Emulator) -> None:
    shipper.serve("one")
    visitor = Visitor(pa)
    visitor.start()

    shipper.ship(hello("two"), run=("sleep 1",))

    assert eventually(lambda: "200 two" in visitor.seen)
    assert visitor.end() == ["200 one", "200 two"]


@pytest.mark.soak
@in_all_modes
def test_a_visitor_never_sees_one_that_is_refused(shipper: Shipper, pa: Emulator) -> None:
    shipper.serve("one")
    visitor = Visitor(pa)
    visitor.start()

    with pytest.raises(ReleaseRefused):
        shipper.ship({"mysite.py": "raise RuntimeError\n"}, run=("sleep 0.5",))

    assert visitor.end() == ["200 one"]


@pytest.mark.soak
@in_all_modes
def test_a_second_deploy_needs_one_reload(shipper: Shipper, pa: Emulator) -> None:
    """The site that is live begins to prepare when it is asked to."""
    shipper.serve("one")
    shipper.ship(hello("two"))  # has brought the key
    calls(pa)

    shipper.ship(hello("three"), run=("sleep 1",))

    assert [call for call in calls(pa) if "reload" in call] == [f"POST webapps/{DOMAIN}/reload/"]


@in_all_modes
def test_a_preparer_that_is_killed_goes_on(shipper: Shipper, pa: Emulator) -> None:
    shipper.serve("one")
    mark = shipper.folder / "mark"

    def kill() -> None:
        assert eventually(mark.exists)
        for process in preparers(pa.root):
            os.kill(process, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    command = f"echo ran >> {mark}; test $(wc -l < {mark}) -gt 1 || sleep 60"
    shipper.ship(hello("two"), run=(command,))
    killer.join()

    assert visit(pa).text == "two"
    assert mark.read_text() == "ran\nran\n"


@pytest.mark.soak
@pytest.mark.parametrize(
    "emulator", [in_soak(BEFORE_FORK), in_soak(LAZY), in_soak(TOUCH), RESTART], indirect=True
)
def test_a_reload_in_between_changes_nothing(shipper: Shipper, pa: Emulator) -> None:
    """Where a reload ends the whole namespace, the work is begun again."""
    shipper.serve("one")
    mark = shipper.folder / "mark"

    def reload() -> None:
        assert eventually(mark.exists)
        shipper.reload()

    other = threading.Thread(target=reload)
    other.start()
    shipper.ship(hello("two"), run=(f"echo ran >> {mark}; sleep 1",))
    other.join()

    assert visit(pa).text == "two"


@pytest.mark.soak
@in_all_modes
def test_an_app_that_starts_slowly_is_not_reloaded_meanwhile(
    shipper: Shipper, pa: Emulator
) -> None:
    """An emperor's reload that arrives while the master imports is lost."""
    slow = "import time\ntime.sleep(0.7)\n" + hello("")["mysite.py"]
    shipper.ship({"mysite.py": slow, "text": "one"})

    shipper.ship({"text": "two"})
    began = time.monotonic()
    shipper.ship({"text": "three"})

    assert visit(pa).text == "three"
    log = pa.path(f"/var/log/{DOMAIN}.server.log").read_text()
    assert "NO MERCY" not in log, time.monotonic() - began


@pytest.mark.soak
@in_all_modes
def test_a_run_that_ends_early_withdraws_its_release(
    shipper: Shipper, pa: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipper.serve("one")
    go = shipper.folder / "go"

    def end(_seconds: float) -> None:
        if shipper.status().step.startswith("run"):
            raise Interrupted("SIGTERM", signal.SIGTERM)

    monkeypatch.setattr(shipper.account.deadline.clock, "sleep", end)
    with pytest.raises(Interrupted):
        shipper.ship(hello("two"), run=(f"until test -e {go}; do sleep 0.05; done",))

    assert "Withdrew the release: PythonAnywhere will not switch to it." in shipper.log
    assert eventually(lambda: not preparers(pa.root))
    shipper.reload()
    assert visit(pa).text == "one"
    assert re.search("no longer wanted", shipper.status().error)
