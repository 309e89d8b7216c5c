"""Where packages come from, as the lines of a requirements file say it."""

from __future__ import annotations

import re
from urllib.parse import quote

from pa_deploy.dependencies.formats.document import Node
from pa_deploy.dependencies.formats.listing import OptionLine

PYPI = re.compile(r"https?://(?:www\.)?pypi\.(?:org|python\.org)(?:/simple)?/?", re.IGNORECASE)
LOCK_ADVICE = "Make a lock file with `{command}`, and set `requirements: {file}`."


def is_default(url: str) -> bool:
    """Whether it is PyPI, for which a setting of uv may name a mirror."""
    return not url or bool(PYPI.fullmatch(url))


def index(node: Node, url: str, *, replaces: bool = False) -> tuple[OptionLine, ...]:
    """The option for an index, or none for PyPI; `replaces`: it stands in place of PyPI."""
    if is_default(url):
        return ()
    name = "--index-url" if replaces else "--extra-index-url"
    return (OptionLine(name, url, node.line),)


def repository(url: str, ref: str = "", folder: str = "", system: str = "git") -> str:
    """A commit, tag or branch of a repository, and the `folder` in it that has the package."""
    address = url.partition("#")[0]
    return f"{system}+{in_folder(f'{address}@{ref}' if ref else address, folder)}"


def in_folder(url: str, folder: str) -> str:
    """The URL of something that has the package in a folder; "" for its top."""
    if not url or not folder:
        return url
    return f"{url}{'&' if '#' in url else '#'}subdirectory={quote(folder, safe='/')}"


def as_path(path: str) -> str:
    """A path that cannot be taken for a name; "" for none."""
    return path if not path or path.startswith((".", "/")) else f"./{path}"
