"""Which CI it is: the one place that knows their variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from pa_deploy.ci.github import GitHub
from pa_deploy.ci.plain import Ci


def detect(environ: Mapping[str, str], out: TextIO, err: TextIO) -> Ci:
    """The CI that these variables belong to."""
    if environ.get("GITHUB_ACTIONS") == "true":
        return GitHub(out, err)
    return Ci(out, err)
