"""Find static file mappings that would show the source of the app to every visitor."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from pa_deploy.bundle import Manifest
from pa_deploy.errors import Problem
from pa_deploy.layout import Layout
from pa_deploy.model import StaticFile, WantedRelease

SOURCE = (".py", ".pyc", ".pyw")
MOST_LINKS = 40
"""As many as Linux follows."""


def source_mappings(
    rows: Iterable[StaticFile], release: WantedRelease, layout: Layout, manifest: Manifest
) -> Iterator[Problem]:
    """A problem for each mapping that leads to the release itself or to a folder with source.

    Without `app` the files of the release are there to be served.
    """
    if not release.app or release.serve_source:
        return
    for row in rows:
        folder = in_release(row, layout)
        shown = None if folder is None else _source_below(follow_links(folder, manifest), manifest)
        if shown:
            yield _problem(row, folder or ".", shown)


def neighbours(
    rows: Iterable[StaticFile], release: WantedRelease, layout: Layout, manifest: Manifest
) -> Iterator[tuple[Problem, bool]]:
    """Files and folders beside a mapped folder whose name begins with the folder's name.

    The second value is true if a visitor surely reaches it, and for data of the app. uWSGI compares
    only the beginnings of paths, so `/static/../static.db` reaches such a file, unless the web
    server in front resolves the dots. PythonAnywhere's seems to do so; that is not proven. No
    server resolves `/static../static.db`, which fits a mapping whose URL has no slash at its end.
    """
    for row in rows:
        folder = in_release(row, layout)
        if not folder:
            continue
        for name in release.shared:
            if _is_beside(name.rstrip("/"), folder):
                yield _beside(row, folder, name), True
        if release.app and not release.serve_source:
            source = (path for path in sorted(manifest) if path.lower().endswith(SOURCE))
            near = next((path for path in source if _is_beside(path, folder)), None)
            if near:
                yield _beside(row, folder, near), not row.url.endswith("/")


def _is_beside(path: str, folder: str) -> bool:
    return path.startswith(folder) and not f"{path}/".startswith(f"{folder}/")


def _beside(row: StaticFile, folder: str, near: str) -> Problem:
    return Problem(
        "static-files",
        f'the mapping "{row.url} = {folder}" may show {near} too, because its name begins with '
        f'"{folder}".',
        advice=f"Rename {near}, or map another folder."
        if row.url.endswith("/")
        else f'End the URL in a slash, "{row.url}/", and rename {near} or map another folder.',
    )


def in_release(row: StaticFile, layout: Layout) -> str | None:
    """The mapped path relative to the release, "" for the whole; None if it is elsewhere."""
    path = posixpath.normpath("/" + row.path.lstrip("/"))
    if path == layout.current:
        return ""
    beginning = f"{layout.current}/"
    return path.removeprefix(beginning) if path.startswith(beginning) else None


def follow_links(path: str, manifest: Manifest) -> str:
    """The path with links of the release followed, as uWSGI does."""
    for _ in range(MOST_LINKS):
        parts = path.split("/")
        ways = ("/".join(parts[:count]) for count in range(1, len(parts) + 1))
        link = next((way for way in ways if way in manifest and manifest[way].kind == "link"), None)
        if link is None:
            return path
        # The digest of a link is its target.
        to = posixpath.join(posixpath.dirname(link), manifest[link].digest)
        path = posixpath.normpath(to + path.removeprefix(link))
        path = "" if path == "." else path
    return path


def _source_below(folder: str, manifest: Manifest) -> str | None:
    """The first source file of the folder, or the path itself if it is one."""
    files = (path for path in sorted(manifest) if path.lower().endswith(SOURCE))
    return next((path for path in files if not folder or f"{path}/".startswith(f"{folder}/")), None)


def _problem(row: StaticFile, folder: str, shown: str) -> Problem:
    return Problem(
        "static-files",
        f'the mapping "{row.url} = {folder}" would show the source of the app to every visitor, '
        f"{shown} for example.",
        advice="Map a folder that holds nothing but static files. If everybody may read the "
        "source, set `serve-source: true`.",
    )
