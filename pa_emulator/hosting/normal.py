"""The path of a request as the web server passes it on: no `//`, no `.`, no `..`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pa_emulator.hosting import pages
from pa_emulator.hosting.answers import Answer, page

if TYPE_CHECKING:
    from wsgiref.types import WSGIEnvironment


class MalformedPath(Exception):
    """The path leads above `/`, or has a NUL."""


def resolve(environ: WSGIEnvironment) -> Answer | None:
    """Make the path of a visit normal; if it leads out, return the web server's answer."""
    try:
        environ["PATH_INFO"] = normal(environ["PATH_INFO"])
    except MalformedPath:
        return page(400, pages.malformed_path())
    return None


def normal(path: str) -> str:
    """Return a decoded path as nginx makes it: `/a//b/../c/.` is `/a/c/`.

    Raises MalformedPath if nginx would answer 400.
    """
    if "\0" in path:
        raise MalformedPath
    parts = path.split("/")
    kept: list[str] = []
    for part in parts:
        if part == "..":
            if not kept:
                raise MalformedPath
            kept.pop()
        elif part not in {"", "."}:
            kept.append(part)
    is_folder = parts[-1] in {"", ".", ".."}
    return "/" + "/".join(kept) + ("/" if is_folder and kept else "")
