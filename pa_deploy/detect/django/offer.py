"""The files that `init` can offer to add, so that problems need no edit of the user's files."""

from __future__ import annotations

from dataclasses import dataclass

from pa_deploy.detect.django.choice import Choice
from pa_deploy.detect.django.project import SETTINGS, Settings
from pa_deploy.detect.django.static import Static, path_of
from pa_deploy.detect.findings import Finding, Shim
from pa_deploy.detect.shim import SETTINGS_FILE, WSGI_FILE, settings_text, wsgi_text
from pa_deploy.errors import Problem


@dataclass(frozen=True, slots=True)
class Open:
    """What a shim could settle: problems with the app, the hosts, static files, databases."""

    app: tuple[Problem, ...]
    hosts: tuple[Problem, ...]
    static: Static
    media: Static
    databases: Static

    @property
    def problems(self) -> tuple[Problem, ...]:
        parts = (self.static, self.media, self.databases)
        settled = [each for part in parts if part.needed for each in part.problems]
        return (*self.app, *settled, *self.hosts)


def make_shim(choice: Choice, settings: Settings, left: Open) -> Shim | None:
    """The shim for what is left; None if it could settle nothing, or its names are taken."""
    project = settings.project
    taken = {project.path(SETTINGS_FILE), project.path(WSGI_FILE)} & project.tree.paths
    if not left.problems or taken:
        return None
    host = project.hints.domain or ".pythonanywhere.com"
    text = settings_text(
        settings.module,
        host,
        static=left.static.needed,
        media=left.media.needed,
        database=left.databases.needed,
        hosts=bool(left.hosts),
    )
    files = [(project.path(SETTINGS_FILE), text)]
    module = SETTINGS_FILE.removesuffix(".py")
    values = [Finding("variables", f"{SETTINGS}={module}", SETTINGS_FILE)]
    if left.app or choice.is_forced:
        files.append((project.path(WSGI_FILE), wsgi_text()))
        values.append(Finding("app", f"{WSGI_FILE.removesuffix('.py')}:application", WSGI_FILE))
    values += _added(choice, settings, left)
    return Shim(tuple(files), left.problems, tuple(values))


def _added(choice: Choice, settings: Settings, left: Open) -> list[Finding]:
    """What the settings of the shim make possible."""
    values: list[Finding] = []
    program = "python manage.py" if settings.project.manage_py else "python -m django"
    end = " --settings=pa_settings" if choice.is_forced else ""
    if left.static.needed:
        url = path_of(settings.value("STATIC_URL")) or "/static/"
        values.append(Finding("run", f"{program} collectstatic --no-input{end}", SETTINGS_FILE))
        values.append(Finding("static-files", f"{url} = {left.static.needed}", SETTINGS_FILE))
    if left.media.needed:
        values.append(Finding("shared", f"{left.media.needed}/", SETTINGS_FILE))
        url = path_of(settings.value("MEDIA_URL", default=""))
        if url:
            mapping = f"{url} = {left.media.needed}"
            values.append(Finding("static-files", mapping, SETTINGS_FILE))
    if left.databases.needed:
        values.append(Finding("shared", left.databases.needed, SETTINGS_FILE))
    if choice.is_forced and left.databases.collects:
        values.append(Finding("run", f"{program} migrate --no-input{end}", SETTINGS_FILE))
    return values
