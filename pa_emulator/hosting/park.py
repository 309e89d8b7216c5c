"""All hosted sites: starting, reloading, pinging and stopping them."""

from __future__ import annotations

import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import MERCY_SECONDS
from pa_emulator.paths import under, wsgi_path

from .ping import answers
from .uwsgi import Place, Uwsgi

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator.clock import Clock
    from pa_emulator.config import Config

    from .deployment import Deployment


class Site:
    """One domain's uWSGI, and who is using it. `gate` is open while requests may pass."""

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.gate = threading.Event()
        self.uwsgi: Uwsgi | None = None
        self.wsgi_mtime = 0.0
        self.running = 0
        self._count = threading.Lock()

    def enter(self, limit: int) -> bool:
        """Count a visitor in; False if `limit` are in already."""
        with self._count:
            if self.running >= limit:
                return False
            self.running += 1
            return True

    def leave(self) -> None:
        with self._count:
            self.running -= 1


class Park:
    """The sites of one emulator. With hosting off every reload is at once a success."""

    def __init__(
        self,
        config: Config,
        clock: Clock,
        pattern: Callable[[], str],
        servable: Callable[[str, Path], Path | None],
    ) -> None:
        self.servable = servable
        self._config = config
        self._clock = clock
        self._pattern = pattern
        self._sites: dict[str, Site] = {}
        self._sites_lock = threading.Lock()
        self._sockets: Path | None = None

    @property
    def is_hosting(self) -> bool:
        return self._config.hosting

    def site(self, domain: str) -> Site:
        with self._sites_lock:
            return self._sites.setdefault(domain, Site())

    def reload(self, deployment: Deployment) -> bool:
        """Replace the site's processes and ping it; False if the ping went unanswered."""
        if not self.is_hosting:
            return True
        site = self.site(deployment.domain)
        with site.turn:
            uwsgi = self._restart(site, deployment)
        return answers(uwsgi, deployment.domain, self._clock)

    def ready(self, deployment: Deployment) -> Site:
        """Return the site, started if it is not running, restarted if its WSGI file was touched."""
        site = self.site(deployment.domain)
        if self._is_current(site, deployment) or not site.turn.acquire(blocking=False):
            return site
        try:
            if not self._is_current(site, deployment):
                self._restart(site, deployment)
        finally:
            site.turn.release()
        return site

    def touched(self, deployment: Deployment) -> None:
        """Reload because the WSGI file was written; no ping."""
        if self.is_hosting:
            self.ready(deployment)

    def stop(self, domain: str) -> None:
        site = self.site(domain)
        with site.turn:
            _end(site)

    def stop_all(self) -> None:
        with self._sites_lock:
            sites = list(self._sites.values())
            self._sites.clear()
        for site in sites:
            _end(site)

    def close(self) -> None:
        self.stop_all()
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _is_current(self, site: Site, deployment: Deployment) -> bool:
        return (
            site.uwsgi is not None
            and site.uwsgi.is_alive()
            and site.wsgi_mtime == self._wsgi_mtime(deployment.domain)
        )

    def _wsgi_mtime(self, domain: str) -> float:
        try:
            return under(self._config.root, wsgi_path(domain)).stat().st_mtime_ns
        except OSError:
            return 0.0

    def _restart(self, site: Site, deployment: Deployment) -> Uwsgi:
        """Let running requests finish, stop the old processes, start new ones."""
        site.gate.clear()
        if site.uwsgi is not None:
            self._clock.wait_until(lambda: site.running == 0, MERCY_SECONDS)
            site.uwsgi.stop()
        site.wsgi_mtime = self._wsgi_mtime(deployment.domain)
        place = Place(
            root=self._config.root,
            specs=self._config.state,
            sockets=self._socket_folder(),
            clock=self._clock,
            servable=self.servable,
        )
        site.uwsgi = uwsgi = Uwsgi(place, deployment, self._pattern())
        site.gate.set()
        return uwsgi

    def _socket_folder(self) -> Path:
        """Return the folder for sockets, made when the first is needed."""
        with self._sites_lock:
            if self._sockets is None:
                self._sockets = _new_socket_folder(self._config.state / "sockets")
            return self._sockets


def _new_socket_folder(note: Path) -> Path:
    """Make a folder for sockets, whose paths must be short though root may be deep.

    The last one is removed, which a killed emulator has left; the note says where it is.
    """
    if note.exists():
        last = Path(note.read_text())
        if last.name.startswith("pae-"):
            shutil.rmtree(last, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="pae-", dir="/tmp"))
    note.write_text(str(folder))
    return folder


def _end(site: Site) -> None:
    site.gate.clear()
    if site.uwsgi is not None:
        site.uwsgi.stop()
        site.uwsgi = None
