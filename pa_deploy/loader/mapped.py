"""Find the file that a static file mapping serves at a URL, so that the app is not asked for it."""

from __future__ import annotations

import os
from typing import List, Optional, Tuple

INDEX = "index.html"
"""What uWSGI serves of a folder on PythonAnywhere."""


class Elsewhere(Exception):
    """A mapping that leads out of the release may serve the page."""


def file_of(code: str, mapped: List[Tuple[str, Optional[str]]], path: str) -> str:
    """The file at a URL's path; "" if the app answers it.

    `mapped` are URLs with paths below the folder `code` of the release, or None if they are
    elsewhere. As uWSGI does, try each mapping whose URL the path begins with, then ask the app.
    """
    for url, folder in mapped:
        if not path.startswith(url):
            continue
        if folder is None:
            raise Elsewhere
        rest = path[len(url) :]
        place = os.path.join(code, folder).rstrip("/")
        place += "/" + rest if rest and url.endswith("/") else rest
        for file in (place, os.path.join(place, INDEX)):
            if os.path.isfile(file):
                return file
    return ""


def missing(mapped: List[Tuple[str, Optional[str]]], path: str) -> str:
    """Which file would have been served, as a path of the release; "" if no mapping has the URL."""
    for url, folder in mapped:
        if path.startswith(url):
            rest = path[len(url) :].strip("/")
            is_page = path.endswith("/") or not rest
            return os.path.join(folder or "", rest, *([INDEX] if is_page else []))
    return ""
