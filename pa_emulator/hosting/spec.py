"""The settings of one site's processes: options for uWSGI, a file for launcher and worker."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pa_emulator.hosting.options import options
from pa_emulator.hosting.pages import something_wrong
from pa_emulator.hosting.place import APP_MARK, VISIT
from pa_emulator.paths import log_path, under, wsgi_path
from pa_emulator.processes import environment

if TYPE_CHECKING:
    from pa_emulator.hosting.deployment import Deployment
    from pa_emulator.hosting.options import Options
    from pa_emulator.hosting.place import Place
    from pa_emulator.hosting.pythons import Python


def variables_of(place: Place, deployment: Deployment) -> dict[str, str]:
    """Return the environment that the app finds."""
    is_eu = deployment.domain.endswith(".eu.pythonanywhere.com")
    return {
        **environment(place.root, deployment.username, deployment.token, eu=is_eu),
        **place.quota(deployment.username),
        "HOST_NAME": deployment.domain,
        "WSGI_MODULE": Path(wsgi_path(deployment.domain)).stem,
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """The options of a site's uWSGI, and the file that its launcher and worker read."""

    path: Path
    options: Options
    facts: dict[str, Any]

    @classmethod
    def of(cls, place: Place, deployment: Deployment, reports: Path, own: Options) -> Self:
        """`own` are the starter's options; `reports` is the socket for the worker's reports."""
        path = place.specs / f"{deployment.domain}.json"
        error_page = place.specs / "error-page.html"
        error_page.write_text(something_wrong("Unhandled Exception"))
        virtualenv = deployment.virtualenv_path
        facts = {
            "root": str(place.root),
            "working_directory": str(under(place.root, deployment.working_directory)),
            "virtualenv": str(under(place.root, virtualenv)) if virtualenv else "",
            "www": str(under(place.root, wsgi_path(deployment.domain)).parent),
            "error_log": str(under(place.root, log_path(deployment.domain, "error"))),
            "error_page": str(error_page),
            "path_pattern": place.path_pattern,
            "mark": APP_MARK,
            "visit": VISIT,
            "reports": str(reports),
        }
        given = [*own, *options(place, deployment, path)]
        return cls(path=path, options=given, facts=facts)

    def write(self, python: Python) -> Path:
        """Write the file, readable by this user only; `python` is loaded with these options."""
        words = [f"--{name}={value}" if value else f"--{name}" for name, value in self.options]
        return self._write(pyuwsgi=python.pyuwsgi, options=words)

    def write_for(self, command: list[str]) -> Path:
        """Write the file for a program that gets its options in another way."""
        return self._write(command=command)

    def _write(self, **more: object) -> Path:
        self.path.touch(mode=0o600)
        self.path.write_text(json.dumps({"parent": os.getpid(), **self.facts, **more}))
        return self.path
