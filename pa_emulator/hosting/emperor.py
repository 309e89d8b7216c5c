"""A site as the vassal of an emperor: `--reload touch|restart`.

Unlike the master of `Uwsgi`, this one is pid 1 of its own namespace, loads itself again when told
to, and its child processes die with it. Each emperor has one vassal, so that its output is the
server log of one site.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import SITE_QUEUE
from pa_emulator.hosting.logs import follow
from pa_emulator.hosting.reports import Reports
from pa_emulator.hosting.spec import Spec, variables_of
from pa_emulator.hosting.uwsgi import LAUNCHER, Uwsgi
from pa_emulator.paths import under, wsgi_path
from pa_emulator.processes import base_python, end, spawn

if TYPE_CHECKING:
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.options import Options
    from pa_emulator.hosting.place import Place

CLONE_NEWPID = 0x20000000
GLANCE_SECONDS = 1
"""Seconds between the emperor's looks at its folder; uWSGI's default is 3."""
PATIENCE_SECONDS = 5.0
"""The longest wait for an order that the vassal may never hear."""


class Vassal(Uwsgi):
    """A running emperor and its vassal, which reloads in place.

    If a reload comes while the master imports, it is lost and the vassal hears no more orders, as a
    real uWSGI.
    """

    def __init__(self, place: Place, deployment: Deployment, program: Path) -> None:
        self._is_retired = False
        self._place, self._domain = place, deployment.domain
        self._folder = place.sockets / os.urandom(6).hex()
        (self._folder / "vassals").mkdir(parents=True)
        self.address = str(self._folder / "socket")
        self._ini = self._folder / "vassals" / f"{deployment.domain}.ini"
        self._command = [str(program), *_options(self._ini.parent)]
        importers = deployment.workers if place.lazy_apps else 1
        self.reports = Reports(self._folder / "reports", importers)
        self._process = spawn(
            [base_python(), "-I", "-S", str(LAUNCHER), str(self._write(deployment))],
            cwd=place.root,
            env=variables_of(place, deployment),
            stdin=subprocess.DEVNULL,
            output=subprocess.PIPE,
        )
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._log = follow(
            self._process.stdout, place.root, deployment.domain, place.clock, _is_vassals
        )
        self._await_import()

    def touch(self, deployment: Deployment) -> None:
        """Write the vassal's file again: the emperor orders a reload. Wait until an import begins.

        This does not wait for the end of the import, nor for one that never begins.
        """
        self.reports.expect()
        last = int(self._ini.stat().st_mtime) if self._ini.exists() else 0
        self._write(deployment)
        # An emperor sees whole seconds.
        now = max(int(time.time()), last + 1)
        os.utime(self._ini, (now, now))
        self._await_import()

    def restart(self, deployment: Deployment) -> None:
        """Have the emperor stop the vassal and start it again; wait as `touch` does."""
        self._ini.unlink(missing_ok=True)
        self._place.clock.wait_until(lambda: not self._has_vassal(), 4 * PATIENCE_SECONDS)
        self.touch(deployment)

    def _await_import(self) -> None:
        """Wait until an import begins. Then the socket is bound and the old instance is gone."""
        self._place.clock.wait_until(self.reports.importing.is_set, PATIENCE_SECONDS)

    def retire(self) -> None:
        """Have the emperor, if it runs, stop the vassal; do not wait."""
        self._is_retired = True
        self._ini.unlink(missing_ok=True)

    def stop(self) -> None:
        end(self._process)
        self._log.join(timeout=1)
        self.reports.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _has_vassal(self) -> bool:
        pid = self._process.pid
        try:
            return bool(Path(f"/proc/{pid}/task/{pid}/children").read_text().strip())
        except OSError:
            return False

    def _write(self, deployment: Deployment) -> Path:
        """Replace the vassal's file in one step: the emperor may look at any time."""
        place = self._place
        own: Options = [
            ("socket", self.address),
            ("listen", str(SITE_QUEUE)),
            ("vacuum", ""),
            ("chdir", str(under(place.root, deployment.working_directory))),
            ("touch-reload", str(under(place.root, wsgi_path(deployment.domain)))),
        ]
        if deployment.virtualenv_path:
            own.append(("virtualenv", str(under(place.root, deployment.virtualenv_path))))
        spec = Spec.of(place, deployment, self._folder / "reports", own)
        path = spec.write_for(self._command)
        # A percent sign begins a variable there.
        lines = [f"{name} = {value.replace('%', '%%') or 'true'}" for name, value in spec.options]
        new = self._folder / "new"
        new.write_text("\n".join(["[uwsgi]", *lines, ""]))
        new.replace(self._ini)
        return path


def _options(folder: Path) -> list[str]:
    given = ["--emperor", str(folder), "--die-on-term", f"--emperor-freq={GLANCE_SECONDS}"]
    return [*given, "--emperor-use-clone=pid"] if has_namespaces() else given


def has_namespaces() -> bool:
    """Tell whether a vassal can have process ids of its own."""
    code = f"import ctypes, os, sys; sys.exit(ctypes.CDLL(None).unshare({CLONE_NEWPID}) != 0)"
    with contextlib.suppress(OSError):
        done = subprocess.run(  # noqa: S603 - our own words
            [base_python(), "-I", "-c", code], check=False, capture_output=True
        )
        return done.returncode == 0
    return False


def _is_vassals(line: str) -> bool:
    """Tell whether a line belongs in the site's server log; some are the emperor's own."""
    return "[emperor]" not in line
