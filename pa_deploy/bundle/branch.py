"""Where a repository comes from and what its main branch is, as far as its own folder tells."""

from __future__ import annotations

import re
from pathlib import Path

USUAL = "main"
HEAD = re.compile(rb"ref: refs/(?:heads|remotes/origin)/([A-Za-z0-9][\w./-]*)\s*")
LARGEST = 1024
LARGEST_CONFIG = 64 * 1024
URL = re.compile(r"^[ \t]*url\s*=\s*(\S+)", re.MULTILINE)


def default_branch(top: Path) -> str:
    """The branch that the remote named when it was cloned, else the one that is checked out."""
    git = top / ".git"
    for file in (git / "refs" / "remotes" / "origin" / "HEAD", git / "HEAD"):
        try:
            if not file.is_file():
                continue
            with file.open("rb") as stream:
                found = HEAD.fullmatch(stream.read(LARGEST))
        except OSError:
            continue
        if found:
            return found[1].decode("ascii", "replace")
    return USUAL


def remote_url(top: Path) -> str:
    """The address of the remote, without what may be a secret; "" if there is none."""
    try:
        file = top / ".git" / "config"
        if not file.is_file():
            return ""
        with file.open("rb") as stream:
            text = stream.read(LARGEST_CONFIG).decode("utf-8", "replace")
    except OSError:
        return ""
    found = URL.search(text)
    return found[1].rpartition("@")[2] if found else ""
