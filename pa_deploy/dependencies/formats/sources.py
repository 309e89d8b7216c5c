"""Package indexes that a file names, as options of a requirements file."""

from __future__ import annotations

import re

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
