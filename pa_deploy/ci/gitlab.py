"""GitLab's face."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from pa_deploy.ci.plain import Pipeline

CLEAR_LINE = "\x1b[0K"


class GitLab(Pipeline):
    """Sections in the log; outputs travel by the file that `outputs-file` names."""

    _sections = 0

    @contextmanager
    def group(self, title: str) -> Iterator[None]:
        """A section that can be folded; its name is only for GitLab."""
        self._sections += 1
        name = f"pa_deploy_{self._sections}"
        header = f"{CLEAR_LINE}{self._one_line(title)}"
        self._command(f"{CLEAR_LINE}section_start:{time.time():.0f}:{name}\r{header}")
        try:
            yield
        finally:
            self._command(f"{CLEAR_LINE}section_end:{time.time():.0f}:{name}\r{CLEAR_LINE}")
