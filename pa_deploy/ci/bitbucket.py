"""Bitbucket's face."""

from __future__ import annotations

from pa_deploy.ci.assignments import assignment
from pa_deploy.ci.plain import Pipeline


class Bitbucket(Pipeline):
    """A log, and a file for the variables that a step declares as `output-variables`."""

    def _output(self, name: str, value: str) -> None:
        self._append("BITBUCKET_PIPELINES_VARIABLES_PATH", assignment(name, value))
