"""One uWSGI process group for one site."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import SITE_QUEUE
from pa_emulator.hosting.logs import follow, write_server
from pa_emulator.hosting.reports import Reports
from pa_emulator.hosting.spec import Spec, variables_of
from pa_emulator.processes import end, spawn

if TYPE_CHECKING:
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.place import Place
    from pa_emulator.hosting.pythons import Python

LAUNCHER = Path(__file__).with_name("launcher.py")
END_GENTLY = b"q"  # an order to uWSGI's master


class Uwsgi:
    """A running uWSGI. Requests to `address` wait in its queue until its workers are ready."""

    def __init__(self, place: Place, deployment: Deployment, python: Python) -> None:
        self._is_retired = False
        self._place, self._domain = place, deployment.domain
        name = place.sockets / os.urandom(6).hex()
        self.address = str(name)
        self._orders = name.with_suffix(".orders")
        reports = name.with_suffix(".reports")
        self.reports = Reports(reports, deployment.workers if place.lazy_apps else 1)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(SITE_QUEUE)
            own = [("socket", f"fd://{listener.fileno()}"), ("master-fifo", str(self._orders))]
            spec = Spec.of(place, deployment, reports, own)
            self._process = spawn(
                # No bytecode (-B): it would be stale if a source changes twice in a second. No
                # packages (-S), except those that the launcher chooses.
                [python.program, "-I", "-S", "-B", "-u", str(LAUNCHER), str(spec.write(python))],
                cwd=place.root,
                env=variables_of(place, deployment),
                stdin=subprocess.DEVNULL,
                output=subprocess.PIPE,
                pass_fds=[listener.fileno()],
            )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._log = follow(self._process.stdout, place.root, deployment.domain, place.clock)

    @property
    def has_failed(self) -> bool:
        """Whether it will never answer: it has ended, or no worker can import the WSGI file."""
        return self.reports.has_failed or not self.is_alive()

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def has_settled(self) -> bool:
        """Tell whether the WSGI file has been imported, or never will be."""
        return self.reports.settled.is_set() or not self.is_alive()

    def has_dropped(self, visit: str) -> bool:
        """Tell whether a visit waited when the instance was retired: no worker will take it."""
        return self._is_retired and not self.reports.has_begun(visit)

    def retire(self) -> None:
        """Take no more requests, and end after the running ones; do not wait for that."""
        self._is_retired = True
        try:
            orders = os.open(self._orders, os.O_WRONLY | os.O_NONBLOCK)
        except OSError:  # it has just ended
            return
        os.write(orders, END_GENTLY)
        os.close(orders)

    def show_no_mercy(self) -> None:
        """Note in the server log which workers are killed now, as uWSGI does at a reload."""
        for pid in self.reports.living_workers():
            self.say(f"worker (pid: {pid}) is taking too much time to die...NO MERCY !!!")

    def say(self, text: str) -> None:
        """Write a line into the site's server log."""
        write_server(self._place.root, self._domain, text, self._place.clock.now())

    def stop(self) -> None:
        """End it with all its children, now."""
        end(self._process)
        self._log.join(timeout=1)
        self.reports.close()
        for path in (Path(self.address), self._orders):
            path.unlink(missing_ok=True)
