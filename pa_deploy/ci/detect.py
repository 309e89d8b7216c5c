"""Which CI it is: the one place that knows their variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TextIO

from pa_deploy.ci.azure import Azure
from pa_deploy.ci.bitbucket import Bitbucket
from pa_deploy.ci.buildkite import Buildkite
from pa_deploy.ci.circleci import CircleCi
from pa_deploy.ci.forge import Forge
from pa_deploy.ci.github import GitHub
from pa_deploy.ci.gitlab import GitLab
from pa_deploy.ci.plain import Ci, Pipeline

ANY = ""
FACES: tuple[tuple[str, str, type[Ci]], ...] = (
    ("GITEA_ACTIONS", "true", Forge),  # before GitHub, whose variable they set too
    ("FORGEJO_ACTIONS", "true", Forge),
    ("ACT", "true", Forge),
    ("GITHUB_ACTIONS", "true", GitHub),
    ("CI", "woodpecker", Pipeline),  # before Drone, some of whose variables it sets
    ("CI_SYSTEM_NAME", "woodpecker", Pipeline),
    ("DRONE", "true", Pipeline),
    ("GITLAB_CI", "true", GitLab),
    ("BITBUCKET_BUILD_NUMBER", ANY, Bitbucket),
    ("BITBUCKET_COMMIT", ANY, Bitbucket),
    ("CIRCLECI", "true", CircleCi),
    ("TF_BUILD", "true", Azure),
    ("JENKINS_URL", ANY, Pipeline),
    ("BUILDKITE", "true", Buildkite),
)
"""A variable, its value, and the face; the first that fits counts. Tekton sets none."""


def detect(environ: Mapping[str, str], out: TextIO, err: TextIO) -> Ci:
    """The CI that these variables belong to."""
    for name, value, face in FACES:
        found = environ.get(name, "").lower()
        if found and value in (ANY, found):
            return face(out, err, environ)
    return Ci(out, err, environ)
