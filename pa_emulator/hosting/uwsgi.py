"""One uWSGI process group for one site."""

from __future__ import annotations

import importlib.util
import json
import mimetypes
import os
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pa_emulator.choices import HARAKIRI_SECONDS, SITE_QUEUE
from pa_emulator.paths import log_path, under, wsgi_path
from pa_emulator.processes import base_python, end, environment, spawn

from .logs import follow, write_server
from .pages import something_wrong
from .reports import Reports

if TYPE_CHECKING:
    from collections.abc import Callable

    from pa_emulator.clock import Clock

    from .deployment import Deployment

_FOLDER = Path(__file__).parent
# A header of the app's answers that visitors never see; static files have none.
APP_MARK = "X-Emulator-App"
# A variable of a visitor's request, by which the worker that has it is found; apps never see it.
VISIT = "PA_EMULATOR_VISIT"


def pyuwsgi_path() -> str | None:
    """Where pyuwsgi is; None where it is not installed."""
    spec = importlib.util.find_spec("pyuwsgi")
    return spec.origin if spec else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where sites run: root, the folder for specs, a short one for sockets, what may be mapped."""

    root: Path
    specs: Path
    sockets: Path
    clock: Clock
    servable: Callable[[str, Path], Path | None]


class Uwsgi:
    """A running uWSGI: requests to `address` wait in its queue until its workers are up."""

    def __init__(self, place: Place, deployment: Deployment, path_pattern: str) -> None:
        self.address = str(place.sockets / f"{os.urandom(6).hex()}")
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(self.address)
            listener.listen(SITE_QUEUE)
            reports, report = os.pipe()
            spec = _write_spec(place, deployment, path_pattern, (listener.fileno(), report))
            self._process = spawn(
                # No bytecode (-B): sources that change twice in a second would leave it stale.
                [base_python(), "-I", "-B", "-u", str(_FOLDER / "launcher.py"), str(spec)],
                cwd=place.root,
                env=_variables(place, deployment),
                stdin=subprocess.DEVNULL,
                output=subprocess.PIPE,
                pass_fds=[listener.fileno(), report],
            )
            os.close(report)
        self.reports = Reports(reports, deployment.workers)
        assert self._process.stdout is not None  # noqa: S101 - a pipe was asked for
        self._log = follow(self._process.stdout, place.root, deployment.domain, place.clock)

    def is_alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """End it with all its children, now."""
        end(self._process)
        self._log.join(timeout=1)
        Path(self.address).unlink(missing_ok=True)


def _variables(place: Place, deployment: Deployment) -> dict[str, str]:
    is_eu = deployment.domain.endswith(".eu.pythonanywhere.com")
    own = environment(place.root, deployment.username, deployment.token, eu=is_eu)
    return {**own, "HOST_NAME": deployment.domain}


def _write_spec(
    place: Place, deployment: Deployment, path_pattern: str, fds: tuple[int, int]
) -> Path:
    """Write the launcher's and the worker's instructions, for this user's eyes only."""
    path = place.specs / f"{deployment.domain}.json"
    path.touch(mode=0o600)
    error_page = place.specs / "error-page.html"
    error_page.write_text(something_wrong("Unhandled Exception"))
    spec = {
        "parent": os.getpid(),
        "pyuwsgi": pyuwsgi_path(),
        "root": str(place.root),
        "working_directory": str(under(place.root, deployment.working_directory)),
        "virtualenv": str(under(place.root, deployment.virtualenv_path))
        if deployment.virtualenv_path
        else "",
        "wsgi_file": str(under(place.root, wsgi_path(deployment.domain))),
        "error_log": str(under(place.root, log_path(deployment.domain, "error"))),
        "error_page": str(error_page),
        "path_pattern": path_pattern,
        "mark": APP_MARK,
        "visit": VISIT,
        "report": fds[1],
        "options": _options(place, deployment, path, fds[0]),
    }
    path.write_text(json.dumps(spec))
    return path


def _options(place: Place, deployment: Deployment, spec: Path, fd: int) -> list[str]:
    return [
        f"--socket=fd://{fd}",
        f"--wsgi-file={_FOLDER / 'worker.py'}",
        f"--set=pa-spec={spec}",
        f"--processes={deployment.workers}",
        f"--harakiri={HARAKIRI_SECONDS:.0f}",
        "--master",
        "--lazy-apps",
        "--enable-threads",
        "--no-orphans",
        "--die-on-term",
        "--disable-logging",
        "--buffer-size=65535",
        "--post-buffering=65536",
        "--offload-threads=2",
        f"--mime-file={_mime_file(place)}",
        "--static-index=index.html",
        *_static_maps(place, deployment),
    ]


def _static_maps(place: Place, deployment: Deployment) -> list[str]:
    """Map what the account may read: rows are stored unchecked, and uWSGI sees all of root.

    uWSGI follows links in the path itself, at the first request: the app has been loaded then, and
    may have made them. What cannot be mapped is noted in the server log.
    """
    maps = []
    for row in deployment.mappings:
        path = under(place.root, row.path)
        is_servable = place.servable(deployment.username, path) is not None
        if is_servable and "=" not in row.url and is_passable(f"{row.url}{path}"):
            maps.append(f"--static-map={row.url}={path}")
            continue
        text = f"static mapping {json.dumps([row.url, row.path])} cannot be served"
        write_server(place.root, deployment.domain, text, place.clock.now())
    return maps


def is_passable(text: str) -> bool:
    """Whether uWSGI takes it as it is: some signs expand, and options are lines of text."""
    return not any(sign in text for sign in ("$(", "%(", "@(", "\0", "\n"))


def _mime_file(place: Place) -> Path:
    """Write down the types that Python knows, for machines that have no list of their own."""
    path = place.specs / "mime.types"
    if not path.exists():
        mimetypes.init()
        lines = [f"{kind} {ending[1:]}" for ending, kind in mimetypes.types_map.items()]
        path.write_text("\n".join(lines) + "\n")
    return path
