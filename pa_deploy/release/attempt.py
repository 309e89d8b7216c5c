"""What is tried of a release before it serves: the page of the health check, and mapped folders."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from pa_deploy.layout import Layout
from pa_deploy.model import HealthCheck, StaticFile, WantedRelease
from pa_deploy.plan import rivals
from pa_deploy.release.exposed import in_release
from pa_deploy.release.protocol import Attempt

MOST_RIVALS = 20


def attempt_of(
    wanted: WantedRelease,
    check: HealthCheck | None,
    layout: Layout,
    mappings: Iterable[StaticFile],
) -> Attempt | None:
    """None: the app is only imported. So it is without `preflight`, and if the health check has
    another host.
    """
    if not wanted.preflight or check is None:
        return None
    url = urlsplit(check.url)
    path = url.path or "/"
    if (url.hostname or "") != layout.domain.lower():
        return None
    query = f"?{url.query}" if url.query else ""
    return Attempt(
        host=layout.domain,
        path=path + query,
        statuses=check.statuses,
        text=check.text,
        seconds=check.timeout_seconds,
        mapped=tuple((row.url, in_release(row, layout)) for row in mappings),
    )


def mapped_folders(
    wanted: WantedRelease, layout: Layout, mappings: Iterable[StaticFile]
) -> tuple[str, ...]:
    """The folders of the release that static file mappings serve, which must not be empty. None
    without `static-check`. What is shared may well be empty before the app has written to it.
    """
    shared = tuple(name.rstrip("/") + "/" for name in wanted.shared)
    paths = mapped_paths(wanted, layout, mappings)
    return tuple(path for path in paths if path and not f"{path}/".startswith(shared))


def mapped_paths(
    wanted: WantedRelease, layout: Layout, mappings: Iterable[StaticFile]
) -> tuple[str, ...]:
    """What static file mappings serve of the release, shared or not, "" for the whole of it. None
    without `static-check`.
    """
    if not wanted.static_check:
        return ()
    found = (in_release(row, layout) for row in mappings)
    return tuple(dict.fromkeys(path for path in found if path is not None))


def rival_paths(
    wanted: WantedRelease, layout: Layout, mappings: Iterable[StaticFile]
) -> tuple[tuple[str, str, str], ...]:
    """Where another mapping may hide files of one that is in the release: the mapped path, what the
    files' paths begin with, and what those of the other begin with. None without `static-check`.

    They are relative to the release, or begin with `/` or with `~/`, the home directory.
    """
    if not wanted.static_check:
        return ()
    found = (
        (
            in_release(each.row, layout),
            _for_loader(each.own, layout),
            _for_loader(each.theirs, layout),
        )
        for each in rivals([_plain(row) for row in mappings])
    )
    inside = ((path, own, theirs) for path, own, theirs in found if path is not None)
    return tuple(dict.fromkeys(inside))[:MOST_RIVALS]


def _plain(row: StaticFile) -> StaticFile:
    return replace(row, path=posixpath.normpath("/" + row.path.lstrip("/")))


def _for_loader(path: str, layout: Layout) -> str:
    current, home = f"{layout.current}/", f"{posixpath.dirname(posixpath.dirname(layout.base))}/"
    if path.startswith(current):
        return path.removeprefix(current)
    return f"~/{path.removeprefix(home)}" if path.startswith(home) else path
