"""Which CI it is: the one place that knows their variables."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TextIO

from pa_deploy.ci.plain import Ci

ANY = ""
FACES = (
    ("GITEA_ACTIONS", "true", "forge:Forge"),  # before GitHub, whose variable they set too
    ("FORGEJO_ACTIONS", "true", "forge:Forge"),
    ("ACT", "true", "forge:Forge"),
    ("GITHUB_ACTIONS", "true", "github:GitHub"),
    ("CI", "woodpecker", "plain:Pipeline"),  # before Drone, some of whose variables it sets
    ("CI_SYSTEM_NAME", "woodpecker", "plain:Pipeline"),
    ("DRONE", "true", "plain:Pipeline"),
    ("GITLAB_CI", "true", "gitlab:GitLab"),
    ("BITBUCKET_BUILD_NUMBER", ANY, "bitbucket:Bitbucket"),
    ("BITBUCKET_COMMIT", ANY, "bitbucket:Bitbucket"),
    ("CIRCLECI", "true", "circleci:CircleCi"),
    ("TF_BUILD", "true", "azure:Azure"),
    ("JENKINS_URL", ANY, "plain:Pipeline"),
    ("BUILDKITE", "true", "buildkite:Buildkite"),
)
"""A variable, its value, and the face: its module and class. The first that fits counts; Tekton
sets none. Only the module that is needed is imported, as GitHub's is a tenth of a start.
"""


def detect(environ: Mapping[str, str], out: TextIO, err: TextIO) -> Ci:
    """The CI that these variables belong to."""
    for variable, value, face in FACES:
        found = environ.get(variable, "").lower()
        if found and value in (ANY, found):
            module, _, name = face.partition(":")
            made: Ci = getattr(import_module(f"pa_deploy.ci.{module}"), name)(out, err, environ)
            return made
    if out.isatty() and err.isatty() and environ.get("TERM") != "dumb":
        from pa_deploy.ci.terminal import Terminal  # noqa: PLC0415 - rich is large

        return Terminal(out, err, environ)
    return Ci(out, err, environ)
