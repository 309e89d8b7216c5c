"""Where links lead in a release, which has only what is shipped. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet

MOST_LINKS = 40
"""As many as Linux follows."""


def missing_step(link: str, links: Mapping[str, str], there: AbstractSet[str]) -> str | None:
    """The path that a link needs and that is not shipped; None if it leads to something.

    `links` have their targets; `there` are files and folders.
    """
    here = link.split("/")[:-1]
    ahead = links[link].split("/")
    followed = 1
    while ahead:
        part = ahead.pop(0)
        if part == "..":
            here = here[:-1]
        elif part not in ("", "."):
            path = "/".join((*here, part))
            if path in links:
                followed += 1
                if followed > MOST_LINKS:
                    return path
                ahead = links[path].split("/") + ahead
            elif path in there:
                here = path.split("/")
            else:
                return "/".join((path, *ahead))
    return None
