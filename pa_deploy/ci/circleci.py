"""CircleCI's face."""

from __future__ import annotations

import shlex

from pa_deploy.ci.assignments import variable
from pa_deploy.ci.plain import Pipeline


class CircleCi(Pipeline):
    """A log, and a file of shell that is read before each later step."""

    def _output(self, name: str, value: str) -> None:
        self._append("BASH_ENV", f"export {variable(name)}={shlex.quote(value)}")
