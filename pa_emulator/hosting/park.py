"""All hosted sites: starting, reloading, pinging and stopping them."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import PING_SECONDS
from pa_emulator.hosting.emperor import Vassal
from pa_emulator.hosting.front import Front
from pa_emulator.hosting.logs import write_server
from pa_emulator.hosting.ping import answers
from pa_emulator.hosting.place import Place
from pa_emulator.hosting.pythons import Pythons, cache_folder, own_version
from pa_emulator.hosting.site import Site
from pa_emulator.hosting.uwsgi import Uwsgi
from pa_emulator.paths import under, wsgi_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pa_emulator.clock import Clock
    from pa_emulator.config import Config
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.pythons import Python


RESTARTS = 32
"""How many sites can restart in the background at once."""
NANO = 10**9


class Gone(Exception):
    """The web app was deleted or disabled."""


class Park:
    """The sites of one emulator. With hosting off every reload is at once a success.

    `live` returns the deployment to serve at a domain; None if there is none.
    """

    def __init__(
        self,
        config: Config,
        clock: Clock,
        pattern: Callable[[], str],
        servable: Callable[[str, Path], Path | None],
        quota: Callable[[str], Mapping[str, str]],
        live: Callable[[str], Deployment | None],
    ) -> None:
        self._servable = servable
        self._quota = quota
        self._config = config
        self._clock = clock
        self._pattern = pattern
        self._live = live
        self._background = ThreadPoolExecutor(RESTARTS, thread_name_prefix="restart")
        self._sites: dict[str, Site] = {}
        self._sites_lock = threading.Lock()
        self._sockets: Path | None = None
        self._pythons = Pythons(cache_folder())
        self._said: set[str] = set()
        self.front = Front(
            root=config.root,
            clock=clock,
            is_hosting=config.hosting,
            raw_paths=config.raw_paths,
            servable=servable,
            ready=self.ready,
        )

    def site(self, domain: str) -> Site:
        with self._sites_lock:
            return self._sites.setdefault(domain, Site())

    def reload(self, domain: str) -> bool:
        """Replace the site's processes, and ping it; False if no answer came in time.

        Raises Gone if there is no longer anything to serve, OSError if it cannot be started.
        """
        if not self._config.hosting:
            return True
        site = self.site(domain)
        with site.turn:
            self._dawdle(site)
            uwsgi = self._restart(site, domain)
        deployment = self._live(domain)
        if uwsgi is None or deployment is None:
            raise Gone
        has_answered = answers(self.front, deployment, self._clock)
        if self._config.lazy_apps and has_answered:
            # One worker has answered, while others may still import. They must not see changes made
            # after the reload.
            self._clock.wait_until(uwsgi.has_settled, PING_SECONDS)
        return has_answered

    def _dawdle(self, site: Site) -> None:
        """Wait as long as --reload-seconds says; the old instance serves meanwhile."""
        seconds = random.uniform(*self._config.reload_seconds)  # noqa: S311 - no secret
        self._clock.wait_until(lambda: site.has_ended, seconds)

    def ready(self, domain: str) -> Site:
        """Return the site. Start it if needed; restart it if its WSGI file was touched."""
        site = self.site(domain)
        if self._is_current(site, domain) or not site.turn.acquire(blocking=False):
            return site
        try:
            if not self._is_current(site, domain):
                with contextlib.suppress(OSError):  # it cannot be started now
                    self._restart(site, domain)
        finally:
            site.turn.release()
        return site

    def touched(self, domain: str) -> None:
        """Reload in the background because the WSGI file was written; no ping.

        Visitors get the new file from now on. If a restart has already begun and misses the file,
        the next visitor triggers another.
        """
        site = self.site(domain)
        if isinstance(site.uwsgi, Vassal):
            self._make_newer(site, under(self._config.root, wsgi_path(domain)))
            return
        if self._config.hosting and site.turn.acquire(blocking=False):
            path = wsgi_path(domain)
            text = f"*** {path} has been touched... grace them all !!! ***"
            write_server(self._config.root, domain, text, self._clock.now())
            site.gate.clear()
            self._background.submit(self._restart_in_turn, site, domain)

    def _make_newer(self, site: Site, path: Path) -> None:
        """Give a WSGI file a date that a vassal notices: it compares whole seconds."""
        with contextlib.suppress(OSError):
            seconds = max(int(path.stat().st_mtime), site.wsgi_mtime // NANO + 1)
            os.utime(path, (seconds, seconds))
            site.wsgi_mtime = path.stat().st_mtime_ns

    def stop(self, domain: str) -> None:
        with self._sites_lock:
            site = self._sites.pop(domain, None)
        if site is not None:
            site.end()

    def stop_all(self) -> None:
        for domain in list(self._sites):
            self.stop(domain)

    def running(self) -> list[Uwsgi]:
        """Return the processes that serve the sites now."""
        sites = list(self._sites.values())
        return [site.uwsgi for site in sites if site.uwsgi is not None and site.uwsgi.is_alive()]

    def close(self) -> None:
        self._background.shutdown(wait=False)
        self.stop_all()
        if self._sockets is not None:
            shutil.rmtree(self._sockets, ignore_errors=True)

    def _is_current(self, site: Site, domain: str) -> bool:
        return (
            site.uwsgi is not None
            and site.uwsgi.is_alive()
            # A vassal itself looks at the date.
            and (isinstance(site.uwsgi, Vassal) or site.wsgi_mtime == self._wsgi_mtime(domain))
        )

    def _wsgi_mtime(self, domain: str) -> int:
        try:
            return under(self._config.root, wsgi_path(domain)).stat().st_mtime_ns
        except OSError:
            return 0

    def _restart_in_turn(self, site: Site, domain: str) -> None:
        """Restart, for a caller that holds the turn."""
        try:
            self._restart(site, domain)
        finally:
            site.turn.release()

    def _restart(self, site: Site, domain: str) -> Uwsgi | None:
        """Start new processes; let the old ones finish their requests.

        Return None if the site has ended meanwhile or there is nothing to serve.
        """
        deployment = self._live(domain)
        python = self._python(deployment) if deployment else None
        if deployment and isinstance(site.uwsgi, Vassal) and site.uwsgi.is_alive():
            uwsgi: Uwsgi = self._ordered(site, site.uwsgi, deployment)
        else:
            site.gate.clear()
            site.retire(self._clock, self._config.mercy_seconds)
            if site.has_ended or deployment is None or python is None:
                return None
            uwsgi = self._started(deployment, python)
        site.wsgi_mtime = self._wsgi_mtime(domain)
        site.uwsgi = uwsgi
        site.gate.set()
        return uwsgi

    def _started(self, deployment: Deployment, python: Python) -> Uwsgi:
        program = self._config.uwsgi
        if program is None or python.version != own_version():
            return Uwsgi(self._place(), deployment, python)
        return Vassal(self._place(), deployment, program)

    def _ordered(self, site: Site, vassal: Vassal, deployment: Deployment) -> Vassal:
        """Have the emperor reload its vassal in the way that --reload says."""
        if self._config.reload == "touch":
            vassal.touch(deployment)
        else:
            site.gate.clear()
            vassal.restart(deployment)
        return vassal

    def offers(self, version: str) -> bool:
        """Tell whether a web app may have that Python; print to stderr why not."""
        reason = self._pythons.choose(version, None).reason if self._config.strict_python else ""
        if reason:
            self._say(f"--strict-python refuses Python {version}: {reason}")
        return not reason

    def _python(self, deployment: Deployment) -> Python:
        """Choose the Python that hosts; if it is not the requested one, say so."""
        path = deployment.virtualenv_path
        folder = under(self._config.root, path) if path else None
        choice = self._pythons.choose(deployment.python_version or own_version(), folder)
        if choice.reason:
            asked = f"{deployment.domain} asks for Python {deployment.python_version}"
            text = f"{asked} but runs on {choice.python.version}: {choice.reason}"
            write_server(self._config.root, deployment.domain, text, self._clock.now())
            self._say(text)
        return choice.python

    def _say(self, text: str) -> None:
        """Write a line to stderr, once."""
        if text not in self._said:
            self._said.add(text)
            sys.stderr.write(f"pa-emulator: {text}\n")

    def _place(self) -> Place:
        return Place(
            root=self._config.root,
            specs=self._config.state,
            sockets=self._socket_folder(),
            clock=self._clock,
            servable=self._servable,
            quota=self._quota,
            path_pattern=self._pattern(),
            lazy_apps=self._config.lazy_apps,
            mercy_seconds=self._config.mercy_seconds,
        )

    def _socket_folder(self) -> Path:
        """Return the folder for sockets; make it when it is first needed."""
        with self._sites_lock:
            if self._sockets is None:
                self._sockets = _new_socket_folder(self._config.state / "sockets")
            return self._sockets


def _new_socket_folder(note: Path) -> Path:
    """Make a folder for sockets, whose paths must be short though root may be deep.

    A killed emulator leaves its folder behind. The note says where it is, and it is removed here.
    """
    if note.exists():
        last = Path(note.read_text())
        if last.name.startswith("pae-"):
            shutil.rmtree(last, ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix="pae-", dir="/tmp"))
    note.write_text(str(folder))
    return folder
