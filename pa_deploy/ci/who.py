"""Who has started a run, as the CI systems tell it."""

from __future__ import annotations

from collections.abc import Mapping

from pa_deploy.model import Run

RUN_URLS = (
    "CI_JOB_URL",  # GitLab
    "CI_PIPELINE_URL",  # Woodpecker
    "DRONE_BUILD_LINK",
    "CIRCLE_BUILD_URL",
    "BUILD_URL",  # Jenkins
)
OWNERS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CI_COMMIT_AUTHOR", "DRONE_COMMIT_AUTHOR",
          "CIRCLE_USERNAME", "LOGNAME", "USER")  # fmt: skip


def who_runs(environ: Mapping[str, str]) -> Run:
    """Who has started this run, and where a person can look at it; "" where it is not told."""
    url = next((environ[name] for name in RUN_URLS if environ.get(name)), "")
    if environ.get("GITHUB_RUN_ID"):
        parts = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
        url = "/".join([*(environ.get(name, "") for name in parts), "actions", "runs",
                        environ["GITHUB_RUN_ID"]])  # fmt: skip
    owner = next((environ[name] for name in OWNERS if environ.get(name)), "")
    return Run(owner=owner, url=url)
