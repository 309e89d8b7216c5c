"""Static files and uploads: mappings, `collectstatic`, and where STATIC_ROOT must lie."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass

from pa_deploy.detect.django.project import Settings, is_known, listed, why
from pa_deploy.detect.evaluate import Either, Unknown, Value
from pa_deploy.detect.findings import Finding
from pa_deploy.errors import Problem

APP = "django.contrib.staticfiles"
REMOTE = ("storages.", "cloudinary", "s3", "gcloud", "azure", "firebase", "imagekit")
FOLDERS = ("staticfiles", "collected_static", "static_root")


@dataclass(frozen=True, slots=True)
class Static:
    """What was found. `needed` is a folder for STATIC_ROOT, if the settings have no good one."""

    values: tuple[Finding, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Problem, ...] = ()
    collects: bool = False
    needed: str = ""


def find_static(settings: Settings) -> Static:
    apps = listed(settings.value("INSTALLED_APPS", default=[]))
    if APP not in apps or _is_remote(settings, "staticfiles", "STATICFILES_STORAGE"):
        return Static()
    value = settings.value("STATIC_ROOT")
    if isinstance(value, Unknown | Either):
        return _needs(settings, f"STATIC_ROOT is not known: {why(value)}.", "STATIC_ROOT")
    if not value:
        return _needs(settings, "STATIC_ROOT is not set, so there are no static files to serve.")
    problem = _misplaced(settings, value)
    if problem:
        return _needs(settings, problem, "STATIC_ROOT")
    url = path_of(settings.value("STATIC_URL"))
    folder = settings.folder(value)
    place = settings.place("STATIC_ROOT")
    values = (Finding("static-files", f"{url} = {folder}", place),) if url else ()
    return Static(values, collects=True)


def _misplaced(settings: Settings, value: Value) -> str:
    """What is wrong with the value of STATIC_ROOT, or ""."""
    folder = settings.folder(value)
    if folder is None:
        return f"STATIC_ROOT is {value}, which is outside the release."
    if not folder:
        return "STATIC_ROOT is the source itself, so its code would be served."
    finders = {settings.folder(_folder_of(each)) for each in _dirs(settings)}
    if folder in finders:
        return f"STATIC_ROOT is {folder}, which is in STATICFILES_DIRS too: collectstatic fails."
    return ""


def _dirs(settings: Settings) -> list[Value]:
    return listed(settings.value("STATICFILES_DIRS", default=[]))


def _folder_of(entry: Value) -> Value:
    """The folder of an entry, which may be a pair of a prefix and a folder."""
    return entry[1] if isinstance(entry, tuple | list) and len(entry) == 2 else entry


def _needs(settings: Settings, said: str, name: str = "") -> Static:
    """A problem with STATIC_ROOT, and the line that settles it."""
    folder = _free_folder(settings)
    line = f"STATIC_ROOT = {settings.below_base(folder)}"
    place = settings.found.path
    advice = f"Write `{line}` there." if name else f"Add `{line}` to {place}."
    problem = settings.problem("static-files", said, advice, name)
    return Static(problems=(problem,), needed=folder)


def _free_folder(settings: Settings) -> str:
    used = {settings.folder(_folder_of(each)) for each in _dirs(settings)}
    return next((name for name in FOLDERS if name not in used), FOLDERS[-1])


def path_of(url: Value) -> str:
    """The path of STATIC_URL or MEDIA_URL as Django serves it; "" if it is another host's."""
    if not isinstance(url, str) or "://" in url or url.startswith("//"):
        return ""
    return f"/{url.strip('/')}/" if url.strip("/") else ""


def _is_remote(settings: Settings, alias: str, old_name: str) -> bool:
    """Whether files go to another service."""
    storages = settings.value("STORAGES", default={})
    chosen = storages.get(alias) if isinstance(storages, dict) else None
    backend = chosen.get("BACKEND") if isinstance(chosen, dict) else settings.value(old_name)
    low = backend.lower() if isinstance(backend, str) else ""
    return any(word in low for word in REMOTE)


def find_media(settings: Settings) -> Static:
    """Uploads: a shared folder, and a mapping if they are served."""
    value = settings.value("MEDIA_ROOT", default="")
    if not value or not is_known(value) or _is_remote(settings, "default", "DEFAULT_FILE_STORAGE"):
        return Static()
    place = settings.place("MEDIA_ROOT")
    folder = settings.folder(value)
    if folder is None:
        name = posixpath.basename(str(value).rstrip("/")) or "media"
        line = f"MEDIA_ROOT = {settings.below_base(name)}"
        said = f"MEDIA_ROOT is {value}, which is outside the release."
        problem = settings.problem("shared", said, f"Write `{line}` there.", "MEDIA_ROOT")
        return Static(problems=(problem,), needed=name)
    if not folder:
        said = "MEDIA_ROOT is the source itself, so uploads would be mixed with the code."
        line = f"MEDIA_ROOT = {settings.below_base('media')}"
        return Static(
            notes=(settings.problem("shared", said, f"Write `{line}` there.", "MEDIA_ROOT"),)
        )
    values = [Finding("shared", f"{folder}/", place)]
    url = path_of(settings.value("MEDIA_URL", default=""))
    if url:
        values.append(Finding("static-files", f"{url} = {folder}", settings.place("MEDIA_URL")))
    return Static(tuple(values))


def outside(settings: Settings) -> Iterator[Problem]:
    """Folders of templates and static files that the release would not have."""
    templates = settings.value("TEMPLATES", default=[])
    dirs = [
        (each, "TEMPLATES")
        for engine in listed(templates)
        if isinstance(engine, dict)
        for each in listed(engine.get("DIRS", []))
    ]
    dirs += [(_folder_of(each), "STATICFILES_DIRS") for each in _dirs(settings)]
    for value, name in dirs:
        if not is_known(value) or (not isinstance(value, str) and not hasattr(value, "parts")):
            continue
        path = settings.absolute(value)
        place = settings.found.relative(path)
        if place is None:
            said = f"{name} has {value}, which is outside the repository."
            advice = f"Write it as {settings.below_base(posixpath.basename(path))}."
            yield settings.problem("source", said, advice, name)
        elif settings.project.inside(place) is None:
            top = posixpath.commonpath([place, settings.project.root]) or "."
            said = f"{name} has {place}, which is outside `source: {settings.project.root}`."
            advice = f"Set `source: {top}` and `python-path: "
            advice += f"{posixpath.relpath(settings.project.root, top)}`."
            yield settings.problem("source", said, advice, name)
