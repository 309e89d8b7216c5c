"""What a Flask app or another one serves, keeps and needs, as its code tells."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pa_deploy.detect.apps import App
from pa_deploy.detect.evaluate import Uses
from pa_deploy.detect.findings import Finding
from pa_deploy.detect.tree import Tree
from pa_deploy.errors import Problem

FLASK = ("flask.Flask", "flask.app.Flask")
HOME = re.compile(r"""["'](/home/[\w.-]+/[^"'\n]*)["']""")
THREADS = {
    "flask_socketio": "WebSockets do not work in web apps on PythonAnywhere: Socket.IO only polls.",
    "celery": "Celery needs a worker process, which a web app on PythonAnywhere cannot have. Use "
    "a scheduled task or an always-on task instead.",
    "apscheduler": "APScheduler runs in a thread of the app, and PythonAnywhere may stop the app's "
    "processes at any time. Use a scheduled task instead.",
}


@dataclass(frozen=True, slots=True)
class Project:
    """The files of an app: `paths` are those that it imports; `pins` is its dependency file.

    `uses` is what their code does with packages.
    """

    tree: Tree
    root: str
    app: App
    paths: tuple[str, ...]
    pins: str
    uses: Uses

    @property
    def is_flask(self) -> bool:
        return any(each.name in FLASK for each in self.uses.calls)

    def inside(self, path: str) -> str | None:
        """A path of the tree, relative to the root; None if it is outside."""
        if not self.root:
            return None if path.startswith("..") else path
        below = path.startswith(f"{self.root}/")
        return path.removeprefix(f"{self.root}/") if below else None


def static_mappings(project: Project) -> Iterator[Finding]:
    """The static folder of Flask, if it has files and no code."""
    made = next((each for each in project.uses.calls if each.name in FLASK), None)
    folder = made.named.get("static_folder", "static") if made else None
    if made is None or not isinstance(folder, str | PurePosixPath):
        return
    here = posixpath.dirname(made.place.path)
    place = project.uses.inside(folder, here)
    inside = project.inside(place) if place else None
    files = [each for each in project.tree.paths if each.startswith(f"{place}/")]
    if not inside or not files or any(each.endswith(".py") for each in files):
        return
    url = made.named.get("static_url_path")
    address = url.strip("/") if isinstance(url, str) and url else posixpath.basename(inside)
    if address:
        yield Finding("static-files", f"/{address}/ = {inside}", str(made.place))


def foreign_paths(project: Project) -> Iterator[Problem]:
    """Absolute paths of somebody's account, which are elsewhere in a release."""
    for path in project.paths:
        for number, line in enumerate(project.tree.text(path).splitlines(), 1):
            found = HOME.search(line) if not line.lstrip().startswith("#") else None
            if found:
                said = f'{path}:{number} has the path "{found[1]}". Releases are in other folders.'
                rest = "/".join(found[1].split("/")[4:]) or "."
                advice = f'Write `os.path.join(os.path.dirname(__file__), "{rest}")` instead.'
                yield Problem("source", said, advice=advice)
                break


def what_will_not_work(modules: Sequence[str]) -> Iterator[Problem]:
    for module, said in THREADS.items():
        if module in modules:
            yield Problem("app", said)
