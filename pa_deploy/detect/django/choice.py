"""Which settings module a deploy uses, and the WSGI module beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from pa_deploy.detect.django.project import SETTINGS, Project, Settings
from pa_deploy.detect.django.roots import assigns_settings, environ_of
from pa_deploy.detect.findings import Confidence, Finding
from pa_deploy.detect.ignored import ignored_by
from pa_deploy.detect.modules import find_elsewhere, searched_for
from pa_deploy.errors import Problem

OFFERED = re.compile(r"pythonanywhere|prod|hosting|deploy|live|server", re.IGNORECASE)
"""Names of settings modules that are meant for a server."""
MOST_WSGI = 5
MOST_OFFERED = 5
FILES = (".json", ".ini", ".env", ".yml", ".yaml", ".toml", ".cfg", ".txt", ".py")
MARKS = ("INSTALLED_APPS", "ROOT_URLCONF")


@dataclass(frozen=True, slots=True)
class Named:
    """A settings module, and the file that names it."""

    module: str
    place: str
    environ: Mapping[str, str] = field(default_factory=dict)
    """Other variables that the file sets."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The settings that are used. `others` are named or offered too, with their places.

    `wsgi` is the WSGI module that goes with them, "" if there is none. `is_forced`: manage.py or
    the WSGI module sets the variable in any case. `problems` tell why others were not taken.
    """

    settings: Settings
    place: str
    wsgi: str
    others: tuple[tuple[str, str], ...]
    is_needed: bool
    is_forced: bool
    problems: tuple[Problem, ...] = ()
    confidence: Confidence = "likely"

    def finding(self) -> Finding | None:
        """The variable that makes app and commands use these settings, if they need it."""
        if not self.is_needed and not self.others:
            return None
        value = f"{SETTINGS}={self.settings.module}"
        others = tuple((f"{SETTINGS}={module}", place) for module, place in self.others)
        confidence = self.confidence if others else "sure"
        return Finding("variables", value, self.place, confidence, others)


def choose(project: Project) -> Choice | tuple[Problem, ...]:
    """The settings of a project, or why there are none."""
    wsgi, named = _named(project)
    tried = [(each, _settings(project, each.module, each.environ)) for each in named]
    found = [(each, settings) for each, settings in tried if settings is not None]
    missing = [_not_there(project, each) for each, settings in tried if settings is None]
    good = [pair for pair in found if _is_whole(pair[1])]
    inside = [] if good else _inside(project, named)
    if not found and not inside:
        return tuple(missing)
    chosen, settings = (good or inside or found)[0]
    modules = [wsgi] if wsgi else []
    modules += ["manage"] if project.manage_py else []
    is_needed = len(named) > 1 or bool(inside) or not project.manage_py
    return Choice(
        settings,
        chosen.place,
        wsgi,
        tuple(_others(project, settings, named, inside)),
        is_needed or chosen.place == project.hints.place,
        any(assigns_settings(project, each) for each in modules),
        () if inside else tuple(missing),
        "open" if inside and "pythonanywhere" not in settings.module.lower() else "likely",
    )


def app_without_settings(project: Project) -> Finding | None:
    """The WSGI app of a project whose settings are not in the repository."""
    wsgi = _named(project)[0]
    return Finding("app", f"{wsgi}:application", project.file_of(wsgi)) if wsgi else None


def _others(
    project: Project, chosen: Settings, named: list[Named], inside: list[tuple[Named, Settings]]
) -> Iterator[tuple[str, str]]:
    """The other settings that are named, or that seem to be meant for a server."""
    inner = [each for each, _ in inside]
    found = [(each.module, each.place) for each in inner or named]
    found += _offered(project, chosen)
    places = dict(reversed(found))
    for module, place in reversed(places.items()):
        if module != chosen.module:
            yield module, place


def _inside(project: Project, named: list[Named]) -> list[tuple[Named, Settings]]:
    """The settings in a folder that is named as a module, those for a server first."""
    paths = [
        path
        for each in named
        for path in project.tree.paths
        if posixpath.dirname(path) == project.path(each.module.replace(".", "/"))
        and path.endswith(".py")
        and posixpath.basename(path) != "__init__.py"
    ]
    paths.sort(key=_server_first)
    tried = [(path, _settings(project, _module(project, path))) for path in paths[:MOST_OFFERED]]
    return [
        (Named(settings.module, path), settings)
        for path, settings in tried
        if settings and _is_whole(settings)
    ]


def _server_first(path: str) -> tuple[bool, bool, bool, str]:
    stem = posixpath.basename(path)
    is_base = stem.startswith(("base", "common"))
    return "pythonanywhere" not in stem.lower(), not OFFERED.search(stem), is_base, path


def _named(project: Project) -> tuple[str, list[Named]]:
    """The WSGI module, and the settings modules that are named, those of the WSGI side first."""
    by_manage = environ_of(project, "manage") if project.manage_py else {}
    wsgi = _wsgi_of(project, by_manage.get(SETTINGS, ""))
    by_wsgi = environ_of(project, wsgi) if wsgi else {}
    named = [
        Named(project.hints.settings, project.hints.place),
        Named(by_wsgi.pop(SETTINGS, ""), project.file_of(wsgi) if wsgi else "", by_wsgi),
        Named(by_manage.pop(SETTINGS, ""), project.manage_py, by_manage),
    ]
    first: dict[str, Named] = {}
    for each in named:
        if each.module:
            first.setdefault(each.module, each)
    return wsgi, list(first.values())


def _wsgi_of(project: Project, settings: str) -> str:
    """The module that WSGI_APPLICATION names, else the likely wsgi.py that has an application."""
    found = project.evaluate(settings) if settings else None
    said = found.value("WSGI_APPLICATION") if found else None
    module = said.rpartition(".")[0] if isinstance(said, str) else ""
    if module and project.file_of(module):
        return module
    package = settings.partition(".")[0]
    paths = project.files_named("wsgi.py")[:MOST_WSGI]
    paths = [path for path in paths if project.has_name(path, "application")]
    paths.sort(key=lambda path: f"/{package}/" not in f"/{path}")
    return _module(project, paths[0]) if paths else ""


def _module(project: Project, path: str) -> str:
    inside = project.inside(path) or path
    return inside.removesuffix(".py").replace("/", ".")


def _settings(
    project: Project, module: str, variables: Mapping[str, str] = MappingProxyType({})
) -> Settings | None:
    found = project.evaluate(module, variables)
    return Settings(project, module, variables, found) if found else None


def _is_whole(settings: Settings) -> bool:
    """Whether all that it needs is there, and it is more than an empty package."""
    found = settings.found
    has_marks = any(name in found.settings for name in MARKS)
    return not found.missing and (has_marks or found.is_open) and not found.unreadable


def _offered(project: Project, chosen: Settings) -> Iterator[tuple[str, str]]:
    """Modules beside the chosen one whose names say that they are for a server."""
    folder = posixpath.dirname(chosen.found.path)
    tried = 0
    for path in sorted(project.tree.paths):
        stem = posixpath.basename(path).removesuffix(".py")
        is_beside = posixpath.dirname(path) == folder and path.endswith(".py")
        if not is_beside or not OFFERED.search(stem) or tried == MOST_OFFERED:
            continue
        tried += 1
        settings = _settings(project, _module(project, path))
        if settings and path != chosen.found.path and _is_whole(settings):
            yield settings.module, path


def _not_there(project: Project, named: Named) -> Problem:
    """The settings module is not in the repository."""
    place = project.path(named.module.replace(".", "/"))
    said = f"{named.place} names the settings {named.module}, which are not in the repository"
    ignored = ignored_by(project.tree, f"{place}.py")
    if ignored:
        said = f"{said} ({ignored} ignores them)."
        return Problem("app", said, advice=f"Commit {place}.py, without its secrets.")
    found = find_elsewhere(project.tree, named.module)
    if found:
        root = searched_for(found[0], named.module) or "."
        return Problem("app", f"{said}. Found: {found[0]}.", advice=f"Set `source: {root}`.")
    return Problem("app", f"{said}.", advice=f"Commit {place}.py, or correct its name.")


def problems_of(settings: Settings) -> Iterator[Problem]:
    """Why the settings do not run: what they need and the repository does not have."""
    found = settings.found
    for name, place in found.missing.items():
        path = name if "/" in name or name.endswith(FILES) else ""
        what = path or f"the module {name}"
        is_there = path in settings.project.tree.paths
        where = "which is not shipped" if is_there else "which is not in the repository"
        said = f"The settings need {what}, {where}."
        file = path or settings.project.path(f"{name.replace('.', '/')}.py")
        ignored = ignored_by(settings.project.tree, file)
        if ignored:
            said = f"{said[:-1]} ({ignored} ignores it)."
        advice = "Read its values from variables, or commit it without secrets."
        yield Problem("app", said, advice=advice, source=str(place))
    for place, reason in found.refusals:
        said = f"The settings stop with an error: {reason}."
        yield Problem("app", said, advice="Check the condition in that line.", source=str(place))
    for path in found.unreadable:
        said = f"{path} is too large to read, or is not valid in Python 3."
        advice = "If it is written for Python 2, convert it to Python 3 first."
        yield Problem("app", said, advice=advice, source=path)
