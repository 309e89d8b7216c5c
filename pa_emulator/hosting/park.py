"""All hosted sites: starting, reloading, pinging and stopping them."""

from __future__ import annotations

import shutil
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
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


# How many sites can wait for their visitors at once, before they start anew.
_RESTARTS = 32


class GoneError(Exception):
    """The web app is no more, or no longer enabled."""


class Site:
    """One domain's uWSGI, and who is using it. `gate` is open while requests may pass.

    Whoever starts or stops the uWSGI holds `turn`. Nothing is started once `has_ended` is set.
    """

    def __init__(self) -> None:
        self.turn = threading.Lock()
        self.gate = threading.Event()
        self.has_ended = False
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

    def end(self) -> None:
        """Stop for good; a reload that is waiting for visitors waits no longer."""
        self.has_ended = True
        with self.turn:
            self.gate.clear()
            self.stop()

    def stop(self) -> None:
        if self.uwsgi is not None:
            self.uwsgi.stop()
            self.uwsgi = None


class Park:
    """The sites of one emulator. With hosting off every reload is at once a success.

    `live` tells what is to be served at a domain: None where nothing is.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        pattern: Callable[[], str],
        servable: Callable[[str, Path], Path | None],
        live: Callable[[str], Deployment | None],
    ) -> None:
        self.servable = servable
        self._config = config
        self._clock = clock
        self._pattern = pattern
        self._live = live
        self._background = ThreadPoolExecutor(_RESTARTS, thread_name_prefix="restart")
        self._sites: dict[str, Site] = {}
        self._sites_lock = threading.Lock()
        self._sockets: Path | None = None

    @property
    def is_hosting(self) -> bool:
        return self._config.hosting

    def site(self, domain: str) -> Site:
        with self._sites_lock:
            return self._sites.setdefault(domain, Site())

    def reload(self, domain: str) -> bool:
        """Replace the site's processes and ping it; False if the ping went unanswered.

        Raises GoneError if there is nothing to serve by now.
        """
        if not self.is_hosting:
            return True
        site = self.site(domain)
        with site.turn:
            uwsgi = self._restart(site, domain)
        if uwsgi is None:
            raise GoneError
        return answers(uwsgi, domain, self._clock)

    def ready(self, domain: str) -> Site:
        """Return the site, started if it is not running, restarted if its WSGI file was touched."""
        site = self.site(domain)
        if self._is_current(site, domain) or not site.turn.acquire(blocking=False):
            return site
        try:
            if not self._is_current(site, domain):
                self._restart(site, domain)
        finally:
            site.turn.release()
        return site

    def touched(self, domain: str) -> None:
        """Reload in the background because the WSGI file was written; no ping.

        Visitors meet the new file from now on. A restart that has begun will see it as well, or
        the next visitor will find that it did not.
        """
        site = self.site(domain)
        if self.is_hosting and site.turn.acquire(blocking=False):
            site.gate.clear()
            self._background.submit(self._restart_in_turn, site, domain)

    def stop(self, domain: str) -> None:
        with self._sites_lock:
            site = self._sites.pop(domain, None)
        if site is not None:
            site.end()

    def stop_all(self) -> None:
        for domain in list(self._sites):
            self.stop(domain)

    def close(self) -> None:
        self._background.shutdown(wait=False)
        self.stop_all()
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _is_current(self, site: Site, domain: str) -> bool:
        return (
            site.uwsgi is not None
            and site.uwsgi.is_alive()
            and site.wsgi_mtime == self._wsgi_mtime(domain)
        )

    def _wsgi_mtime(self, domain: str) -> float:
        try:
            return under(self._config.root, wsgi_path(domain)).stat().st_mtime_ns
        except OSError:
            return 0.0

    def _restart_in_turn(self, site: Site, domain: str) -> None:
        """Restart for someone who has taken the turn."""
        try:
            self._restart(site, domain)
        finally:
            site.turn.release()

    def _restart(self, site: Site, domain: str) -> Uwsgi | None:
        """Let running requests finish, stop the old processes, start new ones.

        None if the site has ended meanwhile, or there is nothing to serve.
        """
        site.gate.clear()
        if site.uwsgi is not None:
            self._clock.wait_until(lambda: site.running == 0 or site.has_ended, MERCY_SECONDS)
            site.stop()
        deployment = self._live(domain)
        if site.has_ended or deployment is None:
            return None
        site.wsgi_mtime = self._wsgi_mtime(domain)
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
