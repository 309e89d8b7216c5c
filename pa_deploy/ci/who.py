"""Who has started a run, of which commit, as the CI systems tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from pa_deploy.model import Run

RUN_URLS = (
    "CI_JOB_URL",  # GitLab
    "CI_PIPELINE_URL",  # Woodpecker
    "DRONE_BUILD_LINK",
    "CIRCLE_BUILD_URL",
    "BUILDKITE_BUILD_URL",
    "BUILD_URL",  # Jenkins
)
COMMITS = (
    "GITHUB_SHA",  # Gitea and Forgejo too
    "CI_COMMIT_SHA",  # GitLab, Woodpecker
    "DRONE_COMMIT_SHA",
    "CIRCLE_SHA1",
    "BITBUCKET_COMMIT",
    "BUILDKITE_COMMIT",
    "BUILD_SOURCEVERSION",  # Azure
    "GIT_COMMIT",  # Jenkins
)
COMMIT = re.compile(r"[0-9A-Fa-f]{7,64}")
"""Buildkite says HEAD if it does not know better."""
OWNERS = ("GITHUB_ACTOR", "GITLAB_USER_LOGIN", "CI_COMMIT_AUTHOR", "DRONE_COMMIT_AUTHOR",
          "CIRCLE_USERNAME", "LOGNAME", "USER")  # fmt: skip


def who_runs(environ: Mapping[str, str]) -> Run:
    """Who has started this run, where a person can look at it, and of which commit it is.

    What is not told is "".
    """
    owner = next((environ[name] for name in OWNERS if environ.get(name)), "")
    commits = (environ.get(name, "") for name in COMMITS)
    commit = next((text for text in commits if COMMIT.fullmatch(text)), "")
    return Run(owner=owner, url=_url(environ), commit=commit)


def _url(environ: Mapping[str, str]) -> str:
    if environ.get("GITHUB_RUN_ID"):
        parts = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY")
        before = (environ.get(name, "") for name in parts)
        return "/".join([*before, "actions", "runs", environ["GITHUB_RUN_ID"]])
    if environ.get("BITBUCKET_REPO_FULL_NAME") and environ.get("BITBUCKET_BUILD_NUMBER"):
        repository = environ["BITBUCKET_REPO_FULL_NAME"]
        number = environ["BITBUCKET_BUILD_NUMBER"]
        return f"https://bitbucket.org/{repository}/pipelines/results/{number}"
    if environ.get("SYSTEM_COLLECTIONURI") and environ.get("BUILD_BUILDID"):  # Azure
        project = environ["SYSTEM_COLLECTIONURI"] + environ.get("SYSTEM_TEAMPROJECT", "")
        return f"{project}/_build/results?buildId={environ['BUILD_BUILDID']}"
    return next((environ[name] for name in RUN_URLS if environ.get(name)), "")
