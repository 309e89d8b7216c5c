"""A request's path as the web server in front hands it on: no `//`, no `.`, no `..`."""

from __future__ import annotations


class OutsideError(Exception):
    """The path leads above `/`, or has a NUL."""


def normal(path: str) -> str:
    """Return a decoded path as nginx makes it: `/a//b/../c/.` is `/a/c/`.

    Raises OutsideError for what nginx answers 400 to.
    """
    if "\0" in path:
        raise OutsideError
    parts = path.split("/")
    kept: list[str] = []
    for part in parts:
        if part == "..":
            if not kept:
                raise OutsideError
            kept.pop()
        elif part not in {"", "."}:
            kept.append(part)
    is_folder = parts[-1] in {"", ".", ".."}
    return "/" + "/".join(kept) + ("/" if is_folder and kept else "")
